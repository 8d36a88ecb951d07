import { test as base } from "@playwright/test";
import { DOMAIN } from "../support/official/gateway.ts";
import { Lab } from "../support/official/lab.ts";
import { Maker, MAKER } from "../support/official/maker.ts";
import { OfficialPage } from "../support/official/page.ts";
import { run, TABLE } from "../support/official/table.ts";
import { type Version, VERSIONS } from "../support/official/versions.ts";
import { OfficialWorld } from "../support/official/world.ts";

interface PerTest {
  version: Version;
  lab: Lab;
}

interface PerWorker {
  maker: Maker;
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

  maker: [
    async ({}, use) => {
      const maker = await Maker.start();
      await use(maker);
      await maker.stop();
    },
    { scope: "worker" },
  ],

  launchOptions: [
    async ({ launchOptions, maker }, use) => {
      const names = `MAP *.${MAKER} 127.0.0.1:${maker.port}, MAP *.${DOMAIN} 127.0.0.1`;
      const args = [
        ...(launchOptions.args ?? []),
        `--host-resolver-rules=${names}`,
        // As a setting of the page, each connection would fail once first, and nothing be cached.
        "--ignore-certificate-errors",
      ];
      await use({ ...launchOptions, args });
    },
    { scope: "worker" },
  ],

  lab: async ({ page, world, maker, version }, use) => {
    await use(new Lab(version, world, maker, new OfficialPage(page, world.host, version)));
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
