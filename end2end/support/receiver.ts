import type { IncomingHttpHeaders, Server, ServerResponse } from "node:http";
import { Webhook } from "standardwebhooks";
import { close, listen } from "./ports.ts";

/** An event as it came. */
export interface Received {
  headers: Record<string, string>;
  body: string;
}

export interface Message {
  id: string;
  cursor: string;
  type: string;
  data: { connectionId: string; userId: string; integration: string; [detail: string]: unknown };
}

/** A back end that takes events. It notes every one, whatever it answers. */
export class Receiver {
  readonly received: Received[] = [];
  /** Statuses of the next answers; then 204. */
  readonly next: number[] = [];
  /** Whether answers wait for `release`. */
  held = false;
  private readonly waiting: ServerResponse[] = [];

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<Receiver> {
    let started: Receiver | undefined;
    const { server, port } = await listen((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        started?.take({ headers: flat(request.headers), body }, response);
      });
    });
    started = new Receiver(`http://127.0.0.1:${port}/hook`, server);
    return started;
  }

  /** What arrived, each checked against the secret as a back end would. Throws where one is not. */
  messages(secret: string): Message[] {
    const webhook = new Webhook(secret);
    return this.received.map(({ headers, body }) => webhook.verify(body, headers) as Message);
  }

  /** Answers what was held, and holds no more. */
  release(): void {
    this.held = false;
    for (const response of this.waiting.splice(0)) response.writeHead(204).end();
  }

  async stop(): Promise<void> {
    await close(this.server);
  }

  private take(received: Received, response: ServerResponse): void {
    this.received.push(received);
    if (this.held) {
      this.waiting.push(response);
      return;
    }
    const status = this.next.shift() ?? 204;
    response.writeHead(status, { "content-type": "text/plain" });
    response.end(status === 204 ? undefined : `status ${status}`);
  }
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(entries) as Record<string, string>;
}
