import { expect } from "@playwright/test";
import type { Claims } from "../jwt.ts";
import type { Arrangement } from "./host.ts";
import type { Maker } from "./maker.ts";
import type { OfficialPage } from "./page.ts";
import { has, type Version } from "./versions.ts";
import type { OfficialWorld } from "./world.ts";

/** One account as the SDK shows it. */
export interface Credential {
  id: string;
  status: string;
  externalId?: string;
  configurations: { id: string; isDefault: boolean; externalId?: string }[];
}

/** One integration of a user, as the SDK shows it. */
export interface State {
  enabled: boolean;
  credentialId?: string;
  credentialStatus?: string;
  sharedSettings?: Record<string, unknown>;
  allCredentials: Credential[];
  allConfigurations: { id: string; isDefault: boolean; externalId?: string }[];
}

/** The answer of `getUser`. */
export interface User {
  authenticated: boolean;
  userId: string;
  meta: Record<string, unknown>;
  integrations: Record<string, State>;
}

let users = 0;

/** What a row of the table works with: a version of the SDK on a page, and a user of its own. */
export class Lab {
  user = "";
  /** What the page shows now, for rows that change nothing. */
  private scene: { name: string; value: unknown } | undefined;

  constructor(
    readonly version: Version,
    readonly world: OfficialWorld,
    readonly maker: Maker,
    readonly sdk: OfficialPage,
  ) {}

  has(since: Version): boolean {
    return has(this.version, since);
  }

  /** A new user, a page loaded anew, nobody signed in. */
  async fresh(arranged?: Arrangement): Promise<void> {
    this.scene = undefined;
    users += 1;
    this.user = `user-${this.version}-${process.pid}-${users}`;
    await this.sdk.openClean(arranged);
  }

  /** Signs the lab's user in. */
  async signIn(change: Claims = {}): Promise<void> {
    const { project } = this.world;
    await this.sdk.call("authenticate", project, this.world.token(this.user, change));
  }

  /** A new user, signed in. */
  async enter(): Promise<void> {
    await this.fresh();
    await this.signIn();
  }

  /** A new user, signed in, on a page without a portal. */
  async enterHeadless(): Promise<void> {
    await this.fresh();
    await this.sdk.call("setHeadless", true);
    await this.signIn();
  }

  /** A new user with one account of `acmekey`, signed in. Gives the credential's id. */
  async enterConnected(account = "one", options: object = {}): Promise<string> {
    await this.fresh();
    const id = await this.world.connectKey(this.user, account, options);
    await this.signIn();
    return id;
  }

  /**
   * What the last row left behind, where it is this scene and the user is still signed in; made
   * anew otherwise. For rows that change nothing.
   */
  async stay<T>(name: string, make: () => Promise<T>): Promise<T> {
    if (this.scene?.name === name && (await this.getUser()).userId === this.user) {
      return this.scene.value as T;
    }
    const value = await make();
    this.scene = { name, value };
    return value;
  }

  /** As `enter`, for rows that change nothing. */
  stayIn(): Promise<void> {
    return this.stay("signed in", () => this.enter());
  }

  /** As `enterConnected`, for rows that change nothing. */
  stayConnected(): Promise<string> {
    return this.stay("connected", () => this.enterConnected());
  }

  getUser(): Promise<User> {
    return this.sdk.call<User>("getUser");
  }

  async state(type: string): Promise<State> {
    const state = (await this.getUser()).integrations[type];
    if (!state) throw new Error(`getUser() tells nothing of ${type}`);
    return state;
  }

  /** The user's state as the server tells it. */
  async stored(): Promise<User> {
    const answer = await this.world.api(this.user, "me", { headers: { "Cache-Control": "no-cache" } });
    return (await answer.json()) as User;
  }

  /** A proxied call. Every version is given all that the oldest needs. */
  request<T>(type: string, path: string, init: Record<string, unknown> = {}): Promise<T> {
    return this.sdk.call<T>("request", type, path, { method: "GET", ...init });
  }

  async expectSignedIn(): Promise<void> {
    expect(await this.getUser()).toMatchObject({ authenticated: true, userId: this.user });
  }

  /** Exactly one account, valid, here and on the server. */
  async expectConnected(type: string): Promise<Credential> {
    // 2.1.1 and 2.2.4 may tell of the end a moment before they know the account.
    await expect.poll(async () => (await this.state(type)).enabled).toBe(true);
    const state = await this.state(type);
    expect(state.credentialStatus).toBe("VALID");
    expect(state.allCredentials).toHaveLength(1);
    const stored = (await this.stored()).integrations[type]?.allCredentials ?? [];
    expect(stored.map(({ id }) => id)).toEqual(state.allCredentials.map(({ id }) => id));
    return state.allCredentials[0] as Credential;
  }

  async expectNothingStored(type: string): Promise<void> {
    expect((await this.stored()).integrations[type]?.allCredentials).toEqual([]);
  }
}
