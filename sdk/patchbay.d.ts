/** Whether a connection can be used now. */
export type CredentialStatus = "PENDING" | "VALID" | "INVALID";

/** One connected account. Never holds a secret. Dates are RFC 3339. */
export interface Credential {
  id: string;
  projectId: string;
  integrationId: string;
  personaId: string;
  status: CredentialStatus;
  providerId: string | null;
  providerData: unknown;
  dateCreated: string;
  dateUpdated: string;
  dateRefreshed: string | null;
  dateValidUntil: string | null;
  refreshFailureCount: number;
  /** The first is the default. */
  configurations: { id: string; isDefault: boolean; sharedSettings: Record<string, unknown> }[];
}

/** What the user has of one integration; `enabled` is true while a valid connection exists. */
export interface IntegrationState {
  enabled: boolean;
  credentialId?: string;
  credentialStatus?: CredentialStatus;
  providerId?: string;
  providerData?: unknown;
  /** What the user set, by the setting's id. A secret is told as `••••••••`. */
  sharedSettings?: Record<string, unknown>;
  allCredentials: Credential[];
}

export type User =
  | { authenticated: false }
  | { authenticated: true; userId: string; integrations: Record<string, IntegrationState> };

/** An integration of the project, as the catalog of a host page shows it. */
export interface Integration {
  id: string;
  type: string;
  name: string;
  brandColor: string | null;
  isActive: boolean;
  authenticationType: string;
}

/** `credential` comes with an installation made in the portal. */
export interface IntegrationEvent {
  integrationType: string;
  integrationId: string;
  credential?: Credential;
}

export interface PortalEvent {
  integrationType: string;
}

export interface PatchbayEvents {
  onIntegrationInstall: IntegrationEvent;
  onIntegrationUninstall: IntegrationEvent;
  /** The user saved settings in the portal. */
  onSettingsChange: IntegrationEvent;
  onPortalOpen: PortalEvent;
  onPortalClose: PortalEvent;
}

/** Which account is meant, where a user may have several of one integration. */
export interface AccountChoice {
  /** The id of an account, its external id, or `ext:` and that. By default the oldest. */
  selectedCredentialId?: string;
  /** Your own name for the account that is connected. */
  externalId?: string;
  /** Connect one more account beside those there are. */
  allowMultipleCredentials?: boolean;
}

export interface SessionOptions {
  /**
   * Gives a new user token when the one in use is over; the call that met it is then repeated once.
   * One question at a time, answered within 20 seconds, by a token of the same user.
   */
  getToken?: () => string | Promise<string>;
}

/**
 * How the portal looks, where that differs from what the project has chosen in the dashboard. A
 * value that cannot be used is ignored, with a warning in the console.
 */
export interface Appearance {
  /** `#rrggbb`. Its lightness is corrected where it could not be read. */
  accent?: string;
  /** Of the card's corners, in pixels, from 0 to 20. */
  radius?: number;
  font?: "inter" | "system" | "arial" | "verdana" | "trebuchet" | "georgia" | "times";
  theme?: "system" | "light" | "dark";
  /** False shows none; otherwise the path of a logo that the server has, `/brand/…`. */
  logo?: string | false;
}

export interface Choice {
  value: string;
  label: string;
}

/** `nextPageCursor` is null at the end. */
export interface ListPage {
  options: Choice[];
  nextPageCursor?: string | null;
}

/** Your application's fields, for people to map. */
export interface MappedFields {
  fields?: Choice[];
  /** Mapped at first; by default all. */
  defaultFields?: string[];
  userCanRemoveMappings?: boolean;
  userCanCreateFields?: boolean;
}

export type FieldSource =
  | Choice[]
  | (MappedFields & {
      /** Your own lists in place of the provider's; `applicationFields` then has your fields. */
      objectTypes?: { get(cursor?: string, search?: string): Promise<ListPage> };
      integrationFields?: {
        get(of: { objectType: string }, cursor?: string, search?: string): Promise<ListPage>;
      };
      applicationFields?: MappedFields;
    });

