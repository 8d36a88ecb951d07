//! Every kind of authentication, as small as it gets.

use super::{super::*, parse};

/// A definition with this `[[auth]]` table, which begins in line 5.
fn with(auth: &str) -> String {
    format!(
        "slug = \"acme\"\nname = \"Acme\"\ncategory = \"CRM\"\napi_base_url = \"https://acme.com\"\n[[auth]]\n{auth}\n"
    )
}

fn read(auth: &str) -> AuthMethod {
    let definition = parse(&with(auth)).unwrap_or_else(|error| panic!("{auth}\n{error}"));
    definition.auth.into_iter().next().unwrap()
}

fn refused(auth: &str) -> String {
    parse(&with(auth)).expect_err(auth)
}

fn tokens(method: &AuthMethod) -> &Tokens {
    method.kind.tokens().unwrap()
}

/// Names and values of a request's parameters.
fn params(step: &Step) -> Vec<(&str, &str)> {
    let params = step.params.iter();
    params
        .map(|param| (param.name.as_str(), param.value.0.as_str()))
        .collect()
}

const CLIENT_CREDENTIALS: &str = r#"type = "oauth2_client_credentials"
token_url = "https://acme.com/token"
default_scopes = ["read"]
"#;

const SERVICE_ACCOUNT: &str = r#"type = "jwt_bearer"
token_url = "https://acme.com/token"
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
key = "${service_account.private_key}"
header = { kid = "${service_account.private_key_id}" }
claims = { iss = "${service_account.client_email}", sub = "${subject}", scope = "${scope}" }
"#;

const SESSION: &str = r#"type = "token_request"
[[auth.fields]]
name = "user"
label = "User"
[[auth.fields]]
name = "password"
label = "Password"
secret = true
[[auth.request]]
method = "GET"
url = "https://acme.com/where"
take = { place = "IdentityServiceUrl" }
[[auth.request]]
url = "${place}/login"
body = "json"
params = { UserName = "${user}", Password = "${password}" }
[auth.token_response]
access_token = "cookie:SESSION"
secrets = { route = "cookie:ROUTE" }
[auth.inject]
cookie = "SESSION=${access_token}; ROUTE=${route}"
"#;

const OAUTH1: &str = r#"type = "oauth1"
request_token_url = "https://acme.com/request"
authorization_url = "https://acme.com/authorize"
token_url = "https://acme.com/access"
signature_method = "HMAC-SHA256"
"#;

const SIGV4: &str = r#"type = "aws_sigv4"
[[auth.fields]]
name = "access_key_id"
label = "Access key ID"
[[auth.fields]]
name = "secret_access_key"
label = "Secret access key"
secret = true
[[auth.fields]]
name = "session_token"
label = "Session token"
secret = true
optional = true
[auth.sigv4]
service = "execute-api"
region = "eu-central-1"
"#;

const MTLS: &str = r#"type = "mtls"
[[auth.fields]]
name = "certificate"
label = "Certificate"
multiline = true
[[auth.fields]]
name = "private_key"
label = "Key"
secret = true
multiline = true
[auth.tls]
"#;

#[test]
fn client_credentials_ask_again() {
    let method = read(CLIENT_CREDENTIALS);
    let tokens = tokens(&method);
    assert!(method.kind.needs_company_client() && !method.kind.opens_window());
    assert_eq!(
        params(&tokens.request[0]),
        [
            ("grant_type", "client_credentials"),
            ("scope", "${scope}"),
            ("client_id", "${client_id}"),
            ("client_secret", "${client_secret}"),
        ]
    );
    assert_eq!(tokens.renewal, Renewal::Again);
    assert!(method.is_renewable(&CredentialFields::default()));

    let own = read(&format!("{CLIENT_CREDENTIALS}client = \"user\"\n"));
    let names: Vec<_> = own.kind.fields().iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["client_id", "client_secret"]);
    assert!(!own.kind.needs_company_client());
}

