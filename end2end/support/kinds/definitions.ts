/** One definition a kind. `url` is where the provider is. */

function head(slug: string, base: string): string {
  return `slug = "${slug}"
name = "Acme ${slug}"
category = "Kinds"
api_base_url = "${base}"
[[auth]]
`;
}

export function robots(url: string): string {
  return `${head("robots", `${url}/oauth2`)}type = "jwt_bearer"
token_url = "${url}/oauth2/token"
[[auth.fields]]
name = "service_account"
label = "Key file"
secret = true
multiline = true
[[auth.fields]]
name = "subject"
label = "Act as"
optional = true
[auth.assertion]
key = "\${service_account.private_key}"
header = { kid = "\${service_account.private_key_id}" }
claims = { iss = "\${service_account.client_email}", sub = "\${subject}" }
`;
}

export function secondcode(url: string): string {
  return `${head("secondcode", `${url}/oauth2`)}type = "oauth2_authorization_code"
authorization_url = "${url}/oauth2/authorize"
token_url = "${url}/oauth2/token"
client_auth = "basic"
`;
}

export function oauthone(url: string): string {
  return `${head("oauthone", `${url}/oauth1`)}type = "oauth1"
request_token_url = "${url}/oauth1/initiate"
authorization_url = "${url}/oauth1/authorize"
token_url = "${url}/oauth1/token"
`;
}

export function aws(url: string): string {
  return `${head("aws", `${url}/aws`)}type = "aws_sigv4"
[[auth.fields]]
name = "access_key_id"
label = "Access key ID"
[[auth.fields]]
name = "secret_access_key"
label = "Secret access key"
secret = true
[auth.sigv4]
service = "execute-api"
region = "eu-central-1"
[verification]
path = "/whoami"
`;
}

export function mutual(url: string): string {
  return `${head("mutual", url)}type = "mtls"
[[auth.fields]]
name = "certificate"
label = "Certificate"
multiline = true
[[auth.fields]]
name = "private_key"
label = "Private key"
secret = true
multiline = true
[auth.tls]
[verification]
path = "/whoami"
`;
}

/** A key, and nothing else. */
export function plain(url: string): string {
  return `${head("plain", url)}type = "api_key"
[[auth.fields]]
name = "api_key"
label = "API key"
secret = true
[auth.inject]
header = "X-Key"
value = "\${api_key}"
[verification]
path = "/whoami"
`;
}

/** Endpoints are the issuer's; requests are pushed, since it takes them. */
export function discovered(url: string): string {
  return `${head("discovered", `${url}/api`)}type = "oauth2_authorization_code"
issuer = "${url}"
client_auth = "basic"
default_scopes = ["openid", "offline_access"]
`;
}

export function machines(url: string): string {
  return `${head("machines", `${url}/api`)}type = "oauth2_client_credentials"
token_url = "${url}/token"
client_auth = "basic"
`;
}

/** The person's own client, which proves itself by a key. */
export function keyed(url: string): string {
  return `${head("keyed", `${url}/api`)}type = "oauth2_client_credentials"
token_url = "${url}/token"
client = "none"
client_auth = "private_key_jwt"
parameters = { client_id = "" }
[[auth.fields]]
name = "app"
label = "Client ID"
[[auth.fields]]
name = "private_key"
label = "Private key"
secret = true
multiline = true
[auth.assertion]
key = "\${private_key}"
claims = { iss = "\${app}", sub = "\${app}" }
`;
}

/** A session after two requests. */
export function chained(url: string): string {
  return `${head("chained", `${url}/chain/api`)}type = "token_request"
expires_in_default = 1800
[[auth.fields]]
name = "user"
label = "User"
[[auth.fields]]
name = "password"
label = "Password"
secret = true
[[auth.request]]
method = "GET"
url = "${url}/chain/where"
take = { place = "place" }
[[auth.request]]
url = "${url}/chain/login"
body = "json"
params = { user = "\${user}", password = "\${password}" }
[auth.token_response]
access_token = "cookie:SESSION"
[auth.inject]
cookie = "SESSION=\${access_token}"
[verification]
path = "/me"
`;
}

/** An app of the company that is installed in an account. */
export function installed(url: string): string {
  return `${head("installed", `${url}/app/api`)}type = "oauth2_authorization_code"
authorization_url = "${url}/app/install"
token_url = "${url}/app/user-token"
callback_metadata = { installation_id = "installation_id" }
[[auth.request]]
url = "${url}/app/user-token"
params = { code = "\${code}", client_id = "\${client_id}", client_secret = "\${client_secret.client_secret}" }
take = { user_token = "access_token" }
[[auth.request]]
method = "GET"
url = "${url}/app/user/installations/\${installation_id}"
headers = { Authorization = "Bearer \${user_token}" }
[[auth.request]]
url = "${url}/app/installations/\${installation_id}/tokens"
body = "json"
headers = { Authorization = "Bearer \${assertion}" }
[[auth.renew]]
url = "${url}/app/installations/\${installation_id}/tokens"
body = "json"
headers = { Authorization = "Bearer \${assertion}" }
[auth.assertion]
key = "\${client_secret.private_key}"
lifetime = 540
claims = { iss = "\${client_id}" }
[auth.token_response]
access_token = "token"
expires_at = "expires_at"
[verification]
path = "/me"
`;
}

/** A token that is exchanged for another one; there is no refresh token. */
export function exchanged(url: string): string {
  return `${head("exchanged", `${url}/social/api`)}type = "oauth2_authorization_code"
authorization_url = "${url}/social/authorize"
token_url = "${url}/social/token"
[[auth.renew]]
method = "GET"
url = "${url}/social/exchange"
params = { grant_type = "fb_exchange_token", fb_exchange_token = "\${access_token}", client_id = "\${client_id}" }
[verification]
path = "/me"
`;
}

/** A key that goes into the body of each call. */
export function bodykey(url: string): string {
  return `${head("bodykey", `${url}/body`)}type = "api_key"
[[auth.fields]]
name = "api_key"
label = "API key"
secret = true
[auth.inject]
body = "key"
value = "\${api_key}"
[verification]
method = "POST"
path = "/ping"
`;
}

/** No credential at all. */
export function open(url: string): string {
  return `${head("open", `${url}/open`)}type = "none"
[verification]
path = "/me"
`;
}
