import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { close, listen } from "../ports.ts";
import { body } from "../provider/consent.ts";
import type { Planted } from "../secrets.ts";

/** What the provider says of a key that it does not know. */
export const REFUSAL = "This key was withdrawn on 3 March.";
/** What it says of a note without a title. */
export const COMPLAINT = "A note needs a title.";

/** What `/echo` answers: the request as it arrived, without its credential. */
export interface Echo {
  /** Whose key or token it was. */
  account: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** A vendor whose accounts can be told apart: by keys, and by codes that its own pages give out. */
export class AccountProvider {
  private readonly accounts = new Map<string, string>();
  private readonly codes = new Map<string, string>();

  private constructor(
    readonly url: string,
    private readonly server: Server,
    private readonly planted: Planted,
  ) {}

  static async start(planted: Planted): Promise<AccountProvider> {
    let started: AccountProvider | undefined;
    const { server, port } = await listen((request, response) => {
      started?.answer(request, response).catch(() => request.socket.destroy());
    });
    started = new AccountProvider(`http://127.0.0.1:${port}`, server, planted);
    return started;
  }

  /** A new API key of the account. */
  key(account: string): string {
    const key = this.secret("API key");
    this.accounts.set(key, account);
    return key;
  }

  /** A code that the token endpoint takes once. */
  code(account: string): string {
    const code = this.secret("authorization code");
    this.codes.set(code, account);
    return code;
  }

  stop(): Promise<void> {
    return close(this.server);
  }

  private secret(what: string): string {
    const value = randomBytes(16).toString("hex");
    this.planted.add(what, value);
    return value;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?")[0];
    if (path === "/token") return this.exchange(request, response);
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const account = this.accounts.get(bearer);
    if (!account) return json(response, 401, { message: REFUSAL });
    if (path === "/me") return json(response, 200, { id: account, name: `Account ${account}` });
    if (path === "/complaint") return json(response, 422, { message: COMPLAINT });
    if (path?.startsWith("/lists/")) {
      const names = ["1", "2"].map((nth) => `${path.split("/").at(-1)}-${nth}`);
      return json(response, 200, { items: names.map((name) => ({ id: name, name: `Item ${name}` })) });
    }
    if (path === "/nothing") return void response.writeHead(204).end();
    if (path === "/words") {
      response.writeHead(200, { "content-type": "text/plain" });
      return void response.end("Plain words");
    }
    const { authorization: _kept, ...headers } = request.headers;
    const text = await body(request);
    json(response, 200, {
      account,
      method: request.method,
      path: request.url,
      headers,
      body: text,
    });
  }

  private async exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const code = new URLSearchParams(await body(request)).get("code") ?? "";
    const account = this.codes.get(code);
    if (!account) return json(response, 400, { error: "invalid_grant" });
    this.codes.delete(code);
    const token = this.secret("access token");
    this.accounts.set(token, account);
    json(response, 200, { access_token: token, token_type: "Bearer", expires_in: 3600 });
  }
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}
