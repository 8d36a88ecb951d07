//! Ways to a token besides the authorization code, with a provider that answers as told.

use std::collections::HashMap;

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use server::{
    domain::{Timestamp, secret::Secret, token_set::CredentialFields},
    ports::provider::{
        AuthorizationRequest, Client, ProviderClient, ProviderError, Redemption, Target,
    },
    vault::rsa,
};
use wiremock::{
    Mock, Request, ResponseTemplate,
    matchers::{body_string_contains, header, method, path, query_param},
};

use super::{NOW, World, app, credential, oauth};

/// A definition with this `[[auth]]` table.
fn with(auth: &str) -> String {
    format!("api_base_url = \"BASE/api\"\n[[auth]]\n{auth}\n")
}

fn token(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "access_token": text, "expires_in": 600 }))
}

async fn requests(world: &World) -> Vec<Request> {
    world.server.received_requests().await.unwrap()
}

fn form(request: &Request) -> HashMap<String, String> {
    url::form_urlencoded::parse(&request.body)
        .into_owned()
        .collect()
}

fn scoped(scopes: &[&str]) -> Client {
    Client {
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        ..app()
    }
}

#[tokio::test]
async fn client_credentials_are_asked_for_again() {
    let world = World::new(&with(
        "type = \"oauth2_client_credentials\"\ntoken_url = \"BASE/token\"\nclient_auth = \"basic\"",
    ))
    .await;
    Mock::given(path("/token"))
        .respond_with(token("first"))
        .up_to_n_times(1)
        .mount(&world.server)
        .await;
    Mock::given(path("/token"))
        .respond_with(token("second"))
        .mount(&world.server)
        .await;
    let (client, none) = (scoped(&["a", "b"]), CredentialFields::default());
    let minted = world.providers.mint(world.target(), &client, &none).await;
    assert_eq!(minted.unwrap().access_token.expose(), "first");
    let held = credential(&[("access_token", "first")]);
    let renewed = world.providers.renew(world.target(), &client, &held).await;
    assert_eq!(renewed.unwrap().access_token.expose(), "second");
    for request in requests(&world).await {
        assert_eq!(
            form(&request),
            HashMap::from([
                ("grant_type".to_owned(), "client_credentials".to_owned()),
                ("scope".to_owned(), "a b".to_owned()),
            ])
        );
        assert!(
            request.headers["authorization"]
                .as_bytes()
                .starts_with(b"Basic ")
        );
    }
}

const SERVICE_ACCOUNT: &str = r#"type = "jwt_bearer"
token_url = "BASE/token"
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

/// Reads an assertion with the public key, as the provider would.
fn opened(assertion: &str, public_key: &str, audience: &str) -> (Option<String>, Value) {
    let key = DecodingKey::from_rsa_pem(public_key.as_bytes()).unwrap();
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_audience(&[audience]);
    rules.validate_exp = false;
    let read = jsonwebtoken::decode::<Value>(assertion, &key, &rules).unwrap();
    (read.header.kid, read.claims)
}

#[tokio::test]
async fn a_service_account_signs_for_itself_or_for_somebody() {
    let pair = rsa::generate();
    let world = World::new(&with(SERVICE_ACCOUNT)).await;
    Mock::given(path("/token"))
        .respond_with(token("at"))
        .mount(&world.server)
        .await;
    let file = json!({
        "type": "service_account",
        "private_key_id": "key-1",
        "private_key": pair.private_key_pem.expose(),
        "client_email": "robot@acme.example",
    })
    .to_string();
    let audience = format!("{}/token", world.server.uri());
    for subject in [None, Some("ada@acme.example")] {
        let mut fields = credential(&[("service_account", &file)]);
        if let Some(subject) = subject {
            fields.0.insert("subject".to_owned(), Secret::new(subject));
        }
        let client = Client {
            scopes: vec!["drive".to_owned()],
            ..Client::default()
        };
        let minted = world.providers.mint(world.target(), &client, &fields).await;
        let minted = minted.unwrap();
        let end = Timestamp::from_second(NOW + 600).unwrap();
        assert_eq!(minted.expires_at, Some(end));
        let sent = form(&requests(&world).await.pop().unwrap());
        assert_eq!(
            sent["grant_type"],
            "urn:ietf:params:oauth:grant-type:jwt-bearer"
        );
        assert!(!sent.contains_key("client_id"));
        let (kid, claims) = opened(&sent["assertion"], &pair.public_key_pem, &audience);
        assert_eq!(kid.as_deref(), Some("key-1"));
        assert_eq!(claims["iss"], "robot@acme.example");
        assert_eq!(claims["scope"], "drive");
        assert_eq!(claims.get("sub").and_then(Value::as_str), subject);
        let (iat, exp) = (
            claims["iat"].as_i64().unwrap(),
            claims["exp"].as_i64().unwrap(),
        );
        assert!(iat <= NOW && NOW < exp && exp - iat == 300);
    }
    let all = requests(&world).await;
    assert_ne!(all[0].body, all[1].body, "an assertion is used once");
}

