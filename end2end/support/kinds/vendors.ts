import { createPublicKey, verify } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { close, listen } from "../ports.ts";
import { body } from "../provider/consent.ts";

/** Vendors whose ways are their own: each below a path of one server, as strict as it describes itself. */
export class Vendors {
  /** How often each gave out a token or a session. */
  readonly given = { sessions: 0, installations: 0, exchanges: 0 };
  /** The app's public key, by which an installation's token is asked for. */
  appKey = "";
  /** What the API takes now. */
  private readonly live = new Set<string>();

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<Vendors> {
    let vendors: Vendors | undefined;
    const { server, port } = await listen((request, response) => {
      vendors?.answer(request, response).catch(() => response.destroy());
    });
    vendors = new Vendors(`http://127.0.0.1:${port}`, server);
    return vendors;
  }

  /** What was given out ends before its time. */
  forget(): void {
    this.live.clear();
  }

  stop(): Promise<void> {
    return close(this.server);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const text = await body(request);
    const route = `${request.method} ${url.pathname}`;
    const say = (status: number, value: object, headers: Record<string, string> = {}) => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(value));
    };
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    switch (route) {
      // Two requests to a session, which travels in a cookie.
      case "GET /chain/where":
        return say(200, { place: `${this.url}/chain` });
      case "POST /chain/login": {
        const { user, password } = JSON.parse(text) as Record<string, string>;
        if (user !== "ada" || password !== "a-good-password") return say(401, { error: "no" });
        this.given.sessions += 1;
        return say(200, {}, { "set-cookie": `SESSION=${this.give()}; HttpOnly` });
      }
      case "GET /chain/api/me": {
        const session = /SESSION=([^;]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
        return this.live.has(session) ? say(200, { name: "Ada" }) : say(401, {});
      }
      // An app that is installed: the person's code, then a token of the installation for the app.
      case "GET /app/install":
      case "GET /social/authorize": {
        const back = new URL(url.searchParams.get("redirect_uri") ?? "");
        back.searchParams.set("state", url.searchParams.get("state") ?? "");
        back.searchParams.set("code", "a-code");
        if (route === "GET /app/install") back.searchParams.set("installation_id", "7");
        response.writeHead(302, { location: back.href }).end();
        return;
      }
      case "POST /app/user-token":
        return say(200, { access_token: this.give() });
      case "GET /app/user/installations/7":
        return this.live.has(bearer) ? say(200, {}) : say(401, {});
      case "POST /app/installations/7/tokens":
        if (!this.isSigned(bearer)) return say(401, { message: "Not signed by the app." });
        this.given.installations += 1;
        return say(201, { token: this.give(), expires_at: soon() });
      // A token that is exchanged for a longer one, without a refresh token.
      case "POST /social/token":
        return say(200, { access_token: this.give(), expires_in: 3_600 });
      case "GET /social/exchange":
        this.given.exchanges += 1;
        return say(200, { access_token: this.give(), expires_in: 5_184_000 });
      case "GET /app/api/me":
      case "GET /social/api/me":
        return this.live.has(bearer) ? say(200, { name: "Ada" }) : say(401, {});
      // A key in the body of each call.
      case "POST /body/ping":
      case "POST /body/send": {
        const { key, ...rest } = JSON.parse(text) as Record<string, string>;
        return key === "a-key-for-the-body" ? say(200, rest) : say(403, { message: "Which key?" });
      }
      // Nothing is asked for.
      case "GET /open/me":
        return say(request.headers.authorization ? 400 : 200, { name: "Everybody" });
      default:
        return say(404, {});
    }
  }

  private give(): string {
    const token = `given-${crypto.randomUUID()}`;
    this.live.add(token);
    return token;
  }

  private isSigned(jwt: string): boolean {
    const [head, payload, signature] = jwt.split(".");
    if (!head || !payload || !signature || !this.appKey) return false;
    const signed = Buffer.from(`${head}.${payload}`);
    const key = createPublicKey(this.appKey);
    return verify("sha256", signed, key, Buffer.from(signature, "base64url"));
  }
}

function soon(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}
