import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { expectAccessible } from '../../test/axe';
import { ChatHarness } from '../../test/chat-harness';

const button = (name: string) => screen.getByRole('button', { name });

describe('asking', () => {
  it('is done by Enter; Shift+Enter begins a new line', async () => {
    const chat = await ChatHarness.start();
    await chat.user.type(chat.input, 'one{Shift>}{Enter}{/Shift}two');
    expect(chat.ask).not.toHaveBeenCalled();
    expect(chat.input.value).toBe('one\ntwo');
    await chat.user.keyboard('{Enter}');
    expect(chat.lastQuestion.message).toBe('one\ntwo');
    expect(chat.input.value).toBe('');
  });

  it('is not possible with nothing but blanks, nor with too many characters', async () => {
    const chat = await ChatHarness.start({ maxChars: 10 });
    await chat.user.type(chat.input, '   {Enter}');
    await chat.user.clear(chat.input);
    await chat.user.type(chat.input, '12345678901{Enter}');
    expect(chat.ask).not.toHaveBeenCalled();
    expect(screen.getByTestId('counter').textContent).toBe(
      '1 characters too many: at most 10. Shorten the question, or ask it in parts.',
    );
    expect(screen.getByText('The question is too long for the service.')).toBeTruthy();
    expect(screen.getByTestId<HTMLButtonElement>('send').disabled).toBe(true);
  });

  it('counts characters as the service does: an emoji is one', async () => {
    const chat = await ChatHarness.start({ maxChars: 4 });
    await chat.user.click(chat.input);
    await chat.user.paste('😀😀😀');
    expect(screen.getByTestId('counter').textContent).toBe('1 characters left');
    await chat.user.paste('😀');
    await chat.user.keyboard('{Enter}');
    expect(chat.lastQuestion.message).toBe('😀😀😀😀');
  });

  it('starts from a suggestion', async () => {
    const chat = await ChatHarness.start();
    await chat.user.click(screen.getByText('Explain how a VPC endpoint keeps traffic private'));
    expect(chat.lastQuestion.message).toBe('Explain how a VPC endpoint keeps traffic private');
    expect(screen.queryByTestId('empty-state')).toBeNull();
  });

  it('waits for the connection and says so', async () => {
    const chat = await ChatHarness.start({ live: false });
    await chat.send('Why?');
    expect((await screen.findByTestId('progress')).textContent).toContain('as soon as the connection is up');
    expect(chat.ask).not.toHaveBeenCalled();
    await chat.connection({ kind: 'live' });
    expect(chat.ask).toHaveBeenCalledOnce();
  });

  it('uses the chosen answer language', async () => {
    const chat = await ChatHarness.start();
    await chat.user.click(screen.getByTestId('open-settings'));
    await chat.user.click(within(await screen.findByTestId('locale-select')).getByRole('button'));
    await chat.user.click(await screen.findByRole('option', { name: /French \(Canada\)/ }));
    await chat.user.click(screen.getByRole('button', { name: 'Done' }));
    await chat.send('Why?');
    expect(chat.lastQuestion.locale).toBe('fr_CA');
  });
});

describe('a refused question', () => {
  it('comes back into the field, with what the service says of it', async () => {
    const chat = await ChatHarness.start();
    const violations = [{ field: 'message', rule: 'must not be blank' }];
    chat.ask.mockResolvedValue({ ok: false, problem: { kind: 'invalid', message: '', violations } });
    await chat.user.type(chat.input, 'Why?{Enter}');
    expect((await screen.findByTestId('field-error')).textContent).toBe('The question must not be blank.');
    expect(chat.input.value).toBe('Why?');
    expect(chat.input.getAttribute('aria-describedby')).toContain(screen.getByTestId('field-error').id);
    expect(screen.queryByTestId('turn')).toBeNull();
    await expectAccessible(document.body);
    await chat.user.type(chat.input, '!');
    expect(screen.queryByTestId('field-error')).toBeNull();
  });

  it.each([
    ['unavailable', /cannot take questions/],
    ['unreachable', /not known whether/],
    ['unauthorized', /does not know you/],
    ['busy', /too many questions/],
    ['misconfigured', /not your question/],
    ['quota', /used up/],
  ] as const)('is kept when the service is %s', async (kind, text) => {
    const chat = await ChatHarness.start();
    chat.ask.mockResolvedValue({ ok: false, problem: { kind } });
    await chat.user.type(chat.input, 'Why?{Enter}');
    expect((await screen.findByTestId('question-refused')).textContent).toMatch(text);
    expect(chat.input.value).toBe('Why?');
    await expectAccessible(document.body);
  });

  it('does not overwrite what the reader has begun since', async () => {
    const chat = await ChatHarness.start();
    let refuse: () => void = () => undefined;
    chat.ask.mockReturnValue(
      new Promise((resolve) => {
        refuse = () => resolve({ ok: false, problem: { kind: 'unavailable' } });
      }),
    );
    await chat.send('Why?');
    await chat.user.type(chat.input, 'Something else');
    refuse();
    await screen.findByTestId('question-refused');
    expect(chat.input.value).toBe('Something else');
  });
});

