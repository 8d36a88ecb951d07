import { expect, test } from "../support/fixtures.ts";
import type { Echo } from "../support/provider/api.ts";
import { USER } from "../support/world.ts";

test("a user connects an OAuth account and the app uses it", async ({ acme, world }) => {
  await acme.openPortal();
  await expect(acme.heading).toHaveText("Connect Acme");
  await expect(acme.frame).toHaveAttribute("title", "Connect Acme");

  const popup = await acme.openWindow();
  const closed = popup.waitForEvent("close");
  await popup.getByRole("button", { name: "Allow" }).click();
  await closed;
  await expect(acme.heading).toHaveText("Connected");
  await expect(acme.button("Disconnect")).toBeVisible();
  const installed = await acme.noted("install");
  expect(installed).toMatchObject({
    integrationType: "acme",
    integrationId: world.acme.integrationId,
    credential: { status: "VALID", personaId: USER, integrationId: world.acme.integrationId },
  });

  await acme.closePortal();
  expect(await acme.noted("resolved")).toEqual({ connected: true });
  expect((await acme.notes()).filter((note) => note.name === "install")).toHaveLength(1);

  const user = await acme.user();
  expect(user).toMatchObject({
    authenticated: true,
    userId: USER,
    integrations: { acme: { enabled: true, credentialStatus: "VALID" } },
  });
  expect(world.provider.counts).toMatchObject({ exchanges: 1, refreshes: 0 });
  expect(world.provider.api.counts.me).toBe(1);
});

test("the page asks for what the definition says, with PKCE, at its own redirect URI", async ({
  acme,
  world,
}) => {
  const asked = acme.page
    .context()
    .waitForEvent("request", (request) => request.url().startsWith(`${world.provider.url}/auth?`));
  await acme.openPortal();
  await acme.openWindow();
  const query = new URL((await asked).url()).searchParams;
  expect(query.get("response_type")).toBe("code");
  expect(query.get("client_id")).toBe(world.client.clientId);
  expect(query.get("redirect_uri")).toBe(world.acme.redirectUri);
  expect(query.get("scope")).toBe("openid offline_access");
  expect(query.get("code_challenge_method")).toBe("S256");
  expect(query.get("code_challenge")).toMatch(/^[\w-]{43}$/);
  expect(query.get("state")?.length).toBeGreaterThanOrEqual(22);
  const { pathname } = new URL(world.acme.redirectUri);
  expect(pathname).toBe(`/oauth/callback/${world.acme.integrationId}`);
});

test("proxied calls carry the credential there and nothing of it back", async ({ acme, world }) => {
  await acme.connectOAuth();
  await acme.closePortal();
  const answer = await acme.request("/api/echo/notes/1?limit=2", {
    method: "POST",
    headers: { "Content-Type": "text/plain", "X-Kept": "yes" },
    body: "a note",
  });
  expect(answer.status).toBe(200);
  expect(answer.headers["x-acme"]).toBe("echo");
  const echo = JSON.parse(answer.body) as Echo;
  expect(echo).toMatchObject({
    method: "POST",
    path: "/api/echo/notes/1?limit=2",
    body: "a note",
    headers: { "content-type": "text/plain", "x-kept": "yes" },
  });
  // What belongs to the page and to Patchbay stays behind.
  expect(Object.keys(echo.headers)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(cookie|origin|referer)$/)]),
  );
  expect(world.planted.foundIn(answer.body)).toEqual([]);
  expect(world.provider.api.counts).toMatchObject({ accepted: 1, refused: 0 });
});

test("an expired token is refreshed once, and stays fresh", async ({ acme, world }) => {
  world.provider.accessTokenTtl = 3;
  await acme.connectOAuth();
  await acme.closePortal();
  await world.untilExpired();
  world.provider.accessTokenTtl = 3600;
  for (let call = 0; call < 3; call++) {
    expect((await acme.request("/api/echo/1")).status).toBe(200);
  }
  expect(world.provider.counts).toMatchObject({ exchanges: 1, refreshes: 1, refusedRefreshes: 0 });
  expect(world.provider.api.counts.refused).toBe(0);
});

