import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import type { Patchbay } from "../support/patchbay.ts";

/** The demo of an installation with one project, opened in a browser that knows no other host. */
async function openDemo(page: Page, patchbay: Patchbay): Promise<string[]> {
  const elsewhere: string[] = [];
  const own = new URL(patchbay.url).host;
  await page.context().route(
    (url) => url.host !== own,
    async (route) => {
      elsewhere.push(route.request().url());
      await route.abort();
    },
  );
  // Nothing but itself may be called: the Sandbox is inside.
  patchbay.env.PATCHBAY_EGRESS_ALLOW = "";
  await patchbay.start();
  await patchbay.cli.createProject("Northwind");
  await page.goto(`${patchbay.url}/demo`);
  return elsewhere;
}

const portal = (page: Page, name: string) =>
  page.locator(`iframe[title="Connect ${name}"]`).contentFrame();

test("the demo connects the Sandbox by OAuth and calls it", async ({ page, empty }) => {
  const elsewhere = await openDemo(page, empty);
  await page.getByRole("button", { name: "Connect Sandbox", exact: true }).click();
  const frame = portal(page, "Sandbox");
  const opened = page.context().waitForEvent("page");
  await frame.getByRole("button", { name: "Connect", exact: true }).click();
  const consent = await opened;
  const closed = consent.waitForEvent("close");
  await consent.getByRole("button", { name: /allow/i }).click();
  await closed;
  await expect(frame.getByRole("heading", { level: 1 })).toHaveText("Connected");
  await frame.getByRole("button", { name: "Done" }).click();

  await expect(page.getByText(/"enabled": true/).first()).toBeVisible();
  await expect(page.getByText(/"credentialStatus": "VALID"/).first()).toBeVisible();
  await page.getByRole("button", { name: /call|request/i }).first().click();
  await expect(page.getByText(/\b200\b/).first()).toBeVisible();
  expect(elsewhere).toEqual([]);
});

test("the demo connects the Sandbox by an API key", async ({ page, empty }) => {
  const elsewhere = await openDemo(page, empty);
  await page.getByRole("button", { name: "Connect Sandbox API key", exact: true }).click();
  const frame = portal(page, "Sandbox API key");
  const field = frame.getByLabel("API key", { exact: true });
  await field.fill("sandbox_something_bad");
  await frame.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(frame.getByRole("alert")).toBeVisible();
  await field.fill("sandbox_something");
  await frame.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(frame.getByRole("heading", { level: 1 })).toHaveText("Connected");
  expect(elsewhere).toEqual([]);
});

test("the code that the demo shows is the code that runs", async ({ page, empty }) => {
  await openDemo(page, empty);
  const shown = (await page.locator("pre").allTextContents()).join("\n");
  expect(shown).toContain("patchbay.connect(");
  const scripts = await page.evaluate(async () => {
    const sources = [...document.scripts].map((script) =>
      script.src ? fetch(script.src).then((answer) => answer.text()) : script.textContent,
    );
    return (await Promise.all(sources)).join("\n");
  });
  const lines = shown.split("\n").map((line) => line.trim()).filter((line) => line.includes("patchbay."));
  for (const line of lines) expect.soft(scripts).toContain(line);
});

test("the demo is there only where development is", async ({ empty }) => {
  await empty.start();
  const { production } = await empty.cli.createProject("Northwind");
  const answer = await fetch(`${empty.url}/demo?projectId=${production}`, { redirect: "manual" });
  const text = await answer.text();
  expect(text).not.toContain(production);
});
