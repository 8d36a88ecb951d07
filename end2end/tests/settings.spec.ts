import type { Page } from "@playwright/test";
import { documentOf, overflow, violations } from "../support/axe.ts";
import { acmeset } from "../support/definitions.ts";
import { expect, test } from "../support/fixtures.ts";
import { HostPage } from "../support/host-page.ts";
import { looks, show } from "../support/looks.ts";
import { Backend } from "../support/rest.ts";
import { COMBO, MAPPING, SETTINGS } from "../support/settings.ts";
import type { World } from "../support/world.ts";

const MASK = "\u2022".repeat(8);

async function prepare(world: World, page: Page, settings: object[] = SETTINGS): Promise<HostPage> {
  await world.define("acmeset", acmeset(world.keys.url));
  await world.patchbay.cli.setSettings(world.project, "acmeset", settings);
  return new HostPage(page, world.host, "acmeset", "Acme Set").open();
}

/** Opens the portal with lists of the host page's own. */
async function openWithSources(host: HostPage): Promise<void> {
  await host.page.evaluate(() => {
    const teams = [
      { value: "t1", label: "Red" },
      { value: "t2", label: "Blue" },
    ];
    const task = {
      fields: [
        { value: "title", label: "Title" },
        { value: "due", label: "Due date" },
      ],
      defaultFields: ["title"],
      userCanRemoveMappings: true,
      userCanCreateFields: true,
    };
    const dataSources = { dropdowns: { teams }, mapObjectFields: { Task: task } };
    void window.app.patchbay.connect("acmeset", { dataSources });
  });
}

async function connect(host: HostPage, world: World): Promise<void> {
  await openWithSources(host);
  await host.portal.getByLabel("API key").fill(world.keys.key);
  await host.button("Connect").click();
}

async function connectAndAsk(host: HostPage, world: World): Promise<void> {
  await connect(host, world);
  await expect(host.heading).toHaveText("Acme Set settings");
}

async function shared(host: HostPage): Promise<unknown> {
  const user = await host.user();
  return user.authenticated ? user.integrations.acmeset?.sharedSettings : undefined;
}

test("a user sets what the operator asks for, and the host page reads it", async ({ page, world }) => {
  const host = await prepare(world, page);
  await connectAndAsk(host, world);
  const field = (name: string) => host.portal.getByLabel(name).and(host.portal.locator("input, select, textarea"));

  // What is missing is named, and nothing is sent.
  await host.button("Save").click();
  await expect(field("Label")).toBeFocused();
  await expect(host.alert).toHaveText(["Enter the Label.", "Choose the Region.", "Choose the Site."]);
  expect(await shared(host)).toEqual({});

  await field("Label").fill("Ada");
  await field("Note").fill("one\ntwo");
  await field("Limit").fill("12.5");
  await field("E-mail").fill("ada@example.com");
  await field("Web page").fill("https://example.com/a");
  await field("Webhook secret").fill("hunter2-of-ada");
  await field("Sync at night").check();
  await field("Region").selectOption({ label: "Europe" });
  await field("Site").selectOption({ label: "South" });
  await field("Team").selectOption({ label: "Blue" });
  await field("Record type").selectOption({ label: "North" });
  await field("Surname").selectOption({ label: "mail of s-1" });
  await field("Template").setInputFiles({
    name: "a b.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("hello"),
  });
  await expect(host.portal.getByText("a b.txt")).toBeVisible();
  await field("Write records").check();
  await host.button("Save").click();
  await expect(host.heading).toHaveText("Connected");
  await expect(host.portal.getByText("Your settings are saved.")).toBeVisible();

  const expected = {
    label: "Ada",
    note: "one\ntwo",
    limit: 12.5,
    mail: "ada@example.com",
    page: "https://example.com/a",
    secret: MASK,
    sync: true,
    region: "eu",
    site: "s-2",
    team: "t2",
    map: { objectMapping: "s-1", fieldMappings: { Surname: "s-1.mail" } },
    file: { name: "a b.txt", mimeType: "text/plain", data: "aGVsbG8=" },
    allow: "read write",
  };
  expect(await shared(host)).toMatchObject(expected);

  // What is there stands in the form; what is left alone stays.
  await host.button("Settings").click();
  await expect(field("Label")).toHaveValue("Ada");
  await expect(field("Webhook secret")).toHaveValue("");
  await expect(field("Site")).toHaveValue("s-2");
  await expect(field("Surname")).toHaveValue("s-1.mail");
  await field("Label").fill("Grace");
  await host.button("Save").click();
  await expect(host.portal.getByText("Your settings are saved.")).toBeVisible();
  expect(await shared(host)).toMatchObject({ ...expected, label: "Grace" });

  // Whoever runs the installation can read the secret; it is the one that was typed.
  const [{ id } = { id: "" }] = (await world.patchbay.cli.listConnections(world.project)) as unknown as { id: string }[];
  const secret = await world.patchbay.cli.must(
    ...["connection", "secret", "--project", world.project, "--connection", id, "--setting", "secret"],
  );
  expect(secret.trim()).toBe("hunter2-of-ada");
});

