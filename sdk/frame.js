// @ts-check
/**
 * The portal's page in a frame: it is heard, and told what it has to know. Loads when made.
 *
 * @import { AccountChoice, Credential, DataSources } from "./patchbay.d.ts"
 * @import { Session } from "./session.js"
 */
import { PatchbayError } from "./session.js";
import { answer } from "./sources.js";

/** How long the portal may take to say a first and a next word. */
const SILENCE_MS = 15_000;
/** A page that has loaded and said nothing for this long is the browser's refusal page. */
const REFUSED_MS = 2_000;
/** The longest address that a person can be sent back to. */
const MAX_PAGE = 2048;

/** Every frame there is: they share one listener. @type {Set<Frame>} */
const frames = new Set();
let ignored = 0;

/** Messages that claimed to be a portal's and were not: from another origin or another window. */
export const ignoredMessages = () => ignored;

/** @param {MessageEvent} message */
function hear({ origin, source, data }) {
  if (data?.source !== "patchbay") return;
  for (const frame of frames) {
    if (origin === frame.server && source === frame.element.contentWindow) return frame.hear(data);
  }
  ignored += 1;
  if (ignored === 1) console.debug(`[patchbay] A message from ${origin} was ignored: it is not the portal's.`);
}

/**
 * Where a frame stands: over the page, or in it.
 * @typedef {{
 *   put(frame: HTMLIFrameElement, close: () => void): void,
 *   name(title: string): void,
 *   show(): void,
 *   loaded(): void,
 *   fit(height: number): void,
 *   remove(): void,
 * }} Place
 */

/**
 * @typedef {{
 *   connected: (credential: Credential) => void,
 *   configured: (credential: Credential) => void,
 *   disconnected: () => void,
 *   error: (error: PatchbayError) => void,
 * }} Listeners
 */

export class Frame {
  connected = false;
  element = document.createElement("iframe");
  /** @type {"nothing" | "page" | "loaded" | "ready"} */ #heard = "nothing";
  #shown = false;
  /** The token that the portal has. @type {string | undefined} */ #told;
  #closed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #end = () => {};
  #ended = new Promise((/** @type {(value: void) => void} */ resolve) => (this.#end = resolve));

  /**
   * @param {Place} place @param {Session} session @param {AccountChoice} account
   * @param {string} title @param {URL} url @param {Listeners} on @param {DataSources} [sources]
   */
  constructor(place, session, account, title, url, on, sources) {
    this.sources = sources;
    this.place = place;
    this.session = session;
    this.account = account;
    this.server = url.origin;
    this.on = on;
    this.#name(title);
    this.element.allow = "clipboard-write";
    this.element.addEventListener("load", () => this.#advance("page"));
    this.element.src = url.href;
    if (frames.size === 0) addEventListener("message", hear);
    frames.add(this);
    place.put(this.element, () => this.close());
  }

  /** Resolves when the portal has closed. */
  async show() {
    this.place.show();
    this.#shown = true;
    this.#follow();
    await this.#ended;
  }

  /** The portal learns of a new session, or of a new token. @param {Session} [session] */
  update(session = this.session) {
    this.session = session;
    if (this.#shown) this.#follow();
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.place.remove();
    // A key that closed the portal may still be on its way to the frame, and a word of the frame's to
    // this page, so it goes a moment later.
    this.element.title = "";
    setTimeout(() => {
      this.element.remove();
      frames.delete(this);
      if (frames.size === 0) removeEventListener("message", hear);
    }, 250);
    this.#end();
  }

  /** @param {any} data a message of this frame's */
  hear(data) {
    const { type, title, credential, code, message, height, path } = data;
    if (this.#closed) return;
    // The page is called something in its own language.
    if (typeof title === "string") this.#name(title);
    if (type === "loaded" || type === "ready") this.#advance(type);
    else if (type === "height") this.place.fit(Number(height));
    else if (type === "connected") {
      this.connected = true;
      this.on.connected(credential);
    } else if (type === "configured") this.on.configured(credential);
    else if (type === "list") this.#list(data);
    else if (type === "disconnected") {
      this.connected = false;
      this.on.disconnected();
    } else if (type === "error") this.on.error(new PatchbayError(code, String(message)));
    else if (type === "token") this.#renew();
    else if (type === "redirect") this.#leave(String(path));
    else if (type === "close") this.close();
  }

  async #renew() {
    // It may have been renewed for another call meanwhile.
    const renewed = this.#told !== this.session.userToken || (await this.session.renew());
    this.#say(renewed ? this.#introduction() : { type: "no-token" });
  }

  /** A list of the host's own. One that fails is a list that is not there. @param {any} question */
  async #list(question) {
    const list = await answer(this.sources, question).catch((error) => reportError(error));
    this.#say({ type: "list", ...list, id: question.id });
  }

  /** The whole page goes to the provider, by a page of Patchbay's and no other. @param {string} path */
  #leave(path) {
    const url = new URL(path, this.server);
    if (url.origin === this.server) location.assign(url);
  }

  /** What screen readers call the portal. @param {string} title */
  #name(title) {
    this.element.title = title;
    this.place.name(title);
  }

  /** @param {"page" | "loaded" | "ready"} word */
  #advance(word) {
    const order = ["nothing", "page", "loaded", "ready"];
    if (order.indexOf(word) <= order.indexOf(this.#heard)) return;
    this.#heard = word;
    if (this.#shown) this.#follow();
  }

  /** Does what is due for what was heard so far, once shown. */
  #follow() {
    clearTimeout(this.#timer);
    if (this.#heard === "ready") {
      this.#say(this.#introduction());
    } else {
      // A page that has loaded without a word is the browser's own page of a refused frame.
      const patience = this.#heard === "page" ? REFUSED_MS : SILENCE_MS;
      this.#timer = setTimeout(() => this.#giveUp(), patience);
    }
    if (this.#heard === "loaded" || this.#heard === "ready") this.place.loaded();
  }

  #introduction() {
    const { userToken, renews } = this.session;
    this.#told = userToken;
    // Only a page that is not inside another can be left for the provider's.
    const page = window === window.top && location.href.length <= MAX_PAGE ? location.href : null;
    return { type: "session", userToken, account: this.account, renews, page };
  }

  /** @param {object} message */
  #say(message) {
    this.element.contentWindow?.postMessage({ source: "patchbay", ...message }, this.server);
  }

  async #giveUp() {
    const refused = this.#heard === "page" && (await reaches(this.server));
    const message = refused
      ? `${location.origin} may not show the portal. Add it under Settings, Allowed origins, in the Patchbay dashboard.`
      : `${this.server} did not answer. Check the network, then try again.`;
    console.error(`[patchbay] ${message}`);
    this.close();
    this.on.error(new PatchbayError(refused ? "origin_not_allowed" : "unavailable", message));
  }
}

/** @param {string} server whether it answers at all @returns {Promise<boolean>} */
async function reaches(server) {
  const probe = fetch(`${server}/health/live`, { mode: "no-cors", credentials: "omit" });
  return probe.then(() => true, () => false);
}
