import { memo, useState } from 'react';
import ReactMarkdown, { type Options } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { BlockSplitter, type Block } from './blocks';
import { GrowingContext } from './code-block';
import { ELEMENTS, FirstHeadingContext } from './elements';
import { repairTail } from './repair';
import { safeUrl } from './safe-url';
import './markdown.css';

export interface MarkdownProps {
  readonly text: string;
  /** More text may follow: the last block is repaired before it is drawn. */
  readonly growing: boolean;
}

const PLUGINS: Options['remarkPlugins'] = [remarkGfm];

/**
 * An answer as a document. Raw HTML in it is shown as the text it is: the renderer builds React elements and knows no
 * way to insert markup.
 */
export function Markdown({ text, growing }: MarkdownProps) {
  const [splitter] = useState(() => new BlockSplitter());
  const { blocks, definitions } = splitter.split(text);
  const firstHeading = blocks.find(({ depth }) => depth !== null)?.depth ?? 1;
  return (
    <div className="markdown">
      <FirstHeadingContext value={firstHeading}>
        {blocks.map((block, index) => {
          const last = growing && index === blocks.length - 1;
          const source = last ? repairTail(block) : block.source;
          return (
            <MarkdownBlock
              key={block.start}
              source={withDefinitions(block, source, definitions)}
              start={block.start}
              growing={last}
            />
          );
        })}
      </FirstHeadingContext>
    </div>
  );
}

/** Blocks are drawn apart from each other, so those that may refer to a definition get all of them. */
function withDefinitions(block: Block, source: string, definitions: string): string {
  const refers =
    definitions !== '' && block.type !== 'code' && !block.type.endsWith('efinition') && source.includes('[');
  return refers ? `${source}\n\n${definitions}` : source;
}

interface MarkdownBlockProps {
  readonly source: string;
  /** Keeps the footnote anchors of this block apart from those of others. */
  readonly start: number;
  readonly growing: boolean;
}

const MarkdownBlock = memo(function MarkdownBlock({ source, start, growing }: MarkdownBlockProps) {
  return (
    <div className="markdown-block" dir="auto">
      <GrowingContext value={growing}>
        <ReactMarkdown
          remarkPlugins={PLUGINS}
          remarkRehypeOptions={{ clobberPrefix: `user-content-${start}-` }}
          urlTransform={(address) => safeUrl(address) ?? ''}
          components={ELEMENTS}
        >
          {source}
        </ReactMarkdown>
      </GrowingContext>
    </div>
  );
});
