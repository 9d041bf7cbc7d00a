import { afterEach, describe, expect, it, vi } from 'vitest';
import { watchVersion } from './version';

const html = (script: string): string => `<script type="module" src="${script}"></script>`;
const partIsGone = (): boolean => window.dispatchEvent(new Event('vite:preloadError'));
let stop: () => void = () => undefined;

function onPage(script: string, served: Response | Error) {
  document.head.innerHTML = html(script);
  vi.stubGlobal(
    'fetch',
    vi.fn(() => (served instanceof Error ? Promise.reject(served) : Promise.resolve(served))),
  );
  const outdated = vi.fn();
  stop = watchVersion(outdated);
  return outdated;
}

afterEach(() => {
  stop();
  document.head.innerHTML = '';
  vi.unstubAllGlobals();
});

describe('an old page', () => {
  it('learns of a newer one when a part of it is gone', async () => {
    const outdated = onPage('/assets/index-old.js', new Response(html('/assets/index-new.js')));
    partIsGone();
    await vi.waitFor(() => expect(outdated).toHaveBeenCalledOnce());
    partIsGone();
    expect(outdated).toHaveBeenCalledOnce();
  });

  it.each([
    ['the same page', new Response(html('/assets/index-old.js'))],
    ['no page', new Response('Sign in first')],
    ['an error', new Response(html('/x.js'), { status: 502 })],
    ['nothing', new TypeError('offline')],
  ])('says nothing where the host serves %s', async (_name, served) => {
    const outdated = onPage('/assets/index-old.js', served);
    partIsGone();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(outdated).not.toHaveBeenCalled();
  });
});
