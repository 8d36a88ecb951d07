import { expect, test } from "../support/fixtures.ts";
import type { Echo } from "../support/provider/api.ts";
import { Backend } from "../support/rest.ts";

const PATH = "proxy/acmekey/api/echo/1?a=%2F";

test("the type of a body is found where the SDK leaves it open", async ({ world }) => {
  const backend = Backend.of(world);
  await backend.connect();
  const typed = async (body: string | undefined, type: string) => {
    const headers = { "Content-Type": type, "X-Paragon-SDK-Version": "2.4.0" };
    return (await backend.call<Echo>("POST", PATH, body, headers)).body;
  };
  expect((await typed('{"a":1}', "auto")).headers["content-type"]).toBe("application/json");
  expect((await typed("a,b", "auto")).headers["content-type"]).toContain("text/plain");
  expect((await typed("a,b", "auto, text/csv")).headers["content-type"]).toBe("text/csv");
  expect((await typed(undefined, "auto")).headers["content-type"]).toBeUndefined();
  const large = JSON.stringify({ all: "x".repeat(400_000) });
  const echo = await typed(large, "auto");
  expect(echo.headers["content-type"]).toBe("application/json");
  expect(echo.body).toBe(large);
});

test("answers are wrapped for those who read nothing else", async ({ world }) => {
  const backend = Backend.of(world);
  await backend.connect();
  const call = async (headers: Record<string, string>) =>
    (await backend.call<Echo & { output?: Echo }>("GET", PATH, undefined, headers)).body;
  const path = "/api/echo/1?a=%2F";
  const auto = { "Content-Type": "auto" };
  const version = (text: string) => ({ ...auto, "X-Paragon-SDK-Version": text });
  const raw = (text: string) => ({ "X-Paragon-Use-Raw-Response": text });
  for (const headers of [auto, version("2.2.4-experimental.2"), raw("false"), raw("0")]) {
    const answer = await call(headers);
    expect.soft(answer, JSON.stringify(headers)).toEqual({ output: answer.output });
    expect.soft(answer.output?.path).toBe(path);
    expect.soft(answer.output?.headers["accept-encoding"]).toBe("identity");
  }
  for (const headers of [{}, version("2.4.0"), { ...auto, ...raw("1") }]) {
    expect.soft((await call(headers)).path, JSON.stringify(headers)).toBe(path);
  }
  // What goes wrong is told as it is.
  const refused = await backend.call("GET", "proxy/acme/x", undefined, auto);
  expect(refused).toMatchObject({ status: 409, body: { code: "not_connected" } });
});

test("a whole URL stands in for the path, below the provider's address only", async ({ world }) => {
  const backend = Backend.of(world);
  await backend.connect();
  const call = (url: string) =>
    backend.call<Echo>("GET", "proxy/acmekey/ignored", undefined, { "X-Paragon-Proxy-Url": url });
  const own = `${world.keys.url}/api/echo/next?page=2`;
  expect((await call(own)).body).toMatchObject({ path: "/api/echo/next?page=2" });
  expect((await call("/api/echo/next?page=3")).body).toMatchObject({ path: "/api/echo/next?page=3" });
  const port = new URL(world.patchbay.url).port;
  const { accepted } = world.keys.api.counts;
  for (const url of [
    "https://evil.example/api/echo/1",
    `http://127.0.0.1:${port}/api/echo/1`,
    own.replace("http:", "https:"),
    own.replace("//", "//me@"),
    `https://evil.example/?${own}`,
  ]) {
    const refused = await call(url);
    expect.soft(refused, url).toMatchObject({ status: 422, body: { code: "invalid_input" } });
  }
  expect(world.keys.api.counts.accepted).toBe(accepted);
});

test("the account of the header is called, and a name of nobody is refused", async ({ world }) => {
  const backend = Backend.of(world);
  await backend.connect({ externalId: "first" });
  const call = (name: string) =>
    backend.call("GET", PATH, undefined, { "X-Paragon-Credential": name });
  expect((await call("ext:first")).status).toBe(200);
  expect((await call("first")).status).toBe(200);
  expect(await call("second")).toMatchObject({ status: 409, body: { code: "not_connected" } });
  const custom = await backend.call("GET", "proxy/custom/0190a7b2/x");
  expect(custom).toMatchObject({ status: 404, body: { code: "not_found" } });
});
