import { test } from "@playwright/test";
import type { Lab } from "./lab.ts";
import { accounts } from "./rows/accounts.ts";
import { calls } from "./rows/calls.ts";
import { configurations } from "./rows/configurations.ts";
import { headless } from "./rows/headless.ts";
import { hosts } from "./rows/hosts.ts";
import { popups } from "./rows/popups.ts";
import { portal } from "./rows/portal.ts";
import { refusals } from "./rows/refusals.ts";
import { session } from "./rows/session.ts";
import { workflows } from "./rows/workflows.ts";
import type { Version } from "./versions.ts";

/** One line of the table: a call of the SDK, and what is shown of it. */
export interface Row {
  call: string;
  shows: string;
  /** The first version that has it; without it, every version. */
  since?: Version;
  check(lab: Lab): Promise<void>;
}

export interface Group {
  name: string;
  rows: Row[];
}

/** The whole table. */
export const TABLE: Group[] = [
  { name: "Session", rows: session },
  { name: "Calls", rows: calls },
  { name: "Accounts", rows: accounts },
  { name: "Configurations and settings", rows: configurations },
  { name: "Workflows", rows: workflows },
  { name: "Portal", rows: portal },
  { name: "Popup", rows: popups },
  { name: "Headless", rows: headless },
  { name: "Hosts", rows: hosts },
  { name: "Refusals", rows: refusals },
];

/** The step that carries a row in Playwright's report. */
export function title(row: Row): string {
  return `${row.call}: ${row.shows}`;
}

/** Runs every row that the version has. One that fails does not keep the others from running. */
export async function run(group: Group, lab: Lab): Promise<void> {
  const failed: string[] = [];
  for (const row of group.rows) {
    if (row.since && !lab.has(row.since)) continue;
    try {
      await test.step(title(row), () => row.check(lab), { timeout: 25_000 });
    } catch (error) {
      failed.push(`${title(row)}\n${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (failed.length) throw new Error(`${failed.length} failed:\n\n${failed.join("\n\n")}`);
}
