import { render, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { RICH_ANSWER } from '../../../test/look/answers';
import { expectAccessible } from '../../../test/axe';
import { XSS_CORPUS } from '../../../test/xss-corpus';
import { Markdown } from './markdown';
import { safeUrl } from './safe-url';

/** Everything an answer may consist of. Nothing else, and no other attribute, may ever come out of one. */
const ALLOWED_ELEMENTS = new Set(
  `a blockquote br button code dd del div dl dt em figcaption figure h2 h3 h4 h5 h6 hr input li ol p path pre section span
   strong sup svg table tbody td th thead tr ul rect circle line g polyline polygon`.split(/\s+/),
);

describe('raw HTML and hostile links', () => {
  it.each(XSS_CORPUS)('stay text: %j', (attack) => {
    const { container } = render(<Markdown text={attack} growing={false} />);
    expectHarmless(container);
  });

  it.each(XSS_CORPUS)('stay text while they arrive: %j', (attack) => {
    const step = Math.ceil(attack.length / 8);
    for (let length = step; length <= attack.length; length += step) {
      const { container, unmount } = render(<Markdown text={attack.slice(0, length)} growing />);
      expectHarmless(container);
      unmount();
    }
  });

  it('shows markup as the text it is', () => {
    render(<Markdown text={'before <b onclick="x()">bold</b> after'} growing={false} />);
    expect(screen.getByText('before <b onclick="x()">bold</b> after')).toBeTruthy();
  });
});

function expectHarmless(container: HTMLElement): void {
  for (const element of container.querySelectorAll('*')) {
    expect(ALLOWED_ELEMENTS).toContain(element.tagName.toLowerCase());
    for (const { name, value } of element.attributes) {
      expect(name).not.toMatch(/^on|^srcdoc$|^formaction$|^style$|^src$/);
      if (name === 'href') expect(safeUrl(value)).toBe(value);
    }
  }
}

describe('links', () => {
  it('open apart from this page and learn nothing of it', () => {
    render(<Markdown text="[guide](https://example.com/a?b=c)" growing={false} />);
    const link = screen.getByRole('link', { name: /^guide ?\(opens in a new tab\)$/ });
    expect(link.getAttribute('href')).toBe('https://example.com/a?b=c');
    expect(link.getAttribute('target')).toBe('_blank');
    expect(link.getAttribute('rel')).toBe('noopener noreferrer');
  });

  it.each(['https://example.com', 'http://example.com', 'mailto:a@example.com'])('to %s may be followed', (url) => {
    render(<Markdown text={`[x](${url})`} growing={false} />);
    expect(screen.getByRole('link').getAttribute('href')).toBe(url);
  });

  it.each(['/relative', 'other.html', '//example.com', '#top', 'ftp://example.com', 'tel:123', 'blob:https://x'])(
    'to %s are text',
    (url) => {
      render(<Markdown text={`[x](${url})`} growing={false} />);
      expect(screen.queryByRole('link')).toBeNull();
    },
  );

  it('stand in for images, which are never fetched', () => {
    const { container } = render(<Markdown text="![chart](https://example.com/leak?q=secret)" growing={false} />);
    expect(container.querySelector('img')).toBeNull();
    expect(screen.getByRole('link', { name: /Image: chart/ })).toBeTruthy();
  });

  it('find definitions in other blocks', () => {
    render(<Markdown text={'see [it][1]\n\nmore\n\n[1]: https://example.com'} growing={false} />);
    expect(screen.getByRole('link').getAttribute('href')).toBe('https://example.com');
  });
});

describe('an answer as a document', () => {
  it('has headings, lists, tables and code, and is accessible', async () => {
    const { container } = render(<Markdown text={RICH_ANSWER} growing={false} />);
    expect(screen.getByRole('heading', { name: 'How it works', level: 3 })).toBeTruthy();
    expect(screen.getAllByRole('listitem')).toHaveLength(3);
    expect(screen.getByRole('region', { name: 'Table' }).querySelectorAll('tbody tr')).toHaveLength(2);
    expect(screen.getByRole('region', { name: 'Code: python' }).textContent).toContain('def call_with_backoff');
    await expectAccessible(container);
  });

  it('has headings that begin below the question, whatever level the author began with', () => {
    render(<Markdown text={'### a\n\ntext\n\n#### b\n\n## c'} growing={false} />);
    const level = (name: string) => screen.getByRole('heading', { name }).tagName;
    expect(['a', 'b', 'c'].map(level)).toEqual(['H3', 'H4', 'H3']);
  });

  it('colours code once the colours are loaded, the last line included', async () => {
    const { container } = render(<Markdown text={'```python\nx = "a"\nreturn x\n```'} growing={false} />);
    await waitFor(() => expect(container.querySelector('.hljs-string')?.textContent).toBe('"a"'));
    expect(container.querySelector('.hljs-keyword')?.textContent).toBe('return');
    expect(container.querySelector('code')?.textContent).toBe('x = "a"\nreturn x');
  });

  it('shows code in a language it does not know as it is', () => {
    render(<Markdown text={'```klingon\nnuqneH <b>\n```'} growing={false} />);
    expect(screen.getByRole('region', { name: 'Code: klingon' }).textContent).toBe('nuqneH <b>');
  });

  it('does not draw finished blocks again while the last one grows', () => {
    const { container, rerender } = render(<Markdown text={'first\n\nsecond\n\nthi'} growing />);
    const first = container.querySelector('p');
    rerender(<Markdown text={'first\n\nsecond\n\nthird'} growing />);
    expect(container.querySelector('p')).toBe(first);
  });
});
