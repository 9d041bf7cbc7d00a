/** What jsdom lacks of a browser, and cleaning up between tests. */
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// Deadlines, not durations: a machine under load may take its time.
configure({ asyncUtilTimeout: 15_000 });

if (typeof window !== 'undefined') {
  window.matchMedia = (query: string) =>
    ({
      matches: false,
      media: query,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    }) as unknown as MediaQueryList;
  window.ResizeObserver = class {
    observe(): void {
      return;
    }
    unobserve(): void {
      return;
    }
    disconnect(): void {
      return;
    }
  };
  Element.prototype.scrollIntoView = () => undefined;
  afterEach(() => {
    cleanup();
    localStorage.clear();
    sessionStorage.clear();
  });
}
