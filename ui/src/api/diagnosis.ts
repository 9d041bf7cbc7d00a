/** Why a connection never comes about, as far as a page can find out. */

export type Diagnosis =
  /** The service answers over HTTPS; what does not come through is the WebSocket. */
  | { readonly kind: 'websocket-blocked'; readonly host: string }
  /** The browser keeps pages from private addresses until its user allows it (Chromium since version 142). */
  | { readonly kind: 'local-network-denied' }
  | { readonly kind: 'unknown' };

/** Two names for the one permission: that of Chromium 142 to 144, and the two it was split into later. */
const PERMISSIONS = ['local-network-access', 'local-network', 'loopback-network'];
const TIMEOUT_MS = 10_000;

export async function diagnose(
  graphqlUrl: string,
  realtimeUrl: string,
  fetcher: typeof fetch = fetch,
  // Not every browser has it, whatever the types say.
  permissions = navigator.permissions as Pick<Permissions, 'query'> | undefined,
): Promise<Diagnosis> {
  for (const name of PERMISSIONS) {
    const found = await permissions?.query({ name: name as PermissionName }).catch(() => null);
    if (found?.state === 'denied') return { kind: 'local-network-denied' };
  }
  const reached = await fetcher(graphqlUrl, {
    method: 'POST',
    body: '{}',
    mode: 'no-cors',
    credentials: 'omit',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).then(
    () => true,
    () => false,
  );
  return reached ? { kind: 'websocket-blocked', host: new URL(realtimeUrl).host } : { kind: 'unknown' };
}
