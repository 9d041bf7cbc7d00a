/** The chat as its reader uses it. */
import { errors, expect, type Locator, type Page } from "@playwright/test";
import type { Site } from "./stack.ts";

/** The reader's own patience, and the test's. */
const PATIENCE_MS = 45_000;

/**
 * Returns in the frame in which an element matches, or when patience is over, for the assertion that follows to say what
 * there is instead. An assertion that has to wait looks once a second, and describes the whole page each time.
 */
async function appears(page: Page, selector: string): Promise<void> {
  const found = (wanted: string): boolean => document.querySelector(wanted) !== null;
  await page.waitForFunction(found, selector, { timeout: PATIENCE_MS }).catch((error: unknown) => {
    if (!(error instanceof errors.TimeoutError)) throw error;
  });
}

export class ChatPage {
  readonly turns: Locator;
  readonly connection: Locator;
  readonly question: Locator;

  constructor(readonly page: Page) {
    this.turns = page.getByTestId("turn");
    this.connection = page.getByTestId("connection-status");
    // Looked for in the composer alone: roles of all of a long conversation take long to work out.
    this.question = page.getByTestId("composer").getByRole("textbox", { name: "Your question" });
  }

  async open(site: Site): Promise<void> {
    await this.page.goto(site.url);
  }

  async live(): Promise<void> {
    await appears(this.page, "[data-testid=connection-status][data-kind=live]");
    await expect(this.connection).toHaveAttribute("data-kind", "live");
  }

  /** Signs in at the provider's own pages; the login name becomes the reader's identity. */
  async signIn(name: string): Promise<void> {
    await this.page.getByTestId("sign-in").click();
    await this.page.locator("input[name=login]").fill(name);
    await this.page.locator("input[name=password]").fill("any");
    await this.page.getByRole("button", { name: /sign-in/i }).click();
    await this.page.getByRole("button", { name: /continue/i }).click();
    await this.live();
  }

  async ask(question: string): Promise<Turn> {
    const before = await this.turns.count();
    await this.question.fill(question);
    await this.question.press("Enter");
    const turn = new Turn(this.turns.nth(before));
    await expect(turn.root).toBeVisible();
    return turn;
  }
}

export class Turn {
  readonly text: Locator;

  constructor(readonly root: Locator) {
    this.text = root.getByTestId("answer-text");
  }

  async ends(status: "complete" | "failed" | "interrupted" | "stopped"): Promise<void> {
    await appears(this.root.page(), `${await this.#selector()}[data-status=${status}]`);
    await expect(this.root).toHaveAttribute("data-status", status, { timeout: 1_000 });
  }

  /** The answer ended and all of its text is drawn. */
  async settles(): Promise<void> {
    await appears(this.root.page(), `${await this.#selector()} [data-testid=answer-actions]`);
    await expect(this.root.getByTestId("answer-actions")).toBeVisible({ timeout: 1_000 });
  }

  async #selector(): Promise<string> {
    return `[data-request-id="${await this.root.getAttribute("data-request-id")}"]`;
  }
}
