//! What a user chose for one account: its settings, and further sets of them.

use super::{
    Error, Result, Services, accounts, settings,
    snapshot::{SetUp, Snapshot},
};
use crate::{
    access::{
        EndUser,
        permissions::{On, Permission},
    },
    domain::{
        Timestamp,
        configuration::{Configuration, MAX_CONFIGURATIONS, MAX_SETTINGS, Settings, is_shallow},
        connection::Connection,
        selector::Selector,
    },
};

/// What replaces what is there; none leaves it.
#[derive(Default)]
pub struct Change {
    pub shared_settings: Option<Settings>,
    pub workflow_settings: Option<Settings>,
    pub meta: Option<Settings>,
}

/// Whose settings: an account of a user, in a project as it is now.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub snapshot: &'a Snapshot,
    pub user: &'a EndUser,
    /// The account, in any form that [`Selector`] reads.
    pub account: &'a str,
}

/// Writes settings of the configuration named `which`; an empty name is the default one's.
pub async fn set(
    services: &Services,
    place: Place<'_>,
    which: &str,
    change: Change,
) -> Result<Connection> {
    let parts = [
        ("sharedSettings", &change.shared_settings),
        ("workflowSettings", &change.workflow_settings),
        ("meta", &change.meta),
    ];
    for (name, settings) in parts {
        if settings
            .as_ref()
            .is_some_and(|settings| !is_shallow(settings))
        {
            return Err(Error::invalid(name, "The values are nested too deep."));
        }
    }
    // No project has workflows, so there is none that could have settings.
    if change
        .workflow_settings
        .as_ref()
        .is_some_and(|all| !all.is_empty())
    {
        return Err(Error::NotFound("workflow"));
    }
    rewrite(services, place, Some(which), |found| {
        let (set_up, known) = (found.set_up, &mut found.all[found.index]);
        let put = |place: &mut Settings, new: Option<Settings>| {
            if let Some(new) = new {
                *place = new;
            }
        };
        if let Some(new) = change.shared_settings {
            settings::write(services, set_up, known, new)?;
        }
        put(&mut known.workflow_settings, change.workflow_settings);
        put(&mut known.meta, change.meta);
        Ok(())
    })
    .await
}

/// Adds a configuration, with the app's own name for it if it gives one.
pub async fn add(
    services: &Services,
    place: Place<'_>,
    external_id: Option<&str>,
) -> Result<Connection> {
    let external_id = external_id.map(Selector::bare);
    if external_id.is_some_and(|name| name.is_empty() || name.len() > Selector::MAX) {
        let message = "An external id has between 1 and 256 bytes.";
        return Err(Error::invalid("externalId", message));
    }
    rewrite(services, place, None, |Found { all, now, .. }| {
        if all.len() >= MAX_CONFIGURATIONS {
            let message = format!("An account has {MAX_CONFIGURATIONS} configurations at most.");
            return Err(Error::Conflict(message));
        }
        let is_taken = |known: &Configuration| known.external_id.as_deref() == external_id;
        if external_id.is_some() && all.iter().any(is_taken) {
            let message = "This account has a configuration of that external id.";
            return Err(Error::Conflict(message.to_owned()));
        }
        all.push(Configuration {
            is_default: false,
            external_id: external_id.map(str::to_owned),
            ..Configuration::first(services.new_random_id(), after(all, *now))
        });
        Ok(())
    })
    .await
}

/// Removes a configuration other than the default one.
pub async fn remove(services: &Services, place: Place<'_>, which: &str) -> Result<Connection> {
    rewrite(
        services,
        place,
        Some(which),
        |Found { all, index, .. }| {
            if all[*index].is_default {
                let message = "The default configuration goes with its account only.";
                return Err(Error::Conflict(message.to_owned()));
            }
            all.remove(*index);
            Ok(())
        },
    )
    .await
}

/// A moment later than every other by what JavaScript can tell: SDKs find a new one by its date.
fn after(all: &[Configuration], now: Timestamp) -> Timestamp {
    let last = all.iter().map(|known| known.created_at).max();
    let next = last.map(|last| last + std::time::Duration::from_millis(1));
    next.map_or(now, |next| next.max(now))
}

/// What an edit works on.
struct Found<'a> {
    set_up: &'a SetUp,
    all: &'a mut Vec<Configuration>,
    /// Of the one that was named.
    index: usize,
    now: Timestamp,
}

/// Reads the account's configurations, has them edited, and writes them, as one step. `which` names
/// the one that the edit is about.
async fn rewrite(
    services: &Services,
    Place {
        snapshot,
        user,
        account,
    }: Place<'_>,
    which: Option<&str>,
    edit: impl FnOnce(&mut Found<'_>) -> Result<()> + Send,
) -> Result<Connection> {
    let now = services.now();
    let mut work = services.store.begin().await?;
    work.users().lock(user.project, &user.user_id, now).await?;
    let mut connection = accounts::find_in(&mut *work, user, account).await?;
    let set_up = snapshot
        .find_by_id(connection.integration)
        .ok_or(Error::NotFound("credential"))?;
    let position = |which: &str| {
        let mut all = connection.configurations.iter();
        all.position(|known| known.is_named(which))
            .ok_or(Error::NotFound("configuration"))
    };
    let index = which.map(position).transpose()?;
    let on = On {
        configuration: index.map(|index| &connection.configurations[index]),
        ..On::connection(&set_up.integration.integration_type, &connection)
    };
    user.may(Permission::Configure, on)?;
    edit(&mut Found {
        set_up,
        all: &mut connection.configurations,
        index: index.unwrap_or_default(),
        now,
    })?;
    let size = serde_json::to_vec(&connection.configurations).map_or(usize::MAX, |json| json.len());
    if size > MAX_SETTINGS {
        return Err(Error::TooLarge);
    }
    let external_id = connection.external_id.as_deref();
    work.connections()
        .configure(connection.id, external_id, &connection.configurations, now)
        .await?;
    work.commit().await?;
    connection.updated_at = now;
    Ok(connection)
}
