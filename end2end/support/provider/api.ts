import type { IncomingMessage, ServerResponse } from "node:http";
import { body } from "./consent.ts";

/** What the provider's API saw of a request: everything but the credential itself. */
export interface Echo {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/**
 * The API behind a provider: `/api/echo/…` answers what it was sent, `/api/slow` when released,
 * `/api/sites` what the account has.
 */
export class ProtectedApi {
  sites = [
    { id: "s-1", name: "North" },
    { id: "s-2", name: "South" },
  ];
  /** Whether its lists of sites are out of order. */
  sitesAway = false;
  /** Requests with a credential that the provider took, and with one that it did not. */
  readonly counts = { accepted: 0, refused: 0, me: 0 };
  /** Whether `/api/slow` was reached. */
  readonly slowReached: Promise<void>;
  private reached: () => void = () => {};
  private released: Promise<void>;
  private letGo: () => void = () => {};

  constructor(private readonly accepts: (bearer: string) => Promise<boolean>) {
    this.slowReached = new Promise((resolve) => (this.reached = resolve));
    this.released = new Promise((resolve) => (this.letGo = resolve));
  }

  /** Lets every answer of `/api/slow` go. */
  release(): void {
    this.letGo();
  }

  /** Counts the calls of `/me` that succeed; somebody else answers them. */
  countMe(_request: IncomingMessage, response: ServerResponse): void {
    response.once("finish", () => {
      if (response.statusCode === 200) this.counts.me += 1;
    });
  }

  async answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    if (!bearer || !(await this.accepts(bearer))) {
      this.counts.refused += 1;
      response.writeHead(401, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: "This credential is not known to Acme." }));
      return;
    }
    this.counts.accepted += 1;
    if (path === "/api/slow") {
      this.reached();
      await this.released;
    }
    if (this.sitesAway && path.startsWith("/api/sites")) {
      response.writeHead(503, { "content-type": "application/json" });
      response.end("{}");
      return;
    }
    response.writeHead(200, { "content-type": "application/json", "x-acme": "echo" });
    const site = /^\/api\/sites\/([^/]+)\/fields$/.exec(path)?.[1];
    const lists = site ? { fields: fieldsOf(site) } : { sites: this.sites };
    const isList = site !== undefined || path === "/api/sites";
    const answer = isList ? lists : await echo(request);
    response.end(JSON.stringify(answer));
  }
}

/** What records of a site have: named after it, so that a test sees of which they are. */
function fieldsOf(site: string): { id: string; name: string }[] {
  return ["mail", "phone"].map((field) => ({ id: `${site}.${field}`, name: `${field} of ${site}` }));
}

async function echo(request: IncomingMessage): Promise<Echo> {
  const { authorization: _kept, ...headers } = request.headers;
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    headers: headers as Record<string, string>,
    body: await body(request),
  };
}
