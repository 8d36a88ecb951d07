import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";

test("a network that goes and comes back in the middle loses nothing @pages", async ({ acme, world }) => {
  await acme.openPortal();
  const popup = await acme.openWindow();
  const allow = popup.getByRole("button", { name: "Allow" });
  await expect(allow).toBeVisible();
  const context = acme.page.context();
  // The portal asks for the flow's state all the time: one of its questions fails.
  const failed = acme.page.waitForEvent("requestfailed");
  await context.setOffline(true);
  await failed;
  await expect(acme.heading).toHaveText("Continue with Acme");
  await context.setOffline(false);
  await allow.click();
  await expect(acme.heading).toHaveText("Connected");
  await acme.noted("install");
  expect((await acme.notes()).map(({ name }) => name)).not.toContain("error");
  expect(await world.patchbay.cli.listConnections(world.project)).toHaveLength(1);
});

test("two tabs that connect one account at once end with one @pages", async ({ acme, world }) => {
  const other = await new HostPage(await acme.page.context().newPage(), world.host).open();
  await acme.openPortal();
  await other.openPortal();
  const first = await acme.openWindow();
  const second = await other.openWindow();
  await expect(second.getByRole("button", { name: "Allow" })).toBeVisible();
  await first.getByRole("button", { name: "Allow" }).click();
  await expect(acme.heading).toHaveText("Connected");
  await second.getByRole("button", { name: "Allow" }).click();
  await expect(other.heading).toHaveText("Connected");
  expect(await world.patchbay.cli.listConnections(world.project)).toHaveLength(1);
  // What is left is the account that both show, and it works.
  expect((await acme.request("/me")).status).toBe(200);
  expect((await other.request("/me")).status).toBe(200);
});

test("an account that another tab has disconnected can be connected anew @pages", async ({
  acme,
  world,
}) => {
  await acme.connectOAuth();
  const other = await new HostPage(await acme.page.context().newPage(), world.host).open();
  await other.openPortal();
  await expect(other.heading).toHaveText("Connected");
  await other.button("Disconnect").click();
  await other.noted("uninstall");
  // This tab shows the account that was.
  await expect(acme.heading).toHaveText("Connected");
  await acme.button("Disconnect").click();
  await expect(acme.button("Connect")).toBeVisible();
  await acme.noted("uninstall");
  await expect(acme.alert).toHaveCount(0);
  const popup = await acme.openWindow();
  await popup.getByRole("button", { name: "Allow" }).click();
  await expect(acme.heading).toHaveText("Connected");
  expect(await world.patchbay.cli.listConnections(world.project)).toHaveLength(1);
});
