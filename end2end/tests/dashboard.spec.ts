import { Dashboard, OPERATOR, PAGES } from "../support/dashboard.ts";
import { acme as definition } from "../support/definitions.ts";
import { expect, test } from "../support/fixtures.ts";
import { HostApp } from "../support/host.ts";
import { HostPage } from "../support/host-page.ts";
import { claims, rs256 } from "../support/jwt.ts";
import { OAuthProvider } from "../support/provider.ts";
import { Planted } from "../support/secrets.ts";

test("from the link that serve prints to a connected user", async ({ page, empty }) => {
  test.setTimeout(120_000);
  const planted = new Planted();
  const provider = await OAuthProvider.start(planted);
  empty.define("acme", definition(provider.url));
  await empty.start();
  const printed = await empty.server!.printed(/https?:\/\/\S+\/setup\/[\w-]+/);
  const dashboard = new Dashboard(page, empty);

  await test.step("create the first operator", async () => {
    await page.goto(printed[0]);
    await page.getByLabel("E-mail").fill(OPERATOR.email);
    await page.getByLabel("Password", { exact: true }).fill(OPERATOR.password);
    await page.getByLabel("Project name").fill("Northwind");
    await dashboard.button("Create operator").click();
    await page.waitForURL(/\/dashboard\/[0-9a-f-]{36}/);
  });

  const project = await dashboard.copied(dashboard.button(/Copy project ID/));
  expect(page.url()).toContain(project);

  await test.step("add Acme from the catalog", async () => {
    await dashboard.go("Integrations");
    const add = page.getByRole("link", { name: "Add integration" });
    await add.or(dashboard.button("Add integration")).first().click();
    await page.waitForURL(/\/catalog$/);
    await page.getByRole("searchbox").fill("acme");
    await page
      .getByRole("listitem")
      .filter({ has: page.getByText("Acme", { exact: true }) })
      .getByRole("button", { name: /^Add/ })
      .click();
    await page.waitForURL(/\/integrations\/acme$/);
    await expect(dashboard.heading).toContainText("Acme");
  });

  const client = provider.register();
  await test.step("register the client and activate", async () => {
    const redirectUri = await dashboard.copied(dashboard.button(/Copy redirect URI/i));
    expect(redirectUri).toMatch(new RegExp(`^${empty.url}/oauth/callback/[0-9a-f-]{36}$`));
    provider.allowRedirect(client, redirectUri);
    await expect(page.getByText("acme", { exact: true }).first()).toBeVisible();
    await page.getByLabel("Client ID").fill(client.clientId);
    await page.getByLabel("Client secret", { exact: true }).fill(client.clientSecret);
    await dashboard.button("Save").click();
    await dashboard.button("Activate").click();
    await expect(dashboard.button("Deactivate")).toBeVisible();
    await page.reload();
    await expect(dashboard.button("Deactivate")).toBeVisible();
    // A secret that was stored is never sent back.
    expect(planted.foundIn(await page.content())).toEqual([]);
  });

  const key = await test.step("create a signing key, shown once", async () => {
    await dashboard.go("SDK");
    await dashboard.button(/Create (a )?(signing )?key/i).click();
    const pem = page.getByText(/-----BEGIN (RSA )?PRIVATE KEY-----/).first();
    await expect(pem).toBeVisible();
    const text = (await pem.textContent()) ?? "";
    await page.reload();
    await expect(dashboard.heading).toBeVisible();
    expect(await page.content()).not.toMatch(/BEGIN (RSA )?PRIVATE KEY/);
    return text.slice(text.indexOf("-----BEGIN"), text.lastIndexOf("-----") + 5);
  });

  const keyId = await page.getByRole("rowheader").first().textContent();
  const userToken = rs256(key, keyId ?? "", claims("user-1"));
  const host = await HostApp.start(empty.url, () => ({ projectId: project, userToken }));

  await test.step("allow an origin", async () => {
    await dashboard.go("Settings");
    await page.getByLabel("Origin", { exact: true }).fill("http://app.example.com");
    await dashboard.button("Add origin").click();
    await expect(page.getByText(/Use https/)).toBeVisible();
    await page.getByLabel("Origin", { exact: true }).fill("https://app.example.com");
    await dashboard.button("Add origin").click();
    await expect(page.locator("code", { hasText: "https://app.example.com" })).toBeVisible();
  });

  await test.step("a user connects", async () => {
    const tab = await page.context().newPage();
    const acme = await new HostPage(tab, host).open();
    await acme.connectOAuth();
    await tab.close();
  });

  await test.step("the connection is seen, and disconnected", async () => {
    await dashboard.go("Users");
    await expect(page.getByRole("row", { name: "user-1", exact: true })).toBeVisible();
    const row = page.getByRole("row").filter({ hasText: "Acme" });
    await row.getByRole("button", { name: /^Disconnect/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Disconnect" }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByText(/revoked/i).first()).toBeVisible();
    await expect(row).toHaveCount(0);
    expect(provider.liveGrants).toBe(0);
  });

  await test.step("the checklist has ticked itself", async () => {
    await dashboard.go("Home");
    await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();
  });

  await test.step("the link has worked once", async () => {
    await page.context().clearCookies();
    await page.goto(printed[0]);
    await expect(page.getByLabel("Project name")).toHaveCount(0);
    await expect(page.getByRole("link", { name: /sign in/i })).toBeVisible();
  });
  await host.stop();
  await provider.stop();
});

test("wrong passwords are refused alike, and throttled in the end", async ({ page, world }) => {
  const dashboard = new Dashboard(page, world.patchbay);
  await world.patchbay.cli.createOperator(OPERATOR.email, OPERATOR.password, "admin");
  await page.goto(`${world.patchbay.url}/sign-in`);
  await dashboard.submitSignIn("not the password");
  await expect(dashboard.alert).toBeVisible();
  const wrong = await dashboard.alert.textContent();

  await page.getByLabel("E-mail").fill("nobody@northwind.example");
  await dashboard.button("Sign in").click();
  await expect(dashboard.alert).toHaveText(wrong ?? "");

  const attempt = async () => {
    const answer = await fetch(`${world.patchbay.url}/api/sign_in`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: world.patchbay.url },
      body: JSON.stringify({ email: OPERATOR.email, password: "not the password" }),
    });
    return answer.status;
  };
  const statuses = [];
  for (let count = 0; count < 30 && statuses.at(-1) !== 429; count++) statuses.push(await attempt());
  expect(statuses.at(-1)).toBe(429);
});