test("the host page's fields are mapped, removed and added", async ({ page, world }) => {
  const host = await prepare(world, page, [MAPPING]);
  await connectAndAsk(host, world);
  await host.portal.getByLabel("Record type").selectOption({ label: "South" });
  await host.portal.getByLabel("Title", { exact: true }).selectOption({ label: "phone of s-2" });
  await host.portal.getByLabel("Add a field").selectOption({ label: "Due date" });
  await host.portal.getByLabel("Due date", { exact: true }).selectOption({ label: "mail of s-2" });
  await host.portal.getByLabel("Name of a new field").fill("Colour");
  await host.button("Add").click();
  await expect(host.portal.getByLabel("Colour", { exact: true })).toBeVisible();
  await host.button("Remove Due date").click();
  await host.button("Save").click();
  await expect(host.portal.getByText("Your settings are saved.")).toBeVisible();
  expect(await shared(host)).toEqual({
    map: {
      objectMapping: "s-2",
      dynamicMappings: {
        title: { applicationField: "title", integrationField: "s-2.phone" },
        Colour: { applicationField: "Colour" },
      },
      mappingType: "DYNAMIC",
      userCreatedFields: ["Colour"],
    },
  });
});

test("beside two choices, fields are mapped to those of the provider", async ({ page, world }) => {
  const host = await prepare(world, page, [COMBO]);
  await connectAndAsk(host, world);
  const list = (name: string) => host.portal.getByLabel(name).and(host.portal.locator("select"));
  await list("Site").first().selectOption({ label: "North" });
  await expect(list("Surname")).toHaveCount(0);
  await host.portal.getByLabel("Then choose").selectOption({ label: "mail of s-1" });
  await host.button("Save").click();
  await expect(list("Surname")).toBeFocused();
  await list("Surname").selectOption({ label: "phone of s-1" });

  // Another site has other fields.
  await list("Site").first().selectOption({ label: "South" });
  await expect(host.portal.getByLabel("Then choose")).toHaveValue("");
  await expect(list("Surname")).toHaveCount(0);
  await host.portal.getByLabel("Then choose").selectOption({ label: "phone of s-2" });
  await expect(list("Surname")).toHaveValue("");
  await list("Surname").selectOption({ label: "mail of s-2" });
  await host.button("Save").click();
  await expect(host.portal.getByText("Your settings are saved.")).toBeVisible();
  const site = { mainInput: "s-2", dependentInput: "s-2.phone", fieldMappings: { Surname: "s-2.mail" } };
  expect(await shared(host)).toEqual({ site });
  await host.button("Settings").click();
  await expect(list("Surname")).toHaveValue("s-2.mail");
  await expect(host.portal.getByLabel("Then choose")).toHaveValue("s-2.phone");
});

