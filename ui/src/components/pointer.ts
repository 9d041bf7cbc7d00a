/** Whether the reader's main way to point is a finger: then the keyboard is on the screen, and Enter begins a line. */
export function byTouch(): boolean {
  return matchMedia('(pointer: coarse)').matches;
}
