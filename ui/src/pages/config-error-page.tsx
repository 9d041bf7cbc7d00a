import { useI18n } from '../i18n/i18n-context';

/** Tells whoever deployed the page what is missing. The problems name keys of a file and are not translated. */
export function ConfigErrorPage({ problems }: { readonly problems: readonly string[] }) {
  const { t } = useI18n();
  return (
    <main className="notice-page" data-testid="config-error">
      <h1>{t('configTitle')}</h1>
      <div role="alert">
        <p>{t('configText')}</p>
        <ul lang="en" dir="ltr">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      </div>
    </main>
  );
}
