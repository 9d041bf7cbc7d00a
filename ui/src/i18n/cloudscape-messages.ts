/** Texts inside Cloudscape's own components, one file a language, fetched with the language. */
import type { I18nProviderProps } from '@cloudscape-design/components/i18n';
import type { Language } from './languages';

type Loaded = Promise<{ default: I18nProviderProps.Messages }>;

const LOADERS: Readonly<Record<Language, () => Loaded>> = {
  en: () => import('@cloudscape-design/components/i18n/messages/all.en'),
  fr: () => import('@cloudscape-design/components/i18n/messages/all.fr'),
  de: () => import('@cloudscape-design/components/i18n/messages/all.de'),
  es: () => import('@cloudscape-design/components/i18n/messages/all.es'),
  'pt-BR': () => import('@cloudscape-design/components/i18n/messages/all.pt-BR'),
  ja: () => import('@cloudscape-design/components/i18n/messages/all.ja'),
  'zh-CN': () => import('@cloudscape-design/components/i18n/messages/all.zh-CN'),
  ar: () => import('@cloudscape-design/components/i18n/messages/all.ar'),
};

export async function loadCloudscapeMessages(language: Language): Promise<I18nProviderProps.Messages> {
  return (await LOADERS[language]()).default;
}
