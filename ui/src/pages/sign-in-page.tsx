import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { AppHeader } from '../components/app-header';
import type { Branding } from '../config';
import { useI18n } from '../i18n/i18n-context';

export interface SignInPageProps {
  /** What the provider complained of last time; null otherwise. */
  readonly problem: string | null;
  readonly branding: Branding | null;
  readonly onSignIn: () => void;
  readonly onSettings: () => void;
}

export function SignInPage({ problem, branding, onSignIn, onSettings }: SignInPageProps) {
  const { t } = useI18n();
  return (
    <div className="app">
      <AppHeader
        branding={branding}
        connection={null}
        onNewConversation={null}
        onSave={null}
        onSettings={onSettings}
        signedInAs={null}
        onSignOut={null}
      />
      <main className="notice-page" data-testid="sign-in-page">
        <h2>{t('signInTitle')}</h2>
        <p>{t('signInText')}</p>
        {problem !== null && (
          <Alert type="error" data-testid="sign-in-problem">
            {t('signInFailed', { detail: problem })}
          </Alert>
        )}
        <Button variant="primary" onClick={onSignIn} data-testid="sign-in">
          {t('signIn')}
        </Button>
      </main>
    </div>
  );
}
