import { expect } from "@playwright/test";
import type { Lab } from "../lab.ts";
import { answerConsent } from "../page.ts";
import type { Echo } from "../provider.ts";
import type { Row } from "../table.ts";

interface WithToken {
  accountAuth: { OAUTH_ACCESS_TOKEN: string };
}

/** A new user with two accounts, known to the app as `first` and `second`. */
export async function enterTwice(lab: Lab): Promise<[string, string]> {
  await lab.fresh();
  const first = await lab.world.connectKey(lab.user, "one", { externalId: "first" });
  const second = await lab.world.connectKey(lab.user, "two", {
    externalId: "second",
    allowMultipleCredentials: true,
  });
  await lab.signIn();
  return [first, second];
}

function stayTwice(lab: Lab): Promise<[string, string]> {
  return lab.stay("two accounts", () => enterTwice(lab));
}

async function accountOf(lab: Lab, selectedCredentialId: string): Promise<string> {
  return (await lab.request<Echo>("acmekey", "/echo", { selectedCredentialId })).account;
}

export const accounts: Row[] = [
  {
    call: "getUser",
    shows: "two accounts of one integration, oldest first, with their external ids",
    async check(lab) {
      const ids = await stayTwice(lab);
      const { allCredentials, credentialId } = await lab.state("acmekey");
      expect(allCredentials.map(({ id }) => id)).toEqual(ids);
      expect(allCredentials.map(({ externalId }) => externalId)).toEqual(["first", "second"]);
      expect(credentialId).toBe(ids[0]);
    },
  },
  {
    call: "request",
    shows: "by id, external id and ext: form",
    async check(lab) {
      const [first, second] = await stayTwice(lab);
      expect(await accountOf(lab, first)).toBe("one");
      expect(await accountOf(lab, second)).toBe("two");
      expect(await accountOf(lab, "second")).toBe("two");
      expect(await accountOf(lab, "ext:second")).toBe("two");
      expect((await lab.request<Echo>("acmekey", "/echo")).account).toBe("one");
    },
  },
  {
    call: "request",
    shows: "an unknown account: the error, and the user stays",
    async check(lab) {
      await stayTwice(lab);
      for (const selectedCredentialId of ["ext:third", "7d9f3a52-6f0c-4a3e-9b1d-2c6f5a8e7b10"]) {
        const init = { method: "GET", selectedCredentialId };
        const refused = await lab.sdk.refusal("request", "acmekey", "/echo", init);
        expect(refused.response).toMatchObject({ code: expect.any(String) });
      }
      await lab.expectSignedIn();
    },
  },
  {
    call: "getIntegrationAccount",
    shows: "for one account by its ext: form",
    async check(lab) {
      await stayTwice(lab);
      const options = { selectedCredentialId: "ext:second" };
      const account = await lab.sdk.call("getIntegrationAccount", "acmekey", options);
      expect(account).toMatchObject({ type: "acmekey" });
    },
  },
  {
    call: "getIntegrationAccount",
    shows: "includeAccountAuth: the access token, where an operator allows it",
    async check(lab) {
      await lab.enter();
      const install = () => lab.sdk.begin("installIntegration", "acme");
      await answerConsent(await lab.sdk.popupOf(install), "Allow");
      await lab.expectConnected("acme");
      const options = { includeAccountAuth: true };
      await lab.sdk.refusal("getIntegrationAccount", "acme", options);
      await lab.expectSignedIn();
      await lab.world.set("acme", "--browser-token", "true");
      try {
        const account = await lab.sdk.call<WithToken>("getIntegrationAccount", "acme", options);
        const token = account.accountAuth.OAUTH_ACCESS_TOKEN;
        const headers = { Authorization: `Bearer ${token}` };
        const echo = await fetch(`${lab.world.oauth.url}/api/echo/1`, { headers });
        expect(echo.status).toBe(200);
      } finally {
        await lab.world.set("acme", "--browser-token", "false");
      }
    },
  },
  {
    call: "uninstallIntegration",
    shows: "the account goes, the event comes",
    async check(lab) {
      await lab.enterConnected();
      await lab.sdk.call("uninstallIntegration", "acmekey");
      expect(await lab.sdk.noted("onIntegrationUninstall")).toEqual({
        integrationId: lab.world.integrations.acmekey,
        integrationType: "acmekey",
      });
      expect(await lab.state("acmekey")).toMatchObject({ enabled: false, allCredentials: [] });
      await lab.expectNothingStored("acmekey");
    },
  },
  {
    call: "uninstallIntegration",
    shows: "one of two, by id",
    async check(lab) {
      const [first, second] = await enterTwice(lab);
      await lab.sdk.call("uninstallIntegration", "acmekey", { selectedCredentialId: second });
      expect((await lab.expectConnected("acmekey")).id).toBe(first);
    },
  },
  {
    call: "uninstallIntegration",
    shows: "one of two, by external id",
    since: "2.4.0",
    async check(lab) {
      const [, second] = await enterTwice(lab);
      await lab.sdk.call("uninstallIntegration", "acmekey", { selectedCredentialId: "ext:first" });
      expect((await lab.expectConnected("acmekey")).id).toBe(second);
    },
  },
  {
    call: "uninstallIntegration",
    shows: "nothing to uninstall",
    async check(lab) {
      await lab.enter();
      const refused = await lab.sdk.refusal("uninstallIntegration", "acmekey");
      expect(refused.message).toBe('Integration "acmekey" is not installed.');
      expect(refused.name).toBe(lab.has("2.1.1") ? "IntegrationNotInstalledError" : "Error");
    },
  },
  {
    call: "installIntegration",
    shows: "a second account needs allowMultipleCredentials",
    async check(lab) {
      await lab.enterConnected();
      const refused = await lab.sdk.refusal("installIntegration", "acmekey");
      expect(refused.message).toBe('Integration "acmekey" is already installed.');
    },
  },
  {
    call: "installIntegration",
    shows: "an external id that is taken",
    since: "2.4.0",
    async check(lab) {
      await enterTwice(lab);
      const options = { externalId: "second", allowMultipleCredentials: true };
      const refused = await lab.sdk.refusal("installIntegration", "acmekey", options);
      expect(refused.message).toContain('A credential with externalId "second" already exists');
    },
  },
];
