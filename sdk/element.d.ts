import type { IntegrationEvent, Patchbay, PatchbayError } from "./patchbay.d.ts";

/** What each event of `<patchbay-connect>` carries as its `detail`. */
export interface PatchbayConnectEvents {
  install: CustomEvent<IntegrationEvent>;
  uninstall: CustomEvent<IntegrationEvent>;
  error: CustomEvent<PatchbayError>;
  close: CustomEvent<undefined>;
}

/**
 * `<patchbay-connect project-id user-token integration mode language>`.
 *
 * `mode` is `button`, which opens the portal over the page, or `inline`, which is the portal.
 * The attribute `connected` is there while the user has a valid account.
 * Slots: the label, and `connected` for the label once connected. Parts: `button`, `connected`, `portal`.
 */
export declare class PatchbayConnect extends HTMLElement {
  /** Gives a user token: the first where there is no `user-token`, and a new one when it is over. */
  getToken: (() => string | Promise<string>) | undefined;
  /** The SDK it works with: its own, or without `project-id` the page's. Set it to share one. */
  patchbay: Patchbay;
  /** What a press does: opens the portal, and resolves when it has closed. */
  open(): Promise<void>;

  addEventListener<E extends keyof PatchbayConnectEvents>(
    type: E,
    listener: (event: PatchbayConnectEvents[E]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "patchbay-connect": PatchbayConnect;
  }
}
