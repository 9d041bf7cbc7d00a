import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useAppearance } from './components/appearance';
import { LazyPart } from './components/lazy-part';
import { inLanguage, type Branding } from './config';
import { loadCloudscapeMessages } from './i18n/cloudscape-messages';
import type { Messages } from './i18n/en';
import { I18nContext, useI18n } from './i18n/i18n-context';
import { chooseLanguage, directionOf, isLanguage, loadMessages, translator, type Language } from './i18n/languages';
import { chooseLocale, isLocale } from './i18n/locales';
import { ChatPage, type Account } from './pages/chat-page';
import { ConfigErrorPage } from './pages/config-error-page';
import { SignInPage } from './pages/sign-in-page';
import type { ChatStore } from './state/chat-store';
import { loadPreferences, savePreferences, type Preferences } from './state/preferences';

/** Small, and wanted soon by many: fetched once the page is at rest, so that it is there offline too. */
const loadSettings = () => import('./components/settings-dialog');

const PREFETCH_MS = 3_000;

/** What there is to show, decided once at start and again at sign-out. */
export type Screen =
  | { readonly kind: 'config-error'; readonly problems: readonly string[] }
  | {
      readonly kind: 'sign-in';
      readonly problem: string | null;
      readonly onSignIn: () => void;
      readonly branding: Branding | null;
    }
  | {
      readonly kind: 'chat';
      readonly store: ChatStore;
      readonly maxChars: number;
      readonly account: Account | null;
      readonly branding: Branding;
      /** Calls back when a newer page is there; returns how to stop that. */
      readonly onOutdated: (callback: () => void) => () => void;
    };

interface Texts {
  readonly language: Language;
  readonly messages: Messages;
  readonly cloudscape: I18nProviderProps.Messages;
}

export function App({ screen }: { readonly screen: Screen }) {
  const [preferences, setPreferences] = useState(loadPreferences);
  const [settingsOpen, setSettingsOpen] = useState(false);
  const branding = screen.kind === 'config-error' ? null : screen.branding;
  const texts = useTexts(preferences.language, branding?.productName ?? null);
  const outdated = useOutdated(screen);
  useAppearance(preferences.appearance);
  useEffect(() => {
    const timer = setTimeout(() => void loadSettings().catch(() => undefined), PREFETCH_MS);
    return () => clearTimeout(timer);
  }, []);
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
      <Banner branding={branding} />
      {screen.kind === 'config-error' && <ConfigErrorPage problems={screen.problems} />}
      {screen.kind === 'sign-in' && (
        <SignInPage problem={screen.problem} branding={branding} onSignIn={screen.onSignIn} onSettings={openSettings} />
      )}
      {screen.kind === 'chat' && (
        <ChatPage
          store={screen.store}
          maxChars={screen.maxChars}
          account={screen.account}
          locale={locale}
          onSettings={openSettings}
          follow={preferences.follow}
          branding={screen.branding}
          outdated={outdated}
        />
      )}
      {settingsOpen && (
        <LazyPart
          load={loadSettings}
          props={{
            onClose: () => setSettingsOpen(false),
            appearance: preferences.appearance,
            onAppearanceChange: (appearance) => change({ appearance }),
            follow: preferences.follow,
            onFollowChange: (follow) => change({ follow }),
            locale,
            onLocaleChange: (value) => change({ locale: value }),
            onLanguageChange: (language) => change({ language }),
          }}
        />
      )}
    </Translated>
  );
}

/** The classification of everything on the page, where the organisation has one. */
function Banner({ branding }: { readonly branding: Branding | null }) {
  const { language } = useI18n();
  const text = inLanguage(branding?.banner ?? null, language);
  return text === null ? null : (
    <div className="banner" role="note" data-testid="banner">
      {text}
    </div>
  );
}

function useOutdated(screen: Screen): boolean {
  const [outdated, setOutdated] = useState(false);
  const onOutdated = screen.kind === 'chat' ? screen.onOutdated : null;
  useEffect(() => onOutdated?.(() => setOutdated(true)), [onOutdated]);
  return outdated;
}

function Translated({ texts, children }: { readonly texts: Texts; readonly children: ReactNode }) {
  const { language, messages, cloudscape } = texts;
  const i18n = useMemo(() => ({ language, t: translator(messages) }), [language, messages]);
  return (
    <I18nContext value={i18n}>
      <I18nProvider locale={language} messages={[cloudscape]}>
        {children}
      </I18nProvider>
    </I18nContext>
  );
}

/** The texts of the chosen language; those of the one before until they are here. */
function useTexts(chosen: string | null, productName: string | null): Texts | null {
  const [texts, setTexts] = useState<Texts | null>(null);
  const language = isLanguage(chosen) ? chosen : chooseLanguage(navigator.languages);
  useEffect(() => {
    let wanted = true;
    void Promise.all([loadMessages(language), loadCloudscapeMessages(language)]).then(([messages, cloudscape]) => {
      if (!wanted) return;
      document.documentElement.lang = language;
      document.documentElement.dir = directionOf(language);
      document.title = productName ?? messages.appName;
      setTexts({ language, messages, cloudscape });
    });
    return () => {
      wanted = false;
    };
  }, [language, productName]);
  return texts;
}
