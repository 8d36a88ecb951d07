import type { Page } from "@playwright/test";
import { violations } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";
import { USER, type World } from "../support/world.ts";

/** A host page with `<patchbay-connect>` on it, whose events go to the page's notes. */
async function place(
  page: Page,
  world: World,
  attributes: Record<string, string>,
  label = "Link <b>Acme</b>",
): Promise<HostPage> {
  const type = attributes.integration ?? "acme";
  const host = await new HostPage(page, world.host, type, type === "acme" ? "Acme" : "Acme Key").open();
  await page.evaluate(
    async ({ server, attributes, label }) => {
      const element = document.createElement("patchbay-connect");
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      element.innerHTML = label;
      for (const name of ["install", "uninstall", "error", "close"] as const) {
        element.addEventListener(name, (event) => {
          const { detail } = event as CustomEvent;
          const told = detail instanceof Error ? { code: (detail as { code?: string }).code, message: detail.message } : { ...detail };
          window.app.notes.push({ name, detail: told });
        });
      }
      // On the page before its module, as frameworks do it; with a property that waits for it, too.
      Object.assign(element, {
        getToken: async () => (await (await fetch("/session")).json()).userToken,
      });
      document.querySelector("main")?.append(element);
      await import(`${server}/sdk/element.js`);
    },
    { server: world.patchbay.url, attributes, label },
  );
  return host;
}

const element = (page: Page) => page.locator("patchbay-connect");

test("a button opens the portal and tells what happens @pages", async ({ page, world }) => {
  const { projectId, userToken } = world.session;
  const attributes = {
    "project-id": projectId,
    "user-token": userToken,
    integration: "acmekey",
    language: "de",
  };
  const label = 'Link<span slot="connected">Linked</span>';
  const host = await place(page, world, attributes, label);
  const button = page.getByRole("button", { name: "Link", exact: true });
  await button.focus();
  await page.keyboard.press("Enter");
  const frame = page.locator('iframe[title="Acme Key verbinden"]').contentFrame();
  await frame.getByLabel("API key").fill(world.keys.key);
  await frame.getByRole("button", { name: "Verbinden", exact: true }).click();
  expect(await host.noted("install")).toMatchObject({
    integrationType: "acmekey",
    credential: { personaId: USER },
  });
  await page.keyboard.press("Escape");
  await host.noted("close");
  const linked = page.getByRole("button", { name: "Linked", exact: true });
  await expect(linked).toBeFocused();
  await expect(element(page)).toHaveAttribute("connected");
  expect(await violations(page)).toEqual([]);

  await linked.click();
  await frame.getByRole("button", { name: "Verbindung trennen", exact: true }).click();
  await host.noted("uninstall");
  await expect(element(page)).not.toHaveAttribute("connected");
});

test("inline, it is the portal, and signs in by getToken alone @pages", async ({ page, world }) => {
  const host = await place(page, world, {
    "project-id": world.project,
    integration: "acme",
    mode: "inline",
  });
  await expect(host.heading).toHaveText("Connect Acme");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Link Acme" })).toHaveCount(0);
  const popup = await host.openWindow();
  await popup.getByRole("button", { name: "Allow" }).click();
  await expect(host.heading).toHaveText("Connected");
  await host.noted("install");
  // Closed, it leaves the way back to it.
  await host.button("Done").click();
  await host.noted("close");
  await page.getByRole("button", { name: "Link Acme" }).click();
  await expect(host.heading).toHaveText("Connected");
  // Another integration takes its place.
  await element(page).evaluate((one) => one.setAttribute("integration", "acmekey"));
  const other = page.locator('iframe[title="Connect Acme Key"]').contentFrame();
  await expect(other.getByLabel("API key")).toBeVisible();
  await expect(host.frame).toHaveCount(0);
});

test("without a project it works with the page's own SDK @pages", async ({ page, world }) => {
  const host = await place(page, world, { integration: "acme" });
  await page.getByRole("button", { name: "Link Acme" }).click();
  await expect(host.heading).toHaveText("Connect Acme");
  expect(await element(page).evaluate((one) => "patchbay" in one && one.patchbay === window.app.patchbay)).toBe(true);
});

test("what goes wrong is an event @pages", async ({ page, world }) => {
  const host = await place(page, world, {
    "project-id": world.project,
    "user-token": "nonsense",
    integration: "acme",
  });
  await page.getByRole("button", { name: "Link Acme" }).click();
  expect(await host.noted("error")).toMatchObject({ code: "token_invalid" });
});

test("its button can be styled @pages", async ({ page, world }) => {
  await place(page, world, { integration: "acme" });
  await page.addStyleTag({ content: "patchbay-connect::part(button){color:rgb(1, 2, 3)}" });
  await expect(page.getByRole("button", { name: "Link Acme" })).toHaveCSS("color", "rgb(1, 2, 3)");
});
