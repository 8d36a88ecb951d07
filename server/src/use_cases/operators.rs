//! Operators: the first one by a one-time link, signing in, sessions.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use app::contract::dashboard::{ProjectRow, Role};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use moka::sync::Cache;
use serde_json::json;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use super::{
    Error, Result, Services,
    audit::{self, Did},
    hash, projects,
};
use crate::{
    access::{MayAdminister, Staff},
    domain::{
        audit::{Action, Actor},
        id::OperatorId,
        operator::{Operator, OperatorSession},
        secret::Secret,
    },
    ports::store::StoreError,
};

/// How long a sign-in lasts.
pub const SESSION_LIFETIME: Duration = Duration::from_secs(12 * 3600);
const SETUP_LINK: &str = "setup_link";
/// Attempts a minute on one e-mail address, and from one address of the network.
const ATTEMPTS_PER_EMAIL: u32 = 10;
const ATTEMPTS_PER_PEER: u32 = 50;
/// A valid hash of nothing: checking it costs what checking a real one costs.
const ABSENT: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRmb3JhYnNlbnQ$pDWy2mOaVhTwLzNGsl0yiFPBAqHwhlkjK6Fdz1SoVvo";

/// What keeps passwords from being tried, and argon2 from taking all memory.
pub struct Doorkeeper {
    attempts: Cache<String, Arc<AtomicU32>>,
    hashing: Semaphore,
}

impl Default for Doorkeeper {
    fn default() -> Self {
        Self {
            attempts: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_secs(60))
                .build(),
            hashing: Semaphore::new(2),
        }
    }
}

impl Doorkeeper {
    fn count(&self, key: String, limit: u32) -> Result<()> {
        let count = self.attempts.get_with(key, || Arc::new(AtomicU32::new(0)));
        if count.fetch_add(1, Ordering::Relaxed) < limit {
            Ok(())
        } else {
            Err(Error::TooManyRequests)
        }
    }

    async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let _permit = self
            .hashing
            .acquire()
            .await
            .map_err(|_| Error::TooManyRequests)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| Error::Internal("password hashing ended early".to_owned()))
    }
}

/// A session just begun: the cookie's value.
pub struct SignedIn {
    pub token: Secret,
}

/// Makes the one-time link for the first operator; none once there is an operator. A new link
/// replaces an older one.
pub async fn setup_link(services: &Services) -> Result<Option<Secret>> {
    let mut work = services.store.begin().await?;
    if work.operators().count().await? > 0 {
        return Ok(None);
    }
    let link = services.random_token();
    work.settings().put(SETUP_LINK, &hash(&link)).await?;
    work.commit().await?;
    Ok(Some(link))
}

/// Whether the link still works.
pub async fn setup_open(services: &Services, link: &Secret) -> Result<bool> {
    let mut reader = services.store.read().await?;
    let stored = reader.settings().lookup(SETUP_LINK).await?;
    Ok(reader.operators().count().await? == 0
        && stored.is_some_and(|stored| bool::from(stored.ct_eq(&hash(link)))))
}

/// Creates the first operator, an administrator, and the first project; signs in.
pub async fn set_up(
    services: &Services,
    link: &Secret,
    email: &str,
    password: Secret,
    project_name: &str,
) -> Result<(ProjectRow, SignedIn)> {
    if !setup_open(services, link).await? {
        return Err(Error::FlowEnded(
            "This link has been used. Sign in instead.".to_owned(),
        ));
    }
    let project_name = app::validate::project_name(project_name).map_err(|mut error| {
        error.field = Some("project_name".to_owned());
        error
    })?;
    let operator = new_operator(services, email, password, Role::Admin).await?;
    let mut work = services.store.begin().await?;
    // Removing the link is what makes it single use.
    work.settings()
        .remove(SETUP_LINK)
        .await
        .map_err(|error| match error {
            StoreError::NotFound => {
                Error::FlowEnded("This link has been used. Sign in instead.".to_owned())
            }
            other => other.into(),
        })?;
    work.operators().add(&operator).await?;
    let row = projects::add(services, &mut *work, &project_name).await?;
    let staff = Staff::of_operator(&operator);
    let now = operator.created_at;
    audit::record(&mut *work, now, &staff.actor(), created(&operator)).await?;
    audit::record(&mut *work, now, &staff.actor(), projects::created(&row)).await?;
    work.commit().await?;
    Ok((row, begin_session(services, &staff).await?))
}

