import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { selfSigned } from "../official/certificate.ts";

export interface Pair {
  key: string;
  cert: string;
}

/** An API that takes whoever shows a certificate that it knows, and proves to have its key. */
export class MutualApi {
  readonly seen: string[] = [];

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  /** `own` is what it shows, `known` whom it takes. */
  static async start(own: Pair, known: string[]): Promise<MutualApi> {
    const prints = known.map((cert) => new X509Certificate(cert).fingerprint256);
    let api: MutualApi | undefined;
    const options = { ...own, requestCert: true, rejectUnauthorized: false };
    const server = createServer(options, (request, response) => {
      const shown = (request.socket as TLSSocket).getPeerCertificate().fingerprint256 ?? "";
      api?.seen.push(shown);
      const taken = prints.includes(shown);
      response.writeHead(taken ? 200 : 403, { "content-type": "application/json" });
      response.end(JSON.stringify(taken ? { shown } : { message: "Show your certificate." }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    api = new MutualApi(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
    return api;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }
}

/** A certificate for a person or a company. */
export function person(name: string): Pair {
  return selfSigned(name);
}
