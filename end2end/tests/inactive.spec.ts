import type { ConsoleMessage, Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";

/** Presses the host's button and gives the warning that the SDK writes for its developer. */
async function connectAndWarn(host: HostPage): Promise<string> {
  const warned = host.page.waitForEvent("console", (message: ConsoleMessage) => {
    return message.type() === "warning" && message.text().includes("[patchbay]");
  });
  await host.opener.click();
  return (await warned).text();
}

async function expectNothingShown(host: HostPage): Promise<void> {
  expect(await host.noted("resolved")).toEqual({ connected: false });
  expect((await host.notes()).map((note) => note.name)).toEqual(["resolved"]);
  await expect(host.page.locator("iframe")).toHaveCount(0);
  await expect(host.page.locator("dialog")).toHaveCount(0);
}

test("an integration that was switched off shows nothing and says why @pages", async ({ acme, world }) => {
  await world.patchbay.cli.setIntegration({ project: world.project, type: "acme", active: false });
  expect(await connectAndWarn(acme)).toMatch(/acme.*not active/);
  await expectNothingShown(acme);
});

test("an integration that is not set up shows nothing and says why @pages", async ({ page, world }) => {
  const host = await new HostPage(page, world.host, "salesforce", "Salesforce").open();
  expect(await connectAndWarn(host)).toMatch(/salesforce.*not set up/);
  await expectNothingShown(host);
});

test("one that is switched on again while the page is open connects @pages", async ({ acme, world }) => {
  const set = (active: boolean) =>
    world.patchbay.cli.setIntegration({ project: world.project, type: "acme", active });
  await set(false);
  await connectAndWarn(acme);
  await set(true);
  await acme.openPortal();
  await expect(acme.heading).toHaveText("Connect Acme");
});

test("OAuth without a client id cannot be activated @pages", async ({ world }) => {
  const refused = await world.patchbay.cli.any(
    ...["integration", "set", "--project", world.environments.staging, "--type", "acme"],
    ...["--active", "true", "--json"],
  );
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toMatch(/client.id/i);
});

test("the proxy refuses an integration that is not active @pages", async ({ world }) => {
  await world.patchbay.cli.setIntegration({
    project: world.project,
    type: "acmekey",
    active: false,
  });
  const answer = await world.api(world.session.userToken, "proxy/acmekey/api/echo/1");
  expect(answer.status).toBe(409);
  expect(await answer.json()).toMatchObject({ code: "integration_inactive" });
});

test.describe("a page that is not among the allowed origins", () => {
  /** A host page of the production environment, where loopback is not allowed by itself. */
  async function production(page: Page, world: import("../support/world.ts").World) {
    const { cli } = world.patchbay;
    const project = world.environments.production;
    const key = await cli.createKey(project);
    await cli.setIntegration({ project, type: "acmekey", active: true });
    world.session = {
      projectId: project,
      userToken: await cli.mintToken(project, "user-1", key.keyFile),
    };
    return new HostPage(page, world.host, "acmekey", "Acme Key").open();
  }

  test("is refused by frame-ancestors, and told which origin to add @pages", async ({ page, world }) => {
    const host = await production(page, world);
    const served = page.waitForResponse((response) => response.url().includes("/ui?"));
    await host.opener.click();
    const policy = (await (await served).allHeaders())["content-security-policy"] ?? "";
    expect(policy).toContain("frame-ancestors");
    expect(policy).not.toContain(world.host.origin);
    const error = await host.noted("error");
    expect(error).toMatchObject({ code: "origin_not_allowed" });
    expect(String(error.message)).toContain(world.host.origin);
    expect(await host.noted("resolved")).toEqual({ connected: false });
    await expect(page.locator("iframe")).toHaveCount(0);
    await expect(host.opener).toBeFocused();
  });

  test("works once the origin was added @pages", async ({ page, world }) => {
    const host = await production(page, world);
    await world.patchbay.cli.addOrigin(world.environments.production, world.host.origin);
    const served = page.waitForResponse((response) => response.url().includes("/ui?"));
    await host.openPortal();
    const policy = (await (await served).allHeaders())["content-security-policy"] ?? "";
    expect(policy).toContain(world.host.origin);
    await host.portal.getByLabel("API key").fill(world.keys.key);
    await host.button("Connect").click();
    await expect(host.heading).toHaveText("Connected");
  });
});

test("in development a loopback page needs no setting @pages", async ({ world }) => {
  const ask = (origin: string) => {
    const query = new URLSearchParams({ projectId: world.project, integration: "acme", origin });
    return fetch(`${world.patchbay.url}/ui?${query}`);
  };
  const own = await ask("http://localhost:5173");
  expect(own.headers.get("content-security-policy")).toMatch(/ http:\/\/localhost:(5173|\*)/);
  // What the page says of itself is checked, not echoed.
  for (const origin of ["https://evil.example", "https://evil.example; script-src *", "null", "*"]) {
    const answer = await ask(origin);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("frame-ancestors");
    expect(policy).not.toContain("evil.example");
    expect(policy).not.toMatch(/frame-ancestors[^;]*\s(\*|null)/);
  }
});
