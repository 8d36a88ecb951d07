import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Values that must stay inside the vault, gathered while a test runs. */
export class Planted {
  private readonly values = new Map<string, string>();

  /** Short values would be found by chance. */
  add(what: string, value: string): void {
    if (value.length >= 12) this.values.set(value, what);
  }

  /** All that somebody else has gathered. */
  addAll(other: Planted): void {
    for (const [value, what] of other.values) this.values.set(value, what);
  }

  /** Any full line of the key material gives the key away, however the text is wrapped. */
  addPem(what: string, pem: string): void {
    const lines = pem.split("\n").filter((line) => line.length >= 60 && !line.startsWith("-"));
    for (const line of lines.slice(1, -1)) this.add(what, line);
  }

  get kinds(): Set<string> {
    return new Set(this.values.values());
  }

  /** What is found in `haystack`: kinds, never the values, so that reports hold no secret. */
  foundIn(haystack: string | Buffer): string[] {
    const bytes = Buffer.isBuffer(haystack) ? haystack : Buffer.from(haystack, "utf8");
    const found = new Set<string>();
    for (const [value, what] of this.values) {
      for (const form of forms(value)) if (bytes.includes(form)) found.add(what);
    }
    return [...found].sort();
  }

  /** The same over every file below a folder, as `file: kinds`. */
  foundBelow(folder: string, skip: (file: string) => boolean = () => false): string[] {
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !skip(file))
      .flatMap((file) => {
        const found = this.foundIn(readFileSync(file));
        return found.length ? [`${file}: ${found.join(", ")}`] : [];
      });
  }
}

/** The shapes in which a value could get out: itself, in a URL, in Base64, in hexadecimal. */
function forms(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  return [
    value,
    encodeURIComponent(value),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("hex"),
  ];
}
