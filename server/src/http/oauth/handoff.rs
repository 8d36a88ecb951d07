//! The page that a window of an SDK goes to. It goes on to the provider when the page behind the
//! window is of an allowed origin and has the very user signed in that the flow is for, or when the
//! person confirms having read who connects what.

use axum::{
    Json,
    extract::{Query, State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{
    small,
    window::{Begin, Parameters},
};
use crate::{
    http::{
        AppState,
        error::RestError,
        html::{Page, escape, places},
        same_origin, ui,
    },
    use_cases::connect,
};

/// `GET /connect/handoff#{flow}.{ticket}`
pub async fn page(Query(parameters): Query<Parameters>, headers: HeaderMap) -> Response {
    let language = ui::language(parameters.lang.as_deref(), &headers);
    let say = language.small();
    let body = format!(
        "<div id=\"going\"><h1>{}</h1><p id=\"status\" role=\"status\" data-unreachable=\"{}\" \
         data-left=\"{}\">{}</p></div>\
         <form id=\"confirm\" hidden><h1 tabindex=\"-1\">{}</h1><p>{}</p><p>{}</p>\
         <p class=\"actions\"><button type=\"button\" id=\"leave\">{}</button>\
         <button value=\"allow\">{}</button></p></form>\
         <noscript><p role=\"alert\">{}</p></noscript>",
        escape(say.connecting),
        escape(say.unreachable),
        escape(say.left),
        escape(say.going),
        places(&say.confirm_title("provider")),
        places(&say.confirm_text("app", "user")),
        places(&say.confirm_own("app")),
        escape(say.cancel),
        escape(say.go_on),
        escape(say.no_script),
    );
    Page {
        status: StatusCode::OK,
        language,
        title: say.connecting,
        body: &body,
        script: Some("handoff.js"),
    }
    .into_response()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    provider: String,
    app: String,
    user_id: String,
    user_name: Option<String>,
    origin: String,
    return_url: Option<String>,
}

/// `POST /connect/handoff/describe`: who is about to connect what.
pub async fn describe(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Result<Json<Begin>, JsonRejection>,
) -> Result<Response, RestError> {
    if let Err(refusal) = same_origin::check(&headers, &state.services.public_url) {
        return Ok((StatusCode::FORBIDDEN, Json(refusal)).into_response());
    }
    let Json(begin) = body.map_err(RestError::of_rejection)?;
    let described = match begin.flow() {
        Ok(id) => connect::sdk::describe(&state.services, id, &begin.ticket).await,
        Err(error) => Err(error),
    };
    let described = match described {
        Ok(described) => described,
        Err(error) => return Ok(small::refuse(&error, None, begin.language(&headers))),
    };
    Ok(Json(Described {
        provider: described.provider,
        app: described.app,
        user_id: described.user_id,
        user_name: described.user_name,
        origin: described.origin,
        return_url: described.return_url,
    })
    .into_response())
}
