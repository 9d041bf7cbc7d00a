/** The chat as its reader uses it. */
import { expect, type Locator, type Page } from "@playwright/test";
import type { Site } from "./stack.ts";

export class ChatPage {
  readonly turns: Locator;
  readonly connection: Locator;
  readonly question: Locator;

  constructor(readonly page: Page) {
    this.turns = page.getByTestId("turn");
    this.connection = page.getByTestId("connection-status");
    this.question = page.getByRole("textbox", { name: "Your question" });
  }

  async open(site: Site): Promise<void> {
    await this.page.goto(site.url);
  }

  async live(): Promise<void> {
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
    await expect(this.root).toHaveAttribute("data-status", status, { timeout: 45_000 });
  }

  /** The answer ended and all of its text is drawn. */
  async settles(): Promise<void> {
    await expect(this.root.getByTestId("answer-actions")).toBeVisible({ timeout: 45_000 });
  }
}
