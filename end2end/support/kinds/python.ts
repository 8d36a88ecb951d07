import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What the second provider is made of, to the version. */
const PACKAGES = ["Authlib==1.9.10", "Flask==3.1.3", "botocore==1.44.8"];

/** The folder of the packages; made once, and again when a version changes. */
export function packages(): string {
  const id = createHash("sha256").update(PACKAGES.join()).digest("hex").slice(0, 12);
  const folder = join(import.meta.dirname, "../../node_modules", `.python-${id}`);
  if (existsSync(folder)) return folder;
  // Beside it first: another worker may be at the same, and half a folder is none.
  const made = `${folder}-${randomBytes(4).toString("hex")}`;
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-warn-conflicts", "--root-user-action=ignore"];
  execFileSync("python3", ["-m", "pip", "install", ...quiet, "--target", made, ...PACKAGES], {
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 300_000,
  });
  try {
    renameSync(made, folder);
  } catch {
    rmSync(made, { recursive: true, force: true });
  }
  return folder;
}
