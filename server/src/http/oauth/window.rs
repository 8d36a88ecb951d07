//! The window before it goes to the provider. It takes its ticket from its opener, a page of
//! Patchbay's own origin, and from nobody else: a link sent to another person leads nowhere.

use app::pages::portal::language::Language;
use axum::{
    Json,
    extract::{Query, State, rejection::JsonRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::small;
use crate::{
    domain::{id::FlowId, secret::Secret},
    http::{
        AppState, cookies,
        error::RestError,
        html::{Page, escape},
        same_origin, ui,
    },
    use_cases::{
        Error, Result,
        connect::{self, open::Opened},
    },
};

#[derive(Deserialize)]
pub struct Parameters {
    /// The language of the page that opened the window.
    pub lang: Option<String>,
}

/// `GET /connect/window`
pub async fn page(Query(parameters): Query<Parameters>, headers: HeaderMap) -> Response {
    let language = ui::language(parameters.lang.as_deref(), &headers);
    let say = language.small();
    let body = format!(
        "<h1>{}</h1><p id=\"status\" role=\"status\" data-unreachable=\"{}\">{}</p>\
         <p id=\"stuck\" hidden>{}</p><noscript><p role=\"alert\">{}</p></noscript>",
        escape(say.connecting),
        escape(say.unreachable),
        escape(say.going),
        escape(say.no_opener),
        escape(say.no_script),
    );
    Page {
        status: StatusCode::OK,
        language,
        title: say.connecting,
        body: &body,
        script: Some("window.js"),
    }
    .into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Begin {
    flow_id: String,
    pub ticket: Secret,
    /// Of the page that asks.
    language: Option<String>,
}

impl Begin {
    pub fn flow(&self) -> Result<FlowId> {
        self.flow_id.parse().map_err(|_| Error::NotFound("flow"))
    }

    pub fn language(&self, headers: &HeaderMap) -> Language {
        ui::language(self.language.as_deref(), headers)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Begun {
    redirect_url: String,
}

/// `POST /connect/window/begin`: the flow is this browser's from here on.
pub async fn begin(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: std::result::Result<Json<Begin>, JsonRejection>,
) -> std::result::Result<Response, RestError> {
    if let Err(refusal) = same_origin::check(&headers, &state.services.public_url) {
        return Ok((StatusCode::FORBIDDEN, Json(refusal)).into_response());
    }
    let Json(begin) = body.map_err(RestError::of_rejection)?;
    let language = begin.language(&headers);
    let id = match begin.flow() {
        Ok(id) => id,
        Err(error) => return Ok(small::refuse(&error, None, language)),
    };
    let opened = match connect::open::run(&state.services, id, &begin.ticket).await {
        Ok(opened) => opened,
        Err(error) => {
            let name = connect::open::provider_of(&state.services, id, &begin.ticket).await;
            return Ok(small::refuse(&error, name.as_deref(), language));
        }
    };
    let cookies = cookies_of(&state, id, &opened, language);
    let begun = Begun {
        redirect_url: opened.authorization_url.into(),
    };
    Ok((cookies, Json(begun)).into_response())
}

/// The flow's cookie, and the language of the page that the provider leads back to.
pub fn cookies_of(
    state: &AppState,
    id: FlowId,
    opened: &Opened,
    language: Language,
) -> AppendHeaders<[(HeaderName, HeaderValue); 2]> {
    let secure = state.secure();
    AppendHeaders([
        (
            header::SET_COOKIE,
            cookies::set_flow(id, &opened.cookie, secure),
        ),
        (
            header::SET_COOKIE,
            cookies::set_language(language.tag(), secure),
        ),
    ])
}
