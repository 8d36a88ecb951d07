import { generateKeyPairSync } from "node:crypto";
import { expect, test as base } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";
import * as definitions from "../support/kinds/definitions.ts";
import { Vendors } from "../support/kinds/vendors.ts";
import type { Client } from "../support/provider.ts";
import type { World } from "../support/world.ts";

const test = base.extend<{ vendors: Vendors }>({
  vendors: async ({}, use) => {
    const vendors = await Vendors.start();
    await use(vendors);
    await vendors.stop();
  },
});

type Page = HostPage["page"];

/** The integration, active, and its portal, open. */
async function opened(
  world: World,
  page: Page,
  type: string,
  toml: string,
  client?: Client,
): Promise<HostPage> {
  await world.define(type, toml, client);
  const host = await new HostPage(page, world.host, type, `Acme ${type}`).open();
  await host.openPortal();
  return host;
}

async function connect(host: HostPage): Promise<void> {
  await host.button("Connect").click();
  await expect(host.heading).toHaveText("Connected");
}

test("a session after a chain of requests, and another one when it has ended", async ({
  page,
  vendors,
  world,
}) => {
  const host = await opened(world, page, "chained", definitions.chained(vendors.url));
  await host.portal.getByLabel("User").fill("ada");
  const password = host.portal.getByLabel("Password");
  await password.fill("a-bad-password");
  await host.button("Connect").click();
  await expect(host.alert).toBeVisible();
  await password.fill("a-good-password");
  await connect(host);
  expect((await host.request("/me")).status).toBe(200);
  vendors.forget();
  expect((await host.request("/me")).status).toBe(200);
  expect(vendors.given.sessions).toBe(2);
});

test("an app that is installed gets tokens of the installation", async ({
  page,
  vendors,
  world,
}) => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  vendors.appKey = publicKey;
  world.planted.addPem("private key", privateKey);
  const clientSecret = JSON.stringify({ client_secret: "of-the-app", private_key: privateKey });
  const client = { clientId: "Iv1.app", clientSecret };
  const toml = definitions.installed(vendors.url);
  const host = await opened(world, page, "installed", toml, client);
  await host.openWindow();
  await expect(host.heading).toHaveText("Connected");
  expect((await host.request("/me")).status).toBe(200);
  vendors.forget();
  expect((await host.request("/me")).status).toBe(200);
  expect(vendors.given.installations).toBe(2);
});

test("a token without a refresh token is exchanged for another", async ({
  page,
  vendors,
  world,
}) => {
  const client = { clientId: "social", clientSecret: "of-the-social-app" };
  const toml = definitions.exchanged(vendors.url);
  const host = await opened(world, page, "exchanged", toml, client);
  await host.openWindow();
  await expect(host.heading).toHaveText("Connected");
  expect((await host.request("/me")).status).toBe(200);
  vendors.forget();
  expect((await host.request("/me")).status).toBe(200);
  expect(vendors.given.exchanges).toBe(1);
});

test("a key travels in the body of each call", async ({ page, vendors, world }) => {
  const host = await opened(world, page, "bodykey", definitions.bodykey(vendors.url));
  const key = host.portal.getByLabel("API key");
  await key.fill("another-key-altogether");
  await host.button("Connect").click();
  await expect(host.alert).toContainText("Which key?");
  await key.fill("a-key-for-the-body");
  await connect(host);
  const sent = await host.request("/send", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ to: "ada" }),
  });
  expect(sent.status, sent.body).toBe(200);
  expect(JSON.parse(sent.body)).toEqual({ to: "ada" });
  // There is no place for it in a GET.
  expect((await host.request("/send")).status).toBe(422);
});

test("a provider that asks for nothing gets nothing", async ({ page, vendors, world }) => {
  const host = await opened(world, page, "open", definitions.open(vendors.url));
  await connect(host);
  const answer = await host.request("/me");
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body)).toEqual({ name: "Everybody" });
});