/** Lists of your own for settings, by the keys that the settings have. */
export interface DataSources {
  dropdowns?: Record<
    string,
    | Choice[]
    | {
        loadOptions(cursor?: string, search?: string): Promise<ListPage>;
        /** Asks anew each time the person opens the list. */
        refreshOnOpen?: boolean;
      }
  >;
  mapObjectFields?: Record<string, FieldSource>;
}

export interface ConnectOptions extends AccountChoice {
  dataSources?: DataSources;
  appearance?: Appearance;
  /** The ids of the account types that are offered; by default all that the integration has. */
  accountType?: string | string[];
  /**
   * An element, or a selector of one: the portal is a part of the page there instead of over it. It
   * is as wide as the element lets it be and as tall as what it shows, and takes no focus by itself.
   * One portal an element.
   */
  container?: Element | string;
  /**
   * The portal's language as a BCP 47 tag, such as `de` or `pt-BR`: English, German, Spanish, French,
   * Japanese, Portuguese, Chinese or Arabic. By default the one of `new Patchbay`, else the browser's.
   */
  language?: string;
  /** An account was connected; the portal may still be open. */
  onInstall?: (event: IntegrationEvent) => void;
  /** The account was disconnected in the portal. */
  onUninstall?: (event: IntegrationEvent) => void;
  /** Something failed. The portal shows it too, with a way to try again, unless it could not open. */
  onError?: (error: PatchbayError) => void;
  onClose?: () => void;
}

export interface ConnectResult {
  /** True when an account was connected while the portal was open and was not disconnected again. */
  connected: boolean;
}

/** What became of the grant at the provider when a connection was removed. */
export interface Disconnected {
  revocation: "revoked" | "not_supported" | "failed";
  /** What became of each token; empty where there was nothing to revoke, as with a key. */
  tokens: { token: "refresh_token" | "access_token"; revocation: Disconnected["revocation"] }[];
  /** The provider did not answer, and is asked again for a day. */
  retrying: boolean;
}

/** `fetch` options; a plain object as body is sent as JSON. */
export interface RequestOptions extends Omit<RequestInit, "body"> {
  body?: BodyInit | Record<string, unknown> | unknown[] | null;
}

export declare class PatchbayError extends Error {
  constructor(code: string, message: string, status?: number);
  /** A closed code such as `token_invalid`, `not_found` or `unavailable`. */
  readonly code: string;
  /** The HTTP status, or 0 when no answer came. */
  readonly status: number;
}

export declare class Patchbay {
  /**
   * `server` is the origin of a Patchbay server; by default the one this module came from.
   * `language` and `appearance` are the portal's, see {@link ConnectOptions}.
   */
  constructor(options?: { server?: string; language?: string; appearance?: Appearance });

  /** Signs the user in. Rejects with a {@link PatchbayError}; the earlier user is then gone. */
  authenticate(projectId: string, userToken: string, options?: SessionOptions): Promise<void>;

  /**
   * Opens the portal and resolves when it closes, or when its container leaves the page. An
   * integration that is not set up or not active shows nothing and resolves, with a console warning. Rejects when nobody is authenticated
   * (`not_authenticated`) or another integration's portal is open in the same place (`conflict`).
   */
  connect(type: string, options?: ConnectOptions): Promise<ConnectResult>;

  /** The user's state, fresh from the server. */
  getUser(): Promise<User>;

  /** The project's integrations, fresh from the server. */
  getIntegrations(): Promise<Integration[]>;

  /** Calls the provider's API through the proxy. Resolves with the answer, whatever its status. */
  request(type: string, path: string, init?: RequestOptions): Promise<Response>;

  /** Disconnects the user's account; revoked at the provider where that is possible. */
  uninstallIntegration(type: string): Promise<Disconnected | undefined>;

  /** Calls `listener` at every such event, until the returned function is called. */
  subscribe<E extends keyof PatchbayEvents>(
    event: E,
    listener: (event: PatchbayEvents[E]) => void,
  ): () => void;

  /** Forgets the user and closes the portal. */
  logout(): void;

  /** How many messages claimed to be the portal's while one was open and came from elsewhere. */
  readonly ignoredMessages: number;
}

/** Ready to use with the server that this module came from. */
export declare const patchbay: Patchbay;
