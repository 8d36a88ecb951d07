import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { Configuration, JWK } from "oidc-provider";
import type { Storage } from "./storage.ts";

/**
 * A strict server: PKCE with S256 for everybody, rotating refresh tokens with reuse detection,
 * `iss` in the callback (RFC 9207), revocation (RFC 7009).
 */
export function configuration(storage: Storage, accessTokenTtl: () => number): Configuration {
  return {
    adapter: storage.adapter(),
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    scopes: ["openid", "offline_access"],
    claims: { openid: ["sub", "name", "email"] },
    features: {
      devInteractions: { enabled: false },
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

function signingKey(): JWK {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" } as JWK;
}
