import { expect, test } from "../support/fixtures.ts";
import { FEW, looks } from "../support/looks.ts";
import { tourBarred, tourLink, tourStray } from "../support/tour/barred.ts";
import { populate, tourDashboard } from "../support/tour/dashboard.ts";
import { tourInline, tourKey, tourOAuth } from "../support/tour/portal.ts";
import { examine } from "../support/tour/visit.ts";
import { tourAfter, tourWays } from "../support/tour/ways.ts";
import { ARABIC, ENGLISH } from "../support/words.ts";

const LOOKS = looks([1280, 360]);

const TOURS = {
  "an OAuth integration": tourOAuth,
  "an API-key integration": tourKey,
  "the ways to connect": tourWays,
  "what comes after authorising": tourAfter,
  "a page that holds it": tourInline,
  "those it cannot serve": tourBarred,
  "pages that stand alone": tourStray,
  "a link": tourLink,
};

const DIRECTIONS = {
  "left to right": { words: ENGLISH, looks: LOOKS },
  "right to left": { words: ARABIC, looks: FEW },
};

test.describe("every state, looked at @pages", () => {
  test.beforeEach(() => test.setTimeout(180_000));

  for (const [direction, { words, looks }] of Object.entries(DIRECTIONS)) {
    for (const [what, tour] of Object.entries(TOURS)) {
      test(`the portal of ${what}, ${direction}`, async ({ page, world }, testInfo) => {
        await tour(page, world, words, examine(page, testInfo, looks));
      });
    }
  }

  test("the dashboard", async ({ page, world }, testInfo) => {
    // Twenty pages, each in four looks.
    test.setTimeout(360_000);
    await populate(page, world);
    await tourDashboard(page, world, examine(page, testInfo, LOOKS, true));
  });

  test("the demo", async ({ page, empty }, testInfo) => {
    await empty.start();
    await page.goto(`${empty.url}/demo`);
    await expect(page.getByLabel("Answer of getUser")).toContainText("authenticated");
    await examine(page, testInfo, LOOKS)("demo");
  });
});
