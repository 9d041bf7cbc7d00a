import { ChatPage, Turn } from "../chat-page.ts";
import { expect, stack, test } from "../stack.ts";

/** A model slow enough to be watched, however busy the machine is. */
const UNHURRIED = { first_token_seconds: 0.3, tokens_per_second: 40, tokens_per_event: 2 };
const MODEL = "bedrock.converse_stream";

test("a question is answered, and text is readable long before the answer is complete", async ({ page, arm }) => {
  const chat = new ChatPage(page);
  const question = "Why stream answers through AppSync?";
  await arm({ point: MODEL, kind: "pace", match: { question }, parameters: UNHURRIED });
  await chat.open(stack.apiKey);
  await chat.live();
  const turn = await chat.ask(question);

  await expect(turn.text).not.toBeEmpty();
  const early = (await turn.text.innerText()).length;
  await expect(turn.root).toHaveAttribute("data-status", "streaming");
  await turn.settles();
  await turn.ends("complete");
  const whole = (await turn.text.innerText()).length;
  expect(early).toBeLessThan(whole / 2);
  expect(whole).toBeGreaterThan(300);
});

test("details show the measurements of an answer and the id to quote", async ({ page }) => {
  const chat = new ChatPage(page);
  await chat.open(stack.apiKey);
  const turn = await chat.ask("What does a VPC endpoint do?");
  await turn.settles();
  await turn.root.getByRole("button", { name: "Details of this answer" }).click();
  await expect(turn.root.getByTestId("detail-first-text")).toHaveText(/^\d+\.\d\d s$/);
  await expect(turn.root.getByTestId("detail-output-tokens")).toHaveText(/^[\d,]+$/);
  await expect(turn.root.getByTestId("detail-stop-reason")).toHaveText("end_turn");
  await expect(turn.root.getByTestId("detail-request-id")).toHaveText((await turn.root.getAttribute("data-request-id")) ?? "");
});

/** When a JSON web token expires, in seconds since 1970. */
function expiry(token: string): number {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { exp: number };
  return claims.exp;
}

test("somebody signs in, asks, reads, and stays signed in past the life of the first token", async ({ page }) => {
  test.setTimeout(120_000);
  const chat = new ChatPage(page);
  const renewals: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/token") && request.postData()?.includes("grant_type=refresh_token")) renewals.push(request.url());
  });
  const issued = page.waitForResponse((response) => response.url().endsWith("/token"));
  await chat.open(stack.oidc);
  await chat.signIn("alice");
  const { id_token: firstToken } = (await (await issued).json()) as { id_token: string };
  const first = await chat.ask("Who may read my answers?");
  await first.settles();
  await first.ends("complete");

  // Tokens of this provider live for seconds. Once the first is dead the page must have renewed it, and still be heard.
  await expect.poll(() => Date.now() / 1000, { timeout: 60_000 }).toBeGreaterThan(expiry(firstToken));
  expect(renewals.length).toBeGreaterThan(0);
  await chat.live();
  const second = await chat.ask("And after my token was renewed?");
  await second.settles();
  await second.ends("complete");
});

test("nothing but the page's memory holds a token", async ({ page, context }) => {
  const chat = new ChatPage(page);
  await chat.open(stack.oidc);
  await chat.signIn("alice");
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }));
  expect(kept).not.toContain("eyJ");
  const origin = new URL(stack.oidc.url).origin;
  expect((await context.cookies(origin)).filter(({ value }) => value.includes("eyJ"))).toEqual([]);
  await page.getByTestId("sign-out").click();
  // The provider asks whether its own session shall end too, and leads back.
  await page.getByRole("button", { name: "Yes, sign me out" }).click();
  await expect(page.getByTestId("sign-in")).toBeVisible();
});

