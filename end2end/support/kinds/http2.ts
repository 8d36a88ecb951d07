import { once } from "node:events";
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Pair } from "./mutual.ts";

/** An API that speaks HTTP/2 and nothing else. */
export class Http2Api {
  /** Connections that were ever made. */
  connections = 0;
  /** It answers nobody before so many ask at once. */
  together = 1;
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly waiting: (() => void)[] = [];

  private constructor(
    readonly url: string,
    private readonly server: Http2SecureServer,
  ) {}

  static async start(own: Pair): Promise<Http2Api> {
    const server = createSecureServer(own);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const api = new Http2Api(`https://127.0.0.1:${port}`, server);
    server.on("session", (session) => {
      api.connections += 1;
      api.sessions.add(session);
      session.once("close", () => api.sessions.delete(session));
    });
    server.on("stream", (stream, headers) => {
      api.waiting.push(() => {
        stream.respond({ ":status": 200, "content-type": "application/octet-stream" });
        if (headers[":method"] === "POST") stream.pipe(stream);
        else stream.end(headers[":path"]);
      });
      if (api.waiting.length < api.together) return;
      for (const answer of api.waiting.splice(0)) answer();
    });
    return api;
  }

  /** Sends every caller to another connection, as servers do before a restart (RFC 9113 §6.8). */
  async leave(): Promise<void> {
    await Promise.all([...this.sessions].map((session) => {
      const gone = once(session, "close");
      session.close();
      return gone;
    }));
  }

  async stop(): Promise<void> {
    this.server.close();
    for (const session of this.sessions) session.destroy();
    await once(this.server, "close");
  }
}
