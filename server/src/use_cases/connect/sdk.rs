//! `connect` by an SDK in a page of the host, which opens the window itself.
//!
//! The address that the window gets could be sent to another person. So it only leads to a page of
//! Patchbay's own, which goes on when the page behind the window proves that the same user is signed
//! in there, or when the person says so.

use std::collections::BTreeMap;

use super::open;
use crate::{
    access::EndUser,
    domain::{
        flow::{Caller, Flow, FlowState, Reply},
        id::FlowId,
        intent::Intent,
        secret::Secret,
    },
    use_cases::{
        Error, Result, Services, accounts,
        snapshot::{self, SetUp, Snapshot},
    },
};

/// The longest id that an SDK may choose for a flow.
const MAX_SESSION_ID: usize = 128;

/// What the SDK asks for.
pub struct Request {
    pub session_id: String,
    /// The origin of the page that opens the window.
    pub origin: String,
    /// Whether the success is told by a message; otherwise the SDK asks for it.
    pub tells_success: bool,
    pub intent: Intent,
    pub inputs: BTreeMap<String, Secret>,
    /// A page of the app's own in place of the callback.
    pub redirect_url: Option<String>,
}

/// Stores a flow and gives the path of the page that the window goes to. The secret part stands
/// behind `#`: it is in no log and no `Referer`.
pub async fn begin(
    services: &Services,
    snapshot: &Snapshot,
    user: &EndUser,
    set_up: &SetUp,
    request: Request,
) -> Result<String> {
    set_up.usable().map_err(Error::Inactive)?;
    if request.session_id.is_empty() || request.session_id.len() > MAX_SESSION_ID {
        let message = "The id of an attempt has between 1 and 128 characters.";
        return Err(Error::invalid("oauthMetaKeyId", message));
    }
    if !snapshot.allows_origin(&request.origin) {
        return Err(Error::OriginNotAllowed(request.origin));
    }
    let redirect_url = open::own_page(services, set_up, request.redirect_url)?;
    accounts::refuse_twin(services, user, set_up, &request.intent).await?;
    let caller = Caller {
        session_id: request.session_id,
        reply: Reply {
            origin: request.origin,
            success: request.tells_success,
            redirect_url,
        },
    };
    let (flow, ticket) = open::begin(
        services,
        user,
        set_up,
        request.inputs,
        request.intent,
        open::Beginning {
            caller: Some(caller),
            ..open::Beginning::default()
        },
    )
    .await?;
    Ok(format!("/connect/handoff#{flow}.{}", ticket.expose()))
}

/// Who is about to connect what: for the page to check, and for the person to read.
pub struct Description {
    pub provider: String,
    pub app: String,
    pub user_id: String,
    /// The name that the app noted of the user.
    pub user_name: Option<String>,
    pub origin: String,
    /// The page that was left, for who goes no further.
    pub return_url: Option<String>,
}

/// For the holder of the ticket. The flow stays as it is.
pub async fn describe(services: &Services, id: FlowId, ticket: &Secret) -> Result<Description> {
    let flow = open::of_ticket(services, id, ticket).await?;
    // A link's page begins its flow in its own browser, and hands it to nobody.
    let origin = origin(&flow)
        .filter(|_| matches!(flow.state, FlowState::Created) && flow.intent.link.is_none())
        .ok_or_else(open::ended)?;
    let snapshot = snapshot::fresh(services, flow.project).await?;
    let set_up = snapshot
        .find_by_id(flow.integration)
        .ok_or(Error::NotFound("integration"))?;
    let mut reader = services.store.read().await?;
    let rows = reader
        .connections()
        .state_of_user(flow.project, &flow.user_id)
        .await?;
    let noted = |name: &str| {
        let meta = &rows.as_ref()?.meta;
        meta.get(name)?.as_str().map(str::to_owned)
    };
    Ok(Description {
        provider: set_up.definition.name.clone(),
        app: snapshot.project.name.clone(),
        user_name: noted("Name").or_else(|| noted("Email")),
        user_id: flow.user_id,
        origin,
        return_url: flow.return_url,
    })
}

/// Of the page of the host that began it, where one did.
fn origin(flow: &Flow) -> Option<String> {
    if let Some(caller) = &flow.caller {
        return Some(caller.reply.origin.clone());
    }
    let url = url::Url::parse(flow.return_url.as_deref()?).ok()?;
    Some(url.origin().ascii_serialization())
}

/// The flow that the user's SDK began under this id.
pub async fn find(services: &Services, user: &EndUser, session_id: &str) -> Result<Option<Flow>> {
    let mut reader = services.store.read().await?;
    Ok(reader
        .flows()
        .find_by_session(user.project, &user.user_id, session_id)
        .await?)
}
