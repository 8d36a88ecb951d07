import type { Page } from "@playwright/test";
import { acmescopes, acmesites, acmeways } from "./definitions.ts";
import { HostPage } from "./host-page.ts";
import type { Words } from "./words.ts";
import type { World } from "./world.ts";

/** The host page for the integration that has three ways to connect. */
export async function openWays(page: Page, world: World, words?: Words) {
  const redirectUri = await define(world, "acmeways", acmeways(world.provider.url));
  const ways = await new HostPage(page, world.host, "acmeways", "Acme Ways", words).open();
  return { ways, redirectUri };
}

/** The host page for the integration that asks something after authorising. */
export async function openSites(page: Page, world: World, words?: Words): Promise<HostPage> {
  await define(world, "acmesites", acmesites(world.provider.url));
  return new HostPage(page, world.host, "acmesites", "Acme Sites", words).open();
}

/** The host page for the integration of whose scopes some can be left out. */
export async function openScopes(page: Page, world: World, words?: Words): Promise<HostPage> {
  await define(world, "acmescopes", acmescopes(world.provider.url));
  return new HostPage(page, world.host, "acmescopes", "Acme Scopes", words).open();
}

/** One more account of the user's, by a key; the app calls it `name`. */
export async function connectKey(world: World, name?: string): Promise<void> {
  const token = world.session.userToken;
  const all = (await (await world.api(token, "integrations")).json()) as { id: string; type: string }[];
  const answer = await world.api(token, "credentials", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      integrationId: all.find(({ type }) => type === "acmeways")?.id,
      payload: { api_key: name ?? "a key" },
      installOptions: { allowMultipleCredentials: true, externalId: name },
    }),
  });
  if (!answer.ok) throw new Error(`POST credentials: ${answer.status} ${await answer.text()}`);
}

async function define(world: World, type: string, toml: string): Promise<string> {
  const client = world.provider.register();
  const { redirectUri } = await world.define(type, toml, client);
  world.provider.allowRedirect(client, redirectUri);
  return redirectUri;
}