/// Creates an operator. Conflict: the address is taken.
pub async fn create(
    services: &Services,
    right: MayAdminister,
    email: &str,
    password: Secret,
    role: Role,
) -> Result<OperatorId> {
    let operator = new_operator(services, email, password, role).await?;
    let mut work = services.store.begin().await?;
    work.operators()
        .add(&operator)
        .await
        .map_err(|error| match error {
            StoreError::Conflict => {
                Error::Conflict("An operator with this e-mail address exists already.".to_owned())
            }
            other => other.into(),
        })?;
    let now = operator.created_at;
    audit::record(&mut *work, now, right.actor(), created(&operator)).await?;
    work.commit().await?;
    Ok(operator.id)
}

fn created(operator: &Operator) -> Did<'_> {
    Did {
        detail: json!({ "role": operator.role }),
        ..Did::new(Action::OperatorCreated, None, &operator.email)
    }
}

async fn new_operator(
    services: &Services,
    email: &str,
    password: Secret,
    role: Role,
) -> Result<Operator> {
    let email = app::validate::email(email)?;
    app::validate::password(password.expose())?;
    let password_hash = services
        .doorkeeper
        .off_thread(move || {
            Argon2::default()
                .hash_password(password.expose().as_bytes())
                .map(|hash| hash.to_string())
        })
        .await?
        .map_err(|error| Error::Internal(format!("the password cannot be hashed: {error}")))?;
    Ok(Operator {
        id: OperatorId(services.new_id()),
        email,
        password_hash,
        role,
        created_at: services.now(),
    })
}

/// Checks e-mail and password. `peer` is the caller's network address.
pub async fn sign_in(
    services: &Services,
    peer: &str,
    email: &str,
    password: Secret,
) -> Result<SignedIn> {
    let email = email.trim().to_lowercase();
    services
        .doorkeeper
        .count(format!("peer {peer}"), ATTEMPTS_PER_PEER)?;
    services
        .doorkeeper
        .count(format!("email {email}"), ATTEMPTS_PER_EMAIL)?;
    let operator = services
        .store
        .read()
        .await?
        .operators()
        .find_by_email(&email)
        .await?;
    let stored = operator.as_ref().map_or_else(
        || ABSENT.to_owned(),
        |operator| operator.password_hash.clone(),
    );
    let fits = services
        .doorkeeper
        .off_thread(move || {
            PasswordHash::new(&stored).is_ok_and(|stored| {
                Argon2::default()
                    .verify_password(password.expose().as_bytes(), &stored)
                    .is_ok()
            })
        })
        .await?;
    match operator {
        Some(operator) if fits => begin_session(services, &Staff::of_operator(&operator)).await,
        _ => Err(Error::CredentialsWrong),
    }
}

async fn begin_session(services: &Services, staff: &Staff) -> Result<SignedIn> {
    let Actor { operator, name } = staff.actor();
    let operator = operator.ok_or(Error::CredentialsWrong)?;
    let token = services.random_token();
    let session = OperatorSession {
        token_hash: hash(&token),
        operator,
        expires_at: services.now() + SESSION_LIFETIME,
    };
    let mut work = services.store.begin().await?;
    work.operators().add_session(&session).await?;
    let did = Did::new(Action::OperatorSignedIn, None, &name);
    audit::record(&mut *work, services.now(), &staff.actor(), did).await?;
    work.commit().await?;
    Ok(SignedIn { token })
}

pub async fn sign_out(services: &Services, token: &Secret) -> Result<()> {
    let mut work = services.store.begin().await?;
    work.operators().remove_session(&hash(token)).await?;
    work.commit().await?;
    Ok(())
}

/// The principal of a session cookie.
pub async fn of_session(services: &Services, token: &Secret) -> Result<Option<Staff>> {
    let found = services
        .store
        .read()
        .await?
        .operators()
        .find_by_session(&hash(token), services.now())
        .await?;
    Ok(found.as_ref().map(Staff::of_operator))
}
