import { expect, type Locator, type Page } from "@playwright/test";
import type { Patchbay } from "./patchbay.ts";

export const OPERATOR = { email: "ada@northwind.example", password: "correct horse battery" };

/** Every page of the dashboard of one environment, by the end of its address. */
export const PAGES = {
  home: "",
  integrations: "/integrations",
  catalog: "/catalog",
  integration: "/integrations/acme",
  "key-integration": "/integrations/acmekey",
  users: "/users",
  sdk: "/sdk",
  webhooks: "/webhooks",
  appearance: "/appearance",
  settings: "/settings",
} as const;

/** The dashboard in a browser. */
export class Dashboard {
  constructor(
    readonly page: Page,
    private readonly patchbay: Patchbay,
  ) {}

  /** Creates an operator by the command line and signs in. */
  async signIn(role = "admin"): Promise<this> {
    await this.patchbay.cli.createOperator(OPERATOR.email, OPERATOR.password, role);
    await this.page.goto(`${this.patchbay.url}/sign-in`);
    await this.submitSignIn(OPERATOR.password);
    await this.page.waitForURL(/\/dashboard\//);
    return this;
  }

  async submitSignIn(password: string): Promise<void> {
    await this.page.getByLabel("E-mail").fill(OPERATOR.email);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.button("Sign in").click();
  }

  async open(project: string, path: string): Promise<void> {
    await this.page.goto(`${this.patchbay.url}/dashboard/${project}${path}`);
    await expect(this.heading).toBeVisible();
  }

  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  get alert(): Locator {
    return this.page.getByRole("alert").filter({ visible: true });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }

  /** A link of the sidebar. */
  async go(name: string): Promise<void> {
    await this.page
      .getByRole("navigation")
      .getByRole("link", { name, exact: true })
      .first()
      .click();
  }

  /** What the button beside a value puts on the clipboard. */
  async copied(button: Locator): Promise<string> {
    await this.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await button.click();
    await expect(this.page.getByText("Copied").first()).toBeVisible();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }
}
