import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../support/ports.ts";

/** nginx before some processes: one that refuses a connection is passed by. */
export class Balancer {
  private constructor(
    readonly url: string,
    private readonly dir: string,
    private readonly server: ReturnType<typeof spawn>,
  ) {}

  static async start(nginx: string, urls: string[]): Promise<Balancer> {
    const dir = mkdtempSync(join(tmpdir(), "patchbay-nginx-"));
    const port = await freePort();
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((kind) => `${kind}_temp_path ${dir}/${kind};`)
      .join("\n");
    // With `max_fails` one that is being replaced would be left out for ten seconds more.
    const servers = urls.map((url) => `server ${new URL(url).host} max_fails=0;`).join("\n");
    const file = join(dir, "nginx.conf");
    writeFileSync(
      file,
      `daemon off;
pid ${dir}/pid;
events { worker_connections 512; }
http {
access_log off;
${temporary}
upstream patchbay {
${servers}
}
server {
listen 127.0.0.1:${port};
location / { proxy_pass http://patchbay; }
}
}
`,
    );
    const server = spawn(nginx, ["-e", join(dir, "error"), "-c", file], { stdio: "ignore" });
    const url = `http://127.0.0.1:${port}`;
    while (!(await fetch(`${url}/health/live`).catch(() => undefined))) {
      if (server.exitCode !== null) throw new Error("nginx did not start");
      await sleep(20);
    }
    return new Balancer(url, dir, server);
  }

  async stop(): Promise<void> {
    this.server.kill("SIGTERM");
    await once(this.server, "exit");
    rmSync(this.dir, { recursive: true, force: true });
  }
}
