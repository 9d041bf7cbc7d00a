/** Random identifiers. `crypto.randomUUID` exists only on secure origins, `getRandomValues` everywhere. */
import { base64Url } from '../api/authorization';

/**
 * A new session id: 256 random bits in 43 characters. Under an API key it is all that stands between two readers, so
 * it is never derived from anything and never stored.
 */
export function newSessionId(): string {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)));
}

/** A new request id, a version 4 UUID. */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
