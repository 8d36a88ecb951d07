//! Links to a hosted page, where a person connects an account without the app around it.
//!
//! The secret part of the address stands behind `#`. The page exchanges it for a cookie at once, and
//! names the recipient; the browser that then confirms owns the link, and no other can use it any
//! more. Its page presents a token of its own with each call, made from the cookie and of use for
//! this link alone.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use app::contract::user::{IntegrationState, UserState};
use serde_json::json;
use subtle::ConstantTimeEq;
use url::Url;

use super::{
    Error, Result, Services,
    audit::{self, Did},
    hash, origins,
    snapshot::{self, SetUp, Snapshot},
};
use crate::{
    access::{
        EndUser, MayRead, MaySupport,
        permissions::{On, Permission, Permissions},
    },
    domain::{
        audit::{Action, Actor},
        configuration::Settings,
        id::{LinkId, ProjectId},
        link::{LIFETIME, LONGEST, Link, LinkState, Opening},
        secret::Secret,
    },
    ports::store::StoreError,
};

/// What the token of a hosted page begins with; a user token begins otherwise.
const PAGE_TOKEN: &str = "link.";
const MAX_NAME: usize = 120;
const MAX_USER_ID: usize = 256;
const MAX_RETURN_URL: usize = 2048;
/// Links of one user that can be taken at one time.
const MAX_OPEN: usize = 20;
/// How many are listed.
const LISTED: u32 = 50;

/// What its maker says of a link.
#[derive(Default)]
pub struct Wanted {
    pub name: Option<String>,
    pub lifetime: Option<Duration>,
    pub return_url: Option<String>,
}

/// A link, and its address: shown once.
pub struct Made {
    pub link: Link,
    pub url: Secret,
}

/// By a back end, with the token of the user whom it is for.
pub async fn create(
    services: &Services,
    user: &EndUser,
    snapshot: &Snapshot,
    integration_type: &str,
    wanted: Wanted,
) -> Result<Made> {
    let set_up = snapshot.usable(integration_type)?;
    user.may(Permission::Connect, On::integration(integration_type))?;
    store(services, snapshot, &user.user_id, set_up, wanted, None).await
}

/// By an operator, for any user.
pub async fn create_for(
    services: &Services,
    right: MaySupport,
    project: ProjectId,
    user_id: &str,
    integration_type: &str,
    wanted: Wanted,
) -> Result<Made> {
    let user_id = user_id.trim();
    if user_id.is_empty() || user_id.len() > MAX_USER_ID || user_id.chars().any(char::is_control) {
        let message = "Enter the id that your server signs into the user's token.";
        return Err(Error::invalid("user_id", message));
    }
    let snapshot = snapshot::fresh(services, project).await?;
    let set_up = snapshot.usable(integration_type)?;
    store(
        services,
        &snapshot,
        user_id,
        set_up,
        wanted,
        Some(right.actor()),
    )
    .await
}

async fn store(
    services: &Services,
    snapshot: &Snapshot,
    user_id: &str,
    set_up: &SetUp,
    wanted: Wanted,
    by: Option<&Actor>,
) -> Result<Made> {
    let now = services.now();
    let token = services.random_token();
    let link = Link {
        id: LinkId(services.new_random_id()),
        project: snapshot.project.id,
        integration: set_up.integration.id,
        user_id: user_id.to_owned(),
        name: wanted
            .name
            .map(|name| check_name(&name))
            .transpose()?
            .flatten(),
        return_url: wanted
            .return_url
            .map(|url| check_return_url(snapshot, &url))
            .transpose()?,
        token_hash: hash(&token),
        state: LinkState::Created,
        created_at: now,
        expires_at: now + check_lifetime(wanted.lifetime)?,
    };
    let mut work = services.store.begin().await?;
    let known = work
        .links()
        .list(link.project, Some(user_id), LISTED)
        .await?;
    if known.iter().filter(|known| known.is_open(now)).count() >= MAX_OPEN {
        return Err(Error::Conflict(format!(
            "This user has {MAX_OPEN} links that nobody has opened. Wait until some expire."
        )));
    }
    work.links().add(&link).await?;
    if let Some(actor) = by {
        let id = link.id.to_string();
        let did = Did {
            detail: json!({
                "userId": user_id,
                "integration": set_up.integration.integration_type,
            }),
            ..Did::new(Action::LinkCreated, Some(link.project), &id)
        };
        audit::record(&mut *work, now, actor, did).await?;
    }
    work.commit().await?;
    tracing::info!(link = %link.id, "a link was made");
    let path = format!("/link/{}#{}", link.id, token.expose());
    Ok(Made {
        url: Secret::new(services.url(&path)),
        link,
    })
}

fn check_name(name: &str) -> Result<Option<String>> {
    let name = name.trim();
    if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        let message = format!("Use at most {MAX_NAME} characters, on one line.");
        return Err(Error::invalid("name", message));
    }
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

fn check_lifetime(wanted: Option<Duration>) -> Result<Duration> {
    let lifetime = wanted.unwrap_or(LIFETIME);
    if lifetime.as_secs() == 0 || lifetime > LONGEST {
        let message = format!("A link lasts between 1 and {} seconds.", LONGEST.as_secs());
        return Err(Error::invalid("ttl", message));
    }
    Ok(lifetime)
}

