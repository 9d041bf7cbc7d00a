/**
 * Cuts growing Markdown into its top-level blocks, so that a finished block is parsed and drawn once however long the
 * answer grows. Only the last two blocks are parsed again: the last can still change, and an unfinished line (`***` of
 * `***bold***`) can look like a block of its own until it turns out to continue the one before.
 */
import type { Node, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

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
}

const EMPTY: Blocks = { blocks: [], definitions: '' };

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
    this.#result = { blocks, definitions: definitionsOf(blocks) };
    return this.#result;
  }
}

function parse(text: string, from: number): Block[] {
  const { children } = fromMarkdown(text.slice(from), { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
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
