import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Follow } from '../state/preferences';
import { useFollow } from './use-follow';

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

function Harness({ wish }: { readonly wish: Follow }) {
  const { scrollRef, contentRef, atEnd, showQuestion, goToEnd } = useFollow(wish, true);
  return (
    <div ref={scrollRef} data-testid="scroll">
      <div ref={contentRef}>
        <div className="turn" data-testid="turn">
          <p />
        </div>
      </div>
      <button onClick={goToEnd}>{atEnd ? 'at the end' : 'further up'}</button>
      <button onClick={showQuestion}>ask</button>
    </div>
  );
}

/** A window 100 px high onto content that a test lets grow, with the arithmetic of a browser: events come a frame late. */
function setUp(wish: Follow = 'end') {
  render(<Harness wish={wish} />);
  const element = screen.getByTestId('scroll');
  let height = 100;
  let top = 0;
  let questionAt = 0;
  let late = false;
  const clamp = (): void => {
    const before = top;
    top = Math.max(0, Math.min(top, height - 100));
    late ||= top !== before;
  };
  Object.defineProperties(element, {
    clientHeight: { get: () => 100 },
    scrollHeight: { get: () => height },
    scrollTop: {
      get: () => top,
      set: (value: number) => {
        late ||= value !== top;
        top = value;
        clamp();
      },
    },
  });
  vi.spyOn(screen.getByTestId('turn'), 'getBoundingClientRect').mockImplementation(
    () => new DOMRect(0, questionAt - top, 0, 0),
  );
  const frame = (): void => {
    if (late) element.dispatchEvent(new Event('scroll'));
    late = false;
  };
  return {
    element,
    /** Content changes; the event about a position that moved comes with the next frame. */
    grow: (by: number) =>
      act(() => {
        frame();
        height += by;
        clamp();
        resized();
      }),
    /** Something moves the position without the reader's hand. */
    scrollTo: (to: number) =>
      act(() => {
        element.scrollTop = to;
        frame();
      }),
    wheelTo: (to: number) =>
      act(() => {
        fireEvent.wheel(element, { deltaY: to - top });
        element.scrollTop = to;
        frame();
      }),
    questionAt: (at: number) => {
      questionAt = at;
    },
    frame: () => act(frame),
    get top() {
      return top;
    },
    get state() {
      return screen.getAllByRole('button')[0]?.textContent;
    },
  };
}

describe('following the end', () => {
  it('keeps the end in view', () => {
    const page = setUp();
    page.grow(500);
    page.grow(40);
    expect(page.top).toBe(540);
    expect(page.state).toBe('at the end');
  });

  it('goes on when the layout shrinks and grows before the browser tells of it', () => {
    const page = setUp();
    page.grow(500);
    page.frame();
    page.grow(-4);
    page.grow(4);
    page.frame();
    page.grow(200);
    expect(page.top).toBe(700);
    expect(page.state).toBe('at the end');
  });

  it('never moves a reader who scrolled up, not even a little', () => {
    const page = setUp();
    page.grow(500);
    page.wheelTo(499);
    page.grow(10);
    page.grow(200);
    expect(page.top).toBe(499);
    expect(page.state).toBe('further up');
  });

  it.each([
    ['keys', (element: HTMLElement) => fireEvent.keyDown(element, { key: 'ArrowUp' })],
    ['touch', (element: HTMLElement) => fireEvent.touchMove(element)],
    ['the scrollbar', (element: HTMLElement) => fireEvent.pointerDown(element)],
  ])('lets go of a reader who scrolls by %s while the answer grows', (_name, hand) => {
    const page = setUp();
    page.grow(500);
    act(() => void hand(page.element));
    page.element.scrollTop = 490;
    page.grow(10);
    page.grow(10);
    expect(page.top).toBe(490);
  });

  it('lets go where something else scrolled, such as a search in the page', () => {
    const page = setUp();
    page.grow(500);
    page.frame();
    page.scrollTo(100);
    page.grow(10);
    expect(page.top).toBe(100);
  });

  it('goes on when the reader comes back to the end', () => {
    const page = setUp();
    page.grow(500);
    page.wheelTo(100);
    page.grow(100);
    page.wheelTo(600);
    page.grow(100);
    expect(page.top).toBe(700);
  });

  it('goes on at the reader’s wish', () => {
    const page = setUp();
    page.grow(500);
    page.wheelTo(0);
    act(() => screen.getByText('further up').click());
    page.grow(100);
    expect(page.top).toBe(600);
  });
});

describe('keeping the question at the top', () => {
  it('shows the answer from its beginning while it grows past the view', () => {
    const page = setUp('question');
    page.questionAt(300);
    page.grow(400);
    page.grow(400);
    page.grow(-4);
    page.grow(300);
    expect(page.top).toBe(284);
    expect(page.state).toBe('further up');
  });

  it('is given up for a reader who scrolls', () => {
    const page = setUp('question');
    page.questionAt(300);
    page.grow(800);
    page.wheelTo(250);
    page.grow(100);
    expect(page.top).toBe(250);
  });

  it('turns into following the end at the reader’s wish', () => {
    const page = setUp('question');
    page.questionAt(300);
    page.grow(800);
    act(() => screen.getByText('further up').click());
    page.grow(100);
    expect(page.top).toBe(900);
  });
});
