// @ts-check
/**
 * Patchbay in the browser: shows the portal, and calls connected accounts through the proxy.
 * Credentials never reach this page. The user token is held in memory and sent as a header.
 *
 * @import {
 *   Appearance, ConnectOptions, ConnectResult, Credential, Disconnected, Integration, PatchbayEvents,
 *   RequestOptions, User
 * } from "./patchbay.d.ts"
 */

/** How long the portal may take to say a first and a next word. */
const SILENCE_MS = 15_000;
/** A page that has loaded and said nothing for this long is the browser's refusal page. */
const REFUSED_MS = 2_000;
/** Clocks differ: the server allows as much. */
const LEEWAY_MS = 60_000;

const EVENTS = /** @type {const} */ ([
  "onIntegrationInstall",
  "onIntegrationUninstall",
  "onPortalOpen",
  "onPortalClose",
]);

export class PatchbayError extends Error {
  /** @param {string} code @param {string} message @param {number} [status] */
  constructor(code, message, status = 0) {
    super(message);
    this.name = "PatchbayError";
    this.code = code;
    this.status = status;
  }
}

/** @typedef {{ projectId: string, userToken: string, integrations: Integration[] }} Session */

export class Patchbay {
  /** @type {string} */ #server;
  /** @type {string | undefined} */ #language;
  /** @type {Appearance} */ #appearance;
  /** @type {Session | undefined} */ #session;
  /** Counts sign-ins and sign-outs, so that a late answer cannot undo a newer one. */
  #turn = 0;
  /** @type {{ type: string, done: Promise<ConnectResult>, overlay?: Overlay } | undefined} */ #open;
  /** @type {Map<string, Set<(event: any) => void>>} */ #listeners = new Map();

  /** @param {{ server?: string, language?: string, appearance?: Appearance }} [options] */
  constructor({ server = import.meta.url, language, appearance = {} } = {}) {
    this.#server = new URL(server).origin;
    this.#language = language;
    this.#appearance = appearance;
  }

  /** @param {string} projectId @param {string} userToken @returns {Promise<void>} */
  async authenticate(projectId, userToken) {
    const turn = ++this.#turn;
    this.#session = undefined;
    checkToken(userToken);
    const session = { projectId: String(projectId), userToken, integrations: [] };
    const [, integrations] = await Promise.all([
      this.#call(session, "me"),
      this.#call(session, "integrations"),
    ]);
    if (turn !== this.#turn) {
      throw new PatchbayError("conflict", "Another sign-in or a sign-out came after this one.");
    }
    this.#session = { ...session, integrations };
    this.#open?.overlay?.sendToken(userToken);
  }

