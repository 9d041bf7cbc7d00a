/** The question being written, kept in this tab so that a reload does not cost it. It ends with the tab. */

const KEY = 'draft';

export function loadDraft(storage: Pick<Storage, 'getItem'> = sessionStorage): string {
  try {
    return storage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

export function saveDraft(draft: string, storage: Pick<Storage, 'setItem' | 'removeItem'> = sessionStorage): void {
  try {
    if (draft === '') storage.removeItem(KEY);
    else storage.setItem(KEY, draft);
  } catch {
    // A browser that forbids storage, or has no room, merely forgets it.
    return;
  }
}