test("a token that the provider drops early is refreshed, and the call repeated", async ({
  acme,
  world,
}) => {
  await acme.connectOAuth();
  await acme.closePortal();
  world.provider.dropAccessTokens();
  const answer = await acme.request("/api/echo/1", { method: "PUT", body: "kept" });
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body)).toMatchObject({ method: "PUT", body: "kept" });
  expect(world.provider.counts.refreshes).toBe(1);
  expect(world.provider.api.counts).toMatchObject({ refused: 1, accepted: 1 });
});

test("a grant that the provider ends asks the user to reconnect", async ({ acme, world }) => {
  await acme.connectOAuth();
  await acme.closePortal();
  world.provider.revokeGrants();
  const refused = await acme.request("/api/echo/1");
  expect(refused.status).toBe(409);
  expect(JSON.parse(refused.body)).toMatchObject({ code: "reconnect_required" });
  expect(await acme.user()).toMatchObject({
    integrations: { acme: { enabled: false, credentialStatus: "INVALID" } },
  });
  const [listed] = await world.patchbay.cli.listConnections(world.project, USER);
  expect(listed?.status).toBe("INVALID");
  const { refusedRefreshes } = world.provider.counts;
  expect((await acme.request("/api/echo/1")).status).toBe(409);
  expect(world.provider.counts.refusedRefreshes, "a dead grant is not tried again").toBe(
    refusedRefreshes,
  );

  await acme.openPortal();
  await expect(acme.button("Reconnect")).toBeVisible();
  const popup = await acme.openWindow("Reconnect");
  await popup.getByRole("button", { name: "Allow" }).click();
  await expect(acme.heading).toHaveText("Connected");
  await acme.closePortal();
  expect((await acme.request("/api/echo/1")).status).toBe(200);
});

test("a grant that ends soon after a refresh is noticed too", async ({ acme, world }) => {
  world.provider.accessTokenTtl = 3;
  await acme.connectOAuth();
  await acme.closePortal();
  await world.untilExpired();
  world.provider.accessTokenTtl = 3600;
  expect((await acme.request("/api/echo/1")).status).toBe(200);
  expect(world.provider.counts.refreshes).toBe(1);
  world.provider.revokeGrants();
  await acme.request("/api/echo/1");
  expect(await acme.user()).toMatchObject({
    integrations: { acme: { enabled: false, credentialStatus: "INVALID" } },
  });
});

test("disconnect in the portal revokes at the provider", async ({ acme, world }) => {
  await acme.connectOAuth();
  expect(world.provider.liveGrants).toBe(1);
  await acme.button("Disconnect").click();
  await acme.noted("uninstall");
  expect(world.provider.counts.revocations).toBe(1);
  expect(world.provider.liveGrants).toBe(0);
  await acme.closePortal();
  const user = await acme.user();
  expect(user).toMatchObject({ integrations: { acme: { enabled: false, allCredentials: [] } } });
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
  const refused = await acme.request("/api/echo/1");
  expect(refused.status).toBe(409);
  expect(JSON.parse(refused.body)).toMatchObject({ code: "not_connected" });
});

test("the app disconnects by the SDK", async ({ acme, world }) => {
  await acme.connectOAuth();
  await acme.closePortal();
  const outcome = await acme.page.evaluate(() => window.app.patchbay.uninstallIntegration("acme"));
  expect(outcome).toEqual({
    revocation: "revoked",
    tokens: [
      { token: "refresh_token", revocation: "revoked" },
      { token: "access_token", revocation: "revoked" },
    ],
    retrying: false,
  });
  expect(world.provider.liveGrants).toBe(0);
});

test("two users of one project have accounts of their own", async ({ acme, world }) => {
  await acme.connectOAuth();
  await acme.closePortal();
  world.signIn("user-2");
  await acme.open();
  expect(await acme.user()).toMatchObject({
    userId: "user-2",
    integrations: { acme: { enabled: false, allCredentials: [] } },
  });
  expect((await acme.request("/api/echo/1")).status).toBe(409);
});
