//! Token calls that fail, and what each failure means.

use std::time::Duration;

use server::{
    domain::{secret::Secret, token_set::CredentialFields},
    ports::provider::{ProviderClient, ProviderError, Redemption},
};
use wiremock::{Mock, ResponseTemplate, matchers::path};

use super::{World, app, credential, oauth};

#[derive(Debug, PartialEq)]
enum Meaning {
    GrantRefused,
    ConsentRevoked,
    ScopesRefused,
    ClientRefused,
    Refused,
    RateLimited,
    Unavailable,
    Egress,
}

fn meaning(error: &ProviderError) -> Meaning {
    match error {
        ProviderError::GrantRefused(_) => Meaning::GrantRefused,
        ProviderError::ConsentRevoked(_) => Meaning::ConsentRevoked,
        ProviderError::ScopesRefused(_) => Meaning::ScopesRefused,
        ProviderError::ClientRefused(_) => Meaning::ClientRefused,
        ProviderError::Refused(_) => Meaning::Refused,
        ProviderError::Wait { limited: true, .. } => Meaning::RateLimited,
        ProviderError::Wait { limited: false, .. } => Meaning::Unavailable,
        ProviderError::Unavailable(_) => Meaning::Unavailable,
        ProviderError::Egress(_) => Meaning::Egress,
    }
}

async fn refresh(world: &World) -> ProviderError {
    let held = credential(&[("refresh_token", "refresh-token-1")]);
    let target = world.target();
    let renewed = world.providers.renew(target, &app(), &held).await;
    renewed.unwrap_err()
}

async fn exchange(world: &World) -> ProviderError {
    let (code, verifier) = (Secret::new("the-code"), Secret::new("the-verifier"));
    let redemption = Redemption {
        code: &code,
        verifier: Some(&verifier),
        redirect_uri: "https://pb.example/cb",
        fields: &CredentialFields::default(),
    };
    let target = world.target();
    let redeemed = world.providers.redeem(target, &app(), redemption).await;
    redeemed.unwrap_err()
}

async fn world(template: ResponseTemplate) -> World {
    let world = World::new(&oauth("")).await;
    Mock::given(path("/token"))
        .respond_with(template)
        .mount(&world.server)
        .await;
    world
}

const JSON: &str = "application/json";