fn check_return_url(snapshot: &Snapshot, text: &str) -> Result<String> {
    let wrong = || {
        Error::invalid(
            "returnUrl",
            "Give a whole address such as https://app.example.com/done.",
        )
    };
    if text.len() > MAX_RETURN_URL {
        return Err(wrong());
    }
    let url = Url::parse(text).map_err(|_| wrong())?;
    if !matches!(url.scheme(), "https" | "http") || !url.username().is_empty() {
        return Err(wrong());
    }
    origins::check(snapshot, &url.origin().ascii_serialization())?;
    Ok(url.into())
}

/// One of the user's own.
pub async fn of_user(services: &Services, user: &EndUser, id: LinkId) -> Result<Link> {
    find(services, id)
        .await?
        .filter(|link| link.project == user.project && *link.user_id == *user.user_id)
        .ok_or(Error::NotFound("link"))
}

/// The latest of a project.
pub async fn list(services: &Services, _right: MayRead, project: ProjectId) -> Result<Vec<Link>> {
    let mut reader = services.store.read().await?;
    Ok(reader.links().list(project, None, LISTED).await?)
}

pub async fn find(services: &Services, id: LinkId) -> Result<Option<Link>> {
    Ok(services.store.read().await?.links().lookup(id).await?)
}

/// Whether this is what stood behind `#`, and the link can still be taken.
pub fn can_be_taken(services: &Services, link: &Link, token: &Secret) -> bool {
    link.is_open(services.now()) && same(&link.token_hash, &hash(token))
}

/// The browser that shows the token and confirms owns the link from here on. Gives its cookie.
pub async fn take(services: &Services, link: &Link, token: &Secret) -> Result<Secret> {
    if !can_be_taken(services, link, token) {
        return Err(over());
    }
    let cookie = services.random_token();
    let opening = Opening {
        session_hash: hash(&page_part(&cookie)),
        at: services.now(),
    };
    let mut work = services.store.begin().await?;
    work.links()
        .open(link.id, &opening)
        .await
        .map_err(|error| match error {
            StoreError::Stale => over(),
            other => other.into(),
        })?;
    work.commit().await?;
    tracing::info!(link = %link.id, "a link was taken");
    Ok(cookie)
}

/// What the page presents for the browser whose cookie this is. None: it is another browser's.
pub fn page_token(services: &Services, link: &Link, cookie: &Secret) -> Option<Secret> {
    let part = page_part(cookie);
    link.is_session(services.now(), &hash(&part), same)
        .then(|| Secret::new(format!("{PAGE_TOKEN}{}.{}", link.id, part.expose())))
}

/// Of the cookie, and of no use to find it: the cookie stays out of the page's reach.
fn page_part(cookie: &Secret) -> Secret {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let part = hash(&Secret::new(format!("page {}", cookie.expose())));
    Secret::new(URL_SAFE_NO_PAD.encode(part))
}

/// The user of a hosted page, who may connect the link's integration and nothing else. None: the
/// token is not of such a page.
pub async fn of_page(
    services: &Services,
    project: ProjectId,
    token: &Secret,
) -> Result<Option<(Arc<EndUser>, Arc<Snapshot>, Link)>> {
    let Some(rest) = token.expose().strip_prefix(PAGE_TOKEN) else {
        return Ok(None);
    };
    let (id, part) = rest.split_once('.').ok_or(Error::TokenInvalid)?;
    let id = id.parse().map_err(|_| Error::TokenInvalid)?;
    let part = hash(&Secret::new(part));
    let link = find(services, id)
        .await?
        .filter(|link| link.project == project && link.is_session(services.now(), &part, same))
        .ok_or(Error::TokenInvalid)?;
    let snapshot = snapshot::fresh(services, project).await?;
    let set_up = snapshot
        .find_by_id(link.integration)
        .ok_or(Error::NotFound("integration"))?;
    let scope = format!("integration:{}", set_up.integration.integration_type);
    // To connect the account, and to say what it is set to; `check_account` holds it to that one.
    let rights = [Permission::Connect, Permission::Configure];
    let rights = rights.map(|right| right.as_str().to_owned());
    let claim = BTreeMap::from([(scope, rights.to_vec())]);
    let user = Arc::new(EndUser {
        permissions: Permissions::of_claim(Some(claim)),
        ..EndUser::trusted(project, link.user_id.clone())
    });
    Ok(Some((user, snapshot, link)))
}

/// A link's page speaks of the account that was connected by it, and of no other.
pub fn check_account(link: &Link, account: &str) -> Result<()> {
    match &link.state {
        LinkState::Completed { connection, .. } if connection.to_string() == account => Ok(()),
        _ => Err(Error::NotFound("credential")),
    }
}

pub fn check_open(link: &Link) -> Result<()> {
    match link.state {
        LinkState::Opened(_) => Ok(()),
        _ => Err(over()),
    }
}

/// What the page may see of the user: the account that was connected by the link.
pub fn seen(link: &Link, mut state: UserState) -> UserState {
    let made = match &link.state {
        LinkState::Completed { connection, .. } => connection.to_string(),
        _ => String::new(),
    };
    state.meta = Settings::default();
    for integration in state.integrations.values_mut() {
        let accounts = std::mem::take(&mut integration.all_credentials);
        *integration = IntegrationState::default();
        integration.all_credentials = accounts;
        integration
            .all_credentials
            .retain(|account| account.id == made);
        integration.enabled = !integration.all_credentials.is_empty();
    }
    state
}

pub fn over() -> Error {
    Error::FlowEnded("This link was used, or it has expired. Ask for a new one.".to_owned())
}

fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}
