import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { close } from "../ports.ts";
import { selfSigned } from "./certificate.ts";

/** The maker's domain, which the ready-made instance calls before anybody can point it elsewhere. */
export const MAKER = "useparagon.com";

/** Stands in for the maker's servers: answers nothing, and remembers what it was asked. */
export class Maker {
  /** Host and path of every request. */
  readonly asked: string[] = [];

  private constructor(
    readonly port: number,
    private readonly server: Server,
  ) {}

  static async start(): Promise<Maker> {
    let started: Maker | undefined;
    const server = createServer(selfSigned(MAKER), (request, response) => {
      const path = (request.url ?? "").split("?")[0];
      started?.asked.push(`${request.headers.host}${path}`);
      // Without content the frame stays empty, and no page of an error comes and goes in it.
      response.writeHead(204).end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    started = new Maker((server.address() as AddressInfo).port, server);
    return started;
  }

  stop(): Promise<void> {
    return close(this.server);
  }
}
