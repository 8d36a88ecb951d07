//! `connect` by an authorization code that the app's own page received.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Grant, check_intent, client_of,
    finish::{self, Answer},
    open, setup, write,
};
use crate::{
    access::EndUser,
    domain::{
        connection::Connection,
        definition::{AuthMethod, Before, Tokens},
        flow::Flow,
        intent::Intent,
        secret::Secret,
        token_set::{Account, CredentialFields},
    },
    ports::provider::{Redemption, Target},
    use_cases::{Error, Result, Services, accounts, events, snapshot::SetUp},
};

/// The longest code that is passed on, in bytes.
const MAX_CODE: usize = 8 * 1024;

/// Exchanges the code and stores. `redirect_url`: the one that the code was given for; none: ours.
/// Where the user's flow went to that page, the code is the flow's. Otherwise the app began the
/// authorization itself, so there is no PKCE verifier of ours.
pub async fn run(
    services: &Arc<Services>,
    user: &EndUser,
    set_up: &SetUp,
    code: Secret,
    redirect_url: Option<String>,
) -> Result<Connection> {
    let intent = Intent::default();
    check_intent(services, user, set_up, &intent).await?;
    if code.is_empty() || code.expose().len() > MAX_CODE {
        return Err(Error::invalid(
            "code",
            "The authorization code is missing or too long.",
        ));
    }
    let own_page = open::own_page(services, set_up, redirect_url)?;
    if let Some(own_page) = &own_page
        && let Some(flow) = flow_to(services, user, set_up, own_page).await?
    {
        return finish_flow(services, user, set_up, flow, code).await;
    }
    let auth = set_up
        .methods()
        .find(|method| {
            let authorization = method.kind.authorization();
            let by_code =
                authorization.is_some_and(|known| !matches!(known.before, Before::Temporary(_)));
            by_code && method.kind.needs_company_client()
        })
        .ok_or_else(|| {
            let name = &set_up.definition.name;
            Error::invalid("code", format!("{name} is connected by a form."))
        })?
        .clone();
    let callback = || open::redirect_uri(services, set_up.integration.id);
    let redirect_uri = own_page.unwrap_or_else(callback);
    // Detached: a caller that goes away does not leave a used code without its tokens stored.
    let (services, user, set_up) = (services.clone(), user.clone(), set_up.clone());
    let task = tokio::spawn(async move {
        let code = Code {
            code: &code,
            verifier: None,
            redirect_uri: &redirect_uri,
        };
        let known = Known::default();
        let grant = exchange(&services, &set_up, &auth, known, code).await?;
        store(&services, &user, &set_up, &intent, grant).await
    });
    task.await
        .map_err(|_| Error::Internal("the exchange ended early".to_owned()))?
}

/// The user's flow that is open and leads to this page; the latest if there are several.
async fn flow_to(
    services: &Services,
    user: &EndUser,
    set_up: &SetUp,
    own_page: &str,
) -> Result<Option<Flow>> {
    let mut reader = services.store.read().await?;
    let open = reader
        .flows()
        .list_open(user.project, set_up.integration.id, &user.user_id)
        .await?;
    let leads_here =
        |flow: &Flow| flow.redirect_url() == Some(own_page) && !flow.is_expired(services.now());
    Ok(open.into_iter().find(leads_here))
}

/// The flow ends as if its callback had come: whoever asks for its outcome learns of the account.
async fn finish_flow(
    services: &Arc<Services>,
    user: &EndUser,
    set_up: &SetUp,
    flow: Flow,
    code: Secret,
) -> Result<Connection> {
    let exchanging = flow
        .begin_exchange_for_user(services.now())
        .map_err(|_| open::ended())?;
    finish::advance(services, &flow, &exchanging)
        .await
        .map_err(|_| open::ended())?;
    let flow = Flow {
        state: exchanging,
        ..flow
    };
    let answer = Answer {
        code: Some(code),
        parameters: BTreeMap::new(),
    };
    let task = tokio::spawn({
        let (services, set_up) = (services.clone(), set_up.clone());
        async move { finish::complete(&services, flow, &set_up, answer).await }
    });
    let id = task
        .await
        .map_err(|_| Error::Internal("the exchange ended early".to_owned()))??;
    accounts::find(services, user, &id.to_string()).await
}

/// A code on its way to the token endpoint (RFC 6749 §4.1.3, RFC 7636 §4.5).
pub(super) struct Code<'a> {
    pub code: &'a Secret,
    pub verifier: Option<&'a Secret>,
    /// The one that the code was given for.
    pub redirect_uri: &'a str,
}

/// What is known of an account before its tokens.
#[derive(Default)]
pub(super) struct Known {
    /// The person's own client where the method asks for one, and what a flow kept.
    pub fields: CredentialFields,
    pub metadata: BTreeMap<String, String>,
}

/// Exchanges a code, and asks whose account it is.
pub(super) async fn exchange(
    services: &Services,
    set_up: &SetUp,
    auth: &AuthMethod,
    known: Known,
    code: Code<'_>,
) -> Result<Grant> {
    let Known {
        fields,
        mut metadata,
    } = known;
    let client = client_of(services, set_up, auth, &fields)?;
    let target = Target {
        definition: &set_up.definition,
        auth,
        metadata: &metadata,
    };
    let redemption = Redemption {
        code: code.code,
        verifier: code.verifier,
        redirect_uri: code.redirect_uri,
        fields: &fields,
    };
    let tokens = services
        .providers
        .redeem(target, &client, redemption)
        .await?;
    metadata.extend(tokens.metadata.clone());
    let mut fields = fields.with_tokens(&tokens);
    fields.0.remove(Tokens::TEMPORARY);
    let status = setup::settle(services, set_up, auth, &fields, &mut metadata).await;
    let target = Target {
        definition: &set_up.definition,
        auth,
        metadata: &metadata,
    };
    // The grant is real whatever this call says: its scopes may not reach the verification endpoint.
    let verified = services.providers.verify(target, &client, &fields).await;
    let account = verified.unwrap_or_else(|error| {
        let integration = &set_up.integration.integration_type;
        tracing::info!(integration, error = %error, "the account behind a new grant is not known");
        Account::default()
    });
    Ok(Grant {
        method: auth.id.clone(),
        status,
        fields,
        account,
        metadata,
        scopes: tokens.scopes.or_else(|| Some(set_up.scopes(auth).to_vec())),
        expires_at: tokens.expires_at,
    })
}

async fn store(
    services: &Services,
    user: &EndUser,
    set_up: &SetUp,
    intent: &Intent,
    grant: Grant,
) -> Result<Connection> {
    let mut work = services.store.begin().await?;
    let id = write(
        services,
        &mut *work,
        user,
        set_up.integration.id,
        intent,
        grant,
    )
    .await?;
    let connection = work
        .connections()
        .lookup(id)
        .await?
        .ok_or(Error::NotFound("credential"))?;
    events::commit(services, work).await?;
    tracing::info!(connection = %id, integration = %set_up.integration.integration_type, "connected");
    Ok(connection)
}
