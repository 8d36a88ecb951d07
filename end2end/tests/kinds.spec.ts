import { createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test as base } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";
import * as definitions from "../support/kinds/definitions.ts";
import { Http2Api } from "../support/kinds/http2.ts";
import { MutualApi, person } from "../support/kinds/mutual.ts";
import { packages } from "../support/kinds/python.ts";
import { SecondProvider } from "../support/kinds/second.ts";
import { selfSigned } from "../support/official/certificate.ts";
import type { Client } from "../support/provider.ts";
import type { World } from "../support/world.ts";

/** What the mTLS upstream shows, which the processes under test trust. */
const UPSTREAM = selfSigned("localhost", "127.0.0.1");
const FOLDER = mkdtempSync(join(tmpdir(), "patchbay-ca-"));
const TRUSTED = join(FOLDER, "ca.pem");
writeFileSync(TRUSTED, UPSTREAM.cert);
// Not after the tests of this file: a worker may come back to it.
process.once("exit", () => rmSync(FOLDER, { recursive: true, force: true }));

const test = base.extend<{ second: SecondProvider }>({
  second: async ({ world }, use) => {
    const second = await SecondProvider.start(world.planted);
    await use(second);
    await second.stop();
  },
});

test.use({ env: { SSL_CERT_FILE: TRUSTED } });
test.beforeAll(() => {
  // A new machine fetches the packages of the second provider.
  test.setTimeout(300_000);
  packages();
});

/** The integration, active, and the host page that connects it. */
async function integrate(
  world: World,
  page: HostPage["page"],
  type: string,
  toml: string,
  client?: Client,
): Promise<HostPage> {
  const { redirectUri } = await world.define(type, toml, client);
  if (client) world.provider.allowRedirect(client, redirectUri);
  return new HostPage(page, world.host, type, `Acme ${type}`).open();
}

async function statusOf(world: World, type: string): Promise<unknown> {
  const all = await world.patchbay.cli.listConnections(world.project);
  return all.filter((one) => one.integrationType === type).map((one) => one.status);
}

test("client credentials of the company connect without a question, and are asked for again", async ({
  page,
  world,
}) => {
  const client = world.provider.register(undefined, ["client_credentials"]);
  const host = await integrate(world, page, "machines", definitions.machines(world.provider.url), client);
  await host.openPortal();
  await host.button("Connect").click();
  await expect(host.heading).toHaveText("Connected");
  expect((await host.request("/echo/1")).status).toBe(200);
  world.provider.dropAccessTokens();
  expect((await host.request("/echo/2")).status).toBe(200);
  expect(world.provider.counts.exchanges).toBe(2);
  expect(await statusOf(world, "machines")).toEqual(["VALID"]);
});

test("a client proves itself by a key that its owner pastes", async ({ page, world }) => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  world.planted.addPem("private key", privateKey);
  const key = createPublicKey(publicKey).export({ format: "jwk" });
  const client = world.provider.registerKeyed(key);
  const host = await integrate(world, page, "keyed", definitions.keyed(world.provider.url));
  await host.openPortal();
  await host.portal.getByLabel("Client ID").fill(client);
  // What a password manager makes of a key.
  await host.portal.getByLabel("Private key").fill(privateKey.replaceAll("\n", " "));
  await host.button("Connect").click();
  await expect(host.heading).toHaveText("Connected");
  expect((await host.request("/echo/1")).status).toBe(200);
});

test("a service account signs for itself, each time anew", async ({
  page,
  second,
  world,
}) => {
  const host = await integrate(world, page, "robots", definitions.robots(second.url));
  await host.openPortal();
  const file = host.portal.getByLabel("Key file");
  await file.fill("{}");
  await host.button("Connect").click();
  await expect(host.alert).toBeVisible();
  await file.fill(second.keyFile);
  await host.button("Connect").click();
  await expect(host.heading).toHaveText("Connected");
  expect((await host.request("/echo")).status).toBe(200);
  await second.dropAccessTokens();
  expect((await host.request("/echo")).status).toBe(200);
  expect(await second.counts()).toMatchObject({ jwt: 2 });
});

test("another implementation's authorization code and refresh", async ({ page, second, world }) => {
  await world.define("secondcode", definitions.secondcode(second.url), second.client);
  const host = await new HostPage(page, world.host, "secondcode", "Acme secondcode").open();
  await connectByItself(host);
  expect((await host.request("/echo")).status).toBe(200);
  await second.dropAccessTokens();
  expect((await host.request("/echo")).status).toBe(200);
  expect(await second.counts()).toMatchObject({ code: 1, refresh: 1 });
});

