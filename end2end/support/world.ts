import { expect } from "@playwright/test";
import type { EnvironmentName } from "./cli.ts";
import { acme, acmekey } from "./definitions.ts";
import { HostApp } from "./host.ts";
import { KeyProvider } from "./keys.ts";
import { Patchbay } from "./patchbay.ts";
import { type Client, OAuthProvider } from "./provider.ts";
import type { Engine } from "./database.ts";
import { Planted } from "./secrets.ts";

/** The user that host pages sign in. */
export const USER = "user-1";

/**
 * Everything one test needs: two providers, an installation whose catalog knows them, a project
 * with a signing key, both integrations active in development, and a host application.
 */
export class World {
  readonly planted = new Planted();
  provider!: OAuthProvider;
  keys!: KeyProvider;
  patchbay!: Patchbay;
  host!: HostApp;
  environments!: Record<EnvironmentName, string>;
  keyFile!: string;
  pem!: string;
  keyId!: string;
  client!: Client;
  acme!: { integrationId: string; redirectUri: string };
  acmekey!: { integrationId: string; redirectUri: string };
  /** Which project and token the host page gets at its next load. */
  session!: { projectId: string; userToken: string };

  /** `env` is added to the environment of every process. */
  static async build(engine: Engine, env: Record<string, string> = {}): Promise<World> {
    const world = new World();
    try {
      await world.fill(engine, env);
    } catch (error) {
      await world.remove();
      throw error;
    }
    return world;
  }

  /** The project id of the development environment. */
  get project(): string {
    return this.environments.development;
  }

  token(user = USER, ttl?: number): Promise<string> {
    return this.patchbay.cli.mintToken(this.project, user, this.keyFile, ttl);
  }

  /** The next page of the host application is this user's. */
  async signIn(user: string): Promise<void> {
    this.session = { projectId: this.project, userToken: await this.token(user) };
  }

  /** Calls a route below `/projects/{id}/sdk` as an application's back end does. */
  api(
    token: string,
    path: string,
    init: RequestInit = {},
    base = this.patchbay.url,
  ): Promise<Response> {
    const headers = { ...init.headers, Authorization: `Bearer ${token}` };
    return fetch(`${base}/projects/${this.project}/sdk/${path}`, { ...init, headers });
  }

  /** Waits until the provider would refuse every token that it gave out. */
  async untilExpired(): Promise<void> {
    await expect.poll(() => this.provider.hasLiveToken, { timeout: 15_000 }).toBe(false);
  }

  /** One more integration, by a definition that the server reads at its next start. */
  async define(type: string, toml: string, client?: Client): Promise<{ redirectUri: string }> {
    await this.patchbay.stop();
    this.patchbay.define(type, toml);
    await this.patchbay.start();
    return this.patchbay.cli.setIntegration({ project: this.project, type, ...client, active: true });
  }

  async remove(): Promise<void> {
    await this.host?.stop();
    await this.patchbay?.remove();
    await this.provider?.stop();
    await this.keys?.stop();
  }

  private async fill(engine: Engine, env: Record<string, string>): Promise<void> {
    this.provider = await OAuthProvider.start(this.planted);
    this.keys = await KeyProvider.start(this.planted);
    this.patchbay = await Patchbay.install(engine, this.planted);
    Object.assign(this.patchbay.env, env);
    this.patchbay.define("acme", acme(this.provider.url));
    this.patchbay.define("acmekey", acmekey(this.keys.url));
    await this.patchbay.start();
    const { cli } = this.patchbay;
    this.environments = await cli.createProject("Northwind");
    ({ keyFile: this.keyFile, keyId: this.keyId, pem: this.pem } = await cli.createKey(this.project));
    await this.activate();
    this.session = { projectId: this.project, userToken: await this.token() };
    this.host = await HostApp.start(this.patchbay.url, () => this.session);
  }

  private async activate(): Promise<void> {
    const { cli } = this.patchbay;
    this.client = this.provider.register();
    this.acme = await cli.setIntegration({
      project: this.project,
      type: "acme",
      ...this.client,
      active: true,
    });
    this.provider.allowRedirect(this.client, this.acme.redirectUri);
    this.acmekey = await cli.setIntegration({
      project: this.project,
      type: "acmekey",
      active: true,
    });
  }
}
