import { randomBytes } from "node:crypto";
import { join } from "node:path";
import pg from "pg";

export type Engine = "sqlite" | "postgres";

/** A database of one test's own. */
export interface Database {
  engine: Engine;
  url: string;
  drop(): Promise<void>;
}

export function createDatabase(engine: Engine, dir: string): Promise<Database> {
  return engine === "sqlite" ? sqlite(dir) : postgres("template1");
}

/** One like another, which nobody uses now. The files of SQLite are in `dir` already. */
export function copyDatabase(original: Database, dir: string): Promise<Database> {
  if (original.engine === "sqlite") return sqlite(dir);
  return postgres(new URL(original.url).pathname.slice(1));
}

async function sqlite(dir: string): Promise<Database> {
  return { engine: "sqlite", url: `sqlite://${join(dir, "patchbay.db")}`, drop: async () => {} };
}

async function postgres(template: string): Promise<Database> {
  const name = `e2e_${randomBytes(8).toString("hex")}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(cluster());
  url.pathname = `/${name}`;
  return {
    engine: "postgres",
    url: url.href,
    drop: () => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** Runs statements in a test's PostgreSQL database and gives the rows of the last. */
export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query(text);
    return result.rows;
  } finally {
    await client.end();
  }
}

/** Every row of every table as text; bytes come out in hexadecimal. */
export async function dump(url: string): Promise<string> {
  const tables = await query(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  const parts = [];
  for (const { tablename } of tables) {
    const rows = await query(url, `SELECT t::text AS row FROM "${tablename}" t`);
    parts.push(`${tablename}\n${rows.map(({ row }) => row).join("\n")}`);
  }
  return parts.join("\n");
}

/** Closes a database to new sessions and ends those it has, or opens it again. */
export async function setReachable(url: string, reachable: boolean): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await administer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${reachable}`);
  if (!reachable) {
    await administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                      WHERE datname = '${name}'`);
  }
}

async function administer(statement: string): Promise<void> {
  await query(cluster(), statement);
}

function cluster(): string {
  const url = process.env.PATCHBAY_TEST_POSTGRES_URL;
  if (!url) {
    throw new Error(
      "Set PATCHBAY_TEST_POSTGRES_URL to a PostgreSQL cluster, or run with --project sqlite.",
    );
  }
  return url;
}
