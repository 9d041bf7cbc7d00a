/** What only a browser shows: each arranges something and throws where the page does not behave. */
import type { Page } from 'playwright-core';
import type { Question } from '../../src/api/ask';
import type { FakeAppSync } from '../fake-appsync/server';
import { answerWith } from './answers';
import type { LookState } from './states';

/** Plain text from its first character: what an answer in prose looks like. */
const PROSE = 'Plain text without any heading, long enough to fill some lines of the window. '.repeat(12);
const LONG_PROSE = Array.from({ length: 30 }, (_, index) => `Paragraph ${index}. ${PROSE.slice(0, 200)}`).join('\n\n');

export async function ask(page: Page, question: string): Promise<void> {
  const turns = await page.getByTestId('turn').count();
  await page.getByRole('textbox').fill(question);
  await page.getByRole('textbox').press('Enter');
  await page.getByTestId('turn').nth(turns).waitFor();
}

async function settled(page: Page, count: number): Promise<void> {
  await page
    .getByTestId('answer-actions')
    .nth(count - 1)
    .waitFor();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

function check(condition: boolean, complaint: string): void {
  if (!condition) throw new Error(complaint);
}

async function view(page: Page): Promise<{ top: number; fromEnd: number; question: number }> {
  return page.evaluate(() => {
    const view = document.querySelector('.conversation')!;
    const question = [...document.querySelectorAll('.turn')].at(-1)!.getBoundingClientRect().top;
    return {
      top: view.scrollTop,
      fromEnd: view.scrollHeight - view.scrollTop - view.clientHeight,
      question: question - view.getBoundingClientRect().top,
    };
  });
}

async function choose(page: Page, preferences: Readonly<Record<string, string>>): Promise<void> {
  await page.evaluate((value) => localStorage.setItem('preferences', value), JSON.stringify(preferences));
  await page.reload();
  await page.locator('[data-testid=connection-status][data-kind=live]').waitFor();
}

async function followsTheEnd(page: Page, fake: FakeAppSync): Promise<void> {
  await choose(page, { follow: 'end' });
  answerWith(fake, PROSE);
  for (let turn = 1; turn <= 20; turn += 1) {
    await ask(page, `Question ${turn}`);
    await settled(page, turn);
    const { fromEnd } = await view(page);
    check(fromEnd <= 1, `the view stopped ${fromEnd} px before the end of answer ${turn}`);
    check((await page.getByTestId('jump-to-latest').count()) === 0, `the way to the end is offered at the end`);
  }
}

async function showsTheQuestion(page: Page, fake: FakeAppSync): Promise<void> {
  for (let turn = 1; turn <= 20; turn += 1) {
    answerWith(fake, turn % 2 === 0 ? LONG_PROSE : PROSE);
    await ask(page, `Question ${turn}`);
    await settled(page, turn);
    const { question } = await view(page);
    check(Math.abs(question - (turn === 1 ? 24 : 16)) <= 9, `question ${turn} stands ${question} px below the top`);
  }
  await page.getByTestId('jump-to-latest').click();
  check((await view(page)).fromEnd <= 1, 'the button does not lead to the end');
}

async function letsTheReaderGo(page: Page, fake: FakeAppSync): Promise<void> {
  await choose(page, { follow: 'end' });
  answerWith(fake, LONG_PROSE);
  await ask(page, 'First');
  await settled(page, 1);
  for (const [name, move] of Object.entries(MOVES)) {
    answerWith(fake, LONG_PROSE, LONG_PROSE.length - 1);
    await page.getByRole('textbox').fill('Next');
    await page.getByRole('textbox').press('Enter');
    await page.locator('[data-status=streaming]').waitFor();
    await page.mouse.move(600, 400);
    await move(page);
    await page.waitForTimeout(100);
    const { top } = await view(page);
    await page.waitForTimeout(400);
    const after = await view(page);
    check(
      after.top <= top && after.fromEnd > 0,
      `${name}: a reader at ${top} stands at ${after.top}, ${after.fromEnd} from the end`,
    );
    await page.getByTestId('stop').click();
  }
}

const MOVES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'a trackpad by one pixel': (page) => page.mouse.wheel(0, -1),
  'a wheel': (page) => page.mouse.wheel(0, -120),
  keys: async (page) => {
    await page.locator('.conversation').focus();
    await page.keyboard.press('ArrowUp');
  },
};

async function survivesALostPart(page: Page, fake: FakeAppSync): Promise<void> {
  answerWith(fake, PROSE);
  await ask(page, 'Before the parts were gone');
  await settled(page, 1);
  await page.reload();
  await page.locator('[data-testid=connection-status][data-kind=live]').waitFor();
  // As in a tab that was open across a new build of the page.
  await page.route(/settings-dialog|highlighter|formula-renderer/, (route) => route.fulfill({ status: 404, body: '' }));
  answerWith(fake, `${PROSE}\n\n\\(x^2\\)`);
  await ask(page, 'After');
  await settled(page, 1);
  await page.getByTestId('open-settings').click();
  await page.getByTestId('part-failed').waitFor();
  check(await page.getByTestId('answer-text').isVisible(), 'the conversation is gone');
  await page.unroute(/settings-dialog|highlighter|formula-renderer/);
}

