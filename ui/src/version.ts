/** Tells an old page that another build has taken its place on the host: parts it may still fetch are gone by then. */

/** Coming back to a tab is a good moment to look, but not each time. */
const AT_MOST_EVERY_MS = 600_000;

/** Calls back once when a newer page is there; returns how to stop looking. */
export function watchVersion(onOutdated: () => void, page: Window = window): () => void {
  const entry = page.document.querySelector<HTMLScriptElement>('script[type=module][src]')?.src;
  const end = new AbortController();
  let lookedAt = Date.now();
  const look = async (): Promise<void> => {
    lookedAt = Date.now();
    const response = await fetch(page.location.pathname, { cache: 'no-store', headers: { accept: 'text/html' } });
    const html = response.ok ? await response.text() : '';
    if (entry === undefined || !html.includes('type="module"')) return;
    if (html.includes(new URL(entry).pathname) || end.signal.aborted) return;
    end.abort();
    onOutdated();
  };
  // Offline, or a host that answers strangely: nothing is known, and the next look will tell.
  const tryToLook = (): void => void look().catch(() => undefined);
  const options = { signal: end.signal };
  page.addEventListener('vite:preloadError', tryToLook, options);
  page.document.addEventListener(
    'visibilitychange',
    () => {
      if (page.document.visibilityState === 'visible' && Date.now() - lookedAt > AT_MOST_EVERY_MS) tryToLook();
    },
    options,
  );
  return () => end.abort();
}
