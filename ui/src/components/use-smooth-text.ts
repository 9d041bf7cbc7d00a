import { useEffect, useRef, useState } from 'react';

/** Roughly how far the shown text runs behind the received one; long enough to bridge the pauses between pieces. */
const LAG_MS = 280;
/** Once the text is whole there is nothing to bridge: the rest is out after this time, however much it is. */
const FINISH_MS = 150;
/** How far to look for the end of a visible character: flags and families of emoji are long. */
const LONGEST_GRAPHEME = 32;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first end of a visible character at or after `from`, so that none is ever drawn in half. */
export function graphemeEnd(text: string, from: number): number {
  if (from <= 0) return 0;
  if (from >= text.length) return text.length;
  const start = Math.max(0, from - LONGEST_GRAPHEME);
  for (const { index, segment } of graphemes.segment(text.slice(start, from + LONGEST_GRAPHEME))) {
    const end = start + index + segment.length;
    if (end >= from) return end;
  }
  return text.length;
}

/**
 * How much of `total` characters to show `elapsedMs` after `shown` were: always some, and more the further behind. All of
 * them when `leftMs` are over; null while nobody knows how many will come.
 */
export function advance(shown: number, total: number, elapsedMs: number, leftMs: number | null): number {
  const share = leftMs === null ? 1 - Math.exp(-elapsedMs / LAG_MS) : elapsedMs < leftMs ? elapsedMs / leftMs : 1;
  return Math.min(total, shown + Math.max(1, Math.ceil((total - shown) * share)));
}

/**
 * The part of a growing text to show now: it follows what has arrived at the pace of animation frames, so that text
 * flows although it comes in lumps. Text that was whole from the start is shown whole, and so is all text for readers
 * who asked for less motion.
 */
export function useSmoothText(text: string, growing: boolean): string {
  const [shown, setShown] = useState(growing ? 0 : text.length);
  const [still] = useState(() => matchMedia('(prefers-reduced-motion: reduce)').matches);
  const lastFrame = useRef<number | null>(null);
  const finishAt = useRef<number | null>(null);
  const behind = !still && shown < text.length;

  useEffect(() => {
    if (!behind) {
      lastFrame.current = null;
      finishAt.current = null;
      return;
    }
    const frame = requestAnimationFrame((now) => {
      // A tab in the background draws no frames; the first one after that makes up for all of them.
      const before = lastFrame.current ?? now - 16;
      lastFrame.current = now;
      finishAt.current = growing ? null : (finishAt.current ?? before + FINISH_MS);
      const left = finishAt.current === null ? null : finishAt.current - before;
      setShown((current) => graphemeEnd(text, advance(current, text.length, now - before, left)));
    });
    return () => cancelAnimationFrame(frame);
  }, [behind, growing, shown, text]);

  return behind ? text.slice(0, shown) : text;
}
