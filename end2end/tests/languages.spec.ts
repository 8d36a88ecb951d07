import type { Page } from "@playwright/test";
import { documentOf } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";
import { FEW } from "../support/looks.ts";
import { examine } from "../support/tour/visit.ts";
import type { World } from "../support/world.ts";


/** The portal as a host page opens it that asks for a language. */
class Portal {
  constructor(
    readonly page: Page,
    readonly language: string,
  ) {}

  get frame() {
    return this.page.locator("dialog.patchbay-portal[open] > iframe");
  }

  get document() {
    return this.frame.contentFrame();
  }

  get heading() {
    return this.document.getByRole("heading", { level: 1 });
  }

  button(name: string) {
    return this.document.getByRole("button", { name, exact: true });
  }

  async open(type: string): Promise<void> {
    await this.page.evaluate(
      ({ type, language }) => void window.app.patchbay.connect(type, { language }),
      { type, language: this.language },
    );
    await expect(this.heading).toBeVisible();
  }

  async close(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await expect(this.page.locator("dialog.patchbay-portal")).toHaveCount(0);
  }

  /** What the document says of itself. */
  async root(): Promise<{ lang: string; dir: string; title: string }> {
    const document = await documentOf(this.frame);
    return document.evaluate(() => {
      const { lang, dir } = window.document.documentElement;
      return { lang, dir, title: window.document.title };
    });
  }
}

async function portalIn(language: string, page: Page, world: World): Promise<Portal> {
  await new HostPage(page, world.host).open();
  return new Portal(page, language);
}

test.describe("the portal speaks the language that is asked for @pages", () => {
  test.beforeEach(() => test.setTimeout(180_000));

  test("German, from the first page to an account that is connected", async ({ page, world }, testInfo) => {
    const portal = await portalIn("de-CH", page, world);
    const visit = examine(page, testInfo, FEW);
    await portal.open("acme");
    await expect(portal.heading).toHaveText("Acme verbinden");
    expect(await portal.root()).toEqual({ lang: "de", dir: "ltr", title: "Acme verbinden" });
    await expect(portal.frame).toHaveAttribute("title", "Acme verbinden");
    await expect(portal.button("Schließen")).toBeVisible();
    await visit("intro");

    const opened = page.context().waitForEvent("page");
    await portal.button("Verbinden").click();
    const popup = await opened;
    await expect(portal.heading).toHaveText("Weiter bei Acme");
    await visit("waiting");
    await popup.close();
    await expect(portal.heading).toHaveText("Das Fenster wurde geschlossen");
    await visit("closed-window");
    await portal.close();

    await portal.open("acmekey");
    await portal.button("Verbinden").click();
    await expect(portal.document.getByText("Füllen Sie das Feld „API key“ aus.")).toBeVisible();
    await portal.document.getByLabel("API key").fill(world.keys.wrongKey);
    await portal.button("Verbinden").click();
    await expect(portal.document.getByRole("alert")).toContainText("Antwort von Acme Key: ");
    await visit("form-refused");
    await portal.document.getByLabel("API key").fill(world.keys.key);
    await portal.button("Verbinden").click();
    await expect(portal.heading).toHaveText("Verbunden");
    await expect(portal.document.getByText(/^Verbunden seit dem \d+\. \p{L}+ \d{4}$/u)).toBeVisible();
    await visit("connected");
  });

  test("Arabic, from right to left", async ({ page, world }) => {
    const portal = await portalIn("ar", page, world);
    await portal.open("acme");
    await expect(portal.heading).toHaveText("ربط Acme");
    expect(await portal.root()).toEqual({ lang: "ar", dir: "rtl", title: "ربط Acme" });
    const close = await portal.button("إغلاق").boundingBox();
    const heading = await portal.heading.boundingBox();
    expect(close && heading && close.x < heading.x + heading.width / 2).toBe(true);

    const opened = page.context().waitForEvent("page");
    await portal.button("ربط").click();
    await opened.then((popup) => popup.close());
    await expect(portal.heading).toHaveText("أُغلقت النافذة");
    await portal.close();

    await portal.open("acmekey");
    await portal.document.getByLabel("API key").fill(world.keys.wrongKey);
    await portal.button("ربط").click();
    await expect(portal.document.getByRole("alert")).toContainText("رد Acme Key: ");
    await portal.document.getByLabel("API key").fill(world.keys.key);
    await portal.button("ربط").click();
    await expect(portal.heading).toHaveText("تم الربط");
    await portal.button("إلغاء الربط").click();
    await expect(portal.heading).toHaveText("تم إلغاء الربط");
  });
});

test("without a wish the browser's languages decide @pages", async ({ world }) => {
  const query = new URLSearchParams({ projectId: world.project, integration: "acme" });
  const tag = async (accepted: string, lang?: string) => {
    const wish = lang === undefined ? "" : `&lang=${lang}`;
    const answer = await fetch(`${world.patchbay.url}/ui?${query}${wish}`, {
      headers: { "Accept-Language": accepted },
    });
    return /<html[^>]* lang="([^"]+)"/.exec(await answer.text())?.[1];
  };
  expect(await tag("nl, pt-PT;q=0.6, ja;q=0.4")).toBe("pt-BR");
  expect(await tag("nl")).toBe("en");
  expect(await tag("fr", "zh-CN")).toBe("zh-Hans");
  expect(await tag("fr", "nl")).toBe("fr");
});
