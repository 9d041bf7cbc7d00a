/** The chat page on a scripted service, for component tests: what arrives is what a test says. */
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { vi } from 'vitest';
import type { AskResult, Question } from '../src/api/ask';
import type { Piece } from '../src/api/piece';
import type { ConnectionStatus, SubscriptionHandlers } from '../src/api/realtime-subscription';
import { App } from '../src/app';
import type { Branding } from '../src/config';
import { NO_BRANDING } from './branding';
import type { Account } from '../src/pages/chat-page';
import { ChatStore } from '../src/state/chat-store';
import { FakeClock } from './fake-clock';
import { recorded } from './pieces';

interface HarnessOptions {
  readonly account?: Account;
  readonly maxChars?: number;
  readonly live?: boolean;
  readonly branding?: Partial<Branding>;
}

export class ChatHarness {
  readonly clock = new FakeClock();
  readonly user = userEvent.setup({ delay: null, pointerEventsCheck: 0 });
  readonly ask = vi.fn<(question: Question) => Promise<AskResult>>(() => Promise.resolve({ ok: true }));
  readonly retryNow = vi.fn();
  #handlers: SubscriptionHandlers | null = null;
  #sequence = 0;

  /** Draws the page with a live connection and waits until its texts are there. */
  static async start(options: HarnessOptions = {}): Promise<ChatHarness> {
    const harness = new ChatHarness();
    const store = new ChatStore({
      clock: harness.clock,
      ask: (question) => {
        harness.#sequence = 0;
        return harness.ask(question);
      },
      subscribe: (_sessionId, handlers) => {
        harness.#handlers = handlers;
        const nothing = (): void => undefined;
        return {
          start: nothing,
          close: nothing,
          renew: nothing,
          retryNow: harness.retryNow,
          goOffline: nothing,
          checkAlive: nothing,
        };
      },
    });
    const { account = null, maxChars = 8000, live = true } = options;
    const branding = { ...NO_BRANDING, ...options.branding };
    const onOutdated = (): (() => void) => () => undefined;
    render(<App screen={{ kind: 'chat', store, maxChars, account, branding, onOutdated }} />);
    await screen.findByRole('textbox');
    if (live) await harness.connection({ kind: 'live' });
    return harness;
  }

  get input(): HTMLTextAreaElement {
    return screen.getByRole<HTMLTextAreaElement>('textbox');
  }

  get lastQuestion(): Question {
    const question = this.ask.mock.lastCall?.[0];
    if (!question) throw new Error('Nothing was asked');
    return question;
  }

  async connection(status: ConnectionStatus): Promise<void> {
    await act(async () => {
      this.#handlers?.onStatus(status);
      await Promise.resolve();
    });
  }

  /** Types a question and sends it by Enter; resolves when its turn is on the page. */
  async send(question: string): Promise<void> {
    await this.user.click(this.input);
    await this.user.paste(question);
    await this.user.keyboard('{Enter}');
    await screen.findAllByTestId('turn');
  }

  /** The next piece of the present answer. */
  async piece(event: Piece['event'], fields: Partial<Piece> = {}): Promise<void> {
    const { sessionId, requestId } = this.lastQuestion;
    const onSendMessage = recorded({ sessionId, requestId, sequence: this.#sequence, event, ...fields });
    this.#sequence += 1;
    await act(async () => {
      this.#handlers?.onData({ data: { onSendMessage } });
      await Promise.resolve();
    });
  }

  /** A whole answer in three pieces; resolves when it is drawn to its end. */
  async answer(text: string, end: Partial<Piece> = {}): Promise<void> {
    const before = screen.queryAllByTestId('answer-actions').length;
    await this.piece('START');
    await this.piece('DELTA', { message: text });
    await this.piece('END', { stopReason: 'end_turn', inputTokens: 12, outputTokens: 34, ...end });
    await vi.waitFor(() => {
      const actions = screen.queryAllByTestId('answer-actions');
      // Putting the first button within reach of the keyboard is the last that Cloudscape does to them.
      if (actions.length <= before || actions.some((group) => group.querySelector('button[tabindex="0"]') === null))
        throw new Error('The answer is still being drawn');
    });
  }

  async advance(ms: number): Promise<void> {
    await act(async () => {
      this.clock.advance(ms);
      await Promise.resolve();
    });
  }
}
