import { expect, test } from "../support/fixtures.ts";
import { type Account, Backend, NOBODY } from "../support/rest.ts";

const OF_NEW_SDKS = { "X-Paragon-SDK-Version": "2.4.0" };

function named(name: string): Record<string, string> {
  return { "X-Paragon-Configuration-Id": name };
}

test("settings are replaced as a whole and told in the form that the SDK reads", async ({ world }) => {
  const backend = Backend.of(world);
  const { id } = await backend.connect();
  const write = (sharedSettings: object, headers = {}) =>
    backend.call("PATCH", `credentials/${id}`, { config: { sharedSettings } }, headers);
  const old = await write({ one: 1, two: ["2"] });
  const settings = (value: object) => ({ id, configurations: [{ sharedSettings: value }] });
  expect(old.body).toMatchObject({ errors: [], credential: settings({ one: 1, two: ["2"] }) });
  expect(old.body).toMatchObject(settings({ one: 1, two: ["2"] }));
  const { body: saved } = await write({ three: { four: null } }, OF_NEW_SDKS);
  expect(saved).toMatchObject({ errors: [], ...settings({ three: { four: null } }) });
  expect(saved).not.toHaveProperty("credential");
  const account = await backend.account(id);
  expect(account.configurations[0]?.sharedSettings).toEqual({ three: { four: null } });
  const { body: me } = await backend.call("GET", "me");
  expect(me.integrations).toMatchObject({ acmekey: { sharedSettings: { three: { four: null } } } });
});

test("settings that do not fit change nothing", async ({ world }) => {
  const backend = Backend.of(world);
  const { id } = await backend.connect();
  const write = (body: unknown, headers = {}, account = id) =>
    backend.call("PATCH", `credentials/${account}`, body, headers);
  const of = (sharedSettings: unknown) => ({ config: { sharedSettings } });
  await write(of({ kept: true }));
  const before = await backend.account(id);
  const deep = (levels: number) =>
    `{"config":{"sharedSettings":{"a":${'{"a":'.repeat(levels)}1${"}".repeat(levels)}}}}`;
  const refused = [
    [await write(of({ all: "x".repeat(300_000) })), 413],
    [await write(of({ all: "x".repeat(1_100_000) })), 413],
    [await write(deep(40)), 422],
    [await write(deep(110)), 422],
    [await write(deep(500)), 422],
    [await write(of([])), 422],
    [await write(of("x")), 422],
    [await write({ config: {} }), 422],
    [await write({}), 422],
    [await write("{"), 422],
    [await write({ config: { workflowSettings: { [NOBODY]: { enabled: true } } } }), 404],
    [await write(of({ a: 1 }), named(NOBODY)), 404],
    [await write(of({ a: 1 }), named("ext:other")), 404],
    [await write(of({ a: 1 }), {}, NOBODY), 404],
  ] as const;
  for (const [index, [answer, status]] of refused.entries()) {
    expect.soft(answer, String(index)).toMatchObject({ status, body: { status } });
  }
  const other = Backend.of(world, "somebody-else");
  expect((await other.call("PATCH", `credentials/${id}`, of({ a: 1 }))).status).toBe(404);
  expect(await backend.account(id)).toEqual(before);
});

test("configurations are made, noted on, used and removed", async ({ world }) => {
  const backend = Backend.of(world);
  const { id, configurations } = await backend.connect();
  const path = `credentials/${id}/configurations`;
  const call = (method: string, body?: unknown, headers = {}) =>
    backend.call<Account>(method, path, body, headers);
  const [first] = configurations;
  const made = await call("POST", { externalId: " ext:team " });
  const team = made.body.configurations[1];
  expect(team).toMatchObject({ isDefault: false, externalId: "team", sharedSettings: {} });
  // SDKs find a new one by its date, to the millisecond.
  expect(new Date(team?.dateCreated ?? 0).getTime()).toBeGreaterThan(
    new Date(first?.dateCreated ?? 0).getTime(),
  );
  await call("PATCH", { meta: { a: 1 } }, named("ext:team"));
  const noted = await call("PATCH", { meta: { b: 2 } }, named(team?.id ?? ""));
  expect(noted.body.configurations[1]?.configMeta).toEqual({ b: 2 });
  const settings = { config: { sharedSettings: { c: 3 } } };
  await backend.call("PATCH", `credentials/${id}`, settings, named("team"));
  const both = (await backend.account(id)).configurations;
  expect(both.map(({ sharedSettings }) => sharedSettings)).toEqual([{}, { c: 3 }]);

  const refused = [
    [await call("POST", { externalId: "team" }), 409],
    [await call("POST", { externalId: "" }), 422],
    [await call("POST", { externalId: "x".repeat(257) }), 422],
    [await call("POST", "{"), 422],
    [await call("PATCH", { meta: {} }, named(NOBODY)), 404],
    [await call("PATCH", { meta: [] }, named("team")), 422],
    [await call("PATCH", { meta: { all: "x".repeat(300_000) } }, named("team")), 413],
    [await call("DELETE"), 422],
    [await call("DELETE", undefined, named("other")), 404],
    [await call("DELETE", undefined, named(first?.id ?? "")), 409],
    [await backend.call("POST", `credentials/${NOBODY}/configurations`, {}), 404],
  ] as const;
  for (const [index, [answer, status]] of refused.entries()) {
    expect.soft(answer, String(index)).toMatchObject({ status, body: { status } });
  }
  expect((await backend.account(id)).configurations).toEqual(both);
  expect((await call("DELETE", undefined, named("ext:team"))).status).toBe(200);
  expect((await backend.account(id)).configurations).toHaveLength(1);
});

test("configurations made at once are all kept, up to the limit", async ({ world }) => {
  const backend = Backend.of(world);
  const { id } = await backend.connect();
  const numbers = Array.from({ length: 52 }, (_, index) => index);
  const answers = await Promise.all(
    numbers.map(() => backend.call("POST", `credentials/${id}/configurations`, {})),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(49);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
  const { configurations } = await backend.account(id);
  const times = configurations.map(({ dateCreated }) => new Date(dateCreated).getTime());
  expect(new Set(times).size).toBe(50);
});

test("a reconnect keeps settings, a disconnect ends them", async ({ world }) => {
  const backend = Backend.of(world);
  const { id } = await backend.connect();
  const settings = { config: { sharedSettings: { a: 1 } } };
  await backend.call("PATCH", `credentials/${id}`, settings);
  const again = await backend.connect({ selectedCredentialId: id });
  expect(again).toMatchObject({ id, configurations: [{ sharedSettings: { a: 1 } }] });
  await backend.call("DELETE", `integrations/${world.acmekey.integrationId}`);
  const fresh = await backend.connect();
  expect(fresh).toMatchObject({ configurations: [{ sharedSettings: {} }] });
  expect(fresh.id).not.toBe(id);
});
