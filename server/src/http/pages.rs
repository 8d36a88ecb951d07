//! The pages' own door: [`app::api::Api`] for one request. Every method makes a principal first.

pub mod rows;
mod settings;
mod webhooks;

use std::{collections::BTreeMap, sync::Arc};

use app::{
    api::{Api, SharedApi},
    contract::{
        ApiError, ErrorCode,
        appearance::{Appearance, AppearancePage, LogoChange},
        connect::{
            AccountChoice, ConnectOutcome, Disconnected, FieldValues, FlowStatus, PortalSession,
            Ticket,
        },
        dashboard::{
            BrowserSettings, CatalogRow, IdentityProvider, IntegrationDetail, IntegrationRow,
            LinksPage, NewKey, NewLink, Origins, Overview, ProjectRow, SdkSetup, UsersPage, Viewer,
            WantedLink,
        },
        event::{ApiScope, EventType},
        portal::{Field, PortalPage},
        setting::{ListPart, Setting, SettingChoices, SettingField},
        user::UserState,
        webhook::{EndpointDetail, NewSecret, WebhooksPage},
    },
};
use async_trait::async_trait;
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
    domain::{
        id::{EndpointId, FlowId, ProjectId},
        intent::Intent,
        link::Link,
        secret::Secret,
        selector::Selector,
    },
    use_cases::{
        Error, Result, api_keys, appearance, authenticate, connect, disconnect, get_user,
        integrations, issuers, keys, links, operators, origins, overview, projects, snapshot,
        snapshot::Snapshot, users, webhooks as webhook_cases,
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

    fn begin_session(&self, session: &operators::SignedIn) {
        let seconds = operators::SESSION_LIFETIME.as_secs();
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
        operators::of_session(&self.state.services, &token)
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

/// A webhook of a project, as pages name it.
fn endpoint(project_id: &str, endpoint_id: &str) -> Result<(ProjectId, EndpointId)> {
    Ok((
        caller::project(project_id)?,
        webhooks::endpoint_id(endpoint_id)?,
    ))
}

fn flow_id(text: &str) -> Result<FlowId> {
    text.parse().map_err(|_| Error::NotFound("flow"))
}

#[async_trait]
impl Api for RequestApi {
    fn set_status(&self, status: u16) {
        if let (Some(response), Ok(status)) = (&self.response, StatusCode::from_u16(status)) {
            response.set_status(status);
        }
    }

    async fn authenticate(&self, session: PortalSession) -> Answer<UserState> {
        let (user, snapshot, link) = self.user(session).await.told()?;
        let state = get_user::of_user(&self.state.services, &snapshot, &user)
            .await
            .told()?;
        Ok(match link {
            Some(link) => links::seen(&link, state),
            None => state,
        })
    }

    async fn get_user(&self, session: PortalSession) -> Answer<UserState> {
        let project = caller::project(&session.project_id).told()?;
        let token = Secret::new(session.user_token);
        get_user::run(&self.state.services, project, &token)
            .await
            .told()
            .map(|known| known.state)
    }

    async fn connect(
        &self,
        session: PortalSession,
        integration_type: String,
        method: String,
        values: FieldValues,
        return_url: Option<String>,
    ) -> Answer<ConnectOutcome> {
        self.connect_user(session, integration_type, method, values, return_url)
            .await
            .told()
    }

    async fn setup_questions(&self, session: PortalSession, account: String) -> Answer<Vec<Field>> {
        let (user, snapshot) = self.owner(session, &account).await.told()?;
        let services = &self.state.services;
        let questions = connect::setup::questions(services, &snapshot, &user, &account).await;
        Ok(questions.told()?.iter().map(rows::question).collect())
    }

    async fn complete_setup(
        &self,
        session: PortalSession,
        account: String,
        values: FieldValues,
    ) -> Answer<ConnectOutcome> {
        let (user, snapshot) = self.owner(session, &account).await.told()?;
        let services = &self.state.services;
        let answers = secret_values(values);
        let completed =
            connect::setup::complete(services, &snapshot, &user, &account, answers).await;
        Ok(ConnectOutcome::Connected {
            credential: Box::new(get_user::credential(&completed.told()?)),
        })
    }

    async fn account_settings(
        &self,
        session: PortalSession,
        account: String,
    ) -> Answer<Vec<SettingField>> {
        self.settings_form(session, account).await.told()
    }

    async fn setting_choices(
        &self,
        session: PortalSession,
        account: String,
        part: ListPart,
    ) -> Answer<SettingChoices> {
        self.choices_of(session, account, part).await.told()
    }

    async fn setting_lists(
        &self,
        session: PortalSession,
        account: String,
        parts: Vec<ListPart>,
    ) -> Answer<Vec<Option<SettingChoices>>> {
        self.lists_of(session, account, parts).await.told()
    }

    async fn save_settings(
        &self,
        session: PortalSession,
        account: String,
        values: FieldValues,
    ) -> Answer<ConnectOutcome> {
        self.take_settings(session, account, values).await.told()
    }

    async fn flow_status(&self, session: PortalSession, id: String) -> Answer<FlowStatus> {
        let (user, ..) = self.user(session).await.told()?;
        connect::flow::status(&self.state.services, &user, flow_id(&id).told()?)
            .await
            .told()
    }

    async fn cancel_flow(&self, session: PortalSession, id: String) -> Answer<()> {
        let (user, ..) = self.user(session).await.told()?;
        connect::flow::cancel(&self.state.services, &user, flow_id(&id).told()?)
            .await
            .told()
    }

    async fn disconnect(
        &self,
        session: PortalSession,
        integration_type: String,
    ) -> Answer<Disconnected> {
        let selected = session.account.selected_credential_id.clone();
        let which = Selector::parse(selected.as_deref().unwrap_or_default());
        let (user, snapshot, _) = self.user(session).await.told()?;
        let set_up = snapshot
            .find(&integration_type)
            .ok_or(Error::NotFound("integration"))
            .told()?;
        disconnect::by_user(&self.state.services, &user, set_up, Some(&which))
            .await
            .told()
    }

    async fn portal_page(
        &self,
        project_id: String,
        integration_type: String,
        account_types: Vec<String>,
        parent_origin: Option<String>,
    ) -> Answer<PortalPage> {
        self.find_portal_page(project_id, integration_type, &account_types, parent_origin)
            .await
            .told()
    }

    async fn viewer(&self) -> Answer<Viewer> {
        let staff = self.staff().await?;
        let projects = projects::list(&self.state.services, staff.reader())
            .await
            .told()?;
        Ok(Viewer {
            email: staff.email,
            role: staff.role,
            projects,
        })
    }

    async fn sign_in(&self, email: String, password: String) -> Answer<()> {
        let password = Secret::new(password);
        let session = operators::sign_in(&self.state.services, &self.peer, &email, password)
            .await
            .told()?;
        self.begin_session(&session);
        Ok(())
    }

    async fn sign_out(&self) -> Answer<()> {
        if let Some(token) = cookies::find(&self.headers, cookies::SESSION) {
            operators::sign_out(&self.state.services, &token)
                .await
                .told()?;
        }
        self.set_cookie(cookies::clear_session(self.state.secure()));
        Ok(())
    }

    async fn setup_open(&self, link: String) -> Answer<bool> {
        operators::setup_open(&self.state.services, &Secret::new(link))
            .await
            .told()
    }

    async fn set_up(
        &self,
        link: String,
        email: String,
        password: String,
        project_name: String,
    ) -> Answer<ProjectRow> {
        let (link, password) = (Secret::new(link), Secret::new(password));
        let (row, session) =
            operators::set_up(&self.state.services, &link, &email, password, &project_name)
                .await
                .told()?;
        self.begin_session(&session);
        Ok(row)
    }

    async fn create_project(&self, name: String) -> Answer<ProjectRow> {
        let right = self.staff().await?.editor().told()?;
        projects::create(&self.state.services, right, &name)
            .await
            .told()
    }

    async fn overview(&self, project_id: String) -> Answer<Overview> {
        let right = self.staff().await?.reader();
        let demo = self.state.demo.then(|| "/demo".to_owned());
        overview::run(
            &self.state.services,
            right,
            caller::project(&project_id).told()?,
            demo,
        )
        .await
        .told()
    }

    async fn catalog(&self, project_id: String) -> Answer<Vec<CatalogRow>> {
        let right = self.staff().await?.reader();
        let project = caller::project(&project_id).told()?;
        let (snapshot, definitions) = integrations::catalog(&self.state.services, right, project)
            .await
            .told()?;
        Ok(definitions
            .iter()
            .map(|found| rows::catalog_row(&self.state.services, &snapshot, found))
            .collect())
    }

    async fn integrations(&self, project_id: String) -> Answer<Vec<IntegrationRow>> {
        let right = self.staff().await?.reader();
        let project = caller::project(&project_id).told()?;
        let (snapshot, counts) = integrations::list(&self.state.services, right, project)
            .await
            .told()?;
        let row = |set_up| rows::integration_row(&self.state.services, set_up, &counts);
        Ok(snapshot.integrations.iter().map(row).collect())
    }

    async fn integration(
        &self,
        project_id: String,
        integration_type: String,
    ) -> Answer<IntegrationDetail> {
        let right = self.staff().await?.reader();
        let project = caller::project(&project_id).told()?;
        let (snapshot, counts) = integrations::list(&self.state.services, right, project)
            .await
            .told()?;
        let set_up = snapshot
            .find(&integration_type)
            .ok_or(Error::NotFound("integration"))
            .told()?;
        Ok(rows::integration_detail(
            &self.state.services,
            set_up,
            &counts,
        ))
    }

    async fn add_integration(&self, project_id: String, slug: String) -> Answer<()> {
        let right = self.staff().await?.editor().told()?;
        integrations::add(
            &self.state.services,
            right,
            caller::project(&project_id).told()?,
            &slug,
        )
        .await
        .told()
    }

    async fn save_oauth(
        &self,
        project_id: String,
        integration_type: String,
        client_id: String,
        client_secret: Option<String>,
        scopes: Vec<String>,
    ) -> Answer<IntegrationDetail> {
        let change = integrations::Change {
            client_id: Some(client_id),
            client_secret: client_secret.map(Secret::new),
            scopes: Some(scopes),
            ..Default::default()
        };
        self.change(project_id, integration_type, change).await
    }

    async fn set_active(
        &self,
        project_id: String,
        integration_type: String,
        active: bool,
    ) -> Answer<IntegrationDetail> {
        let change = integrations::Change {
            active: Some(active),
            ..Default::default()
        };
        self.change(project_id, integration_type, change).await
    }

    async fn save_browser(
        &self,
        project_id: String,
        integration_type: String,
        settings: BrowserSettings,
    ) -> Answer<IntegrationDetail> {
        let change = integrations::Change {
            browser_token: Some(settings.access_token),
            redirect_urls: Some(settings.redirect_urls),
            ..Default::default()
        };
        self.change(project_id, integration_type, change).await
    }

    async fn save_asked(
        &self,
        project_id: String,
        integration_type: String,
        settings: Vec<Setting>,
    ) -> Answer<IntegrationDetail> {
        let change = integrations::Change {
            settings: Some(settings),
            ..Default::default()
        };
        self.change(project_id, integration_type, change).await
    }

    async fn sdk_setup(&self, project_id: String) -> Answer<SdkSetup> {
        let staff = self.staff().await?;
        let services = &self.state.services;
        let project = caller::project(&project_id).told()?;
        let keys = keys::list(services, staff.reader(), project).await.told()?;
        let issuers = issuers::list(services, staff.reader(), project)
            .await
            .told()?;
        let snapshot = snapshot::fresh(services, project).await.told()?;
        Ok(rows::sdk_setup(services, &snapshot, keys, issuers))
    }

    async fn create_key(&self, project_id: String) -> Answer<NewKey> {
        let right = self.staff().await?.administrator().told()?;
        let key = keys::create(
            &self.state.services,
            right,
            caller::project(&project_id).told()?,
        )
        .await
        .told()?;
        Ok(NewKey {
            key_id: key.id.to_string(),
            private_key_pem: key.private_key_pem.expose().to_owned(),
        })
    }

    async fn revoke_key(&self, project_id: String, key_id: String) -> Answer<()> {
        let right = self.staff().await?.administrator().told()?;
        let key = key_id
            .parse()
            .map_err(|_| Error::NotFound("signing key"))
            .told()?;
        keys::revoke(
            &self.state.services,
            right,
            caller::project(&project_id).told()?,
            key,
        )
        .await
        .told()
    }

    async fn add_issuer(
        &self,
        project_id: String,
        new: IdentityProvider,
    ) -> Answer<Vec<IdentityProvider>> {
        let staff = self.staff().await?;
        let right = staff.administrator().told()?;
        let project = caller::project(&project_id).told()?;
        let services = &self.state.services;
        issuers::add(services, right, project, new).await.told()?;
        issuers::list(services, staff.reader(), project)
            .await
            .told()
    }

    async fn remove_issuer(
        &self,
        project_id: String,
        issuer: String,
    ) -> Answer<Vec<IdentityProvider>> {
        let staff = self.staff().await?;
        let right = staff.administrator().told()?;
        let project = caller::project(&project_id).told()?;
        let services = &self.state.services;
        issuers::remove(services, right, project, &issuer)
            .await
            .told()?;
        issuers::list(services, staff.reader(), project)
            .await
            .told()
    }

    async fn origins(&self, project_id: String) -> Answer<Origins> {
        let right = self.staff().await?.reader();
        let (project, origins) = origins::list(
            &self.state.services,
            right,
            caller::project(&project_id).told()?,
        )
        .await
        .told()?;
        Ok(Origins {
            origins,
            loopback_allowed: project.allows_loopback_origins(),
        })
    }

    async fn add_origin(&self, project_id: String, origin: String) -> Answer<Origins> {
        let right = self.staff().await?.editor().told()?;
        origins::add(
            &self.state.services,
            right,
            caller::project(&project_id).told()?,
            &origin,
        )
        .await
        .told()?;
        self.origins(project_id).await
    }

    async fn remove_origin(&self, project_id: String, origin: String) -> Answer<Origins> {
        let right = self.staff().await?.editor().told()?;
        origins::remove(
            &self.state.services,
            right,
            caller::project(&project_id).told()?,
            &origin,
        )
        .await
        .told()?;
        self.origins(project_id).await
    }

    async fn appearance(&self, project_id: String) -> Answer<AppearancePage> {
        let right = self.staff().await?.reader();
        let project = caller::project(&project_id).told()?;
        let (app_name, appearance) = appearance::of_project(&self.state.services, right, project)
            .await
            .told()?;
        Ok(AppearancePage {
            app_name,
            appearance,
        })
    }

    async fn save_appearance(
        &self,
        project_id: String,
        appearance: Appearance,
        logo: LogoChange,
    ) -> Answer<Appearance> {
        let right = self.staff().await?.editor().told()?;
        let project = caller::project(&project_id).told()?;
        appearance::save(&self.state.services, right, project, appearance, logo)
            .await
            .told()
    }

    async fn webhooks(&self, project_id: String) -> Answer<WebhooksPage> {
        let staff = self.staff().await?;
        let project = caller::project(&project_id).told()?;
        webhooks::page(&self.state.services, &staff, project)
            .await
            .told()
    }

    async fn webhook(&self, project_id: String, endpoint_id: String) -> Answer<EndpointDetail> {
        let staff = self.staff().await?;
        let (project, id) = endpoint(&project_id, &endpoint_id).told()?;
        webhooks::detail(&self.state.services, &staff, project, id)
            .await
            .told()
    }

    async fn add_webhook(
        &self,
        project_id: String,
        url: String,
        types: Option<Vec<EventType>>,
    ) -> Answer<NewSecret> {
        let right = self.staff().await?.editor().told()?;
        let project = caller::project(&project_id).told()?;
        let services = &self.state.services;
        let fresh = webhook_cases::add(services, &right, project, &url, types).await;
        fresh.map(webhooks::fresh).told()
    }

    async fn rotate_webhook(&self, project_id: String, endpoint_id: String) -> Answer<NewSecret> {
        let right = self.staff().await?.editor().told()?;
        let (project, id) = endpoint(&project_id, &endpoint_id).told()?;
        let fresh = webhook_cases::rotate(&self.state.services, &right, project, id).await;
        fresh.map(webhooks::fresh).told()
    }

    async fn enable_webhook(
        &self,
        project_id: String,
        endpoint_id: String,
        enabled: bool,
    ) -> Answer<EndpointDetail> {
        let staff = self.staff().await?;
        let (project, id) = endpoint(&project_id, &endpoint_id).told()?;
        webhooks::enable(&self.state.services, &staff, project, id, enabled)
            .await
            .told()
    }

    async fn remove_webhook(&self, project_id: String, endpoint_id: String) -> Answer<()> {
        let right = self.staff().await?.editor().told()?;
        let (project, id) = endpoint(&project_id, &endpoint_id).told()?;
        webhook_cases::remove(&self.state.services, &right, project, id)
            .await
            .told()
    }

    async fn replay(
        &self,
        project_id: String,
        endpoint_id: String,
        event_id: Option<String>,
    ) -> Answer<u32> {
        let staff = self.staff().await?;
        let (project, id) = endpoint(&project_id, &endpoint_id).told()?;
        webhooks::replay(&self.state.services, &staff, project, id, event_id)
            .await
            .told()
    }

    async fn create_api_key(
        &self,
        project_id: String,
        name: String,
        scopes: Vec<ApiScope>,
    ) -> Answer<NewSecret> {
        let right = self.staff().await?.administrator().told()?;
        let project = caller::project(&project_id).told()?;
        let services = &self.state.services;
        let made = api_keys::create(services, right, project, &name, scopes).await;
        made.map(webhooks::fresh_key).told()
    }

    async fn revoke_api_key(&self, project_id: String, key_id: String) -> Answer<()> {
        let right = self.staff().await?.administrator().told()?;
        let project = caller::project(&project_id).told()?;
        let key = key_id.parse().map_err(|_| Error::NotFound("API key"));
        api_keys::revoke(&self.state.services, right, project, key.told()?)
            .await
            .told()
    }

    async fn users(&self, project_id: String, search: String, page: u32) -> Answer<UsersPage> {
        let right = self.staff().await?.reader();
        let project = caller::project(&project_id).told()?;
        let (snapshot, found) = users::list(&self.state.services, right, project, &search, page)
            .await
            .told()?;
        Ok(rows::users_page(
            &self.state.services,
            &snapshot,
            found,
            page,
        ))
    }

    async fn links(&self, project_id: String) -> Answer<LinksPage> {
        let right = self.staff().await?.reader();
        let services = &self.state.services;
        let project = caller::project(&project_id).told()?;
        let found = links::list(services, right, project).await.told()?;
        let snapshot = snapshot::fresh(services, project).await.told()?;
        Ok(rows::links_page(&snapshot, &found, services.now()))
    }

    async fn create_link(&self, project_id: String, wanted: WantedLink) -> Answer<NewLink> {
        let right = self.staff().await?.supporter();
        let project = caller::project(&project_id).told()?;
        let more = links::Wanted {
            name: wanted.name,
            lifetime: Some(std::time::Duration::from_secs(wanted.lifetime.into())),
            return_url: None,
        };
        let (user, integration) = (&wanted.user_id, &wanted.integration_type);
        let services = &self.state.services;
        let made = links::create_for(services, right, project, user, integration, more)
            .await
            .told()?;
        Ok(NewLink {
            recipient: made.link.recipient(),
            url: made.url.expose().to_owned(),
        })
    }

    async fn disconnect_user(
        &self,
        project_id: String,
        connection_id: String,
    ) -> Answer<Disconnected> {
        let right = self.staff().await?.supporter();
        let project = caller::project(&project_id).told()?;
        let connection = connection_id
            .parse()
            .map_err(|_| Error::NotFound("connection"))
            .told()?;
        disconnect::by_staff(&self.state.services, right, project, connection)
            .await
            .told()
    }
}

impl RequestApi {
    async fn change(
        &self,
        project_id: String,
        integration_type: String,
        change: integrations::Change,
    ) -> Answer<IntegrationDetail> {
        let right = self.staff().await?.editor().told()?;
        let project = caller::project(&project_id).told()?;
        integrations::set(
            &self.state.services,
            right,
            project,
            &integration_type,
            change,
        )
        .await
        .told()?;
        self.integration(project_id, integration_type).await
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
