import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type Row, TABLE, title } from "./table.ts";
import { has, type Version, VERSIONS } from "./versions.ts";

const PAGE = fileURLToPath(new URL("../../../docs/official-sdk.md", import.meta.url));

type Cell = "yes" | "no" | "not in it" | "not run";

/**
 * Writes the table, version by call, from a whole run of `official-sdk.spec.ts`: a page for people,
 * and the same as JSON, of any run, when `OFFICIAL_SDK_JSON` names a file.
 */
export default class OfficialSdkTable implements Reporter {
  private readonly held = new Map<string, boolean>();

  onTestEnd(test: TestCase, result: TestResult): void {
    const version = VERSIONS.find((known) => test.titlePath().includes(`official SDK ${known}`));
    if (!version) return;
    for (const step of result.steps) {
      if (step.category === "test.step") {
        this.held.set(key(version, test.title, step.title), step.error === undefined);
      }
    }
  }

  onEnd(_result: FullResult): void {
    if (this.held.size === 0) return;
    const groups = TABLE.map(({ name, rows }) => ({
      name,
      rows: rows.map((row) => ({
        call: row.call,
        shows: row.shows,
        versions: Object.fromEntries(
          VERSIONS.map((version) => [version, this.cell(version, name, row)]),
        ) as Record<Version, Cell>,
      })),
    }));
    const json = process.env.OFFICIAL_SDK_JSON;
    if (json) writeFileSync(json, `${JSON.stringify({ groups }, null, 2)}\n`);
    const cells = groups.flatMap(({ rows }) => rows.flatMap(({ versions }) => Object.values(versions)));
    if (cells.includes("not run")) {
      console.log(`${PAGE} stays as it is: a part of the table has not run.`);
      return;
    }
    mkdirSync(dirname(PAGE), { recursive: true });
    writeFileSync(PAGE, page(groups));
  }

  private cell(version: Version, group: string, row: Row): Cell {
    if (row.since && !has(version, row.since)) return "not in it";
    const held = this.held.get(key(version, group, title(row)));
    return held === undefined ? "not run" : held ? "yes" : "no";
  }
}

interface Section {
  name: string;
  rows: { call: string; shows: string; versions: Record<Version, Cell> }[];
}

function page(groups: Section[]): string {
  const head = `# The published SDK, version by call

\`@useparagon/connect\` from npm, untouched, in Chromium, against Patchbay. The tests write this page:
\`npm run table\` in \`end2end/\`. A version that does not have a call says so.
`;
  return `${[head, ...groups.map(section)].join("\n")}`;
}

function section({ name, rows }: Section): string {
  const lines = rows.map(({ call, shows, versions }) => {
    const cells = VERSIONS.map((version) => versions[version]);
    return `| \`${call}\` | ${shows} | ${cells.join(" | ")} |`;
  });
  return `## ${name}

| Call | What is shown | ${VERSIONS.join(" | ")} |
| --- | --- | ${VERSIONS.map(() => "---").join(" | ")} |
${lines.join("\n")}
`;
}

function key(version: Version, group: string, step: string): string {
  return `${version}\n${group}\n${step}`;
}