#[tokio::test]
async fn a_key_that_cannot_sign_is_a_refusal_that_shows_nothing() {
    let world = World::new(&with(SERVICE_ACCOUNT)).await;
    let file =
        json!({ "private_key": "no key at all, hush", "private_key_id": "k", "client_email": "e" });
    for text in [file.to_string(), "{}".to_owned(), "hush".to_owned()] {
        let fields = credential(&[("service_account", &text)]);
        let minted = world
            .providers
            .mint(world.target(), &Client::default(), &fields)
            .await;
        let error = minted.unwrap_err();
        assert!(matches!(error, ProviderError::Refused(_)), "{error}");
        assert!(!error.to_string().contains("hush"), "{error}");
    }
    assert!(requests(&world).await.is_empty());
}

#[tokio::test]
async fn what_was_typed_may_be_refused_the_second_time() {
    let world = World::new(&with(
        "type = \"token_request\"\n[[auth.fields]]\nname = \"password\"\nlabel = \"P\"\nsecret = true\n[[auth.request]]\nurl = \"BASE/login\"\nparams = { p = \"${password}\" }",
    ))
    .await;
    Mock::given(path("/login"))
        .respond_with(ResponseTemplate::new(401).set_body_string("password hunter22 is wrong"))
        .mount(&world.server)
        .await;
    let fields = credential(&[("password", "hunter22")]);
    let (target, nobody) = (world.target(), Client::default());
    let first = world.providers.mint(target, &nobody, &fields).await;
    assert!(matches!(first, Err(ProviderError::Refused(said)) if !said.contains("hunter22")));
    let again = world.providers.renew(target, &nobody, &fields).await;
    assert!(matches!(again, Err(ProviderError::ClientRefused(_))));
}

#[tokio::test]
async fn requests_follow_each_other_to_a_session() {
    let world = World::new(&with(
        r#"type = "token_request"
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
url = "BASE/where"
params = { who = "${user}" }
take = { place = "services.identity" }
[[auth.request]]
url = "${place}/login"
body = "json"
basic = { username = "${user}", password = "${password}" }
params = { CompanyDB = "demo" }
[auth.token_response]
access_token = "cookie:SESSION"
secrets = { route = "cookie:ROUTE" }
metadata = { node = "header:X-Node" }
[auth.inject]
cookie = "SESSION=${access_token}; ROUTE=${route}""#,
    ))
    .await;
    let place = format!("{}/id", world.server.uri());
    Mock::given(path("/where"))
        .and(query_param("who", "ada l"))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({ "services": { "identity": place } })),
        )
        .mount(&world.server)
        .await;
    Mock::given(path("/id/login"))
        .and(body_string_contains("{\"CompanyDB\":\"demo\"}"))
        // base64 of `ada l:p+w`
        .and(header("authorization", "Basic YWRhIGw6cCt3"))
        .respond_with(
            ResponseTemplate::new(204)
                .append_header("set-cookie", "SESSION=s-1; HttpOnly")
                .append_header("set-cookie", "ROUTE=.node1; Path=/")
                .append_header("x-node", "n1"),
        )
        .mount(&world.server)
        .await;
    let fields = credential(&[("user", "ada l"), ("password", "p+w")]);
    let minted = world
        .providers
        .mint(world.target(), &Client::default(), &fields)
        .await
        .unwrap();
    assert_eq!(minted.access_token.expose(), "s-1");
    assert_eq!(minted.metadata["node"], "n1");
    assert_eq!(
        minted.expires_at,
        Some(Timestamp::from_second(NOW + 1800).unwrap())
    );
    let held = fields.with_tokens(&minted);
    assert_eq!(held.get("route").unwrap().expose(), ".node1");
    assert_eq!(held.get("password").unwrap().expose(), "p+w");
}

