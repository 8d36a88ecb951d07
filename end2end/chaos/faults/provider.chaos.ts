import { setTimeout as sleep } from "node:timers/promises";
import {
  type Answering,
  broken,
  cut,
  huge,
  inward,
  limited,
  limitedUntil,
  lost,
  page,
  silent,
  toMetadata,
  well,
} from "../answers.ts";
import { type Ground, Load } from "../ground.ts";
import { round } from "../round.ts";

/** Longer than Patchbay waits for a token. */
const SILENCE = 23_000;

/** Lets the provider answer like this for a while. Gives how often it did. */
async function spell(ground: Ground, answering: Answering, length: number): Promise<number> {
  const { ledger } = ground;
  ledger.answering = answering;
  const before = ledger.tokenRequests;
  await sleep(length);
  ledger.answering = undefined;
  const answered = ledger.tokenRequests - before;
  // Until everybody asks again: what failed is not tried at once.
  await sleep(3_000);
  return answered;
}

round(
  "tokens: every wrong answer",
  { engine: "sqlite", processes: 1, lenient: 60, strict: 60 },
  async (ground) => {
    const load = new Load(ground);
    let faults = 0;
    for (const answering of [broken, cut, limited, limitedUntil, page, well, huge, toMetadata, inward]) {
      faults += await spell(ground, answering, 2_000);
    }
    faults += await spell(ground, silent, SILENCE);
    await load.end();
    return faults;
  },
);

round(
  "tokens: answers that are lost",
  { engine: "sqlite", processes: 1, lenient: 80, strict: 20 },
  async (ground) => {
    const load = new Load(ground);
    // By then every token has ended once.
    await sleep(ground.ledger.ttl * 1_000);
    const faults = await spell(ground, lost, 2_000);
    await load.end();
    return faults;
  },
);

round(
  "calls: every wrong answer",
  { engine: "sqlite", processes: 1, lenient: 40, strict: 20 },
  async (ground) => {
    const { ledger } = ground;
    let faults = 0;
    for (const answering of [broken, cut, limited, page, huge, toMetadata, inward]) {
      ledger.apiAnswering = answering;
      for (const user of ground.users.slice(0, 5)) {
        await ground.use(user);
        faults += 1;
      }
    }
    return faults;
  },
);
