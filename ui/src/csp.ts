/**
 * The content-security policy, in one place for the page, the development servers and whoever hosts the build.
 *
 * The configuration is read when the page starts, so the built page cannot know the two API hosts. It therefore
 * carries a policy that is final in everything but `connect-src`, and `restrictConnections` adds a second policy
 * with the exact hosts before anything else runs. Policies only ever tighten each other.
 */
import type { Config } from './config.ts';

const FIXED = [
  "default-src 'none'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-src 'none'",
  "object-src 'none'",
  "worker-src 'none'",
  "manifest-src 'self'",
];

/** What a page may reach before its configuration is known: encrypted hosts, and this machine for development. */
const CONNECT_BEFORE_CONFIG =
  "connect-src 'self' https: wss: http://127.0.0.1:* ws://127.0.0.1:* http://localhost:* ws://localhost:*";

/** A nonce is only for Vite's development server, which inserts styles and one script into the page. */
function sources(nonce: string | undefined): string[] {
  const own = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`;
  return [`script-src ${own}`, `style-src ${own}`];
}

/** The `connect-src` directive for one deployment: the two API hosts and, under OIDC, the provider. */
export function connectDirective(config: Config): string {
  const { auth } = config;
  const urls = [config.graphqlUrl, config.realtimeUrl, ...(auth.mode === 'OIDC' ? [auth.issuer, ...auth.origins] : [])];
  // URL.origin is "null" for ws: and wss: in some engines, so the origin is put together by hand.
  const origins = urls.map((url) => new URL(url)).map(({ protocol, host }) => `${protocol}//${host}`);
  return `connect-src 'self' ${[...new Set(origins)].join(' ')}`;
}

/** The policy the built page carries in a meta element. */
export function pagePolicy(nonce?: string): string {
  return [...FIXED, ...sources(nonce), CONNECT_BEFORE_CONFIG].join('; ');
}

/** The whole policy for a host that can send headers, exact from the first byte; only a header can forbid framing. */
export function headerPolicy(config: Config, nonce?: string): string {
  return [...FIXED, ...sources(nonce), connectDirective(config), "frame-ancestors 'none'"].join('; ');
}

/** Narrows what this page may connect to, for good. Call it before the first request other than for the configuration. */
export function restrictConnections(config: Config, page: Document = document): void {
  const meta = page.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = connectDirective(config);
  page.head.append(meta);
}