#[test]
fn an_assertion_is_signed_with_what_was_typed() {
    let method = read(SERVICE_ACCOUNT);
    let tokens = tokens(&method);
    assert_eq!(tokens.client, ClientOwner::Nobody);
    assert_eq!(
        params(&tokens.request[0]),
        [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("assertion", "${assertion}"),
        ]
    );
    let assertion = tokens.assertion.as_ref().unwrap();
    let optional = |name: &str| {
        let claim = assertion.claims.iter().find(|claim| claim.name == name);
        claim.unwrap().optional
    };
    assert!(optional("sub") && optional("scope") && !optional("iss"));
    assert!(method.kind.fields()[0].multiline && method.kind.fields()[1].optional);
}

#[test]
fn a_client_may_prove_itself_by_a_key() {
    let method = read(&format!(
        "{CLIENT_CREDENTIALS}client_auth = \"private_key_jwt\"\n[auth.assertion]\nkey = \"${{client_secret}}\"\nclaims = {{ iss = \"${{client_id}}\", sub = \"${{client_id}}\" }}\n"
    ));
    let sent = params(&tokens(&method).request[0]);
    assert!(sent.contains(&("client_assertion", "${assertion}")));
    assert!(sent.iter().all(|(name, _)| *name != "client_secret"));
}

#[test]
fn requests_follow_each_other() {
    let method = read(SESSION);
    let tokens = tokens(&method);
    let [first, second] = tokens.request.as_slice() else {
        panic!("two requests");
    };
    assert_eq!(
        (first.method.as_str(), first.body),
        ("GET", StepBody::Query)
    );
    assert_eq!(
        (second.method.as_str(), second.body),
        ("POST", StepBody::Json)
    );
    assert_eq!(method.inject.headers[0].0, "cookie");
    assert_eq!(tokens.response.access_token, "cookie:SESSION");
}

#[test]
fn a_token_may_be_renewed_by_itself() {
    let facebook = r#"type = "oauth2_authorization_code"
authorization_url = "https://acme.com/authorize"
token_url = "https://acme.com/token"
[[auth.renew]]
method = "GET"
url = "https://acme.com/token"
params = { grant_type = "fb_exchange_token", fb_exchange_token = "${access_token}", client_id = "${client_id}" }
"#;
    let method = read(facebook);
    let held = |names: &[&str]| {
        let pair = |name: &&str| ((*name).to_owned(), crate::domain::secret::Secret::new("t"));
        CredentialFields(names.iter().map(pair).collect())
    };
    assert!(method.is_renewable(&held(&["access_token"])));
    assert!(!method.is_renewable(&held(&[])));
    let usual = read(facebook.split("[[auth.renew]]").next().unwrap());
    assert!(!usual.is_renewable(&held(&["access_token"])));
    assert!(usual.is_renewable(&held(&["access_token", "refresh_token"])));
}

#[test]
fn endpoints_are_left_to_the_issuer() {
    let method = read("type = \"oauth2_authorization_code\"\nissuer = \"https://id.acme.com\"");
    let tokens = tokens(&method);
    assert_eq!(tokens.discovery.as_ref().unwrap().0, "https://id.acme.com");
    assert_eq!(tokens.request[0].at, Address::Discovered(Endpoint::Token));
    let authorization = tokens.authorization.as_ref().unwrap();
    assert!(matches!(
        &authorization.before,
        Before::Push(step) if step.at == Address::Discovered(Endpoint::Push)
    ));
    assert!(tokens.revocation.is_some());
}

#[test]
fn signatures_and_certificates() {
    let oauth1 = read(OAUTH1);
    assert_eq!(
        oauth1.inject.signing,
        Some(Signing::OAuth1(SignatureMethod::HmacSha256))
    );
    assert!(oauth1.kind.opens_window() && oauth1.kind.needs_company_client());
    let authorization = oauth1.kind.authorization().unwrap();
    assert_eq!(authorization.code_parameter, "oauth_verifier");

    let sigv4 = read(SIGV4);
    let Some(Signing::SigV4(keys)) = &sigv4.inject.signing else {
        panic!("it signs");
    };
    assert_eq!(keys.secret_access_key.0, "${secret_access_key}");
    assert!(keys.session_token.is_some());

    let mtls = read(MTLS);
    assert_eq!(mtls.tls.unwrap().key.0, "${private_key}");
    assert_eq!(mtls.inject, Inject::default());

    let none = read("type = \"none\"");
    assert!(none.kind.fields().is_empty() && none.inject == Inject::default());
}

