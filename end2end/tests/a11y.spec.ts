import { expect, test } from "../support/fixtures.ts";
import { documentOf, overflow, violations } from "../support/axe.ts";
import { HostPage } from "../support/host-page.ts";
import { looks, show } from "../support/looks.ts";
import { populate, tourDashboard, tourKey, tourOAuth, tourStray, type Visit } from "../support/tour.ts";
import type { Frame, Page } from "@playwright/test";

const LOOKS = looks([1280, 320]);

/** Examines a state in every look. `subject` finds the document: a page, or the portal's frame. */
function examine(page: Page, subject: () => Promise<Page | Frame>): Visit {
  return async (state) => {
    for (const look of LOOKS) {
      await show(page, look);
      const what = `${state}, ${look.width} px, ${look.scheme}`;
      const document = await subject();
      expect.soft(await violations(document), what).toEqual([]);
      expect.soft(await overflow(document), `${what}: wider than its window`).toBe(0);
    }
  };
}

test.describe("axe finds nothing @pages", () => {
  test.beforeEach(() => test.setTimeout(180_000));

  test("in the portal of an OAuth integration", async ({ page, world }) => {
    const frame = page.locator('iframe[title="Connect Acme"]');
    await tourOAuth(page, world, examine(page, () => documentOf(frame)));
  });

  test("in the portal of an API-key integration", async ({ page, world }) => {
    const frame = page.locator('iframe[title="Connect Acme Key"]');
    await tourKey(page, world, examine(page, () => documentOf(frame)));
  });

  test("in pages that stand alone", async ({ page, world }) => {
    await tourStray(page, world, examine(page, async () => page));
  });

  test("in the demo", async ({ page, empty }) => {
    await empty.start();
    await page.goto(`${empty.url}/demo`);
    await expect(page.getByLabel("Answer of getUser")).toContainText("authenticated");
    await examine(page, async () => page)("demo");
  });

  test("in the dashboard", async ({ page, world }) => {
    await populate(page, world);
    await tourDashboard(page, world, examine(page, async () => page));
  });
});

/** Whether the focus is in the portal's frame. */
const inPortal = (page: Page) =>
  page.evaluate(() => document.activeElement?.tagName === "IFRAME");

test("the keyboard alone connects, and the focus returns @pages", async ({ acmekey, world }) => {
  const { page } = acmekey;
  await page.getByRole("button", { name: "Before" }).focus();
  await page.keyboard.press("Tab");
  await expect(acmekey.opener).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(acmekey.heading).toBeVisible();
  await expect.poll(() => inPortal(page)).toBe(true);

  const field = acmekey.portal.getByLabel("API key");
  for (let presses = 0; presses < 12; presses++) {
    if (await field.evaluate((input) => input === document.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  await expect(field).toBeFocused();
  await page.keyboard.type(world.keys.key);
  await page.keyboard.press("Enter");
  await expect(acmekey.heading).toHaveText("Connected");
  await expect(acmekey.heading).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(acmekey.frame).toHaveCount(0);
  await expect(acmekey.opener).toBeFocused();
  expect(await acmekey.noted("resolved")).toEqual({ connected: true });
});

test("the focus stays in the portal, forwards and backwards @pages", async ({ acme }) => {
  const { page } = acme;
  await acme.openPortal();
  await expect.poll(() => inPortal(page)).toBe(true);
  const frame = await documentOf(acme.frame);
  const seen = new Set<string>();
  for (const key of ["Tab", "Shift+Tab"]) {
    for (let presses = 0; presses < 8; presses++) {
      await page.keyboard.press(key);
      expect(await inPortal(page), `${key}, press ${presses + 1}`).toBe(true);
      const name = await frame.evaluate(() => {
        const { activeElement } = document;
        return activeElement?.getAttribute("aria-label") ?? activeElement?.textContent ?? "";
      });
      seen.add(name.trim());
    }
  }
  expect([...seen]).toContain("Connect");
  expect([...seen].length).toBeGreaterThanOrEqual(2);
});

test("a click beside the card closes the portal @pages", async ({ page, world }) => {
  const acme = await new HostPage(page, world.host).open();
  await acme.openPortal();
  await page.mouse.click(8, 8);
  await expect(acme.frame).toHaveCount(0);
  await expect(acme.opener).toBeFocused();
});

test("the portal can be read before its script has come @pages", async ({ browser, world }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const query = new URLSearchParams({
    projectId: world.project,
    integration: "acme",
    origin: world.host.origin,
  });
  await page.goto(`${world.patchbay.url}/ui?${query}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Connect Acme");
  await expect(page.getByRole("button", { name: "Connect", exact: true })).toBeVisible();
  await context.close();
});
