import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { MessageKey } from '../i18n/en';
import { useI18n } from '../i18n/i18n-context';
import { LANGUAGE_NAMES, LANGUAGES } from '../i18n/languages';
import { APPEARANCES, FOLLOWS, type Appearance, type Follow } from '../state/preferences';
import { LocaleSelect } from './locale-select';

const APPEARANCE_TEXTS: Readonly<Record<Appearance, MessageKey>> = {
  system: 'appearanceSystem',
  light: 'appearanceLight',
  dark: 'appearanceDark',
  'high-contrast': 'appearanceContrast',
};

const FOLLOW_TEXTS: Readonly<Record<Follow, MessageKey>> = { question: 'followQuestion', end: 'followEnd' };

const LANGUAGE_OPTIONS = LANGUAGES.map((language) => ({
  value: language,
  label: LANGUAGE_NAMES[language],
  lang: language,
}));

export interface SettingsDialogProps {
  readonly onClose: () => void;
  readonly appearance: Appearance;
  readonly onAppearanceChange: (appearance: Appearance) => void;
  readonly onLanguageChange: (language: string) => void;
  readonly follow: Follow;
  readonly onFollowChange: (follow: Follow) => void;
  /** The language answers are written in. */
  readonly locale: string;
  readonly onLocaleChange: (locale: string) => void;
}

export default function SettingsDialog(props: SettingsDialogProps) {
  const { t, language } = useI18n();
  const done = (
    <Box float="right">
      <Button variant="primary" onClick={props.onClose}>
        {t('done')}
      </Button>
    </Box>
  );
  return (
    <Modal
      visible
      onDismiss={props.onClose}
      header={t('settings')}
      closeAriaLabel={t('settingsClose')}
      footer={done}
      data-testid="settings"
    >
      <SpaceBetween size="l">
        <FormField label={t('interfaceLanguage')}>
          <Select
            selectedOption={LANGUAGE_OPTIONS.find((option) => option.value === language) ?? null}
            options={LANGUAGE_OPTIONS}
            onChange={({ detail }) => props.onLanguageChange(detail.selectedOption.value ?? language)}
            expandToViewport
          />
        </FormField>
        <FormField label={t('answerLanguage')}>
          <LocaleSelect value={props.locale} onChange={props.onLocaleChange} />
        </FormField>
        <FormField label={t('follow')}>
          <RadioGroup
            value={props.follow}
            onChange={({ detail }) => props.onFollowChange(detail.value as Follow)}
            items={FOLLOWS.map((value) => ({ value, label: t(FOLLOW_TEXTS[value]) }))}
          />
        </FormField>
        <FormField label={t('appearance')}>
          <RadioGroup
            value={props.appearance}
            onChange={({ detail }) => props.onAppearanceChange(detail.value as Appearance)}
            items={APPEARANCES.map((value) => ({ value, label: t(APPEARANCE_TEXTS[value]) }))}
          />
        </FormField>
      </SpaceBetween>
    </Modal>
  );
}