test("OAuth 1.0a: three legs, and calls that are signed", async ({ page, second, world }) => {
  await world.define("oauthone", definitions.oauthone(second.url), second.client);
  const host = await new HostPage(page, world.host, "oauthone", "Acme oauthone").open();
  await connectByItself(host);
  expect((await host.request("/echo?b=%20x&a=1+2&a=%2B")).status).toBe(200);
  const form = await host.request("/echo", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "status=Hello%20Ladies%20%2B%20Gentlemen&x=",
  });
  expect(form.status, form.body).toBe(200);
  expect(await second.counts()).toMatchObject({ oauth1: 2 });
  expect(await statusOf(world, "oauthone")).toEqual(["VALID"]);
});

test("AWS signatures are the vendor's own", async ({ page, second, world }) => {
  const host = await integrate(world, page, "aws", definitions.aws(second.url));
  await host.openPortal();
  await host.portal.getByLabel("Access key ID").fill(second.aws.accessKeyId);
  const secret = host.portal.getByLabel("Secret access key", { exact: true });
  await secret.fill("another-secret-key");
  await host.button("Connect").click();
  await expect(host.alert).toBeVisible();
  await secret.fill(second.aws.secretAccessKey);
  await host.button("Connect").click();
  await expect(host.heading).toHaveText("Connected");
  for (const path of ["/items", "/a b/(c)/~d?z=1&a=%20&a=+", "/items?q=%2F%2B"]) {
    const answer = await host.request(path);
    expect(answer.status, `${path}: ${answer.body}`).toBe(200);
  }
  const body = JSON.stringify({ name: "Ada" });
  const posted = await host.request("/items", { method: "POST", body });
  expect(JSON.parse(posted.body)).toMatchObject({ body });
});

test("each connection shows its own certificate", async ({ page, world }) => {
  const ada = person("ada");
  world.planted.addPem("private key", ada.key);
  const api = await MutualApi.start(UPSTREAM, [ada.cert]);
  const host = await integrate(world, page, "mutual", definitions.mutual(api.url));
  const stranger = person("stranger");
  await host.openPortal();
  const fill = async ({ cert, key }: { cert: string; key: string }) => {
    await host.portal.getByLabel("Certificate").fill(cert);
    await host.portal.getByLabel("Private key").fill(key);
    await host.button("Connect").click();
  };
  await fill(stranger);
  await expect(host.alert).toContainText("Show your certificate.");
  await fill(ada);
  await expect(host.heading).toHaveText("Connected");
  expect((await host.request("/x")).status).toBe(200);
  expect(new Set(api.seen).size).toBe(2);
  await api.stop();
});

test("a provider that speaks HTTP/2 is called over one connection", async ({ page, world }) => {
  const api = await Http2Api.start(UPSTREAM);
  const host = await integrate(world, page, "plain", definitions.plain(api.url));
  await host.connectKey(world.keys.key);
  await expect(host.heading).toHaveText("Connected");
  const call = async (path: string, init?: RequestInit) => {
    const answer = await world.api(world.session.userToken, `proxy/plain${path}`, init);
    expect(answer.status, path).toBe(200);
    return answer;
  };
  const paths = Array.from({ length: 12 }, (_, place) => `/items/${place}`);
  api.together = paths.length;
  const answers = await Promise.all(paths.map(async (path) => (await call(path)).text()));
  expect(answers).toEqual(paths);
  expect(api.connections).toBe(1);

  api.together = 1;
  const body = randomBytes(2_000_000);
  const echoed = await call("/upload", { method: "POST", body });
  expect(Buffer.from(await echoed.arrayBuffer()).equals(body)).toBe(true);

  await api.leave();
  expect(await (await call("/later")).text()).toBe("/later");
  expect(api.connections).toBe(2);
  await api.stop();
});

test("endpoints come from the issuer, and the request is pushed", async ({ page, world }) => {
  const client = world.provider.register();
  const host = await integrate(world, page, "discovered", definitions.discovered(world.provider.url), client);
  await host.openPortal();
  const popup = await host.openWindow();
  const closed = popup.waitForEvent("close");
  await popup.getByRole("button", { name: "Allow" }).click();
  await closed;
  await expect(host.heading).toHaveText("Connected");
  expect(world.provider.counts).toMatchObject({ exchanges: 1, pushed: 1 });
  expect((await host.request("/echo/1")).status).toBe(200);
  world.provider.dropAccessTokens();
  expect((await host.request("/echo/2")).status).toBe(200);
  expect(world.provider.counts.refreshes).toBe(1);
});

/** The provider asks nobody: its page sends the window straight back. */
async function connectByItself(host: HostPage): Promise<void> {
  await host.openPortal();
  await host.openWindow();
  await expect(host.heading).toHaveText("Connected");
}
