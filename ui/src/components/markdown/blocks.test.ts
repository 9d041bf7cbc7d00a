import { describe, expect, it } from 'vitest';
import { BlockSplitter, type Blocks } from './blocks';
import { repairTail } from './repair';

const DOCUMENTS = {
  'headings, a table, code and a link':
    '## How\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n```py\n# no heading\n\n- x\n```\n\n[a](https://b.c) end',
  'a paragraph that goes on with emphasis': 'first line\n***bold*** and more\n\n- a\n- b\n\n  still b\n\nend',
  'a heading underlined later': 'Title\n=====\n\ntext\n- one\n---\nafter',
  'a hash that is no heading': 'issue\n#12 is open\n\n# Heading',
  'indented code': 'text\n\n    code\n    more\n\ntext',
  'nested lists': '1. a\n   - b\n\n     c\n2. d\n\n> quote\nlazy\n\n| a | b |\n|---|---|\n| 1 | 2 |\nafter',
  'definitions at the end': 'see [one][1] and [^n]\n\n[1]: https://example.com\n[^n]: a note\n    goes on',
  'blank lines in front': '\n\n  \ntext',
  'windows line ends': 'a\r\n\r\nb\r\n- c\r\n',
};

function splitAtOnce(text: string): Blocks {
  return new BlockSplitter().split(text);
}

describe.each(Object.entries(DOCUMENTS))('%s', (_name, text) => {
  it('has the same blocks whether it comes at once or character by character', () => {
    const splitter = new BlockSplitter();
    for (let length = 1; length < text.length; length += 1) {
      expect(splitter.split(text.slice(0, length))).toEqual(splitAtOnce(text.slice(0, length)));
    }
  });

  it('is the sum of its blocks', () => {
    const { blocks } = splitAtOnce(text);
    expect(blocks.map(({ source }) => source).join('')).toBe(text);
  });
});

describe('a splitter', () => {
  it('keeps finished blocks as they were', () => {
    const splitter = new BlockSplitter();
    const before = splitter.split('one\n\ntwo\n\nthree');
    const after = splitter.split('one\n\ntwo\n\nthree and more');
    expect(after.blocks[0]).toBe(before.blocks[0]);
  });

  it('starts over for another text', () => {
    const splitter = new BlockSplitter();
    splitter.split('one\n\ntwo\n\nthree');
    expect(splitter.split('else').blocks.map(({ source }) => source)).toEqual(['else']);
  });

  it('collects what other blocks may refer to', () => {
    const { definitions } = splitAtOnce(DOCUMENTS['definitions at the end']);
    expect(definitions).toBe('[1]: https://example.com\n\n[^n]: a note\n    goes on');
  });
});

describe('the block that still grows', () => {
  it.each([
    ['**bol', '**bol**'],
    ['an *emph', 'an *emph*'],
    ['some `code', 'some `code`'],
    ['a ~~stri', 'a ~~stri~~'],
    ['a [link](https://exa', 'a link'],
    ['text\n-', 'text\n'],
    ['text\n##', 'text\n'],
    ['text\n```py', 'text\n'],
    ['- one\n- ', '- one\n'],
    ['| a | b', ''],
    ['| a | b |\n|--', ''],
    ['| a | b |\n', ''],
    ['complete text.', 'complete text.'],
    ['five - three = 2', 'five - three = 2'],
  ])('%j looks like %j', (source, shown) => {
    expect(repairTail({ source, type: source.startsWith('- ') ? 'list' : 'paragraph' })).toBe(shown);
  });

  it('does not show the beginning of the fence that closes code', () => {
    expect(repairTail({ source: '```py\nx = 1\n``', type: 'code' })).toBe('```py\nx = 1');
    expect(repairTail({ source: '```py\n**not bold', type: 'code' })).toBe('```py\n**not bold');
  });
});
