import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { overflow, violations } from "../support/axe.ts";
import { Dashboard } from "../support/dashboard.ts";
import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";
import { looks, show } from "../support/looks.ts";
import { close, listen } from "../support/ports.ts";
import { USER, type World } from "../support/world.ts";

const FOLDER = join(import.meta.dirname, "..", "test-results", "screens", "embed-check");

/** A page of a company, with these headers. */
async function serve(headers: Record<string, string>, body = "<!doctype html><p>Hello</p>") {
  const { server, port } = await listen((request, response) => {
    if (request.url === "/moved") return response.writeHead(302, { location: "/" }).end();
    response.writeHead(200, { "content-type": "text/html", ...headers }).end(body);
  });
  return { url: `http://127.0.0.1:${port}/`, stop: () => close(server) };
}

async function check(page: Page, address: string, headers = ""): Promise<void> {
  await page.getByLabel("Address of the page").fill(address);
  await page.getByLabel("Its response headers").fill(headers);
  await page.getByRole("button", { name: "Check", exact: true }).click();
}

const openCheck = (page: Page, world: World, project = world.project) =>
  page.goto(`${world.patchbay.url}/embed-check/${project}`);

async function signIn(page: Page, world: World): Promise<void> {
  await new Dashboard(page, world.patchbay).signIn("support");
  await openCheck(page, world);
}

const finding = (page: Page, text: string | RegExp) => page.locator(".finding").filter({ hasText: text });

test("what in a page's headers keeps the portal out is named, with the line that mends it @pages", async ({ page, world }) => {
  const host = await serve({
    "content-security-policy": "default-src 'self'; frame-src 'none'; script-src 'self'",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "clipboard-write=()",
  });
  await signIn(page, world);
  await check(page, `${host.url}moved`);
  const ours = world.patchbay.url;
  await expect(finding(page, "frame-src keeps the portal out")).toContainText(`frame-src ${ours};`);
  await expect(finding(page, "script-src keeps the SDK out")).toContainText(`script-src 'self' ${ours};`);
  await expect(finding(page, "default-src keeps the SDK from calling")).toContainText(`connect-src 'self' ${ours};`);
  await expect(finding(page, "cuts the portal off")).toContainText("same-origin-allow-popups");
  await expect(finding(page, "takes the clipboard")).toContainText(`clipboard-write=(self "${ours}")`);
  mkdirSync(FOLDER, { recursive: true });
  for (const look of looks([1280, 360])) {
    await show(page, look);
    expect.soft(await violations(page)).toEqual([]);
    expect.soft(await overflow(page)).toBe(0);
    await page.screenshot({ path: join(FOLDER, `found-${look.width}-${look.scheme}.png`), fullPage: true });
  }
  await host.stop();
});

test("a page that fits is said to, and so is an origin that is missing @pages", async ({ page, world }) => {
  const host = await serve({ "content-security-policy": `default-src 'self' ${world.patchbay.url}` });
  await signIn(page, world);
  await check(page, host.url);
  await expect(page.getByRole("status")).toContainText("This page can embed the portal.");
  // Outside of development a page on one's own machine has to be allowed like any other.
  await openCheck(page, world, world.environments.production);
  await check(page, host.url);
  await expect(finding(page, "is not an allowed origin")).toContainText(new URL(host.url).origin);
  await host.stop();
});

test("a policy in the page counts, and pasted headers take the place of a look @pages", async ({ page, world }) => {
  const meta = `<!doctype html><meta http-equiv="Content-Security-Policy" content="frame-src 'self'"><p>Hello</p>`;
  const host = await serve({}, meta);
  await signIn(page, world);
  await check(page, host.url);
  await expect(finding(page, "frame-src keeps the portal out")).toBeVisible();
  await host.stop();
  await check(page, host.url);
  await expect(page.getByText("The page could not be read")).toBeVisible();
  await check(page, host.url, "HTTP/1.1 200 OK\ncontent-security-policy: connect-src 'self'\n");
  await expect(finding(page, "connect-src keeps the SDK from calling")).toBeVisible();
  await check(page, host.url, "nonsense");
  await expect(page.getByRole("alert")).toContainText("one a line");
});

test("the server looks only where it may, and only for operators @pages", async ({ page, world }) => {
  await openCheck(page, world);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await signIn(page, world);
  for (const address of ["http://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "https://u:p@example.com/"]) {
    await check(page, address);
    await expect(page.getByRole("alert")).toBeVisible();
    await expect(page.locator(".finding")).toHaveCount(0);
  }
  const bare = (init: RequestInit) =>
    fetch(`${world.patchbay.url}/embed-check/${world.project}`, { redirect: "manual", ...init });
  const body = new URLSearchParams({ address: "https://example.com/" });
  expect((await bare({ method: "POST", body })).status).toBe(303);
  expect((await bare({ method: "POST", body, headers: { "Sec-Fetch-Site": "cross-site" } })).status).toBe(403);
});

/** What the check says of these headers is what a browser does. */
function withHeaders(world: World, headers: Record<string, string>): void {
  world.host.headers = headers;
}

test("a page with an embedder policy shows the portal all the same @pages", async ({ page, world }) => {
  withHeaders(world, {
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin-allow-popups",
  });
  const acme = await new HostPage(page, world.host).open();
  await acme.connectOAuth();
});

test("behind an opener policy the page itself goes to the provider @pages", async ({ page, world }) => {
  withHeaders(world, { "cross-origin-opener-policy": "same-origin" });
  const acme = await new HostPage(page, world.host).open();
  await acme.openPortal();
  await acme.button("Connect").click();
  await expect(acme.heading).toHaveText("The window did not open");
  await acme.button("Continue in this window").click();
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.waitForURL(`${world.host.origin}/**`);
  await page.evaluate(() => window.app.ready);
  expect(await acme.user()).toMatchObject({ integrations: { acme: { enabled: true } } });
});

test("a refused frame names the origin to add @pages", async ({ page, world }) => {
  // Outside of development a page on one's own machine is a page like any other.
  const project = world.environments.production;
  const { cli } = world.patchbay;
  const { keyFile } = await cli.createKey(project);
  await cli.setIntegration({ project, type: "acmekey", active: true });
  world.session = { projectId: project, userToken: await cli.mintToken(project, USER, keyFile) };
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  const acmekey = await new HostPage(page, world.host, "acmekey", "Acme Key").open();
  await acmekey.opener.click();
  expect(await acmekey.noted("error")).toMatchObject({ code: "origin_not_allowed" });
  const told = `${world.host.origin} may not show the portal. Add it under Settings, Allowed origins`;
  expect(said.filter((text) => text.includes(told))).toHaveLength(1);
});
