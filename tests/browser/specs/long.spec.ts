import type { Page } from "@playwright/test";
import { ChatPage } from "../chat-page.ts";
import { expect, stack, test } from "../stack.ts";

const TURNS = 200;

/** Returns in the frame in which `count` answers are complete: an assertion that looks once a second would double the test. */
async function complete(page: Page, count: number): Promise<void> {
  await page.evaluate(async (wanted) => {
    const done = (): number => document.querySelectorAll("[data-testid=turn][data-status=complete]").length;
    while (done() < wanted) await new Promise(requestAnimationFrame);
  }, count);
}

test(`a conversation of ${TURNS} turns stays responsive`, async ({ page, arm }) => {
  test.setTimeout(400_000);
  const chat = new ChatPage(page);
  await chat.open(stack.apiKey);
  await chat.live();
  const pieces = ["Some **text**, ", "`code` ", "and\n\n| a | table |\n|---|---|\n| 1 | 2 |\n"];
  await arm({ point: "bedrock.converse_stream", kind: "say", times: null, parameters: { pieces } });
  for (let turn = 0; turn < TURNS; turn++) {
    await chat.question.fill(`Turn ${turn}`);
    await chat.question.press("Enter");
    await complete(page, turn + 1);
  }
  // While one more answer streams and the reader types, no frame may come late enough to be felt.
  await page.evaluate(() => {
    const slowest = { ms: 0 };
    let last = performance.now();
    const watch = (now: number) => {
      slowest.ms = Math.max(slowest.ms, now - last);
      last = now;
      requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
    Object.assign(window, { slowest });
  });
  await chat.ask("The last one");
  await chat.question.pressSequentially("typing while the answer arrives", { delay: 20 });
  await expect(chat.question).toHaveValue("typing while the answer arrives");
  const slowest = await page.evaluate(() => (window as unknown as { slowest: { ms: number } }).slowest.ms);
  expect(slowest).toBeLessThan(500);
});
