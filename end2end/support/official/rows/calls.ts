import { expect } from "@playwright/test";
import { COMPLAINT, type Echo } from "../provider.ts";
import type { Row } from "../table.ts";

export const calls: Row[] = [
  {
    call: "request",
    shows: "GET with a query, with and without a leading slash",
    async check(lab) {
      await lab.stayConnected();
      for (const path of ["/echo/1?limit=2", "echo/1?limit=2"]) {
        const echo = await lab.request<Echo>("acmekey", path);
        expect(echo).toMatchObject({ account: "one", method: "GET", path: "/echo/1?limit=2" });
      }
    },
  },
  {
    call: "request",
    shows: "a JSON body and headers of the caller; none of the SDK's own goes on",
    async check(lab) {
      await lab.stayConnected();
      const init = { method: "POST", body: { title: "Note" }, headers: { "X-Kept": "yes" } };
      const echo = await lab.request<Echo>("acmekey", "/echo", init);
      expect(echo).toMatchObject({ method: "POST", body: '{"title":"Note"}' });
      expect(echo.headers).toMatchObject({ "x-kept": "yes", "content-type": "application/json" });
      const others = Object.keys(echo.headers).filter((name) => /^(x-paragon|cookie|origin)/.test(name));
      expect(others).toEqual([]);
    },
  },
  {
    call: "request",
    shows: "an answer in words, and an empty one",
    async check(lab) {
      await lab.stayConnected();
      expect(await lab.request("acmekey", "/words")).toBe("Plain words");
      expect(await lab.request("acmekey", "/nothing")).toBeFalsy();
    },
  },
  {
    call: "request",
    shows: "the provider's own refusal reaches the caller",
    async check(lab) {
      await lab.stayConnected();
      const refused = await lab.sdk.refusal("request", "acmekey", "/complaint", { method: "GET" });
      expect(JSON.stringify(refused)).toContain(COMPLAINT);
      await lab.expectSignedIn();
    },
  },
  {
    call: "request",
    shows: "no such integration, and no account: the error, and the user stays",
    async check(lab) {
      await lab.stayConnected();
      for (const type of ["nothing", "acme"]) {
        const refused = await lab.sdk.refusal("request", type, "/echo", { method: "GET" });
        expect(refused.message).toMatch(/\.$/);
        expect(refused.response).toMatchObject({
          code: expect.any(String),
          message: refused.message,
        });
      }
      await lab.expectSignedIn();
    },
  },
  {
    call: "event",
    shows: "taken, though no workflow listens",
    async check(lab) {
      await lab.stayConnected();
      await lab.sdk.call("event", "Task Created", { title: "Note" });
    },
  },
  {
    call: "event",
    shows: "for one account",
    since: "2.1.1",
    async check(lab) {
      const selectedCredentialId = await lab.stayConnected();
      await lab.sdk.call("event", "Task Created", {}, { selectedCredentialId });
    },
  },
  {
    call: "getIntegrationAccount",
    shows: "the integration, not a list; none without an account",
    async check(lab) {
      await lab.stayConnected();
      const account = await lab.sdk.call("getIntegrationAccount", "acmekey");
      expect(account).toMatchObject({ id: lab.world.integrations.acmekey, type: "acmekey" });
      const refused = await lab.sdk.refusal("getIntegrationAccount", "acme");
      expect(refused.message).toBe("Connect credential not found");
    },
  },
  {
    call: "getFieldOptions",
    shows: "no such source: the error, and the user stays",
    async check(lab) {
      await lab.stayConnected();
      const asked = { integration: "acmekey", action: "nothing" };
      const refused = await lab.sdk.refusal("getFieldOptions", asked);
      expect(JSON.parse(refused.message)).toMatchObject({ code: expect.any(String) });
      await lab.expectSignedIn();
    },
  },
  {
    call: "getTriggers",
    shows: "none",
    since: "2.4.0",
    async check(lab) {
      await lab.stayConnected();
      const found = await lab.sdk.call<{ triggers: object }>("getTriggers", "acmekey");
      expect(Object.values(found.triggers).flat()).toEqual([]);
    },
  },
  {
    call: "completeInstall",
    shows: "a code from the provider's own pages, once",
    async check(lab) {
      await lab.enter();
      const authorizationCode = lab.world.accounts.code("by-code");
      const options = { authorizationCode, showPortalAfterInstall: false };
      await lab.sdk.call("completeInstall", "acmecode", options);
      await lab.expectConnected("acmecode");
      const echo = await lab.request<Echo>("acmecode", "/echo");
      expect(echo.account).toBe("by-code");
      const refused = await lab.sdk.refusal("completeInstall", "acmecode", options);
      expect(JSON.parse(refused.message)).toMatchObject({ code: expect.any(String) });
      await lab.expectSignedIn();
    },
  },
];
