//! `connect` by an authorization code that the app's own page received.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Grant, check_intent, client_of,
    finish::{self, Answer},
    open, write,
};
use crate::{
    access::EndUser,
    domain::{
        connection::Connection,
        flow::Flow,
        intent::Intent,
        secret::Secret,
        token_set::{Account, CredentialFields},
    },
    ports::provider::Target,
    use_cases::{Error, Result, Services, accounts, snapshot::SetUp},
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
        let grant = exchange(&services, &set_up, BTreeMap::new(), code).await?;
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

/// Exchanges a code, and asks whose account it is. `metadata`: what is known of the account already.
pub(super) async fn exchange(
    services: &Services,
    set_up: &SetUp,
    mut metadata: BTreeMap<String, String>,
    code: Code<'_>,
) -> Result<Grant> {
    let auth = set_up.definition.default_auth();
    let client = client_of(services, set_up)?;
    let target = Target {
        definition: &set_up.definition,
        auth,
        metadata: &metadata,
    };
    let tokens = services
        .providers
        .exchange_code(target, &client, code.code, code.verifier, code.redirect_uri)
        .await?;
    metadata.extend(tokens.metadata.clone());
    let fields = CredentialFields::default().with_tokens(&tokens);
    let target = Target {
        definition: &set_up.definition,
        auth,
        metadata: &metadata,
    };
    // The grant is real whatever this call says: its scopes may not reach the verification endpoint.
    let account = services.providers.verify(target, &fields).await.unwrap_or_else(|error| {
        let integration = &set_up.integration.integration_type;
        tracing::info!(integration, error = %error, "the account behind a new grant is not known");
        Account::default()
    });
    Ok(Grant {
        fields,
        account,
        metadata,
        scopes: tokens.scopes.or_else(|| Some(set_up.scopes().to_vec())),
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
    work.commit().await?;
    tracing::info!(connection = %id, integration = %set_up.integration.integration_type, "connected");
    Ok(connection)
}