#[tokio::test]
async fn each_answer_to_a_refresh_has_one_meaning() {
    use Meaning::{
        ClientRefused, ConsentRevoked, GrantRefused, RateLimited, Refused, ScopesRefused,
        Unavailable,
    };
    let cases = [
        (400, JSON, r#"{"error":"invalid_grant"}"#, GrantRefused),
        (401, JSON, r#"{"error":"invalid_grant"}"#, GrantRefused),
        (
            200,
            JSON,
            r#"{"ok":false,"error":"invalid_refresh_token"}"#,
            GrantRefused,
        ),
        (
            200,
            JSON,
            r#"{"ok":false,"error":"token_revoked"}"#,
            ConsentRevoked,
        ),
        (200, JSON, r#"{"error":"bad_refresh_token"}"#, GrantRefused),
        (
            200,
            "application/x-www-form-urlencoded",
            "error=bad_refresh_token&error_description=x",
            GrantRefused,
        ),
        (
            400,
            JSON,
            r#"{"status":"BAD_REFRESH_TOKEN","message":"gone"}"#,
            GrantRefused,
        ),
        (
            403,
            JSON,
            r#"{"error":"unauthorized_client","error_description":"refresh_token is invalid"}"#,
            GrantRefused,
        ),
        (
            403,
            JSON,
            r#"{"error":"unauthorized_client"}"#,
            ClientRefused,
        ),
        (401, JSON, r#"{"error":"invalid_client"}"#, ClientRefused),
        (400, JSON, r#"{"error":"invalid_scope"}"#, ScopesRefused),
        (400, JSON, r#"{"error":"invalid_request"}"#, Refused),
        (
            200,
            JSON,
            r#"{"ok":false,"error":"bad_client_secret"}"#,
            ClientRefused,
        ),
        (
            200,
            JSON,
            r#"{"ok":false,"error":"ratelimited"}"#,
            RateLimited,
        ),
        (
            400,
            JSON,
            r#"{"error":"temporarily_unavailable"}"#,
            Unavailable,
        ),
        (403, "text/html", "<html>no</html>", Refused),
        (404, "text/html", "<html>no</html>", Unavailable),
        (408, JSON, "{}", Unavailable),
        (429, JSON, r#"{"error":"slow"}"#, RateLimited),
        (500, JSON, r#"{"error":"oops"}"#, Unavailable),
        (502, "text/html", "<html>bad gateway</html>", Unavailable),
        (200, "text/html", "<html>captive portal</html>", Unavailable),
        (200, JSON, "{}", Unavailable),
        (200, JSON, r#"{"access_token":""}"#, Unavailable),
        (200, JSON, r#"{"access_token":7}"#, Unavailable),
        (200, JSON, "nonsense", Unavailable),
        (302, JSON, "", Unavailable),
    ];
    for (status, kind, body, expected) in cases {
        let world = world(ResponseTemplate::new(status).set_body_raw(body, kind)).await;
        let error = refresh(&world).await;
        assert_eq!(meaning(&error), expected, "{status} {body}: {error}");
    }
}

#[tokio::test]
async fn a_provider_says_how_long_to_wait() {
    for (status, limited) in [(429, true), (503, false)] {
        let template = ResponseTemplate::new(status).insert_header("retry-after", "120");
        let error = refresh(&world(template).await).await;
        let ProviderError::Wait {
            wait, limited: is, ..
        } = error
        else {
            panic!("{status}: {error}");
        };
        assert_eq!((wait, is), (Some(Duration::from_secs(120)), limited));
    }
}

#[tokio::test]
async fn a_refused_code_does_not_end_a_grant() {
    let body = serde_json::json!({"error": "invalid_grant", "error_description": "Code is used"});
    let world = world(ResponseTemplate::new(400).set_body_json(body)).await;
    let error = exchange(&world).await;
    assert_eq!(
        error.to_string(),
        "the provider refused: invalid_grant: Code is used"
    );
}

#[tokio::test]
async fn what_was_sent_is_never_repeated() {
    let echo = "the-code the-verifier s3cret/key+ s3cret%2Fkey%2B YXBwK2lkOnMzY3JldCUyRmtleSUyQg==";
    let body = serde_json::json!({"error": "invalid_request", "error_description": echo});
    let world = world(ResponseTemplate::new(400).set_body_json(body)).await;
    let message = exchange(&world).await.to_string();
    for secret in ["the-code", "the-verifier", "s3cret", "YXBwK"] {
        assert!(!message.contains(secret), "{message}");
    }
    assert!(message.contains("[redacted]"));
}

#[tokio::test]
async fn a_long_message_is_cut() {
    let body = serde_json::json!({"error": "x", "error_description": format!("a\u{7}{}", "b".repeat(5000))});
    let world = world(ResponseTemplate::new(400).set_body_json(body)).await;
    let message = refresh(&world).await.to_string();
    assert!(message.len() < 350, "{}", message.len());
    assert!(!message.contains('\u{7}'));
}

#[tokio::test]
async fn an_answer_over_the_limit_is_not_read() {
    let body = format!("{{\"access_token\":\"{}\"}}", "a".repeat(1024 * 1024));
    let world = world(ResponseTemplate::new(200).set_body_raw(body, JSON)).await;
    let error = refresh(&world).await;
    assert!(
        matches!(&error, ProviderError::Unavailable(reason) if reason.contains("1 MiB")),
        "{error}"
    );
}

#[tokio::test]
async fn a_silent_provider_is_unavailable() {
    let world = world(ResponseTemplate::new(200).set_delay(Duration::from_secs(600))).await;
    assert_eq!(meaning(&refresh(&world).await), Meaning::Unavailable);
}

#[tokio::test]
async fn a_provider_that_is_away_is_unavailable() {
    let world = World::new(&oauth("").replace("BASE/token", "http://127.0.0.1:4399/token")).await;
    let error = refresh(&world).await;
    assert_eq!(meaning(&error), Meaning::Unavailable, "{error}");
}

/// `localhost` may be named, since its network is allowed by the rules that read the definition, but
/// the client's own guard has the last word.
#[tokio::test]
async fn a_name_that_leads_inside_is_not_called() {
    let mut world = world(ResponseTemplate::new(200)).await;
    let text = oauth("")
        .replace("BASE/token", "http://localhost:4399/token")
        .replace("BASE", &world.server.uri());
    let rules = server::domain::definition::Rules {
        egress_allow: vec!["127.0.0.0/8".parse().unwrap()],
        own: None,
    };
    let text = format!("slug = \"acme\"\nname = \"A\"\ncategory = \"B\"\n{text}");
    world.definition =
        server::domain::definition::Definition::parse("acme.toml", &text, &rules).unwrap();
    world.providers = super::client(server::providers::egress::Egress::default());
    let error = refresh(&world).await;
    assert_eq!(meaning(&error), Meaning::Egress, "{error}");
    assert!(error.to_string().contains("localhost"));
}
