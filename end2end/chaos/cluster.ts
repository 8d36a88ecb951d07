import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, query } from "../support/database.ts";
import { freePort } from "../support/ports.ts";

/** A PostgreSQL of a test's own, which may be stopped, with everything that makes it durable. */
export class Cluster {
  private server: ChildProcess | undefined;

  private constructor(
    private readonly programs: string,
    private readonly dir: string,
    private readonly port: number,
    private readonly owner: { uid: number; gid: number },
  ) {}

  /** Made by the programs of the PostgreSQL that tests have, as the user that it runs as. */
  static async start(): Promise<Cluster> {
    const [row] = await query(process.env.PATCHBAY_TEST_POSTGRES_URL ?? "", "SHOW data_directory");
    const known = String(row?.data_directory);
    const programs = dirname(readFileSync(join(known, "postmaster.opts"), "utf8").split(" ")[0] ?? "");
    const { uid, gid } = statSync(known);
    const dir = mkdtempSync(join(tmpdir(), "patchbay-chaos-"));
    chownSync(dir, uid, gid);
    const cluster = new Cluster(programs, dir, await freePort(), { uid, gid });
    const make = ["--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C"];
    execFileSync(join(programs, "initdb"), [...make, "--pgdata", cluster.data], {
      ...cluster.owner,
      cwd: dir,
      stdio: "ignore",
    });
    await cluster.go();
    return cluster;
  }

  get database(): Database {
    const url = `postgres://postgres@127.0.0.1:${this.port}/postgres`;
    return { engine: "postgres", url, drop: () => this.remove() };
  }

  /** Starts it, and waits until it takes connections. */
  async go(): Promise<void> {
    const args = ["-D", this.data, "-k", this.dir, "-p", String(this.port), "-c", "max_connections=100"];
    this.server = spawn(join(this.programs, "postgres"), args, {
      ...this.owner,
      cwd: this.dir,
      stdio: "ignore",
    });
    while (!(await this.answers())) {
      if (this.server.exitCode !== null) throw new Error("PostgreSQL did not start");
      await sleep(50);
    }
  }

  /** Stops it as a crash does: it recovers from its log at the next start. */
  async crash(): Promise<void> {
    const { server } = this;
    if (!server || server.exitCode !== null) return;
    server.kill("SIGQUIT");
    await once(server, "exit");
  }

  private get data(): string {
    return join(this.dir, "data");
  }

  private async answers(): Promise<boolean> {
    return query(this.database.url, "SELECT 1").then(
      () => true,
      () => false,
    );
  }

  private async remove(): Promise<void> {
    await this.crash();
    if (existsSync(this.dir)) rmSync(this.dir, { recursive: true, force: true });
  }
}
