import { writeFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { Database, Engine } from "../support/database.ts";
import { Ground } from "./ground.ts";
import { ANNOTATION } from "./tally.ts";

export interface Round {
  engine: Engine | (() => Promise<Database>);
  /** By which name the provider's API is reached. */
  host?: string;
  /** A command that becomes the server process. */
  through?: string[];
  /** Users of a provider of either manner. */
  lenient: number;
  strict: number;
  processes: number;
}

/**
 * A test that injects faults and says how many. Everything must come right afterwards without a
 * hand, and the books must agree.
 */
export function round(
  name: string,
  setting: Round,
  inject: (ground: Ground) => Promise<number>,
): void {
  test(name, async ({}, testInfo) => {
    const { engine } = setting;
    const database = typeof engine === "string" ? engine : await engine();
    const ground = await Ground.make(database, setting.host);
    try {
      for (let count = 0; count < setting.processes; count += 1) {
        await ground.start({}, setting.through);
      }
      await ground.connect("lenient", setting.lenient);
      await ground.connect("strict", setting.strict);
      const faults = await inject(ground);
      const outcome = await ground.settle(faults);
      testInfo.annotations.push({ type: ANNOTATION, description: JSON.stringify(outcome) });
      const { lost, forgotten, doubles, misplaced, leaks } = outcome;
      expect(ground.ledger.misplaced).toEqual([]);
      expect({ lost, forgotten, doubles, misplaced, leaks }).toEqual({
        lost: 0,
        forgotten: 0,
        doubles: 0,
        misplaced: 0,
        leaks: 0,
      });
    } catch (error) {
      writeFileSync(testInfo.outputPath("serve.log"), ground.patchbay.output);
      throw error;
    } finally {
      await ground.remove();
    }
  });
}