#[tokio::test]
async fn a_token_is_exchanged_for_a_longer_one() {
    let world = World::new(&oauth(
        "[[auth.renew]]\nmethod = \"GET\"\nurl = \"BASE/exchange\"\nparams = { grant_type = \"fb_exchange_token\", fb_exchange_token = \"${access_token}\", client_id = \"${client_id}\" }\n\
         [[auth.errors]]\nat = \"error.code\"\nequals = \"190\"\nmeans = \"consent_revoked\"",
    ))
    .await;
    Mock::given(path("/exchange"))
        .and(method("GET"))
        .and(query_param("fb_exchange_token", "short"))
        .respond_with(token("long"))
        .mount(&world.server)
        .await;
    let renew = |held: &'static str| {
        let held = credential(&[("access_token", held)]);
        let (target, providers) = (world.target(), &world.providers);
        async move { providers.renew(target, &app(), &held).await }
    };
    assert_eq!(renew("short").await.unwrap().access_token.expose(), "long");
    let body = json!({ "error": { "code": 190, "message": "The user took it back" } });
    Mock::given(path("/exchange"))
        .respond_with(ResponseTemplate::new(400).set_body_json(body))
        .mount(&world.server)
        .await;
    let error = renew("gone").await.unwrap_err();
    assert!(matches!(error, ProviderError::ConsentRevoked(_)), "{error}");
}

#[tokio::test]
async fn an_app_gets_a_token_for_one_installation() {
    let pair = rsa::generate();
    let world = World::new(&with(
        r#"type = "oauth2_authorization_code"
authorization_url = "BASE/apps/acme/installations/new"
token_url = "BASE/token"
callback_metadata = { installation_id = "installation_id" }
[[auth.request]]
url = "BASE/login/oauth/access_token"
params = { code = "${code}", client_id = "${client_id}", client_secret = "${client_secret.client_secret}" }
take = { user_token = "access_token" }
[[auth.request]]
method = "GET"
url = "BASE/user/installations/${installation_id}/repositories"
headers = { Authorization = "Bearer ${user_token}" }
[[auth.request]]
url = "BASE/app/installations/${installation_id}/access_tokens"
body = "json"
headers = { Authorization = "Bearer ${assertion}" }
[[auth.renew]]
url = "BASE/app/installations/${installation_id}/access_tokens"
body = "json"
headers = { Authorization = "Bearer ${assertion}" }
[auth.assertion]
key = "${client_secret.private_key}"
lifetime = 540
claims = { iss = "${client_id}" }
[auth.token_response]
access_token = "token"
expires_at = "expires_at""#,
    ))
    .await;
    let secret = json!({ "client_secret": "cs", "private_key": pair.private_key_pem.expose() });
    let client = Client {
        id: "Iv1.app".to_owned(),
        secret: Some(Secret::new(secret.to_string())),
        scopes: Vec::new(),
    };
    Mock::given(path("/login/oauth/access_token"))
        .and(body_string_contains("client_secret=cs"))
        .respond_with(token("user"))
        .mount(&world.server)
        .await;
    Mock::given(path("/user/installations/7/repositories"))
        .and(header("authorization", "Bearer user"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({})))
        .mount(&world.server)
        .await;
    Mock::given(path("/app/installations/7/access_tokens"))
        .respond_with(
            ResponseTemplate::new(201)
                .set_body_json(json!({ "token": "ghs_1", "expires_at": "2026-01-01T01:00:00Z" })),
        )
        .mount(&world.server)
        .await;
    let redeem = |installation: &str| {
        let metadata = [("installation_id".to_owned(), installation.to_owned())].into();
        let (world, client) = (&world, &client);
        async move {
            let target = Target {
                metadata: &metadata,
                ..world.target()
            };
            let redemption = Redemption {
                code: &Secret::new("c"),
                verifier: None,
                redirect_uri: "https://pb.example/cb",
                fields: &CredentialFields::default(),
            };
            world.providers.redeem(target, client, redemption).await
        }
    };
    let got = redeem("7").await.unwrap();
    assert_eq!(got.access_token.expose(), "ghs_1");
    assert_eq!(
        got.expires_at,
        Some(Timestamp::from_second(NOW + 3600).unwrap())
    );
    let last = requests(&world).await.pop().unwrap();
    let bearer = last.headers["authorization"].to_str().unwrap();
    let assertion = bearer.strip_prefix("Bearer ").unwrap();
    let audience = format!("{}{}", world.server.uri(), last.url.path());
    let (_, claims) = opened(assertion, &pair.public_key_pem, &audience);
    assert_eq!(claims["iss"], "Iv1.app");
    // Another's installation: the person's own token does not reach it.
    let error = redeem("8").await.unwrap_err();
    assert!(!matches!(error, ProviderError::GrantRefused(_)), "{error}");
    let asked = requests(&world).await;
    assert!(
        asked
            .iter()
            .all(|r| r.url.path() != "/app/installations/8/access_tokens")
    );
}

