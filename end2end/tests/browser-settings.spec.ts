import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";
import { type Account, Backend } from "../support/rest.ts";
import type { World } from "../support/world.ts";

/** A page of the host application that takes codes. Nothing but its address matters. */
const ownPage = (world: World) => `${world.host.origin}/back?from=acme`;

interface WithToken {
  accountAuth?: { OAUTH_ACCESS_TOKEN: string };
}

const asked = "credentials?integration=acme&includeAccountAuth=true";

test("an access token is given to browsers where an operator says so", async ({ page, world }) => {
  const backend = Backend.of(world);
  await (await new HostPage(page, world.host).open()).connectOAuth();
  const refused = await backend.call("GET", asked);
  expect(refused).toMatchObject({ status: 422, body: { code: "invalid_input" } });

  await world.patchbay.cli.must(...set(world), "--browser-token", "true");
  const answer = await backend.call<WithToken>("GET", asked);
  const token = answer.body.accountAuth?.OAUTH_ACCESS_TOKEN ?? "";
  const echo = await fetch(`${world.provider.url}/api/echo/1`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(echo.status).toBe(200);
  const plain = await backend.call<WithToken>("GET", "credentials?integration=acme");
  expect(plain.body.accountAuth).toBeUndefined();

  const limited = Backend.of(world, undefined, { "integration:*": ["connect"] });
  expect((await limited.call("GET", asked)).status).toBe(403);
  await world.patchbay.cli.must(...set(world), "--browser-token", "false");
  expect((await backend.call("GET", asked)).status).toBe(422);
});

test("a redirect page of the app's own is taken to the letter", async ({ world }) => {
  const listed = ownPage(world);
  expect((await begin(world, listed)).status).toBe(422);
  await world.patchbay.cli.must(...set(world), "--redirect-url", listed);
  for (const other of [`${listed}&more`, world.host.origin, "javascript:alert(1)"]) {
    expect((await begin(world, other)).status, other).toBe(422);
  }
  for (const taken of [listed, world.acme.redirectUri, ""]) {
    expect((await begin(world, taken)).status, taken).toBe(200);
  }
});

test("the app's page sends the browser on to the callback", async ({ page, browser, world }) => {
  const back = await authorize(page, world);
  const callback = `${world.acme.redirectUri}${back.search}`;
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(callback);
  await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("Not connected");
  await page.goto(callback);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Acme is connected");
  expect(await world.patchbay.cli.listConnections(world.project)).toHaveLength(1);
});

test("the app's page hands the code in with its user's token", async ({ page, world }) => {
  const back = await authorize(page, world);
  const { integrationId } = world.acme;
  const body = {
    integrationId,
    code: back.searchParams.get("code"),
    redirectUrl: ownPage(world),
  };
  const stranger = await Backend.of(world, "somebody-else").call("POST", "credentials", body);
  expect(stranger).toMatchObject({ status: 422, body: { code: "provider_refused" } });
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
});

test("a code that is handed in ends the flow that it belongs to", async ({ page, world }) => {
  const back = await authorize(page, world);
  const backend = Backend.of(world);
  const { integrationId } = world.acme;
  const code = back.searchParams.get("code");
  const install = { integrationId, code, redirectUrl: ownPage(world) };
  const account = await backend.call<Account>("POST", "credentials", install);
  expect(account).toMatchObject({ status: 200, body: { status: "VALID" } });
  const outcome = await backend.call("GET", `actions/session-id/${SESSION}`);
  expect(outcome.body).toEqual({ connectCredentialId: account.body.id });
  expect((await backend.call("POST", "credentials", install)).status).toBe(422);
});

const SESSION = "attempt1";

function set(world: World): string[] {
  return ["integration", "set", "--project", world.project, "--type", "acme"];
}

/** Begins a flow as the SDK does. */
function begin(world: World, redirectUrl: string): Promise<Response> {
  const query = new URLSearchParams({
    integrationId: world.acme.integrationId,
    originForPostMessage: world.host.origin,
    oauthMetaKeyId: SESSION,
    redirectUrl,
  });
  const path = `/v2/projects/${world.project}/sdk/actions/build-oauth?${query}`;
  const headers = { Authorization: `Bearer ${world.session.userToken}` };
  return fetch(world.patchbay.url + path, { headers });
}

/** A person authorises; the address that the provider sends them back to. */
async function authorize(page: Page, world: World): Promise<URL> {
  const listed = ownPage(world);
  await world.patchbay.cli.must(...set(world), "--redirect-url", listed);
  world.provider.allowRedirect(world.client, world.acme.redirectUri, listed);
  const { redirectUrl } = (await (await begin(world, listed)).json()) as { redirectUrl: string };
  await page.goto(redirectUrl);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.waitForURL((url) => url.href.startsWith(listed));
  const back = new URL(page.url());
  world.planted.add("authorization code", back.searchParams.get("code") ?? "");
  return back;
}
