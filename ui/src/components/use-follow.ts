import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import type { Follow } from '../state/preferences';
import { watchHand } from './reader-hand';

/** This close to the end counts as being there. */
const NEAR_PX = 64;
/** A move this small that no hand explains is one of the layout. */
const SLIP_PX = 16;
/** Space above a question that was brought to the top, and below the end of the text. */
const MARGIN_PX = 16;

export interface FollowedView {
  readonly scrollRef: RefObject<HTMLDivElement | null>;
  readonly contentRef: RefObject<HTMLDivElement | null>;
  /** Whether the newest text is in view. */
  readonly atEnd: boolean;
  /** A question was asked: it goes where this reader wants it. */
  readonly showQuestion: () => void;
  readonly goToEnd: () => void;
}

/**
 * Keeps the newest question or the newest text in view until the reader looks elsewhere; coming back to the end begins
 * it again. A position that moves because the layout did is not the reader's, although the browser tells of both by the
 * same event and a frame late: so each move is held against the layout seen last, and against the reader's hand.
 */
export function useFollow(wish: Follow, enabled: boolean): FollowedView {
  const scrollRef = useRef<HTMLDivElement>(null);
  const contentRef = useRef<HTMLDivElement>(null);
  const target = useRef<Follow | null>(wish);
  const seen = useRef({ top: 0, height: 0, window: 0 });
  const [atEnd, setAtEnd] = useState(true);

  const follow = useCallback((): void => {
    const element = scrollRef.current;
    if (!element) return;
    if (target.current !== null) element.scrollTop = positionOf(target.current, element);
    seen.current = shapeOf(element);
    setAtEnd(distanceToEnd(element) <= NEAR_PX);
  }, []);
  const showQuestion = useCallback((): void => {
    target.current = wish;
    // The turn is drawn with the next frame.
    requestAnimationFrame(follow);
  }, [wish, follow]);
  const goToEnd = useCallback((): void => {
    target.current = 'end';
    follow();
  }, [follow]);

  useEffect(() => {
    const element = scrollRef.current;
    const content = contentRef.current;
    if (!enabled || !element || !content) return;
    const hand = watchHand(element, () => {
      if (element.scrollTop > 0) target.current = null;
    });
    const scrolled = (): void => {
      const before = seen.current;
      const now = (seen.current = shapeOf(element));
      const moved = now.top - before.top;
      if (moved === 0) return;
      const sameLayout = now.height === before.height && now.window === before.window;
      if (!hand.moved() && !(sameLayout && Math.abs(moved) >= SLIP_PX)) return follow();
      target.current = moved > 0 && distanceToEnd(element) <= NEAR_PX ? 'end' : null;
      setAtEnd(distanceToEnd(element) <= NEAR_PX);
    };
    const observer = new ResizeObserver(follow);
    observer.observe(content);
    observer.observe(element);
    element.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      observer.disconnect();
      hand.stop();
      element.removeEventListener('scroll', scrolled);
    };
  }, [enabled, follow]);

  return { scrollRef, contentRef, atEnd, showQuestion, goToEnd };
}

function shapeOf({ scrollTop, scrollHeight, clientHeight }: HTMLElement) {
  return { top: scrollTop, height: scrollHeight, window: clientHeight };
}

function lastTurn(element: HTMLElement): Element | undefined {
  return [...element.querySelectorAll('.turn')].at(-1);
}

/** Where the text ends. The last turn is as high as the view, so that its question can stand at the top: that is no text. */
function endOf(element: HTMLElement): number {
  const turn = lastTurn(element);
  const text = turn?.lastElementChild;
  const blank = turn && text ? turn.getBoundingClientRect().bottom - text.getBoundingClientRect().bottom : 0;
  return blank > MARGIN_PX ? element.scrollHeight - blank : element.scrollHeight;
}

function distanceToEnd(element: HTMLElement): number {
  return endOf(element) - element.scrollTop - element.clientHeight;
}

function positionOf(target: Follow, element: HTMLElement): number {
  const turn = lastTurn(element);
  if (target === 'end' || !turn) return endOf(element) - element.clientHeight;
  return element.scrollTop + turn.getBoundingClientRect().top - element.getBoundingClientRect().top - MARGIN_PX;
}
