import type { Frame, Page } from "@playwright/test";
import { documentOf, settled, violations } from "../support/axe.ts";
import { Dashboard } from "../support/dashboard.ts";
import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";
import { show } from "../support/looks.ts";
import type { World } from "../support/world.ts";

const RED = "rgb(200, 16, 46)";
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><script>parent.hit=1</script><circle cx="12" cy="12" r="10" fill="#c8102e"/></svg>`;

async function chooser(page: Page, world: World): Promise<Dashboard> {
  const dashboard = await new Dashboard(page, world.patchbay).signIn();
  await dashboard.open(world.project, "/appearance");
  return dashboard;
}

async function save(dashboard: Dashboard): Promise<void> {
  await dashboard.button("Save changes").click();
  await expect(dashboard.page.getByText("Saved", { exact: true })).toBeVisible();
}

/** The colour of the portal's main button, and of the words on it. */
async function colors(document: Frame): Promise<{ button: string; text: string; card: string }> {
  await settled(document);
  return document.evaluate(() => {
    const style = (selector: string) =>
      getComputedStyle(window.document.querySelector(selector) as Element);
    const button = style(".button[data-kind=primary]");
    return {
      button: button.backgroundColor,
      text: button.color,
      card: style(".portal-card").backgroundColor,
    };
  });
}

async function portalOf(host: HostPage): Promise<Frame> {
  await host.openPortal();
  return documentOf(host.frame);
}

test("what is chosen in the dashboard is what the portal shows @pages", async ({ page, world, browser }) => {
  const dashboard = await chooser(page, world);
  const status = page.getByRole("status");
  await expect(page.getByText("Nothing has changed.")).toBeVisible();
  await expect(dashboard.button("Save changes")).toBeDisabled();

  await page.getByLabel("Accent colour", { exact: true }).fill("#C8102E");
  await page.getByLabel("Corner radius").fill("0");
  await page.getByLabel("Font").selectOption("georgia");
  await page.getByLabel("Logo", { exact: true }).setInputFiles({
    name: "logo.svg",
    mimeType: "image/svg+xml",
    buffer: Buffer.from(LOGO),
  });
  await expect(status.getByText("Not saved yet: accent colour, logo, corners, font.")).toBeVisible();

  // The preview shows it before it is saved, in both themes.
  for (const theme of ["light", "dark"]) {
    const preview = await documentOf(page.locator(`iframe[title="The portal in the ${theme} theme"]`));
    await expect(preview.locator(".portal-pair img")).toHaveCount(2);
    // On the dark card this red would not stand out: there it is a lighter one.
    const shown = expect.poll(async () => (await colors(preview)).button);
    await (theme === "light" ? shown.toBe(RED) : shown.not.toBe(RED));
    await expect(preview.locator(".portal-card")).toHaveCSS("border-radius", "0px");
  }
  await save(dashboard);
  await page.reload();
  await expect(page.getByLabel("Accent colour", { exact: true })).toHaveValue("#c8102e");

  const context = await browser.newContext({ colorScheme: "light" });
  const host = await new HostPage(await context.newPage(), world.host).open();
  const portal = await portalOf(host);
  expect((await colors(portal)).button).toBe(RED);
  await expect(host.portal.locator(".portal-card")).toHaveCSS("border-radius", "0px");
  await expect(host.portal.locator("body")).toHaveCSS("font-family", /^Georgia/);
  const logo = host.portal.locator(".portal-pair img").first();
  const src = (await logo.getAttribute("src")) ?? "";
  expect(src).toMatch(/^\/brand\/[0-9a-f]{64}\.svg$/);
  expect(await logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await context.close();

  const served = await fetch(world.patchbay.url + src);
  expect(served.headers.get("content-type")).toBe("image/svg+xml");
  expect(served.headers.get("cache-control")).toContain("immutable");
  expect(served.headers.get("content-security-policy")).toMatch(/default-src 'none'.*sandbox/);
  expect(await served.text()).toBe(LOGO);
});

test("discard and reset go back, and a removed logo is gone @pages", async ({ page, world }) => {
  const dashboard = await chooser(page, world);
  const accent = page.getByLabel("Accent colour", { exact: true });
  await accent.fill("#00aa00");
  await page.getByLabel("Logo", { exact: true }).setInputFiles({
    name: "logo.svg",
    mimeType: "image/svg+xml",
    buffer: Buffer.from(LOGO),
  });
  await save(dashboard);
  const src = (await page.getByAltText("The app's logo").getAttribute("src")) ?? "";
  expect(src).toMatch(/^\/brand\//);

  await accent.fill("#123456");
  await dashboard.button("Discard").click();
  await expect(accent).toHaveValue("#00aa00");

  await dashboard.button("Reset to Patchbay's look").click();
  await expect(accent).toHaveValue("");
  await save(dashboard);
  expect((await fetch(world.patchbay.url + src)).status).toBe(404);
});

test("what cannot be used is refused where it is typed @pages", async ({ page, world }) => {
  const dashboard = await chooser(page, world);
  const accent = page.getByLabel("Accent colour", { exact: true });
  await accent.fill("blue");
  await dashboard.button("Save changes").click();
  await expect(page.getByText("Enter a colour such as #2563eb.")).toBeVisible();
  await accent.fill("");
  const logo = page.getByLabel("Logo", { exact: true });
  await logo.setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: Buffer.alloc(65_537) });
  await expect(page.getByText("Choose a picture of at most 64 kB.")).toBeVisible();
  await logo.setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from("<html>") });
  await dashboard.button("Save changes").click();
  await expect(page.getByText("Choose an SVG, PNG or WebP picture.")).toBeVisible();
});

for (const accent of ["#ffdd00", "#ffffff", "#000000"]) {
  test(`a portal in ${accent} can be read @pages`, async ({ page, world, acme }) => {
    const other = await page.context().newPage();
    const dashboard = await chooser(other, world);
    await other.getByLabel("Accent colour", { exact: true }).fill(accent);
    const theme = accent === "#000000" ? "dark" : "light";
    await expect(other.getByText(new RegExp(`^${accent} is shown as #\\w{6} in the ${theme} theme`))).toBeVisible();
    expect(await violations(other)).toEqual([]);
    await save(dashboard);
    await other.close();

    for (const scheme of ["light", "dark"] as const) {
      await show(page, { width: 1280, height: 800, scheme });
      await acme.open();
      const portal = await portalOf(acme);
      expect(await violations(portal)).toEqual([]);
      await acme.closePortal();
    }
  });
}

