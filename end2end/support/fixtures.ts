import { expect, test as base } from "@playwright/test";
import type { Engine } from "./database.ts";
import { HostPage } from "./host-page.ts";
import { Patchbay } from "./patchbay.ts";
import { Planted } from "./secrets.ts";
import { Template } from "./template.ts";
import { World } from "./world.ts";

export interface Options {
  /** The database that Patchbay runs on. */
  engine: Engine;
  /** More environment variables for the processes. */
  env: Record<string, string>;
}

interface PerWorker {
  /** What worlds are copies of. */
  template: Template;
}

interface Fixtures {
  world: World;
  /** A fresh installation without operator or project, not started. */
  empty: Patchbay;
  /** The host page, signed in, for the OAuth integration. */
  acme: HostPage;
  /** The host page, signed in, for the API-key integration. */
  acmekey: HostPage;
}

export const test = base.extend<Fixtures, Options & PerWorker>({
  engine: ["sqlite", { option: true, scope: "worker" }],
  env: [{}, { option: true, scope: "worker" }],

  template: [
    async ({ engine, env }, use) => {
      const template = await Template.make(engine, env);
      await use(template);
      await template.remove();
    },
    { scope: "worker" },
  ],

  world: async ({ template }, use, testInfo) => {
    const world = await World.build(template);
    await use(world);
    await world.patchbay.stop();
    if (testInfo.status !== testInfo.expectedStatus) await attachLogs(world.patchbay, testInfo);
    const leaks = world.planted.foundBelow(world.patchbay.logDir);
    await world.remove();
    // Every test is a run whose output must hold no secret.
    expect(leaks).toEqual([]);
  },

  empty: async ({ engine }, use, testInfo) => {
    const patchbay = await Patchbay.install(engine, new Planted());
    await use(patchbay);
    await patchbay.stop();
    if (testInfo.status !== testInfo.expectedStatus) await attachLogs(patchbay, testInfo);
    await patchbay.remove();
  },

  acme: async ({ page, world }, use) => {
    await use(await new HostPage(page, world.host).open());
  },

  acmekey: async ({ page, world }, use) => {
    await use(await new HostPage(page, world.host, "acmekey", "Acme Key").open());
  },
});

async function attachLogs(
  patchbay: Patchbay,
  testInfo: { attach(name: string, options: { body: string }): Promise<void> },
): Promise<void> {
  await testInfo.attach("serve", { body: patchbay.output });
}

export { expect };
