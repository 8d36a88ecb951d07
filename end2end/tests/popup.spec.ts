import { expect, test } from "../support/fixtures.ts";

test("a closed window ends in a state with a way to try again @window", async ({ acme }) => {
  await acme.openPortal();
  const popup = await acme.openWindow();
  await expect(popup.getByRole("button", { name: "Allow" })).toBeVisible();
  await popup.close();
  const again = await acme.openWindow("Try again");
  await again.getByRole("button", { name: "Allow" }).click();
  await expect(acme.heading).toHaveText("Connected");
});

test("while the window is open the portal offers it again, and to give up @window", async ({ acme }) => {
  await acme.openPortal();
  const popup = await acme.openWindow();
  await expect(popup.getByRole("button", { name: "Allow" })).toBeVisible();
  await expect(acme.button("Open it again")).toBeVisible();
  await acme.button("Cancel").click();
  await expect(acme.button("Connect")).toBeVisible();

  const second = await acme.openWindow();
  await second.getByRole("button", { name: "Allow" }).click();
  await expect(acme.heading).toHaveText("Connected");
});

test("a flow that was given up cannot be finished @window", async ({ acme, world }) => {
  await acme.openPortal();
  const popup = await acme.openWindow();
  const allow = popup.getByRole("button", { name: "Allow" });
  await expect(allow).toBeVisible();
  // A window that the portal cannot close: its opener is gone.
  const url = popup.url();
  const other = await acme.page.context().newPage();
  await other.goto(url);
  await acme.button("Cancel").click();
  await expect(acme.button("Connect")).toBeVisible();
  await other.getByRole("button", { name: "Allow" }).click();
  await expect(other.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(other).toHaveURL(/\/oauth\/callback\//);
  expect(world.provider.counts.exchanges).toBe(0);
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
});

test("denied consent says so and can be tried again @window", async ({ acme, world }) => {
  await acme.openPortal();
  const popup = await acme.openWindow();
  const closed = popup.waitForEvent("close");
  await popup.getByRole("button", { name: "Deny" }).click();
  await closed;
  await expect(acme.alert).toContainText(/not granted|denied|declined/i);
  expect(await acme.noted("error")).toMatchObject({ code: "provider_refused" });
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);

  const again = await acme.openWindow("Try again");
  await again.getByRole("button", { name: "Allow" }).click();
  await expect(acme.heading).toHaveText("Connected");
});

test("a provider that cuts window.opener changes nothing @window", async ({ acme, world }) => {
  world.provider.cutsOpener = true;
  await acme.openPortal();
  const popup = await acme.openWindow();
  const allow = popup.getByRole("button", { name: "Allow" });
  await expect(allow).toBeVisible();
  expect(await popup.evaluate(() => window.opener)).toBeNull();
  await allow.click();
  await expect(acme.heading).toHaveText("Connected");
  await acme.noted("install");
});

test("a success that comes after the window seemed closed still wins @window", async ({ acme }) => {
  await acme.openPortal();
  const popup = await acme.openWindow();
  await expect(popup.getByRole("button", { name: "Allow" })).toBeVisible();
  // The same browser goes on in another tab, as after a hand-over to a password manager's app.
  const tab = await acme.page.context().newPage();
  await tab.goto(popup.url());
  await popup.close();
  await expect(acme.button("Try again")).toBeVisible();
  await tab.getByRole("button", { name: "Allow" }).click();
  await expect(acme.heading).toHaveText("Connected");
  await acme.noted("install");
});

test("a portal that is opened after the finish shows the account @window", async ({ acme }) => {
  await acme.openPortal();
  const popup = await acme.openWindow();
  await expect(popup.getByRole("button", { name: "Allow" })).toBeVisible();
  const tab = await acme.page.context().newPage();
  await tab.goto(popup.url());
  await acme.page.reload();
  await acme.open();
  await tab.getByRole("button", { name: "Allow" }).click();
  await expect
    .poll(async () => {
      const user = await acme.user();
      return user.authenticated && user.integrations.acme?.enabled;
    })
    .toBe(true);
  await acme.openPortal();
  await expect(acme.heading).toHaveText("Connected");
});

test("a press before the page has come alive counts @window", async ({ acme }) => {
  let go: () => void = () => {};
  const gate = new Promise<void>((resolve) => (go = resolve));
  await acme.page.context().route(/\/pkg\/.*\.wasm/, async (route) => {
    await gate;
    await route.continue();
  });
  await acme.openPortal();
  const popup = await acme.openWindow();
  go();
  await popup.getByRole("button", { name: "Allow" }).click();
  await expect(acme.heading).toHaveText("Connected");
});
