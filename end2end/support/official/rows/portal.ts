import { expect } from "@playwright/test";
import type { Lab } from "../lab.ts";
import { answerConsent } from "../page.ts";
import { enterTwice } from "./accounts.ts";
import { REFUSAL } from "../provider.ts";
import type { Row } from "../table.ts";

function button(lab: Lab, name: string) {
  return lab.sdk.portal.getByRole("button", { name, exact: true });
}

async function openPortal(lab: Lab, type: string, options: object = {}): Promise<void> {
  await lab.sdk.begin("connect", type, options);
  await expect(lab.sdk.frame).toBeVisible();
  await expect(lab.sdk.heading).toBeVisible();
}

async function giveKey(lab: Lab, key: string): Promise<void> {
  await lab.sdk.portal.getByLabel("API key").fill(key);
  await button(lab, "Connect").click();
}

function named(lab: Lab, type: "acme" | "acmekey") {
  return { integrationId: lab.world.integrations[type], integrationType: type };
}

const install: Row[] = [
  {
    call: "connect",
    shows: "an API key in the portal; the promise, the events and the state",
    async check(lab) {
      await lab.enter();
      await openPortal(lab, "acmekey");
      expect(await lab.sdk.noted("onPortalOpen")).toEqual(named(lab, "acmekey"));
      await giveKey(lab, lab.world.accounts.key("one"));
      await expect(lab.sdk.heading).toHaveText("Connected");
      const { id } = await lab.expectConnected("acmekey");
      const event = { ...named(lab, "acmekey"), credentialId: id };
      expect(await lab.sdk.noted("onInstall")).toMatchObject(event);
      expect(await lab.sdk.noted("resolved")).toMatchObject({ ...event, credential: { id } });
      expect(await lab.sdk.all("onIntegrationInstall")).toHaveLength(1);
    },
  },
  {
    call: "connect",
    shows: "a wrong key: the provider's reason in the portal, nothing stored",
    async check(lab) {
      await lab.enter();
      await openPortal(lab, "acmekey");
      await giveKey(lab, "not-a-key-of-anybody");
      await expect(lab.sdk.portal.getByRole("alert").filter({ visible: true })).toContainText(REFUSAL);
      await lab.expectNothingStored("acmekey");
      expect(await lab.sdk.all("onIntegrationInstall")).toEqual([]);
    },
  },
  {
    call: "connect",
    shows: "OAuth from the portal",
    async check(lab) {
      await lab.enter();
      await openPortal(lab, "acme");
      const popup = await lab.sdk.popupOf(() => button(lab, "Connect").click());
      await answerConsent(popup, "Allow");
      await expect(lab.sdk.heading).toHaveText("Connected");
      const { id } = await lab.expectConnected("acme");
      expect(await lab.sdk.noted("resolved")).toMatchObject({ credentialId: id });
      expect(await lab.sdk.all("onIntegrationInstall")).toHaveLength(1);
    },
  },
  {
    call: "connect",
    shows: "a second account under the app's own id",
    since: "2.4.0",
    async check(lab) {
      const first = await lab.enterConnected("one", { externalId: "first" });
      await openPortal(lab, "acmekey", { allowMultipleCredentials: true, externalId: "second" });
      await giveKey(lab, lab.world.accounts.key("two"));
      await lab.sdk.noted("resolved");
      const { allCredentials } = await lab.state("acmekey");
      expect(allCredentials.map(({ externalId }) => externalId)).toEqual(["first", "second"]);
      expect(allCredentials[0]?.id).toBe(first);
    },
  },
];

const lists: Row[] = [
  {
    call: "connect",
    shows: "fields beside two choices, mapped in the portal",
    async check(lab) {
      const mapped = { fields: ["Name"], source: "sites", dependentSource: "tables", fieldSource: "columns" };
      await lab.world.declare("acmekey", [{ id: "place", type: "COMBO_INPUT", title: "Place", ...mapped }]);
      try {
        await lab.enter();
        await openPortal(lab, "acmekey");
        await giveKey(lab, lab.world.accounts.key("one"));
        const list = (name: string) => lab.sdk.portal.getByLabel(name).and(lab.sdk.portal.locator("select"));
        await list("Place").first().selectOption("sites-1");
        await list("Then choose").selectOption("sites-1-2");
        await list("Name").selectOption("sites-1-2-1");
        await button(lab, "Save").click();
        await expect(lab.sdk.portal.getByText("Your settings are saved.")).toBeVisible();
        const place = { mainInput: "sites-1", dependentInput: "sites-1-2", fieldMappings: { Name: "sites-1-2-1" } };
        await expect.poll(async () => (await lab.state("acmekey")).sharedSettings).toEqual({ place });
      } finally {
        await lab.world.declare("acmekey", []);
      }
    },
  },
  {
    call: "connect",
    shows: "dropdowns with refreshOnOpen: asked for each time that the list is opened",
    since: "2.4.0",
    async check(lab) {
      await lab.world.declare("acmekey", [{ id: "team", type: "CUSTOM_DROPDOWN", title: "Team", key: "teams" }]);
      try {
        await lab.enter();
        await lab.sdk.page.evaluate(() => {
          let turn = 0;
          const loadOptions = async () => {
            turn += 1;
            return { options: [{ value: `t${turn}`, label: `Team ${turn}` }] };
          };
          const dropdowns = { teams: { loadOptions, refreshOnOpen: true } };
          window.official.begin("connect", "acmekey", { dropdowns }, false);
        });
        await expect(lab.sdk.heading).toBeVisible();
        await giveKey(lab, lab.world.accounts.key("one"));
        const list = lab.sdk.portal.getByLabel("Team");
        await expect(list).toContainText("Team 1");
        await list.focus();
        await expect(list).toContainText("Team 2");
        await list.selectOption("t2");
        await button(lab, "Save").click();
        await expect(lab.sdk.portal.getByText("Your settings are saved.")).toBeVisible();
        await expect.poll(async () => (await lab.state("acmekey")).sharedSettings).toEqual({ team: "t2" });
      } finally {
        await lab.world.declare("acmekey", []);
      }
    },
  },
];

