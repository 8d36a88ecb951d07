import { expect, test } from "../support/fixtures.ts";
import { REFUSAL } from "../support/keys.ts";
import { USER } from "../support/world.ts";

test("a wrong key shows the provider's reason and stores nothing", async ({ acmekey, world }) => {
  await acmekey.connectKey(world.keys.wrongKey);
  await expect(acmekey.alert).toContainText(REFUSAL);
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
  expect((await acmekey.notes()).map((note) => note.name)).not.toContain("install");
  const user = await acmekey.user();
  expect(user).toMatchObject({ integrations: { acmekey: { enabled: false, allCredentials: [] } } });

  // The form is still there: the next attempt needs no other way in.
  await acmekey.portal.getByLabel("API key").fill(world.keys.key);
  await acmekey.button("Connect").click();
  await expect(acmekey.heading).toHaveText("Connected");
  await expect(acmekey.alert).toHaveCount(0);
});

test("an empty form is not sent", async ({ acmekey, world }) => {
  await acmekey.openPortal();
  const field = acmekey.portal.getByLabel("API key");
  await acmekey.button("Connect").click();
  await expect(field).toBeFocused();
  await expect(acmekey.heading).not.toHaveText("Connected");
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
});

test("a right key connects, and proxied calls carry it", async ({ acmekey, world }) => {
  await acmekey.connectKey(world.keys.key);
  await expect(acmekey.heading).toHaveText("Connected");
  // The account's name, from the verification call.
  await expect(acmekey.portal.getByText("Ada Lovelace")).toBeVisible();
  expect(await acmekey.noted("install")).toMatchObject({
    integrationType: "acmekey",
    credential: { status: "VALID", personaId: USER, providerId: "acct_7" },
  });
  await acmekey.closePortal();
  const answer = await acmekey.request("/api/echo/1");
  expect(answer.status).toBe(200);
  expect(world.keys.api.counts).toMatchObject({ me: 1, accepted: 1, refused: 0 });
});

test("the key is seen by no answer to the page", async ({ acmekey, world }) => {
  const leaks: string[] = [];
  const reads: Promise<void>[] = [];
  acmekey.page.context().on("response", (response) => {
    leaks.push(...world.planted.foundIn(response.url()));
    const read = response.body().then((body) => {
      if (world.planted.foundIn(body).includes("API key")) leaks.push(response.url());
    });
    // A preflight and a redirect have no body to read.
    reads.push(read.catch(() => {}));
  });
  await acmekey.connectKey(world.keys.key);
  await expect(acmekey.heading).toHaveText("Connected");
  await acmekey.closePortal();
  await acmekey.user();
  await acmekey.request("/api/echo/1");
  await acmekey.openPortal();
  await expect(acmekey.heading).toHaveText("Connected");
  await Promise.all(reads);
  expect(reads.length).toBeGreaterThan(5);
  expect(leaks).toEqual([]);
  const shown = await acmekey.portal.locator("html").evaluate((html) => html.outerHTML);
  expect(world.planted.foundIn(shown)).toEqual([]);
});

test("a back end connects and disconnects by REST", async ({ world }) => {
  const token = world.session.userToken;
  const install = (key: string) =>
    world.api(token, "credentials", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        integrationId: world.acmekey.integrationId,
        payload: { api_key: key },
      }),
    });

  const refused = await install(world.keys.wrongKey);
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({
    code: "provider_refused",
    message: expect.stringContaining(REFUSAL),
    status: 422,
  });

  const installed = await install(world.keys.key);
  expect(installed.ok).toBe(true);
  const credential = await installed.text();
  expect(JSON.parse(credential)).toMatchObject({ status: "VALID", personaId: USER });
  expect(world.planted.foundIn(credential)).toEqual([]);
  const called = await world.api(token, "proxy/acmekey/api/echo/1");
  expect(called.status).toBe(200);

  const path = `integrations/${world.acmekey.integrationId}`;
  const removed = await world.api(token, path, { method: "DELETE" });
  expect(removed.ok).toBe(true);
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
});
