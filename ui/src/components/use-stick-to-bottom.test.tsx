import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useStickToBottom } from './use-stick-to-bottom';

let resized: () => void = () => undefined;

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(callback: () => void) {
        resized = callback;
      }
      observe = (): void => undefined;
      disconnect = (): void => undefined;
    },
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function Harness() {
  const { scrollRef, contentRef, atBottom, scrollToBottom } = useStickToBottom(true);
  return (
    <div ref={scrollRef} data-testid="scroll">
      <div ref={contentRef} />
      <button onClick={scrollToBottom}>{atBottom ? 'at the end' : 'further up'}</button>
    </div>
  );
}

/** A window 100 px high onto content that a test lets grow, with the arithmetic of a browser. */
function setUp() {
  render(<Harness />);
  const element = screen.getByTestId('scroll');
  let height = 100;
  let top = 0;
  Object.defineProperties(element, {
    clientHeight: { get: () => 100 },
    scrollHeight: { get: () => height },
    scrollTop: {
      get: () => top,
      set: (value: number) => {
        top = Math.max(0, Math.min(value, height - 100));
        element.dispatchEvent(new Event('scroll'));
      },
    },
  });
  return {
    grow: (by: number) =>
      act(() => {
        height += by;
        resized();
      }),
    scrollTo: (to: number) =>
      act(() => {
        element.scrollTop = to;
      }),
    get top() {
      return top;
    },
    get state() {
      return screen.getByRole('button').textContent;
    },
  };
}

describe('following a growing answer', () => {
  it('keeps the end in view', () => {
    const page = setUp();
    page.grow(500);
    page.grow(40);
    expect(page.top).toBe(540);
    expect(page.state).toBe('at the end');
  });

  it('never moves a reader who scrolled up, not even a little', () => {
    const page = setUp();
    page.grow(500);
    page.scrollTo(480);
    page.grow(10);
    page.grow(10);
    page.grow(200);
    expect(page.top).toBe(480);
    expect(page.state).toBe('further up');
  });

  it('goes on when the reader comes back to the end', () => {
    const page = setUp();
    page.grow(500);
    page.scrollTo(100);
    page.grow(100);
    page.scrollTo(600);
    page.grow(100);
    expect(page.top).toBe(700);
  });

  it('goes on at the reader’s wish', () => {
    const page = setUp();
    page.grow(500);
    page.scrollTo(0);
    act(() => screen.getByRole('button').click());
    page.grow(100);
    expect(page.top).toBe(600);
  });
});