test("a list that refreshes is asked for each time that it is opened", async ({ page, world }) => {
  const team = { id: "team", type: "CUSTOM_DROPDOWN", title: "Team", key: "teams" };
  const host = await prepare(world, page, [team, { id: "label", type: "TEXT_NO_VARS", title: "Label" }]);
  await page.evaluate(() => {
    let turn = 0;
    const loadOptions = async () => {
      turn += 1;
      return { options: [{ value: `t${turn}`, label: `Team ${turn}` }] };
    };
    const dataSources = { dropdowns: { teams: { loadOptions, refreshOnOpen: true } } };
    void window.app.patchbay.connect("acmeset", { dataSources });
  });
  await host.portal.getByLabel("API key").fill(world.keys.key);
  await host.button("Connect").click();
  const list = host.portal.getByLabel("Team");
  await expect(list).toContainText("Team 1");
  await list.focus();
  await expect(list).toContainText("Team 2");
  await expect(list).not.toContainText("Team 1");
  await list.selectOption({ label: "Team 2" });
  await host.portal.getByLabel("Label").focus();
  await list.focus();
  await expect(list).toContainText("Team 3");
  // What was chosen stays, whether it is among them or not.
  await expect(list).toHaveValue("t2");
  await host.portal.getByLabel("Label").fill("Ada");
  await host.button("Save").click();
  await expect(host.portal.getByText("Your settings are saved.")).toBeVisible();
  expect(await shared(host)).toEqual({ team: "t2", label: "Ada" });
});

test("values that do not fit change nothing, and say which and why", async ({ page, world }) => {
  const host = await prepare(world, page);
  await connectAndAsk(host, world);
  await host.closePortal();
  const backend = Backend.of(world);
  const [{ id } = { id: "" }] = (await world.patchbay.cli.listConnections(world.project)) as unknown as { id: string }[];
  const write = (sharedSettings: object) =>
    backend.call("PATCH", `credentials/${id}`, { config: { sharedSettings } });
  expect((await write({ label: "kept", secret: "first" })).status).toBe(200);
  const refused: [object, string][] = [
    [{ other: 1 }, "other"],
    [{ label: 1 }, "label"],
    [{ label: "" }, "label"],
    [{ limit: "many" }, "limit"],
    [{ mail: "nobody" }, "mail"],
    [{ page: "javascript:alert(1)" }, "page"],
    [{ region: "mars" }, "region"],
    [{ map: { fieldMappings: { Other: "x" } } }, "map"],
    [{ allow: "write" }, "allow"],
    [{ hook: "x" }, "hook"],
    [{ file: "x" }, "file"],
  ];
  for (const [settings, field] of refused) {
    const answer = await write(settings);
    expect.soft(answer, field).toMatchObject({ status: 422, body: { meta: { field } } });
  }
  const { configurations } = await backend.account(id);
  expect(configurations[0]?.sharedSettings).toEqual({ label: "kept", secret: MASK });
  // An SDK sends all that it was told: the mask leaves the secret as it is.
  expect((await write({ label: "new", secret: MASK })).status).toBe(200);
  const after = await backend.account(id);
  expect(after.configurations[0]?.sharedSettings).toEqual({ label: "new", secret: MASK });
});

/** High enough for the whole form. */
const TALL = 1900;

const FORM = /\/pkg\/portal-settings\.wasm/;

test("the form comes by itself, once it is needed", async ({ page, world }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const host = await prepare(world, page);
  await openWithSources(host);
  await host.portal.getByLabel("API key").fill(world.keys.key);
  expect(asked.filter((url) => FORM.test(url))).toEqual([]);
  await host.button("Connect").click();
  await expect(host.heading).toHaveText("Acme Set settings");
  await host.button("Not now").click();
  await host.button("Settings").click();
  await expect(host.button("Save")).toBeVisible();
  expect(asked.filter((url) => FORM.test(url))).toHaveLength(1);
});

