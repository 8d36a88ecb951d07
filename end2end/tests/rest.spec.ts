import { expect, test } from "../support/fixtures.ts";
import { type Account, Backend, NOBODY } from "../support/rest.ts";
import { USER } from "../support/world.ts";

test("notes on a user are merged, put in order and bounded", async ({ world }) => {
  const backend = Backend.of(world);
  const patch = (meta: unknown) => backend.call("PATCH", "me", { meta });
  expect((await patch({ " NAME ": "Ada", plan: "pro" })).status).toBe(200);
  expect(await backend.meta()).toEqual({ Name: "Ada", plan: "pro" });
  // Older SDKs send them in a header while they sign in, in Latin-1.
  const header = { "X-Paragon-User-Metadata": '{"email":"zo\u00eb@example.com","plan":null}' };
  const me = await backend.call("GET", "me", undefined, header);
  const notes = { Name: "Ada", Email: "zo\u00eb@example.com" };
  expect(me).toMatchObject({ status: 200, body: { meta: notes } });
  expect(await backend.meta()).toEqual(notes);

  const deep = `{"meta":{"a":${'{"a":'.repeat(60)}1${"}".repeat(60)}}}`;
  const refused = [
    [await patch({ all: "x".repeat(17_000) }), 413],
    [await patch({ all: "x".repeat(1_100_000) }), 413],
    [await patch([]), 422],
    [await backend.call("PATCH", "me", {}), 422],
    [await backend.call("PATCH", "me", "{"), 422],
    [await backend.call("PATCH", "me", deep), 422],
    [await backend.call("GET", "me", undefined, { "X-Paragon-User-Metadata": "[" }), 422],
  ] as const;
  for (const [answer, status] of refused) {
    expect.soft(answer).toMatchObject({ status, body: { status, code: expect.any(String) } });
  }
  expect(await backend.meta()).toEqual(notes);
  expect(await Backend.of(world, "somebody-else").meta()).toEqual({});
});

test("notes written at once are all kept", async ({ world }) => {
  const backend = Backend.of(world);
  const numbers = Array.from({ length: 12 }, (_, index) => index);
  const meta = Object.fromEntries(numbers.map((index) => [`note-${index}`, index]));
  const writes = numbers.map((index) =>
    backend.call("PATCH", "me", { meta: { [`note-${index}`]: index } }),
  );
  for (const answer of await Promise.all(writes)) expect(answer.status).toBe(200);
  expect(await backend.meta()).toEqual(meta);
});