const CODE: &str = r#"type = "oauth2_authorization_code"
authorization_url = "https://acme.com/authorize"
token_url = "https://acme.com/token"
"#;

#[test]
fn names_of_parameters_are_the_providers() {
    let method = read(&format!(
        "{CODE}parameters = {{ client_id = \"client_key\", redirect_uri = \"redirect_url\", response_type = \"\", grant_type = \"\" }}\n"
    ));
    let tokens = tokens(&method);
    let sent: Vec<&str> = params(&tokens.request[0])
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert!(sent.contains(&"client_key") && sent.contains(&"redirect_url"));
    assert!(!sent.contains(&"grant_type") && !sent.contains(&"client_id"));
    let names = &tokens.authorization.as_ref().unwrap().names;
    assert_eq!(names.of("response_type"), None);
    assert_eq!(names.of("scope"), Some("scope"));
}

#[test]
fn a_page_may_stand_behind_the_hash() {
    let text = CODE.replace("acme.com/authorize", "acme.com/#/oauth/authorize");
    let method = read(&text);
    let authorization = method.kind.authorization().unwrap();
    assert_eq!(authorization.fragment.as_deref(), Some("/oauth/authorize"));
    assert!(refused(&text.replace("#/oauth", "?a=b#/oauth")).contains("authorization_url"));
}

