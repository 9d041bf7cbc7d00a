/** Which addresses an answer may link to. A model writes them, so nothing is taken on trust. */

const SCHEMES = new Set(['http:', 'https:', 'mailto:']);
/** Footnotes point into the page itself, always under this prefix. */
const FOOTNOTE = '#user-content-';

/** The address where it may be followed, otherwise null. Relative addresses would lead into our own site: refused. */
export function safeUrl(address: string): string | null {
  if (address.startsWith(FOOTNOTE)) return address;
  if (!URL.canParse(address)) return null;
  return SCHEMES.has(new URL(address).protocol) ? address : null;
}
