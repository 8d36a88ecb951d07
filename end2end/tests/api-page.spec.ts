import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { overflow, violations } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { looks, show } from "../support/looks.ts";

test.describe("the API's page @pages", () => {
  test("is accessible and fits every window", async ({ page, empty }) => {
    test.setTimeout(180_000);
    await empty.start();
    await page.goto(`${empty.url}/docs/api`);
    const folder = join(import.meta.dirname, "..", "test-results", "screens", "alone");
    mkdirSync(folder, { recursive: true });
    for (const look of looks([1280, 360])) {
      await show(page, look);
      const what = `${look.width} px, ${look.scheme}`;
      expect.soft(await violations(page), what).toEqual([]);
      expect.soft(await overflow(page), `${what}: wider than its window`).toBe(0);
      await page.screenshot({ path: join(folder, `api-${look.width}-${look.scheme}.png`) });
      await page.locator("#connectAccount").scrollIntoViewIfNeeded();
      await page.screenshot({ path: join(folder, `api-call-${look.width}-${look.scheme}.png`) });
      await page.evaluate(() => window.scrollTo(0, 0));
    }
  });

  test("copies a command", async ({ page, empty }) => {
    await empty.start();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto(`${empty.url}/docs/api#getUser`);
    const call = page.getByRole("article", { name: "Get the user" });
    const curl = call.locator(".snippet").filter({ hasText: "curl" });
    await curl.getByRole("button", { name: "Copy" }).click();
    await expect(curl.getByText("Copied")).toBeVisible();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain(`curl "${empty.url}/projects/$PROJECT_ID/sdk/me"`);
  });

  test("is whole without a script", async ({ browser, empty }) => {
    await empty.start();
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    const foreign: string[] = [];
    page.on("request", (sent) => {
      if (!sent.url().startsWith(empty.url)) foreign.push(sent.url());
    });
    await page.goto(`${empty.url}/docs/api`);
    await expect(page.getByRole("heading", { name: "Connect an account" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Copy" })).toHaveCount(0);
    await page.getByRole("link", { name: "Credential", exact: true }).first().click();
    expect(page.url()).toContain("#schema-Credential");
    expect(foreign).toEqual([]);
  });
});
