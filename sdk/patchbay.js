// @ts-check
/**
 * Patchbay in the browser: shows the portal, and calls connected accounts through the proxy.
 * Credentials never reach this page. The user token is held in memory and sent as a header.
 *
 * @import {
 *   Appearance, ConnectOptions, ConnectResult, Disconnected, Integration, PatchbayEvents,
 *   RequestOptions, SessionOptions, User
 * } from "./patchbay.d.ts"
 */
import { Frame, ignoredMessages } from "./frame.js";
import { Inline, Overlay } from "./place.js";
import { PatchbayError, Session } from "./session.js";

export { PatchbayError };

const EVENTS = /** @type {const} */ ([
  "onIntegrationInstall",
  "onIntegrationUninstall",
  "onSettingsChange",
  "onPortalOpen",
  "onPortalClose",
]);

/** @typedef {{ type: string, done: Promise<ConnectResult>, frame?: Frame }} Portal */

export class Patchbay {
  /** @type {string} */ #server;
  /** @type {string | undefined} */ #language;
  /** @type {Appearance} */ #appearance;
  /** @type {Session | undefined} */ #session;
  /** Counts sign-ins and sign-outs, so that a late answer cannot undo a newer one. */
  #turn = 0;
  /** By their containers; the one over the page has none. @type {Map<Element | undefined, Portal>} */
  #portals = new Map();
  /** @type {Map<string, Set<(event: any) => void>>} */ #listeners = new Map();

  /** @param {{ server?: string, language?: string, appearance?: Appearance }} [options] */
  constructor({ server = import.meta.url, language, appearance = {} } = {}) {
    this.#server = new URL(server).origin;
    this.#language = language;
    this.#appearance = appearance;
  }

  /** Messages that claimed to be the portal's and came from elsewhere. */
  get ignoredMessages() {
    return ignoredMessages();
  }

  /**
   * @param {string} projectId @param {string} userToken @param {SessionOptions} [options]
   * @returns {Promise<void>}
   */
  async authenticate(projectId, userToken, { getToken } = {}) {
    const turn = ++this.#turn;
    this.#session = undefined;
    const session = new Session(this.#server, String(projectId), userToken, getToken);
    const [, integrations] = await Promise.all([
      this.#call(session, "me"),
      this.#call(session, "integrations"),
    ]);
    if (turn !== this.#turn) {
      throw new PatchbayError("conflict", "Another sign-in or a sign-out came after this one.");
    }
    session.integrations = integrations;
    this.#session = session;
    for (const { frame } of this.#portals.values()) frame?.update(session);
  }

  /**
   * @param {string} type
   * @param {ConnectOptions} [options]
   * @returns {Promise<ConnectResult>}
   */
  async connect(type, options = {}) {
    const session = this.#need();
    const container = find(options.container);
    const open = this.#portals.get(container);
    if (open?.type === type) return open.done;
    if (open) throw new PatchbayError("conflict", `Close the portal of ${open.type} first.`);
    // The focus is read now: by the time the portal shows, it may have moved.
    const place = container ? new Inline(container) : new Overlay(document.activeElement);
    const portal = /** @type {Portal} */ ({ type });
    this.#portals.set(container, portal);
    portal.done = this.#connect(session, portal, options, place).finally(() => {
      this.#portals.delete(container);
    });
    return portal.done;
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
    const base = `${session.url}/proxy/${encodeURIComponent(type)}/`;
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
    return session.send(url.href, { ...init, headers, body: /** @type {BodyInit} */ (body) });
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
    for (const { frame } of this.#portals.values()) frame?.close();
  }

  /**
   * @param {Session} session
   * @param {Portal} portal
   * @param {ConnectOptions} options
   * @param {Overlay | Inline} place
   * @returns {Promise<ConnectResult>}
   */
  async #connect(session, portal, options, place) {
    const { type } = portal;
    const known = session.integrations.find((integration) => integration.type === type);
    const asked = this.#find(session, type);
    // The page loads while the server is asked again, and is shown only when it may be.
    const early = known?.isActive ? this.#frame(session, known, options, place) : undefined;
    const integration = await asked.catch((error) => {
      early?.close();
      throw error;
    });
    if (!integration?.isActive || session !== this.#session) {
      early?.close();
      if (!integration?.isActive) warnInactive(type, integration !== undefined);
      return { connected: false };
    }
    const frame = early ?? this.#frame(session, integration, options, place);
    portal.frame = frame;
    this.#emit("onPortalOpen", { integrationType: type });
    await frame.show();
    this.#emit("onPortalClose", { integrationType: type }, () => options.onClose?.());
    return { connected: frame.connected };
  }

  /**
   * @param {Session} session @param {Integration} integration @param {ConnectOptions} options
   * @param {Overlay | Inline} place
   */
  #frame(session, { id, type, name }, options, place) {
    const { onInstall, onUninstall, onError } = options;
    const event = { integrationType: type, integrationId: id };
    const url = new URL("/ui", this.#server);
    const query = {
      projectId: session.projectId,
      integration: type,
      origin: location.origin,
      lang: options.language ?? this.#language ?? navigator.language,
    };
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    if (place instanceof Inline) url.searchParams.set("layout", "inline");
    const { accountType } = options;
    if (accountType) url.searchParams.set("accountType", String(accountType));
    const { accent, radius, font, theme, logo } = { ...this.#appearance, ...options.appearance };
    for (const [name, value] of Object.entries({ accent, radius, font, theme, logo })) {
      if (value !== undefined) url.searchParams.set(name, value === false ? "none" : String(value));
    }
    const { selectedCredentialId, externalId, allowMultipleCredentials } = options;
    const account = { selectedCredentialId, externalId, allowMultipleCredentials };
    return new Frame(place, session, account, name, url, {
      connected: (credential) =>
        this.#emit("onIntegrationInstall", { ...event, credential }, onInstall),
      disconnected: () => this.#emit("onIntegrationUninstall", event, onUninstall),
      configured: (credential) => this.#emit("onSettingsChange", { ...event, credential }),
      error: (error) => guard(onError, error),
    }, options.dataSources);
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

  /**
   * @param {Session} session @param {string} path @param {RequestInit} [init]
   * @returns {Promise<any>} the JSON answer, if there is one
   */
  async #call(session, path, init) {
    const response = await session.send(`${session.url}/${path}`, {
      ...init,
      headers: { Accept: "application/json" },
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

/** The element of the host page that is meant. @param {Element | string} [container] */
function find(container) {
  if (container === undefined) return undefined;
  const found = typeof container === "string" ? document.querySelector(container) : container;
  if (found instanceof Element) return found;
  throw new PatchbayError("invalid_input", "The container is not an element of this page.");
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
