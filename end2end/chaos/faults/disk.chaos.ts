import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "@playwright/test";
import type { Database } from "../../support/database.ts";
import { Load } from "../ground.ts";
import { round } from "../round.ts";

const TIMES = 10;

test.skip(process.getuid?.() !== 0, "Only root may mount the small disk that is filled.");

let disk: string;

/** A database on a disk of its own, which is small. */
async function onSmallDisk(): Promise<Database> {
  disk = mkdtempSync(join(tmpdir(), "patchbay-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=32m", "tmpfs", disk]);
  return {
    engine: "sqlite",
    url: `sqlite://${join(disk, "patchbay.db")}`,
    drop: async () => {
      execFileSync("umount", ["--lazy", disk]);
      rmSync(disk, { recursive: true, force: true });
    },
  };
}

/** Takes every byte that is left; call what comes back to give them back. */
function fill(): () => void {
  const ballast = join(disk, "ballast");
  const file = openSync(ballast, "w");
  for (let size = 1024 * 1024; size >= 512; ) {
    try {
      // A part may still fit: what does not is tried in halves.
      if (writeSync(file, Buffer.alloc(size)) < size) size /= 2;
    } catch {
      size /= 2;
    }
  }
  closeSync(file);
  return () => rmSync(ballast);
}

round(
  "disk full, SQLite",
  { engine: onSmallDisk, processes: 1, lenient: 80, strict: 40 },
  async (ground) => {
    const load = new Load(ground);
    for (let time = 0; time < TIMES; time += 1) {
      await sleep(1_000 + Math.random() * 2_000);
      const release = fill();
      await sleep(500 + Math.random() * 3_000);
      release();
    }
    await load.end();
    return TIMES;
  },
);
