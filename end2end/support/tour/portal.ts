import { expect, type Page } from "@playwright/test";
import { documentOf } from "../axe.ts";
import { HostPage } from "../host-page.ts";
import type { Words } from "../words.ts";
import type { World } from "../world.ts";
import type { Visit } from "./visit.ts";

const ACME = { provider: "Acme" };

/** Leads the portal of an OAuth integration through its states. */
export async function tourOAuth(page: Page, world: World, words: Words, visit: Visit): Promise<void> {
  const acme = await new HostPage(page, world.host, "acme", "Acme", words).open();
  await acme.openPortal();
  await visit("intro");
  const popup = await acme.openWindow();
  await expect(acme.button("Open it again")).toBeVisible();
  await visit("waiting");
  await popup.close();
  await expect(acme.button("Try again")).toBeVisible();
  await visit("closed-window");
  await inWindow(acme, "Try again", "Deny");
  await expect(acme.alert).toBeVisible();
  await visit("denied");
  await acme.closePortal();

  await acme.openPortal();
  await (await documentOf(acme.frame)).evaluate(() => (window.open = () => null));
  await acme.button("Connect").click();
  await expect(acme.alert).toBeVisible();
  await visit("blocked-window");
  await acme.closePortal();
  await tourOutage(acme, world, visit);
  await acme.closePortal();

  world.provider.revokeGrants();
  await acme.request("/api/echo/1");
  await acme.openPortal();
  await expect(acme.button("Reconnect")).toBeVisible();
  await visit("reconnect");
  await inWindow(acme, "Reconnect", "Allow");
  await expect(acme.heading).toHaveText(acme.say("Connected"));
  await acme.button("Disconnect").click();
  await acme.noted("uninstall");
  await expect(acme.heading).toHaveText(acme.say("Disconnected"));
  await visit("disconnected");
}

/** From a provider that takes its time, and then is away, to an account. */
async function tourOutage(acme: HostPage, world: World, visit: Visit): Promise<void> {
  const asked = world.provider.holdTokenRequests();
  await acme.openPortal();
  const back = inWindow(acme, "Connect", "Allow");
  await asked;
  await expect(acme.heading).toHaveText(acme.say("Checking with {provider}", ACME));
  await visit("checking");
  world.provider.outage = "token";
  world.provider.refuseHeld();
  await back;
  await expect(acme.heading).toHaveText(acme.say("{provider} does not answer", ACME));
  await visit("provider-down");
  world.provider.outage = "none";
  await inWindow(acme, "Try again", "Allow");
  await expect(acme.heading).toHaveText(acme.say("Connected"));
  await visit("connected");
}

async function inWindow(acme: HostPage, button: string, answer: "Allow" | "Deny"): Promise<void> {
  const popup = await acme.openWindow(button);
  const closed = popup.waitForEvent("close");
  const pressed = popup.getByRole("button", { name: answer }).click();
  // A provider that remembers the consent asks no second time.
  await Promise.race([closed, pressed.then(() => closed)]);
}

/** Leads the portal of an API-key integration through its states. */
export async function tourKey(page: Page, world: World, words: Words, visit: Visit): Promise<void> {
  const acmekey = await new HostPage(page, world.host, "acmekey", "Acme Key", words).open();
  await acmekey.openPortal();
  await visit("form");
  await acmekey.button("Connect").click();
  await expect(acmekey.portal.getByLabel("API key")).toHaveAttribute("aria-invalid", "true");
  await visit("form-empty");
  await acmekey.portal.getByLabel("API key").fill(world.keys.wrongKey);
  await acmekey.button("Connect").click();
  await expect(acmekey.alert).toBeVisible();
  await visit("form-refused");
  await page.context().setOffline(true);
  await acmekey.button("Connect").click();
  const offline = acmekey.say("Check your network connection, then try again.");
  await expect(acmekey.alert).toContainText(offline);
  await visit("offline");
  await page.context().setOffline(false);
  await acmekey.closePortal();

  await acmekey.connectKey(world.keys.key);
  await expect(acmekey.heading).toHaveText(acmekey.say("Connected"));
  await visit("connected-account");
}

/** Shows the portal as a part of the host page, in two of its states. */
export async function tourInline(page: Page, world: World, words: Words, visit: Visit): Promise<void> {
  const acme = await new HostPage(page, world.host, "acme", "Acme", words).open();
  await page.evaluate((language) => {
    const place = document.createElement("div");
    place.id = "place";
    document.querySelector("main")?.append(place);
    void window.app.patchbay.connect("acme", { container: place, language });
  }, words.language);
  await expect(acme.button("Connect")).toBeEnabled();
  await visit("inline");
  await (await documentOf(acme.frame)).evaluate(() => (window.open = () => null));
  await acme.button("Connect").click();
  await expect(acme.alert).toBeVisible();
  await visit("inline-blocked");
}
