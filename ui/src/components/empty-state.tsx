import Avatar from '@cloudscape-design/chat-components/avatar';
import SupportPromptGroup from '@cloudscape-design/chat-components/support-prompt-group';
import { useI18n } from '../i18n/i18n-context';

const SUGGESTIONS = ['suggestion1', 'suggestion2', 'suggestion3', 'suggestion4'] as const;

export interface EmptyStateProps {
  readonly onSuggestion: (question: string) => void;
}

/** What a conversation looks like before its first question. */
export function EmptyState({ onSuggestion }: EmptyStateProps) {
  const { t } = useI18n();
  return (
    <section className="empty-state" data-testid="empty-state">
      <Avatar color="gen-ai" iconName="gen-ai" ariaLabel={t('assistant')} width={48} />
      <h2>{t('emptyTitle')}</h2>
      <p>{t('emptyText')}</p>
      <div className="suggestions">
        <SupportPromptGroup
          ariaLabel={t('suggestionsLabel')}
          items={SUGGESTIONS.map((key) => ({ id: key, text: t(key) }))}
          onItemClick={({ detail }) => {
            const key = SUGGESTIONS.find((suggestion) => suggestion === detail.id);
            if (key) onSuggestion(t(key));
          }}
        />
      </div>
    </section>
  );
}
