import type { ServerResponse } from "node:http";

/** A way in which a provider answers when it is not well. */
export interface Answering {
  /** Whether it does what was asked all the same. */
  after?: boolean;
  write(response: ServerResponse, trap: string): void | Promise<void>;
}

const FIFTY_MEGABYTES = 50 * 1024 * 1024;

/** Cuts the connection when everything was done: nobody learns the new token. */
export const lost: Answering = {
  after: true,
  write: (response) => void response.destroy(),
};

/** Nothing is done, and nothing said. */
export const cut: Answering = {
  write: (response) => void response.destroy(),
};

/** Nothing comes until the caller gives up. */
export const silent: Answering = {
  write: (response) =>
    new Promise((resolve) => {
      response.once("close", resolve);
    }),
};

/** A fault of the provider's own. */
export const broken: Answering = {
  write: (response) => void response.writeHead(500).end("Something went wrong"),
};

/** `Retry-After` in seconds (RFC 9110 §10.2.3). */
export const limited: Answering = {
  write: (response) => void response.writeHead(429, { "retry-after": "2" }).end(),
};

/** `Retry-After` as a date. */
export const limitedUntil: Answering = {
  write: (response) => {
    const date = new Date(Date.now() + 3_000).toUTCString();
    response.writeHead(429, { "retry-after": date }).end();
  },
};

/** HTML instead of JSON. */
export const page: Answering = {
  write: (response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<!doctype html><title>Maintenance</title><h1>Back soon</h1>");
  },
};

/** A 200 with an error inside. */
export const well: Answering = {
  write: (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ok: false, error: "temporarily_unavailable" }));
  },
};

/** More than anybody should read. */
export const huge: Answering = {
  write: async (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"access_token":"');
    const part = Buffer.alloc(64 * 1024, "a");
    for (let sent = 0; sent < FIFTY_MEGABYTES && !response.destroyed; sent += part.length) {
      if (!response.write(part)) await drained(response);
    }
    response.end('"}');
  },
};

/** To the address where clouds keep the keys of their machines. */
export const toMetadata: Answering = {
  write: (response) =>
    void response.writeHead(307, { location: "http://169.254.169.254/latest/meta-data/" }).end(),
};

/** To an address inside, where the trap is. */
export const inward: Answering = {
  write: (response, trap) => void response.writeHead(307, { location: `${trap}/token` }).end(),
};

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off("drain", go);
      response.off("close", go);
      resolve();
    };
    response.on("drain", go);
    response.on("close", go);
  });
}
