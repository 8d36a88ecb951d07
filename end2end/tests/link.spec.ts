import type { Browser, Page } from "@playwright/test";
import { overflow, violations } from "../support/axe.ts";
import { Dashboard } from "../support/dashboard.ts";
import { expect, test } from "../support/fixtures.ts";
import { run } from "../support/process.ts";
import { Backend } from "../support/rest.ts";
import { USER, type World } from "../support/world.ts";

interface Link {
  id: string;
  url: string;
  status: string;
  recipient: string;
  dateOpened?: string;
  dateCompleted?: string;
  credentialId?: string;
}

async function make(world: World, body: object): Promise<Link> {
  const answer = await Backend.of(world).call<Link>("POST", "links", body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  const secret = new URL(answer.body.url).hash.slice(1);
  expect(secret.length).toBeGreaterThan(40);
  // In no log, as every test checks.
  world.planted.add("link", secret);
  return answer.body;
}

async function read(world: World, link: Link): Promise<Link> {
  return (await Backend.of(world).call<Link>("GET", `links/${link.id}`)).body;
}

/** Opens the address in a browser of its own, as somebody who got it by mail does. */
async function stranger(browser: Browser, link: Link): Promise<Page> {
  const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await page.goto(link.url);
  return page;
}

const heading = (page: Page) => page.getByRole("heading", { level: 1 }).filter({ visible: true });

async function confirm(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-awake", "");
}

test("an account is connected by a link, in the provider's window", async ({ page, world }) => {
  const link = await make(world, { integration: "acme", name: "dana@example.com" });
  expect(link).toMatchObject({ status: "created", recipient: `dana@example.com (${USER})` });
  const sent: string[] = [];
  page.context().on("request", (request) => {
    sent.push(request.url(), request.headers().referer ?? "");
  });
  await page.goto(link.url);
  await expect(page.getByText(`This link is for dana@example.com (${USER}) at Northwind.`)).toBeVisible();
  expect(page.url()).toBe(link.url.split("#")[0]);
  expect((await read(world, link)).status).toBe("created");
  expect(await violations(page)).toEqual([]);

  await confirm(page);
  expect(await read(world, link)).toMatchObject({ status: "opened", dateOpened: expect.any(String) });
  // The page knows no cookie, and a reload changes nothing.
  expect(await page.evaluate(() => document.cookie)).toBe("");
  await page.reload();
  await expect(heading(page)).toHaveText("Connect Acme");
  expect(await violations(page)).toEqual([]);

  const opened = page.context().waitForEvent("page");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  const popup = await opened;
  const closed = popup.waitForEvent("close");
  await popup.getByRole("button", { name: "Allow" }).click();
  await closed;
  await expect(heading(page)).toHaveText("Connected");
  await expect(page.getByText(`that you connected for dana@example.com (${USER}).`)).toBeVisible();
  await expect(page.getByText("You can close this page.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Disconnect" })).toHaveCount(0);

  const [account] = await world.patchbay.cli.listConnections(world.project, USER);
  expect(account).toMatchObject({ integrationType: "acme", status: "VALID" });
  expect(await read(world, link)).toMatchObject({
    status: "completed",
    dateCompleted: expect.any(String),
    credentialId: account?.id,
  });
  const secret = new URL(link.url).hash.slice(1);
  // A browser keeps what stands behind `#` to itself, and the page has kept it out of all else.
  const told = sent.map((text) => text.split("#")[0] ?? "");
  expect(told.filter((text) => text.includes(secret))).toEqual([]);

  await page.reload();
  await expect(heading(page)).toHaveText("Connected");
});

test("an account is connected by a link, by a key, and the way leads back", async ({ page, world }) => {
  const returnUrl = `${world.host.origin}/?type=acmekey`;
  const link = await make(world, { integration: "acmekey", returnUrl });
  await page.goto(link.url);
  await confirm(page);
  await page.getByLabel("API key").fill(world.keys.key);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(heading(page)).toHaveText("Connected");
  await page.getByRole("link", { name: "Back to Northwind" }).click();
  await page.waitForURL(returnUrl);
  expect((await read(world, link)).status).toBe("completed");
});

test("the first browser that confirms owns the link", async ({ page, world, browser }) => {
  const link = await make(world, { integration: "acmekey" });
  const other = await stranger(browser, link);
  await expect(other.getByRole("button", { name: "Continue" })).toBeVisible();
  await page.goto(link.url);
  await confirm(page);

  // It had the token, and was too late.
  await other.getByRole("button", { name: "Continue" }).click();
  await expect(heading(other)).toHaveText("This link cannot be used");
  const third = await stranger(browser, link);
  await expect(heading(third)).toHaveText("This link cannot be used");
  expect(await violations(third)).toEqual([]);
  expect(await overflow(third)).toBe(0);

  await page.getByLabel("API key").fill(world.keys.key);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(heading(page)).toHaveText("Connected");
  for (const one of [other, third]) await one.context().close();
});

