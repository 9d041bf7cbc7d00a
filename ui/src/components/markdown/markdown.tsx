import { memo, useId, useMemo, useState } from 'react';
import ReactMarkdown, { type Options } from 'react-markdown';
import { BlockSplitter, type Block } from './blocks';
import { ELEMENTS, FirstHeadingContext } from './elements';
import type { Footnote } from './footnotes';
import { FootnoteList } from './footnote-list';
import { GrowingContext } from './growing';
import { repairTail } from './repair';
import { safeUrl } from './safe-url';
import { remarkSyntax } from './syntax';
import { remarkAnswer, type Notes } from './transform';
import './markdown.css';

export interface MarkdownProps {
  readonly text: string;
  /** More text may follow. */
  readonly growing: boolean;
  /** The text ends where its author did not mean it to: its last block is repaired before it is drawn. */
  readonly unfinished?: boolean;
}

/**
 * An answer as a document. Raw HTML in it is shown as the text it is, but for a few bare tags: the renderer builds React
 * elements and knows no way to insert markup.
 */
export function Markdown({ text, growing, unfinished = growing }: MarkdownProps) {
  const [splitter] = useState(() => new BlockSplitter());
  const scope = useId().replaceAll(/\W/g, '');
  const { blocks, definitions, footnotes } = splitter.split(text);
  const notes = useNotes(footnotes, scope);
  const firstHeading = blocks.find(({ depth }) => depth !== null)?.depth ?? 1;
  return (
    <div className="markdown">
      <FirstHeadingContext value={firstHeading}>
        {blocks.map((block, index) => {
          const last = index === blocks.length - 1;
          const source = last && unfinished ? repairTail(block, growing) : block.source;
          return (
            <MarkdownBlock
              key={block.start}
              source={withDefinitions(block, source, definitions)}
              notes={notes}
              growing={last && growing}
            />
          );
        })}
        <FootnoteList notes={notes} definitions={definitions} />
      </FirstHeadingContext>
    </div>
  );
}

function useNotes(footnotes: readonly Footnote[], scope: string): Notes {
  return useMemo(
    () => ({ scope, footnotes, numbers: new Map(footnotes.map(({ id }, index) => [id, index + 1])) }),
    [footnotes, scope],
  );
}

/** Blocks are drawn apart from each other, so those that may refer to a definition get all of them. */
function withDefinitions(block: Block, source: string, definitions: string): string {
  const refers =
    definitions !== '' && block.type !== 'code' && !block.type.endsWith('efinition') && source.includes('[');
  return refers ? `${source}\n\n${definitions}` : source;
}

export interface MarkdownBlockProps {
  readonly source: string;
  readonly notes: Notes;
  readonly growing: boolean;
}

export const MarkdownBlock = memo(function MarkdownBlock({ source, notes, growing }: MarkdownBlockProps) {
  const plugins = useMemo<Options['remarkPlugins']>(() => [remarkSyntax, [remarkAnswer, notes]], [notes]);
  return (
    <div className="markdown-block" dir="auto">
      <GrowingContext value={growing}>
        <ReactMarkdown remarkPlugins={plugins} urlTransform={(address) => safeUrl(address) ?? ''} components={ELEMENTS}>
          {source}
        </ReactMarkdown>
      </GrowingContext>
    </div>
  );
});
