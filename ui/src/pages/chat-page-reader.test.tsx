import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { expectAccessible } from '../../test/axe';
import { ChatHarness } from '../../test/chat-harness';
import { loadDraft } from '../state/draft';

const button = (name: string) => screen.getByRole('button', { name });

describe('the keys', () => {
  it('do not send with the Enter that ends a conversion, in the order of Safari nor in that of Chrome', async () => {
    const chat = await ChatHarness.start();
    await chat.user.type(chat.input, 'にほん');
    fireEvent.compositionEnd(chat.input);
    fireEvent.keyDown(chat.input, { key: 'Enter', keyCode: 229 });
    fireEvent.keyDown(chat.input, { key: 'Enter', keyCode: 13, isComposing: true });
    expect(chat.ask).not.toHaveBeenCalled();
    fireEvent.keyDown(chat.input, { key: 'Enter', keyCode: 13 });
    expect(chat.ask).toHaveBeenCalledOnce();
  });

  it('begin a new line on a touch device, where the button sends and the keyboard goes', async () => {
    const nothing = (): void => undefined;
    vi.spyOn(window, 'matchMedia').mockImplementation(
      (query) =>
        ({
          matches: query.includes('coarse'),
          addEventListener: nothing,
          removeEventListener: nothing,
        }) as unknown as MediaQueryList,
    );
    const chat = await ChatHarness.start();
    expect(document.activeElement).not.toBe(chat.input);
    await chat.user.type(chat.input, 'one{Enter}two');
    expect(chat.ask).not.toHaveBeenCalled();
    expect(chat.input.value).toBe('one\ntwo');
    expect(screen.getByTestId('question-hint').textContent).toContain('the button sends');
    await chat.user.click(screen.getByTestId('send'));
    expect(chat.lastQuestion.message).toBe('one\ntwo');
    expect(document.activeElement).not.toBe(chat.input);
  });

  it('say why nothing happens while an answer streams', async () => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await chat.user.type(chat.input, 'More{Enter}');
    expect(chat.ask).toHaveBeenCalledOnce();
    expect(chat.input.value).toBe('More');
    expect(screen.getByTestId('question-hint').getAttribute('role')).toBe('status');
    expect(screen.getByTestId('question-hint').textContent).toContain('Wait for its end');
  });

  it('stop with Esc and recall the last question with arrow up', async () => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await chat.user.keyboard('{Escape}');
    expect(screen.getByTestId('turn').dataset['status']).toBe('stopped');
    expect(document.activeElement).toBe(chat.input);
    await chat.user.keyboard('{ArrowUp}');
    expect(chat.input.value).toBe('Why?');
  });
});

describe('a draft', () => {
  it('survives a reload', async () => {
    const chat = await ChatHarness.start();
    await chat.user.type(chat.input, 'half a question');
    cleanup();
    const again = await ChatHarness.start();
    expect(again.input.value).toBe('half a question');
    await again.user.click(screen.getByTestId('send'));
    await waitFor(() => expect(loadDraft()).toBe(''));
  });

  it('that is too long can be asked in parts, or shortened', async () => {
    const chat = await ChatHarness.start({ maxChars: 12 });
    await chat.user.click(chat.input);
    await chat.user.paste('One two. Three four. Five.');
    await chat.user.click(button('Ask in 3 parts'));
    expect(chat.input.value).toBe('One two.');
    await chat.user.click(screen.getByTestId('send'));
    expect(chat.lastQuestion.message).toBe('One two.');
    expect(chat.input.value).toBe('Three four.');
    await chat.user.type(chat.input, ' And more');
    await chat.user.click(button('Keep only the beginning'));
    expect(chat.input.value).toBe('Three four.');
    await expectAccessible(document.body);
  });
});

describe('a question whose fate is unknown', () => {
  it('is waited for before it can be asked again', async () => {
    const chat = await ChatHarness.start();
    chat.ask.mockResolvedValue({ ok: false, problem: { kind: 'outcome-unknown' } });
    await chat.send('Why?');
    await waitFor(() => expect(screen.getByTestId('progress').textContent).toContain('could not say whether'));
    await chat.advance(134_000);
    expect(screen.queryByTestId('retry')).toBeNull();
    await chat.advance(1_000);
    expect((await screen.findByTestId('answer-interrupted')).textContent).toContain('could not say');
    await chat.user.click(screen.getByTestId('retry'));
    expect(chat.ask).toHaveBeenCalledTimes(2);
  });

  it('is answered where it had been taken after all', async () => {
    const chat = await ChatHarness.start();
    chat.ask.mockResolvedValue({ ok: false, problem: { kind: 'outcome-unknown' } });
    await chat.send('Why?');
    await chat.answer('Because.');
    expect(screen.getByTestId('turn').dataset['status']).toBe('complete');
  });
});

