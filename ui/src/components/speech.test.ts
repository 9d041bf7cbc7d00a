import { describe, expect, it } from 'vitest';
import { nextUtterance } from './speech';

describe('what a screen reader is told', () => {
  it('is finished sentences only', () => {
    expect(nextUtterance('One. Two is not fin', 0, false)).toEqual({ text: 'One.', upTo: 5 });
    expect(nextUtterance('no end yet', 0, false)).toEqual({ text: '', upTo: 0 });
  });

  it('is nothing twice, and the rest at the end', () => {
    const answer = 'One. Two! And the rest';
    const first = nextUtterance(answer, 0, false);
    expect(nextUtterance(answer, first.upTo, true)).toEqual({ text: 'And the rest', upTo: answer.length });
  });

  it('is without the signs of Markdown', () => {
    const { text } = nextUtterance('## Title\n\nsee **bold** `code` [link](https://a.b).\n\n', 0, false);
    expect(text).toBe('Title see bold code link.');
  });

  it.each(['日本語です。次', 'سؤال؟ ثم', '中文！后'])('knows the ends of sentences in %s', (answer) => {
    expect(nextUtterance(answer, 0, false).text).not.toBe('');
  });

  it('is in order and complete however the answer arrives', () => {
    const answer = 'First one. Second one? Third one: yes. Last';
    let upTo = 0;
    const said: string[] = [];
    for (let length = 1; length <= answer.length; length += 1) {
      const next = nextUtterance(answer.slice(0, length), upTo, length === answer.length);
      if (next.text) said.push(next.text);
      upTo = next.upTo;
    }
    expect(said.join(' ')).toBe(answer);
  });
});
