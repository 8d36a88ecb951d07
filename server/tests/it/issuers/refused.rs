//! Tokens that are refused, all alike.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::{AUDIENCE, Pair, World};
use crate::support::service::NOW;

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

fn without(claims: &Value, name: &str) -> Value {
    let mut claims = claims.clone();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

/// `alg: none`, which no library signs.
fn unsigned(kid: &str, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({ "alg": "none", "typ": "JWT", "kid": kid });
    format!("{}.{}.", part(&header), part(claims))
}

/// The public key, which everybody has, as a shared secret.
fn hs256(pair: &Pair, claims: &Value) -> String {
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(pair.kid.to_owned());
    let key = EncodingKey::from_secret(pair.public_pem.as_bytes());
    jsonwebtoken::encode(&header, claims, &key).unwrap()
}

#[tokio::test]
async fn what_does_not_prove_a_user_is_refused_without_a_reason() {
    let (pair, foreign) = (Pair::new("one"), Pair::new("one"));
    let world = World::new(&[&pair]).await;
    let good = world.claims();
    let signed = |claims: &Value| pair.sign(claims);
    let tokens = [
        ("a foreign key of the same kid", foreign.sign(&good)),
        (
            "another audience",
            signed(&with(&good, "aud", "other".into())),
        ),
        ("no audience", signed(&without(&good, "aud"))),
        (
            "the project as audience",
            signed(&with(&good, "aud", world.project.to_string().into())),
        ),
        (
            "another issuer",
            signed(&with(&good, "iss", "https://other.example".into())),
        ),
        (
            "almost the issuer",
            signed(&with(
                &good,
                "iss",
                format!("{}/", world.server.uri()).into(),
            )),
        ),
        ("no issuer", signed(&without(&good, "iss"))),
        ("no user", signed(&without(&good, "sub"))),
        ("a number for a user", signed(&with(&good, "sub", 7.into()))),
        ("over", signed(&with(&good, "exp", (NOW - 61).into()))),
        (
            "from the future",
            signed(&with(&good, "iat", (NOW + 61).into())),
        ),
        ("not yet", signed(&with(&good, "nbf", (NOW + 61).into()))),
        ("HS256 with the public key", hs256(&pair, &good)),
        ("alg none", unsigned("one", &good)),
    ];
    for (what, token) in tokens {
        let (status, body) = world.me(&token).await;
        assert_eq!(status, 401, "{what}: {body}");
        assert_eq!(body["code"], "token_invalid", "{what}");
    }
    assert_eq!(world.status(&signed(&good)).await, 200);
}

#[tokio::test]
async fn an_issuers_key_signs_for_its_issuer_only() {
    let (ours, theirs) = (Pair::new("ours"), Pair::new("theirs"));
    let world = World::new(&[&ours]).await;
    let other = wiremock::MockServer::start().await;
    wiremock::Mock::given(wiremock::matchers::any())
        .respond_with(super::published(&[&theirs]))
        .mount(&other)
        .await;
    let mut provider = world.provider();
    provider.issuer = other.uri();
    provider.jwks_url = Some(format!("{}/keys", other.uri()));
    world.add(provider).await.unwrap();

    let of_other = with(&world.claims(), "iss", other.uri().into());
    assert_eq!(world.status(&theirs.sign(&of_other)).await, 200);
    assert_eq!(world.status(&theirs.sign(&world.claims())).await, 401);
    assert_eq!(world.status(&ours.sign(&of_other)).await, 401);
    assert_eq!(world.status(&ours.sign(&world.claims())).await, 200);
}

#[tokio::test]
async fn a_token_that_is_no_good_with_any_key_asks_nobody() {
    let pair = Pair::new("one");
    let world = World::new(&[&pair]).await;
    let good = world.claims();
    for claims in [
        with(&good, "aud", "other".into()),
        with(&good, "iss", AUDIENCE.into()),
        with(&good, "exp", (NOW - 61).into()),
    ] {
        assert_eq!(world.status(&pair.sign(&claims)).await, 401);
    }
    assert_eq!(world.asked().await, 0);
}
