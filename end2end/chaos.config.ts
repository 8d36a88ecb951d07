import { defineConfig } from "@playwright/test";

// `cargo xtask chaos`. No browser: faults, and what became of the accounts.
export default defineConfig({
  testDir: "chaos/faults",
  testMatch: "*.chaos.ts",
  outputDir: "test-results",
  forbidOnly: true,
  // One after another: each puts the machine under load.
  workers: 1,
  timeout: 15 * 60_000,
  globalTimeout: 60 * 60_000,
  reporter: [["list"], ["./chaos/tally.ts"]],
});
