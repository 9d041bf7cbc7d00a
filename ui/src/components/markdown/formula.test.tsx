import { render, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { BlockSplitter } from './blocks';
import { Markdown } from './markdown';
import { repairTail } from './repair';

function draw(text: string, growing = false): HTMLElement {
  return render(<Markdown text={text} growing={growing} />).container;
}

describe('a formula', () => {
  it.each([
    ['\\[ E=mc^2 \\]', 1],
    ['\\(a^2\\) and \\(b_1\\)', 2],
    ['$$\nx = \\frac{1}{2}\n$$', 1],
    ['$$x^2$$', 1],
    ['$x^2 + y^2 = z^2$ with $n$', 2],
    ['before\n\\[\na\n\n+ b\n= c\n\\]\nafter', 1],
    ['\\[ a = b \\\\\n+ c \\]', 1],
    ['- item\n  \\[\n  x^2\n  \\]\n- next', 1],
    ['| a |\n|---|\n| \\(x\\) |', 1],
    ['\\begin{pmatrix}', 0],
    ['$$\n\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}\n$$', 1],
    ['公式\\(x\\)です', 1],
  ])('%j is MathML', async (text, count) => {
    const container = draw(text);
    await waitFor(() => expect(container.querySelectorAll('math')).toHaveLength(count));
    expect(container.querySelectorAll('[style], [href], [src]')).toHaveLength(0);
    if (count > 0) expect(container.textContent).not.toMatch(/\\[[\]()]|\$/);
  });

  it.each([
    '$5 to $10',
    '$5/$10 or $3-$4',
    'set $HOME:$PATH and $A_B and $C_D',
    'It costs $100 (or US$ 90).',
    'a $ b $ c',
    '`$x$` and `\\(a\\)`',
    'price: $1,000 = $ 900',
  ])('%j is none', (text) => {
    const container = draw(text);
    expect(container.querySelector('.formula, math, code:not([dir])')).toBeNull();
    expect(container.textContent).toBe(text.replaceAll('`', ''));
  });

  it.each([
    ['\\[1\\] Smith, 2020\n\nNext paragraph', 'Next paragraph'],
    ['\\[x] open\n\nNext paragraph', 'Next paragraph'],
    ['$$\nx\n$$.\n\nNext paragraph', 'Next paragraph'],
    ['$$ a\n+ b $$\n\nNext paragraph', 'Next paragraph'],
  ])('%j does not swallow what follows', (text, rest) => {
    expect([...draw(text).querySelectorAll('p')].at(-1)?.textContent).toBe(rest);
  });

  it.each([
    '\\frac{',
    '\\includegraphics{http://a.example/x}',
    '\\href{javascript:alert(1)}{x}',
    '\\def\\x{\\x\\x}\\x',
  ])('%s is shown as its source where it cannot be drawn', async (tex) => {
    const container = draw(`\\(${tex}\\) and \\(y\\)`);
    await waitFor(() => expect(container.querySelector('math')).not.toBeNull());
    expect(container.querySelectorAll('a, img, [href], [src]')).toHaveLength(0);
  });
});

describe('a formula that grows', () => {
  it.each(['a\n\n\\[\nx\n\n+ y\n\n= z\n\\]\n\nb', 'a\n\n$$\nx\n\ny\n\nz\n$$\n\nb', '\\[ a = b \\\\\n+ c \\] and'])(
    'is cut into the same blocks as at once: %j',
    (text) => {
      const splitter = new BlockSplitter();
      for (let length = 1; length <= text.length; length += 1) splitter.split(text.slice(0, length));
      expect(splitter.split(text)).toEqual(new BlockSplitter().split(text));
    },
  );

  it('is held back while its half is missing, and shown as source where it broke off', () => {
    expect(repairTail({ source: 'so \\(a_1 +', type: 'paragraph' })).toBe('so');
    expect(repairTail({ source: 'so \\(a_1 +', type: 'paragraph' }, false)).toBe('so \\(a_1 + \\)');
    expect(repairTail({ source: 'so \\(a_1\\) is **x', type: 'paragraph' })).toBe('so \\(a_1\\) is **x**');
    expect(repairTail({ source: 'a `x_y` and <su', type: 'paragraph' })).toBe('a `x_y` and');
  });
});

describe('an answer that broke off', () => {
  it('looks as it did while it grew', () => {
    const { container } = render(<Markdown text="全体の**構" growing={false} unfinished />);
    expect(container.querySelector('strong')?.textContent).toBe('構');
  });
});
