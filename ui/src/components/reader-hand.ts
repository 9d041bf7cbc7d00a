/** Whether the reader's hand moves a view: by wheel, touch, keys, a press on its scrollbar, or dragging. */

/** A scroll comes up to some frames after the hand that caused it, and goes on after a swipe. */
const ECHO_MS = 400;

export interface Hand {
  readonly moved: () => boolean;
  readonly stop: () => void;
}

const KEYS_UP = new Set(['ArrowUp', 'PageUp', 'Home']);

/** `onUp` is called before anything has moved: the browser glides there, and whoever sets the position stops it. */
export function watchHand(element: HTMLElement, onUp: () => void): Hand {
  let last = -Infinity;
  let held = false;
  const move = (): void => {
    last = performance.now();
  };
  const press = (event: PointerEvent): void => {
    // A scrollbar belongs to the element itself; the middle button scrolls wherever it is pressed.
    held = event.target === element || event.button === 1;
  };
  const drag = (event: PointerEvent): void => {
    if (event.buttons !== 0) move();
  };
  const release = (): void => {
    if (held) move();
    held = false;
  };
  const end = new AbortController();
  const options = { passive: true, signal: end.signal };
  const wheel = ({ deltaY }: WheelEvent): void => {
    move();
    if (deltaY < 0) onUp();
  };
  const key = (event: KeyboardEvent): void => {
    move();
    if (KEYS_UP.has(event.key) || (event.key === ' ' && event.shiftKey)) onUp();
  };
  element.addEventListener('wheel', wheel, options);
  element.addEventListener('touchmove', move, options);
  element.addEventListener('keydown', key, options);
  element.addEventListener('pointerdown', press, options);
  element.addEventListener('pointermove', drag, options);
  window.addEventListener('pointerup', release, options);
  window.addEventListener('pointercancel', release, options);
  return { moved: () => held || performance.now() - last < ECHO_MS, stop: () => end.abort() };
}
