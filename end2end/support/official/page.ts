import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";
import type { Arrangement, OfficialHost } from "./host.ts";
import type { Failure, Note } from "./page-script.ts";
import type { Version } from "./versions.ts";

/** The host page in a browser, with the published SDK in it. */
export class OfficialPage {
  constructor(
    readonly page: Page,
    private readonly host: OfficialHost,
    private readonly version: Version,
  ) {}

  /** Loads the page anew; what was noted is gone. */
  async open(arranged: Arrangement = { way: "urls" }): Promise<void> {
    await this.page.goto(this.host.page(this.version, arranged), { waitUntil: "commit" });
    await this.page.waitForFunction(() => window.official);
  }

  /** Loads the page as a browser shows it that was never here, nor at the provider. */
  async openClean(arranged?: Arrangement): Promise<void> {
    await this.page.context().clearCookies();
    if (this.page.url().startsWith(this.host.origin)) {
      await this.page.evaluate(() => localStorage.clear());
    }
    await this.open(arranged);
  }

  /** Calls a method and gives what it came to. Throws what it threw. */
  async call<T = unknown>(path: string, ...parameters: unknown[]): Promise<T> {
    const outcome = await this.outcome(path, parameters);
    if ("error" in outcome) throw new Error(`${path}: ${outcome.error.message}`);
    return outcome.value as T;
  }

  /** Calls a method that must fail, and gives its error. */
  async refusal(path: string, ...parameters: unknown[]): Promise<Failure> {
    const outcome = await this.outcome(path, parameters);
    if ("error" in outcome) return outcome.error;
    throw new Error(`${path} was to fail, and came to ${JSON.stringify(outcome.value)}`);
  }

  /**
   * `connect` or `installIntegration`; how it goes on is noted. The package cannot send callbacks
   * beside `showPortalAfterInstall` to its frame, and throws.
   */
  async begin(
    method: "connect" | "installIntegration",
    type: string,
    options: object = {},
  ): Promise<void> {
    const callbacks = !("showPortalAfterInstall" in options);
    await this.page.evaluate(
      ({ method, type, options, callbacks }) =>
        window.official.begin(method, type, options, callbacks),
      { method, type, options, callbacks },
    );
  }

  /** `installFlow.start`; its stages are noted. */
  async flow(type: string, options: object = {}): Promise<void> {
    await this.page.evaluate(({ type, options }) => window.official.flow(type, options), {
      type,
      options,
    });
  }

  /** Presses the button of the stage that instructs. */
  async finish(): Promise<void> {
    await this.page.evaluate(() => window.official.finish());
  }

  /** Answers a stage of the install flow. */
  async give(
    method: "setAccountType" | "setPreOptions" | "setPostOptions",
    value: unknown,
  ): Promise<void> {
    await this.page.evaluate(({ method, value }) => window.official.give(method, value), {
      method,
      value,
    });
  }

  /** Does something that opens a popup, and gives the popup. */
  async popupOf(action: () => Promise<void>): Promise<Page> {
    const [popup] = await Promise.all([
      this.page.context().waitForEvent("page", { timeout: 10_000 }),
      action(),
    ]);
    return popup;
  }

  /** The address that a popup is opened at; the popup is closed again. */
  async linkOf(action: () => Promise<void>): Promise<string> {
    const asked = this.page.context().waitForEvent("request", {
      predicate: (request) =>
        request.isNavigationRequest() && request.url().includes("/sdk/actions/"),
      timeout: 10_000,
    });
    const popup = await this.popupOf(action);
    const link = (await asked).url();
    await popup.close();
    return link;
  }

  notes(): Promise<Note[]> {
    return this.page.evaluate(() => window.official.notes);
  }

  /** Every note of this name so far. */
  async all(name: string): Promise<Note["detail"][]> {
    return (await this.notes()).filter((note) => note.name === name).map((note) => note.detail);
  }

  /** Waits for the first note of a name, and gives its detail. */
  async noted<T = Record<string, unknown>>(name: string, timeout = 8_000): Promise<T> {
    await expect
      .poll(async () => (await this.notes()).map((note) => note.name), { timeout })
      .toContain(name);
    const [first] = await this.all(name);
    return first as T;
  }

  get frame(): Locator {
    return this.page.locator("iframe#paragon-connect-frame");
  }

  get portal(): FrameLocator {
    // The SDK's frame holds a page that translates; the portal is in a frame of that.
    return this.frame.contentFrame().locator("iframe").contentFrame();
  }

  get heading(): Locator {
    return this.portal.getByRole("heading", { level: 1 });
  }

  private outcome(path: string, parameters: unknown[]) {
    return this.page.evaluate(
      ({ path, parameters }) => window.official.call(path, parameters),
      { path, parameters },
    );
  }
}

/** Answers the provider's question in a popup, and waits until Patchbay has closed it. */
export async function answerConsent(popup: Page, answer: "Allow" | "Deny"): Promise<void> {
  const button = popup.getByRole("button", { name: answer });
  await Promise.all([
    popup.waitForEvent("close", { timeout: 10_000 }),
    button.click({ timeout: 8_000 }),
  ]);
}