async fn publish(world: &World, issuer: &str, more: Value) {
    let mut metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/go"),
        "token_endpoint": format!("{issuer}/discovered"),
    });
    metadata
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    Mock::given(path("/.well-known/oauth-authorization-server"))
        .respond_with(ResponseTemplate::new(200).set_body_json(metadata))
        .mount(&world.server)
        .await;
}

const DISCOVERED: &str = "type = \"oauth2_authorization_code\"\nissuer = \"BASE\"";

async fn authorize(world: &World) -> Result<url::Url, ProviderError> {
    let request = AuthorizationRequest {
        redirect_uri: "https://pb.example/cb",
        state: &Secret::new("the-state"),
        verifier: Some(&Secret::new("v".repeat(43))),
    };
    let (target, client) = (world.target(), scoped(&["a"]));
    let authorized = world.providers.authorize(target, &client, &request).await?;
    Ok(authorized.url)
}

#[tokio::test]
async fn an_issuer_tells_its_endpoints_and_takes_pushed_requests() {
    let world = World::new(&with(DISCOVERED)).await;
    let issuer = world.server.uri();
    let push = json!({
        "pushed_authorization_request_endpoint": format!("{issuer}/par"),
        "authorization_response_iss_parameter_supported": true,
    });
    publish(&world, &issuer, push).await;
    Mock::given(path("/par"))
        .respond_with(
            ResponseTemplate::new(201)
                .set_body_json(json!({ "request_uri": "urn:x:1", "expires_in": 60 })),
        )
        .mount(&world.server)
        .await;
    let url = authorize(&world).await.unwrap();
    assert_eq!(
        url.as_str(),
        format!("{issuer}/go?client_id=app%20id&request_uri=urn%3Ax%3A1")
    );
    let pushed = form(&requests(&world).await.pop().unwrap());
    assert_eq!(pushed["state"], "the-state");
    assert_eq!(pushed["scope"], "a");
    assert_eq!(pushed["code_challenge_method"], "S256");
    assert_eq!(pushed["client_secret"], "s3cret/key+");

    // RFC 9207 §2.4: promised, so it must be there.
    let matches = |iss: Option<&'static str>| {
        let target = world.target();
        let providers = &world.providers;
        async move { providers.issuer_matches(target, iss).await.unwrap() }
    };
    assert!(!matches(None).await);
    assert!(!matches(Some("https://evil.example")).await);
    let target = world.target();
    let own = world.providers.issuer_matches(target, Some(&issuer)).await;
    assert!(own.unwrap());
}

#[tokio::test]
async fn metadata_of_another_issuer_is_not_taken() {
    let world = World::new(&with(DISCOVERED)).await;
    publish(&world, "https://evil.example", json!({})).await;
    let error = authorize(&world).await.unwrap_err();
    assert!(error.to_string().contains("another issuer"), "{error}");

    let world = World::new(&with(DISCOVERED)).await;
    let error = authorize(&world).await.unwrap_err();
    assert!(error.to_string().contains("no metadata"), "{error}");
}

#[tokio::test]
async fn an_issuer_without_pushed_requests_gets_them_in_the_address() {
    let world = World::new(&with(DISCOVERED)).await;
    let issuer = world.server.uri();
    publish(&world, &issuer, json!({})).await;
    let url = authorize(&world).await.unwrap();
    assert!(
        url.as_str()
            .starts_with(&format!("{issuer}/go?response_type=code"))
    );
    let silent = world.providers.issuer_matches(world.target(), None).await;
    assert!(silent.unwrap(), "nothing was promised");
}

