//! `connect` by an authorization code that the app's own page received.

use std::{collections::BTreeMap, sync::Arc};

use super::{Grant, check_intent, client_of, open, setup, write};
use crate::{
    access::EndUser,
    domain::{
        connection::Connection,
        definition::AuthMethod,
        intent::Intent,
        secret::Secret,
        token_set::{Account, CredentialFields},
    },
    ports::provider::Target,
    use_cases::{
        Error, Result, Services,
        snapshot::{SetUp, Snapshot},
    },
};

/// The longest code that is passed on, in bytes.
const MAX_CODE: usize = 8 * 1024;

/// Exchanges the code and stores. `redirect_url`: the one that the code was given for; none: ours.
/// The app began the authorization itself, so there is no PKCE verifier of ours.
pub async fn run(
    services: &Arc<Services>,
    snapshot: &Snapshot,
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
    let auth = set_up
        .methods()
        .find(|method| {
            let oauth2 = method.kind.oauth2();
            oauth2.is_some_and(|oauth2| !oauth2.brings_client())
        })
        .ok_or_else(|| {
            let name = &set_up.definition.name;
            Error::invalid("code", format!("{name} is connected by a form."))
        })?
        .clone();
    let redirect_uri = redirect_uri(services, snapshot, set_up, redirect_url)?;
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

fn redirect_uri(
    services: &Services,
    snapshot: &Snapshot,
    set_up: &SetUp,
    asked: Option<String>,
) -> Result<String> {
    let own = open::redirect_uri(services, set_up.integration.id);
    let Some(asked) = asked.filter(|asked| *asked != own) else {
        return Ok(own);
    };
    let origin = url::Url::parse(&asked).map(|url| url.origin().ascii_serialization());
    match origin {
        Ok(origin) if snapshot.allows_origin(&origin) => Ok(asked),
        _ => Err(Error::invalid(
            "redirectUrl",
            "The redirect page is not on one of the project's allowed origins. Add its origin under Settings.",
        )),
    }
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
    /// The person's own client, where the method asks for one.
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
    let tokens = services
        .providers
        .exchange_code(target, &client, code.code, code.verifier, code.redirect_uri)
        .await?;
    metadata.extend(tokens.metadata.clone());
    let fields = fields.with_tokens(&tokens);
    let status = setup::settle(services, set_up, auth, &fields, &mut metadata).await;
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
    work.commit().await?;
    tracing::info!(connection = %id, integration = %set_up.integration.integration_type, "connected");
    Ok(connection)
}
