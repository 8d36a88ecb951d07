import { expect } from "@playwright/test";
import type { Lab } from "../lab.ts";
import { answerConsent } from "../page.ts";
import type { Echo } from "../provider.ts";
import type { Row } from "../table.ts";

/** A new user with one account of `acmekey`, on a page that knows the host's name alone. */
async function enterByName(lab: Lab): Promise<void> {
  await lab.fresh({ way: "host", host: lab.world.gateway.host });
  await lab.world.connectKey(lab.user, "one");
  await lab.signIn();
}

/** Each service under a name of its own, all of them leading to one Patchbay. */
export const hosts: Row[] = [
  {
    call: "configureGlobal",
    shows: "a host alone: zeus",
    async check(lab) {
      await lab.stay("by name", () => enterByName(lab));
      await lab.expectSignedIn();
      expect([...lab.world.gateway.names]).toContain("zeus");
    },
  },
  {
    call: "new ConnectSDK",
    shows: "a host alone",
    async check(lab) {
      await lab.fresh({ way: "class", host: lab.world.gateway.host });
      await lab.signIn();
      await lab.expectSignedIn();
    },
  },
  {
    call: "request",
    shows: "the proxy's name, worker-proxy or proxy",
    async check(lab) {
      await lab.stay("by name", () => enterByName(lab));
      expect((await lab.request<Echo>("acmekey", "/echo")).account).toBe("one");
      const name = lab.has("2.2.4") ? "worker-proxy" : "proxy";
      expect([...lab.world.gateway.names]).toContain(name);
    },
  },
  {
    call: "event",
    shows: "hermes",
    since: "2.2.4",
    async check(lab) {
      await lab.stay("by name", () => enterByName(lab));
      await lab.sdk.call("event", "Task Created", {});
      expect([...lab.world.gateway.names]).toContain("hermes");
    },
  },
  {
    call: "getTriggers",
    shows: "actionkit",
    since: "2.4.0",
    async check(lab) {
      await lab.stay("by name", () => enterByName(lab));
      await lab.sdk.call("getTriggers", "acmekey");
      expect([...lab.world.gateway.names]).toContain("actionkit");
    },
  },
  {
    call: "getIntegrationMetadata",
    shows: "the icon at dashboard",
    async check(lab) {
      await lab.stay("by name", () => enterByName(lab));
      const { icon } = await lab.sdk.call<{ icon: string }>("getIntegrationMetadata", "acme");
      expect(icon).toBe(`https://dashboard.${lab.world.gateway.host}/integrations/acme.svg`);
      const drawn = lab.sdk.page.evaluate(async (source) => {
        const image = new Image();
        image.src = source;
        await image.decode();
        return image.naturalWidth;
      }, icon);
      expect(await drawn).toBeGreaterThan(0);
    },
  },
  {
    call: "connect",
    shows: "the portal at connect",
    async check(lab) {
      await lab.fresh({ way: "host", host: lab.world.gateway.host });
      await lab.signIn();
      await lab.sdk.begin("connect", "acmekey");
      await lab.sdk.portal.getByLabel("API key").fill(lab.world.accounts.key("one"));
      await lab.sdk.portal.getByRole("button", { name: "Connect", exact: true }).click();
      await lab.sdk.noted("resolved");
      await lab.expectConnected("acmekey");
      expect([...lab.world.gateway.names]).toContain("connect");
    },
  },
  {
    call: "installIntegration",
    shows: "the popup",
    async check(lab) {
      await lab.fresh({ way: "host", host: lab.world.gateway.host });
      await lab.signIn();
      const begin = () => lab.sdk.begin("installIntegration", "acme");
      await answerConsent(await lab.sdk.popupOf(begin), "Allow");
      await lab.sdk.noted("resolved");
      await lab.expectConnected("acme");
    },
  },
];