/// Each line: the good table, text in it, its replacement, and what the message must hold.
#[test]
fn a_mistake_is_told_with_line_and_field() {
    let callback = format!(
        "{CODE}callback_metadata = {{ tenant = \"tenant\" }}\ncode_parameter = \"tenant\"\nrenewal = \"again\"\n[[auth.request]]\nurl = \"https://acme.com/${{tenant}}/token\"\n"
    );
    let errors = format!("{CODE}[[auth.errors]]\nstatus = 400\nmeans = \"outage\"\n");
    let cases: [(&str, &str, &str, &str); 26] = [
        (
            CLIENT_CREDENTIALS,
            "token_url = \"https://acme.com/token\"",
            "",
            "acme.toml:5: auth[0].token_url: is missing",
        ),
        (
            CLIENT_CREDENTIALS,
            "default",
            "pkce = true\ndefault",
            "acme.toml:5: auth[0].pkce: belongs to oauth2_authorization_code",
        ),
        (
            CLIENT_CREDENTIALS,
            "default",
            "renew = []\nrenewal = \"again\"\ndefault",
            "auth[0].renewal: stands beside",
        ),
        (
            SERVICE_ACCOUNT,
            "iss = ",
            "who = ",
            "auth[0].assertion.claims.iss: is missing",
        ),
        (
            SERVICE_ACCOUNT,
            "iss = ",
            "aud = \"x\", iss = ",
            "auth[0].assertion.claims.aud: is Patchbay's own",
        ),
        (
            SERVICE_ACCOUNT,
            "[auth.assertion]",
            "[auth.assertion]\nalgorithm = \"none\"",
            "acme.toml:18: auth[0].assertion.algorithm: is none of",
        ),
        (
            SERVICE_ACCOUNT,
            "[auth.assertion]",
            "[auth.assertion]\nlifetime = 86400",
            "auth[0].assertion.lifetime: is not between",
        ),
        (
            SERVICE_ACCOUNT,
            "kid = ",
            "jku = ",
            "auth[0].assertion.header.jku: is not kid",
        ),
        (
            SERVICE_ACCOUNT,
            "${subject}",
            "${nobody}",
            "auth[0].assertion.claims.sub: `${nobody}`",
        ),
        (
            SERVICE_ACCOUNT,
            "multiline = true\n",
            "multiline = true\ncode = 1\n",
            "unknown field",
        ),
        (
            CODE,
            "token_url",
            "token_params = { x = \"${assertion}\" }\ntoken_url",
            "auth[0].token_params.x: `${assertion}`",
        ),
        (
            SESSION,
            "${place}/login",
            "${elsewhere}/login",
            "acme.toml:19: auth[0].request[1].url: `${elsewhere}`",
        ),
        (
            SESSION,
            "https://acme.com/where",
            "${place}/where",
            "auth[0].request[0].url: `${place}`",
        ),
        (
            SESSION,
            "[[auth.request]]\nurl",
            "[[auth.request]]\nmethod = \"DELETE\"\nurl",
            "auth[0].request[1].method: is not GET",
        ),
        (
            SESSION,
            "body = \"json\"",
            "body = \"json\"\nclient_auth = \"basic\"\nbasic = { username = \"${user}\", password = \"x\" }",
            "auth[0].request[1].basic: stands beside",
        ),
        (
            SESSION,
            "cookie:SESSION",
            "cookie:SES SION",
            "auth[0].token_response.access_token: names no header",
        ),
        (
            SESSION,
            "{ place =",
            "{ code =",
            "auth[0].request[0].take: `code` is kept",
        ),
        (
            OAUTH1,
            "request_token_url = \"https://acme.com/request\"",
            "",
            "auth[0].request_token_url: is missing",
        ),
        (
            OAUTH1,
            "HMAC-SHA256",
            "PLAINTEXT",
            "auth[0].signature_method: is not",
        ),
        (
            OAUTH1,
            "signature",
            "pkce = true\nsignature",
            "auth[0].pkce: belongs to",
        ),
        (
            SIGV4,
            "service = \"execute-api\"\n",
            "",
            "auth[0].sigv4.service: missing field",
        ),
        (
            SIGV4,
            "name = \"access_key_id\"",
            "name = \"key\"",
            "auth[0].sigv4.access_key_id: is missing",
        ),
        (MTLS, "[auth.tls]", "", "auth[0].tls: is missing"),
        (
            MTLS,
            "name = \"private_key\"",
            "name = \"key\"",
            "auth[0].tls.key: is missing",
        ),
        (
            &callback,
            "renewal",
            "renewal",
            "auth[0].callback_metadata: would be taken on trust",
        ),
        (
            &errors,
            "status = 400\n",
            "",
            "acme.toml:9: auth[0].errors[0]: says too little",
        ),
    ];
    let mut wrong = Vec::new();
    for (good, was, is, expected) in cases {
        let message = refused(&good.replacen(was, is, 1));
        if !message.contains(expected) {
            wrong.push(format!("{is}\n  gave     {message}\n  expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    read(&format!("trust_callback = true\n{callback}"));
    read(&errors);
}

#[test]
fn the_examples_of_the_documentation_are_good() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/catalog.md");
    let text = std::fs::read_to_string(path).unwrap();
    let examples = text.split("```toml\n").skip(1);
    let whole: Vec<&str> = examples
        .filter_map(|part| part.split("```").next()?.strip_prefix("[[auth]]\n"))
        .filter(|example| !example.contains('…'))
        .collect();
    assert_eq!(whole.len(), 3, "a session, a service account, a GitHub App");
    for example in whole {
        read(example);
    }
}

#[test]
fn a_credential_in_the_body_is_for_calls_that_have_one() {
    let keyed = with(
        r#"type = "oauth2_client_credentials"
token_url = "https://acme.com/token"
[auth.inject]
body = "token"
value = "${access_token}"
[verification]
method = "POST"
path = "/me""#,
    );
    parse(&keyed).unwrap();
    let source = r#"[[sources]]
id = "teams"
title = "Teams"
path = "/teams"
value = "id"
label = "name"
"#;
    let lookup =
        "[auth.lookup]\nurl = \"https://acme.com/sites\"\nmetadata = { a = \"b\" }\n[verification]";
    let cases = [
        (
            keyed.replace("POST", "GET"),
            "12: verification.method: has to be POST",
        ),
        (
            keyed.replace("method = \"POST\"\n", ""),
            "11: verification.method: has to be POST",
        ),
        (format!("{keyed}{source}"), "15: sources[0]: asks by GET"),
        (
            keyed.replace("[verification]", lookup),
            "12: auth[0].lookup: asks by GET",
        ),
    ];
    for (text, expected) in cases {
        let message = parse(&text).expect_err(expected);
        let expected = format!("catalog/acme.toml:{expected}");
        assert!(message.starts_with(&expected), "{message}");
    }
}
