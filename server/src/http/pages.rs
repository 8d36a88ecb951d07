//! The pages' own door: [`app::api::Api`] for one request. Every method makes a principal first.

mod embedding;
mod integrations;
mod operators;
mod portal;
pub mod rows;
mod settings;
mod users;
mod webhooks;

use std::{collections::BTreeMap, sync::Arc};

use app::{
    api::{Api, SharedApi},
    contract::{
        ApiError, ErrorCode,
        connect::{AccountChoice, ConnectOutcome, FieldValues, PortalSession, Ticket},
        portal::PortalPage,
    },
};
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;

use super::{AppState, cookies, error::public, same_origin, sdk::caller};
use crate::{
    access::{EndUser, Staff},
    domain::{id::FlowId, intent::Intent, link::Link, secret::Secret},
    use_cases::{
        self, Error, Result, authenticate, connect, get_user, links, origins, snapshot,
        snapshot::Snapshot,
    },
};

/// `ANY /api/{function}`: a server function, for pages of Patchbay's own origin only.
pub async fn server_fn(State(state): State<AppState>, request: Request) -> Response {
    if let Err(refusal) = same_origin::check(request.headers(), &state.services.public_url) {
        return (StatusCode::FORBIDDEN, Json(refusal)).into_response();
    }
    let api = RequestApi::new(state, &request);
    let context = move || {
        let shared: SharedApi = Arc::new(api.clone().with_response());
        provide_context(shared);
    };
    leptos_axum::handle_server_fns_with_context(context, request)
        .await
        .into_response()
}

/// One request: who sends it, and the answer under way.
#[derive(Clone)]
pub struct RequestApi {
    state: AppState,
    headers: HeaderMap,
    peer: String,
    response: Option<ResponseOptions>,
}

impl RequestApi {
    pub fn new(state: AppState, request: &Request) -> Self {
        let peer = state.limits.address_of(request);
        Self {
            headers: request.headers().clone(),
            peer: peer.map(|address| address.to_string()).unwrap_or_default(),
            state,
            response: None,
        }
    }

    /// Takes the answer under way from the Leptos context.
    pub fn with_response(mut self) -> Self {
        self.response = use_context::<ResponseOptions>();
        self
    }

    fn set_cookie(&self, cookie: HeaderValue) {
        if let Some(response) = &self.response {
            response.append_header(header::SET_COOKIE, cookie);
        }
    }

    fn begin_session(&self, session: &use_cases::operators::SignedIn) {
        let seconds = use_cases::operators::SESSION_LIFETIME.as_secs();
        self.set_cookie(cookies::set_session(
            &session.token,
            seconds,
            self.state.secure(),
        ));
    }

    /// The operator of the cookie.
    async fn staff(&self) -> std::result::Result<Staff, ApiError> {
        let wanted = || {
            ApiError::new(
                ErrorCode::SignInRequired,
                "You are signed out. Sign in to go on.",
            )
        };
        let token = cookies::find(&self.headers, cookies::SESSION).ok_or_else(wanted)?;
        use_cases::operators::of_session(&self.state.services, &token)
            .await
            .told()?
            .ok_or_else(wanted)
    }

    /// The end user of the portal's token, or of the link whose page it is.
    async fn user(
        &self,
        session: PortalSession,
    ) -> Result<(Arc<EndUser>, Arc<Snapshot>, Option<Link>)> {
        let services = &self.state.services;
        let project = caller::project(&session.project_id)?;
        let token = Secret::new(session.user_token);
        if let Some((user, snapshot, link)) = links::of_page(services, project, &token).await? {
            self.state.limits.count(project, &user.user_id)?;
            return Ok((user, snapshot, Some(link)));
        }
        let (user, snapshot) = authenticate::run(services, project, &token).await?;
        self.state.limits.count(project, &user.user_id)?;
        Ok((user, snapshot, None))
    }

