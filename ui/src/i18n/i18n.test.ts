import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCloudscapeMessages } from './cloudscape-messages';
import { en, type MessageKey } from './en';
import { chooseLanguage, directionOf, fill, LANGUAGES, loadMessages, translator } from './languages';
import { chooseLocale, isLocale, LOCALES, localeName, tagOf } from './locales';

const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();

describe.each(LANGUAGES)('the texts in %s', (language) => {
  it('are all there, filled in at the same places as the English ones', async () => {
    const messages = await loadMessages(language);
    expect(Object.keys(messages)).toEqual(Object.keys(en));
    for (const key of Object.keys(en) as MessageKey[]) {
      expect(messages[key].trim(), key).not.toBe('');
      expect(places(messages[key]), key).toEqual(places(en[key]));
    }
  });

  it('are translated', async () => {
    if (language === 'en') return;
    const messages = await loadMessages(language);
    const same = (Object.keys(en) as MessageKey[]).filter((key) => messages[key] === en[key]);
    // Words and patterns that a language may share with English.
    const shared = [
      'conversationLabel',
      'assistant',
      'seconds',
      'codePlain',
      'codeLabel',
      'connectionOffline',
      'wales',
      'supportLink',
    ];
    expect(same.filter((key) => !shared.includes(key))).toEqual([]);
  });

  it('come with texts for the components', async () => {
    expect(Object.keys(await loadCloudscapeMessages(language))).not.toEqual([]);
  });
});

describe('choosing a language', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['pt-PT'], 'pt-BR'],
    [['zh-TW', 'fr'], 'zh-CN'],
    [['PT-br'], 'pt-BR'],
    [['nl', 'ar-EG'], 'ar'],
    [['nl'], 'en'],
    [[], 'en'],
  ])('takes for %j: %s', (preferred, language) => {
    expect(chooseLanguage(preferred)).toBe(language);
  });

  it('writes only Arabic from right to left', () => {
    expect(LANGUAGES.filter((language) => directionOf(language) === 'rtl')).toEqual(['ar']);
  });

  it('leaves a place without a value visible', () => {
    expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}');
  });
});

describe('the locales of answers', () => {
  it('are those of the service', () => {
    const rust = readFileSync(resolve(import.meta.dirname, '../../../lambdas/chat/src/locale.rs'), 'utf8');
    const [, list = ''] = /const LOCALES[^=]*= \[([\s\S]*?)\n\];/.exec(rust) ?? [];
    const served = [...list.matchAll(/\("([a-z]{2}_[A-Z0-9]{2,3})",/g)].map(([, code]) => code);
    expect(served.length).toBeGreaterThan(20);
    expect([...LOCALES]).toEqual(served);
  });

  it('each have a name of their own, and a tag browsers understand', async () => {
    for (const language of LANGUAGES) {
      const t = translator(await loadMessages(language));
      const names = LOCALES.map((locale) => localeName(locale, language, t));
      if (language !== 'en') expect(names.join()).not.toContain('Scotland');
      expect(new Set(names).size).toBe(LOCALES.length);
    }
    expect(() => LOCALES.map((locale) => new Intl.Locale(tagOf(locale)))).not.toThrow();
  });

  it.each([
    [['en-GB'], 'en_GB'],
    [['en'], 'en_US'],
    [['de'], 'de_DE'],
    [['fr-LU'], 'fr_FR'],
    [['es-419'], 'es_419'],
    [['ja'], 'ja_JP'],
    [['xx', 'sv-SE'], 'sv_SE'],
    [[], 'en_US'],
  ])('for %j begin with %s', (preferred, locale) => {
    expect(chooseLocale(preferred)).toBe(locale);
  });

  it('are told from anything else', () => {
    expect([isLocale('en_US'), isLocale('en-US'), isLocale(null)]).toEqual([true, false, false]);
  });
});
