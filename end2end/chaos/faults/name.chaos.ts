import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { round } from "../round.ts";

test.skip(process.getuid?.() !== 0, "Only root may give a process its own names.");

const NAME = "api.localhost";
const hosts = join(mkdtempSync(join(tmpdir(), "patchbay-names-")), "hosts");

function leadsTo(address: string): void {
  writeFileSync(hosts, `${address} ${NAME}\n`);
}

leadsTo("127.0.0.1");

round(
  "a name that changes to an address inside",
  {
    engine: "sqlite",
    processes: 1,
    lenient: 10,
    strict: 10,
    host: NAME,
    // The process alone sees this file as the one of the system.
    through: ["unshare", "--mount", "sh", "-c", `mount --bind '${hosts}' /etc/hosts && exec "$0" "$@"`],
  },
  async (ground) => {
    const { users, ledger } = ground;
    for (const user of users) expect(await ground.use(user)).toBe(200);
    let faults = 0;
    for (let time = 0; time < 3; time += 1) {
      leadsTo("127.0.0.2");
      ledger.dropConnections();
      for (const user of users) expect(await ground.use(user)).toBe(502);
      faults += users.length;
      leadsTo("127.0.0.1");
      for (const user of users.slice(0, 3)) expect(await ground.use(user)).toBe(200);
    }
    return faults;
  },
);
