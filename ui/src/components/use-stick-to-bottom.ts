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
 * once; coming back to the end begins it again.
 */
export function useStickToBottom(): StickToBottom {
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
    if (!element || !content) return;

    const handleScroll = (): void => {
      const movedUp = element.scrollTop < lastTop.current - 1;
      const distance = element.scrollHeight - element.scrollTop - element.clientHeight;
      lastTop.current = element.scrollTop;
      // Content that shrinks moves the position up too, but then the end is in view.
      if (distance <= NEAR_PX && !movedUp) sticking.current = true;
      else if (movedUp && distance > 1) sticking.current = false;
      setAtBottom(distance <= NEAR_PX);
    };
    const follow = (): void => {
      if (sticking.current) element.scrollTop = element.scrollHeight;
      else handleScroll();
    };

    const observer = new ResizeObserver(follow);
    observer.observe(content);
    observer.observe(element);
    element.addEventListener('scroll', handleScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', handleScroll);
    };
  }, []);

  return { scrollRef, contentRef, atBottom, scrollToBottom };
}