describe('a refused question', () => {
  it('names the field, and not the words for developers', async () => {
    const chat = await ChatHarness.start();
    const violations = [{ field: 'locale', rule: 'must be one of en_US, de_DE' }];
    chat.ask.mockResolvedValue({ ok: false, problem: { kind: 'invalid', message: 'x', violations } });
    await chat.user.type(chat.input, 'Why?{Enter}');
    const text = (await screen.findByTestId('field-error')).textContent;
    expect(text).toContain('(locale)');
    expect(text).not.toContain('must be');
  });

  it('offers to sign in again where that helps', async () => {
    const account = { name: 'Ada', signIn: vi.fn(), signOut: vi.fn() };
    const chat = await ChatHarness.start({ account });
    chat.ask.mockResolvedValue({ ok: false, problem: { kind: 'unauthorized' } });
    await chat.user.type(chat.input, 'Why?{Enter}');
    await chat.user.click(await screen.findByRole('button', { name: 'Sign in again' }));
    expect(account.signIn).toHaveBeenCalledOnce();
  });
});

describe('what the organisation says', () => {
  it('stands where it is configured, and is accessible', async () => {
    const branding = {
      productName: 'Ask Acme',
      notice: { en: 'Answers may be wrong.' },
      banner: { '': 'INTERNAL' },
      policyUrl: 'https://acme.example/rules',
      supportUrl: 'mailto:help@acme.example',
      modelName: 'Nova',
      suggestions: { en: ['What is our travel policy?'] },
    };
    const chat = await ChatHarness.start({ branding });
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Ask Acme');
    expect(document.title).toBe('Ask Acme');
    expect(screen.getByTestId('banner').textContent).toBe('INTERNAL');
    expect(screen.getByTestId('notice').textContent).toBe('Answers may be wrong.');
    await expectAccessible(document.body);
    await chat.user.click(button('What is our travel policy?'));
    expect(chat.lastQuestion.message).toBe('What is our travel policy?');
    expect(document.activeElement).toBe(chat.input);
    await chat.answer('Ask.');
    await chat.user.click(button('Details of this answer'));
    expect(screen.getByTestId('detail-model').textContent).toBe('Nova');
  });

  it('is not there where it is not', async () => {
    await ChatHarness.start();
    for (const id of ['banner', 'notice', 'policy-link', 'support-link']) expect(screen.queryByTestId(id)).toBeNull();
  });
});

describe('a reader whose language the page does not speak', () => {
  it.each([
    ['he-IL', 'בעברית', 'rtl'],
    ['iw', 'בעברית', 'rtl'],
    ['fa-IR', 'فارسی', 'rtl'],
    ['nl-NL', 'Nederlands', 'ltr'],
  ])('%s is told so', async (language, word, direction) => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue([language]);
    await ChatHarness.start();
    expect(screen.getByTestId('unspoken').textContent).toContain(word);
    expect(screen.getByTestId('unspoken').dir).toBe(direction);
    await expectAccessible(document.body);
  });

  it('reads an answer from the side its language begins at', async () => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['he-IL']);
    const chat = await ChatHarness.start();
    await chat.send('למה?');
    await chat.answer('VPC הוא רשת.');
    expect(screen.getByTestId('answer-text').dir).toBe('rtl');
  });
});

describe('while the connection is away', () => {
  it('an answer says that it is paused', async () => {
    const chat = await ChatHarness.start();
    await chat.send('Why?');
    await chat.piece('START');
    await chat.piece('DELTA', { message: 'Bec' });
    await chat.connection({ kind: 'reconnecting', attempt: 1, retryAt: 0, hadOne: true });
    expect(await screen.findByText('Paused: no connection')).toBeTruthy();
    await chat.connection({ kind: 'live' });
    await chat.piece('DELTA', { message: 'ause' });
    expect(screen.queryByText('Paused: no connection')).toBeNull();
  });
});
