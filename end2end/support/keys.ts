import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { close, listen } from "./ports.ts";
import { ProtectedApi } from "./provider/api.ts";
import type { Planted } from "./secrets.ts";

/** What the provider says of a key that it does not know. */
export const REFUSAL = "This API key was withdrawn on 3 March.";

/** A provider that takes API keys. */
export class KeyProvider {
  readonly key: string;
  readonly wrongKey: string;
  readonly api: ProtectedApi;

  private constructor(
    readonly url: string,
    private readonly server: Server,
    planted: Planted,
  ) {
    this.key = `acme_${randomBytes(16).toString("hex")}`;
    this.wrongKey = `acme_${randomBytes(16).toString("hex")}`;
    planted.add("API key", this.key);
    planted.add("API key", this.wrongKey);
    this.api = new ProtectedApi(async (bearer) => bearer === this.key);
  }

  static async start(planted: Planted): Promise<KeyProvider> {
    let started: KeyProvider | undefined;
    const { server, port } = await listen((request, response) => {
      started?.answer(request, response).catch(() => request.socket.destroy());
    });
    started = new KeyProvider(`http://127.0.0.1:${port}`, server, planted);
    return started;
  }

  async stop(): Promise<void> {
    this.api.release();
    await close(this.server);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    if (path !== "/me") {
      await this.api.answer(request, response, path);
    } else if (request.headers.authorization === `Bearer ${this.key}`) {
      this.api.counts.me += 1;
      json(response, 200, { id: "acct_7", name: "Ada Lovelace" });
    } else {
      json(response, 401, { error: "invalid_key", message: REFUSAL });
    }
  }
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}
