import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { createContext, useContext, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import { useI18n } from '../../i18n/i18n-context';

type Highlighter = typeof import('./highlighter');

/** Loaded once for all blocks; until then, and if it cannot be had, code is simply not coloured. */
let highlighter: Highlighter | null = null;
let loading: Promise<void> | null = null;

function subscribe(changed: () => void): () => void {
  loading ??= import('./highlighter').then((module) => void (highlighter = module)).catch(() => undefined);
  let wanted = true;
  void loading.then(() => {
    if (wanted) changed();
  });
  return () => {
    wanted = false;
  };
}

/** Whether more of the block may follow. */
export const GrowingContext = createContext(false);

export interface CodeBlockProps {
  readonly code: string;
  /** The word after the fence; null without one. */
  readonly language: string | null;
}

/** A block of code with its language, a copy button and colours. */
export function CodeBlock({ code, language }: CodeBlockProps) {
  const { t } = useI18n();
  const name = language ?? t('codePlain');
  const text = code.replace(/\n$/, '');
  return (
    <figure className="code-block" dir="ltr" data-testid="code-block">
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
      {/* Long lines scroll, and what scrolls must be reachable without a mouse. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} role="region" aria-label={t('codeLabel', { language: name })}>
        <Colored code={text} language={language} />
      </pre>
    </figure>
  );
}

/** While code grows, its finished lines are coloured once each and the last one stays plain. */
function Colored({ code, language }: CodeBlockProps) {
  const loaded = useSyncExternalStore(subscribe, () => highlighter);
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
