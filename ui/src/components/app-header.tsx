import Button from '@cloudscape-design/components/button';
import { memo } from 'react';
import type { ConnectionStatus } from '../api/realtime-subscription';
import type { Branding } from '../config';
import { useI18n } from '../i18n/i18n-context';
import { ConnectionBadge } from './connection-status';

export interface AppHeaderProps {
  readonly branding: Branding | null;
  /** Null on pages without a conversation. */
  readonly connection: ConnectionStatus | null;
  readonly onNewConversation: (() => void) | null;
  /** Saves the conversation as a file; null where there is none. */
  readonly onSave: (() => void) | null;
  readonly onSettings: () => void;
  readonly signedInAs: string | null;
  readonly onSignOut: (() => void) | null;
}

export const AppHeader = memo(function AppHeader({
  branding,
  connection,
  onNewConversation,
  onSave,
  onSettings,
  signedInAs,
  onSignOut,
}: AppHeaderProps) {
  const { t } = useI18n();
  return (
    <header className="app-header">
      <h1>
        <svg viewBox="0 0 24 24" aria-hidden="true" className="logo">
          <path d="M12 2 3.5 6v6c0 4.8 3.6 8.7 8.5 10 4.900-1.300 8.500-5.200 8.500-10V6Z" />
          <path d="m8 12.500 2.800 2.800L16.200 9.500" />
        </svg>
        <span>{branding?.productName ?? t('appName')}</span>
      </h1>
      {connection && <ConnectionBadge status={connection} />}
      <div className="app-header-actions">
        {onNewConversation && (
          <Button
            iconName="add-plus"
            ariaLabel={t('newConversation')}
            onClick={onNewConversation}
            data-testid="new-conversation"
          >
            <span className="wide-only">{t('newConversation')}</span>
          </Button>
        )}
        {onSave && (
          <Button
            variant="icon"
            iconName="download"
            ariaLabel={t('saveConversation')}
            onClick={onSave}
            data-testid="save-conversation"
          />
        )}
        {signedInAs !== null && <span className="signed-in wide-only">{t('signedInAs', { name: signedInAs })}</span>}
        {onSignOut && (
          <Button variant="link" onClick={onSignOut} data-testid="sign-out">
            {t('signOut')}
          </Button>
        )}
        <Button
          variant="icon"
          iconName="settings"
          ariaLabel={t('settings')}
          onClick={onSettings}
          data-testid="open-settings"
        />
      </div>
    </header>
  );
});
