import { useI18n } from '../../i18n/i18n-context';
import { noteAnchor, referenceAnchor } from './footnotes';
import { MarkdownBlock } from './markdown';
import type { Notes } from './transform';

export interface FootnoteListProps {
  readonly notes: Notes;
  readonly definitions: string;
}

/** The notes of an answer, once at its end. */
export function FootnoteList({ notes, definitions }: FootnoteListProps) {
  const { t } = useI18n();
  if (notes.footnotes.length === 0) return null;
  return (
    <section className="footnotes" aria-label={t('footnotes')}>
      <ol>
        {notes.footnotes.map(({ id, source }, index) => (
          <li key={id} id={noteAnchor(notes.scope, id)}>
            <MarkdownBlock source={`${source}\n\n${definitions}`} notes={notes} growing={false} />
            <a href={`#${referenceAnchor(notes.scope, id)}`} aria-label={t('footnoteBack', { number: index + 1 })}>
              ↩
            </a>
          </li>
        ))}
      </ol>
    </section>
  );
}
