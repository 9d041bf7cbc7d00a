/**
 * Cuts growing Markdown into its top-level blocks, so that a finished block is parsed and drawn once however long the
 * answer grows. Only the last two blocks are parsed again: the last can still change, and an unfinished line (`***` of
 * `***bold***`) can look like a block of its own until it turns out to continue the one before.
 */
import type { Node, RootContent } from 'mdast';
import { footnotesOf, type Footnote } from './footnotes';
import { parseMarkdown } from './syntax';
import { openDetails } from './tags';

export interface Block {
  /** Where the block starts in the whole text: stable, and so a key. */
  readonly start: number;
  readonly source: string;
  readonly type: RootContent['type'];
  /** Level of a heading, 1 to 6; null for every other type. */
  readonly depth: number | null;
}

export interface Blocks {
  readonly blocks: readonly Block[];
  /** Link and footnote definitions of the whole text, which any block may refer to. */
  readonly definitions: string;
  /** The notes in the order of their references. The same list as long as it says the same. */
  readonly footnotes: readonly Footnote[];
}

const EMPTY: Blocks = { blocks: [], definitions: '', footnotes: [] };

/** Remembers the last text it saw; splitting a text that continues it costs only its last blocks. */
export class BlockSplitter {
  #text = '';
  #result: Blocks = EMPTY;

  split(text: string): Blocks {
    if (text === this.#text) return this.#result;
    const finished = text.startsWith(this.#text) ? this.#result.blocks.slice(0, -2) : [];
    const last = finished.at(-1);
    const from = last ? last.start + last.source.length : 0;
    const blocks = [...finished, ...parse(text, from)];
    this.#text = text;
    this.#result = { blocks, definitions: definitionsOf(blocks), footnotes: this.#footnotes(blocks) };
    return this.#result;
  }

  #footnotes(blocks: readonly Block[]): readonly Footnote[] {
    const before = this.#result.footnotes;
    const now = footnotesOf(blocks);
    return JSON.stringify(now) === JSON.stringify(before) ? before : now;
  }
}

function parse(text: string, from: number): Block[] {
  const children = together(parseMarkdown(text.slice(from)).children);
  // A block begins with its line: the indentation belongs to it. The first one also takes what stands before it.
  const starts = children.map((child, index) => (index === 0 ? from : from + lineStart(child)));
  return children.map((child, index) => {
    const start = starts[index] ?? from;
    return {
      start,
      source: text.slice(start, starts[index + 1] ?? text.length),
      type: child.type,
      depth: child.type === 'heading' ? child.depth : null,
    };
  });
}

/** The first of each block: what stands between `<details>` and its end is one. */
function together(children: readonly RootContent[]): RootContent[] {
  let depth = 0;
  return children.filter((child) => {
    const begins = depth === 0;
    depth = Math.max(0, depth + (child.type === 'paragraph' ? openDetails(child) : 0));
    return begins;
  });
}

function lineStart(node: Node): number {
  const start = node.position?.start;
  return (start?.offset ?? 0) - ((start?.column ?? 1) - 1);
}

function definitionsOf(blocks: readonly Block[]): string {
  return blocks
    .filter(({ type }) => type === 'definition' || type === 'footnoteDefinition')
    .map(({ source }) => source.trimEnd())
    .join('\n\n');
}
