import { acme, acmesites, acmeways } from "../definitions.ts";

/** The types of integration that the host application offers. */
export const TYPES = ["acme", "acmekey", "acmepre", "acmecode", "acmeways", "acmesites", "salesforce"] as const;

export type Type = (typeof TYPES)[number];

/** The definitions, by type. `oauth` is an OAuth server, `accounts` a provider of keys and codes. */
export function definitions(oauth: string, accounts: string): Record<Type, string> {
  return {
    acme: acme(oauth),
    acmekey: head("acmekey", "Acme Key", accounts) + KEY + VERIFIED + lists(accounts),
    // A question before the authorisation.
    acmepre: `${head("acmepre", "Acme Workspaces", `${oauth}/api/echo`)}
[headers]
X-Workspace = "\${workspace}"
[[inputs]]
name = "workspace"
label = "Workspace"
${authorization(oauth)}`,
    // Several ways to connect.
    acmeways: acmeways(oauth),
    // A question after the authorisation.
    acmesites: acmesites(oauth),
    // What an admin installs first; SDKs know that of this type alone.
    salesforce: salesforce(oauth),
    // The vendor's own pages give out the code: there is nobody who could keep a verifier.
    acmecode: `${head("acmecode", "Acme Code", accounts)}
[[auth]]
type = "oauth2_authorization_code"
authorization_url = "${accounts}/auth"
token_url = "${accounts}/token"
pkce = false
${VERIFIED}`,
  };
}

function head(slug: string, name: string, base: string): string {
  return `slug = "${slug}"
name = "${name}"
category = "CRM"
color = "#335577"
api_base_url = "${base}"
`;
}

function authorization(url: string): string {
  return `
[[auth]]
type = "oauth2_authorization_code"
authorization_url = "${url}/auth"
token_url = "${url}/token"
revocation_url = "${url}/token/revocation"
default_scopes = ["openid", "offline_access"]
client_auth = "basic"
`;
}

/** Takes the place of the definition in the binary. */
function salesforce(oauth: string): string {
  const way = authorization(oauth).trim();
  return `${head("salesforce", "Salesforce", `${oauth}/api/echo`)}
package_url = "${PACKAGE}"
${way}
label = "Production"
${way}
id = "sandbox"
label = "Sandbox"
`;
}

/** Sites, and what follows from one of them: the fields' list takes the second choice. */
function lists(url: string): string {
  const list = (id: string, more: string) => `
[[sources]]
id = "${id}"
title = "${id}"
url = "${url}/lists${more}"
items = "items"
value = "id"
label = "name"
`;
  return (
    list("sites", "/sites") +
    list("tables", "/of/${site}") +
    'parameter = "site"\n' +
    list("columns", "/of/${table}") +
    'parameter = "table"\n'
  );
}

/** What `packageInstallUrl` must begin with. */
export const PACKAGE = "https://login.salesforce.com/packaging/installPackage.apexp?p0=04t000000000000";

const KEY = `
[[auth]]
type = "api_key"
[[auth.fields]]
name = "api_key"
label = "API key"
secret = true
[auth.inject]
header = "Authorization"
value = "Bearer \${api_key}"
`;

const VERIFIED = `
[verification]
path = "/me"
account_name = "name"
account_id = "id"
`;
