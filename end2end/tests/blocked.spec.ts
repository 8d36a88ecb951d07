import type { Page } from "@playwright/test";
import { documentOf } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";
import { USER, type World } from "../support/world.ts";

/** The portal in a browser that opens no windows, after the press that found it out. */
async function blocked(page: Page, world: World): Promise<HostPage> {
  await page.addInitScript(() => (window.open = () => null));
  const acme = await new HostPage(page, world.host).open();
  await acme.openPortal();
  await acme.button("Connect").click();
  await expect(acme.heading).toHaveText("The window did not open");
  return acme;
}

/** Leaves the host page by the portal's button, as far as the page that asks who connects what. */
async function leave(acme: HostPage): Promise<void> {
  await acme.button("Continue in this window").click();
  await expect(acme.page.getByRole("heading", { level: 1 })).toHaveText("Connect your Acme account?");
}

const proceed = (page: Page) => page.getByRole("button", { name: "Continue", exact: true }).click();

test("a link opens the flow in a tab @window", async ({ page, world }) => {
  const acme = await blocked(page, world);
  const opened = page.context().waitForEvent("page");
  await acme.portal.getByRole("link", { name: "Open in a new tab" }).click();
  const tab = await opened;
  await expect(acme.heading).toHaveText("Continue with Acme");
  const closed = tab.waitForEvent("close");
  await tab.getByRole("button", { name: "Allow" }).click();
  await closed;
  await expect(acme.heading).toHaveText("Connected");
  await acme.noted("install");
});

test("the page itself goes to the provider and comes back @window", async ({ page, world }) => {
  const acme = await blocked(page, world);
  const before = page.url();
  await leave(acme);
  // Whoever was sent here by somebody else reads whose account this would be.
  await expect(page.getByText("Northwind").first()).toBeVisible();
  await expect(page.getByText(USER)).toBeVisible();
  await proceed(page);
  await page.getByRole("button", { name: "Allow" }).click();
  await page.waitForURL(before);
  await page.evaluate(() => window.app.ready);
  expect(await acme.user()).toMatchObject({ integrations: { acme: { enabled: true } } });
  await acme.openPortal();
  await expect(acme.heading).toHaveText("Connected");
});

test("who is refused reads why and finds the way back @window", async ({ page, world }) => {
  const acme = await blocked(page, world);
  const before = page.url();
  await leave(acme);
  await proceed(page);
  await page.getByRole("button", { name: "Deny" }).click();
  await expect(page.getByRole("alert")).toContainText(/not granted/i);
  await page.getByRole("link", { name: "Back to the app" }).click();
  await page.waitForURL(before);
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
});

test("who thinks better of it is back in the app @window", async ({ page, world }) => {
  const acme = await blocked(page, world);
  const before = page.url();
  await leave(acme);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.waitForURL(before);
  await page.evaluate(() => window.app.ready);
  expect(await acme.user()).toMatchObject({ integrations: { acme: { enabled: false } } });
});

test("only the browser that went on can finish @window", async ({ page, world, browser }) => {
  world.provider.holdsAnswers = true;
  const acme = await blocked(page, world);
  await leave(acme);
  await proceed(page);
  await page.getByRole("button", { name: "Allow" }).click();
  await expect(page).toHaveTitle("Held");
  const answer = world.provider.held?.href ?? "";
  const other = await browser.newPage();
  await other.goto(answer);
  await expect(other.getByRole("alert")).toContainText(/another browser/i);
  expect(new URL(other.url()).origin).toBe(world.patchbay.url);
  expect(world.provider.counts.exchanges).toBe(0);
  await other.close();
  // The one that went on still can.
  await page.goto(answer);
  await page.waitForURL(`${world.host.origin}/**`);
  expect(world.provider.counts.exchanges).toBe(1);
});

test("nobody is sent back to a page that the project does not allow @window", async ({ page, world }) => {
  const acme = await blocked(page, world);
  const frame = await documentOf(acme.frame);
  const { projectId, userToken } = world.session;
  const session = { projectId, userToken };
  const ask = (return_url: string) =>
    frame.evaluate(
      async (body) => {
        const headers = { "content-type": "application/json" };
        const init = { method: "POST", headers, body: JSON.stringify(body) };
        const answer = await fetch("/api/connect", init);
        return { status: answer.status, ...(await answer.json()) };
      },
      { session, integration_type: "acme", method: "default", values: {}, return_url },
    );
  for (const address of ["https://evil.example/", "javascript:alert(1)", "//evil.example", "http://a@localhost/"]) {
    const answer = await ask(address);
    expect.soft(answer.status, address).toBeGreaterThanOrEqual(400);
    expect.soft(["origin_not_allowed", "invalid_input"], address).toContain(answer.code);
  }
  expect(await ask(`${world.host.origin}/a?b#c`)).toMatchObject({ status: 200, kind: "window" });
});
