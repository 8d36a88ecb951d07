import { expect } from "@playwright/test";
import { answerConsent } from "../page.ts";
import type { Row } from "../table.ts";

/** The named errors of the install flow. */
export const errors: Row[] = [
  {
    call: "UserNotAuthenticatedError",
    shows: "nobody is signed in",
    async check(lab) {
      await lab.fresh();
      const refused = await lab.sdk.refusal("installIntegration", "acme");
      expect(refused.message).toContain("User not authenticated, Call paragon.authenticate");
      expect(refused.name).toBe(lab.has("2.1.1") ? "UserNotAuthenticatedError" : "Error");
    },
  },
  {
    call: "HeadlessModeNotEnabledError",
    shows: "a flow without setHeadless",
    since: "2.1.1",
    async check(lab) {
      await lab.enter();
      await lab.sdk.flow("acme");
      expect(await lab.sdk.noted("failed")).toMatchObject({ name: "HeadlessModeNotEnabledError" });
    },
  },
  {
    call: "NoActiveInstallFlowError",
    shows: "a stage without a flow",
    since: "2.1.1",
    async check(lab) {
      await lab.enterHeadless();
      const refused = await lab.sdk.refusal("installFlow.next");
      expect(refused.name).toBe("NoActiveInstallFlowError");
    },
  },
  {
    call: "IntegrationNotFoundError",
    shows: "a flow for no such integration",
    async check(lab) {
      await lab.enterHeadless();
      await lab.sdk.flow("nothing");
      const failed = await lab.sdk.noted<{ name: string; message: string }>("failed");
      expect(failed.message).toBe("Integration with name nothing not found");
      expect(failed.name).toBe(lab.has("2.1.1") ? "IntegrationNotFoundError" : "Error");
    },
  },
  {
    call: "OAuthBlockedError",
    shows: "the browser opened no popup",
    since: "2.1.1",
    async check(lab) {
      await lab.enterHeadless();
      await lab.sdk.page.evaluate(() => (window.open = () => null));
      await lab.sdk.flow("acme");
      expect(await lab.sdk.noted("failed")).toMatchObject({ name: "OAuthBlockedError" });
    },
  },
  {
    call: "OAuthTimeoutError",
    shows: "the person took too long; the popup closes",
    since: "2.1.1",
    async check(lab) {
      await lab.enterHeadless();
      const start = () => lab.sdk.flow("acme", { oauthTimeout: 1_500 });
      const popup = await lab.sdk.popupOf(start);
      const closed = popup.isClosed() || popup.waitForEvent("close", { timeout: 8_000 });
      expect(await lab.sdk.noted("failed")).toMatchObject({ name: "OAuthTimeoutError" });
      await closed;
      await lab.expectNothingStored("acme");
    },
  },
  {
    call: "UnknownError",
    shows: "the person said no at the provider",
    async check(lab) {
      await lab.enterHeadless();
      const popup = await lab.sdk.popupOf(() => lab.sdk.flow("acme"));
      await answerConsent(popup, "Deny");
      const failed = await lab.sdk.noted<{ message: string }>("failed");
      expect(failed.message).not.toBe("");
      await lab.expectNothingStored("acme");
      await lab.expectSignedIn();
    },
  },
];
