import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { extname, join, normalize } from "node:path";
import { promisify } from "node:util";
import { close, listen } from "./ports.ts";

const ROOT = join(import.meta.dirname, "..");

export const EXAMPLES = ["html", "react", "vue", "svelte"] as const;

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

/** What an example's server knows. */
export interface Session {
  /** The origin of Patchbay. */
  server: string;
  projectId: string;
  userToken: string;
}

/** One of the example host applications, built and served at an origin of its own. */
export class Example {
  private constructor(
    readonly origin: string,
    private readonly server: Server,
  ) {}

  static async start(name: string, session: () => Session | Promise<Session>): Promise<Example> {
    const dist = await build(join(ROOT, "examples", name));
    const { server, port } = await listen((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://example");
      const file = join(dist, normalize(pathname === "/" ? "/index.html" : pathname));
      if (pathname === "/session") {
        void Promise.resolve(session()).then((body) => {
          response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
        });
      } else if (file.startsWith(dist) && existsSync(file) && statSync(file).isFile()) {
        const type = TYPES[extname(file)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type }).end(readFileSync(file));
      } else {
        response.writeHead(404).end();
      }
    }, "localhost");
    return new Example(`http://localhost:${port}`, server);
  }

  stop(): Promise<void> {
    return close(this.server);
  }
}

/** Builds an example with vite, unless its output is newer than all that goes into it. */
async function build(folder: string): Promise<string> {
  const dist = join(folder, "dist");
  const stamp = join(dist, ".built");
  const newest = Math.max(newestIn(folder), statSync(join(ROOT, "package-lock.json")).mtimeMs);
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return dist;
  const vite = join(ROOT, "node_modules/.bin/vite");
  await promisify(execFile)(vite, ["build", folder, "--logLevel", "warn"], { cwd: ROOT });
  writeFileSync(stamp, "");
  return dist;
}

function newestIn(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== "dist")
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? newestIn(path) : statSync(path).mtimeMs;
    });
  return Math.max(0, ...times);
}
