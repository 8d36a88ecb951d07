//! `GET` and `POST /sandbox/authorize`: the person consents, or does not (RFC 6749 §4.1.1).

use app::pages::portal::language::Language;
use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use url::Url;

use crate::{
    http::{
        AppState,
        html::{Page, escape},
        same_origin,
    },
    use_cases::sandbox::{self, ACCOUNT_NAME, Authorization},
};

#[derive(Deserialize)]
pub struct Parameters {
    #[serde(default)]
    response_type: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    code_challenge: String,
    #[serde(default)]
    code_challenge_method: String,
    /// Which button was pressed; in the form only.
    #[serde(default)]
    decision: String,
}

pub async fn page(State(state): State<AppState>, Query(parameters): Query<Parameters>) -> Response {
    let request = match check(&state, &parameters) {
        Ok(request) => request,
        Err(page) => return *page,
    };
    let scopes: String = request
        .scope
        .split(' ')
        .filter(|scope| !scope.is_empty())
        .map(|scope| format!("<li><code>{}</code></li>", escape(scope)))
        .collect();
    let hidden: String = [
        ("response_type", "code"),
        ("client_id", &request.client_id),
        ("redirect_uri", &request.redirect_uri),
        ("state", &request.state),
        ("scope", &request.scope),
        ("code_challenge", &request.challenge),
        ("code_challenge_method", "S256"),
    ]
    .iter()
    .map(|(name, value)| {
        format!(
            "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
            escape(value)
        )
    })
    .collect();
    let body = format!(
        "<h1>Allow access to your Sandbox account?</h1>\
         <p>You are signed in to the Sandbox as <strong>{ACCOUNT_NAME}</strong>. The app asks for:</p>\
         <ul>{scopes}</ul>\
         <form method=\"post\" action=\"/sandbox/authorize\">{hidden}<div class=\"actions\">\
         <button name=\"decision\" value=\"deny\">Deny</button>\
         <button name=\"decision\" value=\"allow\">Allow</button></div></form>"
    );
    Page {
        status: StatusCode::OK,
        language: Language::English,
        title: "Sandbox",
        body: &body,
        script: None,
    }
    .into_response()
}

pub async fn decide(
    State(state): State<AppState>,
    headers: HeaderMap,
    Form(parameters): Form<Parameters>,
) -> Response {
    if same_origin::check(&headers, &state.services.public_url).is_err() {
        return wrong("This form came from another site.");
    }
    let request = match check(&state, &parameters) {
        Ok(request) => request,
        Err(page) => return *page,
    };
    let Ok(mut target) = Url::parse(&request.redirect_uri) else {
        return wrong("The redirect URI is not a URL.");
    };
    {
        let mut query = target.query_pairs_mut();
        if parameters.decision == "allow" {
            query.append_pair(
                "code",
                sandbox::issue_code(&state.services, &request).expose(),
            );
        } else {
            query.append_pair("error", "access_denied");
        }
        query.append_pair("state", &request.state);
        query.append_pair(
            "iss",
            &state.services.public_url.origin().ascii_serialization(),
        );
    }
    Redirect::to(target.as_str()).into_response()
}

fn check(state: &AppState, parameters: &Parameters) -> Result<Authorization, Box<Response>> {
    let refuse = |why| Err(Box::new(wrong(why)));
    if !sandbox::is_own_redirect(&state.services, &parameters.redirect_uri) {
        return refuse("The redirect URI is not one of this Patchbay.");
    }
    if parameters.response_type != "code" {
        return refuse("The Sandbox speaks response_type=code only.");
    }
    if parameters.code_challenge_method != "S256" || parameters.code_challenge.is_empty() {
        return refuse("The Sandbox wants PKCE with S256.");
    }
    Ok(Authorization {
        client_id: parameters.client_id.clone(),
        redirect_uri: parameters.redirect_uri.clone(),
        state: parameters.state.clone(),
        scope: parameters.scope.clone(),
        challenge: parameters.code_challenge.clone(),
    })
}

fn wrong(why: &str) -> Response {
    let body = format!(
        "<h1>This request cannot go on</h1><p role=\"alert\">{}</p>",
        escape(why)
    );
    Page {
        status: StatusCode::BAD_REQUEST,
        language: Language::English,
        title: "Sandbox",
        body: &body,
        script: None,
    }
    .into_response()
}