async function printsEverything(page: Page, fake: FakeAppSync): Promise<void> {
  answerWith(fake, LONG_PROSE);
  await ask(page, 'First');
  await settled(page, 1);
  await ask(page, 'Second');
  await settled(page, 2);
  await page.emulateMedia({ media: 'print' });
  const { height, seen } = await page.evaluate(() => ({
    height: document.querySelector('.conversation')!.getBoundingClientRect().height,
    seen: document.querySelector('.conversation-content')!.scrollHeight,
  }));
  check(height >= seen - 1 && height > 2_000, `paper shows ${height} of ${seen} px`);
  check(await page.getByTestId('composer').isHidden(), 'paper shows the field');
}

async function focusIsWhereToWrite(page: Page, fake: FakeAppSync): Promise<void> {
  const focused = (): Promise<string | undefined> => page.evaluate(() => document.activeElement?.tagName);
  check((await focused()) === 'TEXTAREA', 'the caret is not in the field on load');
  answerWith(fake, LONG_PROSE, 500);
  await page.locator('.suggestion').first().click();
  await page.locator('[data-status=streaming]').waitFor();
  check((await focused()) === 'TEXTAREA', 'the caret is not in the field after a suggestion');
  await page.keyboard.press('Escape');
  await settled(page, 1);
  check((await focused()) === 'TEXTAREA', 'the caret is not in the field after stopping');
}

async function keepsTheSelection(page: Page, fake: FakeAppSync): Promise<void> {
  const pieces = await answerInSteps(page, fake);
  pieces('The first words are **these**, and `more` of them ');
  const paragraph = page.locator('[data-testid=answer-text] p').first();
  await paragraph.getByText('more').waitFor();
  // From the last words back to the first: across elements, and in the node that is written next.
  await paragraph.evaluate((element) => {
    getSelection()!.setBaseAndExtent(element.lastChild!, 3, element.firstChild!, 4);
  });
  const selected = await page.evaluate(() => String(getSelection()));
  check(selected.endsWith('more of'), `the selection is "${selected}"`);
  for (let step = 0; step < 5; step += 1) {
    pieces(`come with *emphasis* ${step} `);
    await page.waitForFunction(
      (end) => document.querySelector('[data-testid=answer-text]')!.textContent.includes(end),
      `emphasis ${step}`,
    );
    const now = await page.evaluate(() => String(getSelection()));
    check(now === selected, `"${selected}" was selected, and after piece ${step} "${now}" is`);
  }
}

/** Asks, and gives what adds to the answer piece by piece. */
async function answerInSteps(page: Page, fake: FakeAppSync): Promise<(message: string) => void> {
  const asked = new Promise<Question>((resolve) => (fake.behaviour.onQuestion = resolve));
  await ask(page, 'Slowly, please');
  const { sessionId, requestId } = await asked;
  let sequence = 0;
  fake.publish({ sessionId, requestId, sequence, event: 'START', message: '#START_STREAM#' });
  return (message) => fake.publish({ sessionId, requestId, sequence: ++sequence, event: 'DELTA', message });
}

async function tooltipIsAtItsButton(page: Page, fake: FakeAppSync): Promise<void> {
  answerWith(fake, 'A short answer.');
  await ask(page, 'Which details?');
  await settled(page, 1);
  const button = page.locator('[data-itemid=details]');
  await button.hover();
  await button.focus();
  for (const opened of [true, false]) {
    const before = (await button.boundingBox())!;
    await (opened ? button.click() : page.keyboard.press('Enter'));
    await page.getByTestId('answer-details').waitFor({ state: opened ? 'attached' : 'detached' });
    const after = (await button.boundingBox())!;
    check(after.y === before.y, `the button under the reader's hand went ${after.y - before.y} px away`);
    const tooltip = (await page.getByRole('tooltip').locator('[class*=container-body]').boundingBox())!;
    const beside = Math.abs(tooltip.x + tooltip.width / 2 - after.x - after.width / 2);
    check(beside < 4 && tooltip.y < after.y, `the tooltip stands ${beside} px beside its button`);
  }
  await page.keyboard.press('Escape');
}

async function growsWithTheFont(page: Page, fake: FakeAppSync): Promise<void> {
  answerWith(fake, PROSE);
  await ask(page, 'How big is this?');
  await settled(page, 1);
  await page.evaluate(() => (document.documentElement.style.fontSize = '26px'));
  for (const selector of ['[data-testid=answer-text] p', '.question-text', 'textarea']) {
    const size = await page
      .locator(selector)
      .first()
      .evaluate((element) => parseFloat(getComputedStyle(element).fontSize));
    check(size > 20, `${selector} stays ${size} px at a default of 26`);
  }
}

export const BEHAVIOURS: readonly LookState[] = [
  { name: 'follows-the-end', arrange: followsTheEnd },
  { name: 'shows-the-question', arrange: showsTheQuestion },
  { name: 'lets-the-reader-go', arrange: letsTheReaderGo },
  { name: 'survives-a-lost-part', complaints: /404/, arrange: survivesALostPart },
  { name: 'prints-everything', arrange: printsEverything },
  { name: 'focus-is-where-to-write', arrange: focusIsWhereToWrite },
  { name: 'keeps-the-selection', arrange: keepsTheSelection },
  { name: 'tooltip-is-at-its-button', arrange: tooltipIsAtItsButton },
  { name: 'grows-with-the-font', arrange: growsWithTheFont },
];
