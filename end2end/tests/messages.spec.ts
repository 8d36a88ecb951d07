import type { Frame } from "@playwright/test";
import { documentOf } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";

declare global {
  interface Window {
    /** In the portal's page and in the one that SDKs of the embed protocol keep. */
    patchbayIgnoredMessages?: number;
  }
}

const FORGED = [
  { source: "patchbay", type: "connected", credential: { id: "forged" } },
  { source: "patchbay", type: "close" },
  { source: "patchbay", type: "redirect", path: "/connect/handoff#a.b" },
];

test("the SDK ignores and counts what only claims to be the portal's @pages", async ({ acme, world }) => {
  const debug: string[] = [];
  acme.page.on("console", (message) => {
    if (message.type() === "debug") debug.push(message.text());
  });
  await acme.openPortal();
  // What claims to come from the portal, and what claims nothing.
  await acme.page.evaluate((forged) => {
    for (const message of forged) window.postMessage(message, "*");
    window.postMessage("hello", "*");
  }, FORGED);
  await expect.poll(() => acme.page.evaluate(() => window.app.patchbay.ignoredMessages)).toBe(3);
  await expect(acme.heading).toHaveText("Connect Acme");
  expect(await acme.notes()).toEqual([]);
  expect(debug).toHaveLength(1);
  expect(debug[0]).toContain(world.host.origin);
});

test("the portal ignores and counts what is not its host page's @pages", async ({ acme, world }) => {
  await acme.openPortal();
  const portal = await documentOf(acme.frame);
  await expect(acme.button("Connect")).toBeEnabled();
  const foreign = { source: "patchbay", type: "session", userToken: world.token("user-2") };
  // A frame of the host page's origin is not the host page; the portal itself is not either.
  await acme.page.evaluate((message) => {
    const sibling = document.body.appendChild(document.createElement("iframe"));
    const script = sibling.contentDocument?.createElement("script");
    if (!script) throw new Error("no document");
    script.textContent = `top.frames[0].postMessage(${JSON.stringify(message)}, "*")`;
    sibling.contentDocument?.body.append(script);
  }, foreign);
  await portal.evaluate((message) => window.postMessage(message, "*"), foreign);
  await portal.evaluate(() => window.postMessage({ type: "hello" }, "*"));
  const ignored = () => portal.evaluate(() => window.patchbayIgnoredMessages);
  await expect.poll(ignored).toBe(2);
  await expect(acme.heading).toHaveText("Connect Acme");
});

test("the page of other SDKs ignores and counts strangers @pages", async ({ page, world }) => {
  await page.goto(world.host.origin);
  await page.evaluate((server) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    frame.id = "kept";
    frame.src = `${server}/ui`;
  }, world.patchbay.url);
  const kept: Frame = await documentOf(page.locator("#kept"));
  await kept.waitForFunction(() => window.patchbayIgnoredMessages !== undefined);
  const update = {
    messageType: "UI_UPDATE",
    nextContext: { projectId: world.environments.production, user: { authenticated: true } },
    nextModalState: { integration: { type: "acme" } },
  };
  // From itself, and from a page that the project (production knows no loopback) does not allow.
  await kept.evaluate((message) => window.postMessage(message, "*"), update);
  await page.evaluate((message) => window.frames[0]?.postMessage(message, "*"), update);
  await expect.poll(() => kept.evaluate(() => window.patchbayIgnoredMessages)).toBe(2);
  await expect(kept.locator("iframe")).toHaveCount(0);
});
