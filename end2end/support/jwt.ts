import { createHmac, createPublicKey, generateKeyPairSync, sign } from "node:crypto";

export type Claims = Record<string, unknown>;

/** An RSA key that no project knows. */
export function foreignKey(): string {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  }).privateKey;
}

/** Claims of a token that is in order, issued now, for five minutes. */
export function claims(sub: string, change: Claims = {}): Claims {
  const now = Math.floor(Date.now() / 1000);
  return { sub, iat: now, exp: now + 300, ...change };
}

/** A token as a company's server signs it. */
export function rs256(pem: string, kid: string, payload: Claims, header: Claims = {}): string {
  const head = `${part({ alg: "RS256", typ: "JWT", kid, ...header })}.${part(payload)}`;
  return `${head}.${sign("sha256", Buffer.from(head), pem).toString("base64url")}`;
}

/** HS256 with the public key as the secret: the classic confusion of algorithms. */
export function hs256(pem: string, kid: string, payload: Claims): string {
  const secret = createPublicKey(pem).export({ type: "spki", format: "pem" });
  const head = `${part({ alg: "HS256", typ: "JWT", kid })}.${part(payload)}`;
  return `${head}.${createHmac("sha256", secret).update(head).digest("base64url")}`;
}

/** `alg: none` with this signature part, which is empty as a rule. */
export function unsigned(payload: Claims, alg = "none", signature = ""): string {
  return `${part({ alg, typ: "JWT" })}.${part(payload)}.${signature}`;
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
