/** The OAuth provider of the tests. `url` is where its pages and its API are. */
export function acme(url: string): string {
  return `slug = "acme"
name = "Acme"
category = "CRM"
api_base_url = "${url}"
[[auth]]
type = "oauth2_authorization_code"
authorization_url = "${url}/auth"
token_url = "${url}/token"
revocation_url = "${url}/token/revocation"
default_scopes = ["openid", "offline_access"]
client_auth = "basic"            # or "body"
[verification]
method = "GET"
path = "/me"
`;
}

/** The same provider with three ways to connect; the key goes to another server's API. */
export function acmeways(url: string): string {
  const oauth = `type = "oauth2_authorization_code"
authorization_url = "${url}/auth"
token_url = "${url}/token"
default_scopes = ["openid", "offline_access"]
client_auth = "basic"`;
  return `slug = "acmeways"
name = "Acme Ways"
category = "CRM"
api_base_url = "${url}/api"
[scope_labels]
"openid" = "Know who you are"
[[auth]]
label = "Acme account"
help = "For most people."
${oauth}
[[auth]]
id = "user-configured-oauth"
label = "Your own app"
help = "For companies with an app of their own at Acme."
client = "user"
${oauth}
[[auth]]
id = "key"
label = "API key"
type = "api_key"
[[auth.fields]]
name = "api_key"
label = "API key"
secret = true
[auth.inject]
header = "X-Key"
value = "\${api_key}"
`;
}

/** The same provider, asked for two things that people know by a name. */
export function acmescopes(url: string): string {
  return `slug = "acmescopes"
name = "Acme Scopes"
category = "CRM"
api_base_url = "${url}/api"
[scope_labels]
"contacts" = "Read your contacts"
"deals" = "Create and update deals"
[[auth]]
type = "oauth2_authorization_code"
authorization_url = "${url}/auth"
token_url = "${url}/token"
default_scopes = ["openid", "offline_access", "contacts", "deals"]
client_auth = "basic"
`;
}

/** The same provider, with accounts that have sites; calls go to one of them. */
export function acmesites(url: string): string {
  return `slug = "acmesites"
name = "Acme Sites"
category = "CRM"
api_base_url = "${url}/api/echo/\${site}"
[[inputs]]
name = "site"
label = "Site"
help = "Where your contacts are."
ask = "after"
source = "sites"
[[sources]]
id = "sites"
title = "Sites"
url = "${url}/api/sites"
items = "sites"
value = "id"
label = "name"
[[auth]]
type = "oauth2_authorization_code"
authorization_url = "${url}/auth"
token_url = "${url}/token"
default_scopes = ["openid", "offline_access"]
client_auth = "basic"
`;
}

/** The provider of keys, with lists for settings: its sites, and the fields of each. */
export function acmeset(url: string): string {
  return `${acmekey(url).replace('"acmekey"', '"acmeset"').replace('"Acme Key"', '"Acme Set"')}
[[sources]]
id = "sites"
title = "Sites"
url = "${url}/api/sites"
items = "sites"
value = "id"
label = "name"
[[sources]]
id = "fields"
title = "Fields"
url = "${url}/api/sites/\${site}/fields"
items = "fields"
value = "id"
label = "name"
parameter = "site"
`;
}

/** The provider of the tests that takes an API key. */
export function acmekey(url: string): string {
  return `slug = "acmekey"
name = "Acme Key"
category = "CRM"
api_base_url = "${url}"
[[auth]]
type = "api_key"
[[auth.fields]]
name = "api_key"
label = "API key"
secret = true
[auth.inject]
header = "Authorization"
value = "Bearer \${api_key}"
[verification]
method = "GET"
path = "/me"
account_name = "name"
account_id = "id"
`;
}

/** Where the package of an app is installed at the provider of the tests. */
export const PACKAGE = "https://acme.example/packages/install?id=04t";

/** The provider of keys, where the app has a package that comes first. */
export function acmepackage(url: string): string {
  return acmekey(url)
    .replace('"acmekey"', '"acmepackage"')
    .replace('"Acme Key"', '"Acme Package"')
    .replace("[[auth]]", `package_url = "${PACKAGE}"\n[[auth]]`);
}
