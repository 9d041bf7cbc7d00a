/** The states worth a picture, each with what brings the page there. */
import type { Page } from 'playwright-core';
import type { FakeAppSync } from '../fake-appsync/server';
import { answerWith, ARABIC_ANSWER, BEYOND_MARKDOWN, failWith, RICH_ANSWER } from './answers';

export interface LookState {
  readonly name: string;
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly contrast?: boolean;
  readonly language?: string;
  /** What the console may say here, for a fault is arranged. */
  readonly complaints?: RegExp;
  readonly arrange: (page: Page, fake: FakeAppSync) => Promise<void>;
}

const QUESTION = 'How does a VPC endpoint keep our traffic private?';

async function ask(page: Page, question = QUESTION): Promise<void> {
  await page.getByRole('textbox').fill(question);
  await page.getByRole('textbox').press('Enter');
}

async function finished(page: Page, fake: FakeAppSync, answer = RICH_ANSWER): Promise<void> {
  answerWith(fake, answer);
  await ask(page);
  await page.getByTestId('answer-actions').waitFor();
}

async function codeColored(page: Page): Promise<void> {
  await page.locator('.hljs-keyword').first().waitFor();
}

async function richAnswer(page: Page, fake: FakeAppSync): Promise<void> {
  await finished(page, fake);
  await codeColored(page);
}

export const ANSWER_STATES: readonly LookState[] = [
  { name: 'empty', arrange: () => Promise.resolve() },
  { name: 'empty-dark', dark: true, arrange: () => Promise.resolve() },
  { name: 'empty-contrast', contrast: true, arrange: () => Promise.resolve() },
  { name: 'empty-contrast-dark', contrast: true, dark: true, arrange: () => Promise.resolve() },
  { name: 'empty-hebrew', language: 'he-IL', arrange: () => Promise.resolve() },
  { name: 'finished-contrast-dark', height: 1500, contrast: true, dark: true, arrange: richAnswer },
  { name: 'finished-phone', width: 390, height: 844, arrange: richAnswer },
  // What zoom leaves of a window of 1280 by 900.
  { name: 'finished-zoom-200', width: 640, height: 450, arrange: richAnswer },
  { name: 'finished-zoom-400', width: 320, height: 225, arrange: richAnswer },
  {
    name: 'beyond-markdown',
    height: 1500,
    arrange: async (page, fake) => {
      await finished(page, fake, BEYOND_MARKDOWN);
      await page.locator('math').first().waitFor();
    },
  },
  {
    name: 'editing',
    arrange: async (page, fake) => {
      await finished(page, fake, 'A short answer.');
      await page.getByRole('button', { name: 'Edit and ask again' }).click();
      await page.getByTestId('question-editor').waitFor();
    },
  },
  {
    name: 'too-long',
    arrange: async (page) => {
      await page.getByRole('textbox').fill('A long question. '.repeat(700));
      await page.getByRole('button', { name: /parts/ }).waitFor();
    },
  },
  {
    name: 'cleared',
    arrange: async (page, fake) => {
      await finished(page, fake, 'A short answer.');
      await page.getByTestId('new-conversation').click();
      await page.getByTestId('undo').waitFor();
    },
  },
  { name: 'empty-narrow', width: 320, height: 640, arrange: () => Promise.resolve() },
  {
    name: 'thinking',
    arrange: async (page, fake) => {
      answerWith(fake, RICH_ANSWER, 0);
      await ask(page);
      await page.getByTestId('progress').getByText('Thinking').waitFor();
    },
  },
  {
    name: 'streaming',
    arrange: async (page, fake) => {
      answerWith(fake, RICH_ANSWER, 700);
      await ask(page);
      await page.getByRole('cell', { name: 'Bedrock' }).waitFor();
    },
  },
  { name: 'finished', height: 1500, arrange: richAnswer },
  { name: 'finished-dark', height: 1500, dark: true, arrange: richAnswer },
  { name: 'finished-contrast', height: 1500, contrast: true, arrange: richAnswer },
  { name: 'finished-narrow', width: 320, height: 1900, arrange: richAnswer },
  {
    name: 'details',
    arrange: async (page, fake) => {
      await finished(page, fake, 'A short answer, with its details opened below.');
      await page.getByRole('button', { name: 'Details of this answer' }).click();
      await page.getByTestId('answer-details').waitFor();
    },
  },
  {
    name: 'error',
    arrange: async (page, fake) => {
      failWith(fake, 'model_throttled');
      await ask(page);
      await page.getByTestId('answer-failed').waitFor();
    },
  },
  {
    name: 'refused',
    arrange: async (page, fake) => {
      const violations = [{ field: 'message', rule: 'must not be blank' }];
      fake.behaviour.query = () => ({
        body: { data: null, errors: [{ errorType: 'BadRequest', message: 'refused', errorInfo: { violations } }] },
      });
      await ask(page);
      await page.getByTestId('field-error').waitFor();
      fake.behaviour.query = () => ({ body: { data: { getLlmResponse: { requestId: null } } } });
    },
  },
  {
    name: 'settings',
    arrange: async (page) => {
      await page.getByTestId('open-settings').click();
      await page.getByRole('radiogroup', { name: 'Appearance' }).waitFor();
    },
  },
  {
    name: 'arabic',
    language: 'ar',
    height: 900,
    arrange: async (page, fake) => {
      answerWith(fake, ARABIC_ANSWER);
      await ask(page, 'كيف تُبقي نقطة نهاية VPC حركة البيانات خاصة؟');
      await page.getByTestId('answer-actions').waitFor();
    },
  },
];
