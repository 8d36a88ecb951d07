import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";
import type { User } from "../../sdk/patchbay.d.ts";
import type { HostApp, Note } from "./host.ts";
import { ENGLISH, type Words } from "./words.ts";

/** The host page in a browser, with the portal that it opens. */
export class HostPage {
  constructor(
    readonly page: Page,
    private readonly host: HostApp,
    /** The integration's type and name. */
    readonly type = "acme",
    readonly name = "Acme",
    /** Of the portal. */
    private readonly words: Words = ENGLISH,
  ) {}

  /** Loads the page and signs its user in. */
  async open(): Promise<this> {
    const query = new URLSearchParams({ type: this.type });
    if (this.words !== ENGLISH) query.set("language", this.words.language);
    await this.page.goto(`${this.host.origin}/?${query}`);
    await this.page.waitForFunction(() => window.app);
    await this.page.evaluate(() => window.app.ready);
    return this;
  }

  get opener(): Locator {
    return this.page.getByRole("button", { name: "Connect account" });
  }

  get frame(): Locator {
    const title = this.say("Connect {provider}", { provider: this.name });
    return this.page.locator(`iframe[title="${title}"]`);
  }

  /** What the portal says, by its English words. */
  say(english: string, given: Record<string, string> = {}): string {
    return this.words.say(english, given);
  }

  get portal(): FrameLocator {
    return this.frame.contentFrame();
  }

  get heading(): Locator {
    return this.portal.getByRole("heading", { level: 1 });
  }

  get alert(): Locator {
    return this.portal.getByRole("alert").filter({ visible: true });
  }

  /** By its English words. */
  button(name: string): Locator {
    return this.portal.getByRole("button", { name: this.say(name), exact: true });
  }

  async openPortal(): Promise<void> {
    await this.opener.click();
    await expect(this.heading).toBeVisible();
  }

  /** Presses a button of the portal and gives the window that it opens. */
  async openWindow(button = "Connect"): Promise<Page> {
    const opened = this.page.context().waitForEvent("page");
    await this.button(button).click();
    return opened;
  }

  /** From the host page to `Connected`: popup, consent, callback. */
  async connectOAuth(): Promise<void> {
    await this.openPortal();
    const popup = await this.openWindow();
    const closed = popup.waitForEvent("close");
    await popup.getByRole("button", { name: "Allow" }).click();
    await closed;
    await expect(this.heading).toHaveText("Connected");
  }

  async connectKey(key: string): Promise<void> {
    await this.openPortal();
    await this.portal.getByLabel("API key").fill(key);
    await this.button("Connect").click();
  }

  async closePortal(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await expect(this.frame).toHaveCount(0);
  }

  user(): Promise<User> {
    return this.page.evaluate(() => window.app.patchbay.getUser());
  }

  /** A proxied call as host applications make it. */
  request(
    path: string,
    init?: { method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<{ status: number; headers: Record<string, string>; body: string }> {
    return this.page.evaluate(
      async ({ type, path, init }) => {
        const answer = await window.app.patchbay.request(type, path, init);
        const headers = Object.fromEntries(answer.headers);
        return { status: answer.status, headers, body: await answer.text() };
      },
      { type: this.type, path, init },
    );
  }

  /** What callbacks told so far, and how `connect` ended. */
  notes(): Promise<Note[]> {
    return this.page.evaluate(() => window.app.notes);
  }

  /** Waits until a callback of this name has come, and gives its detail. */
  async noted(name: Note["name"]): Promise<Record<string, unknown>> {
    const found = await this.page.waitForFunction(
      (wanted) => window.app.notes.find((note) => note.name === wanted),
      name,
      { timeout: 20_000 },
    );
    return (await found.jsonValue())?.detail ?? {};
  }
}
