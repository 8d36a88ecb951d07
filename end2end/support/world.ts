import { expect } from "@playwright/test";
import type { EnvironmentName } from "./cli.ts";
import { acme, acmekey } from "./definitions.ts";
import { HostApp } from "./host.ts";
import { claims, rs256 } from "./jwt.ts";
import { KeyProvider } from "./keys.ts";
import type { Patchbay } from "./patchbay.ts";
import { type Client, OAuthProvider } from "./provider.ts";
import { Planted } from "./secrets.ts";
import type { Project, Template } from "./template.ts";

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
  pem!: string;
  keyId!: string;
  client!: Client;
  acme!: Project["acme"];
  acmekey!: Project["acmekey"];
  /** Which project and token the host page gets at its next load. */
  session!: { projectId: string; userToken: string };

  static async build(template: Template): Promise<World> {
    const world = new World();
    try {
      await world.fill(template);
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

  /** A token as the host application's server signs it, for an hour. */
  token(user = USER): string {
    const exp = Math.floor(Date.now() / 1000) + 3600;
    const token = rs256(this.pem, this.keyId, claims(user, { exp }));
    this.planted.add("user token", token.split(".")[2] ?? "");
    return token;
  }

  /** The next page of the host application is this user's. */
  signIn(user: string): void {
    this.session = { projectId: this.project, userToken: this.token(user) };
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

  private async fill(template: Template): Promise<void> {
    this.provider = await OAuthProvider.start(this.planted);
    this.keys = await KeyProvider.start(this.planted);
    const { patchbay, project } = await template.copy(this.planted);
    this.patchbay = patchbay;
    Object.assign(this, project);
    this.provider.register(this.client);
    this.provider.allowRedirect(this.client, this.acme.redirectUri);
    patchbay.define("acme", acme(this.provider.url));
    patchbay.define("acmekey", acmekey(this.keys.url));
    await patchbay.start();
    this.signIn(USER);
    this.host = await HostApp.start(patchbay.url, () => this.session);
  }
}
