import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";

interface Told {
  connections: number;
  failed: number;
}

test("break glass ends every account of an integration, at its provider, too", async ({
  acme,
  page,
  world,
}) => {
  test.setTimeout(150_000);
  const { patchbay, project, provider } = world;
  await acme.connectOAuth();
  const other = new HostPage(await page.context().newPage(), world.host, "acmekey", "Acme Key");
  await other.open();
  await other.connectKey(world.keys.key);
  await expect(other.heading).toHaveText("Connected");
  expect(provider.liveGrants).toBe(1);

  const command = ["connection", "revoke", "--project", project, "--integration", "acme"];
  const asked = await patchbay.cli.any(...command);
  expect(asked.code).not.toBe(0);
  expect(asked.stderr).toContain("1 account");
  expect(provider.liveGrants, "nothing is done without --yes").toBe(1);

  const told = await patchbay.cli.json<Told>(...command, "--yes", "--wait", "0");
  expect(told).toMatchObject({ connections: 1, failed: 0 });
  expect(await acme.user()).toMatchObject({
    integrations: { acme: { enabled: false }, acmekey: { enabled: true } },
  });
  const rows = await patchbay.cli.listConnections(project);
  expect(rows.map((row) => row.integrationType)).toEqual(["acmekey"]);
  // The server tells the provider, within a minute of an order that another process has given.
  await expect.poll(() => provider.counts.revocations, { timeout: 80_000 }).toBeGreaterThan(0);
  // Who did it can be read afterwards.
  const audit = await patchbay.cli.must("audit", "list", "--json");
  expect(audit).toContain("connections.revoked");
});
