import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestResult } from "@playwright/test/reporter";
import type { Outcome } from "./ground.ts";

/** The annotation of a test in which it leaves its outcome, as JSON. */
export const ANNOTATION = "outcome";

const COLUMNS: [keyof Outcome, string][] = [
  ["faults", "faults"],
  ["refreshes", "refreshes"],
  ["asked", "asked again"],
  ["lost", "lost"],
  ["forgotten", "forgotten"],
  ["doubles", "double"],
  ["misplaced", "misplaced"],
  ["leaks", "leaks"],
];

/** Prints what every round came to, and the sum. `PATCHBAY_CHAOS_JSON` names a file for the same. */
export default class Tally implements Reporter {
  private readonly rows: { name: string; outcome: Outcome }[] = [];

  onTestEnd(test: TestCase, result: TestResult): void {
    const told = [...test.annotations, ...result.annotations];
    const text = told.find(({ type }) => type === ANNOTATION)?.description;
    if (text) this.rows.push({ name: test.title, outcome: JSON.parse(text) as Outcome });
  }

  onEnd(): void {
    if (this.rows.length === 0) return;
    const sum = { name: "All", outcome: total(this.rows.map(({ outcome }) => outcome)) };
    const width = Math.max(...this.rows.map(({ name }) => name.length), sum.name.length);
    const line = (name: string, cells: string[]) =>
      [name.padEnd(width), ...cells.map((cell, at) => cell.padStart(COLUMNS[at]?.[1].length ?? 0))];
    console.log(`\n${line("", COLUMNS.map(([, heading]) => heading)).join("  ")}`);
    for (const { name, outcome } of [...this.rows, sum]) {
      console.log(line(name, COLUMNS.map(([key]) => String(outcome[key]))).join("  "));
    }
    const file = process.env.PATCHBAY_CHAOS_JSON;
    const report = { rounds: this.rows, all: sum.outcome };
    if (file) writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  }
}

function total(outcomes: Outcome[]): Outcome {
  const sum = (key: keyof Outcome) => outcomes.reduce((all, one) => all + one[key], 0);
  return Object.fromEntries(COLUMNS.map(([key]) => [key, sum(key)])) as unknown as Outcome;
}
