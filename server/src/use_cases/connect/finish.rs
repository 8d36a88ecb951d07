//! `connect` by OAuth, second half: the provider sends the person back.
//!
//! Validate, exchange, persist. The callback proves four things before the code is sent anywhere:
//! the state is one of ours, it belongs to the integration of the path, the browser is the one that
//! began (RFC 9700 §4.7), and `iss` is the provider's (RFC 9207).

use std::{collections::BTreeMap, sync::Arc};

use app::contract::ErrorCode;
use subtle::ConstantTimeEq;

use super::{
    Grant,
    code::{self, Code, Known},
    open,
    open::{FlowSecrets, method_of},
    why::Why,
    write,
};
use crate::{
    access::EndUser,
    domain::{
        definition::{AuthMethod, Before, Tokens},
        flow::{Flow, FlowError, FlowState, Reply},
        id::{ConnectionId, FlowId, IntegrationId},
        secret::Secret,
    },
    ports::provider::{ProviderError, Target},
    use_cases::{
        Error, Result, Services, events, hash,
        snapshot::{self, SetUp},
    },
};

/// The callback's query (RFC 6749 §4.1.2), and the cookie if the browser sent one for the flow.
pub struct Callback {
    pub integration: IntegrationId,
    pub state: Secret,
    pub code: Option<Secret>,
    pub error: Option<String>,
    pub error_description: Option<String>,
    pub iss: Option<String>,
    /// Every parameter, for what the definition keeps: `realmId` …
    pub parameters: BTreeMap<String, String>,
}

impl Callback {
    /// What the method takes for the code.
    fn code_for(&self, auth: &AuthMethod) -> Option<Secret> {
        let name = auth.kind.authorization()?.code_parameter.as_str();
        if name == "code" {
            return self.code.clone();
        }
        let found = self.parameters.get(name)?;
        (!found.is_empty()).then(|| Secret::new(found))
    }

    /// Whether the person said no; OAuth 1.0a has no word for it, and Twitter's is `denied`.
    fn says_no(&self, auth: &AuthMethod) -> bool {
        let oauth1 = auth
            .kind
            .authorization()
            .is_some_and(|known| matches!(known.before, Before::Temporary(_)));
        self.error.as_deref() == Some("access_denied")
            || (oauth1 && self.parameters.contains_key("denied"))
    }
}

/// What the provider answered.
pub(super) struct Answer {
    pub code: Option<Secret>,
    pub parameters: BTreeMap<String, String>,
}

/// For the page that says it is done.
pub struct Finished {
    /// The provider's.
    pub name: String,
    pub integration: IntegrationId,
    pub connection: ConnectionId,
    /// How the page that opened the window is told, where an SDK did.
    pub reply: Option<Reply>,
    /// The page that the person left, and is sent back to.
    pub return_url: Option<String>,
}

/// For the page that says it is not.
pub struct Failed {
    pub error: Error,
    /// The same for the person.
    pub why: Why,
    /// The provider's name, where the flow is known.
    pub name: Option<String>,
    /// Only where the browser was the right one.
    pub reply: Option<Reply>,
    /// As `reply`.
    pub return_url: Option<String>,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self {
            why: Why::of(&error),
            error,
            name: None,
            reply: None,
            return_url: None,
        }
    }
}

/// `cookie_of` finds the flow's cookie among the request's.
pub async fn run(
    services: &Arc<Services>,
    callback: Callback,
    cookie_of: impl Fn(FlowId) -> Option<Secret>,
) -> std::result::Result<Finished, Failed> {
    let (flow, set_up) = validate(services, &callback, cookie_of).await?;
    let (name, integration) = (set_up.definition.name.clone(), flow.integration);
    let (reply, return_url) = (reply(&flow), flow.return_url.clone());
    let code = callback.code_for(method_of(&flow, &set_up));
    // Detached: a browser that goes away does not leave a used code without its tokens stored.
    let services = services.clone();
    let answer = Answer {
        code,
        parameters: callback.parameters,
    };
    let task = tokio::spawn(async move { complete(&services, flow, &set_up, answer).await });
    let outcome = task
        .await
        .unwrap_or_else(|_| Err(Error::Internal("the exchange ended early".to_owned())));
    match outcome {
        Ok(connection) => Ok(Finished {
            name,
            integration,
            connection,
            reply,
            return_url,
        }),
        Err(error) => Err(Failed {
            why: Why::of(&error),
            error,
            name: Some(name),
            reply,
            return_url,
        }),
    }
}

