import { describe, expect, it } from 'vitest';
import { FakeClock } from '../test/fake-clock';
import { keepFromLosing } from './leaving';
import { ChatStore, type Subscription } from './state/chat-store';
import { saveDraft } from './state/draft';

function openPage(): { store: ChatStore; asked: () => boolean } {
  const nothing = (): void => undefined;
  const subscription: Subscription = {
    start: nothing,
    close: nothing,
    renew: nothing,
    retryNow: nothing,
    goOffline: nothing,
    checkAlive: nothing,
  };
  const store = new ChatStore({
    clock: new FakeClock(),
    ask: () => Promise.resolve({ ok: true }),
    subscribe: () => subscription,
  });
  const page = new EventTarget() as Window;
  keepFromLosing(store, page);
  return {
    store,
    asked: () => {
      const event = new Event('beforeunload', { cancelable: true });
      page.dispatchEvent(event);
      return event.defaultPrevented;
    },
  };
}

describe('leaving the page', () => {
  it('is asked about only where something would be lost', () => {
    const { store, asked } = openPage();
    expect(asked()).toBe(false);
    store.ask('Why?', 'en_US');
    expect(asked()).toBe(true);
  });

  it('is asked about where a question is being written', () => {
    saveDraft('half a question');
    expect(openPage().asked()).toBe(true);
  });
});
