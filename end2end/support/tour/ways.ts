import { expect, type Page } from "@playwright/test";
import type { HostPage } from "../host-page.ts";
import { connectKey, openScopes, openSites, openWays } from "../ways.ts";
import type { Words } from "../words.ts";
import type { World } from "../world.ts";
import type { Visit } from "./visit.ts";

/** Ways to connect, an app of the person's own, several accounts. */
export async function tourWays(page: Page, world: World, words: Words, visit: Visit): Promise<void> {
  const { ways } = await openWays(page, world, words);
  await ways.openPortal();
  await visit("ways");
  await ways.portal.getByRole("button", { name: /^Your own app/ }).click();
  await expect(ways.portal.getByLabel("Client ID")).toBeVisible();
  await visit("own-app");
  await ways.closePortal();
  await connectKey(world, "north");
  await connectKey(world, "south");
  await ways.openPortal();
  await expect(ways.heading).toHaveText(ways.say("Your {provider} accounts", { provider: "Acme Ways" }));
  await visit("accounts");
  await ways.portal.getByRole("button", { name: /^north/ }).click();
  await expect(ways.button("All accounts")).toBeVisible();
  await visit("account");
}

/** What is asked afterwards, and what was asked for and not granted. */
export async function tourAfter(page: Page, world: World, words: Words, visit: Visit): Promise<void> {
  const sites = await openSites(page, world, words);
  await sites.openPortal();
  await allow(sites);
  await expect(sites.button("Finish")).toBeVisible();
  await visit("question");

  world.provider.withheld = ["deals"];
  world.provider.forgetConsent();
  const scopes = await openScopes(page, world, words);
  await scopes.openPortal();
  await visit("abilities");
  await allow(scopes);
  await expect(scopes.button("Allow the rest")).toBeVisible();
  await visit("fewer-scopes");
}

async function allow(host: HostPage): Promise<void> {
  const popup = await host.openWindow();
  const closed = popup.waitForEvent("close");
  await popup.getByRole("button", { name: "Allow" }).click();
  await closed;
}
