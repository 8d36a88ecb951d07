import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import Provider from "oidc-provider";
import { close, listen } from "./ports.ts";
import { configuration } from "./provider/configuration.ts";
import { ProtectedApi } from "./provider/api.ts";
import { consentPage } from "./provider/consent.ts";
import { Storage } from "./provider/storage.ts";
import type { Planted } from "./secrets.ts";

/** `token`: the token endpoint answers 503. `closed`: every connection is cut. */
export type Outage = "none" | "token" | "closed";

export interface Client {
  clientId: string;
  clientSecret: string;
}

export function newClient(): Client {
  const clientId = `acme-${randomBytes(6).toString("hex")}`;
  // The odd characters are those that a Basic header must carry percent-encoded (RFC 6749 §2.3.1).
  return { clientId, clientSecret: `${randomBytes(18).toString("hex")}+/%:=&~` };
}

/** A provider as vendors run it: a real OAuth 2.0 server (oidc-provider) and an API behind it. */
export class OAuthProvider {
  outage: Outage = "none";
  /** Seconds that an access token lives. Patchbay refreshes when less than a minute is left. */
  accessTokenTtl = 3600;
  /** Keep the browser at the provider instead of sending it back; the answer is in `held`. */
  holdsAnswers = false;
  /** The address that the browser was to be sent back to. */
  held: URL | undefined;
  /** Scopes that the person leaves out when allowing access. */
  withheld: string[] = [];
  /** Serve pages with `Cross-Origin-Opener-Policy: same-origin`, which cuts `window.opener`. */
  cutsOpener = false;
  readonly counts = { exchanges: 0, refreshes: 0, refusedRefreshes: 0, revocations: 0, pushed: 0 };
  readonly api: ProtectedApi;
  /** When the last token ends, in milliseconds, counted from when it was given out. */
  private lastExpiry = 0;
  private onTokenRequest: (() => void) | undefined;
  private readonly heldTokenRequests: [IncomingMessage, ServerResponse][] = [];
  private readonly storage = new Storage();
  private readonly provider: Provider;
  private readonly handle: (request: IncomingMessage, response: ServerResponse) => void;

  private constructor(
    readonly url: string,
    private readonly server: Server,
    private readonly planted: Planted,
  ) {
    this.provider = new Provider(url, configuration(this.storage, () => this.accessTokenTtl));
    this.handle = this.provider.callback();
    this.api = new ProtectedApi(async (token) => {
      const found =
        (await this.provider.AccessToken.find(token)) ??
        (await this.provider.ClientCredentials.find(token));
      return found !== undefined && !found.isExpired;
    });
    this.watch();
  }

  static async start(planted: Planted): Promise<OAuthProvider> {
    let started: OAuthProvider | undefined;
    const { server, port } = await listen((request, response) => {
      started?.answer(request, response).catch((error: unknown) => {
        response.statusCode = 500;
        response.end(String(error));
      });
    });
    started = new OAuthProvider(`http://127.0.0.1:${port}`, server, planted);
    return started;
  }

  /** Registers a client. The redirect URI comes with `allowRedirect`, once Patchbay has told it. */
  register(client = newClient(), grants = ["authorization_code", "refresh_token"]): Client {
    const { clientId, clientSecret } = client;
    this.planted.add("client secret", clientSecret);
    this.storage.model("Client").set(clientId, {
      client_id: clientId,
      client_secret: clientSecret,
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: grants,
      response_types: grants.includes("authorization_code") ? ["code"] : [],
      redirect_uris: [],
    });
    return client;
  }

  /** Registers a client for itself, which proves itself by this key. Gives its id. */
  registerKeyed(key: object): string {
    const { clientId } = newClient();
    this.storage.model("Client").set(clientId, {
      client_id: clientId,
      token_endpoint_auth_method: "private_key_jwt",
      grant_types: ["client_credentials"],
      response_types: [],
      redirect_uris: [],
      jwks: { keys: [{ ...key, use: "sig", alg: "RS256" }] },
    });
    return clientId;
  }

  allowRedirect(client: Client, ...redirectUris: string[]): void {
    const row = this.storage.model("Client").get(client.clientId);
    if (!row) throw new Error("register the client first");
    row.redirect_uris = redirectUris;
  }

