//! The page of a link for the browser that took it: how its portal stands, and each press that comes as
//! a form. So it works without JavaScript; the provider's page then takes the place of this one.

use std::sync::Arc;

use app::{
    api::SharedApi,
    contract::{
        ApiError,
        connect::{AccountChoice, FieldValues, PortalSession, Ticket},
        plain::PlainPress,
        portal::PortalPage,
    },
    pages::portal::{
        PortalBoot, PortalLook,
        language::Language,
        layout::Layout,
        plain::{self, Led},
    },
};
use axum::{
    body::Body,
    extract::{Path, Query, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::provide_context;

use super::{Parameters, Shown, find, form, show, wish};
use crate::{
    domain::{id::FlowId, secret::Secret},
    http::{
        AppState, cookies,
        error::RestError,
        html::{Page, escape, words},
        oauth::window,
        pages::RequestApi,
        same_origin, ui,
    },
    use_cases::{Error, connect},
};

/// The name of the button in what its form sends.
const PRESS: &str = "portal-press";

/// A page that the browser may see.
pub struct Visit {
    pub page: PortalPage,
    pub look: PortalLook,
    pub language: Language,
    /// Its path, which asks for the language if this request did.
    pub path: String,
}

/// The portal as it stands. `flow`: the one that the person comes back from.
pub async fn stand(
    state: AppState,
    visit: Visit,
    flow: Option<String>,
    request: Request,
) -> Response {
    let api = RequestApi::new(state, &request);
    let word = if flow.is_some() { "watch//" } else { "look//" };
    let pressed = PlainPress {
        press: word.to_owned(),
        flow_id: flow,
        ..PlainPress::default()
    };
    match run(&api, &visit, pressed).await {
        Ok(led) => render(api, visit, led, request).await,
        Err(error) => refused(error),
    }
}

/// `POST /link/{id}`: a press of the page.
pub async fn press(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(parameters): Query<Parameters>,
    request: Request,
) -> Response {
    let headers = request.headers();
    if let Err(refusal) = same_origin::check(headers, &state.services.public_url) {
        return refused(refusal);
    }
    let language = ui::language(parameters.lang.as_deref(), headers);
    let path = format!("/link/{id}{}", wish(&parameters, language));
    let cookie = cookies::find(headers, cookies::LINK);
    let shown = match find(&state, &id).await {
        Ok(link) => show(&state, &link, cookie.as_ref(), "").await,
        Err(error) => Err(error),
    };
    let Ok(Shown::Portal(page, look)) = shown else {
        // The page says why.
        return Redirect::to(&path).into_response();
    };
    let visit = Visit {
        page: *page,
        look,
        language,
        path,
    };
    let api = RequestApi::new(state.clone(), &request);
    let (parts, body) = request.into_parts();
    let page = Request::from_parts(parts.clone(), Body::empty());
    let Some(fields) = form::sent(Request::from_parts(parts, body)).await else {
        return Redirect::to(&visit.path).into_response();
    };
    match run(&api, &visit, read(fields, &visit.path)).await {
        Ok(Led {
            begin: Some(begin), ..
        }) => lead_on(&state, &visit, begin).await,
        // A page that can be loaded anew.
        Ok(led) if led.is_connected() && !led.portal.saved => {
            Redirect::to(&visit.path).into_response()
        }
        Ok(led) => render(api, visit, led, page).await,
        Err(error) => refused(error),
    }
}

fn read(fields: Vec<(String, String)>, path: &str) -> PlainPress {
    let (press, values): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(name, _)| name == PRESS);
    let press = press.into_iter().next().map(|(_, press)| press);
    let press = press.unwrap_or_default();
    // A form sends its lines with CRLF between them, whatever a script would have read.
    let values = values
        .into_iter()
        .map(|(name, value)| (name, value.replace("\r\n", "\n")));
    // Keys are copied with blanks around them; in a setting they may be meant.
    let keeps = ["save/", "choices/"]
        .iter()
        .any(|word| press.starts_with(word));
    let plain = |(name, value): (String, String)| match keeps {
        true => (name, value),
        false => (name, value.trim().to_owned()),
    };
    PlainPress {
        press,
        values: FieldValues(values.map(plain).collect()),
        flow_id: None,
        return_url: Some(path.to_owned()),
    }
}

async fn run(api: &RequestApi, visit: &Visit, pressed: PlainPress) -> Result<Led, ApiError> {
    let hosted = visit.page.hosted.as_ref();
    let session = PortalSession {
        project_id: visit.page.project_id.clone(),
        user_token: hosted.map_or_else(String::new, |hosted| hosted.user_token.clone()),
        account: AccountChoice::default(),
    };
    let shared: SharedApi = Arc::new(api.clone());
    plain::press(&shared, session, &visit.page, pressed, true).await
}

/// The document: one that wakes where the browser's machine begins as it stands.
async fn render(api: RequestApi, visit: Visit, led: Led, request: Request) -> Response {
    let Visit {
        mut page,
        look,
        language,
        ..
    } = visit;
    if let (true, Some(hosted)) = (led.is_connected(), &mut page.hosted) {
        hosted.accounts = led.credentials(&page.integration_type);
    }
    let boot = PortalBoot::new(Ok(page), language.strings());
    let standing = (!led.is_a_beginning()).then(|| led.standing());
    let ancestors = "'none'".to_owned();
    let context = move || {
        if let Some(standing) = standing.clone() {
            provide_context(standing);
        }
    };
    let facts = (boot, language, look, Layout::default());
    ui::render_with(context, api, facts, ancestors, request).await
}

/// The flow is this browser's, which has the link's cookie and has just pressed. A form may not lead to
/// another site by a redirect (`form-action`), so a page does.
async fn lead_on(state: &AppState, visit: &Visit, (flow, ticket): (String, Ticket)) -> Response {
    let opened = match flow.parse::<FlowId>() {
        Ok(id) => connect::open::run(&state.services, id, &Secret::new(ticket.0))
            .await
            .map(|opened| (id, opened)),
        Err(_) => Err(Error::NotFound("flow")),
    };
    let (id, opened) = match opened {
        Ok(opened) => opened,
        Err(error) => return RestError::from(error).into_response(),
    };
    let url = opened.authorization_url.as_str();
    let Ok(refresh) = HeaderValue::from_str(&format!("0; url={url}")) else {
        return RestError::from(Error::NotFound("flow")).into_response();
    };
    let say = visit.language.small();
    let title = say.connecting_to(&visit.page.name);
    let body = format!(
        "<h1>{}</h1><p role=\"status\">{}</p><p><a href=\"{}\">{}</a></p>",
        words(&title),
        escape(say.going),
        escape(url),
        escape(say.go_on),
    );
    let page = Page {
        status: StatusCode::OK,
        language: visit.language,
        title: &title.plain(),
        body: &body,
        script: None,
    };
    let cookies = window::cookies_of(state, id, &opened, visit.language);
    (cookies, [(header::REFRESH, refresh)], page).into_response()
}

fn refused(error: ApiError) -> Response {
    let status = StatusCode::from_u16(error.code.status());
    (status.unwrap_or(StatusCode::BAD_REQUEST), axum::Json(error)).into_response()
}
