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
    shows: "showPortalAfterInstall: the portal opens on the account",
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
    shows: "overrideRedirectUrl: by a page of the app's own that is listed",
    async check(lab) {
      const overrideRedirectUrl = await lab.world.redirectPage();
      await lab.enter();
      const passed = lab.sdk.page.context().waitForEvent("request", {
        predicate: (request) => request.url().startsWith(`${overrideRedirectUrl}?`),
      });
      await answerConsent(await install(lab, { overrideRedirectUrl }), "Allow");
      await passed;
      await lab.sdk.noted("resolved");
      await lab.expectConnected("acme");
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
      await lab.sdk.portal.getByRole("textbox", { name: "Workspace" }).fill("north");
      const next = lab.sdk.portal.getByRole("button", { name: "Connect", exact: true });
      await answerConsent(await lab.sdk.popupOf(() => next.click()), "Allow");
      await lab.sdk.noted("resolved");
      await lab.expectConnected("acmepre");
    },
  },
  {
    call: "installIntegration",
    shows: "its link, opened in another person's browser, asks before anything else",
    async check(lab) {
      await lab.enter();
      const begin = () => lab.sdk.begin("installIntegration", "acme");
      const link = await lab.sdk.linkOf(begin);
      const browser = lab.sdk.page.context().browser();
      const other = await browser?.newContext();
      if (!other) throw new Error("There is no browser.");
      try {
        const page = await other.newPage();
        const asked: string[] = [];
        page.on("request", (request) => asked.push(request.url()));
        // Chromium now and then leaves a navigation hanging that follows the end of a popup.
        await expect(() => page.goto(link, { timeout: 4_000 })).toPass();
        await expect(page.getByRole("heading", { level: 1 })).toContainText("Acme");
        expect(asked.filter((url) => url.startsWith(lab.world.oauth.url))).toEqual([]);
        expect(page.url(), "no token in the history").not.toContain("userToken");
      } finally {
        await other.close();
      }
      await lab.expectNothingStored("acme");
    },
  },
];
