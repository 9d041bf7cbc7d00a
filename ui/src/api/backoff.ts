/** How long to wait before the next try to connect. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * Full-jitter exponential backoff: a random time up to 0.5 s, 1 s, 2 s … 30 s, so that the browsers of an office do
 * not come back all at once. `attempt` counts from 1.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return Math.round(ceiling * random());
}
