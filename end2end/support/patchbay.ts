import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Cli } from "./cli.ts";
import { copyDatabase, createDatabase, type Database, type Engine } from "./database.ts";
import { freePort } from "./ports.ts";
import { Daemon } from "./process.ts";
import type { Planted } from "./secrets.ts";

/** One installation: a folder, a key, a database, a catalog of its own, and its server. */
export class Patchbay {
  readonly cli: Cli;
  server: Daemon | undefined;
  private readonly processes: Daemon[] = [];

  private constructor(
    readonly dir: string,
    readonly url: string,
    readonly database: Database,
    readonly env: Record<string, string>,
    planted: Planted,
    private readonly more: Record<string, string>,
  ) {
    this.cli = new Cli(env, dir, planted);
  }

  /** Makes everything but the process: call `start` for that. */
  static async install(
    engine: Engine | Database,
    planted: Planted,
    env: Record<string, string> = {},
  ): Promise<Patchbay> {
    const dir = newFolder();
    for (const folder of ["catalog", "inputs", "logs"]) mkdirSync(join(dir, folder));
    const database = typeof engine === "string" ? await createDatabase(engine, dir) : engine;
    return Patchbay.at(dir, database, newKeyFile(dir, planted), planted, env);
  }

  private static async at(
    dir: string,
    database: Database,
    keyFile: string,
    planted: Planted,
    more: Record<string, string>,
  ): Promise<Patchbay> {
    const url = `http://127.0.0.1:${await freePort()}`;
    const env = {
      PATH: process.env.PATH ?? "",
      HOME: dir,
      PATCHBAY_ENCRYPTION_KEY_FILE: keyFile,
      PATCHBAY_DATABASE_URL: database.url,
      PATCHBAY_PUBLIC_URL: url,
      PATCHBAY_CATALOG_DIR: join(dir, "catalog"),
      PATCHBAY_EGRESS_ALLOW: "127.0.0.0/8",
      ...more,
    };
    return new Patchbay(dir, url, database, env, planted, more);
  }

  /** Everything again, in a folder and at an address of its own. No process may be running. */
  async copy(planted: Planted): Promise<Patchbay> {
    const dir = newFolder();
    cpSync(this.dir, dir, { recursive: true });
    const database = await copyDatabase(this.database, dir);
    const keyFile = join(dir, "inputs", basename(this.env.PATCHBAY_ENCRYPTION_KEY_FILE ?? ""));
    return Patchbay.at(dir, database, keyFile, planted, this.more);
  }

  get catalogDir(): string {
    return join(this.dir, "catalog");
  }

  get logDir(): string {
    return join(this.dir, "logs");
  }

  /** Adds a definition. A running server does not see it. */
  define(slug: string, toml: string): void {
    writeFileSync(join(this.catalogDir, `${slug}.toml`), toml);
  }

  /** Starts the server and waits until it says that it is ready. */
  async start(): Promise<this> {
    this.server = this.spawn(this.url);
    await ready(this.url, this.server);
    return this;
  }

  /** A second process on the same database, known to the world under the first one's address. */
  async startAnother(
    env: Record<string, string> = {},
    through: string[] = [],
  ): Promise<{ url: string; server: Daemon }> {
    const url = `http://127.0.0.1:${await freePort()}`;
    return { url, server: await this.startAt(url, env, through) };
  }

  /** The same at an address that is known. */
  async startAt(
    url: string,
    env: Record<string, string> = {},
    through: string[] = [],
  ): Promise<Daemon> {
    const server = this.spawn(url, env, this.url, through);
    await ready(url, server);
    return server;
  }

  /** A second process that browsers reach under another address. */
  async startBehind(publicUrl: string): Promise<string> {
    const url = `http://127.0.0.1:${await freePort()}`;
    await ready(url, this.spawn(url, {}, publicUrl));
    return url;
  }

  /**
   * A server process, ready or not. `env` overrides the installation's own; `through` is a command
   * that becomes the server.
   */
  spawn(
    url: string,
    env: Record<string, string> = {},
    publicUrl = this.url,
    through: string[] = [],
  ): Daemon {
    const all = { ...this.env, ...env };
    const args = [
      ["--listen", new URL(url).host],
      ["--public-url", publicUrl],
      ["--database-url", this.database.url],
      ["--catalog-dir", this.catalogDir],
    ].flat();
    if (all.PATCHBAY_EGRESS_ALLOW) args.push("--egress-allow", all.PATCHBAY_EGRESS_ALLOW);
    const log = join(this.logDir, `serve-${new URL(url).port}.log`);
    const process = new Daemon(["serve", ...args], withoutEmpty(all), log, through);
    this.processes.push(process);
    return process;
  }

  /** What every process printed, for the report of a test that failed. */
  get output(): string {
    return this.processes.map((process) => process.output).join("\n--\n");
  }

  /** Stops every process that was started here. */
  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.database.drop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "patchbay-e2e-"));
}

/** 32 random bytes in Base64, in a file that only its owner can read. */
export function newKeyFile(dir: string, planted: Planted): string {
  const key = randomBytes(32).toString("base64");
  planted.add("encryption key", key);
  const path = join(dir, "inputs", `${randomBytes(4).toString("hex")}.key`);
  writeFileSync(path, key, { mode: 0o600 });
  return path;
}

function withoutEmpty(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
}

/** Asks until the server is ready; fails at once when its process ends. */
async function ready(url: string, server: Daemon): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline && server.running) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`The server did not become ready:\n${server.output}`);
}
