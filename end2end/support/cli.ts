import { randomBytes } from "node:crypto";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Finished, run } from "./process.ts";
import type { Planted } from "./secrets.ts";

export type EnvironmentName = "development" | "staging" | "production";

export interface IntegrationSettings {
  project: string;
  type: string;
  clientId?: string;
  clientSecret?: string;
  scopes?: string[];
  active: boolean;
}

export interface ListedConnection {
  userId: string;
  integrationType: string;
  status: string;
  [key: string]: unknown;
}

export interface NewWebhook {
  id: string;
  secret: string;
}

/** The command line, on the database that a server may be using at the same time. */
export class Cli {
  constructor(
    private readonly env: Record<string, string>,
    private readonly dir: string,
    private readonly planted: Planted,
  ) {}

  /** Runs a command as it stands. What it prints goes to the log that the leak tests read. */
  async any(...args: string[]): Promise<Finished> {
    const finished = await run(args, this.env);
    appendFileSync(join(this.dir, "cli.log"), finished.stdout + finished.stderr);
    return finished;
  }

  async createProject(name: string): Promise<Record<EnvironmentName, string>> {
    const answer = await this.json<{
      environments: { environment: EnvironmentName; projectId: string }[];
    }>("project", "create", "--name", name);
    const ids = answer.environments.map((row) => [row.environment, row.projectId]);
    return Object.fromEntries(ids) as Record<EnvironmentName, string>;
  }

  /** Keeps the private key in a file, and what was printed out of the log: it is the one showing. */
  async createKey(project: string): Promise<{ keyId: string; keyFile: string; pem: string }> {
    const text = await this.secretly("key", "create", "--project", project, "--json");
    const { keyId, privateKeyPem } = JSON.parse(text) as { keyId: string; privateKeyPem: string };
    this.planted.addPem("private key", privateKeyPem);
    return { keyId, keyFile: this.file("key.pem", privateKeyPem), pem: privateKeyPem };
  }

  async mintToken(
    project: string,
    user: string,
    keyFile: string,
    ttl?: number,
  ): Promise<string> {
    const args = ["token", "mint", "--project", project, "--user", user, "--key-file", keyFile];
    if (ttl !== undefined) args.push("--ttl", String(ttl));
    const token = (await this.secretly(...args)).trim();
    this.planted.add("user token", token.split(".")[2] ?? "");
    return token;
  }

  setIntegration(
    settings: IntegrationSettings,
  ): Promise<{ integrationId: string; redirectUri: string }> {
    const args = ["--project", settings.project, "--type", settings.type];
    if (settings.clientId) args.push("--client-id", settings.clientId);
    if (settings.clientSecret) {
      this.planted.add("client secret", settings.clientSecret);
      args.push("--client-secret-file", this.file("client-secret", settings.clientSecret));
    }
    if (settings.scopes) args.push("--scopes", settings.scopes.join(" "));
    return this.json("integration", "set", ...args, "--active", String(settings.active));
  }

  /** What users are asked for, from a file. */
  async setSettings(project: string, type: string, settings: object[]): Promise<void> {
    const file = this.file("settings.json", JSON.stringify({ settings }));
    await this.must("integration", "set", "--project", project, "--type", type, "--settings", file);
  }

  async addOrigin(project: string, origin: string): Promise<void> {
    await this.must("origin", "add", "--project", project, origin);
  }

  /** Takes the tokens of an identity provider, whose discovery document tells where its keys are. */
  async addIssuer(project: string, issuer: string, audience: string): Promise<void> {
    await this.must("issuer", "add", "--project", project, issuer, "--audience", audience);
  }

  async createOperator(email: string, password: string, role: string): Promise<void> {
    this.planted.add("password", password);
    const file = this.file("password", password);
    await this.must("operator", "create", "--email", email, "--password-file", file, "--role", role);
  }

  async listConnections(project: string, user?: string): Promise<ListedConnection[]> {
    const args = ["connection", "list", "--project", project];
    if (user) args.push("--user", user);
    return (await this.json<{ connections: ListedConnection[] }>(...args)).connections;
  }

  /** A webhook with its secret, which is printed this once. */
  async addWebhook(project: string, url: string, types: string[] = []): Promise<NewWebhook> {
    const chosen = types.flatMap((type) => ["--type", type]);
    const args = ["webhook", "add", "--project", project, url, ...chosen, "--json"];
    return this.planting(await this.secretly(...args));
  }

  async rotateWebhook(project: string, id: string): Promise<NewWebhook> {
    const args = ["webhook", "rotate", "--project", project, id, "--json"];
    return this.planting(await this.secretly(...args));
  }

  /** `what`: a command of `patchbay webhook`. */
  async webhook<T>(what: string, project: string, ...more: string[]): Promise<T> {
    return this.json<T>("webhook", what, "--project", project, ...more);
  }

  /** An API key that may read events. */
  async createApiKey(project: string): Promise<{ id: string; key: string }> {
    const args = ["api-key", "create", "--project", project, "--scope", "events:read", "--json"];
    const made = JSON.parse(await this.secretly(...args)) as { id: string; key: string };
    this.planted.add("API key of a back end", made.key.split("_").slice(2).join("_"));
    return made;
  }

  private planting(printed: string): NewWebhook {
    const made = JSON.parse(printed) as NewWebhook;
    this.planted.add("webhook secret", made.secret.replace("whsec_", ""));
    return made;
  }

  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.must(...args, "--json")) as T;
  }

  /** Runs a command that is to succeed. */
  async must(...args: string[]): Promise<string> {
    return succeeded(args, await this.any(...args));
  }

  /** For the few commands whose very purpose is to print a secret. Their stderr is logged. */
  private async secretly(...args: string[]): Promise<string> {
    const finished = await run(args, this.env);
    appendFileSync(join(this.dir, "cli.log"), finished.stderr);
    return succeeded(args, finished);
  }

  /** In a folder of inputs, apart from what Patchbay itself writes. */
  private file(name: string, content: string): string {
    const path = join(this.dir, "inputs", `${randomBytes(4).toString("hex")}-${name}`);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }
}

function succeeded(args: string[], finished: Finished): string {
  if (finished.code !== 0) {
    throw new Error(`patchbay ${args.slice(0, 2).join(" ")} failed:\n${finished.stderr}`);
  }
  return finished.stdout;
}