test("a host page's own look goes first, and what is none is ignored @pages", async ({ page, acme }) => {
  const warnings: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "warning") warnings.push(message.text());
  });
  await show(page, { width: 1280, height: 800, scheme: "light" });
  await acme.open();
  await page.evaluate(() => {
    const appearance = { accent: "#c8102e", radius: 20, font: "system", theme: "dark", logo: "none" };
    void window.app.patchbay.connect("acme", { appearance: appearance as never });
  });
  await expect(acme.heading).toBeVisible();
  const portal = await documentOf(acme.frame);
  const dark = await colors(portal);
  await expect(acme.portal.locator(".portal-card")).toHaveCSS("border-radius", "20px");
  await expect(acme.portal.locator(".portal-card")).toHaveCSS("color-scheme", "dark");
  expect(dark.card).not.toBe("oklch(1 0 0)");
  expect(await violations(portal)).toEqual([]);
  expect(warnings.filter((text) => text.includes("appearance"))).toEqual([]);
  await acme.closePortal();

  await page.evaluate(() => {
    const appearance = { accent: "red;}", radius: 99, font: "Papyrus", logo: "https://evil.example/a.svg" };
    void window.app.patchbay.connect("acme", { appearance: appearance as never });
  });
  await expect(acme.heading).toHaveText("Connect Acme");
  await expect(acme.portal.locator(".portal-card")).toHaveCSS("border-radius", "14px");
  expect(warnings.filter((text) => text.includes("accent, radius, font, logo"))).toHaveLength(1);
});
