import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { body } from "../support/provider/consent.ts";
import { close, listen } from "../support/ports.ts";
import type { Planted } from "../support/secrets.ts";
import type { Answering } from "./answers.ts";

/**
 * How a provider treats a refresh token that it has replaced. `lenient`: taken again, with the same
 * answer, until the new one was used (Okta, Atlassian and Xero call it a grace period or a reuse
 * interval). `strict`: whoever shows it ends the grant (RFC 9700 §4.14.2).
 */
export type Manner = "lenient" | "strict";

/** What a user has given the app. */
export interface Grant {
  readonly user: string;
  readonly manner: Manner;
  access: string;
  /** When the access token ends, in milliseconds since 1970. */
  accessEnds: number;
  refresh: string;
  /** The refresh token before, while it still gives the same answer. */
  before: string | undefined;
  over: boolean;
  readonly shown: Shown[];
}

/** A refresh token came in. */
interface Shown {
  token: string;
  at: number;
  /** When the whole answer was on its way; none: the connection broke. */
  answered: number | undefined;
  /** Whether the provider did what was asked, and said so. */
  plain: boolean;
}

/** All that a token is begins with this: one search finds any of them. */
const MARK = `chaos-${randomBytes(8).toString("hex")}-`;
/** After an answer has left, a process that lives has stored it within so many milliseconds. */
const STORED_WITHIN = 1_000;

/** A provider that keeps books: who showed which refresh token when, and where credentials went. */
export class Ledger {
  /** Seconds that an access token lives. */
  ttl = 3;
  /** The longest that the token endpoint thinks, before and after it does what is asked. */
  thinks = 100;
  /** How token requests are answered; none: as they should be. */
  answering: Answering | undefined;
  /** How calls of the API are answered; none: as they should be. */
  apiAnswering: Answering | undefined;
  readonly clientId = `chaos-${randomBytes(6).toString("hex")}`;
  readonly clientSecret = `${MARK}${randomBytes(12).toString("hex")}`;
  /** Credentials that came where they do not belong, in words. */
  readonly misplaced: string[] = [];
  tokenRequests = 0;
  refreshes = 0;
  private readonly grants = new Map<string, Grant>();
  private readonly byToken = new Map<string, Grant>();

  private constructor(
    readonly url: string,
    private readonly server: Server,
    /** Where no request may ever arrive. */
    readonly trap: string,
    private readonly trapServer: Server,
  ) {}

  static async start(planted: Planted): Promise<Ledger> {
    planted.add("a token of chaos", MARK);
    let started: Ledger | undefined;
    const { server, port } = await listen((request, response) => {
      void started?.answer(request, response).catch(() => response.destroy());
    });
    // The same port: a name that changes its address leads here.
    const trap = await listen(
      (request, response) => {
        started?.misplaced.push(`${request.method} at an address inside`);
        response.end();
      },
      "127.0.0.2",
      port,
    );
    const inside = `http://127.0.0.2:${port}`;
    started = new Ledger(`http://127.0.0.1:${port}`, server, inside, trap.server);
    return started;
  }

  /** Closes every connection: the next call has to make a new one. */
  dropConnections(): void {
    this.server.closeAllConnections();
  }

  /** A new grant, as if the user had just connected. */
  grant(user: string, manner: Manner): Grant {
    const grant: Grant = {
      user,
      manner,
      access: "",
      accessEnds: 0,
      refresh: "",
      before: undefined,
      over: false,
      shown: [],
    };
    this.rotate(grant);
    grant.before = undefined;
    this.grants.set(user, grant);
    return grant;
  }

  of(user: string): Grant {
    const grant = this.grants.get(user);
    if (!grant) throw new Error(`${user} has no grant`);
    return grant;
  }

  /**
   * Refresh tokens that were shown again although the answer to the first time had arrived at a
   * process that lived on. `stopped`: when processes were killed or paused.
   */
  doubles(stopped: number[]): number {
    const excused = (first: Shown) => {
      if (!first.plain || first.answered === undefined) return true;
      const until = first.answered + STORED_WITHIN;
      return stopped.some((at) => first.at <= at && at <= until);
    };
    let count = 0;
    for (const { shown } of this.grants.values()) {
      const last = new Map<string, Shown>();
      for (const one of shown) {
        const first = last.get(one.token);
        if (first && !excused(first)) count += 1;
        last.set(one.token, one);
      }
    }
    return count;
  }

  async stop(): Promise<void> {
    await Promise.all([close(this.server), close(this.trapServer)]);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    if (path === "/token") await this.token(request, response);
    else await this.api(request, response, path);
  }

  private async token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await body(request));
    const token = form.get("refresh_token") ?? "";
    const grant = this.byToken.get(token);
    this.tokenRequests += 1;
    if (!this.knowsClient(request) || !grant) {
      this.misplaced.push("a token request of nobody's");
      refuse(response, "invalid_client");
      return;
    }
    const shown: Shown = { token, at: Date.now(), answered: undefined, plain: true };
    grant.shown.push(shown);
    response.once("finish", () => (shown.answered = Date.now()));
    await sleep(Math.random() * this.thinks);
    if (this.answering) {
      shown.plain = false;
      if (this.answering.after) this.renew(grant, token);
      await this.answering.write(response, this.trap);
      return;
    }
    if (!this.renew(grant, token)) {
      shown.plain = false;
      refuse(response, "invalid_grant");
      return;
    }
    await sleep(Math.random() * this.thinks);
    json(response, 200, {
      access_token: grant.access,
      refresh_token: grant.refresh,
      token_type: "Bearer",
      expires_in: this.ttl,
    });
  }

  /** Whether the token was taken. */
  private renew(grant: Grant, token: string): boolean {
    if (grant.over) return false;
    if (token === grant.refresh) {
      this.rotate(grant);
      this.refreshes += 1;
      return true;
    }
    if (grant.manner === "lenient") return token === grant.before;
    grant.over = true;
    return false;
  }

  private rotate(grant: Grant): void {
    grant.before = grant.refresh;
    grant.access = `${MARK}a-${randomBytes(12).toString("hex")}`;
    grant.refresh = `${MARK}r-${randomBytes(12).toString("hex")}`;
    grant.accessEnds = Date.now() + this.ttl * 1000;
    for (const token of [grant.access, grant.refresh]) this.byToken.set(token, grant);
  }

  private async api(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const grant = this.byToken.get(bearer);
    const user = /^\/api\/for\/([^/]+)$/.exec(path)?.[1];
    if (!grant || grant.user !== user) this.misplaced.push("a call with somebody else's token");
    if (this.apiAnswering) {
      await this.apiAnswering.write(response, this.trap);
      return;
    }
    const current = grant && !grant.over && grant.access === bearer;
    if (!current || grant.accessEnds < Date.now()) {
      json(response, 401, { message: "This token has ended." });
      return;
    }
    grant.before = undefined;
    json(response, 200, { user });
  }

  private knowsClient(request: IncomingMessage): boolean {
    const pair = `${encodeURIComponent(this.clientId)}:${encodeURIComponent(this.clientSecret)}`;
    return request.headers.authorization === `Basic ${Buffer.from(pair).toString("base64")}`;
  }
}

function refuse(response: ServerResponse, error: string): void {
  json(response, 400, { error });
}

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}
