/** What the suite runs against, as tests/e2e/test_browser.py wrote it down, and local AWS's admin API. */
import { readFileSync } from "node:fs";
import { test as base } from "@playwright/test";

export interface Site {
  /** Address of the page. */
  readonly url: string;
  /** Id of the AppSync API behind it. */
  readonly apiId: string;
}

interface Stack {
  /** Local AWS. */
  readonly endpoint: string;
  readonly apiKey: Site;
  readonly oidc: Site;
  /** Where pictures for the documents go. */
  readonly pictures: string;
}

const file = process.env["BROWSER_STACK"];
if (file === undefined) throw new Error("BROWSER_STACK names no file: run this suite through `make test-e2e`");
export const stack: Stack = JSON.parse(readFileSync(file, "utf8"));

interface Fault {
  readonly point: string;
  readonly kind: string;
  readonly match?: Readonly<Record<string, string>>;
  readonly skip?: number;
  readonly times?: number | null;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

type Arm = (fault: Fault) => Promise<void>;

/** `arm` arms a fault for the rest of the test; one that was never met fails it, since it proved nothing. */
export const test = base.extend<{ arm: Arm }>({
  arm: async ({}, use) => {
    await use(async (fault) => {
      const response = await fetch(`${stack.endpoint}/_local/faults`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(fault),
      });
      if (response.status !== 201) throw new Error(`fault refused: ${await response.text()}`);
    });
    const { faults } = await (await fetch(`${stack.endpoint}/_local/faults`)).json();
    await fetch(`${stack.endpoint}/_local/faults`, { method: "DELETE" });
    const unmet = faults.filter((fault: { taken: number }) => fault.taken === 0);
    if (unmet.length > 0) throw new Error(`armed but never met: ${JSON.stringify(unmet)}`);
  },
});

export { expect } from "@playwright/test";
