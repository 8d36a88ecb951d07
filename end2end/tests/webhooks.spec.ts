import { Dashboard } from "../support/dashboard.ts";
import { expect, test as base } from "../support/fixtures.ts";
import { Receiver } from "../support/receiver.ts";
import { Backend } from "../support/rest.ts";
import type { World } from "../support/world.ts";

interface Delivery {
  eventId: string;
  state: string;
  attempts: number;
  status: number | null;
  answer: string | null;
}

const CREATED = ["connection.created"];

const test = base.extend<{ receiver: Receiver }>({
  receiver: async ({}, use) => {
    const receiver = await Receiver.start();
    await use(receiver);
    await receiver.stop();
  },
});

async function deliveries(world: World, id: string): Promise<Delivery[]> {
  const found = await world.patchbay.cli.webhook<{ deliveries: Delivery[] }>(
    "deliveries",
    world.project,
    id,
  );
  return found.deliveries;
}

/** An event for each user; the servers are asked in turn. */
async function connectAll(
  world: World,
  users: string[],
  servers = [world.patchbay.url],
): Promise<void> {
  const connect = async (user: string, index: number) => {
    const init = {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        integrationId: world.acmekey.integrationId,
        payload: { api_key: world.keys.key },
      }),
    };
    const server = servers[index % servers.length];
    const answer = await world.api(world.token(user), "credentials", init, server);
    expect(answer.status, await answer.text()).toBe(200);
  };
  await Promise.all(users.map(connect));
}

