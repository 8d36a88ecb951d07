import { expect, type Page } from "@playwright/test";
import { HostPage } from "../host-page.ts";
import { claims, rs256 } from "../jwt.ts";
import { Backend } from "../rest.ts";
import type { Words } from "../words.ts";
import { USER, type World } from "../world.ts";
import type { Visit } from "./visit.ts";

/** Shows what the portal says to whom it cannot serve. */
export async function tourBarred(page: Page, world: World, words: Words, visit: Visit): Promise<void> {
  const { projectId } = world.session;
  const open = async () => {
    const host = await new HostPage(page, world.host, "acmekey", "Acme Key", words).open();
    await host.openPortal();
    return host;
  };
  world.session = { projectId, userToken: Backend.of(world, undefined, { "integration:*": [] }).token };
  const lacking = await open();
  await lacking.portal.getByLabel("API key").fill(world.keys.key);
  await lacking.button("Connect").click();
  await expect(lacking.alert).toBeVisible();
  await visit("no-right");

  // A token that has a few seconds left of what a clock that is off is granted.
  const now = Math.floor(Date.now() / 1000);
  const brief = claims(USER, { iat: now - 300, exp: now - 60 + 5 });
  world.session = { projectId, userToken: rs256(world.pem, world.keyId, brief) };
  const over = await open();
  await over.portal.getByLabel("API key").fill(world.keys.key);
  const status = async () => (await world.api(world.session.userToken, "me")).status;
  await expect.poll(status, { timeout: 15_000 }).toBe(401);
  await over.button("Connect").click();
  await expect(over.heading).toHaveText(over.say("Your session is over"));
  await visit("session-over");
}

/** Shows the portal's page where it should not be, and for what is not there. */
export async function tourStray(page: Page, world: World, words: Words, visit: Visit): Promise<void> {
  const { production } = world.environments;
  const ui = async (title: string, query: Record<string, string>) => {
    const all = { projectId: world.project, integration: "acme", lang: words.language, ...query };
    await page.goto(`${world.patchbay.url}/ui?${new URLSearchParams(all)}`);
    const heading = words.say(title, { provider: "Acme" });
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
  };
  await ui("Open this from your app", {});
  await visit("alone");
  await ui("There is nothing here", { integration: "nothing" });
  await visit("unknown");
  await world.patchbay.cli.setIntegration({ project: world.project, type: "acmekey", active: false });
  await ui("Not available yet", { integration: "acmekey" });
  await visit("inactive");
  await world.patchbay.cli.setIntegration({ project: production, type: "acmekey", active: true });
  const refused = { projectId: production, integration: "acmekey", origin: "https://app.example" };
  await ui("This page may not be shown here", refused);
  await visit("origin-not-allowed");
  const callback = `/oauth/callback/${world.acme.integrationId}?state=x&code=y`;
  await page.goto(world.patchbay.url + callback);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await visit("callback-refused");
}

/** Leads a link from the question to the account, and on to where it is over. */
export async function tourLink(page: Page, world: World, words: Words, visit: Visit): Promise<void> {
  const heading = page.getByRole("heading", { level: 1 }).filter({ visible: true });
  const body = { integration: "acmekey", name: "dana@example.com" };
  const { url } = (await Backend.of(world).call<{ url: string }>("POST", "links", body)).body;
  const [address = "", secret = ""] = url.split("#");
  world.planted.add("link", secret);
  const asked = `${address}?lang=${words.language}#${secret}`;
  await page.goto(asked);
  const go = page.getByRole("button", { name: words.say("Continue"), exact: true });
  await expect(go).toBeVisible();
  await visit("link-question");
  await go.click();
  const connect = page.getByRole("button", { name: words.say("Connect"), exact: true });
  await expect(connect).toBeEnabled();
  await visit("link-form");
  await page.getByLabel("API key").fill(world.keys.key);
  await connect.click();
  await expect(heading).toHaveText(words.say("Connected"));
  await visit("link-connected");
  await page.context().clearCookies();
  // The page has taken the secret out of its address: to add it alone would load nothing.
  await page.goto("about:blank");
  await page.goto(asked);
  await expect(heading).toHaveText(words.say("This link cannot be used"));
  await visit("link-over");
}
