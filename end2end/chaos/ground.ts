import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database, Engine } from "../support/database.ts";
import { claims, rs256 } from "../support/jwt.ts";
import { Patchbay } from "../support/patchbay.ts";
import type { Daemon } from "../support/process.ts";
import { Planted } from "../support/secrets.ts";
import { Ledger, type Manner } from "./ledger.ts";

/** What a round of faults led to. All but the first three must be nought. */
export interface Outcome {
  /** Faults that were injected. */
  faults: number;
  refreshes: number;
  /** Owners that were told to connect again, as a strict provider leaves nothing else to do. */
  asked: number;
  /** Accounts that neither work nor tell their owner, or that a lenient provider would still serve. */
  lost: number;
  /** Accounts whose making was acknowledged, and that are not there. */
  forgotten: number;
  doubles: number;
  misplaced: number;
  leaks: number;
}

/** Long enough for a lease to run out and for a refresh to be tried again afterwards. */
const RECOVERY = 110_000;

/** A definition of the ledger's provider. */
function definition(ledger: Ledger, api: string): string {
  return `slug = "chaos"
name = "Chaos"
category = "CRM"
api_base_url = "${api}/api"
[[auth]]
type = "oauth2_authorization_code"
authorization_url = "${ledger.url}/auth"
token_url = "${ledger.url}/token"
client_auth = "basic"
`;
}

/** An installation with many connected accounts of a provider that keeps books. */
export class Ground {
  /** Processes that answer now, by their address. */
  readonly processes = new Map<string, Daemon>();
  readonly users: string[] = [];
  /** When processes were killed or paused, in milliseconds since 1970. */
  readonly stopped: number[] = [];
  project!: string;
  private integrationId!: string;
  private keyId!: string;
  private pem!: string;
  private readonly tokens = new Map<string, string>();
  private readonly acknowledged: string[] = [];
  private imports = 0;

  private constructor(
    readonly planted: Planted,
    readonly ledger: Ledger,
    readonly patchbay: Patchbay,
  ) {}

  /** `host`: the provider's API is reached by this name instead of by its address. */
  static async make(engine: Engine | Database, host?: string): Promise<Ground> {
    const planted = new Planted();
    const ledger = await Ledger.start(planted);
    const api = host ? `http://${host}:${new URL(ledger.url).port}` : ledger.url;
    const patchbay = await Patchbay.install(engine, planted, {
      PATCHBAY_EGRESS_ALLOW: "127.0.0.1/32",
      PATCHBAY_RATE_LIMIT_USER: "0",
      PATCHBAY_RATE_LIMIT_PROJECT: "0",
      PATCHBAY_RATE_LIMIT_ADDRESS: "0",
    });
    patchbay.define("chaos", definition(ledger, api));
    const ground = new Ground(planted, ledger, patchbay);
    await ground.setUp();
    return ground;
  }

  /** A process more; gives its address. `through`: a command that becomes the process. */
  async start(env: Record<string, string> = {}, through: string[] = []): Promise<string> {
    const { url, server } = await this.patchbay.startAnother(env, through);
    this.processes.set(url, server);
    return url;
  }

  /** Ends a process as a power failure does. */
  async kill(url: string): Promise<void> {
    const process = this.processes.get(url);
    this.processes.delete(url);
    this.stopped.push(Date.now());
    process?.signal("SIGKILL");
    await process?.exited;
  }

  /** Ends a process as a deployment does, and starts another one in its place. */
  async replace(url: string): Promise<void> {
    await this.processes.get(url)?.stop();
    this.processes.set(url, await this.patchbay.startAt(url));
  }

  /** Holds a process still; call what comes back to let it go on. */
  pause(url: string): () => void {
    const process = this.processes.get(url);
    if (!process) throw new Error("no such process");
    this.processes.delete(url);
    this.stopped.push(Date.now());
    process.signal("SIGSTOP");
    return () => {
      process.signal("SIGCONT");
      this.processes.set(url, process);
    };
  }

  /** Users whose accounts are connected: `lenient-1` and on, or `strict-1` and on. */
  async connect(manner: Manner, count: number): Promise<void> {
    const rows = [];
    for (let user = 0; user < count; user += 1) {
      const name = `${manner}-${this.users.length + 1}`;
      this.users.push(name);
      const grant = this.ledger.grant(name, manner);
      rows.push({
        userId: name,
        integration: "chaos",
        expiresAt: new Date(grant.accessEnds).toISOString(),
        credential: { access_token: grant.access, refresh_token: grant.refresh },
      });
    }
    this.imports += 1;
    const file = join(this.patchbay.dir, "inputs", `import-${this.imports}.json`);
    writeFileSync(file, JSON.stringify(rows));
    const args = ["--project", this.project, "--file", file, "--no-check"];
    await this.patchbay.cli.must("connection", "import", ...args);
  }