  /**
   * @param {string} type
   * @param {ConnectOptions} [options]
   * @returns {Promise<ConnectResult>}
   */
  async connect(type, options = {}) {
    const session = this.#need();
    if (this.#open) {
      if (this.#open.type === type) return this.#open.done;
      throw new PatchbayError("conflict", `Close the portal of ${this.#open.type} first.`);
    }
    // The focus is read now: by the time the portal shows, it may have moved.
    const opener = document.activeElement;
    const done = this.#connect(session, type, options, opener).finally(() => {
      this.#open = undefined;
    });
    this.#open = { type, done };
    return done;
  }

  /** @returns {Promise<User>} */
  async getUser() {
    const session = this.#session;
    if (!session) return { authenticated: false };
    try {
      const { userId, integrations } = await this.#call(session, "me");
      return { authenticated: true, userId, integrations };
    } catch (error) {
      if (error instanceof PatchbayError && error.status === 401) return { authenticated: false };
      throw error;
    }
  }

  /** @returns {Promise<Integration[]>} */
  async getIntegrations() {
    const session = this.#need();
    session.integrations = await this.#call(session, "integrations");
    return session.integrations;
  }

  /**
   * @param {string} type
   * @param {string} path
   * @param {RequestOptions} [init]
   * @returns {Promise<Response>}
   */
  async request(type, path, init = {}) {
    const session = this.#need();
    const base = `${this.#sdk(session)}/proxy/${encodeURIComponent(type)}/`;
    const url = new URL(base + String(path).replace(/^\/+/, ""));
    if (!url.href.startsWith(base)) {
      throw new PatchbayError("invalid_input", "Give a path below the provider's API address.");
    }
    const headers = new Headers(init.headers);
    let { body } = init;
    if (isPlain(body)) {
      body = JSON.stringify(body);
      if (!headers.has("Content-Type")) headers.set("Content-Type", "application/json");
    }
    headers.set("Authorization", `Bearer ${session.userToken}`);
    return send(url.href, { ...init, headers, body: /** @type {BodyInit} */ (body) });
  }

  /** @param {string} type @returns {Promise<Disconnected | undefined>} */
  async uninstallIntegration(type) {
    const session = this.#need();
    const { id } = (await this.#find(session, type)) ?? {};
    if (!id) throw new PatchbayError("not_found", `${type} is not set up in this project.`, 404);
    const outcome = await this.#call(session, `integrations/${id}`, { method: "DELETE" });
    this.#emit("onIntegrationUninstall", { integrationType: type, integrationId: id });
    return outcome;
  }

  /**
   * @template {keyof PatchbayEvents} E
   * @param {E} event
   * @param {(event: PatchbayEvents[E]) => void} listener
   * @returns {() => void}
   */
  subscribe(event, listener) {
    if (!EVENTS.includes(event)) {
      throw new PatchbayError("invalid_input", `There is no event ${event}.`);
    }
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  logout() {
    this.#turn++;
    this.#session = undefined;
    this.#open?.overlay?.close();
  }

  /**
   * @param {Session} session
   * @param {string} type
   * @param {ConnectOptions} options
   * @param {Element | null} opener
   * @returns {Promise<ConnectResult>}
   */
  async #connect(session, type, options, opener) {
    const known = session.integrations.find((integration) => integration.type === type);
    const asked = this.#find(session, type);
    // The page loads while the server is asked again, and is shown only when it may be.
    const early = known?.isActive ? this.#overlay(session, known, options) : undefined;
    const integration = await asked.catch((error) => {
      early?.close();
      throw error;
    });
    if (!integration?.isActive || session !== this.#session) {
      early?.close();
      if (!integration?.isActive) warnInactive(type, integration !== undefined);
      return { connected: false };
    }
    const overlay = early ?? this.#overlay(session, integration, options);
    if (this.#open) this.#open.overlay = overlay;
    this.#emit("onPortalOpen", { integrationType: type });
    await overlay.show(opener, session.userToken);
    this.#emit("onPortalClose", { integrationType: type }, () => options.onClose?.());
    return { connected: overlay.connected };
  }

  /** @param {Session} session @param {Integration} integration @param {ConnectOptions} options */
  #overlay(session, { id, type, name }, options) {
    const { onInstall, onUninstall, onError } = options;
    const event = { integrationType: type, integrationId: id };
    const query = new URLSearchParams({
      projectId: session.projectId,
      integration: type,
      origin: location.origin,
      lang: options.language ?? this.#language ?? navigator.language,
    });
    const { accent, radius, font, theme, logo } = { ...this.#appearance, ...options.appearance };
    for (const [name, value] of Object.entries({ accent, radius, font, theme, logo })) {
      if (value !== undefined) query.set(name, value === false ? "none" : String(value));
    }
    const { selectedCredentialId, externalId, allowMultipleCredentials } = options;
    const account = { selectedCredentialId, externalId, allowMultipleCredentials };
    return new Overlay(this.#server, `/ui?${query}`, name, account, {
      connected: (credential) =>
        this.#emit("onIntegrationInstall", { ...event, credential }, onInstall),
      disconnected: () => this.#emit("onIntegrationUninstall", event, onUninstall),
      error: (error) => guard(onError, error),
    });
  }

  /**
   * The integration as it stands: one activated since sign-in is found, one deactivated is seen.
   * @param {Session} session @param {string} type
   */
  async #find(session, type) {
    session.integrations = await this.#call(session, "integrations");
    return session.integrations.find((integration) => integration.type === type);
  }

  #need() {
    if (this.#session) return this.#session;
    throw new PatchbayError("not_authenticated", "Call authenticate first, and wait for it.");
  }

  /** @param {Session} session */
  #sdk(session) {
    return `${this.#server}/projects/${encodeURIComponent(session.projectId)}/sdk`;
  }

  /**
   * @param {Session} session @param {string} path @param {RequestInit} [init]
   * @returns {Promise<any>} the JSON answer, if there is one
   */
  async #call(session, path, init) {
    const headers = { Accept: "application/json", Authorization: `Bearer ${session.userToken}` };
    const response = await send(`${this.#sdk(session)}/${path}`, {
      ...init,
      headers,
      // The server, too, then answers with what is, not with what was a moment ago.
      cache: "no-store",
    });
    const answer = await response.json().catch(() => undefined);
    if (response.ok) return answer;
    if (response.status === 401 && session === this.#session) this.logout();
    const { code = "unavailable", message = "The server did not answer as expected." } = answer ?? {};
    // A missing permission has a number for a code, for the sake of other SDKs; ours stands beside it.
    throw new PatchbayError(answer?.meta?.code ?? code, String(message), response.status);
  }

  /**
   * @template {keyof PatchbayEvents} E
   * @param {E} name
   * @param {PatchbayEvents[E]} event
   * @param {(event: PatchbayEvents[E]) => void} [callback]
   */
  #emit(name, event, callback) {
    for (const listener of [callback, ...(this.#listeners.get(name) ?? [])]) guard(listener, event);
  }
}

/**
 * The portal over the host page: a modal dialog, so that the page behind is inert without being
 * touched, and so that it stands above a modal dialog of the host's own. Loads when made.
 */
class Overlay {
  connected = false;
  #dialog = document.createElement("dialog");
  #frame = document.createElement("iframe");
  #sheet = new CSSStyleSheet();
  /** @type {string} */ #server;
  /** @type {import("./patchbay.d.ts").AccountChoice} */ #account;
  /** @type {"nothing" | "page" | "loaded" | "ready"} */ #heard = "nothing";
  /** @type {string | undefined} */ #token;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #end = () => {};
  #ended = new Promise((/** @type {(value: void) => void} */ resolve) => (this.#end = resolve));

  /**
   * @param {string} server @param {string} path @param {string} title
   * @param {import("./patchbay.d.ts").AccountChoice} account
   * @param {{
   *   connected: (credential: Credential) => void,
   *   disconnected: () => void,
   *   error: (error: PatchbayError) => void,
   * }} on
   */
  constructor(server, path, title, account, on) {
    this.#server = server;
    this.#account = account;
    this.on = on;
    this.#dialog.className = "patchbay-portal";
    this.#name(title);
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    this.#frame.allow = "clipboard-write";
    this.#frame.addEventListener("load", () => this.#advance("page"));
    this.#frame.src = server + path;
    addEventListener("message", this.#hear);
    this.#dialog.append(this.#frame);
    document.body.append(this.#dialog);
  }

  /**
   * Resolves when the portal has closed; the focus is then back where it was.
   * @param {Element | null} opener @param {string} token
   */
  async show(opener, token) {
    // A constructed sheet passes every content security policy and is gone without a trace.
    this.#sheet.replaceSync(styles(innerWidth > document.documentElement.clientWidth));
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#sheet];
    this.#dialog.showModal();
    this.#token = token;
    this.#follow();
    await this.#ended;
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  }

  /** @param {string} token */
  sendToken(token) {
    this.#token = token;
    this.#follow();
  }

  close() {
    clearTimeout(this.#timer);
    removeEventListener("message", this.#hear);
    this.#dialog.close();
    // A key that closed the portal may still be on its way to the frame, so it goes a moment later.
    this.#frame.title = "";
    setTimeout(() => this.#dialog.remove(), 250);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== this.#sheet);
    this.#end();
  }

  /** @param {MessageEvent} message */
  #hear = ({ origin, source, data }) => {
    if (origin !== this.#server || source !== this.#frame.contentWindow) return;
    if (data?.source !== "patchbay") return;
    const { type, title, credential, code, message } = data;
    // The page is called something in its own language.
    if (typeof title === "string") this.#name(title);
    if (type === "loaded" || type === "ready") this.#advance(type);
    else if (type === "connected") {
      this.connected = true;
      this.on.connected(credential);
    } else if (type === "disconnected") {
      this.connected = false;
      this.on.disconnected();
    } else if (type === "error") this.on.error(new PatchbayError(code, String(message)));
    else if (type === "close") this.close();
  };

  /** What screen readers call the portal. @param {string} title */
  #name(title) {
    this.#dialog.setAttribute("aria-label", title);
    this.#frame.title = title;
  }

  /** @param {"page" | "loaded" | "ready"} word */
  #advance(word) {
    const order = ["nothing", "page", "loaded", "ready"];
    if (order.indexOf(word) <= order.indexOf(this.#heard)) return;
    this.#heard = word;
    if (this.#token) this.#follow();
  }

  /** Does what is due for what was heard so far, once shown. */
  #follow() {
    clearTimeout(this.#timer);
    if (this.#heard === "ready") {
      const session = {
        source: "patchbay",
        type: "session",
        userToken: this.#token,
        account: this.#account,
      };
      this.#frame.contentWindow?.postMessage(session, this.#server);
    } else {
      // A page that has loaded without a word is the browser's own page of a refused frame.
      const patience = this.#heard === "page" ? REFUSED_MS : SILENCE_MS;
      this.#timer = setTimeout(() => this.#giveUp(), patience);
    }
    if (this.#heard === "loaded" || this.#heard === "ready") {
      this.#dialog.dataset.state = "loaded";
      this.#frame.focus();
    }
  }

  async #giveUp() {
    const code = this.#heard === "page" && (await reaches(this.#server)) ? "origin_not_allowed" : "unavailable";
    const message =
      code === "unavailable"
        ? `${this.#server} did not answer. Check the network, then try again.`
        : `${location.origin} may not show the portal. Add it under Settings, Allowed origins, in the Patchbay dashboard.`;
    console.error(`[patchbay] ${message}`);
    this.close();
    this.on.error(new PatchbayError(code, message));
  }
}

/** @param {boolean} scrollbar whether its room must be kept while the page cannot scroll */
function styles(scrollbar) {
  const gutter = scrollbar ? "scrollbar-gutter:stable!important;" : "";
  const box = "width:100%;height:100%;max-width:none;max-height:none;margin:0;padding:0;border:0;";
  // With the same colour scheme as the page inside, the browser leaves the frame transparent.
  const clear = "background:none;color-scheme:light dark;";
  return `html{overflow:hidden!important;${gutter}}
dialog.patchbay-portal{all:initial;position:fixed;inset:0;z-index:2147483647;overflow:hidden;${box}${clear}}
dialog.patchbay-portal::backdrop{background:none}
dialog.patchbay-portal>iframe{all:initial;display:block;${box}${clear}visibility:hidden}
dialog.patchbay-portal[data-state=loaded]>iframe{visibility:visible}`;
}

/**
 * @param {string} url @param {RequestInit} init
 * @returns {Promise<Response>}
 */
async function send(url, init) {
  try {
    return await fetch(url, { ...init, credentials: "omit" });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    const { origin } = new URL(url);
    throw new PatchbayError("unavailable", `${origin} did not answer. Check the network.`);
  }
}

/** @param {string} server whether it answers at all @returns {Promise<boolean>} */
async function reaches(server) {
  const probe = fetch(`${server}/health/live`, { mode: "no-cors", credentials: "omit" });
  return probe.then(() => true, () => false);
}

/** Refuses what cannot be a token before it leaves the page. @param {string} token */
function checkToken(token) {
  const wrong = (/** @type {string} */ what) => new PatchbayError("token_invalid", what, 401);
  let claims;
  try {
    const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token) ?? [];
    claims = JSON.parse(atob(String(payload).replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    throw wrong("The user token is not a signed JWT. Pass the one that your server signed.");
  }
  if (typeof claims?.exp !== "number") throw wrong("The user token has no exp. Sign it with one.");
  if (claims.exp * 1000 + LEEWAY_MS < Date.now()) {
    throw wrong("The user token has expired. Ask your server for a new one.");
  }
}

/** @param {string} type @param {boolean} exists */
function warnInactive(type, exists) {
  const reason = exists ? "is not active. Activate it" : "is not set up in this project. Add it";
  console.warn(`[patchbay] connect("${type}") shows nothing: it ${reason} in the dashboard.`);
}

/** A listener's fault is reported as the host's own, and stops nothing here.
 * @template T @param {((event: T) => void) | undefined} listener @param {T} event */
function guard(listener, event) {
  try {
    listener?.(event);
  } catch (error) {
    reportError(error);
  }
}

/** @param {unknown} body @returns {body is object} whether to send it as JSON */
function isPlain(body) {
  if (Array.isArray(body)) return true;
  return typeof body === "object" && body !== null && Object.getPrototypeOf(body) === Object.prototype;
}

export const patchbay = new Patchbay();
