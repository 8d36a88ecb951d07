import { expect } from "@playwright/test";
import { PACKAGE } from "../definitions.ts";
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

/** Waits until the flow has come to that stage, and gives what it asks. */
async function nextStage(lab: Lab, stage: string): Promise<Stage["options"]> {
  const last = async () => ((await lab.sdk.all("onNext")) as unknown as Stage[]).at(-1);
  await expect.poll(async () => (await last())?.stage).toBe(stage);
  return (await last())?.options ?? [];
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

const ways: Row[] = [
  {
    call: "installFlow",
    shows: "accountType, then oauth, to done",
    async check(lab) {
      await lab.enterHeadless();
      const stage = await firstStage(lab, "acmeways");
      expect(stage).toMatchObject({ stage: "accountType", done: false });
      expect(stage.options.map(({ id, scheme }) => [id, scheme])).toEqual([
        ["default", "oauth"],
        ["user-configured-oauth", "oauth"],
        ["key", "basic"],
      ]);
      const choose = () => lab.sdk.give("setAccountType", "default");
      await answerConsent(await lab.sdk.popupOf(choose), "Allow");
      await expectComplete(lab, "acmeways");
      const { allCredentials } = await lab.state("acmeways");
      expect(allCredentials).toMatchObject([{ accountType: "default" }]);
    },
  },
  {
    call: "installFlow",
    shows: "accountType, then preOptions: the user's own OAuth app, to done",
    // The first version asks nothing before the window of an account type.
    since: "2.1.1",
    async check(lab) {
      const own = lab.world.ownClient();
      await lab.enterHeadless();
      await firstStage(lab, "acmeways");
      await lab.sdk.give("setAccountType", "user-configured-oauth");
      expect(await nextStage(lab, "preOptions")).toMatchObject([
        { id: "client_id" },
        { id: "client_secret", type: "PASSWORD" },
      ]);
      const give = () =>
        lab.sdk.give("setPreOptions", { client_id: own.clientId, client_secret: own.clientSecret });
      await answerConsent(await lab.sdk.popupOf(give), "Allow");
      await expectComplete(lab, "acmeways");
    },
  },
  {
    call: "installFlow",
    shows: "accountType, then preOptions: a key, to done",
    async check(lab) {
      await lab.enterHeadless();
      await firstStage(lab, "acmeways");
      await lab.sdk.give("setAccountType", "key");
      await lab.sdk.give("setPreOptions", { api_key: "any" });
      await expectComplete(lab, "acmeways");
      const { allCredentials } = await lab.state("acmeways");
      expect(allCredentials).toMatchObject([{ accountType: "key" }]);
    },
  },
];

const instructions: Row[] = [
  {
    call: "installFlow",
    shows: "instruction: a package to install at Salesforce, then oauth, to done",
    since: "2.2.4",
    async check(lab) {
      await lab.enterHeadless();
      await firstStage(lab, "salesforce");
      await lab.sdk.give("setAccountType", "sandbox");
      await nextStage(lab, "instruction");
      const href = PACKAGE.replace("login.", "test.");
      expect((await lab.sdk.all("onNext")).at(-1)).toMatchObject({
        packageInstallUrl: href,
        ctas: [{ type: "link", href }, { type: "copyButton", copyText: href }],
        finish: { type: "finishButton" },
      });
      await answerConsent(await lab.sdk.popupOf(() => lab.sdk.finish()), "Allow");
      await expectComplete(lab, "salesforce");
    },
  },
];

const after: Row[] = [
  {
    call: "installFlow",
    shows: "oauth, then postOptions: what the provider has is chosen from, to done",
    async check(lab) {
      await lab.enterHeadless();
      const popup = await lab.sdk.popupOf(() => lab.sdk.flow("acmesites"));
      await answerConsent(popup, "Allow");
      expect(await nextStage(lab, "postOptions")).toMatchObject([
        { id: "site", type: "DYNAMIC_ENUM", sourceType: "sites" },
      ]);
      const pending = await lab.state("acmesites");
      expect(pending).toMatchObject({ enabled: false, credentialStatus: "PENDING" });
      await lab.sdk.give("setPostOptions", { site: "s-2" });
      await expectComplete(lab, "acmesites");
      const echo = await lab.request<Echo>("acmesites", "/1");
      expect(echo.path).toBe("/api/echo/s-2/1");
    },
  },
  {
    call: "getFieldOptions",
    shows: "the choices that the provider has for the account",
    since: "2.2.4",
    async check(lab) {
      await lab.enter();
      const popup = await lab.sdk.popupOf(() => lab.sdk.begin("installIntegration", "acmesites"));
      await answerConsent(popup, "Allow");
      await expect.poll(async () => (await lab.state("acmesites")).credentialStatus).toBe("PENDING");
      const [{ id } = { id: "" }] = (await lab.state("acmesites")).allCredentials;
      const path = `credentials/${id}/complete-setup`;
      const body = JSON.stringify({ payload: { site: "s-1" } });
      const completed = await lab.world.api(lab.user, path, { method: "POST", body });
      expect(completed.status).toBe(200);
      const { data } = await lab.sdk.call<{ data: unknown }>("getFieldOptions", {
        integration: "acmesites",
        action: "sites",
      });
      expect(data).toEqual([
        { value: "s-1", label: "North" },
        { value: "s-2", label: "South" },
      ]);
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

export const headless: Row[] = [...keys, ...ways, ...instructions, ...after, ...popups, ...givenUp, ...errors];
