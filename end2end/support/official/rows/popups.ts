import { expect } from "@playwright/test";
import { answerConsent } from "../page.ts";
import type { Lab } from "../lab.ts";
import type { Row } from "../table.ts";

/** `installIntegration` of the OAuth integration, up to the provider's page. */
function install(lab: Lab, options: object = {}) {
  return lab.sdk.popupOf(() => lab.sdk.begin("installIntegration", "acme", options));
}

export const popups: Row[] = [
  {
    call: "installIntegration",
    shows: "a popup at once; the promise, one event and the state",
    async check(lab) {
      await lab.enter();
      await answerConsent(await install(lab), "Allow");
      const event = await lab.sdk.noted("resolved");
      const { id } = await lab.expectConnected("acme");
      expect(event).toMatchObject({ integrationType: "acme", credentialId: id });
      expect(await lab.sdk.all("onIntegrationInstall")).toHaveLength(1);
      expect(await lab.request("acme", "/api/echo/1")).toMatchObject({ path: "/api/echo/1" });
    },
  },
  {
    call: "installIntegration",
    shows: "the person said no",
    async check(lab) {
      await lab.enter();
      await answerConsent(await install(lab), "Deny");
      await lab.sdk.noted("rejected");
      expect(await lab.sdk.all("onError")).toHaveLength(1);
      await lab.expectNothingStored("acme");
      await lab.expectSignedIn();
    },
  },
  {
    call: "installIntegration",
    shows: "the provider's page cuts the opener; polling brings the result",
    since: "2.2.4",
    async check(lab) {
      await lab.enter();
      lab.world.oauth.cutsOpener = true;
      try {
        await answerConsent(await install(lab), "Allow");
        await lab.sdk.noted("resolved");
      } finally {
        lab.world.oauth.cutsOpener = false;
      }
      await lab.expectConnected("acme");
      expect(await lab.sdk.all("onIntegrationInstall")).toHaveLength(1);
    },
  },
  {
    call: "installIntegration",
    shows: "showPortalAfterInstall opens the portal on the account",
    async check(lab) {
      await lab.enter();
      await answerConsent(await install(lab, { showPortalAfterInstall: true }), "Allow");
      await lab.sdk.noted("resolved");
      await expect(lab.sdk.frame).toBeVisible();
      await expect(lab.sdk.portal.getByRole("button", { name: "Disconnect" })).toBeVisible();
    },
  },
  {
    call: "installIntegration",
    shows: "an API key: the portal asks for it",
    async check(lab) {
      await lab.enter();
      await lab.sdk.begin("installIntegration", "acmekey");
      await lab.sdk.portal.getByLabel("API key").fill(lab.world.accounts.key("one"));
      await lab.sdk.portal.getByRole("button", { name: "Connect", exact: true }).click();
      await lab.sdk.noted("resolved");
      await lab.expectConnected("acmekey");
    },
  },
  {
    call: "installIntegration",
    shows: "a question before the authorisation: the portal asks it",
    async check(lab) {
      await lab.enter();
      await lab.sdk.begin("installIntegration", "acmepre");
      await lab.sdk.portal.getByLabel("Workspace").fill("north");
      const next = lab.sdk.portal.getByRole("button", { name: "Connect", exact: true });
      await answerConsent(await lab.sdk.popupOf(() => next.click()), "Allow");
      await lab.sdk.noted("resolved");
      await lab.expectConnected("acmepre");
    },
  },
  {
    call: "installIntegration",
    shows: "a link of another user ends nowhere",
    async check(lab) {
      await lab.enter();
      const popup = await install(lab);
      await popup.waitForURL(`${lab.world.oauth.url}/**`);
      await popup.close();
      const first = lab.user;
      await lab.enter();
      const other = lab.user;
      await answerConsent(await install(lab), "Allow");
      await lab.expectConnected("acme");
      lab.user = first;
      await lab.expectNothingStored("acme");
      lab.user = other;
    },
  },
];
