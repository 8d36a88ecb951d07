import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const SOURCES = fileURLToPath(new URL("../../app/src/pages/portal/language/", import.meta.url));

/** What the portal says in a language, found by what it says in English: both as the sources have it. */
export class Words {
  private readonly texts = new Map<string, string>();

  constructor(
    readonly language: string,
    /** Of the source. */
    file: string,
  ) {
    const theirs = phrases(file);
    for (const [key, english] of phrases("en")) {
      const text = theirs.get(key);
      if (text === undefined) throw new Error(`${file}.rs has no ${key}`);
      this.texts.set(english, text);
    }
  }

  /** `given` fills what stands in braces. Of no word of the portal's, but a definition's: itself. */
  say(english: string, given: Record<string, string> = {}): string {
    const text = this.texts.get(english) ?? english;
    return text.replace(/\{(\w+)\}/g, (all, name: string) => given[name] ?? all);
  }
}

export const ENGLISH = new Words("en", "en");
export const ARABIC = new Words("ar", "ar");

function phrases(file: string): Map<string, string> {
  const source = readFileSync(`${SOURCES}${file}.rs`, "utf8");
  const found = source.matchAll(/^\s+(\w+):\s+"((?:[^"\\]|\\.)*)",$/gm);
  return new Map([...found].map(([, key = "", text = ""]) => [key, text.replaceAll('\\"', '"')]));
}
