import { expect, test } from "../support/fixtures.ts";
import type { HostPage } from "../support/host-page.ts";
import { claims, rs256 } from "../support/jwt.ts";
import { USER, type World } from "../support/world.ts";

/** What the server and the SDK grant a clock that is off. */
const LEEWAY_S = 60;

/** How a host page answers when it is asked for a new token. */
type Answer = "fresh" | "stale" | "another user's" | "none";

/** Signs the page's user in with a token that has a few seconds left. Gives the token. */
async function signInBriefly(host: HostPage, world: World, answer: Answer): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const brief = { iat: now - 300, exp: now - LEEWAY_S + 5 };
  const token = rs256(world.pem, world.keyId, claims(USER, brief));
  world.session.userToken = world.token(answer === "another user's" ? "user-2" : USER);
  await host.page.evaluate(
    ({ projectId, token, answer }) => {
      window.asked = 0;
      const getToken = async () => {
        window.asked += 1;
        return answer === "stale" ? token : (await (await fetch("/session")).json()).userToken;
      };
      const options = answer === "none" ? {} : { getToken };
      return window.app.patchbay.authenticate(projectId, token, options);
    },
    { projectId: world.project, token, answer },
  );
  return token;
}

declare global {
  interface Window {
    /** How often the host page was asked for a token. */
    asked: number;
  }
}

const asked = (host: HostPage) => host.page.evaluate(() => window.asked);

async function untilOver(world: World, token: string): Promise<void> {
  const status = async () => (await world.api(token, "me")).status;
  await expect.poll(status, { timeout: 15_000 }).toBe(401);
}

test("calls that meet a token that is over ask once for a new one @pages", async ({ acmekey, world }) => {
  await acmekey.connectKey(world.keys.key);
  await expect(acmekey.heading).toHaveText("Connected");
  await acmekey.closePortal();
  await untilOver(world, await signInBriefly(acmekey, world, "fresh"));
  const call = (method: string) =>
    acmekey.request("/api/echo/1", { method, ...(method === "POST" && { body: "kept" }) });
  const [one, other] = await Promise.all([call("GET"), call("POST")]);
  expect([one.status, other.status]).toEqual([200, 200]);
  expect(JSON.parse(other.body)).toMatchObject({ method: "POST", body: "kept" });
  expect(await acmekey.user()).toMatchObject({ authenticated: true, userId: USER });
  expect(await asked(acmekey)).toBe(1);
});

test("the portal gets a new token and goes on where it was @pages", async ({ acmekey, world }) => {
  const token = await signInBriefly(acmekey, world, "fresh");
  await acmekey.openPortal();
  const field = acmekey.portal.getByLabel("API key");
  await field.fill(world.keys.key);
  await untilOver(world, token);
  await acmekey.button("Connect").click();
  await expect(acmekey.heading).toHaveText("Connected");
  expect(await acmekey.noted("install")).toMatchObject({ credential: { personaId: USER } });
  expect(await asked(acmekey)).toBe(1);
  expect((await acmekey.notes()).map(({ name }) => name)).not.toContain("error");
});

test("a page that was loaded long ago signs its user in all the same @pages", async ({ acmekey, world }) => {
  const now = Math.floor(Date.now() / 1000);
  const old = rs256(world.pem, world.keyId, claims(USER, { iat: now - 900, exp: now - 600 }));
  const user = await acmekey.page.evaluate(
    async ({ projectId, old }) => {
      const getToken = async () => (await (await fetch("/session")).json()).userToken;
      await window.app.patchbay.authenticate(projectId, old, { getToken });
      return window.app.patchbay.getUser();
    },
    { projectId: world.project, old },
  );
  expect(user).toMatchObject({ authenticated: true, userId: USER });
});

test("without a function the portal says what to do @pages", async ({ acmekey, world }) => {
  const token = await signInBriefly(acmekey, world, "none");
  await acmekey.openPortal();
  await acmekey.portal.getByLabel("API key").fill(world.keys.key);
  await untilOver(world, token);
  await acmekey.button("Connect").click();
  await expect(acmekey.heading).toHaveText("Your session is over");
  await expect(acmekey.alert).toContainText("reload Northwind");
  expect(await acmekey.noted("error")).toMatchObject({ code: "token_invalid" });
  expect(await asked(acmekey)).toBe(0);
});

for (const answer of ["stale", "another user's"] as const) {
  test(`a token that is ${answer} helps nobody and is asked for once @pages`, async ({ acmekey, world }) => {
    const token = await signInBriefly(acmekey, world, answer);
    await acmekey.openPortal();
    await acmekey.portal.getByLabel("API key").fill(world.keys.key);
    await untilOver(world, token);
    await acmekey.button("Connect").click();
    await expect(acmekey.heading).toHaveText("Your session is over");
    expect(await asked(acmekey)).toBe(1);
    expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
  });
}

test.describe("before the portal's code is there @pages", () => {
  test.beforeEach(({ context }) => context.route(/\/pkg\/.*\.wasm/, (route) => route.abort()));

  test("a press gets a new token and goes on", async ({ acmekey, world }) => {
    const token = await signInBriefly(acmekey, world, "fresh");
    await acmekey.openPortal();
    await acmekey.portal.getByLabel("API key").fill(world.keys.key);
    await untilOver(world, token);
    await acmekey.button("Connect").click();
    await expect(acmekey.heading).toHaveText("Connected");
    expect(await acmekey.noted("install")).toMatchObject({ credential: { personaId: USER } });
    expect(await asked(acmekey)).toBe(1);
    expect((await acmekey.notes()).map(({ name }) => name)).not.toContain("error");
  });

  test("a flow that is under way gets one, too", async ({ acme, world }) => {
    const token = await signInBriefly(acme, world, "fresh");
    await acme.openPortal();
    const popup = await acme.openWindow();
    await expect(popup.getByRole("button", { name: "Allow" })).toBeVisible();
    await untilOver(world, token);
    await expect.poll(() => asked(acme), { timeout: 15_000 }).toBe(1);
    await expect(acme.heading).toHaveText("Continue with Acme");
    await popup.getByRole("button", { name: "Allow" }).click();
    await expect(acme.heading).toHaveText("Connected");
    expect(world.provider.counts.exchanges).toBe(1);
    expect((await acme.notes()).map(({ name }) => name)).not.toContain("error");
  });

  test("without a function it says what to do", async ({ acmekey, world }) => {
    const token = await signInBriefly(acmekey, world, "none");
    await acmekey.openPortal();
    await acmekey.portal.getByLabel("API key").fill(world.keys.key);
    await untilOver(world, token);
    // The script looks by itself how things stand, and may have seen it before the press.
    await expect(async () => {
      if (await acmekey.button("Connect").isVisible()) await acmekey.button("Connect").click();
      await expect(acmekey.heading).toHaveText("Your session is over", { timeout: 2_000 });
    }).toPass({ timeout: 15_000 });
    expect(await acmekey.noted("error")).toMatchObject({ code: "token_invalid" });
    expect(await asked(acmekey)).toBe(0);
  });

  test("a token that does not help is asked for once", async ({ acmekey, world }) => {
    const token = await signInBriefly(acmekey, world, "stale");
    await acmekey.openPortal();
    await acmekey.portal.getByLabel("API key").fill(world.keys.key);
    await untilOver(world, token);
    await acmekey.button("Connect").click();
    await expect(acmekey.heading).toHaveText("Your session is over");
    expect(await asked(acmekey)).toBe(1);
  });
});
