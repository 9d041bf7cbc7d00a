import Avatar from '@cloudscape-design/chat-components/avatar';
import { inLanguage, type Branding } from '../config';
import { useI18n } from '../i18n/i18n-context';
import { unspokenLanguage } from '../i18n/unspoken';

const SUGGESTIONS = ['suggestion1', 'suggestion2', 'suggestion3', 'suggestion4'] as const;

export interface EmptyStateProps {
  readonly branding: Branding;
  readonly onSuggestion: (question: string) => void;
}

/** What a conversation looks like before its first question. */
export function EmptyState({ branding, onSuggestion }: EmptyStateProps) {
  const { t, language } = useI18n();
  const notice = inLanguage(branding.notice, language);
  const suggestions = inLanguage(branding.suggestions, language) ?? SUGGESTIONS.map((key) => t(key));
  const unspoken = unspokenLanguage(navigator.languages, t);
  return (
    <section className="empty-state" data-testid="empty-state">
      <Avatar color="gen-ai" iconName="gen-ai" ariaLabel={t('assistant')} width={48} />
      <h2>{t('emptyTitle')}</h2>
      <p>{t('emptyText')}</p>
      {unspoken && (
        <p lang={unspoken.language} dir={unspoken.direction} data-testid="unspoken">
          {unspoken.text}
        </p>
      )}
      {notice !== null && (
        <p className="notice" role="note" aria-label={t('noticeLabel')} data-testid="notice">
          {notice}
        </p>
      )}
      <ul className="suggestions" aria-label={t('suggestionsLabel')}>
        {suggestions.map((text) => (
          <li key={text}>
            <button type="button" className="suggestion" onClick={() => onSuggestion(text)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
      <Links branding={branding} />
    </section>
  );
}

function Links({ branding: { policyUrl, supportUrl } }: { readonly branding: Branding }) {
  const { t } = useI18n();
  if (policyUrl === null && supportUrl === null) return null;
  return (
    <p className="branding-links">
      {policyUrl !== null && (
        <a href={policyUrl} target="_blank" rel="noopener noreferrer" data-testid="policy-link">
          {t('policyLink')}
        </a>
      )}
      {supportUrl !== null && (
        <a href={supportUrl} target="_blank" rel="noopener noreferrer" data-testid="support-link">
          {t('supportLink')}
        </a>
      )}
    </p>
  );
}
