/** The languages of the interface, and how each text is chosen and filled in. */
import { en, type MessageKey, type Messages } from './en';

export const LANGUAGES = ['en', 'fr', 'de', 'es', 'pt-BR', 'ja', 'zh-CN', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language by its own name, so that a reader finds it whatever is chosen at present. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  fr: 'Français',
  de: 'Deutsch',
  es: 'Español',
  'pt-BR': 'Português (Brasil)',
  ja: '日本語',
  'zh-CN': '简体中文',
  ar: 'العربية',
};

const LOADERS: Readonly<Record<Language, () => Promise<Messages>>> = {
  en: () => Promise.resolve(en),
  fr: async () => (await import('./fr')).fr,
  de: async () => (await import('./de')).de,
  es: async () => (await import('./es')).es,
  'pt-BR': async () => (await import('./pt-br')).ptBr,
  ja: async () => (await import('./ja')).ja,
  'zh-CN': async () => (await import('./zh-cn')).zhCn,
  ar: async () => (await import('./ar')).ar,
};

export function loadMessages(language: Language): Promise<Messages> {
  return LOADERS[language]();
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

export function isLanguage(value: unknown): value is Language {
  return (LANGUAGES as readonly unknown[]).includes(value);
}

/** The first of the reader's languages that the interface speaks, by whole tag first and by language alone then. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const exact = LANGUAGES.find((language) => language.toLowerCase() === tag.toLowerCase());
    const related = LANGUAGES.find((language) => language.split('-')[0] === tag.split('-')[0]?.toLowerCase());
    const match = exact ?? related;
    if (match) return match;
  }
  return 'en';
}

/** Whether the interface speaks a reader's language, in whatever region. */
export function isSpoken(tag: string): boolean {
  const language = tag.split(/[-_]/)[0]?.toLowerCase();
  return LANGUAGES.some((spoken) => spoken.split('-')[0] === language);
}

/** Fills `{name}` places of a text. A place without a value stays as it is, so that its absence shows. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

export type Translate = (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string;

export function translator(messages: Messages): Translate {
  return (key, values = {}) => fill(messages[key], values);
}
