import { expect } from "@playwright/test";
import { claims, foreignKey, rs256 } from "../../jwt.ts";
import { ACCOUNT } from "../../provider/consent.ts";
import { TYPES } from "../definitions.ts";
import type { Lab } from "../lab.ts";
import { MAKER } from "../maker.ts";
import type { Row } from "../table.ts";

const KEPT = "paragon-connect-user-state";

interface Metadata {
  type: string;
  name: string;
  icon: string;
  brandColor: string;
}

const authenticate: Row[] = [
  {
    call: "configureGlobal",
    shows: "one URL for every service; its maker is asked for an empty frame alone",
    async check(lab) {
      lab.maker.asked.length = 0;
      await lab.fresh({ way: "urls" });
      await lab.signIn();
      await lab.expectSignedIn();
      const others = lab.maker.asked.filter((asked) => asked !== `connect.${MAKER}/ui`);
      expect(others).toEqual([]);
    },
  },
  {
    call: "new ConnectSDK",
    shows: "the same by the constructor; a reload keeps the user; its maker is asked nothing",
    async check(lab) {
      lab.maker.asked.length = 0;
      await lab.fresh({ way: "class" });
      await lab.signIn();
      await lab.sdk.open({ way: "class" });
      await expect.poll(() => lab.getUser()).toMatchObject({ authenticated: true, userId: lab.user });
      await expect.poll(() => lab.sdk.call<unknown[]>("getIntegrationMetadata")).toHaveLength(TYPES.length);
      expect(lab.maker.asked).toEqual([]);
    },
  },
  {
    call: "authenticate",
    shows: "with metadata, whose usual keys are put in order",
    async check(lab) {
      await lab.fresh();
      const metadata = { name: "Ada", EMAIL: "ada@example.com", plan: "pro" };
      const token = lab.world.token(lab.user);
      await lab.sdk.call("authenticate", lab.world.project, token, { metadata });
      const meta = { Name: "Ada", Email: "ada@example.com", plan: "pro" };
      expect((await lab.getUser()).meta).toEqual(meta);
      expect((await lab.stored()).meta).toEqual(meta);
    },
  },
  {
    call: "authenticate",
    shows: "a token of a foreign key, and of a time that is over, is refused",
    async check(lab) {
      await lab.fresh();
      const foreign = rs256(foreignKey(), "none", claims(lab.user));
      const refused = await lab.sdk.refusal("authenticate", lab.world.project, foreign);
      expect(refused.message).toContain("Failed to authenticate user with Paragon: {");
      const old = lab.world.token(lab.user, { exp: Math.floor(Date.now() / 1000) - 60 });
      const late = await lab.sdk.refusal("authenticate", lab.world.project, old);
      expect(late.message).toContain("JWT token provided has expired.");
      expect(await lab.getUser()).toEqual({ authenticated: false });
    },
  },
];

const identities: Row[] = [
  {
    call: "authenticate",
    shows: "a token of an identity provider",
    async check(lab) {
      await lab.fresh();
      await lab.sdk.call("authenticate", lab.world.project, await lab.world.idToken());
      expect(await lab.getUser()).toMatchObject({ authenticated: true, userId: ACCOUNT });
    },
  },
];