describe('an answer', () => {
  it('appears as it comes, and is told to screen readers', async () => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await waitFor(() => expect(screen.getByTestId('progress').textContent).toBe('Waiting for the assistant'));
    await chat.piece('START');
    expect(screen.getByTestId('progress').textContent).toBe('Thinking');
    expect(screen.getByTestId('answer-state').textContent).toBe('Thinking');
    await chat.piece('DELTA', { message: 'Because **it' });
    await waitFor(() => expect(screen.getByTestId('answer-text').textContent).toBe('Because it'));
    expect(screen.getByTestId('stop')).toBeTruthy();
    await expectAccessible(document.body);
    await chat.piece('DELTA', { message: ' is**.' });
    await chat.piece('END', { stopReason: 'end_turn' });
    await screen.findByTestId('answer-actions');
    expect(screen.getByTestId('answer-text').textContent).toBe('Because it is.');
    expect(screen.getByTestId('answer-state').textContent).toBe('The answer is complete.');
    expect(screen.getByTestId('answer-speech').textContent).toBe('Because it is.');
    await expectAccessible(document.body);
  });

  it('can be stopped, and then takes no more', async () => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await chat.piece('START');
    await chat.piece('DELTA', { message: 'Because' });
    await chat.user.click(screen.getByTestId('stop'));
    await chat.piece('DELTA', { message: ' of this' });
    await screen.findByTestId('answer-actions');
    expect(screen.getByTestId('answer-text').textContent).toBe('Because');
    expect(within(screen.getByTestId('turn')).getByText(/You stopped reading here/)).toBeTruthy();
    await expectAccessible(document.body);
  });

  it('shows its measurements on demand', async () => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await chat.advance(1_250);
    await chat.answer('Because.');
    await chat.user.click(button('Details of this answer'));
    expect(screen.getByTestId('detail-first-text').textContent).toBe('1.25 s');
    expect(screen.getByTestId('detail-input-tokens').textContent).toBe('12');
    expect(screen.getByTestId('detail-output-tokens').textContent).toBe('34');
    expect(screen.getByTestId('detail-stop-reason').textContent).toBe('end_turn');
    expect(screen.getByTestId('detail-request-id').textContent).toBe(chat.lastQuestion.requestId);
    await expectAccessible(document.body);
  });

  it('can be asked for again, and its question be changed', async () => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await chat.answer('Because.');
    const first = chat.lastQuestion;
    await chat.user.click(button('Ask again'));
    expect(chat.lastQuestion).toMatchObject({ message: 'Why?', sessionId: first.sessionId });
    expect(chat.lastQuestion.requestId).not.toBe(first.requestId);
    await chat.answer('Because!');
    await chat.user.type(chat.input, 'a draft');
    await chat.user.click(screen.getAllByRole('button', { name: 'Edit and ask again' })[1]!);
    const editor = screen.getByTestId<HTMLTextAreaElement>('question-editor');
    expect(document.activeElement).toBe(editor);
    expect(editor.value).toBe('Why?');
    await expectAccessible(document.body);
    await chat.user.type(editor, ' Really');
    await chat.user.click(within(screen.getAllByTestId('question')[1]!).getByRole('button', { name: 'Send' }));
    expect(chat.lastQuestion.message).toBe('Why? Really');
    expect(chat.input.value).toBe('a draft');
  });

  it('keeps what is being written when it is asked for again', async () => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await chat.answer('Because.');
    await chat.send('And this?');
    await chat.user.type(chat.input, 'a draft');
    await chat.user.click(button('Ask again'));
    expect(chat.input.value).toBe('a draft');
    expect(screen.getByTestId('question-hint').textContent).toContain('An answer is being written');
  });

  it('leaves its question ready when another answer is still under way', async () => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await chat.answer('Because.');
    await chat.send('And this?');
    await chat.user.click(button('Ask again'));
    expect(chat.ask).toHaveBeenCalledTimes(2);
    expect(chat.input.value).toBe('Why?');
  });

  it('is not drawn again when another one comes', async () => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await chat.answer('Because.');
    let changes = 0;
    const observer = new MutationObserver((records) => {
      changes += records.length;
    });
    observer.observe(screen.getByTestId('turn'), { subtree: true, childList: true, attributes: true });
    await chat.send('And this?');
    await chat.answer('Because of that.');
    observer.disconnect();
    expect(changes).toBe(0);
  });

  it('is copied as Markdown', async () => {
    const chat = await ChatHarness.start();
    const writeText = vi.spyOn(navigator.clipboard, 'writeText');
    await chat.send('Why?');
    await chat.answer('**Because.**');
    await chat.user.click(button('Copy answer'));
    expect(writeText).toHaveBeenCalledWith('**Because.**');
  });

  it.each([
    ['max_tokens', /greatest length/],
    ['guardrail_intervened', /guardrail/],
    ['content_filtered', /content filter/],
    ['model_context_window_exceeded', /fill the model’s memory/],
    ['malformed_model_output', /could not be used/],
    ['a_reason_of_tomorrow', /a_reason_of_tomorrow/],
  ])('says what %s means', async (stopReason, text) => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await chat.answer('Because', { stopReason });
    expect(within(screen.getByTestId('turn')).getByText(text)).toBeTruthy();
    await expectAccessible(document.body);
  });
});