test("integrations carry all that SDKs of the protocol read", async ({ world }) => {
  const backend = Backend.of(world);
  const { body: rows } = await backend.call<{ type: string }[]>("GET", "integrations");
  expect(rows.map(({ type }) => type)).toEqual(["acme", "acmekey"]);
  expect(rows[0]).toMatchObject({
    id: world.acme.integrationId,
    isActive: true,
    authenticationType: "oauth",
    needPreOauthInputs: false,
    sdkIntegrationConfig: { accountTypes: [], authConfigInputs: [] },
  });
  expect(rows[1]).toMatchObject({
    id: world.acmekey.integrationId,
    name: "Acme Key",
    brandColor: expect.stringMatching(/^#[0-9a-f]{6}$/),
    authenticationType: "basic",
    needPreOauthInputs: true,
    workflows: [],
    configs: [{ values: { workflowMeta: {}, sharedMeta: { inputs: [] } } }],
    sdkIntegrationConfig: {
      accountTypes: [],
      authConfigInputs: [{ id: "api_key", title: "API key", type: "PASSWORD", required: true }],
      postOauthInputs: [],
      dataSources: {},
    },
  });
  const { body: shown } = await backend.call<{ type: string; icon: string }[]>("GET", "metadata");
  expect(shown.map(({ type }) => type)).toEqual(["acme", "acmekey"]);
  const icon = await fetch(shown[1]?.icon ?? "");
  expect(icon.headers.get("content-type")).toBe("image/svg+xml");
  const { body: me } = await backend.call<{ integrations: object }>("GET", "me");
  expect(Object.keys(me.integrations)).toEqual(["acme", "acmekey"]);
  expect(me).toMatchObject({
    resources: [],
    project: { accessibleFeatures: expect.arrayContaining(["headless-cp", "dfm"]) },
  });
});

test("accounts are found by every form of their name", async ({ world }) => {
  const backend = Backend.of(world);
  const first = await backend.connect({ externalId: "  ext:first " });
  const second = await backend.connect({ externalId: "second", allowMultipleCredentials: true });
  expect([first.externalId, second.externalId]).toEqual(["first", "second"]);
  // Version 4: the only one that SDKs of the protocol take for an id.
  expect(first.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/);
  for (const name of [second.id, "second", "ext:second"]) {
    expect((await backend.account(encodeURIComponent(name))).id).toBe(second.id);
  }
  const { body: all } = await backend.call<Account[]>("GET", "credentials");
  expect(all.map(({ id }) => id)).toEqual([first.id, second.id]);

  const one = (query: string, name?: string) =>
    backend.call("GET", `credentials?${query}`, undefined, name ? { "X-Paragon-Credential": name } : {});
  const integration = { id: world.acmekey.integrationId, type: "acmekey" };
  for (const asked of ["undefined", "false"]) {
    const found = await one(`integration=acmekey&includeAccountAuth=${asked}`, "ext:second");
    expect(found.body).toMatchObject({ ...integration, credentialId: second.id });
  }
  expect((await one("integration=acmekey")).body).toMatchObject({ credentialId: first.id });
  const refused = [
    [await one("integration=acmekey&includeAccountAuth=true"), 422],
    [await one("integration=acmekey", "ext:third"), 409],
    [await one("integration=acme"), 409],
    [await one("integration=nothing"), 404],
    [await backend.call("GET", `credentials/${NOBODY}`), 404],
    [await backend.call("GET", "credentials/ext%3A"), 404],
    [await backend.call("GET", "credentials/%20"), 404],
    [await Backend.of(world, "somebody-else").call("GET", `credentials/${first.id}`), 404],
  ] as const;
  for (const [answer, status] of refused) {
    expect.soft(answer).toMatchObject({ status, body: { status } });
  }
});

test("a form with more or less than its fields stores nothing", async ({ world }) => {
  const backend = Backend.of(world);
  const { key } = world.keys;
  const refused = [
    [await backend.install({ api_key: key, other: "x" }), 422],
    [await backend.install({ api_key: [key] }), 422],
    [await backend.install({ api_key: "" }), 422],
    [await backend.install({ api_key: "x".repeat(20_000) }), 422],
    [await backend.install({}), 422],
    [await backend.install({ credentialId: NOBODY }), 404],
    [await backend.install({ api_key: key }, { selectedCredentialId: NOBODY }), 404],
    [await backend.install({ api_key: key }, { externalId: " " }), 422],
    [await backend.install({ api_key: key }, { externalId: "x".repeat(257) }), 422],
    [await backend.call("POST", "credentials", { integrationId: NOBODY, payload: {} }), 404],
    [await backend.call("POST", "credentials", "{"), 422],
    [await backend.call("POST", "credentials", {}), 422],
  ] as const;
  for (const [answer, status] of refused) {
    expect.soft(answer).toMatchObject({ status, body: { status } });
  }
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
});

test("an account that is there can be named again, and not be taken twice", async ({ world }) => {
  const backend = Backend.of(world);
  const answer = await backend.install(
    { api_key: world.keys.key, skipPostOAuthInputs: true },
    { externalId: "first", selectedCredentialId: null, allowMultipleCredentials: null },
  );
  const first = answer.body;
  const checks = world.keys.api.counts.me;
  expect((await backend.install({ credentialId: first.id })).body).toEqual(first);
  const setUp = `credentials/${first.id}/complete-setup`;
  const done = await backend.call("POST", setUp, { payload: { skipPostOAuthInputs: false } });
  expect(done).toMatchObject({ status: 200, body: { id: first.id, status: "VALID" } });
  expect((await backend.call("POST", setUp, { payload: { more: "x" } })).status).toBe(422);
  const twin = { externalId: "ext:first", allowMultipleCredentials: true };
  const refused = await backend.install({ api_key: world.keys.key }, twin);
  expect(refused).toMatchObject({ status: 409, body: { code: "conflict" } });
  expect(world.keys.api.counts.me).toBe(checks);
  const other = Backend.of(world, "somebody-else");
  expect((await other.install({ credentialId: first.id })).status).toBe(404);
  expect(await backend.account(first.id)).toEqual(first);
});

test("a code is sent to the provider only for a page of the project's own", async ({ world }) => {
  const backend = Backend.of(world);
  const install = (more: object, { integrationId } = world.acme) =>
    backend.call("POST", "credentials", { integrationId, code: "not-a-code", ...more });
  for (const redirectUrl of ["https://evil.example/cb", "nonsense", "javascript:alert(1)"]) {
    const refused = await install({ redirectUrl });
    expect.soft(refused).toMatchObject({ status: 422, body: { code: "invalid_input" } });
  }
  expect((await install({ code: "" })).status).toBe(422);
  expect((await install({}, world.acmekey)).status).toBe(422);
  expect(world.provider.counts.exchanges).toBe(0);
  const refused = await install({ redirectUrl: world.acme.redirectUri });
  expect(refused).toMatchObject({ status: 422, body: { code: "provider_refused" } });
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
});

test("a flow that led to no account says so under its own id", async ({ world }) => {
  const backend = Backend.of(world);
  const query = new URLSearchParams({
    integrationId: world.acme.integrationId,
    originForPostMessage: world.host.origin,
    oauthMetaKeyId: "attempt1",
  });
  const answer = await fetch(
    `${world.patchbay.url}/v2/projects/${world.project}/sdk/actions/build-oauth?${query}`,
    { headers: { Authorization: `Bearer ${world.session.userToken}` } },
  );
  const { redirectUrl } = (await answer.json()) as { redirectUrl: string };
  const flow = new URL(redirectUrl).hash.slice(1).split(".")[0];
  const refused = await backend.call("GET", `credentials/${flow}`);
  expect(refused).toMatchObject({ status: 410, body: { code: "flow_ended" } });
  const stranger = await Backend.of(world, "somebody-else").call("GET", `credentials/${flow}`);
  expect(stranger).toMatchObject({ status: 404, body: { code: "not_found" } });
});

test("uninstall takes the account that is named, or all", async ({ world }) => {
  const backend = Backend.of(world);
  const more = { allowMultipleCredentials: true };
  const ids = [];
  for (const externalId of ["one", "two", "three"]) {
    ids.push((await backend.connect({ ...more, externalId })).id);
  }
  const path = `integrations/${world.acmekey.integrationId}`;
  const remove = (name?: string) =>
    backend.call("DELETE", path, undefined, name ? { "X-Paragon-Credential": name } : {});
  const left = async () =>
    (await backend.call<Account[]>("GET", "credentials")).body.map(({ id }) => id);
  expect((await remove("ext:four")).status).toBe(409);
  expect((await remove("ext:two")).status).toBe(200);
  expect(await left()).toEqual([ids[0], ids[2]]);
  expect((await remove()).status).toBe(200);
  expect(await left()).toEqual([]);
  expect((await remove()).status).toBe(409);
});

test("preflights allow what SDKs send, from anywhere", async ({ world }) => {
  const { patchbay, project } = world;
  for (const path of ["sdk/me", `sdk/credentials/${NOBODY}/configurations`, "triggers"]) {
    const asked = "authorization,x-paragon-user-metadata,x-paragon-configuration-id";
    const answer = await fetch(`${patchbay.url}/projects/${project}/${path}`, {
      method: "OPTIONS",
      headers: {
        Origin: "https://app.example",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": asked,
      },
    });
    expect.soft(answer.status, path).toBe(204);
    expect.soft(answer.headers.get("access-control-allow-headers"), path).toBe(asked);
    expect.soft(answer.headers.get("access-control-allow-methods"), path).toContain("PATCH");
  }
});

test("a project without workflows says so", async ({ world }) => {
  const backend = Backend.of(world);
  const { url } = world.patchbay;
  const trigger = "events/trigger";
  const event = { name: "Task Created", payload: { title: "Note" } };
  expect((await backend.call("POST", trigger, event)).status).toBe(201);
  const v2 = await fetch(`${url}/v2/projects/${world.project}/sdk/${trigger}`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${world.session.userToken}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(event),
  });
  expect(v2.status).toBe(201);
  const triggers = await fetch(`${url}/projects/${world.project}/triggers?integrations=acme`, {
    headers: { Authorization: `Bearer ${world.session.userToken}` },
  });
  expect(await triggers.json()).toEqual({ triggers: {} });

  const load = (action?: string) => backend.call("POST", "actions", { action, sourceKey: "x" });
  const refused = [
    [await backend.call("POST", trigger, { name: " " }), 422],
    [await backend.call("POST", trigger, {}), 422],
    [await backend.call("POST", `workflows/${NOBODY}`), 404],
    [await backend.call("DELETE", `workflows/${NOBODY}`), 404],
    [await backend.call("POST", `triggers/${NOBODY}`, {}), 404],
    [await backend.call("POST", `resources/${NOBODY}/connect`, {}), 404],
    [await load("acmekey"), 404],
    [await load("nothing"), 404],
    [await load(), 422],
  ] as const;
  for (const [answer, status] of refused) {
    expect.soft(answer).toMatchObject({ status, body: { status, message: expect.any(String) } });
  }
  for (const path of [trigger, "actions", `workflows/${NOBODY}`, `triggers/${NOBODY}`]) {
    const stranger = await world.api("", path, { method: "POST", body: "{}" });
    expect.soft(stranger.status, path).toBe(401);
  }
  expect(await backend.meta()).toEqual({});
  expect((await backend.call("GET", "me")).body.userId).toBe(USER);
});