test("two owners in two browsers never see each other's text", async ({ browser }) => {
  const readers = await Promise.all(
    ["alice", "mallory"].map(async (name) => {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      const frames: string[] = [];
      page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => frames.push(String(payload))));
      const chat = new ChatPage(page);
      await chat.open(stack.oidc);
      await chat.signIn(name);
      return { context, chat, frames };
    }),
  );
  const [alice, mallory] = readers as [(typeof readers)[0], (typeof readers)[0]];
  const [hers, his] = await Promise.all([
    alice.chat.ask("What is an interface endpoint, for alice?"),
    mallory.chat.ask("What is a dead-letter queue, for mallory?"),
  ]);
  await Promise.all([hers.settles(), his.settles()]);
  const [herId, hisId] = await Promise.all([hers, his].map((turn) => turn.root.getAttribute("data-request-id")));
  expect(alice.frames.join("")).toContain(herId);
  expect(alice.frames.join("")).not.toContain(hisId);
  expect(mallory.frames.join("")).toContain(hisId);
  expect(mallory.frames.join("")).not.toContain(herId);
  await Promise.all(readers.map(({ context }) => context.close()));
});

test("a reload starts a new conversation with a new session", async ({ page }) => {
  const chat = new ChatPage(page);
  const sessions: string[] = [];
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      const session = /sessionId\\":\\"([A-Za-z0-9_-]+)/.exec(String(payload))?.[1];
      if (session !== undefined) sessions.push(session);
    }),
  );
  await chat.open(stack.apiKey);
  await (await chat.ask("Before the reload")).settles();
  await page.reload();
  await chat.live();
  await expect(chat.turns).toHaveCount(0);
  await (await chat.ask("After the reload")).settles();
  expect(new Set(sessions).size).toBe(2);
});

test("the reader may stop, and ask again", async ({ page, arm }) => {
  const chat = new ChatPage(page);
  const question = "Tell me about Rust on Lambda.";
  await arm({ point: MODEL, kind: "pace", match: { question }, parameters: UNHURRIED });
  await chat.open(stack.apiKey);
  const turn = await chat.ask(question);
  await expect(turn.text).not.toBeEmpty();
  await page.getByTestId("stop").click();
  await turn.ends("stopped");
  // What had come by then is still drawn to its end.
  await turn.settles();
  const stopped = await turn.text.innerText();
  await turn.root.getByRole("button", { name: "Ask again", exact: true }).click();
  await expect(chat.turns).toHaveCount(2);
  await new Turn(chat.turns.nth(1)).ends("complete");
  expect(await turn.text.innerText()).toBe(stopped);
});

test("a question over the limit cannot be sent, and what the service refuses is shown at the field", async ({ page, arm }) => {
  const chat = new ChatPage(page);
  await chat.open(stack.apiKey);
  await chat.live();
  await chat.question.fill("é".repeat(8001));
  await expect(page.getByTestId("counter")).toHaveText(/1 characters too many/);
  await expect(page.getByTestId("send")).toBeDisabled();

  await arm({
    point: "appsync.http",
    kind: "errors",
    match: { api: stack.apiKey.apiId, operation: "getLlmResponse" },
    parameters: { errorType: "ServiceUnavailable", message: "The question could not be taken. Try again." },
  });
  await chat.question.fill("Is anybody there?");
  await chat.question.press("Enter");
  await expect(page.getByTestId("question-refused")).toBeVisible();
  await expect(chat.question).toHaveValue("Is anybody there?");
});

test("the page keeps to its content-security policy", async ({ page }) => {
  const violations: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && /Content.Security.Policy/i.test(message.text())) violations.push(message.text());
  });
  const chat = new ChatPage(page);
  await chat.open(stack.apiKey);
  await (await chat.ask("Show me a table and some code.")).settles();
  const refused = await page.evaluate(() => fetch("https://example.com/").then(() => "sent", () => "refused"));
  expect(refused).toBe("refused");
  expect(violations.filter((text) => !text.includes("example.com"))).toEqual([]);
  expect(violations.some((text) => text.includes("example.com"))).toBe(true);
});