#[tokio::test]
async fn parameters_have_the_providers_names_and_stand_behind_its_hash() {
    let world = World::new(&with(
        "type = \"oauth2_authorization_code\"\nauthorization_url = \"BASE/#/oauth/authorize\"\ntoken_url = \"BASE/token\"\npkce = false\nparameters = { client_id = \"client_key\", redirect_uri = \"redirect_url\", response_type = \"\", scope = \"scopes\" }",
    ))
    .await;
    let url = {
        let request = AuthorizationRequest {
            redirect_uri: "https://pb.example/cb",
            state: &Secret::new("s"),
            verifier: None,
        };
        let (target, client) = (world.target(), scoped(&["a"]));
        let authorized = world.providers.authorize(target, &client, &request).await;
        authorized.unwrap().url
    };
    assert_eq!(url.query(), None);
    assert_eq!(
        url.fragment().unwrap(),
        "/oauth/authorize?client_key=app%20id&redirect_url=https%3A%2F%2Fpb.example%2Fcb&state=s&scopes=a"
    );
}

#[tokio::test]
async fn the_end_of_a_token_is_asked_for_or_told_in_milliseconds() {
    let world = World::new(&oauth("introspection_url = \"BASE/introspect\"")).await;
    let silent = ResponseTemplate::new(200).set_body_json(json!({ "access_token": "at" }));
    Mock::given(path("/token"))
        .respond_with(silent)
        .mount(&world.server)
        .await;
    Mock::given(path("/introspect"))
        .and(body_string_contains("token=at"))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({ "active": true, "exp": NOW + 77 })),
        )
        .mount(&world.server)
        .await;
    let held = credential(&[("refresh_token", "rt")]);
    let end = Some(Timestamp::from_second(NOW + 77).unwrap());
    let got = world.providers.renew(world.target(), &app(), &held).await;
    assert_eq!(got.unwrap().expires_at, end);

    let world = World::new(&oauth(
        "[auth.token_response]\nexpires_in_unit = \"milliseconds\"",
    ))
    .await;
    let body = json!({ "access_token": "at", "expires_in": 77_000 });
    Mock::given(path("/token"))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(&world.server)
        .await;
    let got = world.providers.renew(world.target(), &app(), &held).await;
    assert_eq!(got.unwrap().expires_at, end);
}

#[tokio::test]
async fn the_definitions_own_rules_come_first() {
    let rules = "[[auth.errors]]\nstatus = 400\nat = \"error\"\nequals = \"invalid_grant\"\nmeans = \"outage\"\n\
         [[auth.errors]]\ncontains = \"Too Many Logins\"\nmeans = \"rate_limited\"\n\
         [[auth.errors]]\nstatus = 403\nmeans = \"grant_refused\"\n\
         [[auth.errors]]\nat = \"header:x-why\"\nequals = \"scopes\"\nmeans = \"scopes_changed\"";
    let outcome = |template: ResponseTemplate| async move {
        let world = World::new(&oauth(rules)).await;
        Mock::given(path("/token"))
            .respond_with(template)
            .mount(&world.server)
            .await;
        let held = credential(&[("refresh_token", "rt")]);
        let renewed = world.providers.renew(world.target(), &app(), &held).await;
        renewed.unwrap_err()
    };
    let json = |status, body: Value| ResponseTemplate::new(status).set_body_json(body);
    let lied = outcome(json(400, json!({ "error": "invalid_grant" }))).await;
    assert!(matches!(lied, ProviderError::Unavailable(_)), "{lied}");
    let text = ResponseTemplate::new(200).set_body_string("<p>too many logins</p>");
    let often = outcome(text).await;
    assert!(
        matches!(often, ProviderError::Wait { limited: true, .. }),
        "{often}"
    );
    let ended = outcome(json(403, json!({}))).await;
    assert!(matches!(ended, ProviderError::GrantRefused(_)), "{ended}");
    let scopes = outcome(json(500, json!({})).append_header("x-why", "scopes")).await;
    assert!(
        matches!(scopes, ProviderError::ScopesRefused(_)),
        "{scopes}"
    );
    // What no rule fits means what it says.
    let usual = outcome(json(401, json!({ "error": "invalid_grant" }))).await;
    assert!(matches!(usual, ProviderError::GrantRefused(_)), "{usual}");
}
