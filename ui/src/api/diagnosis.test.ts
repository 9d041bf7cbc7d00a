// @vitest-environment node
import { describe, expect, it, vi } from 'vitest';
import { diagnose } from './diagnosis';

const HTTP = 'https://api.example/graphql';
const WS = 'wss://live.example/graphql';
const state = (denied: string) => ({
  query: vi.fn(({ name }: { name: string }) =>
    Promise.resolve({ state: name === denied ? 'denied' : 'prompt' } as PermissionStatus),
  ),
});
const unknown = { query: () => Promise.reject(new TypeError('no such permission')) };

describe('a connection that never comes about', () => {
  it('is the proxy’s doing where HTTPS works', async () => {
    const fetcher = vi.fn<typeof fetch>(() => Promise.resolve(new Response()));
    const found = await diagnose(HTTP, WS, fetcher, unknown);
    expect(found).toEqual({ kind: 'websocket-blocked', host: 'live.example' });
  });

  it('is nobody’s known where nothing works', async () => {
    const fetcher = vi.fn<typeof fetch>(() => Promise.reject(new TypeError('network')));
    expect(await diagnose(HTTP, WS, fetcher, unknown)).toEqual({ kind: 'unknown' });
  });

  it.each(['local-network-access', 'local-network'])('is the browser’s doing where it denies %s', async (name) => {
    const fetcher = vi.fn<typeof fetch>();
    expect(await diagnose(HTTP, WS, fetcher, state(name))).toEqual({ kind: 'local-network-denied' });
    expect(fetcher).not.toHaveBeenCalled();
  });
});
