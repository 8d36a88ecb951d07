import { expect, test } from "../support/fixtures.ts";
import { documentOf } from "../support/axe.ts";
import { HostPage } from "../support/host-page.ts";
import type { Locator, Page } from "@playwright/test";

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

/** Presses Tab until that has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  const focused = () =>
    target.evaluate((element) => element === element.ownerDocument.activeElement);
  for (let presses = 0; presses < 12 && !(await focused()); presses++) {
    await page.keyboard.press("Tab");
  }
  await expect(target).toBeFocused();
}

test("the keyboard alone connects in the window, and disconnects @pages", async ({ acme }) => {
  const { page } = acme;
  // Each new state takes the focus to its heading, so that it is read out.
  const said = async (title: string) => {
    await expect(acme.heading).toHaveText(title);
    await expect(acme.heading).toBeFocused();
  };
  await acme.opener.focus();
  await page.keyboard.press("Enter");
  await expect(acme.heading).toHaveText("Connect Acme");
  await expect.poll(() => inPortal(page)).toBe(true);
  await tabTo(page, acme.button("Connect"));
  const opened = page.context().waitForEvent("page");
  await page.keyboard.press("Enter");
  const popup = await opened;
  await said("Continue with Acme");
  await tabTo(popup, popup.getByRole("button", { name: "Allow" }));
  const closed = popup.waitForEvent("close");
  await popup.keyboard.press("Enter");
  await closed;
  await said("Connected");
  await tabTo(page, acme.button("Disconnect"));
  await page.keyboard.press("Enter");
  await said("Disconnected");
  await tabTo(page, acme.button("Done"));
  await page.keyboard.press("Enter");
  await expect(acme.frame).toHaveCount(0);
  await expect(acme.opener).toBeFocused();
});

declare global {
  interface Window {
    /** What has moved in the portal's document, and how much. */
    shifts: string[];
  }
}

test("nothing moves on the first visit @pages", async ({ page, world }) => {
  await page.addInitScript(() => {
    window.shifts = [];
    const note = (list: PerformanceObserverEntryList) => {
      for (const { value, sources } of list.getEntries() as (PerformanceEntry & LayoutShift)[]) {
        const nodes = sources.map(({ node }) => (node as Element | null)?.outerHTML?.slice(0, 90));
        window.shifts.push(`${value}: ${nodes.join(", ")}`);
      }
    };
    new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
  });
  for (const [type, name] of [["acme", "Acme"], ["acmekey", "Acme Key"]] as const) {
    const host = await new HostPage(page, world.host, type, name).open();
    await host.openPortal();
    const portal = await documentOf(host.frame);
    // Until the page is alive and has heard who is there.
    await portal.waitForFunction(() =>
      performance.getEntriesByType("resource").some(({ name }) => name.includes(".wasm")),
    );
    await page.waitForLoadState("networkidle");
    expect(await portal.evaluate(() => window.shifts)).toEqual([]);
  }
});

/** Of Layout Instability, which TypeScript does not know. */
interface LayoutShift {
  value: number;
  sources: { node: Node | null }[];
}

test("with the system's own colours every control has an edge @pages", async ({ page, world }, testInfo) => {
  await page.emulateMedia({ forcedColors: "active" });
  const acmekey = await new HostPage(page, world.host, "acmekey", "Acme Key").open();
  await acmekey.openPortal();
  await page.screenshot({ path: testInfo.outputPath("form.png") });
  for (const control of [acmekey.button("Connect"), acmekey.portal.getByLabel("API key")]) {
    await control.focus();
    const edge = await control.evaluate((element) => {
      const { borderTopStyle, borderTopWidth, outlineStyle } = getComputedStyle(element);
      return { border: borderTopStyle, width: parseFloat(borderTopWidth), ring: outlineStyle };
    });
    expect(edge).toEqual({ border: "solid", width: 1, ring: "solid" });
  }
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
