/** How a request to AppSync says who sends it. */

/** The headers AppSync authorizes by; the same names serve HTTP requests and the real-time protocol. */
export type AuthHeaders = Readonly<Record<string, string>>;

/** Whoever can name the sender of a request: a fixed key, or a person who signed in. */
export interface Identity {
  /**
   * Headers that are valid now. `fresh` asks for a new token although the present one has not expired, because the
   * service refused it. Rejects when there is none to be had; `needsSignIn` tells for how long.
   */
  headers(fresh?: boolean): Promise<AuthHeaders>;
  /** Calls back whenever the headers changed; returns how to stop that. */
  onRenewed(listener: () => void): () => void;
}

/** Nobody is signed in, and only a person at the provider's page can change that. */
export class SignInRequired extends Error {
  override readonly name = 'SignInRequired';
}

/** What OAuth calls errors that the same request will meet again (RFC 6749 5.2, OpenID Connect Core 3.1.2.6). */
const FINAL_OAUTH_ERRORS = new Set([
  'invalid_grant',
  'invalid_client',
  'invalid_request',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
  'access_denied',
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
]);

/** Whether a failure to get headers can only be mended by signing in. Networks and providers fail for a moment: then not. */
export function needsSignIn(error: unknown): boolean {
  if (error instanceof SignInRequired) return true;
  const code = typeof error === 'object' && error !== null ? (error as { error?: unknown }).error : undefined;
  return typeof code === 'string' && FINAL_OAUTH_ERRORS.has(code);
}

/** Identity of a deployment that trusts whoever holds its API key. */
export function apiKeyIdentity(apiKey: string): Identity {
  const headers = { 'x-api-key': apiKey };
  return {
    headers: () => Promise.resolve(headers),
    onRenewed: () => () => undefined,
  };
}

/**
 * The second WebSocket sub-protocol, which carries the authorization. It stays out of the URL on purpose: proxies log
 * URLs, and private APIs accept no header here.
 */
export function authorizationProtocol(authorization: AuthHeaders): string {
  const bytes = new TextEncoder().encode(JSON.stringify(authorization));
  return `header-${base64Url(bytes)}`;
}

export function base64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
