import { defineConfig } from "@playwright/test";

// Real Chromium against the running local AWS. No retries: a test that passes at the second try has failed.
export default defineConfig({
  testDir: "specs",
  outputDir: "../../.local/e2e/browser",
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 900 },
    locale: "en-US",
    // The OpenID provider's certificate is of an authority made for this run.
    ignoreHTTPSErrors: true,
    permissions: ["clipboard-read", "clipboard-write"],
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
    },
  },
});
