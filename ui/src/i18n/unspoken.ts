/** A word for readers whose language the interface does not speak, in that language where we have one. */
import { isSpoken, type Translate } from './languages';

interface Unspoken {
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly text: string;
}

/** Languages written from right to left get it in their own script: an English page would come as a surprise there. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  he: 'הדף הזה עדיין אינו זמין בעברית. אפשר לשאול בעברית ולקבל בה תשובות.',
  fa: 'این صفحه هنوز به فارسی در دسترس نیست. می‌توانید به فارسی بپرسید و پاسخ بگیرید.',
};

/** Null where the first of the reader's languages is one of the page's. */
export function unspokenLanguage(preferred: readonly string[], t: Translate): Unspoken | null {
  const [first] = preferred;
  if (first === undefined || isSpoken(first)) return null;
  const language = canonicalLanguage(first);
  if (language === null) return null;
  const own = OWN_WORDS[language];
  if (own !== undefined) return { language, direction: 'rtl', text: own };
  const name = new Intl.DisplayNames([language, 'en'], { type: 'language' }).of(language) ?? language;
  return {
    language: document.documentElement.lang,
    direction: 'ltr',
    text: t('languageNotSpoken', { language: name }),
  };
}

/** `iw` is an old name for `he`. */
function canonicalLanguage(tag: string): string | null {
  try {
    return new Intl.Locale(tag.replaceAll('_', '-')).language;
  } catch {
    return null;
  }
}
