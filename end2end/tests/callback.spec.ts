import type { BrowserContext, Page } from "@playwright/test";
import { query } from "../support/database.ts";
import { expect, test } from "../support/fixtures.ts";
import type { HostPage } from "../support/host-page.ts";
import type { World } from "../support/world.ts";

/**
 * Goes through consent and stops the browser on its way back: the answer of the provider, not yet
 * given to Patchbay, and the window that was to bring it.
 */
async function intercept(acme: HostPage, world: World): Promise<{ url: URL; popup: Page }> {
  world.provider.holdsAnswers = true;
  await acme.openPortal();
  const popup = await acme.openWindow();
  await popup.getByRole("button", { name: "Allow" }).click();
  await expect(popup).toHaveTitle("Held");
  world.provider.holdsAnswers = false;
  if (!world.provider.held) throw new Error("the provider held no answer");
  return { url: world.provider.held, popup };
}

/**
 * The answer is refused in a browser: an error status, and a person reads what to do. In a tab of
 * its own, since the portal closes its window as soon as it hears that the flow is over.
 */
async function expectRefused(browser: BrowserContext, url: URL): Promise<void> {
  const page = await browser.newPage();
  const answer = await page.goto(url.href);
  expect(answer?.status()).toBeGreaterThanOrEqual(400);
  expect(answer?.status()).toBeLessThan(500);
  const text = (await answer?.text()) ?? "";
  expect(text).toContain("<h1>");
  expect(text).toMatch(/try again|start again|go back|close this window/i);
  await page.close();
}

async function expectNothingStored(world: World): Promise<void> {
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
}

function altered(url: URL, change: (copy: URL) => void): URL {
  const copy = new URL(url);
  change(copy);
  return copy;
}

test("the answer is taken from the browser that began", async ({ acme, world }) => {
  const { url, popup } = await intercept(acme, world);
  expect([...url.searchParams.keys()].sort()).toEqual(["code", "iss", "state"]);
  await popup.goto(url.href).catch(() => {}); // It closes itself while the navigation is awaited.
  await expect(acme.heading).toHaveText("Connected");
  expect(world.provider.counts.exchanges).toBe(1);
});

test("a replayed callback is refused and changes nothing", async ({ acme, world }) => {
  const { url, popup } = await intercept(acme, world);
  await popup.goto(url.href).catch(() => {});
  await expect(acme.heading).toHaveText("Connected");
  const before = await world.patchbay.cli.listConnections(world.project);
  await expectRefused(acme.page.context(), url);
  expect(world.provider.counts.exchanges).toBe(1);
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual(before);
  expect((await acme.request("/api/echo/1")).status).toBe(200);
});

test("a callback in another browser is refused before the code is used", async ({
  acme,
  browser,
  world,
}) => {
  const { url, popup } = await intercept(acme, world);
  const victim: BrowserContext = await browser.newContext();
  await expectRefused(victim, url);
  await victim.close();
  expect(world.provider.counts.exchanges).toBe(0);
  await expectNothingStored(world);
  // The stranger did not spoil it for the browser that began.
  await popup.goto(url.href).catch(() => {});
  await expect(acme.heading).toHaveText("Connected");
});

test("a callback with a flow of another user's browser is refused", async ({
  acme,
  browser,
  world,
}) => {
  const { url } = await intercept(acme, world);
  // This browser has a flow, and a cookie, of its own.
  const other = await browser.newContext();
  const page = await other.newPage();
  world.signIn("user-2");
  await page.goto(`${world.host.origin}/?type=acme`);
  await page.waitForFunction(() => window.app);
  await page.evaluate(() => window.app.ready);
  await page.getByRole("button", { name: "Connect account" }).click();
  const opened = other.waitForEvent("page");
  const portal = page.frameLocator('iframe[title="Connect Acme"]');
  await portal.getByRole("button", { name: "Connect", exact: true }).click();
  await expect((await opened).getByRole("button", { name: "Allow" })).toBeVisible();
  await expectRefused(other, url);
  await other.close();
  expect(world.provider.counts.exchanges).toBe(0);
  await expectNothingStored(world);
});

test("altered, missing and foreign parameters are refused", async ({ acme, world }) => {
  const { url } = await intercept(acme, world);
  const state = url.searchParams.get("state") ?? "";
  const last = state.endsWith("A") ? "B" : "A";
  const wrong = [
    altered(url, (copy) => copy.searchParams.set("state", state.slice(0, -1) + last)),
    altered(url, (copy) => copy.searchParams.set("state", "x")),
    altered(url, (copy) => copy.searchParams.delete("state")),
    altered(url, (copy) => {
      copy.pathname = copy.pathname.replace(world.acme.integrationId, world.acmekey.integrationId);
    }),
    altered(url, (copy) => {
      copy.pathname = "/oauth/callback/00000000-0000-7000-8000-000000000000";
    }),
    altered(url, (copy) => {
      copy.pathname = "/oauth/callback/nothing";
    }),
  ];
  for (const candidate of wrong) await expectRefused(acme.page.context(), candidate);
  expect(world.provider.counts.exchanges).toBe(0);
  await expectNothingStored(world);
});

test("an answer of a foreign issuer is refused", async ({ acme, world }) => {
  const { url } = await intercept(acme, world);
  const foreign = altered(url, (copy) => copy.searchParams.set("iss", "https://evil.example"));
  await expectRefused(acme.page.context(), foreign);
  expect(world.provider.counts.exchanges).toBe(0);
  await expectNothingStored(world);
  await expect(acme.button("Try again")).toBeVisible();
});

test("a code that the provider does not know ends in a way to try again", async ({
  acme,
  world,
}) => {
  const { url, popup } = await intercept(acme, world);
  await popup
    .goto(altered(url, (copy) => copy.searchParams.set("code", "forged-code-value")).href)
    .catch(() => {});
  await expect(acme.alert).toBeVisible();
  await expect(acme.button("Try again")).toBeVisible();
  await expectNothingStored(world);
});

test("refusals repeat nothing of the address", async ({ acme, world }) => {
  const { url, popup } = await intercept(acme, world);
  const hostile = altered(url, (copy) => {
    copy.searchParams.set("state", "<script>alert(1)</script>");
    copy.searchParams.set("error_description", "<img src=x onerror=alert(1)>");
  });
  await popup.goto(hostile.href);
  const shown = await popup.content();
  expect(shown).not.toContain("alert(1)");
  expect(world.planted.foundIn(shown)).toEqual([]);
});

test("a callback after ten minutes is refused @postgres", async ({ acme, world }) => {
  const { url } = await intercept(acme, world);
  const aged = await query(
    world.patchbay.database.url,
    "UPDATE flows SET expires_at = created_at RETURNING id",
  );
  expect(aged).toHaveLength(1);
  await expectRefused(acme.page.context(), url);
  expect(world.provider.counts.exchanges).toBe(0);
  await expectNothingStored(world);
  await expect(acme.button("Try again")).toBeVisible();
});
