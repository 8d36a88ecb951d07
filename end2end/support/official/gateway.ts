import { once } from "node:events";
import { request } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { close } from "../ports.ts";
import { selfSigned } from "./certificate.ts";

/** The domain of the tests; the browser finds every name below it on this machine. */
export const DOMAIN = "patchbay.test";

/** What stands in front of Patchbay where each service has a name of its own: TLS, and no more. */
export class Gateway {
  /** Names that were asked for. */
  readonly names = new Set<string>();

  private target = "";

  private constructor(
    readonly host: string,
    private readonly server: Server,
  ) {}

  /** Everything goes to this server from now on. */
  leadTo(patchbayUrl: string): void {
    this.target = patchbayUrl;
  }

  static async start(): Promise<Gateway> {
    let started: Gateway | undefined;
    const server = createServer(selfSigned(DOMAIN), (incoming, outgoing) => {
      started?.names.add((incoming.headers.host ?? "").split(".")[0] ?? "");
      const { method, headers, url } = incoming;
      const forwarded = request(new URL(url ?? "/", started?.target), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      forwarded.on("error", () => outgoing.destroy());
      incoming.pipe(forwarded);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    started = new Gateway(`${DOMAIN}:${port}`, server);
    return started;
  }

  stop(): Promise<void> {
    return close(this.server);
  }
}
