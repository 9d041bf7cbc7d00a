import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { preview } from 'vite';
import { FakeAppSync } from '../fake-appsync/server';
import { BEHAVIOURS } from './behaviours';
import { ANSWER_STATES, type LookState } from './states';

/** Takes one picture a state into `folder`, of those whose name holds `only`. Throws where the page reports an error or a policy violation. */
export async function takePictures(folder: string, only = ''): Promise<void> {
  await mkdir(folder, { recursive: true });
  const fake = await FakeAppSync.start();
  const server = await preview({ preview: { port: 0, strictPort: false }, logLevel: 'error' });
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const url = server.resolvedUrls?.local[0] ?? '';
    const states = [...ANSWER_STATES, ...BEHAVIOURS].filter(({ name }) => name.includes(only));
    for (const state of states) await takePicture(browser, url, fake, state, folder);
  } finally {
    await browser.close();
    await server.close();
    await fake.close();
  }
}

async function takePicture(
  browser: Browser,
  url: string,
  fake: FakeAppSync,
  state: LookState,
  folder: string,
): Promise<void> {
  const options: BrowserContextOptions = {
    viewport: { width: state.width ?? 1200, height: state.height ?? 820 },
    locale: state.language ?? 'en-US',
    colorScheme: state.dark ? 'dark' : 'light',
    ...(state.contrast ? { contrast: 'more' } : {}),
  };
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints = listenForComplaints(page);
  await page.route('**/config.json', (route) => route.fulfill({ json: configFor(fake) }));
  const problems: string[] = [];
  try {
    await page.goto(url);
    await page.locator('[data-testid=connection-status][data-kind=live]').waitFor({ timeout: 10_000 });
    await state.arrange(page, fake);
    await page.evaluate(() => document.fonts.ready);
    // Components fade in; a picture in between would show neither state.
    await page.evaluate(() =>
      Promise.all(
        document
          .getAnimations()
          .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
          .map(({ finished }) => finished),
      ),
    );
    problems.push(...(await layoutProblems(page)), ...(await accessibilityProblems(page)));
  } catch (error) {
    problems.push(String(error));
  }
  await page.screenshot({ path: resolve(folder, `${state.name}.png`) });
  const unexpected = complaints().filter((complaint) => !state.complaints?.test(complaint));
  problems.push(...unexpected, ...(await policyProblems(page)));
  await context.close();
  if (problems.length > 0) throw new Error(`${state.name}: ${problems.join('\n')}`);
}

function configFor({ graphqlUrl, realtimeUrl }: FakeAppSync): unknown {
  const auth = { mode: 'API_KEY', apiKey: 'da2-pictures' };
  return { region: 'us-east-1', graphqlUrl, realtimeUrl, maxMessageChars: 8000, auth };
}

/** Everything the console or the policy reports; a page that works reports nothing. */
function listenForComplaints(page: Page): () => string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return () => complaints;
}

/** The policy must let nothing in but the API's own hosts: another host and an inserted script are tried. */
async function policyProblems(page: Page): Promise<string[]> {
  const blocked = await page.evaluate(async () => {
    const directives: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => directives.push(event.effectiveDirective));
    await fetch('https://not-the-api.invalid/').catch(() => undefined);
    const script = document.createElement('script');
    script.textContent = 'window.broken = true';
    document.head.append(script);
    await new Promise((resolve) => setTimeout(resolve));
    return directives;
  });
  return ['connect-src', 'script-src-elem']
    .filter((directive) => !blocked.includes(directive))
    .map((directive) => `the policy let ${directive} through`);
}

/** What axe finds with real layout and real colours, which component tests cannot have. */
async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${String(failureSummary)}`),
  );
}

/** A page never scrolls sideways: only tables and code do, inside themselves. */
async function layoutProblems(page: Page): Promise<string[]> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return excess > 0 ? [`the page is ${excess} px wider than the window`] : [];
}
