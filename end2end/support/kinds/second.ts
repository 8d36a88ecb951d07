import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Client } from "../provider.ts";
import type { Planted } from "../secrets.ts";
import { packages } from "./python.ts";

/** How often the provider took something. */
export interface Counts {
  code: number;
  refresh: number;
  jwt: number;
  oauth1: number;
  sigv4: number;
}

/** The provider that Authlib and botocore make, in a process of its own. */
export class SecondProvider {
  readonly client: Client;
  readonly aws: { accessKeyId: string; secretAccessKey: string };
  /** The key file of a service account, as Google hands it out. */
  readonly keyFile: string;
  url = "";
  private child!: ChildProcess;

  private constructor(private readonly planted: Planted) {
    const word = (bytes: number) => randomBytes(bytes).toString("hex");
    // Authlib takes the halves of a Basic header as they are, where RFC 6749 §2.3.1 encodes them.
    this.client = { clientId: `second-${word(6)}`, clientSecret: word(18) };
    this.aws = { accessKeyId: `AKIA${word(8)}`, secretAccessKey: `${word(15)}/+${word(4)}` };
    const robot = `robot-${word(4)}@acme.example`;
    const { publicKey, privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    planted.add("client secret", this.client.clientSecret);
    planted.add("AWS key", this.aws.secretAccessKey);
    planted.addPem("service account", privateKey);
    this.keyFile = JSON.stringify({
      type: "service_account",
      client_email: robot,
      private_key_id: word(8),
      private_key: privateKey,
    });
    this.settings = { ...this.client, ...this.aws, robot, robotKey: publicKey };
  }

  private readonly settings: object;

  static async start(planted: Planted): Promise<SecondProvider> {
    const provider = new SecondProvider(planted);
    await provider.run();
    return provider;
  }

  async counts(): Promise<Counts> {
    return (await (await fetch(`${this.url}/counts`)).json()) as Counts;
  }

  /** Access tokens of OAuth 2.0 end before their time. */
  async dropAccessTokens(): Promise<void> {
    await fetch(`${this.url}/oauth2/forget`, { method: "POST" });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill("SIGTERM");
    await once(this.child, "exit");
  }

  private async run(): Promise<void> {
    const script = join(import.meta.dirname, "server.py");
    this.child = spawn("python3", [script, JSON.stringify(this.settings)], {
      env: {
        PATH: process.env.PATH ?? "",
        PYTHONPATH: packages(),
        PYTHONWARNINGS: "ignore",
        AUTHLIB_INSECURE_TRANSPORT: "1",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(this.child, "exit").then(() => undefined);
    const port = new Promise<string>((resolve) => {
      createInterface({ input: this.child.stdout! }).on("line", (line) => {
        const [kind, value = ""] = line.split(" ", 2);
        if (kind === "port") resolve(value);
        else this.planted.add("something of the second provider", value);
      });
    });
    const found = await Promise.race([port, ended]);
    if (!found) throw new Error("the second provider did not start");
    this.url = `http://127.0.0.1:${found}`;
  }
}
