import { setTimeout as sleep } from "node:timers/promises";
import { type Ground, Load } from "../ground.ts";
import { round } from "../round.ts";

/** Longer than a lease: what the paused one holds is taken over. */
const OVER_A_LEASE = 48_000;
const PAUSES = [700, 1_500, 3_000, 500, 2_000, OVER_A_LEASE, 1_000, 4_000, 600, OVER_A_LEASE];

/** Pauses one of the processes, whatever it does, and lets it go on. */
async function pausing(ground: Ground): Promise<number> {
  // So that most pauses fall into a refresh.
  ground.ledger.thinks = 300;
  const load = new Load(ground);
  for (const length of PAUSES) {
    await sleep(1_000 + Math.random() * 1_000);
    const resume = ground.pause(ground.anywhere());
    await sleep(length);
    resume();
  }
  await load.end();
  return PAUSES.length;
}

round(
  "SIGSTOP and SIGCONT, PostgreSQL, two processes",
  { engine: "postgres", processes: 2, lenient: 80, strict: 40 },
  pausing,
);
