/** Which locale a browser's languages choose. */
import { expect, it } from 'vitest';
import { chooseLocale } from './locales';
it.each([
  ['nb-NO, en-GB', 'no_NO'],
  ['nn-NO', 'no_NO'],
  ['fil-PH', 'tl_PH'],
  ['zh-Hant-TW', 'zh_TW'],
  ['zh-Hant', 'zh_TW'],
  ['zh-Hans-CN', 'zh_CN'],
  ['iw-IL', 'he_IL'],
  ['es-AR', 'es_419'],
  ['DE-at', 'de_AT'],
  ['zh-MO', 'zh_HK'],
  ['en-SG', 'en_GB'],
  ['pt-AO', 'pt_PT'],
  ['sh', 'sr_RS'],
  ['in', 'id_ID'],
  ['no', 'no_NO'],
  ['not a tag, x, fr-LU', 'fr_FR'],
  ['tlh', 'en_US'],
  ['de_DE', 'de_DE'],
  ['en', 'en_US'],
])('%s → %s', (tags, locale) => {
  expect(chooseLocale(tags.split(', '))).toBe(locale);
});
