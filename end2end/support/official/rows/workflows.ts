import { expect } from "@playwright/test";
import type { Row } from "../table.ts";

const NONE = "Workflow not found in the configured integrations in your Paragon project.";

/** A project without workflows says so, in the words of the SDK. */
export const workflows: Row[] = [
  ...["workflow", "enableWorkflow", "disableWorkflow"].map((call): Row => ({
    call,
    shows: "no such workflow",
    async check(lab) {
      await lab.stayConnected();
      const refused = await lab.sdk.refusal(call, "nothing");
      expect(refused.message).toBe(NONE);
    },
  })),
  {
    call: "updateWorkflowState",
    shows: "no such workflow, told in the answer",
    async check(lab) {
      await lab.stayConnected();
      const answer = await lab.sdk.call("updateWorkflowState", { nothing: true });
      expect(answer).toMatchObject({
        user: { authenticated: true, userId: lab.user },
        errors: [{ workflowId: "nothing", message: NONE }],
      });
    },
  },
  {
    call: "updateWorkflowUserSettings",
    shows: "no such workflow",
    async check(lab) {
      await lab.stayConnected();
      const asked = ["acmekey", "nothing", { one: 1 }];
      const refused = await lab.sdk.refusal("updateWorkflowUserSettings", ...asked);
      expect(refused.message).toMatch(
        lab.has("2.4.0") ? /^Workflow with ID "nothing" was not found/ : /^The workflow needs to be enabled/,
      );
    },
  },
  {
    call: "getCustomWebhookUserManualUrl",
    shows: "no such workflow",
    since: "2.2.4",
    async check(lab) {
      await lab.stayConnected();
      const refused = await lab.sdk.refusal("getCustomWebhookUserManualUrl", "nothing");
      expect(refused.message).toBe('Unable to get workflow for "nothing".');
    },
  },
  {
    call: "connectAction",
    shows: "no such resource",
    async check(lab) {
      await lab.stayConnected();
      const refused = await lab.sdk.refusal("connectAction", "nothing", {});
      expect(refused.message).toBe('No resource found with name "nothing".');
    },
  },
];