  /** The person takes the app's access back: every grant ends, `invalid_grant` follows. */
  revokeGrants(): void {
    for (const model of ["Grant", "AccessToken", "RefreshToken"]) this.storage.model(model).clear();
  }

  /** The person is asked anew. */
  forgetConsent(): void {
    this.storage.model("Grant").clear();
    this.storage.model("Session").clear();
  }

  /** Access tokens stop working before their time, refresh tokens go on. */
  dropAccessTokens(): void {
    for (const model of ["AccessToken", "ClientCredentials"]) this.storage.model(model).clear();
  }

  /** From now on token requests get no answer. Resolves when the first has come. */
  holdTokenRequests(): Promise<void> {
    return new Promise((resolve) => (this.onTokenRequest = resolve));
  }

  /** Cuts the token requests that were held, as if they had never arrived, and holds no more. */
  refuseHeld(): void {
    this.onTokenRequest = undefined;
    for (const [, response] of this.heldTokenRequests.splice(0)) response.destroy();
  }

  /** Takes the token requests that were held, and answers whoever still listens. Holds no more. */
  takeHeld(): void {
    this.onTokenRequest = undefined;
    for (const held of this.heldTokenRequests.splice(0)) this.handle(...held);
  }

  /**
   * Whether any access token would still be taken, here or by the clock of one that counts from
   * when it got the answer: `exp` is in whole seconds and so up to a second earlier than that.
   */
  get hasLiveToken(): boolean {
    return Date.now() < this.lastExpiry;
  }

  /** Grants that somebody could still use. */
  get liveGrants(): number {
    return this.storage.model("Grant").size;
  }

  async stop(): Promise<void> {
    this.api.release();
    await close(this.server);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    if (this.outage === "closed") {
      request.socket.destroy();
    } else if (this.outage === "token" && path === "/token") {
      response.writeHead(503, { "content-type": "text/plain" }).end("Down for maintenance");
    } else if (this.onTokenRequest && path === "/token") {
      this.heldTokenRequests.push([request, response]);
      this.onTokenRequest();
    } else if (path.startsWith("/api/")) {
      await this.api.answer(request, response, path);
    } else {
      this.interceptAnswer(response);
      if (this.cutsOpener) response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      if (path === "/me") this.api.countMe(request, response);
      if (path.startsWith("/interaction/")) {
        await consentPage(this.provider, request, response, this.withheld);
      } else {
        this.handle(request, response);
      }
    }
  }

  /** Learns the code on its way back to Patchbay, and stops it there when a test asks for that. */
  private interceptAnswer(response: ServerResponse): void {
    const end = response.end.bind(response) as (body?: unknown) => ServerResponse;
    response.end = ((body?: unknown) => {
      const location = String(response.getHeader("location") ?? "");
      const back = location.includes("/oauth/callback/") ? new URL(location) : undefined;
      this.planted.add("authorization code", back?.searchParams.get("code") ?? "");
      if (!back || !this.holdsAnswers) return end(body);
      this.held = back;
      for (const header of ["location", "content-length"]) response.removeHeader(header);
      response.writeHead(200, { "content-type": "text/html" });
      return end("<!doctype html><title>Held</title>");
    }) as ServerResponse["end"];
  }

  /** Counts what the server did, and learns the secrets that it handed out. */
  private watch(): void {
    this.provider.on("grant.success", (ctx) => {
      const refresh = ctx.oidc.params?.grant_type === "refresh_token";
      this.counts[refresh ? "refreshes" : "exchanges"] += 1;
      const answer = ctx.body as {
        access_token?: string;
        refresh_token?: string;
        expires_in?: number;
      };
      this.lastExpiry = Math.max(this.lastExpiry, Date.now() + (answer.expires_in ?? 0) * 1000);
      this.planted.add("access token", answer.access_token ?? "");
      this.planted.add("refresh token", answer.refresh_token ?? "");
    });
    this.provider.on("pushed_authorization_request.success", () => {
      this.counts.pushed += 1;
    });
    this.provider.on("grant.error", (ctx) => {
      if (ctx.oidc.params?.grant_type === "refresh_token") this.counts.refusedRefreshes += 1;
    });
    this.provider.on("grant.revoked", (ctx) => {
      if (ctx.oidc.route === "revocation") this.counts.revocations += 1;
    });
  }
}