const user: Row[] = [
  {
    call: "getUser",
    shows: "every integration, without accounts, and no token",
    async check(lab) {
      await lab.stayIn();
      const found = await lab.getUser();
      expect(Object.keys(found)).not.toContain("token");
      expect(Object.keys(found.integrations).sort()).toEqual([...TYPES].sort());
      for (const state of Object.values(found.integrations)) {
        expect(state).toMatchObject({ enabled: false, allCredentials: [], allConfigurations: [] });
      }
    },
  },
  {
    call: "setUserMetadata",
    shows: "what was there stays",
    async check(lab) {
      await lab.enter();
      await lab.sdk.call("setUserMetadata", { name: "Ada" });
      await lab.sdk.call("setUserMetadata", { seats: 3 });
      expect((await lab.getUser()).meta).toEqual({ Name: "Ada", seats: 3 });
      expect((await lab.stored()).meta).toEqual({ Name: "Ada", seats: 3 });
    },
  },
  {
    call: "subscribe",
    shows: "the five events, and no other",
    async check(lab) {
      await lab.stayIn();
      // The page has subscribed to all five.
      const refused = await lab.sdk.refusal("subscribe", "onSomething");
      expect(refused.message).toBe("onSomething is not valid paragon event");
    },
  },
  {
    call: "logout",
    shows: "nobody is signed in and nothing is kept",
    async check(lab) {
      await lab.enter();
      expect(await kept(lab)).toContain(lab.user);
      await lab.sdk.call("logout");
      expect(await lab.getUser()).toEqual({ authenticated: false });
      expect(await kept(lab)).toBeNull();
    },
  },
];

const integrations: Row[] = [
  {
    call: "getIntegrationMetadata",
    shows: "all, one, and none of that name; the icon is there",
    async check(lab) {
      await lab.stayIn();
      const all = await lab.sdk.call<Metadata[]>("getIntegrationMetadata");
      expect(all.map(({ type }) => type).sort()).toEqual([...TYPES].sort());
      const one = await lab.sdk.call<Metadata>("getIntegrationMetadata", "acmekey");
      expect(one).toMatchObject({ type: "acmekey", name: "Acme Key", brandColor: "#335577" });
      const icon = await fetch(one.icon);
      expect(icon.status).toBe(200);
      expect(icon.headers.get("content-type")).toContain("image/svg+xml");
      const refused = await lab.sdk.refusal("getIntegrationMetadata", "nothing");
      expect(refused.message).toBe("nothing is not a valid integration name");
    },
  },
  {
    call: "getIntegrationConfig",
    shows: "lists of workflows, empty",
    async check(lab) {
      await lab.stayIn();
      const config = await lab.sdk.call("getIntegrationConfig", "acme");
      expect(config).toMatchObject({ availableWorkflows: [], hiddenWorkflows: [] });
    },
  },
  {
    call: "getIntegrationId",
    shows: "the id of the dashboard",
    async check(lab) {
      await lab.stayIn();
      const id = await lab.sdk.call("getIntegrationId", "acme");
      expect(id).toBe(lab.world.integrations.acme);
    },
  },
  {
    call: "getAccountTypeOptions",
    shows: "the ways to connect; beside it getPreOptions and getPostOptions, what each asks",
    async check(lab) {
      await lab.stayIn();
      const ways = await lab.sdk.call<{ id: string }[]>("getAccountTypeOptions", "acmeways");
      expect(ways.map(({ id }) => id)).toEqual(["default", "user-configured-oauth", "key"]);
      const before = await lab.sdk.call("getPreOptions", "acmekey");
      expect(before).toMatchObject([{ id: "api_key", required: true }]);
      const after = await lab.sdk.call("getPostOptions", "acmesites");
      expect(after).toMatchObject([{ id: "site" }]);
    },
  },
  {
    call: "setDataSources",
    shows: "a drop-down's choices",
    since: "2.4.0",
    async check(lab) {
      await lab.stayIn();
      const values = [{ label: "Red", value: "red" }];
      await lab.sdk.call("setDataSources", { dropdowns: { colour: values } });
      const input = { type: "CUSTOM_DROPDOWN", key: "colour", id: "c", title: "Colour" };
      const found = await lab.sdk.call("getSourcesForInput", "acme", input);
      expect(found).toMatchObject({ kind: "single", source: { values } });
    },
  },
];

export const session: Row[] = [...authenticate, ...identities, ...user, ...integrations];

function kept(lab: Lab): Promise<string | null> {
  return lab.sdk.page.evaluate((name) => localStorage.getItem(name), KEPT);
}
