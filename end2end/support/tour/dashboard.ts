import { expect, type Page } from "@playwright/test";
import { Dashboard, PAGES } from "../dashboard.ts";
import { HostPage } from "../host-page.ts";
import type { World } from "../world.ts";
import type { Visit } from "./visit.ts";

/** Goes through the dashboard's pages, empty in one environment and full in another. */
export async function tourDashboard(page: Page, world: World, visit: Visit): Promise<void> {
  const printed = await world.patchbay.server?.printed(/https?:\/\/\S+\/setup\/[\w-]+/);
  await page.goto(printed?.[0] ?? "");
  await expect(page.getByLabel("Project name")).toBeVisible();
  await visit("setup");
  const dashboard = new Dashboard(page, world.patchbay);
  await page.goto(`${world.patchbay.url}/sign-in`);
  await dashboard.submitSignIn("not the password");
  await expect(dashboard.alert).toBeVisible();
  await visit("sign-in-refused");
  await page.goto(`${world.patchbay.url}/setup/used`);
  await expect(dashboard.heading).toBeVisible();
  await visit("setup-used");

  await dashboard.signIn();
  for (const [name, path] of Object.entries(PAGES)) {
    await dashboard.open(world.project, path);
    await visit(name);
  }
  for (const name of ["home", "integrations", "users", "sdk", "settings"] as const) {
    await dashboard.open(world.environments.production, PAGES[name]);
    await visit(`${name}-empty`);
  }
  const { id } = await world.patchbay.cli.addWebhook(world.project, `${world.host.origin}/hook`);
  await dashboard.open(world.project, PAGES.webhooks);
  await visit("webhooks-some");
  await dashboard.open(world.project, `${PAGES.webhooks}/${id}`);
  await visit("webhook");
  await dashboard.open(world.project, "/nosuch");
  await visit("not-found");
  await dashboard.open(world.project, PAGES.users);
  await page.getByRole("button", { name: /^Disconnect/ }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await visit("disconnect-dialog");
  await page.keyboard.press("Escape");
  await dashboard.open(world.project, PAGES.sdk);
  await dashboard.button(/Create signing key/).click();
  await expect(page.getByText(/BEGIN (RSA )?PRIVATE KEY/).first()).toBeVisible();
  await visit("new-key");
}

/** Two users with connections, one of which needs its owner. */
export async function populate(page: Page, world: World): Promise<void> {
  const acme = await new HostPage(page, world.host).open();
  await acme.connectOAuth();
  await acme.closePortal();
  world.provider.revokeGrants();
  await acme.request("/api/echo/1");
  await world.api(world.token("user-2"), "credentials", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      integrationId: world.acmekey.integrationId,
      payload: { api_key: world.keys.key },
    }),
  });
}
