import { describe, expect, it } from 'vitest';
import { partsNeeded, splitText } from './parts';

describe('a question that is too long', () => {
  it('is cut between paragraphs, sentences and words, in this order', () => {
    expect(splitText('aaaa aaaa\n\nbbbb bbbb', 14)).toEqual(['aaaa aaaa', 'bbbb bbbb']);
    expect(splitText('One two. Three four five.', 14)).toEqual(['One two.', 'Three four', 'five.']);
    expect(splitText('x'.repeat(25), 10)).toEqual(['x'.repeat(10), 'x'.repeat(10), 'x'.repeat(5)]);
  });

  it('counts characters as the service does, and cuts none in half', () => {
    expect(splitText('😀'.repeat(5), 2)).toEqual(['😀😀', '😀😀', '😀']);
  });

  it('is left alone where it fits', () => {
    expect(splitText('short', 10)).toEqual(['short']);
    expect(partsNeeded(20_000, 8_000)).toBe(3);
  });
});
