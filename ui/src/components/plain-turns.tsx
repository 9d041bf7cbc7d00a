import { useI18n } from '../i18n/i18n-context';
import type { Turn } from '../state/conversation';

/** The conversation as plain text, while what draws it properly is not here. */
export function PlainTurns({ turns }: { readonly turns: readonly Turn[] }) {
  const { t } = useI18n();
  return turns.map(({ requestId, question, answer }) => (
    <article key={requestId} className="turn" data-testid="plain-turn">
      <h2 className="question-text" dir="auto">
        {question}
      </h2>
      <div className="question-text" dir="auto">
        {answer.text === '' ? <span className="progress">{t('statusAsking')}</span> : answer.text}
      </div>
    </article>
  ));
}