describe('an answer that fails', () => {
  it('says so in the reader’s language, with the id to quote, and can be retried', async () => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    const { requestId } = chat.lastQuestion;
    await chat.piece('START');
    await chat.piece('DELTA', { message: 'Bec' });
    await chat.piece('ERROR', { message: 'Sorry.', errorCode: 'model_throttled' });
    await chat.piece('ERROR', { message: '#STREAM_ERROR#', errorCode: 'model_throttled' });
    const alert = await screen.findByTestId('answer-failed');
    expect(alert.textContent).toContain('too many questions');
    expect(alert.textContent).toContain(requestId);
    expect(document.body.textContent).not.toMatch(/Sorry|#STREAM_ERROR#/);
    await expectAccessible(document.body);
    await chat.user.click(screen.getByTestId('retry'));
    expect(chat.lastQuestion).toMatchObject({ message: 'Why?' });
    expect(chat.lastQuestion.requestId).not.toBe(requestId);
  });

  it.each(['ModelMisconfigured', 'model_misconfigured', 'QuotaExhausted', 'quota_exhausted'])(
    'offers no retry that would not help: %s',
    async (errorCode) => {
      const chat = await ChatHarness.start();
      await chat.send('Why?');
      await chat.piece('START');
      await chat.piece('ERROR', { message: 'Sorry.', errorCode });
      const text = (await screen.findByTestId('answer-failed')).textContent;
      expect(text).toMatch(/not your question|used up/);
      expect(screen.queryByTestId('retry')).toBeNull();
    },
  );

  it('is told in the service’s words when the code is newer than this page', async () => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await chat.piece('START');
    await chat.piece('ERROR', { message: 'Desolé, quota épuisé.', errorCode: 'budget_spent' });
    expect((await screen.findByTestId('answer-failed')).textContent).toContain('Desolé, quota épuisé.');
  });

  it.each([
    ['silence', 135_000, /stopped arriving/],
    ['gap', 4_000, /lost on its way/],
  ])('by %s is shown as interrupted', async (reason, ms, text) => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await chat.piece('START');
    await chat.piece('DELTA', { message: 'Bec' });
    if (reason === 'gap') await chat.piece('DELTA', { message: 'ause', sequence: 7 });
    await chat.advance(ms);
    expect((await screen.findByTestId('answer-interrupted')).textContent).toMatch(text);
    await expectAccessible(document.body);
  });

  it('blames the connection where that was lost in between', async () => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await chat.piece('START');
    await chat.piece('DELTA', { message: 'Bec' });
    await chat.connection({ kind: 'offline' });
    await chat.connection({ kind: 'live' });
    await chat.advance(10_000);
    expect((await screen.findByTestId('answer-interrupted')).textContent).toMatch(/connection was lost/);
  });
});

