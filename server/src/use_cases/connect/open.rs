//! `connect` by OAuth, first half: the flow is stored, then one window takes it.

use std::collections::BTreeMap;

use subtle::ConstantTimeEq;

use super::{check_intent, client_of, fields};
use crate::{
    access::EndUser,
    domain::{
        definition::AuthMethod,
        flow::{Caller, FLOW_LIFETIME, Flow, FlowState},
        id::{FlowId, LinkId},
        intent::Intent,
        secret::{Sealed, Secret},
        token_set::CredentialFields,
    },
    ports::{
        provider::{AuthorizationRequest, Target},
        vault::SealedField,
    },
    use_cases::{
        Error, Result, Services, hash,
        snapshot::{self, SetUp, Snapshot},
    },
};

/// The field name under which a flow's secrets are sealed.
pub const FLOW: &str = "flow";

/// `state` and the PKCE verifier, the person's own client where the method asks for one, and what the
/// provider gave before the window went there.
pub struct FlowSecrets {
    pub state: Secret,
    pub verifier: Secret,
    pub fields: CredentialFields,
}

const STATE: &str = "state";
const VERIFIER: &str = "verifier";

impl FlowSecrets {
    pub fn seal(&self, services: &Services, flow: FlowId, project: uuid::Uuid) -> Sealed {
        let mut all = self.fields.clone();
        all.0.insert(STATE.to_owned(), self.state.clone());
        all.0.insert(VERIFIER.to_owned(), self.verifier.clone());
        services.vault.seal(
            SealedField {
                project,
                owner: flow.0,
                field: FLOW,
            },
            &all.to_json(),
        )
    }

    pub fn open(services: &Services, flow: &Flow) -> Result<Self> {
        let field = SealedField {
            project: flow.project.0,
            owner: flow.id.0,
            field: FLOW,
        };
        let corrupt =
            || Error::Internal(format!("flows row {}: the secrets cannot be read", flow.id));
        let json = services.unseal("flows", flow.id, field, &flow.secrets)?;
        let mut all = CredentialFields::from_json(json.expose()).map_err(|_| corrupt())?;
        Ok(Self {
            state: all.0.remove(STATE).ok_or_else(corrupt)?,
            verifier: all.0.remove(VERIFIER).ok_or_else(corrupt)?,
            fields: all,
        })
    }
}

/// Whoever begins a flow, besides the portal that follows it.
#[derive(Default)]
pub struct Beginning {
    /// An SDK in a page of the host.
    pub caller: Option<Caller>,
    /// Where the person comes back to who leaves a page for the provider.
    pub return_to: Option<ReturnTo>,
}

pub enum ReturnTo {
    /// A page of the host, checked by [`return_url`].
    Host(String),
    /// The page of a link, by its path: it is told which flow it was, and says what came of it.
    Link(String),
}

impl ReturnTo {
    fn address(self, services: &Services, flow: FlowId) -> String {
        match self {
            Self::Host(url) => url,
            Self::Link(path) => {
                let and = if path.contains('?') { '&' } else { '?' };
                services.url(&format!("{path}{and}flow={flow}"))
            }
        }
    }
}

/// Whether that page of ours says by itself what came of a flow.
pub fn is_link(services: &Services, return_url: &str) -> bool {
    return_url.starts_with(&services.url("/link/"))
}

/// The page of a link as a place to return to: no other page of ours is one.
pub fn return_to_link(link: LinkId, asked: &str) -> Result<ReturnTo> {
    let (path, _) = asked.split_once('?').unwrap_or((asked, ""));
    if path == format!("/link/{link}") && asked.len() <= MAX_RETURN_URL {
        Ok(ReturnTo::Link(asked.to_owned()))
    } else {
        Err(Error::invalid(
            "return_url",
            "A link leads back to its own page only.",
        ))
    }
}

/// The longest address that a person is sent back to, in bytes.
const MAX_RETURN_URL: usize = 2048;

/// An address that a person may be sent back to: a page of an origin that the project allows.
pub fn return_url(snapshot: &Snapshot, asked: &str) -> Result<String> {
    let url = url::Url::parse(asked)
        .ok()
        .filter(|url| asked.len() <= MAX_RETURN_URL && url.username().is_empty())
        .ok_or_else(|| {
            Error::invalid("return_url", "The page to return to has no valid address.")
        })?;
    let origin = url.origin().ascii_serialization();
    if snapshot.allows_origin(&origin) {
        Ok(url.into())
    } else {
        Err(Error::OriginNotAllowed(origin))
    }
}

/// Stores a flow for the user. Returns its id and the ticket for the window.
pub async fn begin(
    services: &Services,
    user: &EndUser,
    set_up: &SetUp,
    inputs: BTreeMap<String, Secret>,
    intent: Intent,
    beginning: Beginning,
) -> Result<(FlowId, Secret)> {
    check_intent(services, user, set_up, &intent).await?;
    let auth = set_up.method(intent.method.as_deref())?;
    if !auth.kind.opens_window() {
        let message = format!("{} is connected by a form.", set_up.definition.name);
        return Err(Error::invalid("integrationId", message));
    }
    fields::check(services, &set_up.questions(auth), &inputs)?;
    let (inputs, client) = fields::split(&set_up.definition.inputs, inputs);
    let id = FlowId(services.new_id());
    let ticket = services.random_token();
    let secrets = FlowSecrets {
        state: services.random_token(),
        verifier: services.random_token(),
        fields: CredentialFields(client),
    };
    let now = services.now();
    let flow = Flow {
        id,
        project: user.project,
        integration: set_up.integration.id,
        user_id: user.user_id.to_string(),
        inputs,
        intent: Intent {
            method: Some(auth.id.clone()),
            ..intent
        },
        caller: beginning.caller,
        return_url: beginning.return_to.map(|place| place.address(services, id)),
        ticket_hash: hash(&ticket),
        state_hash: hash(&secrets.state),
        secrets: secrets.seal(services, id, user.project.0),
        state: FlowState::Created,
        created_at: now,
        expires_at: now + FLOW_LIFETIME,
    };
    let mut work = services.store.begin().await?;
    work.flows().add(&flow).await?;
    work.commit().await?;
    Ok((id, ticket))
}