test("a form that does not come is told, and asked for again", async ({ page, world }) => {
  const host = await prepare(world, page);
  await page.route(FORM, (route) => route.abort());
  await connect(host, world);
  // The account is connected all the same.
  await expect(host.heading).toHaveText("Connected");
  await expect(host.alert).toContainText("Something went wrong on our side");
  await host.button("Settings").click();
  await expect(host.alert).toContainText("Something went wrong on our side");
  await page.unroute(FORM);
  await host.button("Settings").click();
  await expect(host.portal.getByLabel("Label").first()).toBeVisible();
  await expect(host.alert).toHaveCount(0);
});

test("a form that is slow can be left", async ({ page, world }, testInfo) => {
  const host = await prepare(world, page);
  let arrive = () => {};
  const late = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(FORM, (route) => late.then(() => route.continue()));
  await connect(host, world);
  await expect(host.heading).toHaveText("Acme Set settings");
  await expect(host.button("Save")).toHaveCount(0);
  await page.screenshot({ path: testInfo.outputPath("settings-waiting.png") });
  await host.button("Not now").click();
  await expect(host.heading).toHaveText("Connected");
  arrive();
  await host.button("Settings").click();
  await expect(host.button("Save")).toBeVisible();
});

test("the form is fit for everybody", async ({ page, world }, testInfo) => {
  const host = await prepare(world, page);
  await connectAndAsk(host, world);
  const look = async (state: string) => {
    for (const look of looks([1280, 360])) {
      await show(page, look);
      const document = await documentOf(page.locator("iframe").first());
      expect(await violations(document)).toEqual([]);
      expect(await overflow(document)).toBe(0);
      const name = `${state}-${look.width}-${look.scheme}.png`;
      await page.screenshot({ path: testInfo.outputPath(name) });
      await page.setViewportSize({ width: look.width, height: TALL });
      await page.screenshot({ path: testInfo.outputPath(`whole-${name}`) });
    }
  };
  await look("settings");
  await host.button("Save").click();
  await expect(host.alert.first()).toBeVisible();
  await look("settings-wrong");
  await host.portal.getByLabel("Label").first().fill("Ada");
  await host.portal.getByLabel("Region").selectOption({ label: "Europe" });
  await host.portal.getByLabel("Site").selectOption({ label: "South" });
  await host.button("Save").click();
  await expect(host.portal.getByText("Your settings are saved.")).toBeVisible();
  await look("settings-saved");
  await world.patchbay.cli.setSettings(world.project, "acmeset", [MAPPING]);
  await host.button("Settings").click();
  await host.portal.getByLabel("Record type").selectOption({ label: "South" });
  await host.portal.getByLabel("Add a field").selectOption({ label: "Due date" });
  await host.portal.getByLabel("Name of a new field").fill("Colour");
  await host.button("Add").click();
  await host.portal.getByLabel("Title", { exact: true }).selectOption({ label: "phone of s-2" });
  await look("settings-mapping");
});

test.describe("in Arabic", () => {
  test.use({ locale: "ar" });

  test("the form reads from right to left", async ({ page, world }, testInfo) => {
    await openWithSources(await prepare(world, page));
    const portal = page.locator("iframe").first().contentFrame();
    await portal.getByLabel("API key").fill(world.keys.key);
    await portal.locator("button[type=submit]").click();
    await expect(portal.getByRole("heading", { level: 1 })).toHaveText(/\u0625\u0639\u062f\u0627\u062f\u0627\u062a/);
    await show(page, { width: 360, height: 740, scheme: "dark" });
    const document = await documentOf(page.locator("iframe").first());
    expect(await violations(document)).toEqual([]);
    expect(await overflow(document)).toBe(0);
    await page.screenshot({ path: testInfo.outputPath("settings-ar-360-dark.png") });
    await page.setViewportSize({ width: 360, height: TALL });
    await page.screenshot({ path: testInfo.outputPath("whole-settings-ar-360-dark.png") });
    await show(page, { width: 1280, height: 800, scheme: "light" });
    await page.screenshot({ path: testInfo.outputPath("settings-ar-1280-light.png") });
  });
});
