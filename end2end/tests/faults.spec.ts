import { setReachable } from "../support/database.ts";
import { acme as acmeDefinition } from "../support/definitions.ts";
import { expect, test } from "../support/fixtures.ts";
import { newKeyFile } from "../support/patchbay.ts";
import { Planted } from "../support/secrets.ts";

test("without the right encryption key the server does not start", async ({ world }) => {
  const { patchbay } = world;
  await patchbay.server?.stop();
  const planted = new Planted();
  const attempts = {
    "another key": { PATCHBAY_ENCRYPTION_KEY_FILE: newKeyFile(patchbay.dir, planted) },
    "no key": { PATCHBAY_ENCRYPTION_KEY_FILE: "" },
    "a key that is too short": {
      PATCHBAY_ENCRYPTION_KEY_FILE: "",
      PATCHBAY_ENCRYPTION_KEY: "c2hvcnQga2V5IHZhbHVl",
    },
    "a key that is no Base64": {
      PATCHBAY_ENCRYPTION_KEY_FILE: "",
      PATCHBAY_ENCRYPTION_KEY: "!".repeat(44),
    },
  };
  for (const [what, env] of Object.entries(attempts)) {
    const server = patchbay.spawn(patchbay.url, env);
    const code = await server.exited;
    expect.soft(code, what).not.toBe(0);
    expect.soft(code, `${what}: an error, not a crash`).toBeLessThan(100);
    expect.soft(server.output, what).toMatch(/encryption.key/i);
    expect.soft(server.output, what).not.toContain("c2hvcnQga2V5IHZhbHVl");
    expect.soft(planted.foundIn(server.output), what).toEqual([]);
  }
  await patchbay.start();
});

test("SIGTERM lets what is under way finish", async ({ acmekey, world }) => {
  await acmekey.connectKey(world.keys.key);
  await expect(acmekey.heading).toHaveText("Connected");
  const slow = world.api(world.session.userToken, "proxy/acmekey/api/slow");
  await world.keys.api.slowReached;
  const { server } = world.patchbay;
  server?.signal("SIGTERM");
  // The socket is closed to newcomers while the old call goes on.
  await expect
    .poll(() => fetch(`${world.patchbay.url}/health/live`).then(() => true, () => false))
    .toBe(false);
  expect(server?.running).toBe(true);
  world.keys.api.release();
  const answer = await slow;
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ path: "/api/slow" });
  expect(await server?.exited).toBe(0);
});

test("an outage of the token endpoint is no verdict on the connection", async ({ acme, world }) => {
  world.provider.accessTokenTtl = 3;
  await acme.connectOAuth();
  await acme.closePortal();
  await expect.poll(() => world.provider.hasLiveToken, { timeout: 15_000 }).toBe(false);
  world.provider.outage = "token";
  const answer = await acme.request("/api/echo/1");
  expect(answer.status).toBe(502);
  expect(JSON.parse(answer.body)).toMatchObject({ code: "provider_unavailable" });
  const [listed] = await world.patchbay.cli.listConnections(world.project);
  expect(listed?.status).toBe("VALID");
  expect(await acme.user()).toMatchObject({
    integrations: { acme: { enabled: true, credentialStatus: "VALID" } },
  });

  world.provider.outage = "none";
  world.provider.accessTokenTtl = 3600;
  await expect
    .poll(async () => (await acme.request("/api/echo/1")).status, { timeout: 15_000 })
    .toBe(200);
  expect(world.provider.counts).toMatchObject({ refreshes: 1, refusedRefreshes: 0 });
});

test("a provider that is away gives 502, and its answers pass unchanged", async ({
  acme,
  world,
}) => {
  await acme.connectOAuth();
  await acme.closePortal();
  world.provider.outage = "closed";
  const answer = await acme.request("/api/echo/1");
  expect(answer.status).toBe(502);
  expect(JSON.parse(answer.body)).toMatchObject({ code: "provider_unavailable", status: 502 });
  world.provider.outage = "none";
  const missing = await acme.request("/nosuch");
  expect(missing.status).toBe(404);
  expect(missing.body).not.toContain('"code":"not_found"');
});

test.describe("a definition with a mistake is refused at start @pages", () => {
  const good = acmeDefinition("http://127.0.0.1:9400");
  const mistakes: Record<string, { toml: string; line: number; says: RegExp }> = {
    "an unknown word": {
      toml: good.replace('client_auth = "basic"', 'client_auth = "bodyy"'),
      line: 11,
      says: /client_auth/,
    },
    "an unknown field": {
      toml: good.replace("token_url", "tokenurl"),
      line: 8,
      says: /tokenurl|token_url/,
    },
    "an address that is none": {
      toml: good.replace('token_url = "http://127.0.0.1:9400/token"', 'token_url = "not a url"'),
      line: 8,
      says: /token_url/,
    },
    "no TOML": { toml: good.replace('name = "Acme"', "name = Acme"), line: 2, says: /./ },
    "a slug that is none": {
      toml: good.replace('slug = "acme"', 'slug = "Ac me"'),
      line: 1,
      says: /slug/,
    },
  };
  for (const [what, { toml, line, says }] of Object.entries(mistakes)) {
    test(what, async ({ empty }) => {
      expect(toml).not.toBe(good);
      empty.define("acme", toml);
      const server = empty.spawn(empty.url);
      const code = await server.exited;
      expect(code).not.toBe(0);
      expect(server.output).toContain("acme.toml");
      expect(server.output).toMatch(new RegExp(`(acme\\.toml:|line )${line}\\b`));
      expect(server.output).toMatch(says);
    });
  }

  test("plain http that --egress-allow does not name", async ({ empty }) => {
    empty.define("acme", good);
    const server = empty.spawn(empty.url, { PATCHBAY_EGRESS_ALLOW: "" });
    expect(await server.exited).not.toBe(0);
    expect(server.output).toContain("acme.toml");
    expect(server.output).toMatch(/egress-allow/);
  });
});

test("a database that is away: 503, and no restart is needed after @postgres", async ({ world }) => {
  const { url, database } = world.patchbay;
  const statuses = async () => {
    const answers = [
      await fetch(`${url}/health/live`),
      await fetch(`${url}/health/ready`),
      await world.api(world.session.userToken, "me"),
    ];
    return answers.map((answer) => answer.status);
  };
  expect(await statuses()).toEqual([200, 200, 200]);
  await setReachable(database.url, false);
  await expect.poll(statuses, { timeout: 40_000 }).toEqual([200, 503, 503]);
  const refused = await world.api(world.session.userToken, "me");
  expect(await refused.json()).toMatchObject({ code: "unavailable", status: 503 });
  await setReachable(database.url, true);
  await expect.poll(statuses, { timeout: 20_000 }).toEqual([200, 200, 200]);
});

test("a second server on the same port says so and ends", async ({ world }) => {
  const second = world.patchbay.spawn(world.patchbay.url);
  expect(await second.exited).not.toBe(0);
  expect(second.output).toMatch(/in use|listen/i);
  expect((await fetch(`${world.patchbay.url}/health/ready`)).status).toBe(200);
});
