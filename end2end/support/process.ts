import { type ChildProcess, execFile, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** The binary under test. */
export function binary(): string {
  const path = process.env.PATCHBAY_BIN;
  if (!path) {
    throw new Error("Set PATCHBAY_BIN to the patchbay binary, or run `cargo xtask test browser`.");
  }
  return path;
}

/** Runs the binary to its end. Does not throw when it fails: the caller looks at `code`. */
export function run(args: string[], env: Record<string, string>): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const options = { env, timeout: 30_000, maxBuffer: 16 * 1024 * 1024 };
    execFile(binary(), args, options, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** A process that stays, with everything it prints in memory and in a file. */
export class Daemon {
  output = "";
  /** The exit code, or none when a signal ended it. */
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;
  private readonly watchers = new Set<() => void>();

  /** `through`: a command that ends by becoming the one that its last arguments are. */
  constructor(
    args: string[],
    env: Record<string, string>,
    logFile: string,
    through: string[] = [],
  ) {
    const [program = binary(), ...rest] = [...through, binary(), ...args];
    this.child = spawn(program, rest, { env, stdio: ["ignore", "pipe", "pipe"] });
    const take = (chunk: Buffer) => {
      this.output += chunk.toString("utf8");
      appendFileSync(logFile, chunk);
      for (const watcher of this.watchers) watcher();
    };
    this.child.stdout?.on("data", take);
    this.child.stderr?.on("data", take);
    this.exited = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      // "close" comes after the last byte of output, "exit" may come before it.
      this.child.once("close", (code) => {
        resolve(code);
        for (const watcher of this.watchers) watcher();
      });
    });
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The first match in the output. Rejects when the process ends without it. */
  printed(pattern: RegExp): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = this.output.match(pattern);
        if (!match && this.running) return;
        this.watchers.delete(look);
        if (match) resolve(match);
        else reject(new Error(`ended without printing ${pattern}:\n${this.output}`));
      };
      this.watchers.add(look);
      look();
    });
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Asks it to stop, and insists after ten seconds. */
  async stop(): Promise<number | null> {
    if (this.running) this.signal("SIGTERM");
    const insist = setTimeout(() => this.signal("SIGKILL"), 10_000);
    const code = await this.exited;
    clearTimeout(insist);
    return code;
  }
}
