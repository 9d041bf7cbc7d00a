/** What the reader chose about looks and languages. Kept in this browser; never anything about a conversation. */

export const APPEARANCES = ['system', 'light', 'dark', 'high-contrast'] as const;
export type Appearance = (typeof APPEARANCES)[number];

export const FOLLOWS = ['question', 'end'] as const;
export type Follow = (typeof FOLLOWS)[number];

export interface Preferences {
  /** Null follows the browser. */
  readonly language: string | null;
  readonly appearance: Appearance;
  /** What the view follows while an answer grows. */
  readonly follow: Follow;
  /** Language of the answers, an Amazon Lex V2 locale; null follows the browser. */
  readonly locale: string | null;
}

const KEY = 'preferences';
const DEFAULTS: Preferences = { language: null, appearance: 'system', follow: 'question', locale: null };

/** Reads the stored choices; anything unreadable counts as not chosen. */
export function loadPreferences(storage: Pick<Storage, 'getItem'> = localStorage): Preferences {
  try {
    const stored = JSON.parse(storage.getItem(KEY) ?? '{}') as Record<string, unknown>;
    const { language, appearance, follow, locale } = stored;
    return {
      language: typeof language === 'string' ? language : null,
      appearance: APPEARANCES.find((known) => known === appearance) ?? 'system',
      follow: FOLLOWS.find((known) => known === follow) ?? 'question',
      locale: typeof locale === 'string' ? locale : null,
    };
  } catch {
    return DEFAULTS;
  }
}

/** Stores the choices. A browser that forbids storage merely forgets them. */
export function savePreferences(preferences: Preferences, storage: Pick<Storage, 'setItem'> = localStorage): void {
  try {
    storage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    return;
  }
}
