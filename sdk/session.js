// @ts-check
/**
 * Who is signed in, and calls in their name. The token is held in memory and sent as a header.
 *
 * @import { Integration } from "./patchbay.d.ts"
 */

/** Clocks differ: the server allows as much. */
const LEEWAY_MS = 60_000;
/** How long the host page may take to get a new token. */
const RENEW_MS = 20_000;

export class PatchbayError extends Error {
  /** @param {string} code @param {string} message @param {number} [status] */
  constructor(code, message, status = 0) {
    super(message);
    this.name = "PatchbayError";
    this.code = code;
    this.status = status;
  }
}

export class Session {
  /** @type {Integration[]} */ integrations = [];
  /** @type {(() => string | Promise<string>) | undefined} */ #getToken;
  /** @type {Promise<boolean> | undefined} */ #renewal;

  /**
   * @param {string} server @param {string} projectId @param {string} userToken
   * @param {() => string | Promise<string>} [getToken]
   */
  constructor(server, projectId, userToken, getToken) {
    // One that is over can still be renewed.
    this.user = subject(userToken, getToken !== undefined);
    this.userToken = userToken;
    this.projectId = projectId;
    this.url = `${server}/projects/${encodeURIComponent(projectId)}/sdk`;
    this.#getToken = getToken;
  }

  /** Whether the host page can be asked for a new token. */
  get renews() {
    return this.#getToken !== undefined;
  }

  /** Asks the host page for a new token, once for all who wait. False when there is none. */
  renew() {
    this.#renewal ??= this.#ask().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #ask() {
    if (!this.#getToken) return false;
    try {
      const token = await soon(this.#getToken);
      if (subject(token) !== this.user) {
        throw new PatchbayError("token_invalid", "The new token is another user's. Call authenticate.", 401);
      }
      this.userToken = token;
      return true;
    } catch (error) {
      // The host's own fault: what is told to the person is that the session is over.
      console.error("[patchbay] getToken gave no new token.", error);
      return false;
    }
  }

  /**
   * Fetches as the user. A token that is over is renewed, and the call repeated once.
   * @param {string} url @param {RequestInit} init @returns {Promise<Response>}
   */
  async send(url, init) {
    const { userToken } = this;
    const response = await this.#sendNow(url, init);
    const again = this.renews && !(init.body instanceof ReadableStream);
    if (!again || !(await refusesToken(response))) return response;
    const renewed = userToken !== this.userToken || (await this.renew());
    return renewed ? this.#sendNow(url, init) : response;
  }

  /** @param {string} url @param {RequestInit} init */
  async #sendNow(url, init) {
    const headers = new Headers(init.headers);
    headers.set("Authorization", `Bearer ${this.userToken}`);
    try {
      return await fetch(url, { ...init, headers, credentials: "omit" });
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      const { origin } = new URL(url);
      throw new PatchbayError("unavailable", `${origin} did not answer. Check the network.`);
    }
  }
}

/** Whether Patchbay itself, and not a provider behind it, says 401. @param {Response} response */
async function refusesToken(response) {
  if (response.status !== 401) return false;
  if (!response.headers.get("Content-Type")?.includes("json")) return false;
  const answer = await response.clone().json().catch(() => undefined);
  return answer?.code === "token_invalid";
}

/** @param {() => string | Promise<string>} getToken @returns {Promise<string>} */
async function soon(getToken) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("It took too long.")), RENEW_MS);
  });
  try {
    return await Promise.race([getToken(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whose token it is. Refuses what cannot be one before it leaves the page.
 * @param {string} token @param {boolean} [renews] whether it may be over
 */
function subject(token, renews = false) {
  const wrong = (/** @type {string} */ what) => new PatchbayError("token_invalid", what, 401);
  let claims;
  try {
    const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token) ?? [];
    claims = JSON.parse(atob(String(payload).replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    throw wrong("The user token is not a signed JWT. Pass the one that your server signed.");
  }
  if (typeof claims?.exp !== "number") throw wrong("The user token has no exp. Sign it with one.");
  if (!renews && claims.exp * 1000 + LEEWAY_MS < Date.now()) {
    throw wrong("The user token has expired. Ask your server for a new one.");
  }
  return claims.sub;
}
