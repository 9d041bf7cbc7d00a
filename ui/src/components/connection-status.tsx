import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { ConnectionStatus } from '../api/realtime-subscription';
import type { MessageKey } from '../i18n/en';
import { useI18n } from '../i18n/i18n-context';
import type { Translate } from '../i18n/languages';

const INDICATORS: Readonly<Record<ConnectionStatus['kind'], readonly [StatusIndicatorProps.Type, MessageKey]>> = {
  connecting: ['in-progress', 'connectionConnecting'],
  live: ['success', 'connectionLive'],
  reconnecting: ['in-progress', 'connectionReconnecting'],
  offline: ['stopped', 'connectionOffline'],
  refused: ['error', 'connectionRefused'],
  closed: ['stopped', 'connectionRefused'],
};

/** One word about the connection, always in view. */
export function ConnectionBadge({ status }: { readonly status: ConnectionStatus }) {
  const { t } = useI18n();
  const [type, key] = INDICATORS[status.kind];
  return (
    <div className="connection-badge" role="status" data-testid="connection-status" data-kind={status.kind}>
      <StatusIndicator type={type}>{t(key)}</StatusIndicator>
    </div>
  );
}

export interface ConnectionNoticeProps {
  readonly status: ConnectionStatus;
  readonly onReconnect: () => void;
  /** How to sign in again; null where there is no signing in. */
  readonly onSignIn: (() => void) | null;
}

/** What is wrong with the connection and what can be done; nothing while all is well. */
export function ConnectionNotice({ status, onReconnect, onSignIn }: ConnectionNoticeProps) {
  const { t } = useI18n();
  if (status.kind === 'live' || status.kind === 'connecting' || status.kind === 'closed') return null;
  // The first retry is mostly over before it could be read about.
  if (status.kind === 'reconnecting' && status.attempt < 2) return null;
  const signIn = status.kind === 'refused' && status.reason === 'unauthorized' ? onSignIn : null;
  const action = signIn ? (
    <Button onClick={signIn}>{t('signInAgain')}</Button>
  ) : (
    status.kind !== 'offline' && <Button onClick={onReconnect}>{t('connectNow')}</Button>
  );
  return (
    <Alert type={status.kind === 'refused' ? 'error' : 'warning'} action={action} data-testid="connection-notice">
      {noticeText(status, t)}
    </Alert>
  );
}

function noticeText(
  status: Exclude<ConnectionStatus, { kind: 'live' | 'connecting' | 'closed' }>,
  t: Translate,
): string {
  switch (status.kind) {
    case 'reconnecting':
      return t('connectionReconnectingText', { attempt: status.attempt });
    case 'offline':
      return t('connectionOfflineText');
    case 'refused':
      return status.reason === 'unauthorized'
        ? t('connectionRefusedUnauthorized')
        : t('connectionRefusedBadRequest', { detail: status.message });
  }
}
