// The page that an SDK of the embed protocol keeps in a hidden frame. The SDK says what to show; the
// portal itself runs in a frame of this one. What the portal tells is passed on in the SDK's words.
// Words of any other window, or of an origin that the project does not allow, are not heard.
const host = window.parent;
/** @type {Map<string, Promise<boolean>>} */
const verdicts = new Map();
let origin; // of the host page, once it is known to be allowed
let told; // the last UI_UPDATE
let shown; // { key, type, integrationId, frame }
let ready = false;
let calls = 0;

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

/** What the SDK wants shown, if that is something. */
function wanted() {
  const { user, projectId } = told.nextContext ?? {};
  const { integration, apiInstallationOptions: options = {} } = told.nextModalState ?? {};
  if (!integration || !user?.authenticated || !projectId) return undefined;
  const type = integration.customIntegration?.slug ?? integration.type;
  const byWindow = integration.authenticationType === "oauth" && !integration.needPreOauthInputs;
  const state = user.integrations?.[type];
  const installed = state?.enabled && options.showPortalAfterInstall;
  // An installation by the app's own buttons opens the provider's window itself.
  if (options.isApiInstallation && byWindow && !installed) return undefined;
  const account = {
    selectedCredentialId: options.selectedCredentialId ?? told.nextModalState.selectedCredentialId ?? null,
    externalId: options.externalId ?? null,
    allowMultipleCredentials: options.allowMultipleCredentials === true,
  };
  return { type, integration, projectId, account, userToken: user.token };
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
  invoke("updateContainerStyle", { isModalShown: true });
  invoke("onOpen");
  frame.addEventListener("load", () => frame.focus());
}

function hide() {
  if (!shown) return;
  shown.frame.remove();
  shown = undefined;
}

function close() {
  hide();
  invoke("onClose", true);
  invoke("updateContainerStyle", { isModalShown: false });
}

/** The portal learns who is signed in, and is told again when the token is a new one. */
function handOver() {
  const want = wanted();
  if (!shown || !ready || !want) return;
  const { userToken, account } = want;
  const session = { source: "patchbay", type: "session", userToken, account };
  shown.frame.contentWindow?.postMessage(session, location.origin);
}

async function refreshUser() {
  const { user, projectId } = told.nextContext;
  const answer = await fetch(`/projects/${encodeURIComponent(projectId)}/sdk/me`, {
    headers: { Authorization: `Bearer ${user.token}` },
    cache: "no-store",
  });
  if (!answer.ok) return;
  const { integrations, meta, resources } = await answer.json();
  for (const state of Object.values(integrations)) {
    state.allConfigurations = state.allCredentials.flatMap(({ configurations }) => configurations);
  }
  await invoke("updateAuthenticatedUser", { integrations, meta, resources });
}

async function pass({ type, title, credential }) {
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
  } else if (type === "disconnected") {
    await refreshUser();
    await invoke("triggerSDKEvent", { type: "onIntegrationUninstall", ...event });
  } else if (type === "close") {
    close();
  }
}

async function update(data, from) {
  const { projectId } = data.nextContext ?? {};
  if (!projectId || !(await allows(projectId, from))) return;
  origin = from;
  told = data;
  const want = wanted();
  if (!want) return hide();
  show(want);
  handOver();
}

window.addEventListener("message", ({ source, origin: from, data }) => {
  if (source === host && host !== window && data?.messageType === "UI_UPDATE") {
    update(data, from);
  } else if (shown && source === shown.frame.contentWindow && from === location.origin) {
    if (data?.source === "patchbay") pass(data);
  }
});
