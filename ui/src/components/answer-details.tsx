import { useI18n } from '../i18n/i18n-context';
import type { Turn } from '../state/conversation';

export interface AnswerDetailsProps {
  readonly turn: Turn;
  readonly modelName: string | null;
}

/** Measurements of one answer, and the id that finds it in the service's logs. */
export function AnswerDetails({ turn, modelName }: AnswerDetailsProps) {
  const { t, language } = useI18n();
  const { answer, requestId } = turn;
  const unknown = t('detailUnknown');
  const seconds = (from: number, to: number | null): string =>
    to === null ? unknown : t('seconds', { count: number((to - from) / 1000, language, 2) });
  const count = (value: number | null): string => (value === null ? unknown : number(value, language, 0));
  const asked = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(answer.askedAt);
  const rows = [
    ['asked-at', t('detailAskedAt'), asked],
    ...(modelName === null ? [] : ([['model', t('detailModel'), modelName]] as const)),
    ['first-text', t('detailFirstText'), seconds(answer.askedAt, answer.firstTextAt)],
    ['duration', t('detailDuration'), seconds(answer.askedAt, answer.endedAt)],
    ['input-tokens', t('detailInputTokens'), count(answer.inputTokens)],
    ['output-tokens', t('detailOutputTokens'), count(answer.outputTokens)],
    ['stop-reason', t('detailStopReason'), answer.stopReason ?? answer.errorCode ?? unknown],
    ['request-id', t('detailRequestId'), requestId],
  ] as const;
  return (
    <dl className="details" data-testid="answer-details">
      {rows.map(([key, label, value]) => (
        <div key={key} className={key === 'request-id' ? 'details-wide' : undefined}>
          <dt>{label}</dt>
          <dd data-testid={`detail-${key}`}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function number(value: number, language: string, digits: number): string {
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    value,
  );
}
