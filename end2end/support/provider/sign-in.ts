import { createHash, randomBytes } from "node:crypto";
import type { Client } from "../provider.ts";

/** Where the client of `idToken` is sent back to. Nothing answers there. */
export const BACK = "https://app.example/back";

/** Signs in at an OpenID Connect provider as an app does (authorization code, PKCE). */
export async function idToken(provider: string, client: Client): Promise<string> {
  const verifier = randomBytes(32).toString("base64url");
  const code = await authorize(provider, client, verifier);
  const answer = await fetch(`${provider}/token`, {
    method: "POST",
    headers: { Authorization: basic(client) },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: BACK,
      code_verifier: verifier,
    }),
  });
  const tokens = (await answer.json()) as { id_token?: string };
  if (!tokens.id_token) throw new Error(`no ID token: ${JSON.stringify(tokens)}`);
  return tokens.id_token;
}

async function authorize(provider: string, client: Client, verifier: string): Promise<string> {
  const jar = new Map<string, string>();
  const query = new URLSearchParams({
    client_id: client.clientId,
    response_type: "code",
    scope: "openid",
    redirect_uri: BACK,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  let next = `${provider}/auth?${query}`;
  for (let step = 0; step < 6; step++) {
    const page = new URL(next).pathname.startsWith("/interaction/");
    const answer = await fetch(next, {
      redirect: "manual",
      headers: { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(page ? { method: "POST", body: "answer=allow" } : {}),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (cookie.split(";")[0] ?? "").split("=", 2);
      jar.set(name, value);
    }
    next = new URL(answer.headers.get("location") ?? "", next).href;
    const code = next.startsWith(BACK) && new URL(next).searchParams.get("code");
    if (code) return code;
  }
  throw new Error(`the provider did not send the person back, but to ${next}`);
}

function basic({ clientId, clientSecret }: Client): string {
  const pair = [clientId, clientSecret].map(encodeURIComponent).join(":");
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}
