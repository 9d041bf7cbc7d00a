import Select from '@cloudscape-design/components/select';
import { useMemo } from 'react';
import { useI18n } from '../i18n/i18n-context';
import { LOCALES, localeName, tagOf } from '../i18n/locales';

export interface LocaleSelectProps {
  readonly value: string;
  readonly onChange: (locale: string) => void;
}

/** The language answers are written in: every locale the service knows, found by its name or its code. */
export function LocaleSelect({ value, onChange }: LocaleSelectProps) {
  const { t, language } = useI18n();
  const options = useMemo(
    () =>
      LOCALES.map((locale) => ({
        value: locale,
        label: localeName(locale, language, t),
        filteringTags: [locale, localeName(locale, tagOf(locale), t)],
      })).sort((a, b) => a.label.localeCompare(b.label, language)),
    [language, t],
  );
  return (
    <div className="locale-select" data-testid="locale-select">
      <Select
        selectedOption={options.find((option) => option.value === value) ?? null}
        options={options}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? value)}
        filteringType="auto"
        filteringPlaceholder={t('filterLanguages')}
        filteringAriaLabel={t('filterLanguages')}
        empty={t('noMatch')}
        expandToViewport
      />
    </div>
  );
}
