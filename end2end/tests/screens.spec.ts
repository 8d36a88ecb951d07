import type { Page } from "@playwright/test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../support/fixtures.ts";
import { looks, show } from "../support/looks.ts";
import {
  populate,
  tourDashboard,
  tourInline,
  tourKey,
  tourOAuth,
  tourStray,
  tourWays,
  type Visit,
} from "../support/tour.ts";

const LOOKS = looks([1280, 360]);

/** Saves each state as `{where}/{state}-{width}-{scheme}.png` under `test-results/screens`. */
function shoot(page: Page, where: string): Visit {
  const folder = join(import.meta.dirname, "..", "test-results", "screens", where);
  mkdirSync(folder, { recursive: true });
  return async (state) => {
    for (const look of LOOKS) {
      await show(page, look);
      const path = join(folder, `${state}-${look.width}-${look.scheme}.png`);
      const picture = await page.screenshot({ path, fullPage: where === "dashboard" });
      expect(picture.length).toBeGreaterThan(1_000);
    }
  };
}

test.describe("pictures @pages", () => {
  test.beforeEach(() => test.setTimeout(180_000));

  test("of the portal of an OAuth integration", async ({ page, world }) => {
    await tourOAuth(page, world, shoot(page, "portal"));
  });

  test("of the portal of an API-key integration", async ({ page, world }) => {
    await tourKey(page, world, shoot(page, "portal"));
  });

  test("of the ways to connect", async ({ page, world }) => {
    await tourWays(page, world, shoot(page, "portal"));
  });

  test("of the portal in a page", async ({ page, world }) => {
    await tourInline(page, world, shoot(page, "portal"));
  });

  test("of pages that stand alone", async ({ page, world }) => {
    await tourStray(page, world, shoot(page, "alone"));
  });

  test("of the dashboard", async ({ page, world }) => {
    await populate(page, world);
    await tourDashboard(page, world, shoot(page, "dashboard"));
  });

  test("of the demo", async ({ page, empty }) => {
    await empty.start();
    await page.goto(`${empty.url}/demo`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await shoot(page, "alone")("demo");
  });
});
