import { expect, test } from "../support/fixtures.ts";
import type { User } from "../../sdk/patchbay.d.ts";
import type { World } from "../support/world.ts";

const CALLS = 100;

/** That many proxied calls at once, dealt out to the servers in turn. Gives the statuses seen. */
async function callAll(world: World, servers: string[], calls = CALLS): Promise<number[]> {
  const answers = Array.from({ length: calls }, (_, call) => {
    const base = servers[call % servers.length];
    return world.api(world.session.userToken, `proxy/acme/api/echo/${call}`, {}, base);
  });
  const statuses = new Set<number>();
  for (const answer of await Promise.all(answers)) {
    statuses.add(answer.status);
    await answer.arrayBuffer();
  }
  return [...statuses];
}

test("parallel calls that meet one expired token lead to one refresh", async ({ acme, world }) => {
  world.provider.accessTokenTtl = 3;
  await acme.connectOAuth();
  await world.untilExpired();
  world.provider.accessTokenTtl = 3600;
  expect(await callAll(world, [world.patchbay.url])).toEqual([200]);
  expect(world.provider.counts).toMatchObject({ refreshes: 1, refusedRefreshes: 0 });
});

test("parallel calls that meet one dropped token lead to one refresh", async ({ acme, world }) => {
  await acme.connectOAuth();
  world.provider.dropAccessTokens();
  expect(await callAll(world, [world.patchbay.url])).toEqual([200]);
  expect(world.provider.counts).toMatchObject({ refreshes: 1, refusedRefreshes: 0 });
});

test("tokens that live shorter than the margin are not refreshed at every call", async ({
  acme,
  world,
}) => {
  world.provider.accessTokenTtl = 10;
  await acme.connectOAuth();
  await world.untilExpired();
  expect(await callAll(world, [world.patchbay.url])).toEqual([200]);
  expect(world.provider.counts).toMatchObject({ refreshes: 1, refusedRefreshes: 0 });
});

test.describe("two processes on one database @postgres", () => {
  /** Two servers, both of which have used the connection's first token. */
  async function twoServers(world: World): Promise<string[]> {
    const second = await world.patchbay.startAnother();
    const servers = [world.patchbay.url, second.url];
    expect(await callAll(world, servers, 4)).toEqual([200]);
    expect(world.provider.counts.refreshes).toBe(0);
    return servers;
  }

  test("100 calls that meet one expired token: one refresh", async ({ acme, world }) => {
    await acme.connectOAuth();
    const servers = await twoServers(world);
    world.provider.dropAccessTokens();
    expect(await callAll(world, servers)).toEqual([200]);
    expect(world.provider.counts).toMatchObject({ refreshes: 1, refusedRefreshes: 0 });
    // And the next ones find it fresh, in both.
    expect(await callAll(world, servers, 10)).toEqual([200]);
    expect(world.provider.counts.refreshes).toBe(1);
  });

  test("the same when the token ran out by the clock", async ({ acme, world }) => {
    world.provider.accessTokenTtl = 3;
    await acme.connectOAuth();
    const second = await world.patchbay.startAnother();
    await world.untilExpired();
    world.provider.accessTokenTtl = 3600;
    expect(await callAll(world, [world.patchbay.url, second.url])).toEqual([200]);
    expect(world.provider.counts).toMatchObject({ refreshes: 1, refusedRefreshes: 0 });
  });

  test("a process that dies while it refreshes does not hold the others up for ever", async ({
    acme,
    world,
  }) => {
    test.setTimeout(120_000);
    world.provider.accessTokenTtl = 3;
    await acme.connectOAuth();
    const second = await world.patchbay.startAnother();
    await world.untilExpired();
    world.provider.accessTokenTtl = 3600;
    const arrived = world.provider.holdTokenRequests();
    const lost = callAll(world, [second.url], 1).catch(() => []);
    await arrived;
    second.server.signal("SIGKILL");
    await lost;
    world.provider.refuseHeld();
    expect(await callAll(world, [world.patchbay.url], 1)).toEqual([200]);
    expect(world.provider.counts).toMatchObject({ refreshes: 1, refusedRefreshes: 0 });
  });

  test("an account that is disconnected in one process is gone in the other", async ({
    acme,
    world,
  }) => {
    await acme.connectOAuth();
    const [, second = ""] = await twoServers(world);
    await acme.button("Disconnect").click();
    await acme.noted("uninstall");
    await expect
      .poll(async () => callAll(world, [second], 1), { timeout: 5_000 })
      .toEqual([409]);
  });

  test("a state that is asked for anew is never an old one", async ({ acme, world }) => {
    await acme.connectOAuth();
    const second = await world.patchbay.startAnother();
    const asked = async (base: string, headers = {}) => {
      const answer = await world.api(world.session.userToken, "me", { headers }, base);
      const user = (await answer.json()) as User;
      return user.authenticated ? user.integrations.acme : undefined;
    };
    const everywhere = [world.patchbay.url, second.url];
    for (const base of everywhere) expect(await asked(base)).toMatchObject({ enabled: true });
    const path = `integrations/${world.acme.integrationId}`;
    const [answer] = await Promise.all([
      world.api(world.session.userToken, path, { method: "DELETE" }),
      // Keeps a state of before at hand in the process that does not write.
      asked(second.url),
    ]);
    expect(answer.ok).toBe(true);
    expect(await asked(world.patchbay.url)).toMatchObject({ enabled: false });
    const anew = { "Cache-Control": "no-cache" };
    expect(await asked(second.url, anew)).toMatchObject({ enabled: false });
    await expect.poll(() => asked(second.url)).toMatchObject({ enabled: false });
  });
});
