import type { EnvironmentName } from "./cli.ts";
import type { Engine } from "./database.ts";
import { acme, acmekey } from "./definitions.ts";
import { Patchbay } from "./patchbay.ts";
import { type Client, newClient } from "./provider.ts";
import { Planted } from "./secrets.ts";

/** Stands where a provider's address will be. */
const NOWHERE = "http://127.0.0.1:9";

/** What the command line told while it set a project up. */
export interface Project {
  environments: Record<EnvironmentName, string>;
  /** Its signing key. */
  keyId: string;
  pem: string;
  /** The company's own client of `acme`. */
  client: Client;
  acme: { integrationId: string; redirectUri: string };
  acmekey: { integrationId: string; redirectUri: string };
}

/**
 * An installation as tests begin with it: a project with a signing key, and both integrations active
 * in development. The command line sets it up once a worker; a test gets a copy of everything, what
 * was printed included, and so of a state that only real commands have made.
 */
export class Template {
  private constructor(
    private readonly patchbay: Patchbay,
    private readonly project: Project,
    private readonly planted: Planted,
  ) {}

  /** `env` is added to the environment of every process, there and in copies. */
  static async make(engine: Engine, env: Record<string, string>): Promise<Template> {
    const planted = new Planted();
    const patchbay = await Patchbay.install(engine, planted, env);
    patchbay.define("acme", acme(NOWHERE));
    patchbay.define("acmekey", acmekey(NOWHERE));
    const project = await setUp(patchbay);
    return new Template(patchbay, project, planted);
  }

  /** A copy at an address of its own. `planted` learns what is secret in it. */
  async copy(planted: Planted): Promise<{ patchbay: Patchbay; project: Project }> {
    planted.addAll(this.planted);
    const patchbay = await this.patchbay.copy(planted);
    const { acme, acmekey } = this.project;
    const moved = (set: { integrationId: string; redirectUri: string }) => ({
      ...set,
      redirectUri: patchbay.url + new URL(set.redirectUri).pathname,
    });
    return { patchbay, project: { ...this.project, acme: moved(acme), acmekey: moved(acmekey) } };
  }

  remove(): Promise<void> {
    return this.patchbay.remove();
  }
}

async function setUp({ cli }: Patchbay): Promise<Project> {
  const client = newClient();
  const environments = await cli.createProject("Northwind");
  const project = environments.development;
  const { keyId, pem } = await cli.createKey(project);
  const acme = await cli.setIntegration({ project, type: "acme", ...client, active: true });
  const acmekey = await cli.setIntegration({ project, type: "acmekey", active: true });
  return { environments, keyId, pem, client, acme, acmekey };
}
