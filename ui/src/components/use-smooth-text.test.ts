import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { advance, graphemeEnd, useSmoothText } from './use-smooth-text';

let frames: FrameRequestCallback[] = [];
let time = 0;

beforeEach(() => {
  frames = [];
  time = 0;
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
  vi.stubGlobal('cancelAnimationFrame', (id: number) => (frames[id - 1] = () => undefined));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function frame(elapsedMs = 16): void {
  time += elapsedMs;
  const due = frames;
  frames = [];
  act(() => due.forEach((callback) => callback(time)));
}

function show(text: string, growing: boolean) {
  return renderHook((props: { text: string; growing: boolean }) => useSmoothText(props.text, props.growing), {
    initialProps: { text, growing },
  });
}

describe('smooth text', () => {
  it('is whole at once when the answer was complete from the start', () => {
    expect(show('complete', false).result.current).toBe('complete');
  });

  it('comes frame by frame instead of lump by lump, and never goes back', () => {
    const text = 'word '.repeat(100);
    const { result } = show(text, true);
    const lengths: number[] = [];
    for (let count = 0; count < 30; count += 1) {
      frame();
      lengths.push(result.current.length);
    }
    const steps = lengths.map((length, index) => length - (lengths[index - 1] ?? 0));
    expect(Math.min(...steps)).toBeGreaterThan(0);
    expect(Math.max(...steps)).toBeLessThan(text.length / 8);
  });

  it.each([40, 400, 40_000])('flows out within 160 ms of the end, with %i characters to go', (characters) => {
    const text = 'x'.repeat(characters);
    const { result, rerender } = show(text, true);
    frame();
    rerender({ text, growing: false });
    for (let count = 0; count < 5; count += 1) frame();
    expect(result.current.length).toBeLessThan(text.length * 0.7);
    for (let count = 0; count < 5; count += 1) frame();
    expect(result.current).toBe(text);
  });

  it('keeps its pace where an answer given up goes on after all', () => {
    const { result, rerender } = show('x'.repeat(400), true);
    frame();
    rerender({ text: 'x'.repeat(400), growing: false });
    frame();
    rerender({ text: 'x'.repeat(800), growing: true });
    for (let count = 0; count < 12; count += 1) frame();
    expect(result.current.length).toBeLessThan(600);
    for (let count = 0; count < 200; count += 1) frame();
    expect(result.current).toHaveLength(800);
  });

  it('makes up in one frame for the time a tab was hidden', () => {
    const text = 'x'.repeat(1_000);
    const { result } = show(text, true);
    frame();
    frame(10_000);
    expect(result.current).toBe(text);
  });

  it('asks for no frames when there is nothing to draw', () => {
    show('', true);
    expect(frames).toHaveLength(0);
  });

  it('is not animated for readers who want less motion', () => {
    vi.stubGlobal('matchMedia', (query: string) => ({ matches: query.includes('reduced-motion') }));
    expect(show('all of it', true).result.current).toBe('all of it');
  });
});

describe('advancing', () => {
  it.each([
    [0, 100, 0],
    [99, 100, 16],
    [50, 5_000, 16],
  ])('from %i of %i after %i ms shows more, but never too much', (shown, total, elapsed) => {
    const next = advance(shown, total, elapsed, null);
    expect(next).toBeGreaterThan(shown);
    expect(next).toBeLessThanOrEqual(total);
  });
});

describe('the end of a visible character', () => {
  it.each([
    ['a surrogate pair', 'a😀b', 2, 3],
    ['a family', 'x👩‍👩‍👧‍👦y', 3, 12],
    ['a flag', '🇩🇪🇫🇷', 2, 4],
    ['a combining mark', 'e\u0301x', 1, 2],
    ['plain text', 'abc', 2, 2],
    ['the start', 'abc', 0, 0],
    ['beyond the end', 'abc', 9, 3],
  ])('is respected: %s', (_name, text, from, end) => {
    expect(graphemeEnd(text, from)).toBe(end);
  });
});
