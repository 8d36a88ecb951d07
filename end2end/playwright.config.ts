import { defineConfig } from "@playwright/test";
import type { Options } from "./support/fixtures.ts";

// Debian's chromium talks to its maker unless told not to.
const quiet = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

export default defineConfig<object, Options>({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: true,
  // One more try on the build server: its neighbours take the processor now and then. It says so.
  retries: process.env.CI ? 1 : 0,
  workers: 2,
  timeout: 60_000,
  globalTimeout: 40 * 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    // It costs much of the time; `--trace on` where somebody wants to look.
    trace: "on-first-retry",
    locale: "en-GB",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
      args: quiet,
    },
  },
  projects: [
    // @postgres: several processes on one database, or a database that goes away.
    { name: "sqlite", use: { engine: "sqlite" }, grepInvert: /@postgres/ },
    // @pages: how pages look, read and behave, and what is refused before a database is asked.
    { name: "postgres", use: { engine: "postgres" }, grepInvert: /@pages/ },
  ],
});