fn reply(flow: &Flow) -> Option<Reply> {
    flow.caller.as_ref().map(|caller| caller.reply.clone())
}

async fn validate(
    services: &Services,
    callback: &Callback,
    cookie_of: impl Fn(FlowId) -> Option<Secret>,
) -> std::result::Result<(Flow, SetUp), Failed> {
    let flow = services
        .store
        .read()
        .await
        .map_err(Error::from)?
        .flows()
        .find_by_state(&hash(&callback.state))
        .await
        .map_err(Error::from)?;
    let flow = flow
        .filter(|flow| flow.integration == callback.integration)
        .ok_or_else(not_ours)?;
    let snapshot = snapshot::fresh(services, flow.project).await?;
    let set_up = snapshot
        .find_by_id(flow.integration)
        .ok_or(Error::NotFound("integration"))?
        .clone();

    let cookie_hash = cookie_of(flow.id).map(|cookie| hash(&cookie));
    let same = |a: &[u8], b: &[u8]| bool::from(a.ct_eq(b));
    let name = &set_up.definition.name;
    let stopped = |why, error| Failed {
        error,
        why,
        name: Some(name.clone()),
        reply: None,
        return_url: None,
    };
    let exchanging = flow
        .begin_exchange(services.now(), cookie_hash.as_deref(), same)
        .map_err(|error| match error {
            FlowError::OtherBrowser => stopped(Why::OtherBrowser, Error::OtherBrowser),
            FlowError::Expired => stopped(Why::TooLate, ended("Ten minutes went by.")),
            FlowError::WrongState => stopped(Why::Used, ended(USED)),
        })?;

    // From here on the browser is known to be the right one: what is wrong now ends the flow.
    if let Some(why) = refusal(services, callback, &flow, &set_up).await {
        let (code, message) = refused(&why, &set_up);
        fail(services, &flow, code, message.clone()).await?;
        let error = match code {
            ErrorCode::ProviderRefused => Error::Provider(ProviderError::Refused(message)),
            ErrorCode::IntegrationInactive => Error::Inactive(message),
            _ => ended(&message),
        };
        return Err(Failed {
            reply: reply(&flow),
            return_url: flow.return_url,
            ..stopped(why, error)
        });
    }
    advance(services, &flow, &exchanging)
        .await
        .map_err(|_| stopped(Why::Used, ended(USED)))?;
    Ok((
        Flow {
            state: exchanging,
            ..flow
        },
        set_up,
    ))
}

/// What is wrong with an answer that the right browser brings.
async fn refusal(
    services: &Services,
    callback: &Callback,
    flow: &Flow,
    set_up: &SetUp,
) -> Option<Why> {
    let target = Target {
        definition: &set_up.definition,
        auth: method_of(flow, set_up),
        metadata: &flow.inputs,
    };
    let iss = callback.iss.as_deref();
    match services.providers.issuer_matches(target, iss).await {
        Ok(true) => {}
        Ok(false) => return Some(Why::WrongIssuer),
        Err(error) => return Some(Why::of(&Error::Provider(error))),
    }
    if callback.says_no(target.auth) {
        return Some(Why::Denied);
    }
    if let Some(error) = &callback.error {
        let told = callback.error_description.as_deref().unwrap_or(error);
        let told = told.chars().filter(|c| !c.is_control()).take(200).collect();
        return Some(Why::Refused(told));
    }
    if callback.code_for(target.auth).is_none() {
        return Some(Why::NoAnswer);
    }
    set_up.usable().err().map(|_| Why::NotReady)
}

/// The same for the flow, where the portal reads it.
fn refused(why: &Why, set_up: &SetUp) -> (ErrorCode, String) {
    let name = &set_up.definition.name;
    match why {
        Why::WrongIssuer => (
            ErrorCode::FlowEnded,
            format!("The answer did not come from {name}."),
        ),
        Why::Denied => (
            ErrorCode::ProviderRefused,
            format!("Access was not granted on {name}'s page."),
        ),
        Why::Refused(told) => (
            ErrorCode::ProviderRefused,
            format!("{name} answered: {told}"),
        ),
        Why::ProviderDown => (
            ErrorCode::ProviderUnavailable,
            format!("{name} did not answer. Try again in a moment."),
        ),
        Why::NotReady => (
            ErrorCode::IntegrationInactive,
            set_up.usable().err().unwrap_or_default(),
        ),
        _ => (
            ErrorCode::ProviderRefused,
            format!("{name} sent no authorization code."),
        ),
    }
}

