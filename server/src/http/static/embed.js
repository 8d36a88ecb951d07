// The page that an SDK of the embed protocol keeps in a hidden frame. The SDK says what to show; the
// portal itself runs in a frame of this one. What the portal tells is passed on in the SDK's words.
// Words of any other window, or of an origin that the project does not allow, are not heard; they are
// counted.
const host = window.parent;
/** @type {Map<string, Promise<boolean>>} */
const verdicts = new Map();
let origin; // of the host page, once it is known to be allowed
let told; // the last UI_UPDATE
let shown; // { key, type, integrationId, frame }
let ready = false;
let heard = false; // whether the SDK has said anything yet
let calls = 0;
let following = 0;
/** How long after its load the page waits for the SDK's first word. */
const SILENCE_MS = 1000;
/** As long as the SDK itself waits. */
const FOLLOW_S = 180;

/** Readable from the console and by tests. */
window.patchbayIgnoredMessages = 0;

function ignore(from) {
  window.patchbayIgnoredMessages += 1;
  if (window.patchbayIgnoredMessages > 1) return;
  console.debug(`[patchbay] A message from ${from} was ignored: it is not the host page's.`);
}

/** Whether a page of that origin may embed the portal of that project. */
function allows(projectId, from) {
  const query = new URLSearchParams({ projectId, origin: from }).toString();
  if (!verdicts.has(query)) {
    const verdict = fetch(`/ui/allows?${query}`).then((answer) => answer.ok);
    // A network that failed is no verdict.
    verdict.catch(() => verdicts.delete(query));
    verdicts.set(query, verdict);
  }
  return verdicts.get(query).catch(() => false);
}

/** Has the SDK run one of its methods. */
function invoke(type, ...parameters) {
  const id = `patchbay-${++calls}`;
  const message = { messageType: "SDK_FUNCTION_INVOCATION", type, parameters, id };
  return new Promise((resolve) => {
    const listen = ({ source, origin: from, data }) => {
      if (source !== host || from !== origin || data?.id !== id) return;
      if (!/^SDK_FUNCTION_(RESPONSE|ERROR)$/.test(data.messageType)) return;
      window.removeEventListener("message", listen);
      resolve(data);
    };
    window.addEventListener("message", listen);
    host.postMessage(message, origin);
  });
}

/** What the SDK wants shown, and whether now; nothing while no integration is named. */
function wanted() {
  const { user, projectId } = told.nextContext ?? {};
  const { integration, apiInstallationOptions, selectedCredentialId } = told.nextModalState ?? {};
  if (!integration || !user?.authenticated || !projectId) return undefined;
  const options = apiInstallationOptions ?? {};
  const type = integration.customIntegration?.slug ?? integration.type;
  const byWindow = integration.authenticationType === "oauth" && !integration.needPreOauthInputs;
  // An installation by the app's own buttons opens the provider's window itself.
  const elsewhere = options.isApiInstallation === true && byWindow;
  const afterwards = options.showPortalAfterInstall === true;
  const account = {
    selectedCredentialId: options.selectedCredentialId ?? selectedCredentialId ?? null,
    externalId: options.externalId ?? null,
    allowMultipleCredentials: options.allowMultipleCredentials === true,
  };
  const state = user.integrations?.[type];
  // Something is to be asked before the account can be used.
  const asks = state?.credentialStatus === "PENDING" && options.bypassPostOAuthPrompt !== true;
  const now = !elsewhere || asks || (afterwards && state?.enabled === true);
  return { type, integration, projectId, account, userToken: user.token, now, afterwards };
}

function show(want) {
  const key = [want.projectId, want.type, JSON.stringify(want.account)].join(" ");
  if (shown?.key === key) return;
  hide();
  const frame = document.createElement("iframe");
  frame.title = want.integration.name;
  frame.allow = "clipboard-write";
  const query = { projectId: want.projectId, integration: want.type, origin: location.origin };
  frame.src = `/ui?${new URLSearchParams(query)}`;
  shown = { key, frame, type: want.type, integration: want.integration };
  ready = false;
  document.body.append(frame);
  // A frame that is not shown yet takes no focus.
  invoke("updateContainerStyle", { isModalShown: true }).then(() => frame.focus());
  invoke("onOpen");
}

function hide() {
  if (!shown) return;
  shown.frame.remove();
  shown = undefined;
  invoke("updateContainerStyle", { isModalShown: false });
}

function close() {
  hide();
  invoke("onClose", true);
}

/** The portal learns who is signed in, and is told again when the token is a new one. */
function handOver() {
  const want = wanted();
  if (!shown || !ready || !want) return;
  const { userToken, account } = want;
  const session = { source: "patchbay", type: "session", userToken, account };
  shown.frame.contentWindow?.postMessage(session, location.origin);
}

/** The user as the server knows them now; nothing when it does not answer. */
async function fetchUser() {
  const { user, projectId } = told.nextContext;
  const answer = await fetch(`/projects/${encodeURIComponent(projectId)}/sdk/me`, {
    headers: { Authorization: `Bearer ${user.token}` },
    cache: "no-store",
  }).catch(() => undefined);
  return answer?.ok ? await answer.json() : undefined;
}