describe('the connection', () => {
  it.each([
    [{ kind: 'connecting' }, 'Connecting', null],
    [{ kind: 'reconnecting', attempt: 1, retryAt: 0, hadOne: true }, 'Reconnecting', null],
    [{ kind: 'reconnecting', attempt: 3, retryAt: 0, hadOne: true }, 'Reconnecting', /was lost.*attempt 3/],
    [{ kind: 'reconnecting', attempt: 2, retryAt: 0, hadOne: false }, 'Reconnecting', /cannot be reached/],
    [{ kind: 'offline' }, 'Offline', /reports no network.*keeps trying/],
    [{ kind: 'refused', reason: 'version', message: 'FieldUndefined' }, 'Not connected', /do not fit together/],
    [{ kind: 'refused', reason: 'too-large', message: '' }, 'Not connected', /fewer groups/],
    [{ kind: 'refused', reason: 'unauthorized', message: '' }, 'Not connected', /expired or is not allowed/],
    [{ kind: 'refused', reason: 'bad-request', message: 'no host' }, 'Not connected', /refuses the connection/],
  ] as const)('shows %j', async (status, badge, notice) => {
    const chat = await ChatHarness.start();
    await chat.connection(status);
    const element = screen.getByTestId('connection-status');
    expect(element.dataset['kind']).toBe(status.kind);
    expect(element.textContent).toContain(badge);
    if (notice === null) expect(screen.queryByTestId('connection-notice')).toBeNull();
    else expect(screen.getByTestId('connection-notice').textContent).toMatch(notice);
    await expectAccessible(document.body);
  });

  it('can be tried again at once', async () => {
    const chat = await ChatHarness.start();
    await chat.connection({ kind: 'reconnecting', attempt: 4, retryAt: 0, hadOne: true });
    await chat.user.click(button('Try now'));
    expect(chat.retryNow).toHaveBeenCalledOnce();
  });

  it('offers to sign in again when access has ended', async () => {
    const account = { name: 'Ada', signIn: vi.fn(), signOut: vi.fn() };
    const chat = await ChatHarness.start({ account });
    expect(screen.getByText('Signed in as Ada')).toBeTruthy();
    await chat.connection({ kind: 'refused', reason: 'unauthorized', message: '' });
    await chat.user.click(button('Sign in again'));
    expect(account.signIn).toHaveBeenCalledOnce();
    await chat.user.click(button('Sign out'));
    expect(account.signOut).toHaveBeenCalledOnce();
    await expectAccessible(document.body);
  });
});

describe('a conversation', () => {
  it('comes back when clearing it was a mistake', async () => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await chat.answer('Because.');
    const { sessionId } = chat.lastQuestion;
    await chat.user.click(screen.getByTestId('new-conversation'));
    await expectAccessible(document.body);
    await chat.user.click(screen.getByTestId('undo'));
    expect((await screen.findByTestId('answer-text')).textContent).toBe('Because.');
    await chat.connection({ kind: 'live' });
    await chat.send('And?');
    expect(chat.lastQuestion.sessionId).toBe(sessionId);
  });

  it('is accessible while empty, and begins anew at the reader’s wish', async () => {
    const chat = await ChatHarness.start();
    await expectAccessible(document.body);
    await chat.send('Why?');
    await chat.answer('Because.');
    const { sessionId } = chat.lastQuestion;
    await chat.user.click(screen.getByTestId('new-conversation'));
    expect(screen.getByTestId('empty-state')).toBeTruthy();
    await chat.connection({ kind: 'live' });
    await chat.send('And now?');
    expect(chat.lastQuestion.sessionId).not.toBe(sessionId);
  });

  it('is usable by keyboard alone', async () => {
    const chat = await ChatHarness.start();
    const stops: string[] = [];
    (document.activeElement as HTMLElement).blur();
    for (let press = 0; press < 14; press += 1) {
      await chat.user.tab();
      const element = document.activeElement;
      stops.push(element?.getAttribute('aria-label') ?? element?.textContent ?? '');
    }
    expect(stops[0]).toBe('Skip to your question');
    for (const stop of ['New conversation', 'Settings', 'Conversation', 'Your question']) expect(stops).toContain(stop);
  });
});
