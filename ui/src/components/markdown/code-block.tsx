import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { useContext, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import { useI18n } from '../../i18n/i18n-context';
import { GrowingContext } from './growing';
import { onDemand } from './on-demand';

/** Loaded once for all blocks; until then, and if it cannot be had, code is simply not coloured. */
const highlighter = onDemand(() => import('./highlighter'));

export interface CodeBlockProps {
  readonly code: string;
  /** The word after the fence; null without one. */
  readonly language: string | null;
}

/** Beyond this many lines a block is folded: it can be opened, and is copied whole. */
const FOLD_LINES = 40;

/** A block of code with its language, a copy button and colours. */
export function CodeBlock({ code, language }: CodeBlockProps) {
  const { t } = useI18n();
  const growing = useContext(GrowingContext);
  const [unfolded, setUnfolded] = useState(false);
  // Diagrams are not drawn: their source is text like any other, but a reader may wonder where the picture is.
  const name = language === null ? t('codePlain') : language === 'mermaid' ? t('codeMermaid') : language;
  const text = code.replace(/\n$/, '');
  const lines = text.split('\n').length;
  const folds = lines > FOLD_LINES && !growing;
  return (
    <figure className={folds && !unfolded ? 'code-block folded' : 'code-block'} dir="ltr" data-testid="code-block">
      <figcaption>
        <span>{name}</span>
        <CopyToClipboard
          variant="icon"
          copyButtonAriaLabel={t('copyCode')}
          textToCopy={text}
          copySuccessText={t('copied')}
          copyErrorText={t('copyFailed')}
        />
      </figcaption>
      {/* Long lines scroll, and what scrolls must be reachable without a mouse. A group: an answer may hold many, and
          landmarks are few. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} role="group" aria-label={t('codeLabel', { language: name })}>
        <Colored code={text} language={language} />
      </pre>
      {folds && (
        <button type="button" className="fold" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
          {unfolded ? t('showLess') : t('showAllLines', { count: lines })}
        </button>
      )}
    </figure>
  );
}

/** While code grows, its finished lines are coloured once each and the last one stays plain. */
function Colored({ code, language }: CodeBlockProps) {
  const loaded = useSyncExternalStore(highlighter.subscribe, highlighter.get);
  const growing = useContext(GrowingContext);
  const cut = growing ? code.lastIndexOf('\n') + 1 : code.length;
  const finished = code.slice(0, cut);
  const colored = useMemo<ReactNode>(() => {
    const tree = language === null ? null : loaded?.highlight(finished, language);
    return tree ? toJsxRuntime(tree, { Fragment, jsx, jsxs }) : finished;
  }, [finished, language, loaded]);
  return (
    <code>
      {colored}
      {code.slice(cut)}
    </code>
  );
}
