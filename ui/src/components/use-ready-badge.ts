import { useEffect, useRef } from 'react';
import { useI18n } from '../i18n/i18n-context';

/** Marks the title of a tab in the background when its answer is over, until somebody looks. */
export function useReadyBadge(busy: boolean): void {
  const { t } = useI18n();
  const wasBusy = useRef(false);
  useEffect(() => {
    const ended = wasBusy.current && !busy;
    wasBusy.current = busy;
    if (!ended || document.visibilityState === 'visible') return;
    const title = document.title;
    document.title = `● ${t('answerReady')} – ${title}`;
    const clear = (): void => {
      document.title = title;
    };
    document.addEventListener('visibilitychange', clear, { once: true });
  }, [busy, t]);
}
