import type { Page } from "@playwright/test";
import { ChatPage } from "../chat-page.ts";
import { expect, stack, test } from "../stack.ts";

const TURNS = 200;
const MODEL = "bedrock.converse_stream";
const AT_ONCE = { first_token_seconds: 0, tokens_per_second: 1000 };
/** Streams for some seconds, so that the reader has time to type. */
const UNHURRIED = { first_token_seconds: 0.3, tokens_per_second: 40, tokens_per_event: 2 };

// A trace copies the whole page before and after each step. That is the slowest thing the page would do by far: it would
// double the time of this test, and the frames measured would be those of the tracer.
test.use({ trace: "off", screenshot: "only-on-failure" });

/** Returns in the frame in which `count` answers are complete. */
async function complete(page: Page, count: number): Promise<void> {
  await page.evaluate(async (wanted) => {
    const done = (): number => document.querySelectorAll("[data-testid=turn][data-status=complete]").length;
    while (done() < wanted) await new Promise(requestAnimationFrame);
  }, count);
}

test(`a conversation of ${TURNS} turns stays responsive`, async ({ page, arm }) => {
  test.setTimeout(200_000);
  const chat = new ChatPage(page);
  await chat.open(stack.apiKey);
  await chat.live();
  const last = "The last one";
  const pieces = ["Some **text**, ", "`code` ", "and\n\n| a | table |\n|---|---|\n| 1 | 2 |\n"];
  await arm({ point: MODEL, kind: "pace", match: { question: last }, parameters: UNHURRIED });
  await arm({ point: MODEL, kind: "say", times: null, parameters: { pieces, ...AT_ONCE } });
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
  const turn = await chat.ask(last);
  // No assertion that waits: each look of it describes all turns, and takes 300 ms of the page.
  await turn.text.waitFor();
  await chat.question.pressSequentially("typing while the answer arrives", { delay: 20 });
  expect(await chat.question.inputValue()).toBe("typing while the answer arrives");
  expect(await turn.root.getAttribute("data-status")).toBe("streaming");
  await turn.settles();
  const slowest = await page.evaluate(() => (window as unknown as { slowest: { ms: number } }).slowest.ms);
  expect(slowest).toBeLessThan(300);
});
