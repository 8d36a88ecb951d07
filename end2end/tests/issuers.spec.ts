import { Dashboard } from "../support/dashboard.ts";
import { expect, test } from "../support/fixtures.ts";
import { BACK, idToken } from "../support/provider/sign-in.ts";
import type { Client } from "../support/provider.ts";
import { ACCOUNT } from "../support/provider/consent.ts";
import { Backend } from "../support/rest.ts";
import type { World } from "../support/world.ts";

function app(world: World): Client {
  const client = world.provider.register();
  world.provider.allowRedirect(client, BACK);
  return client;
}

/** A token that somebody got by signing in at the provider. */
async function tokenOf(world: World, client: Client): Promise<string> {
  const token = await idToken(world.provider.url, client);
  world.planted.add("ID token", token.split(".")[2] ?? "");
  return token;
}

test("a token of an OpenID Connect provider is a user token", async ({ world }) => {
  const { cli } = world.patchbay;
  const client = app(world);
  const token = await tokenOf(world, client);
  expect((await world.api(token, "me")).status).toBe(401);

  await cli.addIssuer(world.project, world.provider.url, client.clientId);
  const answer = await world.api(token, "me");
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ authenticated: true, userId: ACCOUNT });
  const account = await new Backend(world, token).connect();
  expect(account.personaId).toBe(ACCOUNT);
  expect((await world.api(world.session.userToken, "me")).status).toBe(200);
});

test("the same provider's token for another app is refused", async ({ world }) => {
  await world.patchbay.cli.addIssuer(world.project, world.provider.url, app(world).clientId);
  const answer = await world.api(await tokenOf(world, app(world)), "me");
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ code: "token_invalid" });
});

test("issuers are listed and removed on the command line", async ({ world }) => {
  const { cli } = world.patchbay;
  const client = app(world);
  const token = await tokenOf(world, client);
  await cli.addIssuer(world.project, world.provider.url, client.clientId);
  expect((await world.api(token, "me")).status).toBe(200);
  const list = await cli.any("issuer", "list", "--project", world.project, "--json");
  expect(JSON.parse(list.stdout)).toEqual({
    issuers: [
      { issuer: world.provider.url, audience: client.clientId, jwksUrl: null, userClaim: "sub" },
    ],
  });
  await cli.any("issuer", "remove", "--project", world.project, world.provider.url);
  expect((await world.api(token, "me")).status).toBe(401);
});

test("an operator adds and removes a provider in the dashboard", async ({ page, world }) => {
  const client = app(world);
  const token = await tokenOf(world, client);
  const dashboard = await new Dashboard(page, world.patchbay).signIn();
  await dashboard.open(world.project, "/sdk");
  await expect(page.getByText("None yet: only tokens signed with a key above")).toBeVisible();
  await dashboard.button("Add identity provider").click();
  await page.getByLabel("Issuer").fill(`${world.provider.url}/nothing`);
  await page.getByLabel("Audience").fill(client.clientId);
  await dashboard.button("Add identity provider").click();
  // It is asked for its keys before it is added, and what went wrong stands at the field.
  await expect(page.getByLabel("Issuer")).toHaveAccessibleDescription(/could not be read/);
  await expect(page.getByLabel("Issuer")).toBeFocused();

  await page.getByLabel("Issuer").fill(world.provider.url);
  await dashboard.button("Add identity provider").click();
  const row = page.getByRole("listitem").filter({ hasText: world.provider.url });
  await expect(row).toContainText(client.clientId);
  expect((await world.api(token, "me")).status).toBe(200);

  await row.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("None yet: only tokens signed with a key above")).toBeVisible();
  expect((await world.api(token, "me")).status).toBe(401);
});
