/** Nothing is thrown away without a word: the browser asks before the page goes. */
import { loadDraft } from './state/draft';
import type { ChatStore } from './state/chat-store';

export function keepFromLosing(store: ChatStore, page: Window = window): void {
  page.addEventListener('beforeunload', (event) => {
    const { connection, turns } = store.getState();
    // After signing out there is nothing of this reader left to keep.
    if (connection.kind === 'closed') return;
    if (turns.length > 0 || loadDraft().trim() !== '') event.preventDefault();
  });
}
