//! `connect` by OAuth, first half: the flow is stored, then one window takes it.

use std::collections::BTreeMap;

use subtle::ConstantTimeEq;

use super::{check_intent, client_of, fields};
use crate::{
    access::EndUser,
    domain::{
        flow::{Caller, FLOW_LIFETIME, Flow, FlowState},
        id::FlowId,
        intent::Intent,
        secret::Secret,
    },
    ports::{
        provider::{AuthorizationRequest, Target},
        vault::SealedField,
    },
    use_cases::{
        Error, Result, Services, hash,
        snapshot::{self, SetUp},
    },
};

/// The field name under which a flow's secrets are sealed.
pub const FLOW: &str = "flow";

/// `state` and the PKCE verifier.
pub struct FlowSecrets {
    pub state: Secret,
    pub verifier: Secret,
}

impl FlowSecrets {
    pub fn seal(
        &self,
        services: &Services,
        flow: FlowId,
        project: uuid::Uuid,
    ) -> crate::domain::secret::Sealed {
        let joined = Secret::new(format!(
            "{} {}",
            self.state.expose(),
            self.verifier.expose()
        ));
        services.vault.seal(
            SealedField {
                project,
                owner: flow.0,
                field: FLOW,
            },
            &joined,
        )
    }

    pub fn open(services: &Services, flow: &Flow) -> Result<Self> {
        let field = SealedField {
            project: flow.project.0,
            owner: flow.id.0,
            field: FLOW,
        };
        let joined = services.vault.open(field, &flow.secrets)?;
        let (state, verifier) = joined.expose().split_once(' ').ok_or_else(|| {
            Error::Internal(format!("flows row {}: the secrets cannot be read", flow.id))
        })?;
        Ok(Self {
            state: Secret::new(state),
            verifier: Secret::new(verifier),
        })
    }
}

/// Stores a flow for the user. `caller`: where an SDK begins it. Returns its id and the ticket for the window.
pub async fn begin(
    services: &Services,
    user: &EndUser,
    set_up: &SetUp,
    inputs: BTreeMap<String, Secret>,
    intent: Intent,
    caller: Option<Caller>,
) -> Result<(FlowId, Secret)> {
    check_intent(services, user, set_up, &intent).await?;
    fields::check(services, &set_up.definition.inputs, &inputs)?;
    let id = FlowId(services.new_id());
    let ticket = services.random_token();
    let secrets = FlowSecrets {
        state: services.random_token(),
        verifier: services.random_token(),
    };
    let now = services.now();
    let flow = Flow {
        id,
        project: user.project,
        integration: set_up.integration.id,
        user_id: user.user_id.clone(),
        inputs: inputs
            .into_iter()
            .map(|(name, value)| (name, value.expose().trim().to_owned()))
            .collect(),
        intent,
        caller,
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

    let authorization_url = authorization_url(services, &flow, set_up)?;
    let cookie = services.random_token();
    let next = flow
        .open(services.now(), hash(&cookie))
        .map_err(|_| ended())?;
    let mut work = services.store.begin().await?;
    work.flows()
        .advance(flow.id, &flow.state, &next)
        .await
        .map_err(|_| ended())?;
    work.commit().await?;
    Ok(Opened {
        cookie,
        authorization_url,
    })
}

fn authorization_url(services: &Services, flow: &Flow, set_up: &SetUp) -> Result<url::Url> {
    let auth = set_up.definition.default_auth();
    let oauth2 = auth.kind.oauth2().ok_or(Error::NotFound("integration"))?;
    let secrets = FlowSecrets::open(services, flow)?;
    let request = AuthorizationRequest {
        client_id: &client_of(services, set_up)?.id,
        redirect_uri: &redirect_uri_of(services, flow),
        state: &secrets.state,
        verifier: oauth2.pkce.then_some(&secrets.verifier),
        scopes: set_up.scopes(),
    };
    let target = Target {
        definition: &set_up.definition,
        auth,
        metadata: &flow.inputs,
    };
    Ok(services.providers.authorization_url(target, &request)?)
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
