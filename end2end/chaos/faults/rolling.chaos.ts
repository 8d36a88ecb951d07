import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "@playwright/test";
import { Balancer } from "../balancer.ts";
import { Load } from "../ground.ts";
import { round } from "../round.ts";

const RESTARTS = 10;

round(
  "rolling restart behind nginx, no request fails",
  { engine: "postgres", processes: 2, lenient: 60, strict: 60 },
  async (ground) => {
    const urls = [...ground.processes.keys()];
    const balancer = await Balancer.start(process.env.PATCHBAY_CHAOS_NGINX ?? "nginx", urls);
    try {
      const load = new Load(ground, balancer.url);
      for (let restart = 0; restart < RESTARTS; restart += 1) {
        await sleep(1_000);
        await ground.replace(urls[restart % urls.length] ?? "");
      }
      await load.end();
      expect([...load.statuses.keys()]).toEqual([200]);
    } finally {
      await balancer.stop();
    }
    return RESTARTS;
  },
);
