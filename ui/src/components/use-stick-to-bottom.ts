import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';

/** This close to the end counts as being there. */
const NEAR_PX = 64;

export interface StickToBottom {
  readonly scrollRef: RefObject<HTMLDivElement | null>;
  readonly contentRef: RefObject<HTMLDivElement | null>;
  /** Whether the newest text is in view. */
  readonly atBottom: boolean;
  readonly scrollToBottom: () => void;
}

/**
 * Follows a growing content as long as the reader is at its end. Any scroll upwards, by whatever means, ends that at
 * once; coming back to the end begins it again. Where not `enabled` nothing moves.
 */
export function useStickToBottom(enabled: boolean): StickToBottom {
  const scrollRef = useRef<HTMLDivElement>(null);
  const contentRef = useRef<HTMLDivElement>(null);
  const sticking = useRef(true);
  const lastTop = useRef(0);
  const [atBottom, setAtBottom] = useState(true);

  const scrollToBottom = useCallback(() => {
    const element = scrollRef.current;
    if (!element) return;
    sticking.current = true;
    element.scrollTop = element.scrollHeight;
    setAtBottom(true);
  }, []);

  useEffect(() => {
    const element = scrollRef.current;
    const content = contentRef.current;
    if (!enabled || !element || !content) return;

    const distance = (): number => element.scrollHeight - element.scrollTop - element.clientHeight;
    const handleScroll = (): void => {
      const moved = element.scrollTop - lastTop.current;
      lastTop.current = element.scrollTop;
      // Content that shrinks moves the position up too, but then the end is in view.
      if (moved < 0 && distance() > 1) sticking.current = false;
      if (moved > 0 && distance() <= NEAR_PX) sticking.current = true;
      setAtBottom(distance() <= NEAR_PX);
    };
    const follow = (): void => {
      if (sticking.current) element.scrollTop = element.scrollHeight;
      setAtBottom(distance() <= NEAR_PX);
    };

    const observer = new ResizeObserver(follow);
    observer.observe(content);
    observer.observe(element);
    element.addEventListener('scroll', handleScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', handleScroll);
    };
  }, [enabled]);

  return { scrollRef, contentRef, atBottom, scrollToBottom };
}
