import { request as send } from "node:http";
import { expect, test } from "../support/fixtures.ts";
import { claims, foreignKey, hs256, rs256, unsigned } from "../support/jwt.ts";
import { USER, type World } from "../support/world.ts";

const NOW = Math.floor(Date.now() / 1000);

/** Tokens that must be refused, by what is wrong with them. */
function refused(world: World): Record<string, string> {
  const { pem, keyId, session } = world;
  const signed = (change: Record<string, unknown>, header = {}) =>
    rs256(pem, keyId, claims(USER, change), header);
  const [head, body, signature = ""] = session.userToken.split(".");
  const without = (claim: string) => {
    const { [claim]: _left, ...rest } = claims(USER);
    return rs256(pem, keyId, rest);
  };
  return {
    "no token": "",
    "no JWT": "abc",
    "no signature": `${head}.${body}.`,
    "a cut signature": `${head}.${body}.${signature.slice(0, -8)}`,
    "the signature of another token": `${head}.${body}.${signed({ sub: "other" }).split(".")[2]}`,
    "alg none": unsigned(claims(USER)),
    "alg NONE with a signature": unsigned(claims(USER), "NONE", signature),
    "HS256 with the public key": hs256(pem, keyId, claims(USER)),
    "a foreign key": rs256(foreignKey(), keyId, claims(USER)),
    "an unknown kid": signed({}, { kid: "00000000-0000-7000-8000-000000000000" }),
    "alg PS256 in the header": signed({}, { alg: "PS256" }),
    "expired beyond the leeway": signed({ iat: NOW - 7200, exp: NOW - 120 }),
    "not valid yet": signed({ nbf: NOW + 3600 }),
    "issued in the future": signed({ iat: NOW + 3600, exp: NOW + 7200 }),
    "a foreign audience": signed({ aud: "useparagon.com/somebody-else" }),
    "only foreign audiences": signed({ aud: ["https://a.example", "https://b.example"] }),
    "no sub": without("sub"),
    "an empty sub": signed({ sub: "" }),
    "no exp": without("exp"),
    "no iat": without("iat"),
  };
}

test("tokens that do not prove a user are refused alike", async ({ world }) => {
  const answers = new Map<string, string>();
  for (const [what, token] of Object.entries(refused(world))) {
    for (const path of ["me", "integrations", "proxy/acmekey/api/echo/1"]) {
      const answer = await world.api(token, path);
      const text = await answer.text();
      expect.soft(answer.status, `${what} at ${path}: ${text}`).toBe(401);
      const { code, message, status } = JSON.parse(text) as Record<string, unknown>;
      expect.soft({ code, status }, what).toEqual({ code: "token_invalid", status: 401 });
      answers.set(String(message), what);
    }
  }
  // No detail: an attacker learns nothing from comparing the answers.
  expect([...answers.keys()]).toHaveLength(1);
});

test("tokens in order are taken, with leeway and with the project's audience", async ({
  world,
}) => {
  const { pem, keyId, project } = world;
  const good = {
    plain: claims(USER),
    "a minute late at most": claims(USER, { iat: NOW - 300, exp: NOW - 20 }),
    audience: claims(USER, { aud: project }),
    "audience in a list": claims(USER, { aud: ["https://a.example", project] }),
    "audience as the official SDK's documentation has it": claims(USER, {
      aud: `useparagon.com/${project}`,
    }),
  };
  for (const [what, payload] of Object.entries(good)) {
    const answer = await world.api(rs256(pem, keyId, payload), "me");
    expect.soft(answer.status, what).toBe(200);
    if (answer.ok) expect.soft(await answer.json(), what).toMatchObject({ userId: USER });
  }
});

test("a token of one environment opens no other", async ({ world }) => {
  const { staging } = world.environments;
  const answer = await fetch(`${world.patchbay.url}/projects/${staging}/sdk/me`, {
    headers: { Authorization: `Bearer ${world.session.userToken}` },
  });
  expect(answer.status).toBe(401);
});

test("two keys are active at once, so that rotation breaks nobody", async ({ world }) => {
  const { cli } = world.patchbay;
  const second = await cli.createKey(world.project);
  const fresh = await cli.mintToken(world.project, USER, second.keyFile);
  expect((await world.api(fresh, "me")).status).toBe(200);
  expect((await world.api(world.session.userToken, "me")).status).toBe(200);
});

test("unknown projects, integrations and routes are not found", async ({ world }) => {
  const token = world.session.userToken;
  const stranger = "00000000-0000-7000-8000-000000000000";
  const authorized = { headers: { Authorization: `Bearer ${token}` } };
  const base = world.patchbay.url;
  const answers = [
    await fetch(`${base}/projects/${stranger}/sdk/me`, authorized),
    await fetch(`${base}/projects/nonsense/sdk/me`, authorized),
    await world.api(token, "proxy/nosuch/api/echo/1"),
    await world.api(token, `integrations/${stranger}`, { method: "DELETE" }),
    await world.api(token, "nosuch"),
  ];
  for (const answer of answers) {
    expect.soft(answer.status, answer.url).toBe(404);
    expect.soft(await answer.json(), answer.url).toMatchObject({ code: "not_found", status: 404 });
  }
});

test("a body over the limit is refused before it is read whole", async ({ world }) => {
  const url = `${world.patchbay.url}/projects/${world.project}/sdk/credentials`;
  const answer = await sendTooMuch(url, world.session.userToken);
  expect(answer.status).toBe(413);
  expect(JSON.parse(answer.body)).toMatchObject({ code: "too_large", status: 413 });
});

test("errors of the API are JSON with a code, and are never cached", async ({ world }) => {
  const answer = await world.api("", "me");
  expect(answer.headers.get("content-type")).toContain("application/json");
  expect(await answer.json()).toMatchObject({
    code: expect.any(String),
    message: expect.any(String),
    status: 401,
    meta: expect.anything(),
  });
  const me = await world.api(world.session.userToken, "me");
  expect(me.headers.get("cache-control")).toMatch(/no-store/);
});

/**
 * Sends more JSON than is taken, and never its end: whoever answers has not read it whole. It stops
 * there, since a server hangs up once it has answered, and who still writes then may miss the answer.
 */
function sendTooMuch(url: string, token: string): Promise<{ status: number; body: string }> {
  const chunk = Buffer.alloc(256 * 1024, " ");
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const request = send(url, { method: "POST", headers }, (response) => {
      let body = "";
      response.on("data", (part: Buffer) => (body += part.toString("utf8")));
      const done = () => {
        resolve({ status: response.statusCode ?? 0, body });
        request.destroy();
      };
      response.on("end", done).on("error", done);
    });
    request.on("error", reject);
    for (let sent = 0; sent <= 1024 * 1024; sent += chunk.length) request.write(chunk);
  });
}