async function refreshUser() {
  const known = await fetchUser();
  if (!known) return;
  const { integrations, meta, resources } = known;
  for (const state of Object.values(integrations)) {
    state.allConfigurations = state.allCredentials.flatMap(({ configurations }) => configurations);
  }
  await invoke("updateAuthenticatedUser", { integrations, meta, resources });
}

/** Has the SDK run a method, and gives its result; nothing where it has none, or that fails. */
async function result(type, ...parameters) {
  const answer = await invoke(type, ...parameters);
  return answer.messageType === "SDK_FUNCTION_RESPONSE" ? answer.result : undefined;
}

function pageOf(list) {
  const { options, nextPageCursor } = Array.isArray(list) ? { options: list } : (list ?? {});
  if (!Array.isArray(options)) return {};
  const plain = options.map(({ value, label }) => ({ value: String(value), label: String(label) }));
  return { options: plain, next: nextPageCursor ? String(nextPageCursor) : null };
}

/** A list of the application's, which the SDK keeps: given with `connect`, or by `setDataSources`. */
async function list({ kind, key, chosen, cursor, search }) {
  const { type } = shown;
  const inputs = told.nextModalState?.config?.sharedMeta?.inputs ?? [];
  const place = cursor ?? undefined;
  const typed = search ?? undefined;
  if (kind === "dropdown") {
    const input = inputs.find((known) => known.key === key);
    const loaded = await result("_loadCustomDropdownOptions", key, place, typed);
    if (loaded) return { ...pageOf(loaded), refreshes: input?.refreshOnOpen === true };
    const { source } = (await result("getSourcesForInput", type, { ...input, type: "CUSTOM_DROPDOWN", key })) ?? {};
    return pageOf(source?.values ?? input?.customDropdownOptions);
  }
  const input = inputs.find((known) => known.dynamicObjectName === key);
  if (kind === "fields") {
    const sources = input && (await result("getSourcesForInput", type, input));
    const known = sources?.mapObjectFieldOptions ?? input?.dynamicObjectOptions;
    if (!known) return {};
    const own = Array.isArray(known) ? { fields: known } : known;
    return {
      ...pageOf(own.fields ?? []),
      defaults: own.defaultFields,
      removes: own.userCanRemoveMappings === true,
      creates: own.userCanCreateFields === true,
      loads: own.useBYOFieldMappingOption === true,
    };
  }
  const part = kind === "objects" ? "objectTypes" : "integrationFields";
  const facts = { objectType: chosen ?? undefined, cursor: place, search: typed };
  return pageOf(await result("_fetchBYOFieldMappingOptions", type, part, key, facts));
}

async function pass(data) {
  const { type, title, credential } = data;
  // The portal is called something in its own language.
  if (typeof title === "string") shown.frame.title = title;
  const { type: integrationType, integration } = shown;
  const event = { integrationId: integration.id, integrationType };
  if (type === "loaded" || type === "ready") {
    if (type === "ready") ready = true;
    handOver();
  } else if (type === "connected") {
    await invoke("updateCredentialData", credential, integration);
    await invoke("triggerSDKEvent", { type: "onIntegrationInstall", ...event });
  } else if (type === "configured") {
    await invoke("updateCredentialData", credential, integration);
  } else if (type === "disconnected") {
    await refreshUser();
    await invoke("triggerSDKEvent", { type: "onIntegrationUninstall", ...event });
  } else if (type === "list") {
    const { frame } = shown;
    const answer = { source: "patchbay", type: "list", ...(await list(data)), id: data.id };
    frame.contentWindow?.postMessage(answer, location.origin);
  } else if (type === "close") {
    close();
  }
}

/** Of an installation in a window of the app's own nobody tells this page, so it asks. */
async function follow(type) {
  const turn = ++following;
  for (let asked = 0; asked < FOLLOW_S; asked++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    if (turn !== following) return;
    const known = await fetchUser();
    if (turn !== following) return;
    if (known?.integrations[type]?.enabled) {
      told.nextContext.user.integrations = known.integrations;
      return draw();
    }
  }
}

function draw() {
  following += 1;
  const want = wanted();
  if (want?.now) {
    show(want);
    handOver();
  } else {
    hide();
    if (want?.afterwards) follow(want.type);
  }
}

async function update(data, from) {
  const { projectId } = data.nextContext ?? {};
  if (!projectId) return;
  if (!(await allows(projectId, from))) return ignore(from);
  origin = from;
  told = data;
  draw();
}

window.addEventListener("message", ({ source, origin: from, data }) => {
  if (source === host && host !== window && data?.messageType === "UI_UPDATE") {
    heard = true;
    update(data, from);
  } else if (shown && source === shown.frame.contentWindow && from === location.origin) {
    if (data?.source === "patchbay") pass(data);
  } else if (data?.source === "patchbay" || (data?.messageType && source !== host)) {
    ignore(from);
  }
});

// The SDK says nothing before it has seen this page load, and a browser in which a window opens at
// that moment may not tell it. A page that hears nothing loads once more; an SDK without a portal is
// silent then, too.
window.addEventListener("load", () => {
  setTimeout(() => {
    const [visit] = performance.getEntriesByType("navigation");
    if (!heard && host !== window && visit?.type !== "reload") location.reload();
  }, SILENCE_MS);
});

window.addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && shown) close();
});
