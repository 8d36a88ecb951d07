import { expect } from "@playwright/test";
import type { Row } from "../table.ts";

const PERMISSIONS = "urn:useparagon:connect:permissions";

/** What is refused, changes nothing, and leaves the user signed in. */
export const refusals: Row[] = [
  {
    call: "authenticate",
    shows: "an unknown project",
    async check(lab) {
      await lab.fresh();
      const unknown = "3f1c2b4a-9d8e-4f7a-8b6c-5d4e3f2a1b0c";
      const refused = await lab.sdk.refusal("authenticate", unknown, lab.world.token(lab.user));
      expect(refused.message).toContain("Failed to authenticate user with Paragon: {");
      expect(await lab.getUser()).toEqual({ authenticated: false });
    },
  },
  {
    call: "setUserMetadata",
    shows: "too much: the error, nothing changed",
    async check(lab) {
      await lab.enter();
      await lab.sdk.call("setUserMetadata", { plan: "pro" });
      const refused = await lab.sdk.refusal("setUserMetadata", { all: "x".repeat(3_000_000) });
      expect(JSON.parse(refused.message)).toMatchObject({ status: 413, code: "too_large" });
      expect((await lab.stored()).meta).toEqual({ plan: "pro" });
      await lab.expectSignedIn();
    },
  },
  {
    call: "request",
    shows: "no permission: the error says so, the user stays",
    async check(lab) {
      await lab.enterConnected();
      await lab.signIn({ [PERMISSIONS]: { "integration:*": [] } });
      const refused = await lab.sdk.refusal("request", "acmekey", "/echo", { method: "GET" });
      expect(refused.response).toMatchObject({ code: "7210", status: 403 });
      await lab.expectSignedIn();
    },
  },
  {
    call: "uninstallIntegration",
    shows: "no permission: the error says so, the account and the user stay",
    async check(lab) {
      await lab.enterConnected();
      await lab.signIn({ [PERMISSIONS]: { "integration:*": [] } });
      const refused = await lab.sdk.refusal("uninstallIntegration", "acmekey");
      expect(JSON.parse(refused.message)).toMatchObject({ code: "7210", status: 403 });
      await lab.expectSignedIn();
      await lab.expectConnected("acmekey");
    },
  },
  {
    call: "updateIntegrationUserSettings",
    shows: "too much: the error, nothing changed",
    async check(lab) {
      await lab.enterConnected();
      const settings = { one: "x".repeat(3_000_000) };
      const call = "updateIntegrationUserSettings";
      const refused = await lab.sdk.refusal(call, "acmekey", settings);
      expect(JSON.parse(refused.message)).toMatchObject({ status: 413, code: "too_large" });
      expect((await lab.stored()).integrations.acmekey?.sharedSettings ?? {}).toEqual({});
      await lab.expectSignedIn();
    },
  },
];
