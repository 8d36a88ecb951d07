import { documentOf, violations } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import type { Echo } from "../support/provider/api.ts";
import { connectKey, openScopes, openSites, openWays } from "../support/ways.ts";
import { USER } from "../support/world.ts";

test("a person chooses how to connect, and may choose again", async ({ page, world }) => {
  const { ways } = await openWays(page, world);
  await ways.openPortal();
  await expect(ways.portal.getByText("How do you want to connect Acme Ways?")).toBeVisible();
  expect(await violations(await documentOf(ways.frame))).toEqual([]);
  await ways.portal.getByRole("button", { name: "API key" }).click();
  await expect(ways.portal.getByLabel("API key")).toBeVisible();
  await ways.button("Connect another way").click();
  await ways.portal.getByRole("button", { name: /^Acme account/ }).click();
  await expect(ways.heading).toBeFocused();
  const popup = await ways.openWindow();
  await popup.getByRole("button", { name: "Allow" }).click();
  await expect(ways.heading).toHaveText("Connected");
  expect(await ways.noted("install")).toMatchObject({ credential: { accountType: "default" } });
});

test("an app of the person's own is used, kept and refreshed with", async ({ page, world }) => {
  const { ways, redirectUri } = await openWays(page, world);
  const own = world.provider.register();
  world.provider.allowRedirect(own, redirectUri);
  world.provider.accessTokenTtl = 3;

  await ways.openPortal();
  await ways.portal.getByRole("button", { name: /^Your own app/ }).click();
  await expect(ways.portal.getByLabel("Redirect URL")).toHaveValue(redirectUri);
  await ways.portal.getByLabel("Client ID").fill(own.clientId);
  await ways.portal.getByLabel("Client secret").fill(own.clientSecret);
  expect(await violations(await documentOf(ways.frame))).toEqual([]);
  const asked = page
    .context()
    .waitForEvent("request", (request) => request.url().startsWith(`${world.provider.url}/auth?`));
  const popup = await ways.openWindow();
  expect(new URL((await asked).url()).searchParams.get("client_id")).toBe(own.clientId);
  await popup.getByRole("button", { name: "Allow" }).click();
  await expect(ways.heading).toHaveText("Connected");
  await ways.closePortal();

  await world.untilExpired();
  world.provider.accessTokenTtl = 3600;
  expect((await ways.request("/echo/1")).status).toBe(200);
  expect(world.provider.counts).toMatchObject({ exchanges: 1, refreshes: 1, refusedRefreshes: 0 });
});

test("each way injects its own credential", async ({ page, world }) => {
  const { ways } = await openWays(page, world);
  await ways.openPortal();
  await ways.portal.getByRole("button", { name: "API key" }).click();
  await ways.portal.getByLabel("API key").fill("a key that is not checked");
  await ways.button("Connect").click();
  await expect(ways.heading).toHaveText("Connected");
  await ways.closePortal();
  const [connection] = await world.patchbay.cli.listConnections(world.project, USER);
  expect(connection).toMatchObject({ status: "VALID" });
  // The API takes bearer tokens alone, and says what came.
  const answer = await ways.request("/echo/1");
  expect(answer.status).toBe(401);
  expect(world.provider.api.counts.refused).toBeGreaterThan(0);
});

test("several accounts stand in a list, and one more is a press away", async ({ page, world }) => {
  const { ways } = await openWays(page, world);
  await connectKey(world, "north");
  await connectKey(world, "south");
  await connectKey(world);
  await connectKey(world);
  await ways.openPortal();
  await expect(ways.heading).toHaveText("Your Acme Ways accounts");
  // By what the app calls them; those that have no name at all are counted.
  for (const name of [/^south/, /^Acme Ways account Connected/, /^Acme Ways account \(2\)/]) {
    await expect(ways.portal.getByRole("button", { name })).toHaveCount(1);
  }
  expect(await violations(await documentOf(ways.frame))).toEqual([]);
  await ways.portal.getByRole("button", { name: /^north/ }).click();
  await expect(ways.heading).toHaveText("Connected");
  await ways.button("Disconnect").click();
  await expect(ways.heading).toHaveText("Disconnected");
  await ways.noted("uninstall");
  const left = await world.patchbay.cli.listConnections(world.project, USER);
  const names = left.map((connection) => connection.externalId ?? "");
  expect(names.sort()).toEqual(["", "", "south"]);
});

test("what is asked after authorising is asked, and until then nobody uses the account", async ({
  page,
  world,
}) => {
  const sites = await openSites(page, world);
  await sites.openPortal();
  const popup = await sites.openWindow();
  await popup.getByRole("button", { name: "Allow" }).click();
  await expect(sites.heading).toHaveText("One more thing about Acme Sites");
  expect(await violations(await documentOf(sites.frame))).toEqual([]);
  expect(await sites.user()).toMatchObject({
    integrations: { acmesites: { enabled: false, credentialStatus: "PENDING" } },
  });
  await sites.closePortal();
  expect(JSON.parse((await sites.request("/1")).body)).toMatchObject({ code: "not_connected" });
  expect((await sites.notes()).map(({ name }) => name)).not.toContain("install");

  // Whoever comes back is asked again.
  await sites.openPortal();
  await expect(sites.heading).toHaveText("One more thing about Acme Sites");
  await sites.button("Finish").click();
  await expect(sites.portal.getByLabel("Site", { exact: true })).toBeFocused();
  await sites.portal.getByLabel("Site", { exact: true }).selectOption({ label: "South" });
  await sites.button("Finish").click();
  await expect(sites.heading).toHaveText("Connected");
  expect(await sites.noted("install")).toMatchObject({ credential: { status: "VALID" } });
  await sites.closePortal();
  const echo = JSON.parse((await sites.request("/1")).body) as Echo;
  expect(echo.path).toBe("/api/echo/s-2/1");
});

test("who has one site is not asked for it", async ({ page, world }) => {
  world.provider.api.sites = [{ id: "s-9", name: "Only" }];
  const sites = await openSites(page, world);
  await sites.connectOAuth();
  await sites.closePortal();
  const echo = JSON.parse((await sites.request("/1")).body) as Echo;
  expect(echo.path).toBe("/api/echo/s-9/1");
});

test("what was not granted is named, and one press asks for it", async ({ page, world }) => {
  world.provider.withheld = ["deals"];
  const scopes = await openScopes(page, world);
  await scopes.connectOAuth();
  const missing = scopes.portal.getByRole("status");
  await expect(missing).toContainText("Still missing");
  await expect(missing.getByRole("listitem")).toHaveText(["Create and update deals"]);
  expect(await violations(await documentOf(scopes.frame))).toEqual([]);
  const [before] = await world.patchbay.cli.listConnections(world.project, USER);

  world.provider.withheld = [];
  world.provider.forgetConsent();
  const popup = await scopes.openWindow("Allow the rest");
  const closed = popup.waitForEvent("close");
  await popup.getByRole("button", { name: "Allow" }).click();
  await closed;
  await expect(scopes.heading).toHaveText("Connected");
  await expect(missing).toHaveCount(0);
  await expect(scopes.button("Allow the rest")).toHaveCount(0);
  const after = await world.patchbay.cli.listConnections(world.project, USER);
  expect(after.map(({ id }) => id)).toEqual([before?.id]);
  const granted = expect.arrayContaining(["contacts", "deals"]);
  expect(await scopes.user()).toMatchObject({
    integrations: { acmescopes: { allCredentials: [{ scopes: granted }] } },
  });
});
