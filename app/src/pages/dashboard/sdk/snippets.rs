//! Code that works when pasted.

/// Loads the SDK, authenticates, opens the portal and calls the provider.
pub fn browser(public_url: &str, project_id: &str, integration: &str) -> String {
    let server = public_url.trim_end_matches('/');
    format!(
        r#"import {{ patchbay }} from "{server}/sdk/patchbay.js";

const userToken = await fetch("/patchbay-token").then((answer) => answer.text());
await patchbay.authenticate("{project_id}", userToken);

// From a click, so that the browser lets the provider's window open.
connectButton.addEventListener("click", () => patchbay.connect("{integration}"));

const {{ integrations }} = await patchbay.getUser();
console.log(integrations["{integration}"].enabled);"#
    )
}

/// Signs a user token with Node's own cryptography (RFC 7519, RS256).
pub fn node(key_id: &str) -> String {
    format!(
        r#"import {{ sign }} from "node:crypto";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export function userToken(userId) {{
  const now = Math.floor(Date.now() / 1000);
  const head = part({{ alg: "RS256", typ: "JWT", kid: "{key_id}" }});
  const body = part({{ sub: userId, iat: now, exp: now + 3600 }});
  const key = process.env.PATCHBAY_SIGNING_KEY;
  const signature = sign("sha256", Buffer.from(`${{head}}.${{body}}`), key);
  return `${{head}}.${{body}}.${{signature.toString("base64url")}}`;
}}"#
    )
}

/// Signs a user token with PyJWT.
pub fn python(key_id: &str) -> String {
    format!(
        r#"import os, time
import jwt  # pip install "pyjwt[crypto]"

def user_token(user_id: str) -> str:
    now = int(time.time())
    return jwt.encode(
        {{"sub": user_id, "iat": now, "exp": now + 3600}},
        os.environ["PATCHBAY_SIGNING_KEY"],
        algorithm="RS256",
        headers={{"kid": "{key_id}"}},
    )"#
    )
}
