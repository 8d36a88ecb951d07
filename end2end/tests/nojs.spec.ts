import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { overflow, violations } from "../support/axe.ts";
import { acmepackage, acmeset, acmesites, acmeways, PACKAGE } from "../support/definitions.ts";
import { expect, test } from "../support/fixtures.ts";
import { REFUSAL } from "../support/keys.ts";
import { looks, show } from "../support/looks.ts";
import { Backend } from "../support/rest.ts";
import { COMBO, SETTINGS } from "../support/settings.ts";
import { USER, type World } from "../support/world.ts";

test.use({ javaScriptEnabled: false });

const FOLDER = join(import.meta.dirname, "..", "test-results", "screens", "nojs");

interface Link {
  id: string;
  url: string;
  status: string;
}

async function make(world: World, body: object): Promise<Link> {
  const answer = await Backend.of(world).call<Link>("POST", "links", body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  world.planted.add("link", new URL(answer.body.url).hash.slice(1));
  return answer.body;
}

const status = async (world: World, link: Link) =>
  (await Backend.of(world).call<Link>("GET", `links/${link.id}`)).body.status;

const heading = (page: Page) => page.getByRole("heading", { level: 1 }).filter({ visible: true });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** From the address to the portal: the link is pasted, and the person says that it is for them. */
async function open(page: Page, link: Link): Promise<void> {
  await page.goto(link.url);
  await page.getByLabel("Link").fill(link.url);
  await button(page, "Continue").click();
  await expect(page.getByText(`This link is for ${USER} at Northwind.`)).toBeVisible();
  await button(page, "Continue").click();
}

/**
 * Looks at the page as it is, and has it examined in a browser of its own, since the examination is a
 * script: the same document, with what it shows to browsers without scripts, and none of its own.
 */
async function look(page: Page, state: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const html = (await page.content())
    .replace(/<script[^>]*>.*?<\/script>/gs, "")
    .replace(/<\/?noscript>/g, "");
  const context = await page.context().browser()?.newContext({ javaScriptEnabled: true });
  const twin = await context?.newPage();
  if (!context || !twin) throw new Error("no browser");
  const address = page.url().split("?")[0] ?? "";
  await twin.route(address, (route) => route.fulfill({ contentType: "text/html", body: html }));
  await twin.goto(address);
  for (const one of looks([1280, 360])) {
    await show(page, one);
    await show(twin, one);
    const what = `${state}-${one.width}-${one.scheme}`;
    expect.soft(await violations(twin), what).toEqual([]);
    expect.soft(await overflow(twin), what).toBe(0);
    await page.screenshot({ path: join(FOLDER, `${what}.png`) });
  }
  await context.close();
}

test("a key connects, from the link to the way back @pages", async ({ page, world }) => {
  test.setTimeout(180_000);
  const returnUrl = `${world.host.origin}/?type=acmekey`;
  const link = await make(world, { integration: "acmekey", returnUrl });
  const secret = new URL(link.url).hash.slice(1);
  const sent: string[] = [];
  page.context().on("request", (request) => sent.push(request.url(), request.headers().referer ?? ""));
  await page.goto(link.url);
  await look(page, "paste");
  await page.getByLabel("Link").fill(link.url.split("#")[0] ?? "");
  await button(page, "Continue").click();
  await expect(page.getByRole("alert")).toContainText("This is not the link");
  await look(page, "paste-wrong");
  await page.getByLabel("Link").fill(` ${link.url} `);
  await button(page, "Continue").click();
  await look(page, "confirm");
  await button(page, "Continue").click();

  await expect(heading(page)).toHaveText("Connect Acme Key");
  await look(page, "form");
  await button(page, "Connect").click();
  await expect(page.getByLabel("API key")).toHaveAttribute("aria-invalid", "true");
  await look(page, "empty");
  await page.getByLabel("API key").fill(world.keys.wrongKey);
  await button(page, "Connect").click();
  await expect(page.getByRole("alert")).toContainText(REFUSAL);
  await look(page, "refused");
  // A secret is typed anew: no answer brings it back.
  await expect(page.getByLabel("API key")).toHaveValue("");
  expect(await status(world, link)).toBe("opened");
  await page.getByLabel("API key").fill(world.keys.key);
  await button(page, "Connect").click();
  await expect(heading(page)).toHaveText("Connected");
  await look(page, "connected");
  expect(await status(world, link)).toBe("completed");
  // Loaded anew it is the same page, and asks for nothing again.
  await page.reload();
  await expect(heading(page)).toHaveText("Connected");
  await page.getByRole("link", { name: "Back to Northwind" }).click();
  await page.waitForURL(returnUrl);
  const told = sent.map((text) => text.split("#")[0] ?? "");
  expect(told.filter((text) => text.includes(secret))).toEqual([]);
});

test("the provider's page takes the place of this one and leads back", async ({ page, world }) => {
  const link = await make(world, { integration: "acme" });
  await open(page, link);
  await button(page, "Connect").click();
  await page.getByRole("button", { name: "Deny" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/link/${link.id}\\?`));
  await look(page, "denied");
  await button(page, "Try again").click();
  await page.getByRole("button", { name: "Allow" }).click();
  await expect(heading(page)).toHaveText("Connected");
  expect(await status(world, link)).toBe("completed");
  expect(page.context().pages()).toHaveLength(1);
  const [account] = await world.patchbay.cli.listConnections(world.project, USER);
  expect(account).toMatchObject({ integrationType: "acme", status: "VALID" });
});

test("an address of the flow leads nowhere in another browser @pages", async ({ page, world, browser }) => {
  world.provider.holdsAnswers = true;
  const link = await make(world, { integration: "acme" });
  await open(page, link);
  await button(page, "Connect").click();
  await page.getByRole("button", { name: "Allow" }).click();
  await expect.poll(() => world.provider.held?.href).toBeTruthy();
  const other = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await other.goto(world.provider.held?.href ?? "");
  await expect(other.getByRole("alert")).toContainText("another browser");
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
  await other.context().close();
});

test("ways are chosen, and questions answered, by forms @pages", async ({ page, world }) => {
  const client = world.provider.register();
  const { redirectUri } = await world.define("acmeways", acmeways(world.provider.url), client);
  world.provider.allowRedirect(client, redirectUri);
  await open(page, await make(world, { integration: "acmeways" }));
  await page.getByRole("button", { name: "API key" }).click();
  await expect(page.getByLabel("API key")).toBeVisible();
  await button(page, "Connect another way").click();
  await page.getByRole("button", { name: /^Acme account/ }).click();
  await button(page, "Connect").click();
  await page.getByRole("button", { name: "Allow" }).click();
  await expect(heading(page)).toHaveText("Connected");

  const other = world.provider.register();
  const sites = await world.define("acmesites", acmesites(world.provider.url), other);
  world.provider.allowRedirect(other, sites.redirectUri);
  const link = await make(world, { integration: "acmesites" });
  await open(page, link);
  await button(page, "Connect").click();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByLabel("Site", { exact: true }).selectOption({ index: 1 });
  await button(page, "Finish").click();
  await expect(heading(page)).toHaveText("Connected");
  expect(await status(world, link)).toBe("completed");
});

test("another page's form is not taken @pages", async ({ page, world }) => {
  const link = await make(world, { integration: "acmekey" });
  await open(page, link);
  const [address] = link.url.split("#");
  const cookie = (await page.context().cookies(address)).map(({ name, value }) => `${name}=${value}`).join("; ");
  const post = (site: string) =>
    fetch(address ?? "", {
      method: "POST",
      redirect: "manual",
      headers: { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": site, Cookie: cookie },
      body: new URLSearchParams({ "portal-press": "connect/default/", api_key: world.keys.key }),
    });
  expect((await post("cross-site")).status).toBe(403);
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
  expect((await post("same-origin")).status).toBe(303);
  expect(await status(world, link)).toBe("completed");
});

/** The page of a link for an account with settings, whose key is given. */
async function openSettings(page: Page, world: World, settings: object[]): Promise<Link> {
  await world.define("acmeset", acmeset(world.keys.url));
  await world.patchbay.cli.setSettings(world.project, "acmeset", settings);
  const link = await make(world, { integration: "acmeset" });
  await open(page, link);
  await page.getByLabel("API key").fill(world.keys.key);
  await button(page, "Connect").click();
  await expect(heading(page)).toHaveText("Acme Set settings");
  return link;
}

async function stored(world: World): Promise<unknown> {
  const [account] = (await world.patchbay.cli.listConnections(world.project)) as unknown as { id: string }[];
  const { configurations } = await Backend.of(world).account(account?.id ?? "");
  return configurations[0]?.sharedSettings;
}

test("settings of every kind are asked for, checked and stored", async ({ page, world }) => {
  test.setTimeout(180_000);
  const link = await openSettings(page, world, SETTINGS);
  const field = (name: string) => page.getByLabel(name).and(page.locator("input, select, textarea"));
  expect(await status(world, link)).toBe("completed");
  await look(page, "settings");

  // All that is missing is told at once, each by the word for its control.
  await button(page, "Save").click();
  for (const fault of ["Enter the Label.", "Choose the Region.", "Choose the Site."]) {
    await expect(page.getByRole("alert").filter({ hasText: fault })).toBeVisible();
  }
  await expect(page.getByRole("alert")).toHaveCount(3);
  await look(page, "settings-missing");

  // What does not fit is told by the server's rules, and what was typed stays.
  await field("Label").fill("Ada ");
  await field("Note").fill("one\ntwo");
  await field("Limit").fill("12.5");
  await field("E-mail").fill("nobody");
  await field("Sync at night").check();
  await field("Write records").check();
  await field("Region").selectOption({ label: "Europe" });
  await field("Site").selectOption({ label: "South" });
  const file = { name: "a b.txt", mimeType: "text/plain", buffer: Buffer.from("hello") };
  await field("Template").setInputFiles(file);
  await button(page, "Save").click();
  await expect(page.getByRole("alert")).toHaveText("This does not look like the E-mail.");
  await expect(field("E-mail")).toHaveAttribute("aria-invalid", "true");
  await expect(field("E-mail")).toHaveValue("nobody");
  await expect(field("Note")).toHaveValue("one\ntwo");
  await expect(field("Sync at night")).toBeChecked();
  await expect(field("Write records")).toBeChecked();
  await expect(field("Site")).toHaveValue("s-2");
  await expect(page.getByText("a b.txt")).toBeVisible();
  expect(await stored(world)).toEqual({});

  // A list that follows from another is shown once that one is chosen.
  await field("E-mail").fill("ada@example.com");
  await field("Webhook secret").fill("hunter2-of-ada");
  await field("Record type").selectOption({ label: "North" });
  await page.getByRole("button", { name: "Show the choices: Record type" }).click();
  await field("Surname").selectOption({ label: "mail of s-1" });
  await expect(field("E-mail")).toHaveValue("ada@example.com");
  // A secret is typed anew: no answer brings it back.
  await expect(field("Webhook secret")).toHaveValue("");
  await field("Webhook secret").fill("hunter2-of-ada");
  await button(page, "Save").click();
  await expect(heading(page)).toHaveText("Connected");
  await expect(page.getByText("Your settings are saved.")).toBeVisible();
  await look(page, "settings-saved");
  const expected = {
    label: "Ada",
    note: "one\ntwo",
    limit: 12.5,
    mail: "ada@example.com",
    secret: "\u2022".repeat(8),
    sync: true,
    region: "eu",
    site: "s-2",
    map: { objectMapping: "s-1", fieldMappings: { Surname: "s-1.mail" } },
    file: { name: "a b.txt", mimeType: "text/plain", data: "aGVsbG8=" },
    allow: "read write",
  };
  expect(await stored(world)).toMatchObject(expected);

  // What is there stands in the form; what is left alone stays.
  await button(page, "Settings").click();
  await expect(field("Label")).toHaveValue("Ada");
  await expect(field("Surname")).toHaveValue("s-1.mail");
  await field("Label").fill("Grace");
  await field("Sync at night").uncheck();
  await button(page, "Save").click();
  await expect(heading(page)).toHaveText("Connected");
  expect(await stored(world)).toMatchObject({ ...expected, label: "Grace", sync: false });
  await button(page, "Settings").click();
  await button(page, "Not now").click();
  await expect(heading(page)).toHaveText("Connected");
});

test("a choice that changes another list is looked at before it is stored @pages", async ({ page, world }) => {
  const site = { id: "site", type: "COMBO_INPUT", title: "Site", source: "sites", dependentSource: "fields" };
  await openSettings(page, world, [site]);
  await page.getByLabel("Site").and(page.locator("select")).selectOption({ label: "North" });
  await button(page, "Save").click();
  await expect(page.getByRole("alert")).toHaveText("Choose the Site.");
  await page.getByLabel("Then choose").selectOption({ label: "phone of s-1" });
  await page.getByLabel("Site").and(page.locator("select")).selectOption({ label: "South" });
  await button(page, "Save").click();
  // It is not stored with a choice from the other site's list.
  await expect(page.getByRole("alert")).toHaveText("Choose the Site.");
  expect(await stored(world)).toEqual({});
  await page.getByLabel("Then choose").selectOption({ label: "phone of s-2" });
  await button(page, "Save").click();
  await expect(heading(page)).toHaveText("Connected");
  expect(await stored(world)).toEqual({ site: { mainInput: "s-2", dependentInput: "s-2.phone" } });
});

test("fields are asked for once both choices are made @pages", async ({ page, world }) => {
  await openSettings(page, world, [COMBO]);
  const site = page.getByLabel("Site").and(page.locator("select"));
  const then = page.getByLabel("Then choose").and(page.locator("select"));
  await site.selectOption({ label: "North" });
  await button(page, "Save").click();
  await expect(page.getByLabel("Surname")).toHaveCount(0);
  await then.selectOption({ label: "mail of s-1" });
  await button(page, "Save").click();
  await page.getByLabel("Surname").selectOption({ label: "phone of s-1" });
  await site.selectOption({ label: "South" });
  await button(page, "Save").click();
  await expect(page.getByLabel("Surname")).toHaveCount(0);
  await then.selectOption({ label: "phone of s-2" });
  await button(page, "Save").click();
  expect(await stored(world)).toEqual({});
  await page.getByLabel("Surname").selectOption({ label: "mail of s-2" });
  await button(page, "Save").click();
  await expect(heading(page)).toHaveText("Connected");
  const value = { mainInput: "s-2", dependentInput: "s-2.phone", fieldMappings: { Surname: "s-2.mail" } };
  expect(await stored(world)).toEqual({ site: value });
});

test("a provider that gives no list, and a file that is too large, are told @pages", async ({ page, world }) => {
  world.keys.api.sitesAway = true;
  const label = { id: "label", type: "TEXT_NO_VARS", title: "Label" };
  const site = { id: "site", type: "DYNAMIC_ENUM", title: "Site", source: "sites", required: false };
  const file = { id: "file", type: "FILE", title: "Template", required: false };
  await openSettings(page, world, [label, site, file]);
  await expect(page.getByText("Acme Set could not be asked what there is to choose from.")).toBeVisible();
  await look(page, "settings-away");
  await page.getByLabel("Label").fill("Ada");
  const large = { name: "large.txt", mimeType: "text/plain", buffer: Buffer.alloc(1_500_000, 97) };
  await page.getByLabel("Template").setInputFiles(large);
  await button(page, "Save").click();
  await expect(page.getByRole("alert")).toHaveText("This does not look like the Template.");
  world.keys.api.sitesAway = false;
  await page.getByRole("button", { name: "Try again: Site" }).or(button(page, "Save")).first().click();
  await expect(page.getByLabel("Label")).toHaveValue("Ada");
  await page.getByLabel("Site").selectOption({ label: "South" });
  await button(page, "Save").click();
  await expect(heading(page)).toHaveText("Connected");
  expect(await stored(world)).toEqual({ label: "Ada", site: "s-2" });
});

test("whoever comes back from the provider is asked for the settings, once @pages", async ({ page, world }) => {
  const settings = [{ id: "label", type: "TEXT_NO_VARS", title: "Label" }];
  await world.patchbay.cli.setSettings(world.project, "acme", settings);
  await open(page, await make(world, { integration: "acme" }));
  await button(page, "Connect").click();
  await page.getByRole("button", { name: "Allow" }).click();
  await expect(heading(page)).toHaveText("Acme settings");
  await page.getByLabel("Label").fill("Ada");
  await button(page, "Save").click();
  await expect(page.getByText("Your settings are saved.")).toBeVisible();
  expect(await stored(world)).toEqual({ label: "Ada" });
  await page.goBack();
  await page.reload();
  await expect(heading(page)).toHaveText("Connected");
});

test("a package that comes first is told before anything is asked @pages", async ({ page, world }) => {
  await world.define("acmepackage", acmepackage(world.keys.url));
  const link = await make(world, { integration: "acmepackage" });
  await open(page, link);
  await expect(heading(page)).toHaveText("Before you connect Acme Package");
  await look(page, "package");
  await expect(page.getByRole("link", { name: /^Install the package/ })).toHaveAttribute("href", PACKAGE);
  await button(page, "Continue").click();
  await expect(heading(page)).toHaveText("Connect Acme Package");
  await page.getByLabel("API key").fill(world.keys.wrongKey);
  await button(page, "Connect").click();
  // Whoever is here has read it.
  await expect(page.getByRole("alert")).toContainText(REFUSAL);
  await page.getByLabel("API key").fill(world.keys.key);
  await button(page, "Connect").click();
  await expect(heading(page)).toHaveText("Connected");
  expect(await status(world, link)).toBe("completed");
});