const chosen: Row[] = [
  {
    call: "connect",
    shows: "selectedCredentialId: the portal of that account",
    async check(lab) {
      const [, second] = await enterTwice(lab);
      await openPortal(lab, "acmekey", { selectedCredentialId: second });
      await expect(lab.sdk.portal.getByText("Account two")).toBeVisible();
      await expect(button(lab, "Disconnect")).toBeVisible();
    },
  },
  {
    call: "connect",
    shows: "selectedCredentialId: by ext: form",
    since: "2.4.0",
    async check(lab) {
      await enterTwice(lab);
      await openPortal(lab, "acmekey", { selectedCredentialId: "ext:second" });
      await expect(lab.sdk.portal.getByText("Account two")).toBeVisible();
    },
  },
];

const life: Row[] = [
  {
    call: "connect",
    shows: "disconnected in the portal",
    async check(lab) {
      await lab.enterConnected();
      await openPortal(lab, "acmekey");
      await button(lab, "Disconnect").click();
      expect(await lab.sdk.noted("onIntegrationUninstall")).toEqual(named(lab, "acmekey"));
      expect(await lab.state("acmekey")).toMatchObject({ enabled: false, allCredentials: [] });
      await lab.expectNothingStored("acmekey");
    },
  },
  {
    call: "connect",
    shows: "closed by the person: the event, and the page is free again",
    async check(lab) {
      await lab.enter();
      await openPortal(lab, "acmekey");
      await lab.sdk.page.keyboard.press("Escape");
      await expect(lab.sdk.frame).toBeHidden();
      expect(await lab.sdk.noted("onPortalClose")).toEqual(named(lab, "acmekey"));
      expect(await lab.sdk.page.evaluate(() => document.body.style.overflow)).toBe("");
      await openPortal(lab, "acme");
      expect(await lab.sdk.all("onPortalOpen")).toEqual([named(lab, "acmekey"), named(lab, "acme")]);
    },
  },
  {
    call: "closePortal",
    shows: "closed by the app",
    async check(lab) {
      await lab.enter();
      await openPortal(lab, "acmekey");
      await lab.sdk.call("closePortal");
      await expect(lab.sdk.frame).toBeHidden();
      expect(await lab.sdk.all("onPortalClose")).toHaveLength(1);
    },
  },
  {
    call: "connect",
    shows: "in the app's own container",
    async check(lab) {
      await lab.fresh({ way: "urls", container: "420x640" });
      await lab.signIn();
      await openPortal(lab, "acmekey");
      const inside = (frame: Element) => [frame.clientWidth, frame.clientHeight];
      expect(await lab.sdk.frame.evaluate(inside)).toEqual([420, 640]);
      await giveKey(lab, lab.world.accounts.key("one"));
      await lab.sdk.noted("resolved");
    },
  },
];

const refused: Row[] = [
  {
    call: "connect",
    shows: "nobody is signed in",
    async check(lab) {
      await lab.fresh();
      const error = await lab.sdk.refusal("connect", "acme", {});
      expect(error.message).toContain("User not authenticated, Call paragon.authenticate");
      expect(error.name).toBe(lab.has("2.1.1") ? "UserNotAuthenticatedError" : "Error");
    },
  },
  {
    call: "connect",
    shows: "no such integration",
    async check(lab) {
      await lab.enter();
      const error = await lab.sdk.refusal("connect", "nothing", {});
      expect(error.message).toBe('Integration "nothing" not found.');
      await expect(lab.sdk.frame).toBeHidden();
    },
  },
];

export const portal: Row[] = [...install, ...lists, ...chosen, ...life, ...refused];
