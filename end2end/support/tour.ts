import { expect, type Page } from "@playwright/test";
import { Dashboard, PAGES } from "./dashboard.ts";
import { documentOf } from "./axe.ts";
import { HostPage } from "./host-page.ts";
import { connectKey, openSites, openWays } from "./ways.ts";
import type { World } from "./world.ts";

/** Called in each state, with its name. */
export type Visit = (state: string) => Promise<void>;

/** Leads the portal of an OAuth integration through its states. */
export async function tourOAuth(page: Page, world: World, visit: Visit): Promise<void> {
  const acme = await new HostPage(page, world.host).open();
  const inWindow = async (button: string, answer: "Allow" | "Deny") => {
    const popup = await acme.openWindow(button);
    const closed = popup.waitForEvent("close");
    const pressed = popup.getByRole("button", { name: answer }).click();
    // A provider that remembers the consent asks no second time.
    await Promise.race([closed, pressed.then(() => closed)]);
  };

  await acme.openPortal();
  await visit("intro");
  const popup = await acme.openWindow();
  await expect(acme.button("Open it again")).toBeVisible();
  await visit("waiting");
  await popup.close();
  await expect(acme.button("Try again")).toBeVisible();
  await visit("closed-window");
  await inWindow("Try again", "Deny");
  await expect(acme.alert).toBeVisible();
  await visit("denied");
  await acme.closePortal();

  await acme.openPortal();
  await (await documentOf(acme.frame)).evaluate(() => (window.open = () => null));
  await acme.button("Connect").click();
  await expect(acme.alert).toBeVisible();
  await visit("blocked-window");
  await acme.closePortal();

  world.provider.outage = "token";
  await acme.openPortal();
  await inWindow("Connect", "Allow");
  await expect(acme.alert).toBeVisible();
  await visit("provider-down");
  world.provider.outage = "none";
  await inWindow("Try again", "Allow");
  await expect(acme.heading).toHaveText("Connected");
  await visit("connected");
  await acme.closePortal();

  world.provider.revokeGrants();
  await acme.request("/api/echo/1");
  await acme.openPortal();
  await expect(acme.button("Reconnect")).toBeVisible();
  await visit("reconnect");
  await inWindow("Reconnect", "Allow");
  await expect(acme.heading).toHaveText("Connected");
  await acme.button("Disconnect").click();
  await acme.noted("uninstall");
  await expect(acme.heading).not.toHaveText("Connected");
  await visit("disconnected");
  await acme.closePortal();
}

/** Leads the portal of an API-key integration through its states. */
export async function tourKey(page: Page, world: World, visit: Visit): Promise<void> {
  const acmekey = await new HostPage(page, world.host, "acmekey", "Acme Key").open();
  await acmekey.openPortal();
  await visit("form");
  await acmekey.portal.getByLabel("API key").fill(world.keys.wrongKey);
  await acmekey.button("Connect").click();
  await expect(acmekey.alert).toBeVisible();
  await visit("form-refused");
  await page.context().setOffline(true);
  await acmekey.button("Connect").click();
  await expect(acmekey.alert).toContainText(/network/i);
  await visit("offline");
  await page.context().setOffline(false);
  await acmekey.closePortal();

  await acmekey.connectKey(world.keys.key);
  await expect(acmekey.heading).toHaveText("Connected");
  await visit("connected-account");
  await acmekey.closePortal();
}

/** Shows the portal as a part of the host page, in two of its states. */
export async function tourInline(page: Page, world: World, visit: Visit): Promise<void> {
  const acme = await new HostPage(page, world.host).open();
  await page.evaluate(() => {
    const place = document.createElement("div");
    place.id = "place";
    document.querySelector("main")?.append(place);
    void window.app.patchbay.connect("acme", { container: place });
  });
  await expect(acme.button("Connect")).toBeEnabled();
  await visit("inline");
  await (await documentOf(acme.frame)).evaluate(() => (window.open = () => null));
  await acme.button("Connect").click();
  await expect(acme.alert).toBeVisible();
  await visit("inline-blocked");
}

/** Shows the portal's page where it should not be, and for what is not there. */
export async function tourStray(page: Page, world: World, visit: Visit): Promise<void> {
  const ui = (integration: string) =>
    `${world.patchbay.url}/ui?${new URLSearchParams({ projectId: world.project, integration })}`;
  const heading = page.getByRole("heading", { level: 1 });
  await page.goto(ui("acme"));
  await expect(heading).toBeVisible();
  await visit("alone");
  await page.goto(ui("salesforce"));
  await expect(heading).toBeVisible();
  await visit("not-set-up");
  await page.goto(`${world.patchbay.url}/oauth/callback/${world.acme.integrationId}?state=x&code=y`);
  await expect(heading).toBeVisible();
  await visit("callback-refused");
}

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
  await world.api(await world.token("user-2"), "credentials", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      integrationId: world.acmekey.integrationId,
      payload: { api_key: world.keys.key },
    }),
  });
}

/** Ways to connect, an app of the person's own, several accounts, a question afterwards. */
export async function tourWays(page: Page, world: World, visit: Visit): Promise<void> {
  const { ways } = await openWays(page, world);
  await ways.openPortal();
  await visit("ways");
  await ways.portal.getByRole("button", { name: /^Your own app/ }).click();
  await expect(ways.portal.getByLabel("Client ID")).toBeVisible();
  await visit("own-app");
  await ways.closePortal();
  await connectKey(world, "north");
  await connectKey(world, "south");
  await ways.openPortal();
  await expect(ways.heading).toHaveText("Your Acme Ways accounts");
  await visit("accounts");
  await ways.closePortal();
  const sites = await openSites(page, world);
  await sites.openPortal();
  const popup = await sites.openWindow();
  await popup.getByRole("button", { name: "Allow" }).click();
  await expect(sites.heading).toHaveText("One more thing about Acme Sites");
  await visit("question");
}
