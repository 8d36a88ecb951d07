import type { Page, TestInfo } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";
import { FEW, looks } from "../support/looks.ts";
import { Backend } from "../support/rest.ts";
import { examine, type Visit } from "../support/tour/visit.ts";
import type { World } from "../support/world.ts";

const LANGUAGES = ["ar", "de", "en", "es", "fr", "ja", "pt-BR", "zh-Hans"];

/** The page that asks who connects what, for a host page that cannot open a window. */
async function handOff(page: Page, world: World, language: string): Promise<void> {
  await new HostPage(page, world.host).open();
  await page.evaluate((language) => {
    void window.app.patchbay.connect("acme", { language });
  }, language);
  const portal = page.locator("dialog.patchbay-portal[open] > iframe").contentFrame();
  await portal.locator('[data-early="open"]').click();
  await portal.getByRole("link").click({ trial: true });
  await portal.getByRole("button").filter({ visible: true }).nth(1).click();
  await page.waitForURL(`${world.patchbay.url}/connect/handoff**`);
  await expect(page.locator("#confirm")).toBeVisible();
  expect(page.url()).not.toContain("#");
}

/** Looks at a page that must be in that language. */
function examineIn(language: string, page: Page, testInfo: TestInfo): Visit {
  const visit = examine(page, testInfo, language === "en" ? looks([1280, 360]) : FEW);
  return async (state) => {
    const root = await page.evaluate(() => {
      const { lang, dir } = document.documentElement;
      return { lang, dir };
    });
    expect(root).toEqual({ lang: language, dir: language === "ar" ? "rtl" : "ltr" });
    await visit(state);
  };
}

for (const language of LANGUAGES) {
  test(`the pages around a flow, in ${language} @pages`, async ({ page, world }, testInfo) => {
    test.setTimeout(120_000);
    const visit = examineIn(language, page, testInfo);
    await page.addInitScript(() => (window.open = () => null));
    await page.goto(`${world.patchbay.url}/connect/window?lang=${language}`);
    await expect(page.locator("#stuck")).toBeVisible();
    await visit("window");

    await handOff(page, world, language);
    await visit("confirm");
    await page.locator("#confirm [value=allow]").click();
    await page.getByRole("button", { name: "Deny" }).click();
    // The language of the portal has come along, by way of the provider.
    await expect(page.getByRole("alert")).toBeVisible();
    await visit("denied");
    await page.goto(`${world.acme.redirectUri}?state=x&code=y`);
    await visit("not-ours");
  });
}

test("without a wish the small pages follow the browser @pages", async ({ world }) => {
  const answer = await fetch(`${world.acme.redirectUri}?state=x&code=y`, {
    headers: { "Accept-Language": "nl, fr;q=0.8" },
  });
  expect(answer.status).toBe(410);
  expect(await answer.text()).toContain('<html lang="fr" dir="ltr">');
});

test("a right that the token lacks is told as what it is @pages", async ({ page, world }) => {
  const { projectId } = world.session;
  const userToken = Backend.of(world, undefined, { "integration:*": [] }).token;
  world.session = { projectId, userToken };
  const acmekey = await new HostPage(page, world.host, "acmekey", "Acme Key").open();
  await acmekey.connectKey(world.keys.key);
  await expect(acmekey.alert).toContainText("Northwind does not let you do this.");
});
