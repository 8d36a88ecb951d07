//! Setting integrations up.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Error, Result, Services,
    audit::{self, Did},
    connect::CLIENT_SECRET,
    snapshot::{self, SetUp, Snapshot},
};
use crate::{
    access::{MayEdit, MayRead},
    domain::{
        audit::Action,
        definition::Definition,
        id::{IntegrationId, ProjectId},
        integration::Integration,
        project::Environment,
        secret::Secret,
        setting::{self, Setting},
    },
    ports::{
        store::{IntegrationCount, StoreError, UnitOfWork},
        vault::SealedField,
    },
};

/// Redirect pages that an integration may have.
const MAX_REDIRECT_URLS: usize = 20;

/// What may be changed; none keeps what is there.
#[derive(Default)]
pub struct Change {
    pub client_id: Option<String>,
    pub client_secret: Option<Secret>,
    /// An empty list goes back to the definition's default scopes.
    pub scopes: Option<Vec<String>>,
    pub active: Option<bool>,
    pub browser_token: Option<bool>,
    pub redirect_urls: Option<Vec<String>>,
    pub settings: Option<Vec<Setting>>,
}

impl Change {
    /// What the audit trail says of it: the secret's name, never the secret.
    fn told(&self) -> Value {
        let all = [
            ("clientId", json!(self.client_id)),
            (
                "clientSecret",
                json!(self.client_secret.as_ref().map(|_| "changed")),
            ),
            ("scopes", json!(self.scopes)),
            ("active", json!(self.active)),
            ("browserToken", json!(self.browser_token)),
            ("redirectUrls", json!(self.redirect_urls)),
            ("settings", json!(self.settings.as_ref().map(|_| "changed"))),
        ];
        let changed = all.into_iter().filter(|(_, value)| !value.is_null());
        changed
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

/// The providers a project can add, by name.
pub async fn catalog(
    services: &Services,
    _right: MayRead,
    project: ProjectId,
) -> Result<(Arc<Snapshot>, Vec<Arc<Definition>>)> {
    let snapshot = snapshot::fresh(services, project).await?;
    let development = snapshot.project.environment == Environment::Development;
    let definitions = services
        .definitions
        .all()
        .into_iter()
        .filter(|definition| development || !definition.built_in)
        .collect();
    Ok((snapshot, definitions))
}

/// The project's integrations, and how many connections each has.
pub async fn list(
    services: &Services,
    _right: MayRead,
    project: ProjectId,
) -> Result<(Arc<Snapshot>, Vec<IntegrationCount>)> {
    let snapshot = snapshot::fresh(services, project).await?;
    let counts = services
        .store
        .read()
        .await?
        .integrations()
        .counts(project)
        .await?;
    Ok((snapshot, counts))
}

/// Adds a provider, inactive. Adding one that is there is no error.
pub async fn add(
    services: &Services,
    right: MayEdit,
    project: ProjectId,
    slug: &str,
) -> Result<()> {
    set(services, right, project, slug, Change::default())
        .await
        .map(|_| ())
}

/// Adds the integration if it is not there, and changes it. A command may set up a provider that
/// only the server's `--catalog-dir` knows; whether it can be used is decided there.
pub async fn set(
    services: &Services,
    right: MayEdit,
    project: ProjectId,
    integration_type: &str,
    change: Change,
) -> Result<Integration> {
    let definition = services.definitions.get(integration_type);
    if definition.is_none() && (services.serving || !is_slug(integration_type)) {
        return Err(Error::NotFound("provider"));
    }
    let mut work = services.store.begin().await?;
    let found = work
        .projects()
        .lookup(project)
        .await?
        .ok_or(Error::NotFound("project"))?;
    let built_in = definition.as_ref().is_some_and(|known| known.built_in);
    if built_in && found.environment != Environment::Development {
        return Err(Error::NotFound("provider"));
    }
    let mut integration = find_or_add(services, &mut *work, project, integration_type).await?;
    if let Some(settings) = &change.settings {
        let sources = definition.as_ref().map(|known| known.sources.as_slice());
        setting::check(settings, sources)
            .map_err(|mistake| Error::invalid(mistake.at, mistake.message))?;
    }
    let detail = change.told();
    apply(services, &mut integration, change)?;
    if let Some(definition) = definition {
        let set_up = SetUp {
            integration: integration.clone(),
            definition,
        };
        if integration.active
            && let Some(missing) = set_up.missing()
        {
            return Err(Error::Inactive(missing));
        }
    }
    work.integrations().update(&integration).await?;
    work.projects().touch(project).await?;
    let did = Did {
        detail,
        ..Did::new(Action::IntegrationSet, Some(project), integration_type)
    };
    audit::record(&mut *work, integration.updated_at, right.actor(), did).await?;
    work.commit().await?;
    services.caches.snapshots.forget(project);
    Ok(integration)
}

fn is_slug(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

async fn find_or_add(
    services: &Services,
    work: &mut dyn UnitOfWork,
    project: ProjectId,
    integration_type: &str,
) -> std::result::Result<Integration, StoreError> {
    if let Some(integration) = work
        .integrations()
        .find_by_type(project, integration_type)
        .await?
    {
        return Ok(integration);
    }
    let now = services.now();
    let integration = Integration {
        id: IntegrationId(services.new_id()),
        project,
        integration_type: integration_type.to_owned(),
        client_id: None,
        client_secret: None,
        scopes: None,
        active: false,
        browser_token: false,
        redirect_urls: Vec::new(),
        settings: Vec::new(),
        created_at: now,
        updated_at: now,
    };
    work.integrations().add(&integration).await?;
    Ok(integration)
}

fn apply(services: &Services, integration: &mut Integration, change: Change) -> Result<()> {
    if let Some(client_id) = change.client_id {
        let client_id = client_id.trim();
        if client_id.len() > 1024 || client_id.chars().any(char::is_control) {
            return Err(Error::invalid(
                "client_id",
                "Enter the client ID as the provider shows it.",
            ));
        }
        integration.client_id = (!client_id.is_empty()).then(|| client_id.to_owned());
    }
    if let Some(secret) = change.client_secret {
        if secret.expose().len() > 16 * 1024 {
            return Err(Error::invalid(
                "client_secret",
                "The client secret is too long.",
            ));
        }
        let field = SealedField {
            project: integration.project.0,
            owner: integration.id.0,
            field: CLIENT_SECRET,
        };
        let trimmed = Secret::new(secret.expose().trim());
        integration.client_secret =
            (!trimmed.is_empty()).then(|| services.vault.seal(field, &trimmed));
    }
    if let Some(scopes) = change.scopes {
        let fits = |scope: &String| {
            !scope.is_empty() && scope.len() <= 512 && !scope.contains(char::is_whitespace)
        };
        if scopes.len() > 200 || !scopes.iter().all(fits) {
            return Err(Error::invalid(
                "scopes",
                "Enter scopes separated by spaces, 200 at most.",
            ));
        }
        integration.scopes = (!scopes.is_empty()).then_some(scopes);
    }
    if let Some(urls) = change.redirect_urls {
        integration.redirect_urls = redirect_urls(urls)?;
    }
    if let Some(settings) = change.settings {
        integration.settings = settings;
    }
    if let Some(browser_token) = change.browser_token {
        integration.browser_token = browser_token;
    }
    if let Some(active) = change.active {
        integration.active = active;
    }
    integration.updated_at = services.now();
    Ok(())
}

fn redirect_urls(urls: Vec<String>) -> Result<Vec<String>> {
    let mut taken = Vec::new();
    for url in urls {
        let url = app::validate::redirect_url(&url)?;
        if !taken.contains(&url) {
            taken.push(url);
        }
    }
    if taken.len() > MAX_REDIRECT_URLS {
        return Err(Error::invalid(
            "redirect_urls",
            format!("An integration takes {MAX_REDIRECT_URLS} redirect pages. Remove one first."),
        ));
    }
    Ok(taken)
}
