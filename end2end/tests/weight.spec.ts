import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "../support/fixtures.ts";

const BUDGET = new URL("../../xtask/src/budget.rs", import.meta.url);

/** What `cargo xtask budget` allows for the portal's page, in bytes of brotli. */
function allowance(): number {
  const source = readFileSync(BUDGET, "utf8");
  const found = /const PORTAL_PAGE: u64 = ([\d_]+);/.exec(source)?.[1];
  return Number(found?.replaceAll("_", ""));
}

test("the portal's page is as light as the budget has it @pages", async ({ world }) => {
  expect(allowance()).toBeGreaterThan(0);
  for (const language of ["en", "de", "es", "fr", "ja", "pt", "zh", "ar"]) {
    const query = new URLSearchParams({ projectId: world.project, integration: "acmekey", lang: language });
    query.set("origin", world.host.origin);
    const answer = await fetch(`${world.patchbay.url}/ui?${query}`);
    expect(answer.status).toBe(200);
    const page = Buffer.from(await answer.arrayBuffer());
    const bytes = brotliCompressSync(page).length;
    console.log(`${language}: ${page.length} bytes, ${bytes} in brotli`);
    expect.soft(bytes, language).toBeLessThanOrEqual(allowance());
  }
});
