/** Pictures of the main states, for the documents: taken of the real page in front of the running stack. */
import { ChatPage } from "../chat-page.ts";
import { expect, stack, test } from "../stack.ts";

const QUESTION = "Explain how a VPC endpoint keeps traffic private";

test("the empty page", async ({ page }) => {
  const chat = new ChatPage(page);
  await chat.open(stack.apiKey);
  await chat.live();
  await page.screenshot({ path: `${stack.pictures}/empty.png` });
});

test("an answer arriving, and arrived", async ({ page, arm }) => {
  const chat = new ChatPage(page);
  // Slow enough that the first picture is of an answer in the middle of its way.
  const parameters = { first_token_seconds: 0.3, tokens_per_second: 60, tokens_per_event: 2 };
  await arm({ point: "bedrock.converse_stream", kind: "pace", match: { question: QUESTION }, parameters });
  await chat.open(stack.apiKey);
  await chat.live();
  const turn = await chat.ask(QUESTION);
  await expect.poll(async () => (await turn.text.innerText().catch(() => "")).length).toBeGreaterThan(400);
  await page.screenshot({ path: `${stack.pictures}/answer.png` });
  await turn.settles();
  await page.screenshot({ path: `${stack.pictures}/answered.png` });
});

test("a failure, and what to quote to support", async ({ page, arm }) => {
  const chat = new ChatPage(page);
  await chat.open(stack.apiKey);
  await arm({ point: "bedrock.converse_stream", kind: "cut", match: { question: QUESTION }, parameters: { after: 30 } });
  const turn = await chat.ask(QUESTION);
  await turn.ends("failed");
  await expect(turn.root.getByTestId("answer-failed")).toBeVisible();
  await page.screenshot({ path: `${stack.pictures}/failed.png` });
});

test("dark, and as narrow as a telephone", async ({ browser }) => {
  const context = await browser.newContext({ colorScheme: "dark", viewport: { width: 320, height: 640 } });
  const chat = new ChatPage(await context.newPage());
  await chat.open(stack.apiKey);
  const turn = await chat.ask(QUESTION);
  await turn.settles();
  expect(await chat.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await chat.page.screenshot({ path: `${stack.pictures}/dark-narrow.png` });
  await context.close();
});
