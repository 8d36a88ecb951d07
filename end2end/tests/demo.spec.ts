import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import type { Patchbay } from "../support/patchbay.ts";

/** Opens the demo in a browser that knows no other host. Gives what it asked of others. */
async function openDemo(page: Page, patchbay: Patchbay): Promise<string[]> {
  const elsewhere: string[] = [];
  const own = new URL(patchbay.url).host;
  await page.context().route(
    (url) => url.host !== own,
    async (route) => {
      elsewhere.push(route.request().url());
      await route.abort();
    },
  );
  // The server itself may call no private address either: the Sandbox is inside.
  patchbay.env.PATCHBAY_EGRESS_ALLOW = "";
  await patchbay.start();
  await page.goto(`${patchbay.url}/demo`);
  await expect(card(page, "Sandbox").getByRole("button", { name: "Connect" })).toBeVisible();
  await expect(user(page)).toContainText('"authenticated": true');
  return elsewhere;
}

const card = (page: Page, name: string): Locator =>
  page.getByRole("article").filter({ has: page.getByRole("heading", { name, exact: true }) });

const user = (page: Page): Locator => page.getByLabel("Answer of getUser");

const portal = (page: Page, name: string) =>
  page.locator(`iframe[title="Connect ${name}"]`).contentFrame();

/** From `Connected` in the portal to the answer of a proxied call on the page. */
async function expectUsable(page: Page, name: string, type: string): Promise<void> {
  const frame = portal(page, name);
  await expect(frame.getByRole("heading", { level: 1 })).toHaveText("Connected");
  await frame.getByRole("button", { name: "Done", exact: true }).click();
  await expect(card(page, name).getByRole("status")).toHaveText("Connected");
  const shown = JSON.parse((await user(page).textContent()) ?? "");
  expect(shown.integrations[type]).toMatchObject({ enabled: true, credentialStatus: "VALID" });
  await card(page, name).getByRole("button", { name: "Read notes" }).click();
  const answer = page.getByLabel("Answer of the proxied call");
  await expect(answer).toHaveText(/^\s*[[{]/);
  expect(JSON.parse((await answer.textContent()) ?? "")).not.toHaveProperty("code");
}

test("the demo connects the Sandbox by OAuth and calls it @pages", async ({ page, empty }) => {
  const elsewhere = await openDemo(page, empty);
  await card(page, "Sandbox").getByRole("button", { name: "Connect" }).click();
  const frame = portal(page, "Sandbox");
  const opened = page.context().waitForEvent("page");
  await frame.getByRole("button", { name: "Connect", exact: true }).click();
  const consent = await opened;
  const closed = consent.waitForEvent("close");
  await consent.getByRole("button", { name: "Allow", exact: true }).click();
  await closed;
  await expectUsable(page, "Sandbox", "sandbox");
  expect(elsewhere).toEqual([]);
});

test("the demo connects the Sandbox by an API key and calls it @pages", async ({ page, empty }) => {
  const elsewhere = await openDemo(page, empty);
  await card(page, "Sandbox API key").getByRole("button", { name: "Connect" }).click();
  const frame = portal(page, "Sandbox API key");
  const field = frame.getByLabel("API key", { exact: true });
  await field.fill("sandbox_something_bad");
  await frame.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(frame.getByRole("alert")).toBeVisible();
  await field.fill("sandbox_something");
  await frame.getByRole("button", { name: "Connect", exact: true }).click();
  await expectUsable(page, "Sandbox API key", "sandboxkey");
  expect(elsewhere).toEqual([]);
});

test("consent that is refused leaves nothing @pages", async ({ page, empty }) => {
  await openDemo(page, empty);
  await card(page, "Sandbox").getByRole("button", { name: "Connect" }).click();
  const frame = portal(page, "Sandbox");
  const opened = page.context().waitForEvent("page");
  await frame.getByRole("button", { name: "Connect", exact: true }).click();
  await (await opened).getByRole("button", { name: "Deny", exact: true }).click();
  await expect(frame.getByRole("alert")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(card(page, "Sandbox").getByRole("status")).toHaveText("Not connected");
});

test("the code that the demo shows is the code that runs @pages", async ({ page, empty }) => {
  const ran = page.waitForResponse((response) => {
    return response.url().endsWith("/demo/host.js") && response.request().resourceType() === "script";
  });
  await openDemo(page, empty);
  const code = await (await ran).text();
  expect(code).toContain("patchbay.connect(");
  await expect(page.getByLabel("Source of host.js")).toHaveText(code);
});

test("a public installation has no demo @pages", async ({ empty }) => {
  empty.env.PATCHBAY_DEMO = "false";
  await empty.start();
  expect((await fetch(`${empty.url}/demo`)).status).toBe(404);
  expect((await fetch(`${empty.url}/demo/token`)).status).toBe(404);
  expect(empty.server?.output).not.toContain("/demo");
});
