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

export function isLocale(value: unknown): value is Locale {
  return (LOCALES as readonly unknown[]).includes(value);
}

/** The name of a locale in the language of the interface, such as "French (Canada)". */
export function localeName(locale: Locale, language: string): string {
  if (locale === 'en_AB') return `${nameOf('en', language)} (Scotland)`;
  if (locale === 'en_WL') return `${nameOf('en', language)} (Wales)`;
  return nameOf(tagOf(locale), language);
}

function nameOf(tag: string, language: string): string {
  return new Intl.DisplayNames([language], { type: 'language', languageDisplay: 'standard' }).of(tag) ?? tag;
}

/** The first of the reader's languages in which answers can be had: by language and region, then by language alone. */
export function chooseLocale(preferred: readonly string[]): Locale {
  for (const tag of preferred) {
    const [language = '', region = ''] = tag.split('-');
    const exact = LOCALES.find((locale) => locale === `${language}_${region.toUpperCase()}`);
    // The region a language is named after comes first: de_DE for de, fr_FR for fr.
    const homonym = LOCALES.find((locale) => locale === `${language}_${language.toUpperCase()}`);
    const fallback = language === 'en' ? DEFAULT : LOCALES.find((locale) => locale.startsWith(`${language}_`));
    const match = exact ?? homonym ?? fallback;
    if (match) return match;
  }
  return DEFAULT;
}