test("a link of the past, a changed one and none lead nowhere", async ({ page, world }) => {
  const link = await make(world, { integration: "acmekey", ttl: 1 });
  const bare = link.url.split("#")[0] ?? "";
  const other = await make(world, { integration: "acmekey" });
  const unknown = bare.replace(/[^/]+$/, "00000000-0000-4000-8000-000000000000");
  await expect.poll(async () => (await read(world, link)).status).toBe("expired");
  for (const address of [link.url, `${other.url}x`, other.url.split("#")[0] ?? "", unknown]) {
    await page.goto(address);
    await expect(heading(page)).toHaveText("This link cannot be used");
  }
  expect((await read(world, other)).status).toBe("created");
});

test("the page's token opens nothing else", async ({ page, world }) => {
  const link = await make(world, { integration: "acmekey" });
  await page.goto(link.url);
  await confirm(page);
  const token = await page.evaluate(() => {
    const [boot] = JSON.parse(document.getElementById("portal-boot")?.textContent ?? "[]");
    return boot.Ok.hosted.userToken as string;
  });
  expect((await world.api(token, "me")).status).toBe(401);
  expect((await world.api(token, "proxy/acmekey/api/echo/1")).status).toBe(401);
  const session = { projectId: world.project, userToken: token };
  const call = (name: string, body: object) =>
    fetch(`${world.patchbay.url}/api/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ session, ...body }),
    });
  const connect = (integration_type: string, values: object) =>
    call("connect", { integration_type, method: "default", values });
  expect((await connect("acme", {})).status).toBe(403);
  const values = { api_key: world.keys.key };
  expect((await connect("acmekey", values)).status).toBe(200);
  expect((await call("disconnect", { integration_type: "acmekey" })).status).toBe(403);
  // Once is once.
  expect((await connect("acmekey", values)).status).toBe(410);
});

test("what is wrong with a link is said when it is made", async ({ world }) => {
  const wrong = async (body: object, allowed?: Record<string, string[]>) =>
    (await Backend.of(world, USER, allowed).call("POST", "links", body)).status;
  expect(await wrong({ integration: "nothing" })).toBe(404);
  expect(await wrong({ integration: "acme", ttl: 604_801 })).toBe(422);
  expect(await wrong({ integration: "acme", ttl: 0 })).toBe(422);
  expect(await wrong({ integration: "acme", returnUrl: "javascript:alert(1)" })).toBe(422);
  expect(await wrong({ integration: "acme", returnUrl: "https://elsewhere.example/" })).toBe(403);
  expect(await wrong({ integration: "acme", name: "x".repeat(121) })).toBe(422);
  expect(await wrong({ integration: "acme" }, { "integration:*": ["proxy"] })).toBe(403);
});

test("an operator makes a link and sees what became of it @pages", async ({ page, world, browser }) => {
  const dashboard = await new Dashboard(page, world.patchbay).signIn("support");
  await dashboard.open(world.project, "/users");
  await page.getByLabel("User ID", { exact: true }).fill("dana");
  await page.getByLabel("Name or e-mail (optional)").fill("dana@example.com");
  await page.getByLabel("Integration", { exact: true }).selectOption("acmekey");
  await dashboard.button("Create link").click();
  const url = await dashboard.copied(dashboard.button("Copy Link"));
  world.planted.add("link", new URL(url).hash.slice(1));
  const row = page.getByRole("row").filter({ hasText: "dana@example.com (dana)" });
  await expect(row).toContainText("Not opened");
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 320, height: 740 });
  expect(await overflow(page)).toBe(0);

  const guest = await stranger(browser, { url } as Link);
  await confirm(guest);
  await guest.getByLabel("API key").fill(world.keys.key);
  await guest.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(heading(guest)).toHaveText("Connected");
  await guest.context().close();
  await page.reload();
  await expect(row).toContainText("Connected");
});

test("the command line makes a link", async ({ page, world }) => {
  const args = ["--project", world.project, "--user", USER, "--integration", "acmekey", "--json"];
  const made = await run(["link", "create", ...args], world.patchbay.env);
  expect(made.code, made.stderr).toBe(0);
  const { url } = JSON.parse(made.stdout) as Link;
  world.planted.add("link", new URL(url).hash.slice(1));
  await page.goto(url);
  await expect(page.getByText(`This link is for ${USER} at Northwind.`)).toBeVisible();
  const listed = await world.patchbay.cli.any("link", "list", "--project", world.project, "--json");
  expect(JSON.parse(listed.stdout)).toMatchObject({ links: [{ userId: USER, status: "created" }] });
});