  /** Connects one account by a key; what was acknowledged must be there at the end. */
  async connectByKey(user: string, base: string): Promise<boolean> {
    const payload = { api_key: `key-of-${user}` };
    const answer = await this.call(user, "credentials", base, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ integrationId: this.integrationId, payload }),
    });
    if (!answer?.ok) return false;
    this.acknowledged.push(user);
    return true;
  }

  /** The status of a call of the user's account; none: there was no answer in time. */
  async use(
    user: string,
    base = this.anywhere(),
    patience = 75_000,
  ): Promise<number | undefined> {
    const signal = AbortSignal.timeout(patience);
    const answer = await this.call(user, `proxy/chaos/for/${user}`, base, { signal });
    return answer?.status;
  }

  /** Any process that answers now. */
  anywhere(): string {
    const all = [...this.processes.keys()];
    return all[Math.floor(Math.random() * all.length)] ?? this.patchbay.url;
  }

  /** Waits until every account works or its owner was asked, and counts. No hand helps. */
  async settle(faults: number): Promise<Outcome> {
    this.ledger.answering = undefined;
    this.ledger.apiAnswering = undefined;
    const deadline = Date.now() + RECOVERY;
    let asked = 0;
    let open = [...this.users];
    while (open.length > 0 && Date.now() < deadline) {
      const still: string[] = [];
      await inTurns(open, 16, async (user) => {
        const status = await this.use(user);
        if (status === 200) return;
        if (status === 409 && this.ledger.of(user).over) asked += 1;
        else still.push(user);
      });
      open = still;
      if (open.length > 0) await sleep(500);
    }
    const made = await this.patchbay.cli.listConnections(this.project);
    const there = new Set(made.map((row) => `${row.integrationType} ${row.userId}`));
    const leaks = this.planted.foundBelow(this.patchbay.logDir);
    return {
      faults,
      refreshes: this.ledger.refreshes,
      asked,
      lost: open.length,
      forgotten: this.acknowledged.filter((user) => !there.has(`chaoskey ${user}`)).length,
      doubles: this.ledger.doubles(this.stopped),
      misplaced: this.ledger.misplaced.length,
      leaks: leaks.length,
    };
  }

  async remove(): Promise<void> {
    await this.patchbay.remove();
    await this.ledger.stop();
  }

  private async setUp(): Promise<void> {
    const { cli } = this.patchbay;
    this.patchbay.define("chaoskey", BY_KEY);
    this.project = (await cli.createProject("Chaos")).development;
    ({ keyId: this.keyId, pem: this.pem } = await cli.createKey(this.project));
    const { clientId, clientSecret } = this.ledger;
    const client = { clientId, clientSecret };
    await cli.setIntegration({ project: this.project, type: "chaos", ...client, active: true });
    const key = await cli.setIntegration({ project: this.project, type: "chaoskey", active: true });
    this.integrationId = key.integrationId;
  }

  private async call(
    user: string,
    path: string,
    base: string,
    init: RequestInit = {},
  ): Promise<Response | undefined> {
    const headers = { ...init.headers, Authorization: `Bearer ${this.token(user)}` };
    const url = `${base}/projects/${this.project}/sdk/${path}`;
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(10_000), ...init, headers });
      await answer.arrayBuffer();
      return answer;
    } catch {
      return undefined;
    }
  }

  private token(user: string): string {
    const known = this.tokens.get(user);
    if (known) return known;
    // Good by clocks that are wrong by an hour, too.
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now - 7_200, exp: now + 14_400 };
    const token = rs256(this.pem, this.keyId, claims(user, times));
    this.tokens.set(user, token);
    this.planted.add("user token", token.split(".")[2] ?? "");
    return token;
  }
}

const BY_KEY = `slug = "chaoskey"
name = "Chaos Key"
category = "CRM"
api_base_url = "http://127.0.0.1:9"
[[auth]]
type = "api_key"
[[auth.fields]]
name = "api_key"
label = "API key"
secret = true
[auth.inject]
header = "Authorization"
value = "Bearer \${api_key}"
`;

/** Whoever waits for a lease is left, so that the load goes on. */
const IMPATIENT = 2_000;
/** Calls at a time. */
const WIDTH = 12;
/** Between two calls of a loop: the processor is for Patchbay. */
const PAUSE = 10;

/** Calls of random users at random processes, until it is told to end. */
export class Load {
  /** How often calls ended in which way. */
  readonly statuses = new Map<number | undefined, number>();
  private running = true;
  private readonly loops: Promise<void>[];

  /** `entrance`: where all calls go; none: to any process. */
  constructor(
    private readonly ground: Ground,
    private readonly entrance?: string,
  ) {
    this.loops = Array.from({ length: WIDTH }, (_, place) => this.loop(place === 0));
  }

  async end(): Promise<void> {
    this.running = false;
    await Promise.all(this.loops);
  }

  private async loop(connects: boolean): Promise<void> {
    for (let round = 0; this.running; round += 1) {
      const { users } = this.ground;
      const user = users[Math.floor(Math.random() * users.length)] ?? "";
      const base = this.entrance ?? this.ground.anywhere();
      const status = await this.ground.use(user, base, IMPATIENT);
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
      if (connects) await this.ground.connectByKey(`by-key-${round}`, base);
      await sleep(PAUSE);
    }
  }
}

async function inTurns<T>(
  all: T[],
  width: number,
  each: (one: T) => Promise<void>,
): Promise<void> {
  const rest = [...all];
  const lane = async () => {
    for (let one = rest.pop(); one !== undefined; one = rest.pop()) await each(one);
  };
  await Promise.all(Array.from({ length: width }, lane));
}
