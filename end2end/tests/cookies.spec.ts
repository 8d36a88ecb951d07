import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { close, listen } from "../support/ports.ts";

// The host page is at localhost and Patchbay at 127.0.0.1: two sites.
test.use({
  launchOptions: {
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: ["--test-third-party-cookie-phaseout", "--disable-background-networking", "--no-first-run"],
  },
});

/** The cookies that a page of Patchbay's site gets by itself, and in a frame of the host page. */
async function probe(page: Page): Promise<{ alone: string; framed: string }> {
  const { server, port } = await listen((request, response) => {
    response.setHeader("set-cookie", "probe=there; SameSite=None; Secure; Path=/");
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<!doctype html><title>Probe</title><p>${request.headers.cookie ?? "none"}</p>`);
  });
  const url = `http://127.0.0.1:${port}/`;
  const other = await page.context().newPage();
  await other.goto(url);
  await other.goto(url);
  const alone = await other.locator("p").innerText();
  await other.close();
  await page.evaluate((src) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    Object.assign(frame, { id: "probe", src });
  }, url);
  const framed = await page.locator("#probe").contentFrame().locator("p").innerText();
  await page.locator("#probe").evaluate((frame) => frame.remove());
  await close(server);
  return { alone, framed };
}

test("an OAuth account is connected where third-party cookies are blocked @pages", async ({ acme }) => {
  // The block is on: the cookie is there, and does not arrive in the frame.
  expect(await probe(acme.page)).toEqual({ alone: "probe=there", framed: "none" });
  await acme.connectOAuth();
  await acme.noted("install");
  await acme.closePortal();
  expect((await acme.request("/api/echo/1")).status).toBe(200);
});

test("a key is connected where third-party cookies are blocked @pages", async ({ acmekey, world }) => {
  expect(await probe(acmekey.page)).toEqual({ alone: "probe=there", framed: "none" });
  await acmekey.connectKey(world.keys.key);
  await expect(acmekey.heading).toHaveText("Connected");
  await acmekey.closePortal();
  expect((await acmekey.request("/api/echo/1")).status).toBe(200);
});
