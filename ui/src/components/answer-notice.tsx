import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useI18n } from '../i18n/i18n-context';
import type { Turn } from '../state/conversation';
import { canRetry, errorText, interruptionText, stopReasonText } from './answer-texts';

export interface AnswerNoticeProps {
  readonly turn: Turn;
  readonly onRetry: () => void;
}

/** How an answer ended, where that needs saying. */
export function AnswerNotice({ turn, onRetry }: AnswerNoticeProps) {
  const { t } = useI18n();
  const { answer } = turn;
  const retry = (
    <Button onClick={onRetry} iconName="refresh" data-testid="retry">
      {t('retry')}
    </Button>
  );
  switch (answer.status) {
    case 'failed':
      return (
        <Alert type="error" header={t('failedTitle')} action={canRetry(answer) && retry} data-testid="answer-failed">
          <p className="notice-text">{errorText(answer, t)}</p>
          <SupportId id={turn.requestId} />
        </Alert>
      );
    case 'interrupted':
      return (
        <Alert type="warning" header={t('interruptedTitle')} action={retry} data-testid="answer-interrupted">
          <p className="notice-text">{interruptionText(answer, t)}</p>
          <SupportId id={turn.requestId} />
        </Alert>
      );
    case 'stopped':
      return <StatusIndicator type="stopped">{t('statusStopped')}</StatusIndicator>;
    case 'complete': {
      const reason = stopReasonText(answer.stopReason, t);
      return reason && <StatusIndicator type="warning">{reason}</StatusIndicator>;
    }
    case 'queued':
    case 'asking':
    case 'waiting':
    case 'thinking':
    case 'streaming':
      return null;
  }
}

function SupportId({ id }: { readonly id: string }) {
  const { t } = useI18n();
  return (
    <div className="support-id">
      <CopyToClipboard
        variant="inline"
        textToCopy={id}
        textToDisplay={t('supportId', { id })}
        copyButtonAriaLabel={t('copyRequestId')}
        copySuccessText={t('copied')}
        copyErrorText={t('copyFailed')}
      />
    </div>
  );
}
