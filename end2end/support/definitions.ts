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
