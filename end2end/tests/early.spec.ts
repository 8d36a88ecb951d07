import type { BrowserContext } from "@playwright/test";
import { documentOf, violations } from "../support/axe.ts";
import { acmepackage, acmeset } from "../support/definitions.ts";
import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";
import { REFUSAL } from "../support/keys.ts";
import { SETTINGS } from "../support/settings.ts";
import { openSites, openWays } from "../support/ways.ts";
import { USER } from "../support/world.ts";

const WASM = /\/pkg\/.*\.wasm/;

const block = (context: BrowserContext) => context.route(WASM, (route) => route.abort());

/** Holds the portal's code back until it is let go. */
async function hold(context: BrowserContext): Promise<() => void> {
  let go: () => void = () => {};
  const gate = new Promise<void>((resolve) => (go = resolve));
  await context.route(WASM, async (route) => {
    await gate;
    await route.continue();
  });
  return go;
}

const awake = async (host: HostPage) =>
  expect(host.portal.locator("html")).toHaveAttribute("data-awake", "");

test.describe("without the portal's code @pages", () => {
  test.beforeEach(({ context }) => block(context));

  test("a key connects, and a wrong one is told with the provider's reason", async ({ acmekey, world }) => {
    await acmekey.connectKey(world.keys.wrongKey);
    await expect(acmekey.alert).toContainText(REFUSAL);
    expect(await acmekey.noted("error")).toMatchObject({ code: "provider_refused" });
    expect(await violations(await documentOf(acmekey.frame))).toEqual([]);
    // It is not typed twice, and no answer brought it back.
    await expect(acmekey.portal.getByLabel("API key")).toHaveValue(world.keys.wrongKey);
    await acmekey.portal.getByLabel("API key").fill(world.keys.key);
    await acmekey.button("Connect").click();
    await expect(acmekey.heading).toHaveText("Connected");
    await expect(acmekey.heading).toBeFocused();
    await expect(acmekey.alert).toHaveCount(0);
    await expect(acmekey.portal.getByText("Ada Lovelace")).toBeVisible();
    expect(await acmekey.noted("install")).toMatchObject({
      integrationType: "acmekey",
      credential: { status: "VALID", personaId: USER },
    });
    await acmekey.button("Done").click();
    expect(await acmekey.noted("resolved")).toEqual({ connected: true });
    await expect(acmekey.frame).toHaveCount(0);
  });

  test("an empty form is not taken, and says where", async ({ acmekey, world }) => {
    await acmekey.openPortal();
    await acmekey.button("Connect").click();
    await expect(acmekey.portal.getByLabel("API key")).toHaveAttribute("aria-invalid", "true");
    await expect(acmekey.portal.getByLabel("API key")).toBeFocused();
    await expect(acmekey.portal.getByText("Enter the API key.")).toBeVisible();
    expect(await violations(await documentOf(acmekey.frame))).toEqual([]);
    expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
  });

  test("a window connects, is denied, cancelled and opened again", async ({ acme, world }) => {
    await acme.openPortal();
    const first = await acme.openWindow();
    await expect(acme.heading).toHaveText("Continue with Acme");
    expect(await violations(await documentOf(acme.frame))).toEqual([]);
    await expect(first.getByRole("button", { name: "Allow" })).toBeVisible();
    const gone = first.waitForEvent("close");
    await acme.button("Cancel").click();
    await gone;
    await expect(acme.heading).toHaveText("Connect Acme");

    const second = await acme.openWindow();
    await second.getByRole("button", { name: "Deny" }).click();
    await expect(acme.alert).toBeVisible();
    expect(await acme.noted("error")).toMatchObject({ code: "provider_refused" });

    const third = await acme.openWindow("Try again");
    const closed = third.waitForEvent("close");
    await third.getByRole("button", { name: "Allow" }).click();
    await closed;
    await expect(acme.heading).toHaveText("Connected");
    await acme.noted("install");
    expect(world.provider.counts.exchanges).toBe(1);
  });

  test("a window that is closed can be opened again", async ({ acme }) => {
    await acme.openPortal();
    const popup = await acme.openWindow();
    await expect(popup.getByRole("button", { name: "Allow" })).toBeVisible();
    await popup.close();
    await expect(acme.button("Try again")).toBeVisible();
    const again = await acme.openWindow("Try again");
    await again.getByRole("button", { name: "Allow" }).click();
    await expect(acme.heading).toHaveText("Connected");
  });

  test("where no window opens, a tab does, or the page goes", async ({ page, world }) => {
    await page.addInitScript(() => (window.open = () => null));
    const acme = await new HostPage(page, world.host).open();
    await acme.openPortal();
    await acme.button("Connect").click();
    await expect(acme.heading).toHaveText("The window did not open");
    const opened = page.context().waitForEvent("page");
    await acme.portal.getByRole("link", { name: "Open in a new tab" }).click();
    const tab = await opened;
    await tab.getByRole("button", { name: "Allow" }).click();
    await expect(acme.heading).toHaveText("Connected");

    await acme.button("Disconnect").click();
    await expect(acme.heading).toHaveText("Disconnected");
    await acme.noted("uninstall");
    await acme.button("Connect again").click();
    const before = page.url();
    await acme.button("Connect").click();
    await acme.button("Continue in this window").click();
    await page.getByRole("button", { name: "Continue", exact: true }).click();
    await page.getByRole("button", { name: "Allow" }).click();
    await page.waitForURL(before);
  });

  test("somebody connected already sees it", async ({ acmekey, world }) => {
    await acmekey.connectKey(world.keys.key);
    await expect(acmekey.heading).toHaveText("Connected");
    await acmekey.closePortal();
    await acmekey.openPortal();
    await expect(acmekey.heading).toHaveText("Connected");
    await expect(acmekey.portal.getByText("Ada Lovelace")).toBeVisible();
  });

  test("each way to connect is there, and a way back", async ({ page, world }) => {
    const { ways, redirectUri } = await openWays(page, world);
    const own = world.provider.register();
    world.provider.allowRedirect(own, redirectUri);
    await ways.openPortal();
    await ways.portal.getByRole("button", { name: "API key" }).click();
    await expect(ways.portal.getByLabel("API key")).toBeVisible();
    await ways.button("Connect another way").click();
    await ways.portal.getByRole("button", { name: /^Your own app/ }).click();
    await ways.portal.getByLabel("Client ID").fill(own.clientId);
    await ways.portal.getByLabel("Client secret").fill(own.clientSecret);
    const popup = await ways.openWindow();
    await popup.getByRole("button", { name: "Allow" }).click();
    await expect(ways.heading).toHaveText("Connected");
    expect(await ways.noted("install")).toMatchObject({
      credential: { accountType: "user-configured-oauth" },
    });
  });

  test("what is asked after authorising is asked", async ({ page, world }) => {
    const sites = await openSites(page, world);
    await sites.openPortal();
    const popup = await sites.openWindow();
    await popup.getByRole("button", { name: "Allow" }).click();
    const site = sites.portal.getByLabel("Site", { exact: true });
    await expect(site).toBeVisible();
    await site.selectOption({ index: 1 });
    await sites.button("Finish").click();
    await expect(sites.heading).toHaveText("Connected");
    await sites.noted("install");
  });

  test("a server that does not answer is told, and tried again", async ({ acmekey, world, context }) => {
    await context.route("**/api/plain", (route) => route.abort());
    await acmekey.connectKey(world.keys.key);
    await expect(acmekey.alert).toContainText("Check your network");
    expect(await violations(await documentOf(acmekey.frame))).toEqual([]);
    await context.unroute("**/api/plain");
    await acmekey.button("Connect").click();
    await expect(acmekey.heading).toHaveText("Connected");
    await expect(acmekey.alert).toHaveCount(0);
  });

  test("closing ends a flow that is under way", async ({ acme, world }) => {
    await acme.openPortal();
    const popup = await acme.openWindow();
    await expect(popup.getByRole("button", { name: "Allow" })).toBeVisible();
    const tab = await acme.page.context().newPage();
    await tab.goto(popup.url());
    await acme.portal.getByRole("button", { name: "Close" }).click();
    expect(await acme.noted("resolved")).toEqual({ connected: false });
    await tab.getByRole("button", { name: "Allow" }).click();
    await expect(tab).toHaveURL(/\/oauth\/callback\//);
    expect(world.provider.counts.exchanges).toBe(0);
  });

  test("settings are asked for, checked and stored", async ({ page, world }) => {
    await world.define("acmeset", acmeset(world.keys.url));
    await world.patchbay.cli.setSettings(world.project, "acmeset", SETTINGS);
    const host = await new HostPage(page, world.host, "acmeset", "Acme Set").open();
    await host.connectKey(world.keys.key);
    await expect(host.heading).toHaveText("Acme Set settings");
    const field = (name: string) => host.portal.getByLabel(name).and(host.portal.locator("input, select, textarea"));
    await host.noted("install");
    await host.button("Save").click();
    await expect(field("Label")).toBeFocused();
    await expect(host.alert).toHaveText(["Enter the Label.", "Choose the Region.", "Choose the Site."]);
    expect(await violations(await documentOf(host.frame))).toEqual([]);
    await field("Label").fill("Ada");
    await field("Webhook secret").fill("hunter2-of-ada");
    await field("E-mail").fill("nobody");
    const file = { name: "a b.txt", mimeType: "text/plain", buffer: Buffer.from("hello") };
    await field("Template").setInputFiles(file);
    await field("Region").selectOption({ label: "Europe" });
    await field("Site").selectOption({ label: "South" });
    // The list that follows comes by itself, and the focus stays.
    await field("Record type").focus();
    await field("Record type").selectOption({ label: "North" });
    await expect(field("Surname")).toContainText("mail of s-1");
    await expect(field("Record type")).toBeFocused();
    await field("Surname").selectOption({ label: "mail of s-1" });
    await host.button("Save").click();
    await expect(host.alert).toHaveText("This does not look like the E-mail.");
    await expect(field("E-mail")).toBeFocused();
    await field("E-mail").fill("ada@example.com");
    // Nothing is typed or chosen twice.
    await host.button("Save").click();
    await expect(host.heading).toHaveText("Connected");
    await expect(host.portal.getByText("Your settings are saved.")).toBeVisible();
    const user = await host.user();
    expect(user.authenticated && user.integrations.acmeset?.sharedSettings).toMatchObject({
      label: "Ada",
      mail: "ada@example.com",
      secret: "\u2022".repeat(8),
      sync: false,
      region: "eu",
      site: "s-2",
      map: { objectMapping: "s-1", fieldMappings: { Surname: "s-1.mail" } },
      file: { name: "a b.txt", data: "aGVsbG8=" },
      allow: "read",
    });
    await host.button("Settings").click();
    await expect(field("Label")).toHaveValue("Ada");
    await host.button("Not now").click();
    await host.button("Disconnect").click();
    await expect(host.heading).toHaveText("Disconnected");
  });

  test("a package that comes first is told before anything is asked", async ({ page, world }) => {
    await world.define("acmepackage", acmepackage(world.keys.url));
    const host = await new HostPage(page, world.host, "acmepackage", "Acme Package").open();
    await host.openPortal();
    await expect(host.heading).toHaveText("Before you connect Acme Package");
    await host.button("Continue").click();
    await expect(host.heading).toHaveText("Connect Acme Package");
    await host.portal.getByLabel("API key").fill(world.keys.key);
    await host.button("Connect").click();
    await expect(host.heading).toHaveText("Connected");
  });

  test("messages of strangers are ignored and counted", async ({ acmekey }) => {
    await acmekey.openPortal();
    const inside = await documentOf(acmekey.frame);
    await inside.evaluate(() =>
      window.postMessage({ source: "patchbay", type: "session", userToken: "x" }, "*"),
    );
    await expect
      .poll(() => inside.evaluate(() => (window as { patchbayIgnoredMessages?: number }).patchbayIgnoredMessages))
      .toBe(1);
  });
});

test.describe("when the portal's code comes late @pages", () => {
  test("what was typed and the focus stay", async ({ acmekey, world, context }) => {
    const go = await hold(context);
    await acmekey.openPortal();
    const field = acmekey.portal.getByLabel("API key");
    const half = world.keys.key.slice(0, 5);
    await field.fill(half);
    go();
    await awake(acmekey);
    await expect(field).toHaveValue(half);
    await expect(field).toBeFocused();
    await acmekey.page.keyboard.type(world.keys.key.slice(5));
    await acmekey.page.keyboard.press("Enter");
    await expect(acmekey.heading).toHaveText("Connected");
  });

  test("a flow that is under way goes on", async ({ acme, world, context }) => {
    const go = await hold(context);
    await acme.openPortal();
    const popup = await acme.openWindow();
    await expect(popup.getByRole("button", { name: "Allow" })).toBeVisible();
    await expect(acme.heading).toHaveText("Continue with Acme");
    go();
    await awake(acme);
    await expect(acme.heading).toHaveText("Continue with Acme");
    const closed = popup.waitForEvent("close");
    await popup.getByRole("button", { name: "Allow" }).click();
    await closed;
    await expect(acme.heading).toHaveText("Connected");
    expect((await acme.notes()).filter(({ name }) => name === "install")).toHaveLength(1);
    expect(world.provider.counts.exchanges).toBe(1);
  });

  test("the form of settings stays until it is sent, and what it said too", async ({ page, world, context }) => {
    const go = await hold(context);
    await world.define("acmeset", acmeset(world.keys.url));
    const label = { id: "label", type: "TEXT_NO_VARS", title: "Label" };
    await world.patchbay.cli.setSettings(world.project, "acmeset", [label]);
    const host = await new HostPage(page, world.host, "acmeset", "Acme Set").open();
    await host.connectKey(world.keys.key);
    await expect(host.heading).toHaveText("Acme Set settings");
    const loaded = context.waitForEvent("requestfinished", (one) => WASM.test(one.url()));
    go();
    await loaded;
    await host.portal.getByLabel("Label").fill("Ada");
    await host.button("Save").click();
    await awake(host);
    await expect(host.heading).toHaveText("Connected");
    await expect(host.portal.getByText("Your settings are saved.")).toBeVisible();
    await host.button("Settings").click();
    await expect(host.portal.getByLabel("Label")).toHaveValue("Ada");
  });

  test("a press that it finds under way is not made twice", async ({ acmekey, world, context }) => {
    const go = await hold(context);
    let answer: () => void = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    await context.route("**/api/plain", async (route) => {
      await held;
      await route.continue();
    });
    const asked: string[] = [];
    context.on("request", (request) => void asked.push(new URL(request.url()).pathname));
    await acmekey.connectKey(world.keys.key);
    await expect.poll(() => asked).toContain("/api/plain");
    const loaded = acmekey.page.context().waitForEvent("requestfinished", (one) => WASM.test(one.url()));
    go();
    await loaded;
    answer();
    await awake(acmekey);
    await expect(acmekey.heading).toHaveText("Connected");
    expect(asked.filter((path) => path === "/api/connect")).toEqual([]);
    expect((await acmekey.notes()).filter(({ name }) => name === "install")).toHaveLength(1);
    // The portal's code is at work: it has what the page without it has not.
    await acmekey.button("Disconnect").click();
    await expect(acmekey.heading).toHaveText("Disconnected");
    expect(asked).toContain("/api/disconnect");
  });
});
