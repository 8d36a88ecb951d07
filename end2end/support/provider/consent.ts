import type { IncomingMessage, ServerResponse } from "node:http";
import type Provider from "oidc-provider";

/** The account that everybody signs in with at the provider. */
export const ACCOUNT = "ada";

/** Everything that can be asked for. */
export const SCOPES = ["openid", "offline_access", "contacts", "deals"];

/** The one page of the OAuth server: signs in and asks for consent, in one step. */
export async function consentPage(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  withheld: string[],
): Promise<void> {
  if (request.method !== "POST") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(PAGE);
    return;
  }
  const details = await provider.interactionDetails(request, response);
  const allowed = (await body(request)).includes("answer=allow");
  const result = allowed
    ? { login: { accountId: ACCOUNT }, consent: { grantId: await grant(provider, details.params, withheld) } }
    : { error: "access_denied", error_description: "The person said no." };
  await provider.interactionFinished(request, response, result);
}

async function grant(
  provider: Provider,
  params: Record<string, unknown>,
  withheld: string[],
): Promise<string> {
  const made = new provider.Grant({ accountId: ACCOUNT, clientId: String(params.client_id) });
  const given = SCOPES.filter((scope) => !withheld.includes(scope));
  made.addOIDCScope(given.join(" "));
  if (withheld.length) made.rejectOIDCScope(withheld.join(" "));
  return made.save();
}

export async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

const PAGE = `<!doctype html>
<html lang="en">
<title>Acme: allow access</title>
<h1>Allow access to your Acme account?</h1>
<form method="post">
  <button name="answer" value="allow">Allow</button>
  <button name="answer" value="deny">Deny</button>
</form>
</html>`;
