import { join } from "node:path";
import { dump } from "../support/database.ts";
import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";
import type { World } from "../support/world.ts";

// The most that an operator can make the server say.
test.use({ env: { PATCHBAY_LOG: "trace" } });

/** Where planted values are at rest: the database's bytes, and all that was printed. */
async function foundAtRest(world: World): Promise<string[]> {
  const inputs = join(world.patchbay.dir, "inputs");
  const inFiles = world.planted.foundBelow(world.patchbay.dir, (file) => file.startsWith(inputs));
  if (world.patchbay.database.engine === "sqlite") return inFiles;
  const inRows = world.planted.foundIn(await dump(world.patchbay.database.url));
  return [...inFiles, ...inRows.map((kind) => `database: ${kind}`)];
}

/** Notes each address that the browser asks Patchbay for, and what is planted in it. */
function watchAddresses(page: import("@playwright/test").Page, world: World): string[] {
  const leaks: string[] = [];
  page.context().on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin === world.provider.url) return;
    // The provider itself puts the code there (RFC 6749 §4.1.2); it is dead once it was used.
    if (url.pathname.startsWith("/oauth/callback/")) url.searchParams.delete("code");
    const text = `${url.href} ${request.headers().referer ?? ""}`;
    for (const kind of world.planted.foundIn(text)) leaks.push(`${url.pathname}: ${kind}`);
  });
  return leaks;
}

test("a full run leaves no secret in output, database, addresses or pages", async ({
  page,
  acme,
  world,
}) => {
  test.setTimeout(120_000);
  const inAddresses = watchAddresses(page, world);
  const { cli } = world.patchbay;

  world.provider.accessTokenTtl = 3;
  await acme.connectOAuth();
  await acme.closePortal();
  await world.untilExpired();
  world.provider.accessTokenTtl = 3600;
  expect((await acme.request("/api/echo/1")).status).toBe(200);
  expect(world.provider.counts.refreshes).toBe(1);
  const acmekey = await new HostPage(page, world.host, "acmekey", "Acme Key").open();
  await acmekey.connectKey(world.keys.wrongKey);
  await expect(acmekey.alert).toBeVisible();
  await acmekey.portal.getByLabel("API key").fill(world.keys.key);
  await acmekey.button("Connect").click();
  await expect(acmekey.heading).toHaveText("Connected");
  const shown = await acmekey.portal.locator("html").evaluate((html) => html.outerHTML);
  await acmekey.closePortal();
  expect((await acmekey.request("/api/echo/1")).status).toBe(200);

  await test.step("failures tell nothing either", async () => {
    await world.api(world.session.userToken, "proxy/nosuch/x");
    await world.api(`${world.session.userToken}x`, "me");
    world.provider.outage = "closed";
    await acme.open();
    await acme.request("/api/echo/1");
    world.provider.outage = "none";
    await cli.any("key", "create", "--project", "nonsense", "--json");
    await cli.any("token", "mint", "--project", world.project, "--user", "u", "--key-file", "/nowhere");
  });
  const listed = JSON.stringify(await cli.listConnections(world.project));
  expect(JSON.parse(listed)).toHaveLength(2);

  await test.step("nothing is found while the connections are there", async () => {
    expect(world.planted.kinds).toEqual(
      new Set([
        "encryption key",
        "client secret",
        "private key",
        "user token",
        "authorization code",
        "access token",
        "refresh token",
        "API key",
      ]),
    );
    expect(await foundAtRest(world)).toEqual([]);
    expect(world.planted.foundIn(shown)).toEqual([]);
    expect(world.planted.foundIn(listed)).toEqual([]);
    expect(inAddresses).toEqual([]);
  });

  await test.step("nor after they are gone", async () => {
    await acme.page.evaluate(() => window.app.patchbay.uninstallIntegration("acme"));
    await acme.page.evaluate(() => window.app.patchbay.uninstallIntegration("acmekey"));
    expect(await cli.listConnections(world.project)).toEqual([]);
    expect(await foundAtRest(world)).toEqual([]);
  });
});

test("the search finds what is there", async ({ world }) => {
  // A search that finds nothing proves something only if it can find.
  const { planted, keys } = world;
  const encoded = Buffer.from(keys.key).toString("base64");
  expect(planted.foundIn(`GET /?key=${encodeURIComponent(keys.key)}`)).toEqual(["API key"]);
  expect(planted.foundIn(Buffer.from(`x${encoded}`))).toEqual(["API key"]);
  expect(planted.foundBelow(join(world.patchbay.dir, "inputs")).length).toBeGreaterThanOrEqual(3);
});

test("the user token leaves no trace in the browser's storage", async ({ acme, world }) => {
  await acme.connectOAuth();
  await acme.closePortal();
  const state = JSON.stringify(await acme.page.context().storageState());
  const stored = await acme.page.evaluate(() =>
    JSON.stringify({ ...localStorage, ...sessionStorage, cookie: document.cookie }),
  );
  expect(world.planted.foundIn(state + stored)).toEqual([]);
});
