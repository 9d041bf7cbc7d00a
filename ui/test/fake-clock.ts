import type { Clock } from '../src/api/clock';

/** A clock that stands still until a test moves it; due callbacks then run in order. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#earliest(end); next; next = this.#earliest(end)) {
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }

  /** Time passes while the machine sleeps: no timer runs. */
  sleep(ms: number): void {
    this.#now += ms;
  }

  /** How long until the next timer; null without one. */
  get nextIn(): number | null {
    const next = this.#earliest(Infinity);
    return next ? next.at - this.#now : null;
  }

  #earliest(until: number): { at: number; callback: () => void } | undefined {
    return this.#timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
  }
}