/// The flow, for the holder of its ticket.
pub async fn of_ticket(services: &Services, id: FlowId, ticket: &Secret) -> Result<Flow> {
    let flow = services.store.read().await?.flows().lookup(id).await?;
    flow.filter(|flow| bool::from(flow.ticket_hash.ct_eq(&hash(ticket))))
        .filter(|flow| !flow.is_expired(services.now()))
        .ok_or_else(ended)
}

/// The provider's name, for the holder of the ticket of a flow that could not go on.
pub async fn provider_of(services: &Services, id: FlowId, ticket: &Secret) -> Option<String> {
    let flow = of_ticket(services, id, ticket).await.ok()?;
    let snapshot = snapshot::fresh(services, flow.project).await.ok()?;
    Some(
        snapshot
            .find_by_id(flow.integration)?
            .definition
            .name
            .clone(),
    )
}

/// What the window needs: its cookie, and where to go.
pub struct Opened {
    pub cookie: Secret,
    pub authorization_url: url::Url,
}

/// A window shows the ticket. The flow is its browser's from here on.
pub async fn run(services: &Services, id: FlowId, ticket: &Secret) -> Result<Opened> {
    let flow = of_ticket(services, id, ticket).await?;
    let snapshot = snapshot::fresh(services, flow.project).await?;
    let set_up = snapshot
        .find_by_id(flow.integration)
        .ok_or(Error::NotFound("integration"))?;
    set_up.usable().map_err(Error::Inactive)?;

    let (authorization_url, kept) = authorize(services, &flow, set_up).await?;
    let cookie = services.random_token();
    let next = flow
        .open(services.now(), hash(&cookie))
        .map_err(|_| ended())?;
    let mut work = services.store.begin().await?;
    work.flows()
        .advance(flow.id, &flow.state, &next)
        .await
        .map_err(|_| ended())?;
    if let Some(secrets) = kept {
        work.flows().keep(flow.id, &secrets).await?;
    }
    work.commit().await?;
    Ok(Opened {
        cookie,
        authorization_url,
    })
}

/// Where the window goes, and the flow's secrets where the provider added some.
async fn authorize(
    services: &Services,
    flow: &Flow,
    set_up: &SetUp,
) -> Result<(url::Url, Option<Sealed>)> {
    let auth = method_of(flow, set_up);
    let authorization = auth.kind.authorization();
    let authorization = authorization.ok_or(Error::NotFound("integration"))?;
    let mut secrets = FlowSecrets::open(services, flow)?;
    let request = AuthorizationRequest {
        redirect_uri: &redirect_uri_of(services, flow),
        state: &secrets.state,
        verifier: authorization.pkce.then_some(&secrets.verifier),
    };
    let target = Target {
        definition: &set_up.definition,
        auth,
        metadata: &flow.inputs,
    };
    let client = client_of(services, set_up, auth, &secrets.fields)?;
    let providers = &services.providers;
    let authorized = providers.authorize(target, &client, &request).await?;
    if authorized.kept.0.is_empty() {
        return Ok((authorized.url, None));
    }
    secrets.fields.0.extend(authorized.kept.0);
    let sealed = secrets.seal(services, flow.id, flow.project.0);
    Ok((authorized.url, Some(sealed)))
}

/// How the flow connects.
pub(super) fn method_of<'a>(flow: &Flow, set_up: &'a SetUp) -> &'a AuthMethod {
    let definition = &set_up.definition;
    let named = flow.intent.method.as_deref();
    named
        .and_then(|id| definition.auth(id))
        .unwrap_or_else(|| definition.default_auth())
}

/// Distinct an integration, so that one provider's answer cannot pass for another's (RFC 9700 §4.4).
pub fn redirect_uri(services: &Services, integration: crate::domain::id::IntegrationId) -> String {
    services.url(&format!("/oauth/callback/{integration}"))
}

/// The one that this flow uses, in both of its requests to the provider.
pub fn redirect_uri_of(services: &Services, flow: &Flow) -> String {
    match flow.redirect_url() {
        Some(own_page) => own_page.to_owned(),
        None => redirect_uri(services, flow.integration),
    }
}

/// A page of the app's own that is to take the place of the callback; none where the callback itself
/// is named. It is one of the integration's, to the letter: codes are sent there.
pub fn own_page(
    services: &Services,
    set_up: &SetUp,
    asked: Option<String>,
) -> Result<Option<String>> {
    let callback = redirect_uri(services, set_up.integration.id);
    let Some(asked) = asked.filter(|asked| !asked.is_empty() && *asked != callback) else {
        return Ok(None);
    };
    if set_up.integration.redirect_urls.contains(&asked) {
        return Ok(Some(asked));
    }
    Err(Error::invalid(
        "redirectUrl",
        "This redirect page is not among those of the integration. Add it in the dashboard, to the letter, or leave it out.",
    ))
}

pub fn ended() -> Error {
    Error::FlowEnded(
        "This attempt is over or was opened already. Start again from the app.".to_owned(),
    )
}
