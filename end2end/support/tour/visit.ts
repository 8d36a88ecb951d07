import { expect, type Frame, type Page, type TestInfo } from "@playwright/test";
import { documentOf, overflow, violations } from "../axe.ts";
import { type Look, show } from "../looks.ts";

/** Called in each state, with its name. */
export type Visit = (state: string) => Promise<void>;

/** WCAG 2.2, 1.4.10: nothing is lost, and nothing scrolls sideways, down to this width. */
const NARROWEST = { width: 320, height: 740 };

/**
 * Looks at each state in every look: nothing for axe to find, nothing that moves, nothing wider than
 * its window, not even the narrowest with text of twice the size (1.4.4), and a picture
 * `{state}-{width}-{scheme}.png` among the test's artefacts.
 */
export function examine(page: Page, testInfo: TestInfo, looks: Look[], fullPage = false): Visit {
  return async (state) => {
    for (const look of looks) {
      await show(page, look);
      const what = `${state}-${look.width}-${look.scheme}`;
      const document = await subject(page);
      expect.soft(await violations(document), what).toEqual([]);
      expect.soft(await overflow(document), `${what}: wider than its window`).toBe(0);
      expect.soft(await moving(document), `${what}: moves though less motion is asked for`).toBe(0);
      const path = testInfo.outputPath(`${what}.png`);
      const picture = await page.screenshot({ path, fullPage });
      expect(picture.length).toBeGreaterThan(1_000);
    }
    await page.setViewportSize(NARROWEST);
    const document = await subject(page);
    expect.soft(await overflow(document), `${state}: wider than ${NARROWEST.width} px`).toBe(0);
    if (fullPage) return;
    await scaleText(document, "200%");
    await drawn(document, {});
    const path = testInfo.outputPath(`${state}-200%.png`);
    await page.screenshot({ path });
    expect.soft(await overflow(document), `${state}: too wide with larger text`).toBe(0);
    await scaleText(document, "");
  };
}

/** As a browser's setting does; the sheet's sizes are relative to it. */
function scaleText(document: Page | Frame, size: string): Promise<void> {
  return document.evaluate((size) => {
    window.document.documentElement.style.fontSize = size;
  }, size);
}

/** Animations and transitions that are under way. */
function moving(document: Page | Frame): Promise<number> {
  return document.evaluate(
    () => window.document.getAnimations().filter(({ playState }) => playState === "running").length,
  );
}

/** The portal where the page shows one, or the page; once it is drawn as the page has it. */
async function subject(page: Page): Promise<Page | Frame> {
  const frame = page.locator("dialog.patchbay-portal[open] > iframe, #place > iframe");
  await drawn(page, {});
  if ((await frame.count()) === 0) return page;
  const dark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
  const width = await frame.evaluate((element) => element.clientWidth);
  const portal = await documentOf(frame);
  await drawn(portal, { dark, width });
  return portal;
}

/** Waits until a document of that theme and width has drawn itself: a frame follows its page late. */
async function drawn(document: Page | Frame, as: { dark?: boolean; width?: number }): Promise<void> {
  await document.waitForFunction(({ dark, width }) => {
    const theme = matchMedia("(prefers-color-scheme: dark)").matches;
    return theme === (dark ?? theme) && innerWidth === (width ?? innerWidth);
  }, as);
  await document.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
}
