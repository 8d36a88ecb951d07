import { Example, EXAMPLES } from "../support/example.ts";
import { expect, test } from "../support/fixtures.ts";

// The code of host applications, which no engine changes.
for (const name of EXAMPLES) {
  test(`the ${name} example connects, uses and disconnects the Sandbox @pages`, async ({
    page,
    world,
  }) => {
    test.setTimeout(120_000);
    const { cli, url } = world.patchbay;
    await cli.setIntegration({ project: world.project, type: "sandbox", active: true });
    const example = await Example.start(name, () => ({ server: url, ...world.session }));
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(example.origin);
    const status = page.getByRole("status");
    const portal = page.locator('iframe[title="Connect Sandbox"]').contentFrame();
    const heading = portal.getByRole("heading", { level: 1 });

    await page.getByRole("button", { name: "Connect Sandbox", exact: true }).click();
    await expect(heading).toHaveText("Connect Sandbox");
    const opened = page.context().waitForEvent("page");
    await portal.getByRole("button", { name: "Connect", exact: true }).click();
    const consent = await opened;
    const closed = consent.waitForEvent("close");
    await consent.getByRole("button", { name: "Allow", exact: true }).click();
    await closed;
    await expect(heading).toHaveText("Connected");
    await portal.getByRole("button", { name: "Done", exact: true }).click();
    await expect(status).toHaveText("Connected");

    await page.getByRole("button", { name: "Read notes" }).click();
    await expect(page.getByLabel("Notes")).toContainText(/^\s*[[{]/);
    await expect(page.getByLabel("Notes")).not.toContainText('"code"');

    // The label says so, also to somebody who comes back.
    const manage = page.getByRole("button", { name: "Manage Sandbox", exact: true });
    await expect(manage).toBeVisible();
    await page.reload();
    await manage.click();
    await portal.getByRole("button", { name: "Disconnect", exact: true }).click();
    await expect(heading).toHaveText("Disconnected");
    await portal.getByRole("button", { name: "Done", exact: true }).click();
    await expect(status).toHaveText("Not connected");
    await expect(page.getByRole("button", { name: "Connect Sandbox", exact: true })).toBeVisible();
    expect(errors).toEqual([]);
    await example.stop();
  });
}
