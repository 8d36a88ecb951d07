// @ts-check
/**
 * `<patchbay-connect>`: a button that opens the portal, or the portal itself as a part of the page.
 *
 * @import { IntegrationEvent, User } from "./patchbay.d.ts"
 */
import { Patchbay, PatchbayError, patchbay } from "./patchbay.js";

const LOOK = `:host{display:inline-block}:host([mode=inline]){display:block}:host([hidden]),[hidden]{display:none}
button{font:inherit;min-height:2.5rem;padding:.5rem 1rem;border:1px solid;border-radius:.375rem;background:none;color:inherit;cursor:pointer}
button:focus-visible{outline:2px solid;outline-offset:2px}`;

/** Given from outside as properties, perhaps before this module was there. */
const PROPERTIES = /** @type {const} */ (["getToken", "patchbay"]);

export class PatchbayConnect extends HTMLElement {
  static observedAttributes = ["project-id", "user-token", "integration", "mode", "language"];

  #button = document.createElement("button");
  #place = document.createElement("div");
  /** @type {(() => string | Promise<string>) | undefined} */ #getToken;
  /** @type {Patchbay | undefined} */ #given;
  /** @type {Patchbay | undefined} */ #own;
  /** @type {Promise<void>} */ #signedIn = Promise.resolve();
  /** Counts what was asked of it, so that what is no longer wanted ends. */
  #turn = 0;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOK);
    root.adoptedStyleSheets = [sheet];
    this.#button.type = "button";
    this.#button.part.add("button");
    this.#button.addEventListener("click", () => this.open());
    this.#place.part.add("portal");
    root.append(this.#button, this.#place);
  }

  /** Asked for a token when there is none yet, and when the last one is over. */
  get getToken() {
    return this.#getToken;
  }

  set getToken(getToken) {
    this.#getToken = getToken;
    this.#plan();
  }

  /** The SDK that it works with: one given to it, or its own, or the one that the page shares. */
  get patchbay() {
    return this.#given ?? this.#own ?? patchbay;
  }

  set patchbay(given) {
    this.#given = given;
    this.#plan();
  }

  connectedCallback() {
    for (const name of PROPERTIES) {
      if (!Object.hasOwn(this, name)) continue;
      const value = /** @type {any} */ (this[name]);
      delete this[name];
      this[name] = value;
    }
    this.#plan();
  }

  disconnectedCallback() {
    this.#turn++;
    this.#own?.logout();
  }

  /** @param {string} name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(name, before, after) {
    if (before !== after) this.#plan();
  }

  /** Opens the portal, and resolves when it has closed. */
  async open() {
    const turn = this.#turn;
    const inline = this.getAttribute("mode") === "inline";
    this.#button.hidden = inline;
    try {
      await this.#signedIn;
      if (turn !== this.#turn) return;
      await this.patchbay.connect(this.getAttribute("integration") ?? "", {
        language: this.getAttribute("language") ?? undefined,
        container: inline ? this.#place : undefined,
        onInstall: (event) => this.#changed("install", true, event),
        onUninstall: (event) => this.#changed("uninstall", false, event),
        onError: (error) => this.#tell("error", error),
        onClose: () => this.#tell("close"),
      });
    } catch (error) {
      if (turn === this.#turn) this.#tell("error", error);
    } finally {
      // What has been closed can be opened again.
      if (turn === this.#turn) this.#button.hidden = false;
    }
  }

  /** Attributes and properties come one after the other, and are acted on together. */
  #plan() {
    const turn = ++this.#turn;
    queueMicrotask(() => {
      if (turn === this.#turn && this.isConnected) this.#start(turn);
    });
  }

  /** @param {number} turn */
  #start(turn) {
    // A portal that is there goes with its place.
    const place = /** @type {HTMLDivElement} */ (this.#place.cloneNode());
    this.#place.replaceWith(place);
    this.#place = place;
    const inline = this.getAttribute("mode") === "inline";
    this.#draw(this.hasAttribute("connected"));
    this.#button.hidden = inline;
    if (inline) this.#button.removeAttribute("aria-haspopup");
    else this.#button.setAttribute("aria-haspopup", "dialog");
    this.#signedIn = this.#signIn();
    this.#signedIn.then(() => this.#look(turn), () => {});
    if (inline && this.hasAttribute("integration")) this.open();
    // Who has not pressed yet is told by the press.
    else this.#signedIn.catch(() => {});
  }

  async #signIn() {
    this.#own?.logout();
    this.#own = undefined;
    const projectId = this.getAttribute("project-id");
    // Without a project, the page signs its user in itself.
    if (this.#given || !projectId) return;
    const own = (this.#own = new Patchbay());
    const token = this.getAttribute("user-token") ?? (await this.#getToken?.());
    if (!token) {
      throw new PatchbayError("not_authenticated", "Give <patchbay-connect> a user-token or getToken.");
    }
    await own.authenticate(projectId, token, { getToken: this.#getToken });
  }

  /** Shows whether the user has connected already. @param {number} turn */
  async #look(turn) {
    if (turn !== this.#turn) return;
    const user = await this.patchbay.getUser().catch(() => /** @type {User} */ ({ authenticated: false }));
    if (turn !== this.#turn || !user.authenticated) return;
    this.#draw(user.integrations[this.getAttribute("integration") ?? ""]?.enabled === true);
  }

  /** @param {boolean} connected */
  #draw(connected) {
    this.toggleAttribute("connected", connected);
    this.#button.part.toggle("connected", connected);
    // The host's words for each of the two; without them, the plainest there are.
    const slot = document.createElement("slot");
    slot.textContent = "Connect";
    if (!connected) return this.#button.replaceChildren(slot);
    const other = document.createElement("slot");
    other.name = "connected";
    slot.textContent = "Connected";
    other.append(slot);
    this.#button.replaceChildren(other);
  }

  /** @param {"install" | "uninstall"} name @param {boolean} connected @param {IntegrationEvent} event */
  #changed(name, connected, event) {
    this.#draw(connected);
    this.#tell(name, event);
  }

  /** @param {string} name @param {unknown} [detail] */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

if (!customElements.get("patchbay-connect")) customElements.define("patchbay-connect", PatchbayConnect);
