import { expect, test } from "../support/fixtures.ts";
import type { World } from "../support/world.ts";

/** What the command line tells of the only connection. */
async function connection(world: World): Promise<Record<string, unknown>> {
  const [row] = await world.patchbay.cli.listConnections(world.project);
  return row ?? {};
}

async function call(world: World, base = world.patchbay.url): Promise<number> {
  const answer = await world.api(world.session.userToken, "proxy/acme/api/echo/1", {}, base);
  await answer.arrayBuffer();
  return answer.status;
}

test("a token is renewed before it ends though nobody asks", async ({ acme, world }) => {
  test.setTimeout(120_000);
  // The shortest life that is worth it.
  world.provider.accessTokenTtl = 61;
  await acme.connectOAuth();
  world.provider.accessTokenTtl = 3600;
  expect(await connection(world)).toMatchObject({ state: "VALID", lastFailure: null });
  const { dateValidUntil } = await connection(world);
  await expect.poll(() => world.provider.counts.refreshes, { timeout: 70_000 }).toBe(1);
  expect(Date.now()).toBeLessThan(Date.parse(String(dateValidUntil)));
  await expect.poll(async () => (await connection(world)).state).toBe("VALID");
  const later = await connection(world);
  expect(Date.parse(String(later.dateValidUntil))).toBeGreaterThan(Date.now() + 3_500_000);
  expect(Date.parse(String(later.refreshDueAt))).toBeGreaterThan(Date.now() + 2_400_000);
});

test("an outage is told as one, and ends by itself", async ({ acme, world }) => {
  world.provider.accessTokenTtl = 3;
  await acme.connectOAuth();
  await world.untilExpired();
  world.provider.outage = "token";
  expect(await call(world)).toBe(502);
  const state = await connection(world);
  expect(state).toMatchObject({ state: "VALID", status: "VALID", reason: null });
  expect(state.lastFailure).toMatchObject({ trouble: "outage", said: "Down for maintenance" });
  world.provider.accessTokenTtl = 3600;
  world.provider.outage = "none";
  await expect.poll(async () => (await connection(world)).lastFailure, { timeout: 25_000 }).toBe(null);
  expect(await call(world)).toBe(200);
});

test.describe("a process that does not finish its refresh @postgres", () => {
  test.setTimeout(120_000);

  /** A second process holds the lease, and waits for the provider. */
  async function inMidRefresh(world: World) {
    const second = await world.patchbay.startAnother();
    await world.untilExpired();
    world.provider.accessTokenTtl = 3600;
    const arrived = world.provider.holdTokenRequests();
    const lost = call(world, second.url).catch(() => 0);
    await arrived;
    await expect.poll(async () => (await connection(world)).state).toBe("REFRESHING");
    return { second, lost };
  }

  test.beforeEach(async ({ acme, world }) => {
    world.provider.accessTokenTtl = 3;
    await acme.connectOAuth();
  });

  test("paused and resumed, it cannot undo what another has done", async ({ world }) => {
    const { second, lost } = await inMidRefresh(world);
    second.server.signal("SIGSTOP");
    world.provider.refuseHeld();
    expect(await call(world)).toBe(200);
    second.server.signal("SIGCONT");
    await lost;
    expect(await call(world, second.url)).toBe(200);
    expect(world.provider.counts).toMatchObject({ refreshes: 1, refusedRefreshes: 0 });
    expect(await connection(world)).toMatchObject({ state: "VALID", lastFailure: null });
  });

  test("killed when the provider had renewed: its owner is asked, and told why", async ({
    world,
  }) => {
    const { second, lost } = await inMidRefresh(world);
    second.server.signal("SIGSTOP");
    world.provider.takeHeld();
    await expect.poll(() => world.provider.counts.refreshes).toBe(1);
    second.server.signal("SIGKILL");
    await lost;
    // Its lease has to run out first.
    expect(await call(world)).toBe(409);
    expect(await connection(world)).toMatchObject({
      state: "NEEDS_REAUTH",
      status: "INVALID",
      reason: "interrupted_refresh",
      lastFailure: { trouble: "grant_over" },
    });
  });
});
