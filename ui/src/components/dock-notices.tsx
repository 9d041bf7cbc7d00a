import Button from '@cloudscape-design/components/button';
import { useEffect } from 'react';
import { useI18n } from '../i18n/i18n-context';
import type { ChatStore } from '../state/chat-store';

/** How long a cleared conversation can be had back. */
const UNDO_MS = 20_000;

export interface DockNoticesProps {
  readonly store: ChatStore;
  /** A conversation was cleared a moment ago. */
  readonly cleared: boolean;
  readonly outdated: boolean;
}

/** Short notices above the field, each with what can be done. */
export function DockNotices({ store, cleared, outdated }: DockNoticesProps) {
  const { t } = useI18n();
  useEffect(() => {
    if (!cleared) return;
    const timer = setTimeout(() => store.forgetCleared(), UNDO_MS);
    return () => clearTimeout(timer);
  }, [cleared, store]);
  return (
    <div role="status">
      {cleared && (
        <div className="dock-notice" data-testid="cleared">
          <span>{t('conversationCleared')}</span>
          <Button onClick={() => store.restoreConversation()} iconName="undo" data-testid="undo">
            {t('undo')}
          </Button>
        </div>
      )}
      {outdated && (
        <div className="dock-notice" data-testid="outdated">
          <span>{t('newVersion')}</span>
          <Button onClick={() => location.reload()}>{t('reload')}</Button>
        </div>
      )}
    </div>
  );
}