/// Exchanges and stores; what goes wrong is written into the flow, where the portal reads it.
pub(super) async fn complete(
    services: &Services,
    flow: Flow,
    set_up: &SetUp,
    answer: Answer,
) -> Result<ConnectionId> {
    let outcome = match exchange(services, &flow, set_up, &answer).await {
        Ok(grant) => persist(services, &flow, set_up, grant).await,
        Err(error) => Err(error),
    };
    if let Err(error) = &outcome {
        tracing::warn!(flow = %flow.id, error = %error, "a flow failed");
        let (code, message) = told(error, &set_up.definition.name);
        fail(services, &flow, code, message).await?;
    }
    outcome
}

/// What the person reads.
fn told(error: &Error, name: &str) -> (ErrorCode, String) {
    match error {
        Error::Provider(error) if error.is_refusal() => (
            ErrorCode::ProviderRefused,
            format!("{name} refused: {}", error.said()),
        ),
        Error::Provider(ProviderError::Unavailable(_) | ProviderError::Wait { .. }) => (
            ErrorCode::ProviderUnavailable,
            format!("{name} did not answer. Try again in a moment."),
        ),
        Error::Provider(ProviderError::Egress(_)) => (
            ErrorCode::EgressRefused,
            format!("{name}'s address is not one that this server may call."),
        ),
        Error::Unavailable(_) => (
            ErrorCode::Unavailable,
            "Nothing was stored. Try again in a moment.".to_owned(),
        ),
        _ => (
            ErrorCode::Internal,
            "Something went wrong on our side. Try again in a moment.".to_owned(),
        ),
    }
}

async fn exchange(
    services: &Services,
    flow: &Flow,
    set_up: &SetUp,
    answer: &Answer,
) -> Result<Grant> {
    let auth = method_of(flow, set_up);
    let authorization = auth.kind.authorization();
    let authorization = authorization.ok_or(Error::NotFound("integration"))?;
    let secrets = FlowSecrets::open(services, flow)?;
    let code = answer
        .code
        .as_ref()
        .ok_or_else(|| ended("The provider sent no authorization code."))?;
    let temporary = secrets.fields.get(Tokens::TEMPORARY).map(Secret::expose);
    let brought = answer.parameters.get("oauth_token").map(String::as_str);
    if temporary.is_some() && brought.is_some() && temporary != brought {
        return Err(ended("The answer belongs to another attempt."));
    }
    let mut metadata = flow.inputs.clone();
    for (name, parameter) in &authorization.callback_metadata {
        if let Some(value) = answer
            .parameters
            .get(parameter)
            .filter(|value| value.len() <= 256)
        {
            metadata.insert(name.clone(), value.clone());
        }
    }
    let code = Code {
        code,
        verifier: authorization.pkce.then_some(&secrets.verifier),
        redirect_uri: &open::redirect_uri_of(services, flow),
    };
    let known = Known {
        fields: secrets.fields.clone(),
        metadata,
    };
    code::exchange(services, set_up, auth, known, code).await
}

async fn persist(
    services: &Services,
    flow: &Flow,
    set_up: &SetUp,
    grant: Grant,
) -> Result<ConnectionId> {
    let user = EndUser::trusted(flow.project, flow.user_id.clone());
    let mut work = services.store.begin().await?;
    let connection = write(
        services,
        &mut *work,
        &user,
        flow.integration,
        &flow.intent,
        grant,
    )
    .await?;
    let completed = flow
        .complete(connection)
        .map_err(|error| Error::Internal(error.to_string()))?;
    work.flows()
        .advance(flow.id, &flow.state, &completed)
        .await?;
    events::commit(services, work).await?;
    tracing::info!(connection = %connection, integration = %set_up.integration.integration_type, "connected");
    Ok(connection)
}

async fn fail(services: &Services, flow: &Flow, code: ErrorCode, message: String) -> Result<()> {
    let failed = flow.fail(code, message).map_err(|_| ended(USED))?;
    advance(services, flow, &failed).await
}

pub(super) async fn advance(services: &Services, flow: &Flow, to: &FlowState) -> Result<()> {
    let mut work = services.store.begin().await?;
    work.flows().advance(flow.id, &flow.state, to).await?;
    work.commit().await?;
    Ok(())
}

const USED: &str = "This link has been used.";

fn not_ours() -> Failed {
    Failed {
        why: Why::NotOurs,
        ..ended("This link is not one of ours, or it is too old.").into()
    }
}

fn ended(why: &str) -> Error {
    Error::FlowEnded(format!("{why} Start again from the app."))
}
