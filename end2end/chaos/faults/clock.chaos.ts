import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "@playwright/test";
import { Load } from "../ground.ts";
import { round } from "../round.ts";

const LIBRARY = process.env.PATCHBAY_CHAOS_FAKETIME ?? "";

test.skip(!existsSync(LIBRARY), "libfaketime is not installed.");

/** The environment of a process whose clock is wrong. */
function off(by: string): Record<string, string> {
  return { LD_PRELOAD: LIBRARY, FAKETIME: by, FAKETIME_DONT_FAKE_MONOTONIC: "1" };
}

const WRONG = ["+1h", "-1h", "+1h", "-1h"];
const users = { lenient: 80, strict: 40 };

round("clock wrong by an hour, SQLite", { engine: "sqlite", processes: 1, ...users }, async (ground) => {
  const load = new Load(ground);
  for (const by of WRONG) {
    await sleep(3_000);
    await ground.kill(ground.anywhere());
    await ground.start(off(by));
    await sleep(4_000);
    await ground.kill(ground.anywhere());
    await ground.start();
  }
  await load.end();
  return 2 * WRONG.length;
});

round(
  "clock of one of two wrong by an hour, PostgreSQL",
  { engine: "postgres", processes: 1, ...users },
  async (ground) => {
    const load = new Load(ground);
    for (const by of WRONG) {
      const wrong = await ground.start(off(by));
      await sleep(8_000);
      await ground.kill(wrong);
    }
    await load.end();
    return WRONG.length;
  },
);
