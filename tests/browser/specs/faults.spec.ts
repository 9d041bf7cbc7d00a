import { ChatPage, Turn } from "../chat-page.ts";
import { expect, stack, test } from "../stack.ts";

const MODEL = "bedrock.converse_stream";
const match = { api: stack.apiKey.apiId };

test.beforeEach(async ({ page }) => {
  const chat = new ChatPage(page);
  await chat.open(stack.apiKey);
  await chat.live();
});

/** A model's fault, and what the reader is told. Each question is its own, so that a fault meets nothing else. */
const failures = [
  { kind: "error", parameters: { code: "AccessDeniedException", status: 403 }, says: "The model is not set up correctly", retry: false },
  { kind: "error", parameters: { code: "ValidationException", status: 400, message: "Input is too long for requested model." }, says: "The model does not accept this question" },
  { kind: "error", parameters: {}, times: null, says: "The model has too many questions" },
  { kind: "exception", parameters: { code: "throttlingException" }, says: "The model has too many questions" },
  { kind: "exception", parameters: { code: "modelStreamErrorException" }, says: "The model had an internal fault" },
  { kind: "cut", parameters: {}, says: "The model broke off in the middle of the answer" },
  { kind: "no_message_stop", parameters: {}, says: "The model broke off in the middle of the answer" },
  { kind: "empty", parameters: {}, says: "The model gave no answer" },
];

for (const [number, { kind, parameters, times = 1, says, retry = true }] of failures.entries()) {
  test(`the reader is told that the model failed: ${kind} ${JSON.stringify(parameters)}`, async ({ page, arm }) => {
    const chat = new ChatPage(page);
    const question = `Model failure ${number}`;
    await arm({ point: MODEL, kind, match: { question }, parameters, times });
    const turn = await chat.ask(question);
    await turn.ends("failed");
    const notice = turn.root.getByTestId("answer-failed");
    await expect(notice).toContainText(says);
    await expect(notice).toContainText((await turn.root.getAttribute("data-request-id")) ?? "");
    // Retry is offered where it may help: a model that is set up wrongly refuses everybody.
    await expect(turn.root.getByTestId("retry")).toHaveCount(retry ? 1 : 0);
  });
}

const endings = [
  { kind: "stop", parameters: { reason: "max_tokens" }, says: "reached its greatest length" },
  { kind: "stop", parameters: { reason: "content_filtered" }, says: "content filter ended this answer" },
  { kind: "guardrail", parameters: {}, says: "guardrail of your organisation ended this answer" },
];

for (const [number, { kind, parameters, says }] of endings.entries()) {
  test(`the reader is told why an answer is short: ${JSON.stringify(parameters)}`, async ({ page, arm }) => {
    const chat = new ChatPage(page);
    const question = `Short answer ${number}`;
    await arm({ point: MODEL, kind, match: { question }, parameters });
    const turn = await chat.ask(question);
    await turn.ends("complete");
    await expect(turn.root).toContainText(says);
  });
}

test("a dropped piece is shown as a gap, and Retry asks again", async ({ page, arm }) => {
  const chat = new ChatPage(page);
  await arm({ point: "appsync.message", kind: "drop", match: { ...match, "$.sequence": "2" } });
  const turn = await chat.ask("Which piece is missing?");
  await turn.ends("interrupted");
  await expect(turn.root.getByTestId("answer-interrupted")).toContainText("A part of the answer was lost");
  await turn.root.getByTestId("retry").click();
  await new Turn(chat.turns.nth(1)).ends("complete");
});

for (const kind of ["repeat", "reorder", "delay"]) {
  test(`pieces that AppSync may ${kind} do not show`, async ({ page, arm }) => {
    const chat = new ChatPage(page);
    const question = `What does ${kind} do?`;
    await arm({ point: MODEL, kind: "say", match: { question }, parameters: { pieces: ["One two ", "three four ", "five six ", "seven."] } });
    await arm({ point: "appsync.message", kind, match: { ...match, "$.sequence": "2" } });
    const turn = await chat.ask(question);
    await turn.settles();
    await turn.ends("complete");
    await expect(turn.text).toHaveText("One two three four five six seven.");
  });
}

test("a socket that is cut in mid-answer comes back by itself, and the answer is shown as what it is", async ({ page, arm }) => {
  const chat = new ChatPage(page);
  await arm({ point: "appsync.message", kind: "cut", match: { ...match, "$.sequence": "3" } });
  const turn = await chat.ask("Where did the connection go?");
  await turn.ends("interrupted");
  await chat.live();
  await turn.root.getByTestId("retry").click();
  await new Turn(chat.turns.nth(1)).ends("complete");
});

test("offline is said, and back online the chat goes on", async ({ page, context }) => {
  const chat = new ChatPage(page);
  await (await chat.ask("Before the network went away")).settles();
  await context.setOffline(true);
  await expect(chat.connection).toHaveAttribute("data-kind", "offline");
  await context.setOffline(false);
  await chat.live();
  const turn = await chat.ask("After it came back");
  await turn.settles();
  await turn.ends("complete");
});

test("an AppSync that fails and recovers costs the reader nothing", async ({ page, arm }) => {
  const chat = new ChatPage(page);
  await arm({ point: "appsync.http", kind: "fail", match: { ...match, operation: "sendMessage" }, skip: 2, times: 2 });
  const turn = await chat.ask("Does a retry show?");
  await turn.settles();
  await turn.ends("complete");
});

test("Markdown that tries to be HTML stays text", async ({ page, arm }) => {
  const chat = new ChatPage(page);
  const question = "Try to run a script";
  const text = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script> [click](javascript:window.pwned=1) **bold**';
  await arm({ point: MODEL, kind: "say", match: { question }, parameters: { pieces: [text] } });
  const turn = await chat.ask(question);
  await turn.settles();
  await expect(turn.text.locator("strong")).toHaveText("bold");
  await expect(turn.text.locator("img, script, a[href^=javascript]")).toHaveCount(0);
  expect(await page.evaluate(() => "pwned" in window)).toBe(false);
});
