import { type Claims, claims, rs256 } from "../jwt.ts";
import { Patchbay } from "../patchbay.ts";
import { BACK, idToken } from "../provider/sign-in.ts";
import { type Client, OAuthProvider } from "../provider.ts";
import { Planted } from "../secrets.ts";
import { definitions, TYPES, type Type } from "./definitions.ts";
import { Gateway } from "./gateway.ts";
import { OfficialHost } from "./host.ts";
import { AccountProvider } from "./provider.ts";

/** One installation, its providers and a host application, for all tests of one worker. */
export class OfficialWorld {
  readonly planted = new Planted();
  readonly integrations = {} as Record<Type, string>;
  oauth!: OAuthProvider;
  accounts!: AccountProvider;
  patchbay!: Patchbay;
  host!: OfficialHost;
  gateway!: Gateway;
  project!: string;
  private readonly redirectUris = {} as Record<Type, string[]>;
  private acme!: Client;
  /** Whose ID tokens sign users in. */
  private trusted: Client | undefined;
  private key!: { keyId: string; pem: string };

  static async build(): Promise<OfficialWorld> {
    const world = new OfficialWorld();
    try {
      await world.fill();
    } catch (error) {
      await world.remove();
      throw error;
    }
    return world;
  }

  /** A token as the host application's server signs it. */
  token(user: string, change: Claims = {}): string {
    const token = rs256(this.key.pem, this.key.keyId, claims(user, change));
    this.planted.add("user token", token.split(".")[2] ?? "");
    return token;
  }

  /** Calls a route below `/projects/{id}/sdk` as the host application's back end does. */
  api(user: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { "Content-Type": "application/json", ...init.headers };
    return fetch(`${this.patchbay.url}/projects/${this.project}/sdk/${path}`, {
      ...init,
      headers: { ...headers, Authorization: `Bearer ${this.token(user)}` },
    });
  }

  /** Connects an account by its key, without a browser. Gives the credential's id. */
  async connectKey(user: string, account: string, installOptions: object = {}): Promise<string> {
    const answer = await this.api(user, "credentials", {
      method: "POST",
      body: JSON.stringify({
        integrationId: this.integrations.acmekey,
        config: {},
        payload: { api_key: this.accounts.key(account) },
        installOptions,
      }),
    });
    if (!answer.ok) throw new Error(`POST credentials: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { id: string }).id;
  }

  /** What users of an integration are asked for. The server knows it by the next call. */
  declare(type: Type, settings: object[]): Promise<void> {
    return this.patchbay.cli.setSettings(this.project, type, settings);
  }

  /** A token of the OAuth server, whose word the project takes from now on. */
  async idToken(): Promise<string> {
    if (!this.trusted) {
      this.trusted = this.oauth.register();
      this.oauth.allowRedirect(this.trusted, BACK);
      await this.patchbay.cli.addIssuer(this.project, this.oauth.url, this.trusted.clientId);
    }
    const token = await idToken(this.oauth.url, this.trusted);
    this.planted.add("ID token", token.split(".")[2] ?? "");
    return token;
  }

  /** An app of the user's own at the OAuth server. */
  ownClient(): Client {
    const client = this.oauth.register();
    this.oauth.allowRedirect(client, ...this.redirectUris.acmeways);
    return client;
  }

  /** A page of the app's own that takes the provider's answer to `acme` and sends it on. */
  async redirectPage(): Promise<string> {
    const page = `${this.host.origin}/back`;
    this.oauth.allowRedirect(this.acme, ...this.redirectUris.acme, page);
    this.host.sendsOnTo = this.redirectUris.acme[0] ?? "";
    await this.set("acme", "--redirect-url", page);
    return page;
  }

  /** Changes what the operator says of an integration. */
  async set(type: Type, ...options: string[]): Promise<void> {
    const which = ["--project", this.project, "--type", type];
    await this.patchbay.cli.must("integration", "set", ...which, ...options);
  }

  async remove(): Promise<void> {
    await this.host?.stop();
    await this.gateway?.stop();
    await this.patchbay?.remove();
    await this.oauth?.stop();
    await this.accounts?.stop();
  }

  private async fill(): Promise<void> {
    this.oauth = await OAuthProvider.start(this.planted);
    this.accounts = await AccountProvider.start(this.planted);
    this.patchbay = await Patchbay.install("sqlite", this.planted);
    const known = definitions(this.oauth.url, this.accounts.url);
    for (const type of TYPES) this.patchbay.define(type, known[type]);
    await this.patchbay.start();
    const { cli } = this.patchbay;
    this.project = (await cli.createProject("Northwind")).development;
    this.key = await cli.createKey(this.project);
    this.gateway = await Gateway.start();
    for (const type of TYPES) await this.activate(type);
    this.gateway.leadTo(await this.patchbay.startBehind(`https://connect.${this.gateway.host}`));
    this.host = await OfficialHost.start(this.patchbay.url);
  }

  private async activate(type: Type): Promise<void> {
    const client = type === "acmekey" ? undefined : this.oauth.register();
    const set = await this.patchbay.cli.setIntegration({
      project: this.project,
      type,
      ...client,
      active: true,
    });
    this.integrations[type] = set.integrationId;
    if (!client) return;
    if (type === "acme") this.acme = client;
    const { pathname } = new URL(set.redirectUri);
    const byName = `https://connect.${this.gateway.host}${pathname}`;
    this.redirectUris[type] = [set.redirectUri, byName];
    this.oauth.allowRedirect(client, set.redirectUri, byName);
  }
}