test("the dashboard is closed to strangers, and to those who signed out", async ({
  page,
  world,
}) => {
  const inside = `${world.patchbay.url}/dashboard/${world.project}/users`;
  await page.goto(inside);
  await page.waitForURL(/\/sign-in/);
  const dashboard = await new Dashboard(page, world.patchbay).signIn();
  const [cookie] = await page.context().cookies(world.patchbay.url);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: expect.stringMatching(/Lax|Strict/) });
  await page.goto(inside);
  await expect(dashboard.heading).toHaveText(/users/i);
  await dashboard.button(/Sign out/).click();
  await page.waitForURL(/\/sign-in/);
  await page.goto(inside);
  await page.waitForURL(/\/sign-in/);
  // The cookie itself is dead, not only gone.
  if (cookie) await page.context().addCookies([cookie]);
  await page.goto(inside);
  await page.waitForURL(/\/sign-in/);
});

test("another site cannot act for a signed-in operator", async ({ page, world }) => {
  await new Dashboard(page, world.patchbay).signIn();
  const cookies = await page.context().cookies(world.patchbay.url);
  const forge = (headers: Record<string, string>) =>
    fetch(`${world.patchbay.url}/api/create_project`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; "),
        ...headers,
      },
      body: JSON.stringify({ name: "Forged" }),
    });
  const foreign: Record<string, string>[] = [
    { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" },
    { Origin: world.host.origin },
    { Origin: "null" },
  ];
  for (const headers of foreign) {
    const answer = await forge(headers);
    expect.soft(answer.status, JSON.stringify(headers)).toBe(403);
    expect.soft(await answer.json()).toMatchObject({ code: "cross_site" });
  }
  expect((await forge({ Origin: world.patchbay.url, "Sec-Fetch-Site": "same-origin" })).ok).toBe(true);
});

test("support staff look and disconnect, and change nothing else", async ({
  page,
  acmekey,
  world,
}) => {
  await acmekey.connectKey(world.keys.key);
  await expect(acmekey.heading).toHaveText("Connected");
  const dashboard = await new Dashboard(page, world.patchbay).signIn("support");
  await dashboard.open(world.project, "/settings");
  await page.getByLabel("Origin", { exact: true }).fill("https://app.example.com");
  await dashboard.button("Add origin").click();
  await expect(dashboard.alert).toBeVisible();
  await page.reload();
  await expect(page.getByText("https://app.example.com", { exact: true })).toHaveCount(0);

  await dashboard.open(world.project, "/users");
  const row = page.getByRole("row").filter({ hasText: "user-1" });
  await row.getByRole("button", { name: /^Disconnect/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Disconnect" }).click();
  await expect(row).toHaveCount(0);
  expect(await world.patchbay.cli.listConnections(world.project)).toEqual([]);
});

test("pages come alive without an error in the console", async ({ page, world }) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) errors.push(message.text());
  });
  const dashboard = await new Dashboard(page, world.patchbay).signIn();
  for (const path of Object.values(PAGES)) await dashboard.open(world.project, path);
  expect(errors).toEqual([]);
});