    /// The end user, for a call about one account.
    async fn owner(
        &self,
        session: PortalSession,
        account: &str,
    ) -> Result<(Arc<EndUser>, Arc<Snapshot>)> {
        let (user, snapshot, link) = self.user(session).await?;
        if let Some(link) = link {
            links::check_account(&link, account)?;
        }
        Ok((user, snapshot))
    }

    async fn connect_user(
        &self,
        session: PortalSession,
        integration_type: String,
        method: String,
        values: FieldValues,
        return_url: Option<String>,
    ) -> Result<ConnectOutcome> {
        let services = &self.state.services;
        let (user, snapshot, link) = self.user(session.clone()).await?;
        let mut intent = intent(session.account);
        let return_to = match (&link, return_url) {
            (_, None) => None,
            (Some(link), Some(asked)) => Some(connect::open::return_to_link(link.id, &asked)?),
            (None, Some(asked)) => {
                let url = connect::open::return_url(&snapshot, &asked)?;
                Some(connect::open::ReturnTo::Host(url))
            }
        };
        if let Some(link) = link {
            links::check_open(&link)?;
            intent = Intent {
                link: Some(link.id),
                ..Intent::default()
            };
        }
        intent.method = Some(method);
        let set_up = snapshot.usable(&integration_type)?;
        let values = secret_values(values);
        let method = set_up.method(intent.method.as_deref())?;
        if method.kind.opens_window() {
            let beginning = connect::open::Beginning {
                return_to,
                ..Default::default()
            };
            let (flow, ticket) =
                connect::open::begin(services, &user, set_up, values, intent, beginning).await?;
            return Ok(ConnectOutcome::Window {
                flow_id: flow.to_string(),
                ticket: Ticket(ticket.expose().to_owned()),
            });
        }
        let connection = connect::fields::run(services, &user, set_up, &intent, values).await?;
        Ok(ConnectOutcome::Connected {
            credential: Box::new(get_user::credential(&connection)),
        })
    }

    async fn find_portal_page(
        &self,
        project_id: String,
        integration_type: String,
        account_types: &[String],
        parent_origin: Option<String>,
    ) -> Result<PortalPage> {
        let snapshot = snapshot::fresh(&self.state.services, caller::project(&project_id)?).await?;
        // A page of Patchbay's own may stand around it; `frame-ancestors` holds what is around that.
        let own = self
            .state
            .services
            .public_url
            .origin()
            .ascii_serialization();
        if let Some(origin) = parent_origin.as_ref().filter(|origin| **origin != own) {
            origins::check(&snapshot, origin)?;
        }
        let set_up = snapshot.usable(&integration_type)?;
        Ok(rows::portal_page(
            &self.state.services,
            &snapshot,
            set_up,
            account_types,
            parent_origin,
        ))
    }
}

/// From a use case's error to what a page may know.
trait Told<T> {
    fn told(self) -> std::result::Result<T, ApiError>;
}

impl<T> Told<T> for Result<T> {
    fn told(self) -> std::result::Result<T, ApiError> {
        self.map_err(|error| public(&error))
    }
}

impl<T> Told<T> for std::result::Result<T, crate::access::Denied> {
    fn told(self) -> std::result::Result<T, ApiError> {
        self.map_err(|denied| public(&denied.into()))
    }
}

type Answer<T> = std::result::Result<T, ApiError>;

fn flow_id(text: &str) -> Result<FlowId> {
    text.parse().map_err(|_| Error::NotFound("flow"))
}

impl Api for RequestApi {
    fn set_status(&self, status: u16) {
        if let (Some(response), Ok(status)) = (&self.response, StatusCode::from_u16(status)) {
            response.set_status(status);
        }
    }
}

fn secret_values(values: FieldValues) -> BTreeMap<String, Secret> {
    let values = values.0.into_iter();
    values
        .map(|(name, value)| (name, Secret::new(value)))
        .collect()
}

fn intent(account: AccountChoice) -> Intent {
    Intent {
        selected: account.selected_credential_id,
        external_id: account.external_id,
        multiple: account.allow_multiple_credentials,
        method: None,
        link: None,
    }
}
