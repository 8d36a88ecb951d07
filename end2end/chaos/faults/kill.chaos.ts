import { setTimeout as sleep } from "node:timers/promises";
import { type Ground, Load } from "../ground.ts";
import { round } from "../round.ts";

/** Over both engines. */
const KILLS = Number(process.env.PATCHBAY_CHAOS_KILLS ?? 100);

/** Ends a process at a random moment, and starts another one. */
async function killing(ground: Ground, times: number): Promise<number> {
  const load = new Load(ground);
  for (let kill = 0; kill < times; kill += 1) {
    await sleep(200 + Math.random() * 1_000);
    await ground.kill(ground.anywhere());
    await ground.start();
  }
  await load.end();
  return times;
}

const users = { lenient: 120, strict: 60 };

round("kill -9, SQLite", { engine: "sqlite", processes: 1, ...users }, (ground) =>
  killing(ground, Math.ceil(KILLS / 2)),
);

round("kill -9, PostgreSQL, two processes", { engine: "postgres", processes: 2, ...users }, (ground) =>
  killing(ground, Math.floor(KILLS / 2)),
);
