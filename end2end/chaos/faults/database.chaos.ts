import { setTimeout as sleep } from "node:timers/promises";
import { Cluster } from "../cluster.ts";
import { Load } from "../ground.ts";
import { round } from "../round.ts";

const STOPS = 10;
let cluster: Cluster;

round(
  "PostgreSQL stopped and started",
  {
    engine: async () => {
      cluster = await Cluster.start();
      return cluster.database;
    },
    processes: 2,
    lenient: 80,
    strict: 40,
  },
  async (ground) => {
    const load = new Load(ground);
    for (let stop = 0; stop < STOPS; stop += 1) {
      await sleep(1_000 + Math.random() * 2_000);
      await cluster.crash();
      await sleep(500 + Math.random() * 3_000);
      await cluster.go();
    }
    await load.end();
    return STOPS;
  },
);
