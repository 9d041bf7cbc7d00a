/** How the elements of an answer that need care are drawn: links, images, code, tables. */
import { createContext, useContext, type ComponentPropsWithoutRef, type ReactElement, type ReactNode } from 'react';
import type { Components } from 'react-markdown';
import { useI18n } from '../../i18n/i18n-context';
import { CodeBlock } from './code-block';
import { Formula } from './formula';

interface SafeLinkProps {
  readonly href?: string | undefined;
  readonly id?: string | undefined;
  readonly children?: ReactNode;
}

/** Set where a link stands inside another: two cannot be one. */
const InsideLinkContext = createContext(false);

function SafeLink({ href, id, children }: SafeLinkProps) {
  const { t } = useI18n();
  const inside = useContext(InsideLinkContext);
  if (!href || inside) return <span>{children}</span>;
  if (href.startsWith('#'))
    return (
      <a href={href} id={id}>
        {children}
      </a>
    );
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      <InsideLinkContext value>{children}</InsideLinkContext>
      <span className="visually-hidden"> {t('opensNewTab')}</span>
    </a>
  );
}

/** Images are never fetched: an address a model made up could carry the conversation to a stranger's server. */
function ImageLink({ src, alt }: ComponentPropsWithoutRef<'img'>) {
  const { t } = useI18n();
  const address = typeof src === 'string' ? src : undefined;
  return (
    <SafeLink href={address}>
      {t('imageLabel', { text: alt === undefined || alt === '' ? (address ?? '') : alt })}
    </SafeLink>
  );
}

interface CodeProps {
  readonly className?: string;
  readonly children?: ReactNode;
}

/** A fenced block arrives as `pre` around one `code`, whose class names the language. So does a formula. */
function Pre({ children }: { readonly children?: ReactNode }) {
  const { className = '', children: code } = (children as ReactElement<CodeProps> | undefined)?.props ?? {};
  const text = typeof code === 'string' ? code : '';
  if (className.includes('math-display')) return <Formula tex={text} display />;
  const language = /language-(\S+)/.exec(className)?.[1] ?? null;
  return <CodeBlock code={text} language={language} />;
}

/** Code within a line, or a formula there. */
function InlineCode({ className = '', children }: CodeProps) {
  const formula = typeof children === 'string' && /math-(inline|apart)/.exec(className);
  if (formula) return <Formula tex={children} display={formula[1] === 'apart'} />;
  return <code dir="ltr">{children}</code>;
}

/** The box of a task that is done or not, which nobody can tick here. */
function TaskBox({ checked }: { readonly checked?: boolean | undefined }) {
  const { t } = useI18n();
  return (
    <span className="task-box" role="img" aria-label={t(checked ? 'taskDone' : 'taskOpen')}>
      {checked ? '☑' : '☐'}
    </span>
  );
}

/** Wide tables scroll inside themselves, by keyboard too. */
function Table({ children }: { readonly children?: ReactNode }) {
  const { t } = useI18n();
  return (
    // What scrolls must be reachable without a mouse.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="table-scroll" role="group" aria-label={t('tableLabel')} tabIndex={0}>
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
  a: ({ href, id, children }) => (
    <SafeLink href={href} id={id}>
      {children}
    </SafeLink>
  ),
  img: ({ src, alt }) => <ImageLink src={src} alt={alt} />,
  input: ({ checked }) => <TaskBox checked={checked} />,
  code: ({ className, children }) => (
    <InlineCode {...(className === undefined ? {} : { className })}>{children}</InlineCode>
  ),
  pre: ({ children }) => <Pre>{children}</Pre>,
  table: ({ children }) => <Table>{children}</Table>,
  h1: heading(1),
  h2: heading(2),
  h3: heading(3),
  h4: heading(4),
  h5: heading(5),
  h6: heading(6),
};
