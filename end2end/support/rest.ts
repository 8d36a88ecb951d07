import { expect } from "@playwright/test";
import { claims, rs256 } from "./jwt.ts";
import { USER, type World } from "./world.ts";

/** One account as the REST routes tell it. */
export interface Account {
  id: string;
  integrationId: string;
  personaId: string;
  status: string;
  externalId?: string;
  configurations: Configuration[];
}

export interface Configuration {
  id: string;
  isDefault: boolean;
  externalId?: string;
  dateCreated: string;
  sharedSettings: object;
  configMeta: object;
}

export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
}

export const PERMISSIONS = "urn:useparagon:connect:permissions";

/** An id that nothing has. */
export const NOBODY = "7d9f3a52-6f0c-4a3e-9b1d-2c6f5a8e7b10";

/** A back end that calls the REST routes as one user. */
export class Backend {
  constructor(
    readonly world: World,
    readonly token: string,
  ) {}

  static of(world: World, user = USER, permissions?: Record<string, string[]>): Backend {
    const change = permissions ? { [PERMISSIONS]: permissions } : {};
    return new Backend(world, rs256(world.pem, world.keyId, claims(user, change)));
  }

  /** A string as `body` is sent as it is. */
  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const answer = await this.world.api(this.token, path, {
      method,
      headers: { "Content-Type": "application/json", ...headers },
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text ? JSON.parse(text) : undefined) as T };
  }

  /** Connects the provider of keys. */
  async connect(installOptions: object = {}): Promise<Account> {
    const answer = await this.install({ api_key: this.world.keys.key }, installOptions);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  }

  install(payload: object, installOptions: object = {}): Promise<Answer<Account>> {
    const { integrationId } = this.world.acmekey;
    const body = { integrationId, config: {}, payload, installOptions };
    return this.call<Account>("POST", "credentials", body);
  }

  async account(id: string): Promise<Account> {
    const answer = await this.call<Account>("GET", `credentials/${id}`);
    expect(answer.status).toBe(200);
    return answer.body;
  }

  async meta(): Promise<unknown> {
    return (await this.call("GET", "me")).body.meta;
  }
}
