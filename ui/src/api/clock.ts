/** Time as the transport and the state see it, so that tests can pass hours in an instant. */
export interface Clock {
  /** Milliseconds since the epoch. It goes on while a laptop sleeps, which is the point. */
  now(): number;
  /** Calls back once after `delayMs`; returns how to cancel. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
