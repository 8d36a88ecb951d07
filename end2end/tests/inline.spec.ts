import type { Page } from "@playwright/test";
import { documentOf, overflow, violations } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import type { HostPage } from "../support/host-page.ts";

/** Shows the portal in an element between two of the host page's, and does not wait for its end. */
async function openInline(host: HostPage, width = 480): Promise<void> {
  await host.page.evaluate(
    ({ type, width }) => {
      const place = document.createElement("div");
      place.id = "place";
      place.style.width = `${width}px`;
      document.querySelector("#after")?.before(place);
      const note = (name: "resolved" | "close", detail: object = {}) =>
        window.app.notes.push({ name, detail: { ...detail } });
      window.app.patchbay
        .connect(type, { container: "#place", onClose: () => note("close") })
        .then((result) => note("resolved", result));
    },
    { type: host.type, width },
  );
}

const top = (page: Page) =>
  page.locator("#after").evaluate((after) => after.getBoundingClientRect().top);

test("the portal is a part of the page, as tall as what it shows @pages", async ({ acme }) => {
  const { page } = acme;
  await acme.opener.focus();
  await openInline(acme);
  const before = await top(page);
  await expect(acme.heading).toHaveText("Connect Acme");
  await expect(acme.button("Connect")).toBeEnabled();
  // Neither over the page nor in its way: no dialog, no lock, no stolen focus, no jump.
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).overflowY)).toBe("visible");
  await expect(acme.opener).toBeFocused();
  await expect(acme.portal.getByRole("button", { name: "Close" })).toHaveCount(0);
  const inside = await documentOf(acme.frame);
  const tall = () => inside.evaluate(() => document.documentElement.offsetHeight);
  await expect.poll(async () => (await acme.frame.boundingBox())?.height).toBe(await tall());
  expect((await acme.frame.boundingBox())?.width).toBe(480);
  expect(await top(page)).toBe(before);
  expect(await violations(inside)).toEqual([]);

  // The element's width is the portal's, and its height follows.
  await page.locator("#place").evaluate((place) => (place.style.width = "240px"));
  await expect.poll(async () => (await acme.frame.boundingBox())?.width).toBe(240);
  await expect.poll(async () => (await acme.frame.boundingBox())?.height).toBe(await tall());
  expect(await overflow(inside)).toBe(0);
});

test("an account is connected in the page, and Done ends the promise @pages", async ({ acme }) => {
  await openInline(acme);
  const popup = await acme.openWindow();
  const closed = popup.waitForEvent("close");
  await popup.getByRole("button", { name: "Allow" }).click();
  await closed;
  await expect(acme.heading).toHaveText("Connected");
  await acme.button("Done").click();
  expect(await acme.noted("resolved")).toEqual({ connected: true });
  await expect(acme.frame).toHaveCount(0);
});

test("the keys belong to the page @pages", async ({ acme }) => {
  const { page } = acme;
  await openInline(acme);
  await acme.button("Connect").focus();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(page.locator("#after")).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(acme.button("Connect")).toBeFocused();
  await expect(acme.heading).toBeVisible();
  expect(await acme.notes()).toEqual([]);
});

test("an element that goes takes the portal along, and the promise ends @pages", async ({ acme }) => {
  await openInline(acme);
  await expect(acme.heading).toBeVisible();
  await acme.page.locator("#place").evaluate((place) => place.remove());
  expect(await acme.noted("resolved")).toEqual({ connected: false });
  // The next one is a new one.
  await openInline(acme);
  await expect(acme.heading).toHaveText("Connect Acme");
});

test("several stand beside each other, and one more over the page @pages", async ({ acme }) => {
  await openInline(acme);
  await acme.page.evaluate(() => {
    const second = document.body.appendChild(document.createElement("div"));
    void window.app.patchbay.connect("acmekey", { container: second });
  });
  const second = acme.page.locator('iframe[title="Connect Acme Key"]').contentFrame();
  await expect(second.getByLabel("API key")).toBeVisible();
  await expect(acme.heading).toHaveText("Connect Acme");
  await acme.opener.click();
  await expect(acme.page.getByRole("dialog").locator("iframe")).toHaveAttribute("title", "Connect Acme");
  // What one frame says is not ignored by another.
  expect(await acme.page.evaluate(() => window.app.patchbay.ignoredMessages)).toBe(0);
});

test("an element that is not there is an error @pages", async ({ acme }) => {
  const code = await acme.page.evaluate(() =>
    window.app.patchbay.connect("acme", { container: "#nowhere" }).catch((error) => error.code),
  );
  expect(code).toBe("invalid_input");
});
