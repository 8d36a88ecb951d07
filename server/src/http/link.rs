//! `/link/{id}#{token}`: the portal as a page of its own, for whom a link was made.
//!
//! The page exchanges the token for a cookie that only addresses below it get, and forgets the token.
//! Then it names the recipient and asks; from the answer on, the cookie is the session's.

mod form;
mod plain;

use app::{
    contract::portal::{Hosted, PortalPage},
    pages::portal::{LinkDocument, LinkPage, LinkStage, PortalLook, language::Language},
};
use axum::{
    Form, Json,
    body::Body,
    extract::{FromRequest, Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use super::{AppState, assets, cookies, error::RestError, pages::rows, same_origin, ui};
use crate::{
    domain::{
        id::LinkId,
        link::{Link, SESSION},
        secret::Secret,
    },
    use_cases::{Error, Result, links, snapshot},
};
pub use form::FORM_LIMIT;
use plain::Visit;
pub use plain::press;

#[derive(Deserialize)]
pub struct Parameters {
    /// The language that the page is asked for.
    lang: Option<String>,
    /// The flow that the person comes back from.
    flow: Option<String>,
}

/// `GET /link/{id}`
pub async fn page(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(parameters): Query<Parameters>,
    request: Request,
) -> Response {
    let language = ui::language(parameters.lang.as_deref(), request.headers());
    let cookie = cookies::find(request.headers(), cookies::LINK);
    let found = match find(&state, &id).await {
        Ok(link) => show(&state, &link, cookie.as_ref(), &wish(&parameters, language)).await,
        Err(error) => Err(error),
    };
    match found {
        Ok(Shown::Portal(page, look)) => {
            let visit = Visit {
                page: *page,
                look,
                language,
                path: format!("/link/{id}{}", wish(&parameters, language)),
            };
            plain::stand(state, visit, parameters.flow, request).await
        }
        Ok(Shown::Link(page)) => render(*page, language, request).await,
        Err(_) => render(LinkPage::default(), language, request).await,
    }
}

enum Shown {
    Portal(Box<PortalPage>, PortalLook),
    Link(Box<LinkPage>),
}

async fn find(state: &AppState, id: &str) -> Result<Link> {
    let id: LinkId = id.parse().map_err(|_| Error::NotFound("link"))?;
    let found = links::find(&state.services, id).await?;
    found.ok_or(Error::NotFound("link"))
}

/// By what the browser has: the session, the token, or nothing yet.
async fn show(state: &AppState, link: &Link, cookie: Option<&Secret>, wish: &str) -> Result<Shown> {
    let services = &state.services;
    let snapshot = snapshot::fresh(services, link.project).await?;
    let look = PortalLook {
        appearance: snapshot.appearance.clone(),
        ignored: vec![],
    };
    let set_up = snapshot
        .find_by_id(link.integration)
        .ok_or(Error::NotFound("integration"))?;
    let mut page = rows::portal_page(services, &snapshot, set_up, &[], None);
    let session = cookie.and_then(|cookie| links::page_token(services, link, cookie));
    if let Some(token) = session {
        page.hosted = Some(Hosted {
            user_token: token.expose().to_owned(),
            recipient: link.recipient(),
            return_url: link.return_url.clone(),
            accounts: vec![],
        });
        return Ok(Shown::Portal(Box::new(page), look));
    }
    let stage = match cookie {
        Some(token) if links::can_be_taken(services, link, token) => LinkStage::Confirm {
            recipient: link.recipient(),
            action: format!("/link/{}/confirm{wish}", link.id),
        },
        _ if link.is_open(services.now()) => LinkStage::Opening {
            action: format!("/link/{}/open{wish}", link.id),
            wrong: false,
        },
        _ => LinkStage::Over,
    };
    Ok(Shown::Link(Box::new(LinkPage {
        look,
        page: Some(page),
        stage,
    })))
}

async fn render(page: LinkPage, language: Language, request: Request) -> Response {
    let over = page.stage == LinkStage::Over;
    let context = move || {
        provide_context(assets::bundle("portal"));
        provide_context(language);
        provide_context(page.clone());
        let Some(response) = use_context::<leptos_axum::ResponseOptions>() else {
            return;
        };
        if over {
            response.set_status(StatusCode::GONE);
        }
        let nonce = leptos::nonce::use_nonce()
            .map(|nonce| nonce.to_string())
            .unwrap_or_default();
        if let Ok(policy) = HeaderValue::from_str(&super::dashboard::policy(&nonce, "'none'")) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    };
    leptos_axum::render_app_async_with_context(context, || view! { <LinkDocument /> })(request)
        .await
}

/// The next address asks for the language, too, if this one did.
fn wish(parameters: &Parameters, language: Language) -> String {
    match parameters.lang {
        Some(_) => format!("?lang={}", language.tag()),
        None => String::new(),
    }
}

#[derive(Deserialize)]
pub struct Open {
    token: Secret,
}

/// `POST /link/{id}/open`: what stood behind `#`, for a cookie. A script sends JSON and is told what came
/// of it; a form, where no script runs, has a person paste it, and is led on.
pub async fn open(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(parameters): Query<Parameters>,
    request: Request,
) -> std::result::Result<Response, RestError> {
    let headers = request.headers().clone();
    if let Err(refusal) = same_origin::check(&headers, &state.services.public_url) {
        return Ok((StatusCode::FORBIDDEN, Json(refusal)).into_response());
    }
    let link = find(&state, &id).await?;
    let (parts, body) = request.into_parts();
    let again = Request::from_parts(parts.clone(), Body::empty());
    let request = Request::from_parts(parts, body);
    if !is_form(&headers) {
        let body = Json::<Open>::from_request(request, &()).await;
        let Json(Open { token }) = body.map_err(RestError::of_rejection)?;
        let cookie = cookie(&state, &link, &token).ok_or_else(links::over)?;
        return Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response());
    }
    let language = ui::language(parameters.lang.as_deref(), &headers);
    let wish = wish(&parameters, language);
    let pasted = Form::<Open>::from_request(request, &()).await.ok();
    if let Some(cookie) = pasted.and_then(|Form(Open { token })| cookie(&state, &link, &token)) {
        let back = Redirect::to(&format!("/link/{}{wish}", link.id));
        return Ok(([(header::SET_COOKIE, cookie)], back).into_response());
    }
    let mut page = match show(&state, &link, None, &wish).await? {
        Shown::Link(page) => *page,
        Shown::Portal(..) => LinkPage::default(),
    };
    if let LinkStage::Opening { wrong, .. } = &mut page.stage {
        *wrong = true;
    }
    Ok(render(page, language, again).await)
}

fn is_form(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    })
}

