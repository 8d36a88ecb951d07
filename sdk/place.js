// @ts-check
/**
 * Where the portal stands: over the host page, or in an element of it.
 *
 * @import { Place } from "./frame.js"
 */

/** Of the frame in an element until it tells its own: most of its states are as tall. */
const FIRST_HEIGHT = 400;
const MAX_HEIGHT = 4000;
// With the same colour scheme as the page inside, the browser leaves the frame transparent.
const CLEAR = "background:none;color-scheme:light dark;";

/**
 * A modal dialog, so that the page behind is inert without being touched, and so that the portal
 * stands above a modal dialog of the host's own.
 * @implements {Place}
 */
export class Overlay {
  #dialog = document.createElement("dialog");
  #sheet = new CSSStyleSheet();
  /** @type {HTMLIFrameElement | undefined} */ #frame;

  /** The focus goes back to it. @param {Element | null} opener */
  constructor(opener) {
    this.opener = opener;
    this.#dialog.className = "patchbay-portal";
  }

  /** @param {HTMLIFrameElement} frame @param {() => void} close */
  put(frame, close) {
    this.#frame = frame;
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
    this.#dialog.append(frame);
    document.body.append(this.#dialog);
  }

  /** @param {string} title */
  name(title) {
    this.#dialog.setAttribute("aria-label", title);
  }

  show() {
    // A constructed sheet passes every content security policy and is gone without a trace.
    this.#sheet.replaceSync(styles(innerWidth > document.documentElement.clientWidth));
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#sheet];
    this.#dialog.showModal();
  }

  loaded() {
    this.#dialog.dataset.state = "loaded";
    this.#frame?.focus();
  }

  /** It has the whole window. */
  fit() {}

  remove() {
    this.#dialog.close();
    setTimeout(() => this.#dialog.remove(), 250);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== this.#sheet);
    if (this.opener instanceof HTMLElement && this.opener.isConnected) this.opener.focus();
  }
}

/**
 * A part of the page: as wide as its element lets it be, as tall as what it shows. Takes no focus.
 * @implements {Place}
 */
export class Inline {
  /** @type {HTMLIFrameElement | undefined} */ #frame;
  /** @type {ResizeObserver | undefined} */ #watch;

  /** @param {Element} container */
  constructor(container) {
    this.container = container;
  }

  /** @param {HTMLIFrameElement} frame @param {() => void} close */
  put(frame, close) {
    this.#frame = frame;
    // Single properties pass every content security policy.
    frame.style.cssText = `display:block;width:100%;border:0;visibility:hidden;${CLEAR}`;
    this.fit(FIRST_HEIGHT);
    this.container.append(frame);
    // A host that takes the element away ends the portal, whose page is then gone.
    this.#watch = new ResizeObserver(() => frame.isConnected || close());
    this.#watch.observe(frame);
  }

  name() {}

  show() {}

  loaded() {
    if (this.#frame) this.#frame.style.visibility = "visible";
  }

  /** @param {number} height in CSS pixels */
  fit(height) {
    if (height > 0 && this.#frame) {
      this.#frame.style.height = `${Math.min(Math.ceil(height), MAX_HEIGHT)}px`;
    }
  }

  remove() {
    this.#watch?.disconnect();
    if (this.#frame) this.#frame.style.display = "none";
  }
}

/** @param {boolean} scrollbar whether its room must be kept while the page cannot scroll */
function styles(scrollbar) {
  const gutter = scrollbar ? "scrollbar-gutter:stable!important;" : "";
  const box = "width:100%;height:100%;max-width:none;max-height:none;margin:0;padding:0;border:0;";
  return `html{overflow:hidden!important;${gutter}}
dialog.patchbay-portal{all:initial;position:fixed;inset:0;z-index:2147483647;overflow:hidden;${box}${CLEAR}}
dialog.patchbay-portal::backdrop{background:none}
dialog.patchbay-portal>iframe{all:initial;display:block;${box}${CLEAR}visibility:hidden}
dialog.patchbay-portal[data-state=loaded]>iframe{visibility:visible}`;
}
