import { createPrivateKey, generateKeyPairSync, randomBytes } from "node:crypto";
import type { Configuration, JWK } from "oidc-provider";
import { SCOPES } from "./consent.ts";
import type { Storage } from "./storage.ts";

/**
 * A strict server: PKCE with S256 for everybody, rotating refresh tokens with reuse detection,
 * `iss` in the callback (RFC 9207), revocation (RFC 7009).
 */
export function configuration(storage: Storage, accessTokenTtl: () => number): Configuration {
  return {
    adapter: storage.adapter(),
    jwks: { keys: [SIGNING_KEY] },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    scopes: SCOPES,
    claims: { openid: ["sub", "name", "email"] },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      pushedAuthorizationRequests: { enabled: true },
      revocation: { enabled: true },
      userinfo: { enabled: true },
    },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    // The definition asks for `offline_access` without `prompt=consent`, which this server would
    // answer by giving no refresh token; most vendors give one all the same.
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed("refresh_token"),
    expiresWithSession: async () => false,
    ttl: {
      AccessToken: accessTokenTtl,
      AuthorizationCode: 60,
      ClientCredentials: accessTokenTtl,
      Grant: 86_400,
      IdToken: 3_600,
      Interaction: 3_600,
      RefreshToken: 86_400,
      Session: 86_400,
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: async () => ({ sub, name: "Ada Lovelace", email: "ada@example.com" }),
    }),
  };
}

/**
 * One for all providers of a process: what a key takes to be made is no part of any test.
 * Taken encoded, never as a KeyObject: in Node 20 `export` of a fresh KeyObject holds a lock
 * that the garbage collector may want, and then the process stands still, timers and all.
 */
const SIGNING_KEY = signingKey();

function signingKey(): JWK {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const jwk = createPrivateKey(privateKey).export({ format: "jwk" });
  return { ...jwk, use: "sig", alg: "RS256" } as JWK;
}
