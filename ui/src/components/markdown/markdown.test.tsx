import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { RICH_ANSWER } from '../../../test/look/answers';
import { expectAccessible } from '../../../test/axe';
import { XSS_CORPUS } from '../../../test/xss-corpus';
import { Markdown } from './markdown';
import { safeUrl } from './safe-url';

/** Everything an answer may consist of. Nothing else, and no other attribute, may ever come out of one. */
const ALLOWED_ELEMENTS = new Set(
  `a b blockquote br button cite code dd del details div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i ins kbd li mark ol
   p path pre q s samp section small span strong sub summary sup svg table tbody td th thead tr u ul var rect circle line
   g polyline polygon`.split(/\s+/),
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

describe('tags that models write inside Markdown', () => {
  const html = (text: string, growing = false): string =>
    render(<Markdown text={text} growing={growing} />).container.querySelector('.markdown')?.innerHTML ?? '';

  it.each([
    ['| a |\n|---|\n| 1. one<br>2. two |', '<td>1. one<br>\n2. two</td>'],
    ['H<sub>2</sub>O and x<sup>2</sup>', '<p>H<sub>2</sub>O and x<sup>2</sup></p>'],
    ['Press <kbd>Ctrl</kbd>+<kbd>C</kbd>', '<p>Press <kbd>Ctrl</kbd>+<kbd>C</kbd></p>'],
    ['<u>a **b**</u> <mark>c</mark>', '<u>a <strong>b</strong></u> <mark>c</mark>'],
    ['| a |\n|---|\n| <ul><li>x</li><li>y</li></ul> |', '<ul><li>x</li><li>y</li></ul>'],
    ['before <!-- a note\nto itself --> after', '<p>before  after</p>'],
    ['a < b and c > d <3 <foo>', '<p>a &lt; b and c &gt; d &lt;3 &lt;foo&gt;</p>'],
    ['left <sub>open', '<p>left &lt;sub&gt;open</p>'],
    ['`<br>` and <BR/> end', '<code dir="ltr">&lt;br&gt;</code> and <br>'],
  ])('%j', (text, expected) => {
    expect(html(text)).toContain(expected);
  });

  it('keeps all blocks of <details> together, whether at once or as they come', () => {
    const text = '<details>\n<summary>More</summary>\n\n- **one**\n\n```py\nx\n```\n\n</details>\n\nafter';
    const { container, rerender } = render(<Markdown text="" growing />);
    for (let length = 1; length <= text.length; length += 1)
      rerender(<Markdown text={text.slice(0, length)} growing={length < text.length} />);
    const details = container.querySelector('details');
    expect(details?.firstElementChild?.outerHTML).toBe('<summary>More</summary>');
    expect(details?.querySelector('li strong')?.textContent).toBe('one');
    expect(details?.querySelector('pre')?.textContent).toBe('x');
    expect(details?.textContent).not.toContain('after');
    expect(container.textContent).not.toMatch(/<\/?(details|summary)/);
  });
});

describe('text without blanks between words', () => {
  const text = (markdown: string): string => render(<Markdown text={markdown} growing={false} />).container.textContent;

  it('has no blank where a line ends between two ideographs', () => {
    expect(text('日本語の\n文章です。\n次')).toBe('日本語の文章です。次');
    expect(text('한국어\n문장 and\nEnglish')).toBe('한국어\n문장 and\nEnglish');
  });

  it.each([
    ['詳細はhttps://example.com/a。**次**に', 'https://example.com/a'],
    ['見る：https://example.com/a（英語）', 'https://example.com/a'],
    ['请访问https://example.com了解', 'https://example.com'],
    ['https://zh.wikipedia.org/wiki/中文', 'https://zh.wikipedia.org/wiki/中文'],
    ['（[公式](https://example.com/（x）)）', 'https://example.com/（x）'],
  ])('an address ends where full-width punctuation begins: %s', (markdown, address) => {
    const { container } = render(<Markdown text={markdown} growing={false} />);
    expect(container.querySelector('a')?.getAttribute('href')).toBe(encodeURI(address));
    expect(container.textContent).not.toContain('**');
  });

  it.each(['นี่คือ**"สำคัญ"**มาก', 'זה ה**"חשוב"**כאן', 'هذا**«مهم»**جدا', '이것은**"중요"**합니다'])(
    '%s is bold',
    (markdown) => {
      const { container } = render(<Markdown text={markdown} growing={false} />);
      expect(container.querySelector('strong')).not.toBeNull();
      expect(container.textContent).not.toContain('**');
    },
  );

  it.each(['2 ** 3', 'x**(2) + y**(3)', 'f(**kwargs)'])('%s is not', (markdown) => {
    const { container } = render(<Markdown text={markdown} growing={false} />);
    expect(container.querySelector('strong')).toBeNull();
    expect(container.textContent).toBe(markdown);
  });
});

describe('footnotes', () => {
  const text = 'One[^a] and two[^b].\n\nAgain[^b], `[^c]`.\n\n[^b]: **Second** note\n    goes on\n[^a]: First';

  it('stand once at the end, numbered through the whole answer', () => {
    const { container } = render(<Markdown text={text} growing={false} />);
    expect([...container.querySelectorAll('sup a')].map((link) => link.textContent)).toEqual(['1', '2', '2']);
    const notes = [...container.querySelectorAll('.footnotes li')];
    expect(notes.map((note) => note.querySelector('.markdown-block')?.textContent)).toEqual([
      'First',
      'Second note\ngoes on',
    ]);
    expect(notes[1]?.querySelector('strong')).not.toBeNull();
    const [target = ''] = [...container.querySelectorAll('sup a')].map((link) => link.getAttribute('href') ?? '');
    expect(container.querySelector(target)).toBe(notes[0]);
  });

  it('are told apart from those of another answer', () => {
    render(<Markdown text={text} growing={false} />);
    render(<Markdown text={text} growing={false} />);
    const ids = [...document.querySelectorAll('.footnotes li')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
  });

  it('have a name in the reader’s language', () => {
    render(<Markdown text={text} growing={false} />);
    expect(screen.getByRole('region', { name: 'Footnotes' })).toBeTruthy();
  });
});

describe('a task list', () => {
  it('has boxes with names', async () => {
    const { container } = render(<Markdown text={'- [x] one\n- [ ] two\n  - [ ] three'} growing={false} />);
    expect(screen.getAllByRole('img').map((box) => box.getAttribute('aria-label'))).toEqual([
      'Done',
      'Not done',
      'Not done',
    ]);
    await expectAccessible(container);
  });
});

describe('an image', () => {
  it('without a description is named by its address, and inside a link is no link of its own', () => {
    const { container } = render(
      <Markdown
        text={'![](https://a.example/x.png) [![badge](https://b.example/i)](https://c.example)'}
        growing={false}
      />,
    );
    expect([...container.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual([
      'https://a.example/x.png',
      'https://c.example',
    ]);
    expect(container.textContent).toContain('https://a.example/x.png');
  });
});

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
    expect(screen.getByRole('group', { name: 'Table' }).querySelectorAll('tbody tr')).toHaveLength(2);
    expect(screen.getByRole('group', { name: 'Code: python' }).textContent).toContain('def call_with_backoff');
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

  it.each([
    ['hcl', 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}', 'resource'],
    ['tf', 'variable "x" { default = true }', 'variable'],
    ['dockerfile', 'FROM rust:1\nRUN cargo build', 'FROM'],
    ['powershell', 'function Get-It { return 1 }', 'function'],
  ])('colours %s', async (language, code, keyword) => {
    const { container } = render(<Markdown text={`\`\`\`${language}\n${code}\n\`\`\``} growing={false} />);
    await waitFor(() => expect(container.querySelector('.hljs-keyword')?.textContent).toBe(keyword));
  });

  it('calls a diagram by its name', () => {
    render(<Markdown text={'```mermaid\ngraph TD\n```'} growing={false} />);
    expect(screen.getByRole('group', { name: 'Code: Diagram (Mermaid source)' }).textContent).toBe('graph TD');
  });

  it('folds long code, and opens it', () => {
    const code = Array.from({ length: 50 }, (_, line) => `line ${line}`).join('\n');
    render(<Markdown text={`\`\`\`\n${code}\n\`\`\``} growing={false} />);
    fireEvent.click(screen.getByRole('button', { name: 'Show all 50 lines' }));
    expect(screen.getByRole('button', { name: 'Show less' }).getAttribute('aria-expanded')).toBe('true');
  });

  it('shows code in a language it does not know as it is', () => {
    render(<Markdown text={'```klingon\nnuqneH <b>\n```'} growing={false} />);
    expect(screen.getByRole('group', { name: 'Code: klingon' }).textContent).toBe('nuqneH <b>');
  });

  it('does not draw finished blocks again while the last one grows', () => {
    const { container, rerender } = render(<Markdown text={'first\n\nsecond\n\nthi'} growing />);
    const first = container.querySelector('p');
    rerender(<Markdown text={'first\n\nsecond\n\nthird'} growing />);
    expect(container.querySelector('p')).toBe(first);
  });
});
