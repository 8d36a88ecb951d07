import { defineConfig } from "@playwright/test";
import type { Options } from "./support/fixtures.ts";

// Debian's chromium talks to its maker unless told not to.
const quiet = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

const chromium = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
/** The same engine without the windows around it, for half the processor's time. */
const shell = process.env.CHROMIUM_SHELL_PATH ?? chromium;

export default defineConfig<object, Options>({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: true,
  // One more try on the build server: its neighbours take the processor now and then. It says so.
  retries: process.env.CI ? 1 : 0,
  // One more than the processors that the build server has: tests wait for pages more than they compute.
  workers: 3,
  timeout: 60_000,
  globalTimeout: 40 * 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    // It costs much of the time; `--trace on` where somebody wants to look.
    trace: "on-first-retry",
    locale: "en-GB",
  },
  projects: [
    {
      name: "sqlite",
      use: { engine: "sqlite", launchOptions: { executablePath: shell, args: quiet } },
      // @postgres: several processes on one database, or a database that goes away.
      // @window: what the browser itself does with windows.
      grepInvert: /@postgres|@window/,
    },
    {
      name: "postgres",
      use: { engine: "postgres", launchOptions: { executablePath: chromium, args: quiet } },
      // @pages: how pages look, read and behave, and what is refused before a database is asked.
      grepInvert: /@pages/,
    },
  ],
});
