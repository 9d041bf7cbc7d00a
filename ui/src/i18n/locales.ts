import { match } from '@formatjs/intl-localematcher';
import type { MessageKey } from './en';
import type { Translate } from './languages';

/**
 * The locales a conversation may have: those of Amazon Lex V2 that the service accepts. A test compares this list with
 * the service's own.
 */
export const LOCALES = [
  'af_ZA',
  'ar_AE',
  'ar_SA',
  'bg_BG',
  'ca_ES',
  'cs_CZ',
  'cy_GB',
  'da_DK',
  'de_AT',
  'de_CH',
  'de_DE',
  'en_AB',
  'en_AU',
  'en_GB',
  'en_IE',
  'en_IN',
  'en_NZ',
  'en_US',
  'en_WL',
  'en_ZA',
  'es_419',
  'es_ES',
  'es_MX',
  'es_US',
  'et_ET',
  'fa_IR',
  'fi_FI',
  'fr_BE',
  'fr_CA',
  'fr_FR',
  'he_IL',
  'hi_IN',
  'hr_HR',
  'hu_HU',
  'id_ID',
  'is_IS',
  'it_IT',
  'ja_JP',
  'km_KH',
  'ko_KR',
  'lt_LT',
  'lv_LV',
  'ms_MY',
  'nl_BE',
  'nl_NL',
  'no_NO',
  'pl_PL',
  'pt_BR',
  'pt_PT',
  'ro_RO',
  'ru_RU',
  'sk_SK',
  'sl_SI',
  'sr_RS',
  'sv_SE',
  'tl_PH',
  'tr_TR',
  'uk_UA',
  'vi_VN',
  'zh_CN',
  'zh_HK',
  'zh_TW',
  'zu_ZA',
] as const;

export type Locale = (typeof LOCALES)[number];

/** Codes that are Lex's own invention: Scottish and Welsh English have no region of their own. */
const TAGS: Readonly<Partial<Record<Locale, string>>> = { en_AB: 'en-scotland', en_WL: 'en-GB' };

const DEFAULT: Locale = 'en_US';

/** The BCP 47 tag of a locale, for `lang` attributes and `Intl`. */
export function tagOf(locale: string): string {
  return TAGS[locale as Locale] ?? locale.replace('_', '-');
}

/** Languages written from right to left. Where a line begins follows from the answer's language, not from its first letter. */
const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he']);

export function directionOfLocale(locale: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(locale.slice(0, 2)) ? 'rtl' : 'ltr';
}

export function isLocale(value: unknown): value is Locale {
  return (LOCALES as readonly unknown[]).includes(value);
}

/** Parts of a country that no table of region names has. */
const PARTS: Readonly<Partial<Record<Locale, MessageKey>>> = { en_AB: 'scotland', en_WL: 'wales' };

/** The name of a locale in the language of the interface, such as "French (Canada)". */
export function localeName(locale: Locale, language: string, t: Translate): string {
  const part = PARTS[locale];
  if (part) return `${nameOf('en', language)} (${t(part)})`;
  return nameOf(tagOf(locale), language);
}

function nameOf(tag: string, language: string): string {
  return new Intl.DisplayNames([language], { type: 'language', languageDisplay: 'standard' }).of(tag) ?? tag;
}

/** By BCP 47 tag; the two of Lex's own invention are nobody's browser language. */
const BY_TAG = new Map<string, Locale>(
  LOCALES.filter((locale) => !(locale in TAGS)).map((locale) => [locale.replace('_', '-'), locale]),
);

/** The first of the reader's languages in which answers can be had, or its nearest relative, as Unicode's tables have it. */
export function chooseLocale(preferred: readonly string[]): Locale {
  for (const language of preferred) {
    const tag = match(canonical(language), [...BY_TAG.keys()], NOTHING);
    const locale = BY_TAG.get(tag);
    if (locale) return locale;
  }
  return DEFAULT;
}

/** What the matcher answers where nothing is near. */
const NOTHING = 'zxx';

/** Browsers and systems write tags in many ways; none where this is none. */
function canonical(language: string): string[] {
  try {
    return Intl.getCanonicalLocales(language.replaceAll('_', '-'));
  } catch {
    return [];
  }
}
