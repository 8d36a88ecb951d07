import { expect } from "@playwright/test";
import type { Row } from "../table.ts";

interface Configuration {
  id: string;
  isDefault: boolean;
  externalId?: string;
}

interface Config {
  availableUserSettings?: Record<string, unknown>[];
}

export const configurations: Row[] = [
  {
    call: "createConfiguration",
    shows: "beside the default one, with the app's own id",
    async check(lab) {
      const credentialId = await lab.enterConnected();
      const asked = { credentialId, externalId: "team-7" };
      const made = await lab.sdk.call<Configuration>("createConfiguration", asked);
      expect(made).toMatchObject({
        connectCredentialId: credentialId,
        externalId: "team-7",
        isDefault: false,
      });
      const { allConfigurations } = await lab.state("acmekey");
      expect(allConfigurations.map(({ isDefault }) => isDefault).sort()).toEqual([false, true]);
      const stored = (await lab.stored()).integrations.acmekey?.allCredentials[0]?.configurations;
      expect(stored?.map(({ id }) => id)).toContain(made.id);
    },
  },
  {
    call: "updateConfiguration",
    shows: "the app's notes on it",
    async check(lab) {
      const credentialId = await lab.enterConnected();
      const made = await lab.sdk.call<Configuration>("createConfiguration", { credentialId });
      const asked = { id: made.id, credentialId, meta: { team: "Seven" } };
      const updated = await lab.sdk.call("updateConfiguration", asked);
      expect(updated).toMatchObject({ id: made.id, configMeta: { team: "Seven" } });
    },
  },
  {
    call: "destroyConfiguration",
    shows: "gone by its ext: form; the default one stays",
    async check(lab) {
      const credentialId = await lab.enterConnected();
      await lab.sdk.call("createConfiguration", { credentialId, externalId: "team-7" });
      await lab.sdk.call("destroyConfiguration", { id: "ext:team-7", credentialId });
      const { allConfigurations } = await lab.state("acmekey");
      expect(allConfigurations.map(({ isDefault }) => isDefault)).toEqual([true]);
      const id = allConfigurations[0]?.id;
      const refused = await lab.sdk.refusal("destroyConfiguration", { id, credentialId });
      expect(refused.message).toBe("Cannot delete default configuration.");
    },
  },
  {
    call: "updateIntegrationUserSettings",
    shows: "new beside old, here and on the server",
    async check(lab) {
      await lab.enterConnected();
      const first = await lab.sdk.call("updateIntegrationUserSettings", "acmekey", { one: "1" });
      expect(first).toMatchObject({ errors: [] });
      await lab.sdk.call("updateIntegrationUserSettings", "acmekey", { two: true });
      const settings = { one: "1", two: true };
      expect((await lab.state("acmekey")).sharedSettings).toEqual(settings);
      expect((await lab.stored()).integrations.acmekey?.sharedSettings).toEqual(settings);
      expect((await lab.state("acmekey")).allCredentials).toHaveLength(1);
    },
  },
  {
    call: "updateIntegrationUserSettings",
    shows: "of a declared setting: what fits is kept, what does not is refused by name",
    async check(lab) {
      await lab.world.declare("acmekey", [
        { id: "plan", type: "ENUM", title: "Plan", values: [{ value: "pro", label: "Pro" }] },
        { id: "secret", type: "PASSWORD", title: "Secret", required: false },
      ]);
      try {
        await lab.enterConnected();
        const given = { plan: "pro", secret: "hunter2-of-a-table" };
        const told = { plan: "pro", secret: "\u2022".repeat(8) };
        await lab.sdk.call("updateIntegrationUserSettings", "acmekey", given);
        expect((await lab.state("acmekey")).sharedSettings).toEqual(told);
        const { message } = await lab.sdk.refusal("updateIntegrationUserSettings", "acmekey", { plan: "gold" });
        expect(message).toContain("Plan");
        await lab.expectSignedIn();
        expect((await lab.stored()).integrations.acmekey?.sharedSettings).toEqual(told);
      } finally {
        await lab.world.declare("acmekey", []);
      }
    },
  },
  {
    call: "updateIntegrationUserSettings",
    shows: "of two choices with field mappings: as the input declares them",
    async check(lab) {
      const mapped = { fields: ["Name"], source: "sites", dependentSource: "tables", fieldSource: "columns" };
      await lab.world.declare("acmekey", [{ id: "place", type: "COMBO_INPUT", title: "Place", ...mapped }]);
      try {
        await lab.enterConnected();
        const config = await lab.sdk.call<Config>("getIntegrationConfig", "acmekey");
        const input = config.availableUserSettings?.[0];
        expect(input).toMatchObject({ type: "COMBO_INPUT", savedFieldMappings: [{ label: "Name" }] });
        const place = { mainInput: "sites-1", dependentInput: "sites-1-2", fieldMappings: { Name: "c" } };
        await lab.sdk.call("updateIntegrationUserSettings", "acmekey", { place });
        expect((await lab.state("acmekey")).sharedSettings).toEqual({ place });
        expect((await lab.stored()).integrations.acmekey?.sharedSettings).toEqual({ place });
        const other = { ...place, fieldMappings: { Other: "c" } };
        const { message } = await lab.sdk.refusal("updateIntegrationUserSettings", "acmekey", { place: other });
        expect(message).toContain("Place");
      } finally {
        await lab.world.declare("acmekey", []);
      }
    },
  },
  {
    call: "updateIntegrationUserSettings",
    shows: "without an account",
    async check(lab) {
      await lab.enter();
      const refused = await lab.sdk.refusal("updateIntegrationUserSettings", "acmekey", {});
      const expected = lab.has("2.2.4")
        ? "Credential not found"
        : "Valid credential not found for provided options.";
      expect(refused.message).toBe(expected);
    },
  },
];
