import { describe, expect, it } from 'vitest';
import { NO_BRANDING } from '../test/branding';
import type { Config } from './config';
import { connectDirective, headerPolicy, pagePolicy, restrictConnections } from './csp';

const CONFIG: Config = {
  region: 'eu-central-1',
  graphqlUrl: 'https://abc.appsync-api.eu-central-1.amazonaws.com/graphql',
  realtimeUrl: 'wss://abc.appsync-realtime-api.eu-central-1.amazonaws.com/graphql',
  maxMessageChars: 8000,
  answerTimeoutSeconds: 120,
  branding: NO_BRANDING,
  auth: { mode: 'API_KEY', apiKey: 'da2-x' },
};
const BOTH_HOSTS =
  "connect-src 'self' https://abc.appsync-api.eu-central-1.amazonaws.com wss://abc.appsync-realtime-api.eu-central-1.amazonaws.com";

describe('the content-security policy', () => {
  it('allows the two hosts of the API and nothing else', () => {
    expect(connectDirective(CONFIG)).toBe(BOTH_HOSTS);
  });

  it('allows the provider and its other origins under OpenID Connect', () => {
    const auth = {
      mode: 'OIDC',
      issuer: 'https://id.example/pool',
      clientId: 'c',
      scope: 'openid',
      origins: ['https://tokens.example'],
    } as const;
    expect(connectDirective({ ...CONFIG, auth })).toBe(`${BOTH_HOSTS} https://id.example https://tokens.example`);
  });

  it('names one host once', () => {
    const local = {
      ...CONFIG,
      graphqlUrl: 'http://127.0.0.1:4566/a/graphql',
      realtimeUrl: 'ws://127.0.0.1:4566/a/graphql/realtime',
    };
    expect(connectDirective(local)).toBe("connect-src 'self' http://127.0.0.1:4566 ws://127.0.0.1:4566");
  });

  it.each([
    ['page', pagePolicy()],
    ['header', headerPolicy(CONFIG)],
  ])('never lets inline or evaluated code in (%s)', (_name, policy) => {
    expect(policy).not.toMatch(/unsafe|nonce|\*(?!\s|;|$)|script-src[^;]*https?:/);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self';");
  });

  it('forbids framing where a header can', () => {
    expect(headerPolicy(CONFIG)).toContain("frame-ancestors 'none'");
    expect(headerPolicy(CONFIG)).toContain(BOTH_HOSTS);
  });

  it('takes a nonce for the development server only', () => {
    expect(pagePolicy('abc')).toContain("script-src 'self' 'nonce-abc'; style-src 'self' 'nonce-abc'");
  });

  it('is narrowed in the page once the configuration is known', () => {
    const page = document.implementation.createHTMLDocument();
    restrictConnections(CONFIG, page);
    const meta = page.head.querySelector('meta[http-equiv="Content-Security-Policy"]');
    expect(meta?.getAttribute('content')).toBe(BOTH_HOSTS);
  });
});