/// For who shows what stood behind `#`, or pasted the whole link.
fn cookie(state: &AppState, link: &Link, token: &Secret) -> Option<HeaderValue> {
    let token = token.expose().trim();
    let token = Secret::new(token.rsplit_once('#').map_or(token, |(_, token)| token));
    links::can_be_taken(&state.services, link, &token)
        .then(|| cookies::set_link(link.id, &token, SESSION.as_secs(), state.secure()))
}

/// `POST /link/{id}/confirm`: this browser it is. Whatever came of it, the page says so.
pub async fn confirm(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> std::result::Result<Response, RestError> {
    if let Err(refusal) = same_origin::check(&headers, &state.services.public_url) {
        return Ok((StatusCode::FORBIDDEN, Json(refusal)).into_response());
    }
    let link = find(&state, &id).await?;
    let language = ui::language(parameters.lang.as_deref(), &headers);
    let back = Redirect::to(&format!("/link/{}{}", link.id, wish(&parameters, language)));
    let Some(token) = cookies::find(&headers, cookies::LINK) else {
        return Ok(back.into_response());
    };
    match links::take(&state.services, &link, &token).await {
        Ok(session) => {
            let seconds = SESSION.as_secs();
            let cookie = cookies::set_link(link.id, &session, seconds, state.secure());
            Ok(([(header::SET_COOKIE, cookie)], back).into_response())
        }
        Err(Error::FlowEnded(_)) => Ok(back.into_response()),
        Err(error) => Err(error.into()),
    }
}
