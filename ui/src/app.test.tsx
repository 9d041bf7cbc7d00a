import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { expectAccessible } from '../test/axe';
import { ChatHarness } from '../test/chat-harness';
import { App } from './app';
import { lookOf } from './components/appearance';
import { LANGUAGE_NAMES, LANGUAGES } from './i18n/languages';
import { loadPreferences } from './state/preferences';

afterEach(() => {
  document.body.className = '';
});

describe('pages without a conversation', () => {
  it('name what is wrong with the configuration', async () => {
    render(<App screen={{ kind: 'config-error', problems: ['"graphqlUrl" is missing', '"auth.mode" is missing'] }} />);
    expect((await screen.findByTestId('config-error')).textContent).toContain('"graphqlUrl" is missing');
    await expectAccessible(document.body);
  });

  it('offer to sign in, and say why it did not work', async () => {
    const onSignIn = vi.fn();
    render(<App screen={{ kind: 'sign-in', problem: 'access_denied', onSignIn, branding: null }} />);
    expect((await screen.findByTestId('sign-in-problem')).textContent).toContain('access_denied');
    await expectAccessible(document.body);
    await userEvent.click(screen.getByTestId('sign-in'));
    expect(onSignIn).toHaveBeenCalledOnce();
  });
});

describe('settings', () => {
  async function openSettings(): Promise<ChatHarness> {
    const chat = await ChatHarness.start();
    await chat.user.click(screen.getByTestId('open-settings'));
    await screen.findByRole('dialog');
    return chat;
  }

  it('are accessible, and closed when done', async () => {
    const chat = await openSettings();
    await expectAccessible(document.body);
    await chat.user.click(screen.getByRole('button', { name: 'Done' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('make the page dark and remember it', async () => {
    const chat = await openSettings();
    await chat.user.click(screen.getByRole('radio', { name: 'Dark' }));
    expect(document.body.classList).toContain('awsui-dark-mode');
    expect(loadPreferences().appearance).toBe('dark');
  });

  it('change the language of the interface, and its direction', async () => {
    const chat = await openSettings();
    await chat.user.click(screen.getByRole('button', { name: /Language of the interface/ }));
    await chat.user.click(await screen.findByRole('option', { name: LANGUAGE_NAMES.ar }));
    await screen.findByRole('heading', { name: 'كيف يمكنني مساعدتك؟', hidden: true });
    expect(document.documentElement).toMatchObject({ lang: 'ar', dir: 'rtl' });
    expect(loadPreferences().language).toBe('ar');
  });
});

describe.each(LANGUAGES)('the interface in %s', (language) => {
  it('is accessible and complete', async () => {
    localStorage.setItem('preferences', JSON.stringify({ language }));
    await ChatHarness.start();
    await waitFor(() => expect(document.documentElement.lang).toBe(language));
    expect(document.body.textContent).not.toMatch(/undefined|\{\w+\}/);
    await expectAccessible(document.body);
  });
});

describe('the look', () => {
  it.each([
    ['system', true, false, { dark: true, highContrast: false }],
    ['system', false, true, { dark: false, highContrast: true }],
    ['light', true, true, { dark: false, highContrast: false }],
    ['dark', false, false, { dark: true, highContrast: false }],
    ['high-contrast', true, false, { dark: true, highContrast: true }],
    ['high-contrast', false, false, { dark: false, highContrast: true }],
  ] as const)('for %s on a device that is dark: %s, wants contrast: %s', (appearance, dark, moreContrast, look) => {
    expect(lookOf(appearance, { dark, moreContrast })).toEqual(look);
  });
});

describe('preferences', () => {
  it.each([null, 'not JSON', '[]', '{"appearance":"neon","language":3}'])(
    'are defaults when %j is stored',
    (stored) => {
      expect(loadPreferences({ getItem: () => stored })).toEqual({
        language: null,
        appearance: 'system',
        follow: 'question',
        locale: null,
      });
    },
  );
});
