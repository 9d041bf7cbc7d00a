/** The Markdown of answers, one definition for everything that reads it: drawing, cutting into blocks, speaking. */
import type { Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { mathFromMarkdown } from 'mdast-util-math';
import { gfm } from 'micromark-extension-gfm';
import type { Extension } from 'micromark-util-types';
import type { Processor } from 'unified';
import { emphasisSyntax } from './emphasis';
import { mathSyntax } from './math-syntax';

const SYNTAX: Extension[] = [
  // One tilde means "about" or a home folder far more often than deletion.
  gfm({ singleTilde: false }),
  ...emphasisSyntax(),
  mathSyntax(),
  // Raw HTML is never markup here. As part of a line it leaves the Markdown around it alone.
  { disable: { null: ['htmlFlow'] } },
];
const TREE = [gfmFromMarkdown(), mathFromMarkdown()];

export function parseMarkdown(text: string): Root {
  return fromMarkdown(text, { extensions: SYNTAX, mdastExtensions: TREE });
}

/** The same for the processor that draws. */
export function remarkSyntax(this: Processor): void {
  const data = this.data() as { micromarkExtensions?: unknown[]; fromMarkdownExtensions?: unknown[] };
  (data.micromarkExtensions ??= []).push(...SYNTAX);
  (data.fromMarkdownExtensions ??= []).push(...TREE);
}
