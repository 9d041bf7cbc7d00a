import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { useAppearance } from './components/appearance';
import { loadCloudscapeMessages } from './i18n/cloudscape-messages';
import type { Messages } from './i18n/en';
import { I18nContext } from './i18n/i18n-context';
import { chooseLanguage, directionOf, isLanguage, loadMessages, translator, type Language } from './i18n/languages';
import { chooseLocale, isLocale } from './i18n/locales';
import { ChatPage, type Account } from './pages/chat-page';
import { ConfigErrorPage } from './pages/config-error-page';
import { SignInPage } from './pages/sign-in-page';
import type { ChatStore } from './state/chat-store';
import { loadPreferences, savePreferences, type Preferences } from './state/preferences';

const SettingsDialog = lazy(() => import('./components/settings-dialog'));

/** What there is to show, decided once at start and again at sign-out. */
export type Screen =
  | { readonly kind: 'config-error'; readonly problems: readonly string[] }
  | { readonly kind: 'sign-in'; readonly problem: string | null; readonly onSignIn: () => void }
  | { readonly kind: 'chat'; readonly store: ChatStore; readonly maxChars: number; readonly account: Account | null };

interface Texts {
  readonly language: Language;
  readonly messages: Messages;
  readonly cloudscape: I18nProviderProps.Messages;
}

export function App({ screen }: { readonly screen: Screen }) {
  const [preferences, setPreferences] = useState(loadPreferences);
  const [settingsOpen, setSettingsOpen] = useState(false);
  const texts = useTexts(preferences.language);
  useAppearance(preferences.appearance);
  if (!texts) return null;

  const change = (changed: Partial<Preferences>): void => {
    const next = { ...preferences, ...changed };
    setPreferences(next);
    savePreferences(next);
  };
  const locale = isLocale(preferences.locale) ? preferences.locale : chooseLocale(navigator.languages);
  const openSettings = (): void => setSettingsOpen(true);
  return (
    <Translated texts={texts}>
      {screen.kind === 'config-error' && <ConfigErrorPage problems={screen.problems} />}
      {screen.kind === 'sign-in' && (
        <SignInPage problem={screen.problem} onSignIn={screen.onSignIn} onSettings={openSettings} />
      )}
      {screen.kind === 'chat' && (
        <ChatPage
          store={screen.store}
          maxChars={screen.maxChars}
          account={screen.account}
          locale={locale}
          onSettings={openSettings}
          follow={preferences.follow}
        />
      )}
      <Suspense>
        {settingsOpen && (
          <SettingsDialog
            onClose={() => setSettingsOpen(false)}
            appearance={preferences.appearance}
            onAppearanceChange={(appearance) => change({ appearance })}
            follow={preferences.follow}
            onFollowChange={(follow) => change({ follow })}
            locale={locale}
            onLocaleChange={(value) => change({ locale: value })}
            onLanguageChange={(language) => change({ language })}
          />
        )}
      </Suspense>
    </Translated>
  );
}

function Translated({ texts, children }: { readonly texts: Texts; readonly children: ReactNode }) {
  const { language, messages, cloudscape } = texts;
  return (
    <I18nContext value={{ language, t: translator(messages) }}>
      <I18nProvider locale={language} messages={[cloudscape]}>
        {children}
      </I18nProvider>
    </I18nContext>
  );
}

/** The texts of the chosen language; those of the one before until they are here. */
function useTexts(chosen: string | null): Texts | null {
  const [texts, setTexts] = useState<Texts | null>(null);
  const language = isLanguage(chosen) ? chosen : chooseLanguage(navigator.languages);
  useEffect(() => {
    let wanted = true;
    void Promise.all([loadMessages(language), loadCloudscapeMessages(language)]).then(([messages, cloudscape]) => {
      if (!wanted) return;
      document.documentElement.lang = language;
      document.documentElement.dir = directionOf(language);
      document.title = messages.appName;
      setTexts({ language, messages, cloudscape });
    });
    return () => {
      wanted = false;
    };
  }, [language]);
  return texts;
}
