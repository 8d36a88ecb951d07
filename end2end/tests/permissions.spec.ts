import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";
import { claims, rs256 } from "../support/jwt.ts";
import { type Account, Backend, PERMISSIONS } from "../support/rest.ts";
import { USER, type World } from "../support/world.ts";

/** What a caller gets who may not: a code that keeps SDKs from signing the user out. */
const REFUSED = { status: 403, body: { code: "7210", status: 403, meta: { code: "forbidden" } } };

/** Every call that needs a permission, by its name. */
function calls(backend: Backend, { id }: Account, world: World) {
  const { integrationId } = world.acmekey;
  const settings = { config: { sharedSettings: { a: 1 } } };
  return {
    connect: () => backend.install({ api_key: world.keys.key }, { selectedCredentialId: id }),
    configure: () => backend.call("PATCH", `credentials/${id}`, settings),
    proxy: () => backend.call("GET", "proxy/acmekey/api/echo/1"),
    disconnect: () => backend.call("DELETE", `integrations/${integrationId}`),
  };
}

test("without permissions a user sees everything and does nothing @pages", async ({ world }) => {
  const account = await Backend.of(world).connect();
  const { accepted, me } = world.keys.api.counts;
  const nothing: Record<string, string[]>[] = [
    {},
    { "integration:*": [] },
    { "integration:*": ["unheard-of"] },
  ];
  for (const granted of nothing) {
    const backend = Backend.of(world, USER, granted);
    for (const [name, call] of Object.entries(calls(backend, account, world))) {
      expect.soft(await call(), name).toMatchObject(REFUSED);
    }
    const create = await backend.call("POST", `credentials/${account.id}/configurations`, {});
    expect(create).toMatchObject(REFUSED);
    expect(await backend.account(account.id)).toEqual(account);
    expect((await backend.call("GET", "me")).status).toBe(200);
    expect((await backend.call("GET", "integrations")).status).toBe(200);
  }
  expect(world.keys.api.counts).toMatchObject({ accepted, me });
});

test("each permission allows its own calls @pages", async ({ world }) => {
  const account = await Backend.of(world).connect();
  for (const granted of ["connect", "configure", "proxy", "disconnect"] as const) {
    const backend = Backend.of(world, USER, { "integration:acmekey": [granted] });
    for (const [name, call] of Object.entries(calls(backend, account, world))) {
      const answer = await call();
      if (name === granted) expect.soft(answer.status, granted).toBe(200);
      else expect.soft(answer, `${name} with ${granted}`).toMatchObject(REFUSED);
    }
  }
});

test("the most specific scope decides @pages", async ({ world }) => {
  const backend = Backend.of(world);
  const account = await backend.connect({ externalId: "first" });
  const may = async (granted: Record<string, string[]>) => {
    const answer = await calls(Backend.of(world, USER, granted), account, world).proxy();
    return answer.status === 200;
  };
  const all = ["*"];
  expect(await may({ "integration:*": all })).toBe(true);
  expect(await may({ "integration:*": all, "integration:acmekey": [] })).toBe(false);
  expect(await may({ "integration:acmekey": [], "credential:ext:first": ["proxy"] })).toBe(true);
  expect(await may({ "integration:acmekey": all, [`credential:${account.id}`]: [] })).toBe(false);
  expect(await may({ "integration:acme": all })).toBe(false);
});

test("permissions hold in the portal and in the SDK too @pages", async ({ world, page }) => {
  const claim = { [PERMISSIONS]: { "integration:*": ["proxy"] } };
  const userToken = rs256(world.pem, world.keyId, claims(USER, claim));
  world.session = { projectId: world.project, userToken };
  const host = await new HostPage(page, world.host, "acmekey", "Acme Key").open();
  await host.connectKey(world.keys.key);
  await expect(host.alert).toBeVisible();
  await expect(host.heading).not.toHaveText("Connected");
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
  await Backend.of(world).connect();
  await host.closePortal();
  const code = await page.evaluate(() =>
    window.app.patchbay.uninstallIntegration("acmekey").catch((error: { code: string }) => error.code),
  );
  expect(code).toBe("forbidden");
  expect(await world.patchbay.cli.listConnections(world.project)).toHaveLength(1);
  expect(await host.user()).toMatchObject({ authenticated: true });
});

test("a claim that is no map of lists makes the token invalid @pages", async ({ world }) => {
  for (const claim of ["*", ["proxy"], { "integration:*": "proxy" }, { "integration:*": [1] }]) {
    const token = rs256(world.pem, world.keyId, claims(USER, { [PERMISSIONS]: claim }));
    const answer = await world.api(token, "me");
    expect.soft(answer.status, JSON.stringify(claim)).toBe(401);
  }
});
