import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import type { Version } from "./versions.ts";

/** `index`: the ready-made instance. `class`: the constructor alone. */
export type Entry = "index" | "class";

const folder = fileURLToPath(new URL("../..", import.meta.url));
const bundles = new Map<string, Promise<string>>();

/** A version of the package, untouched, as one module for the browser. */
export function bundle(version: Version, entry: Entry): Promise<string> {
  const name = `${version}/${entry}`;
  const made = bundles.get(name) ?? make(version, entry);
  bundles.set(name, made);
  return made;
}

async function make(version: Version, entry: Entry): Promise<string> {
  const contents =
    entry === "index"
      ? `export { connectSingleton, paragon } from "connect-${version}";`
      : `export { default as ConnectSDK } from "connect-${version}/ConnectSDK";`;
  const result = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    minifyWhitespace: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "error",
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error(`esbuild gave no bundle of ${version}`);
  return file.text;
}
