//! `/link/{id}#{token}`: the portal as a page of its own, for whom a link was made.
//!
//! The page exchanges the token for a cookie that only addresses below it get, and forgets the token.
//! Then it names the recipient and asks; from the answer on, the cookie is the session's.

use app::{
    contract::portal::{Hosted, PortalPage},
    pages::portal::{
        LinkDocument, LinkPage, LinkStage, PortalBoot, PortalLook, language::Language,
        layout::Layout,
    },
};
use axum::{
    Json,
    extract::{Path, Query, Request, State, rejection::JsonRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    AppState, assets, cookies, error::RestError, oauth::window::Parameters, pages::rows,
    same_origin, ui,
};
use crate::{
    domain::{
        id::LinkId,
        link::{Link, SESSION},
        secret::Secret,
    },
    use_cases::{Error, Result, links, snapshot},
};

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
            let api = super::pages::RequestApi::new(state, &request);
            let boot = PortalBoot {
                page: Ok(*page),
                strings: language.strings(),
            };
            ui::render(
                api,
                (boot, language, look, Layout::default()),
                "'none'".to_owned(),
                request,
            )
            .await
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
        });
        return Ok(Shown::Portal(Box::new(page), look));
    }
    let stage = match cookie {
        Some(token) if links::can_be_taken(services, link, token) => LinkStage::Confirm {
            recipient: link.recipient(),
            action: format!("/link/{}/confirm{wish}", link.id),
        },
        _ if link.is_open(services.now()) => LinkStage::Opening,
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

/// `POST /link/{id}/open`: what stood behind `#`, for a cookie.
pub async fn open(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: std::result::Result<Json<Open>, JsonRejection>,
) -> std::result::Result<Response, RestError> {
    if let Err(refusal) = same_origin::check(&headers, &state.services.public_url) {
        return Ok((StatusCode::FORBIDDEN, Json(refusal)).into_response());
    }
    let Json(Open { token }) = body.map_err(RestError::of_rejection)?;
    let link = find(&state, &id).await?;
    if !links::can_be_taken(&state.services, &link, &token) {
        return Err(links::over().into());
    }
    let cookie = cookies::set_link(link.id, &token, SESSION.as_secs(), state.secure());
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
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