test("what becomes of a connection arrives, signed, and is in the feed", async ({
  world,
  receiver,
}) => {
  const { cli } = world.patchbay;
  const { secret } = await cli.addWebhook(world.project, receiver.url);
  const backend = Backend.of(world, "ada");
  const account = await backend.connect();
  await backend.call("DELETE", `integrations/${world.acmekey.integrationId}`);
  await expect.poll(() => receiver.received.length).toBe(3);
  const messages = receiver.messages(secret).sort((a, b) => Number(a.cursor) - Number(b.cursor));
  const types = ["connection.created", "connection.deleted", "connection.revoked"];
  expect(messages.map(({ type }) => type)).toEqual(types);
  for (const { data } of messages) {
    expect(data).toMatchObject({
      connectionId: account.id,
      userId: "ada",
      integration: "acmekey",
    });
  }
  expect(() => receiver.messages("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).toThrow();
  // The secret of a provider is in none of them.
  expect(world.planted.foundIn(JSON.stringify(receiver.received))).toEqual([]);

  const { key } = await cli.createApiKey(world.project);
  const feed = async (query: string, token = key) => {
    const headers = { Authorization: `Bearer ${token}` };
    return fetch(`${world.patchbay.url}/projects/${world.project}/events${query}`, { headers });
  };
  const page = (await (await feed("")).json()) as { events: object[]; next: string };
  expect(page.events).toEqual(messages);
  const rest = await (await feed(`?after=${page.next}`)).json();
  expect(rest).toEqual({ events: [], next: page.next });
  expect((await feed("", backend.token)).status).toBe(401);
});

test("an event that is refused comes again with the same id", async ({ world, receiver }) => {
  receiver.next.push(500);
  const { id, secret } = await world.patchbay.cli.addWebhook(world.project, receiver.url, CREATED);
  await connectAll(world, ["ada"]);
  await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(2);
  const ids = receiver.messages(secret).map((message) => message.id);
  expect(new Set(ids).size).toBe(1);
  await expect
    .poll(async () => deliveries(world, id))
    .toMatchObject([{ state: "delivered", attempts: 2, status: 204 }]);
});

test("a secret is replaced without a message that is refused", async ({ world, receiver }) => {
  const { cli } = world.patchbay;
  const old = await cli.addWebhook(world.project, receiver.url, CREATED);
  const fresh = await cli.rotateWebhook(world.project, old.id);
  expect(fresh.secret).not.toBe(old.secret);
  await connectAll(world, ["ada"]);
  await expect.poll(() => receiver.received.length).toBe(1);
  expect(receiver.messages(old.secret)).toEqual(receiver.messages(fresh.secret));
});

test("an address that is gone is left alone, and what it missed can be replayed", async ({
  world,
  receiver,
}) => {
  const { cli } = world.patchbay;
  receiver.next.push(410);
  const { id } = await cli.addWebhook(world.project, receiver.url, CREATED);
  await connectAll(world, ["ada"]);
  const state = async () => {
    const all = await cli.webhook<{ webhooks: object[] }>("list", world.project);
    return all.webhooks;
  };
  await expect.poll(state).toMatchObject([{ enabled: false, disabledBy: "gone" }]);
  await connectAll(world, ["grace"]);
  await cli.webhook("enable", world.project, id);
  const since = ["--since", "2026-01-01T00:00:00Z"];
  expect(await cli.webhook("replay", world.project, id, ...since)).toEqual({ replayed: 2 });
  // Another process than the server has asked for it: the next event wakes the server.
  await connectAll(world, ["mary"]);
  await expect
    .poll(async () => (await deliveries(world, id)).map((row) => row.state))
    .toEqual(["delivered", "delivered", "delivered"]);
  expect(receiver.received).toHaveLength(4);
});

test("a server that is killed in mid-delivery delivers after its restart", async ({
  world,
  receiver,
}) => {
  test.setTimeout(120_000);
  const { id, secret } = await world.patchbay.cli.addWebhook(world.project, receiver.url, CREATED);
  receiver.held = true;
  await connectAll(world, ["ada"]);
  await expect.poll(() => receiver.received.length).toBe(1);
  world.patchbay.server?.signal("SIGKILL");
  await world.patchbay.server?.exited;
  expect(await deliveries(world, id)).toMatchObject([{ state: "waiting", attempts: 1 }]);
  receiver.held = false;
  await world.patchbay.start();
  // The lease of the attempt that was lost has to run out first.
  await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBe(2);
  expect(new Set(receiver.messages(secret).map((message) => message.id)).size).toBe(1);
  await expect
    .poll(async () => deliveries(world, id))
    .toMatchObject([{ state: "delivered", attempts: 2 }]);
});

test("two processes share the work, and no event comes twice @postgres", async ({
  world,
  receiver,
}) => {
  const { secret } = await world.patchbay.cli.addWebhook(world.project, receiver.url, CREATED);
  const second = await world.patchbay.startAnother();
  const users = Array.from({ length: 40 }, (_, index) => `user-${index}`);
  await connectAll(world, users, [world.patchbay.url, second.url]);
  await expect.poll(() => receiver.received.length, { timeout: 30_000 }).toBe(users.length);
  const messages = receiver.messages(secret);
  expect(new Set(messages.map((message) => message.id)).size).toBe(users.length);
  expect(new Set(messages.map((message) => message.data.userId))).toEqual(new Set(users));
  // Both have sent some.
  for (const server of [world.patchbay.server, second.server]) {
    expect(server?.output).toContain("an event was sent");
  }
});

test("an operator adds a webhook, sees what came of it, and replays it", async ({
  page,
  world,
  receiver,
}) => {
  const dashboard = await new Dashboard(page, world.patchbay).signIn();
  await dashboard.open(world.project, "/webhooks");
  await expect(page.getByText("No webhooks yet")).toBeVisible();
  await dashboard.button("Add webhook").click();
  await expect(page.getByText("Enter an address like")).toBeVisible();
  await page.getByLabel("Address").fill(receiver.url);
  await dashboard.button("Add webhook").click();
  const shown = page.getByText(/^whsec_/);
  await expect(shown).toBeVisible();
  const secret = (await shown.textContent()) ?? "";
  await dashboard.button("I have stored it").click();
  await expect(shown).toBeHidden();

  receiver.next.push(500, 204);
  await connectAll(world, ["ada"]);
  await expect.poll(() => receiver.received.length).toBeGreaterThan(0);
  await page.getByRole("link", { name: receiver.url }).click();
  await expect(page.getByRole("heading", { name: receiver.url })).toBeVisible();
  await expect(async () => {
    await dashboard.button("Look again").click();
    await expect(page.getByText("Delivered", { exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  expect(await page.content()).not.toContain(secret);
  const before = receiver.received.length;
  await dashboard.button(/^Replay connection/).click();
  await expect(page.getByText("1 event is sent again.")).toBeVisible();
  await expect.poll(() => receiver.received.length).toBe(before + 1);

  await dashboard.button("Replace the secret").click();
  await expect(page.getByText(/^whsec_/)).toBeVisible();
  await expect(page.getByText(/The secret before it signs as well until/)).toBeVisible();
  await dashboard.button("Disable").click();
  await expect(page.getByText("Disabled", { exact: true })).toBeVisible();
  await dashboard.button("Enable").click();
  await expect(page.getByText("Enabled", { exact: true })).toBeVisible();
  await dashboard.button("Remove webhook").click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("No webhooks yet")).toBeVisible();
});

test("an operator creates an API key, uses it, and revokes it", async ({ page, world }) => {
  const dashboard = await new Dashboard(page, world.patchbay).signIn();
  await dashboard.open(world.project, "/webhooks");
  await page.getByLabel("Name of a new key").fill("Billing service");
  await dashboard.button("Create API key").click();
  const shown = page.getByText(/^pb_/);
  await expect(shown).toBeVisible();
  const key = (await shown.textContent()) ?? "";
  const status = async () => {
    const headers = { Authorization: `Bearer ${key}` };
    const url = `${world.patchbay.url}/projects/${world.project}/events`;
    return (await fetch(url, { headers })).status;
  };
  expect(await status()).toBe(200);
  await page.reload();
  await expect(page.getByRole("rowheader", { name: /Billing service/ })).toBeVisible();
  await expect(shown).toBeHidden();
  await dashboard.button("Revoke Billing service").click();
  await dashboard.button("Revoke key").click();
  await expect(page.getByRole("rowheader", { name: /Billing service/ })).toBeHidden();
  expect(await status()).toBe(401);
});

test("who only looks and disconnects changes no webhook", async ({ page, world, receiver }) => {
  const dashboard = await new Dashboard(page, world.patchbay).signIn("support");
  await dashboard.open(world.project, "/webhooks");
  await page.getByLabel("Address").fill(receiver.url);
  await dashboard.button("Add webhook").click();
  await expect(dashboard.alert).toContainText("Your role does not allow this");
});
