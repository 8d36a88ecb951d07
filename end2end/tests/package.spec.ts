import { documentOf, overflow, violations } from "../support/axe.ts";
import { acmepackage, PACKAGE } from "../support/definitions.ts";
import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";
import { looks, show } from "../support/looks.ts";
import { ARABIC } from "../support/words.ts";

test("a package that comes first is a step of its own @pages", async ({ page, world }, testInfo) => {
  await world.define("acmepackage", acmepackage(world.keys.url));
  const host = await new HostPage(page, world.host, "acmepackage", "Acme Package").open();
  await host.openPortal();
  await expect(host.heading).toHaveText("Before you connect Acme Package");
  const link = host.portal.getByRole("link", { name: "Install the package (opens a new tab)" });
  await expect(link).toHaveAttribute("href", PACKAGE);
  await expect(link).toHaveAttribute("target", "_blank");
  await expect(link).toHaveAttribute("rel", "noopener noreferrer");
  for (const look of looks([1280, 360])) {
    await show(page, look);
    const document = await documentOf(host.frame);
    expect.soft(await violations(document)).toEqual([]);
    expect.soft(await overflow(document)).toBe(0);
    await page.screenshot({ path: testInfo.outputPath(`package-${look.width}-${look.scheme}.png`) });
  }
  await host.button("Continue").click();
  await expect(host.heading).toHaveText("Connect Acme Package");
  await expect(host.heading).toBeFocused();
  await host.portal.getByLabel("API key").fill(world.keys.key);
  await host.button("Connect").click();
  await expect(host.heading).toHaveText("Connected");
  // Somebody who is connected is past it.
  await host.closePortal();
  await host.openPortal();
  await expect(host.heading).toHaveText("Connected");
});

test("in Arabic it reads from right to left @pages", async ({ page, world }, testInfo) => {
  await world.define("acmepackage", acmepackage(world.keys.url));
  const host = await new HostPage(page, world.host, "acmepackage", "Acme Package", ARABIC).open();
  await host.openPortal();
  await expect(host.button("Continue")).toBeVisible();
  for (const look of looks([1280, 360])) {
    await show(page, look);
    const document = await documentOf(host.frame);
    expect.soft(await violations(document)).toEqual([]);
    expect.soft(await overflow(document)).toBe(0);
    await page.screenshot({ path: testInfo.outputPath(`package-ar-${look.width}-${look.scheme}.png`) });
  }
});
