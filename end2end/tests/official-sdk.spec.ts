import { test as base } from "@playwright/test";
import { Lab } from "../support/official/lab.ts";
import { OfficialPage } from "../support/official/page.ts";
import { run, TABLE } from "../support/official/table.ts";
import { type Version, VERSIONS } from "../support/official/versions.ts";
import { OfficialWorld } from "../support/official/world.ts";

interface PerTest {
  version: Version;
  lab: Lab;
}

interface PerWorker {
  world: OfficialWorld;
}

const test = base.extend<PerTest, PerWorker>({
  version: ["2.4.0", { option: true }],

  world: [
    async ({}, use) => {
      const world = await OfficialWorld.build();
      await use(world);
      await world.patchbay.stop();
      const leaks = world.planted.foundBelow(world.patchbay.logDir);
      await world.remove();
      if (leaks.length) throw new Error(`Secrets in the output: ${leaks.join("; ")}`);
    },
    { scope: "worker", timeout: 60_000 },
  ],

  lab: async ({ page, context, world, version }, use) => {
    // The ready-made instance asks its maker's servers before anybody can point it elsewhere.
    await context.route(/useparagon\.com/, (route) => route.abort());
    await use(new Lab(version, world, new OfficialPage(page, world.host, version)));
  },
});

// A failing row says what failed; tracing hundreds of page loads would double the time.
test.use({ trace: "off" });
test.describe.configure({ timeout: 240_000 });

// A row fails in Chromium or nowhere: which database is behind it changes nothing.
for (const version of VERSIONS) {
  test.describe(`official SDK ${version}`, { tag: ["@pages", "@official"] }, () => {
    test.use({ version });
    for (const group of TABLE) {
      test(group.name, ({ lab }) => run(group, lab));
    }
  });
}
