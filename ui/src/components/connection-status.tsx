import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useEffect, useState } from 'react';
import type { Diagnosis } from '../api/diagnosis';
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
  /** Finds out why no connection comes about. */
  readonly onDiagnose: () => Promise<Diagnosis>;
  /** How to sign in again; null where there is no signing in. */
  readonly onSignIn: (() => void) | null;
}

/** What is wrong with the connection and what can be done; nothing while all is well. */
export function ConnectionNotice({ status, onReconnect, onDiagnose, onSignIn }: ConnectionNoticeProps) {
  const { t } = useI18n();
  const diagnosis = useDiagnosis(status, onDiagnose);
  if (status.kind === 'live' || status.kind === 'connecting' || status.kind === 'closed') return null;
  // The first retry is mostly over before it could be read about.
  if (status.kind === 'reconnecting' && status.attempt < 2) return null;
  const signIn = status.kind === 'refused' && status.reason === 'unauthorized' ? onSignIn : null;
  const action = signIn ? <Button onClick={signIn}>{t('signInAgain')}</Button> : otherAction(status, onReconnect, t);
  return (
    <Alert type={status.kind === 'refused' ? 'error' : 'warning'} action={action} data-testid="connection-notice">
      {diagnosisText(diagnosis, t) ?? noticeText(status, t)}
    </Alert>
  );
}

type Trouble = Exclude<ConnectionStatus, { kind: 'live' | 'connecting' | 'closed' }>;

function otherAction(status: Trouble, onReconnect: () => void, t: Translate) {
  if (status.kind === 'refused' && status.reason === 'version')
    return <Button onClick={() => location.reload()}>{t('reload')}</Button>;
  return <Button onClick={onReconnect}>{t('connectNow')}</Button>;
}

/** After some tries without any connection ever, it is worth finding out why. */
const DIAGNOSE_FROM = 3;

function useDiagnosis(status: ConnectionStatus, onDiagnose: () => Promise<Diagnosis>): Diagnosis | null {
  const [diagnosis, setDiagnosis] = useState<Diagnosis | null>(null);
  const wanted = status.kind === 'reconnecting' && !status.hadOne && status.attempt >= DIAGNOSE_FROM;
  useEffect(() => {
    if (!wanted) return;
    let current = true;
    void onDiagnose().then((found) => {
      if (current) setDiagnosis(found);
    });
    return () => {
      current = false;
    };
  }, [wanted, onDiagnose]);
  return wanted ? diagnosis : null;
}

function diagnosisText(diagnosis: Diagnosis | null, t: Translate): string | null {
  if (diagnosis?.kind === 'websocket-blocked') return t('connectionWebSocket', { host: diagnosis.host });
  return diagnosis?.kind === 'local-network-denied' ? t('connectionLocalNetwork') : null;
}

const REFUSALS = {
  unauthorized: 'connectionRefusedUnauthorized',
  version: 'connectionRefusedVersion',
  'too-large': 'connectionRefusedTooLarge',
  'bad-request': 'connectionRefusedOther',
} as const satisfies Record<string, MessageKey>;

function noticeText(status: Trouble, t: Translate): string {
  switch (status.kind) {
    case 'reconnecting':
      return t(status.hadOne ? 'connectionReconnectingText' : 'connectionNever', { attempt: status.attempt });
    case 'offline':
      return t('connectionOfflineText');
    case 'refused':
      return t(REFUSALS[status.reason]);
  }
}
