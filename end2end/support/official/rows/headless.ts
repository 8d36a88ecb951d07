import { expect } from "@playwright/test";
import type { Lab } from "../lab.ts";
import { answerConsent } from "../page.ts";
import { type Echo, REFUSAL } from "../provider.ts";
import type { Row } from "../table.ts";
import { errors } from "./headless-errors.ts";

interface Stage {
  stage: string;
  done: boolean;
  options: { id: string; title?: string; scheme?: string }[];
}

/** Starts the flow and gives its first stage. */
async function firstStage(lab: Lab, type: string): Promise<Stage> {
  await lab.sdk.flow(type);
  return lab.sdk.noted<Stage>("onNext");
}

/** The end of a flow: called back once, one account, one event, no error. */
async function expectComplete(lab: Lab, type: string): Promise<void> {
  const event = await lab.sdk.noted("onComplete");
  const { id } = await lab.expectConnected(type);
  if (lab.has("2.2.4")) expect(event).toMatchObject({ integrationType: type, credentialId: id });
  expect(await lab.sdk.all("onComplete")).toHaveLength(1);
  expect(await lab.sdk.all("failed")).toEqual([]);
  expect(await lab.sdk.all("onIntegrationInstall")).toHaveLength(1);
  await expect(lab.sdk.frame).toBeHidden();
}

const keys: Row[] = [
  {
    call: "installFlow",
    shows: "preOptions: an API key, to done",
    async check(lab) {
      await lab.enterHeadless();
      const stage = await firstStage(lab, "acmekey");
      expect(stage).toMatchObject({ stage: "preOptions", done: false });
      expect(stage.options).toMatchObject([{ id: "api_key", title: "API key", type: "PASSWORD" }]);
      await lab.sdk.give("setPreOptions", { api_key: lab.world.accounts.key("one") });
      await expectComplete(lab, "acmekey");
    },
  },
  {
    call: "installFlow",
    shows: "preOptions: a wrong key brings the provider's reason, a right one then connects",
    async check(lab) {
      await lab.enterHeadless();
      await firstStage(lab, "acmekey");
      await lab.sdk.give("setPreOptions", { api_key: "not-a-key-of-anybody" });
      const failed = await lab.sdk.noted<{ name: string; message: string }>("failed");
      expect(failed.message).toContain(REFUSAL);
      if (lab.has("2.1.1")) expect(failed).toMatchObject({ name: "UnknownError", stage: "preOptions" });
      await lab.expectNothingStored("acmekey");
      await lab.expectSignedIn();
      await lab.sdk.give("setPreOptions", { api_key: lab.world.accounts.key("one") });
      await lab.sdk.noted("onComplete");
      await lab.expectConnected("acmekey");
    },
  },
];

const popups: Row[] = [
  {
    call: "installFlow",
    shows: "oauth: by popup, to done",
    async check(lab) {
      await lab.enterHeadless();
      const popup = await lab.sdk.popupOf(() => lab.sdk.flow("acme"));
      await answerConsent(popup, "Allow");
      await expectComplete(lab, "acme");
      const stages = (await lab.sdk.all("onNext")).map(({ stage }) => stage);
      expect(stages).toEqual(lab.has("2.2.4") ? ["oauth"] : []);
    },
  },
  {
    call: "installFlow",
    shows: "oauth: by polling alone, the opener is cut",
    async check(lab) {
      await lab.enterHeadless();
      lab.world.oauth.cutsOpener = true;
      try {
        const popup = await lab.sdk.popupOf(() => lab.sdk.flow("acme"));
        await answerConsent(popup, "Allow");
        await lab.sdk.noted("onComplete");
      } finally {
        lab.world.oauth.cutsOpener = false;
      }
      await expect.poll(async () => (await lab.state("acme")).enabled).toBe(true);
      expect(await lab.sdk.all("failed")).toEqual([]);
    },
  },
  {
    call: "installFlow",
    shows: "preOptions, then oauth: the answer reaches the provider",
    async check(lab) {
      await lab.enterHeadless();
      const stage = await firstStage(lab, "acmepre");
      expect(stage).toMatchObject({ stage: "preOptions", options: [{ id: "workspace" }] });
      const give = () => lab.sdk.give("setPreOptions", { workspace: "north" });
      await answerConsent(await lab.sdk.popupOf(give), "Allow");
      await expectComplete(lab, "acmepre");
      const echo = await lab.request<Echo>("acmepre", "/1");
      expect(echo.headers).toMatchObject({ "x-workspace": "north" });
    },
  },
  {
    call: "installIntegration",
    shows: "headless: the promise brings the account",
    async check(lab) {
      await lab.enterHeadless();
      const popup = await lab.sdk.popupOf(() => lab.sdk.begin("installIntegration", "acme"));
      await answerConsent(popup, "Allow");
      const event = await lab.sdk.noted("resolved");
      const { id } = await lab.expectConnected("acme");
      expect(event).toMatchObject({ integrationType: "acme", credentialId: id });
    },
  },
];

const givenUp: Row[] = [
  {
    call: "installFlow.cancel",
    shows: "what the flow had connected is disconnected",
    since: "2.2.4",
    async check(lab) {
      await lab.enterHeadless();
      const popup = await lab.sdk.popupOf(() => lab.sdk.flow("acme"));
      await answerConsent(popup, "Allow");
      await lab.sdk.noted("onComplete");
      await lab.sdk.call("installFlow.cancel");
      await lab.sdk.noted("onIntegrationUninstall");
      await lab.expectNothingStored("acme");
    },
  },
];

export const headless: Row[] = [...keys, ...popups, ...givenUp, ...errors];
