/** How the elements of an answer that need care are drawn: links, images, code, tables. */
import { createContext, useContext, type ComponentPropsWithoutRef, type ReactElement, type ReactNode } from 'react';
import type { Components } from 'react-markdown';
import { useI18n } from '../../i18n/i18n-context';
import { CodeBlock } from './code-block';

function SafeLink({ href, children }: { readonly href?: string | undefined; readonly children?: ReactNode }) {
  const { t } = useI18n();
  if (!href) return <span>{children}</span>;
  if (href.startsWith('#')) return <a href={href}>{children}</a>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
      <span className="visually-hidden"> {t('opensNewTab')}</span>
    </a>
  );
}

/** Images are never fetched: an address a model made up could carry the conversation to a stranger's server. */
function ImageLink({ src, alt }: ComponentPropsWithoutRef<'img'>) {
  const { t } = useI18n();
  const address = typeof src === 'string' ? src : undefined;
  return <SafeLink href={address}>{t('imageLabel', { text: alt ?? address ?? '' })}</SafeLink>;
}

interface CodeProps {
  readonly className?: string;
  readonly children?: ReactNode;
}

/** A fenced block arrives as `pre` around one `code`, whose class names the language. */
function Pre({ children }: { readonly children?: ReactNode }) {
  const { className = '', children: code } = (children as ReactElement<CodeProps> | undefined)?.props ?? {};
  const language = /language-(\S+)/.exec(className)?.[1] ?? null;
  return <CodeBlock code={typeof code === 'string' ? code : ''} language={language} />;
}

/** Wide tables scroll inside themselves, by keyboard too. */
function Table({ children }: { readonly children?: ReactNode }) {
  const { t } = useI18n();
  return (
    // A region that scrolls must be reachable without a mouse.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="table-scroll" role="region" aria-label={t('tableLabel')} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}

/** The level of the first heading of an answer. */
export const FirstHeadingContext = createContext(1);

const LEVELS = ['h3', 'h4', 'h5', 'h6'] as const;

/** The question above is an h2, so an answer's headings begin at h3, whatever level its author began with. */
function heading(depth: number) {
  return function Heading({ children, id }: ComponentPropsWithoutRef<'h3'>) {
    const level = Math.max(0, depth - useContext(FirstHeadingContext));
    const Tag = LEVELS[level] ?? 'h6';
    return <Tag id={id}>{children}</Tag>;
  };
}

export const ELEMENTS: Components = {
  a: ({ href, children }) => <SafeLink href={href}>{children}</SafeLink>,
  img: ({ src, alt }) => <ImageLink src={src} alt={alt} />,
  pre: ({ children }) => <Pre>{children}</Pre>,
  table: ({ children }) => <Table>{children}</Table>,
  h1: heading(1),
  h2: heading(2),
  h3: heading(3),
  h4: heading(4),
  h5: heading(5),
  h6: heading(6),
};
