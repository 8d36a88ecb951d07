//! What an operator asks each connected user for, and what users answered.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use super::{
    Error, Result, Services, accounts,
    configurations::{self, Change, Place},
    connect::setup,
    credential,
    snapshot::{SetUp, Snapshot},
};
use crate::{
    access::{
        EndUser,
        permissions::{On, Permission},
    },
    domain::{
        configuration::{Configuration, Settings},
        connection::Connection,
        definition::ChoiceSource,
        id::ConnectionId,
        secret::{Sealed, Secret},
        setting::{self, Checked, Setting, SettingField},
    },
    ports::{
        provider::{ChoicePage, Page},
        vault::SealedField,
    },
};

/// The field name under which secrets of a configuration are sealed.
pub(super) const FIELD: &str = "setting";

/// Replaces the settings of a configuration. Where none are declared, the app's own are taken as they
/// are. What was there already and comes back is not judged again: an SDK sends all that it knows.
pub(super) fn write(
    services: &Services,
    set_up: &SetUp,
    known: &mut Configuration,
    new: Settings,
) -> Result<()> {
    let declared = &set_up.integration.settings;
    if declared.is_empty() {
        known.shared_settings = new;
        known.secrets.clear();
        return Ok(());
    }
    let told = known.told_settings();
    let (mut plain, mut secrets) = (Settings::new(), BTreeMap::new());
    for (id, value) in new {
        let is_old = told.get(&id) == Some(&value);
        let Some(setting) = declared.iter().find(|setting| setting.id == id) else {
            if is_old {
                // Of a setting that the operator has taken away.
                continue;
            }
            let message = format!("This integration has no setting {id}. Leave it out.");
            return Err(Error::invalid(id, message));
        };
        if is_old {
            match known.secrets.get(&id) {
                Some(sealed) => _ = secrets.insert(id, sealed.clone()),
                None => _ = plain.insert(id, value),
            }
            continue;
        }
        let checked = setting::check_value(setting, &value);
        match checked.map_err(|message| Error::invalid(&id, message))? {
            Checked::Nothing => {}
            Checked::Plain(value) => _ = plain.insert(id, value),
            Checked::Secret(secret) => {
                let sealed = seal(services, set_up, known, &id, &secret);
                secrets.insert(id, sealed);
            }
        }
    }
    known.shared_settings = plain;
    known.secrets = secrets;
    Ok(())
}

fn sealed_field(set_up: &SetUp, configuration: &Configuration) -> SealedField {
    SealedField {
        project: set_up.integration.project.0,
        owner: configuration.id,
        field: FIELD,
    }
}

/// The id is sealed along: a secret does not open as that of another setting.
fn seal(
    services: &Services,
    set_up: &SetUp,
    configuration: &Configuration,
    id: &str,
    secret: &Secret,
) -> String {
    let named = Secret::new(format!("{id}\n{}", secret.expose()));
    let field = sealed_field(set_up, configuration);
    BASE64.encode(services.vault.seal(field, &named).0)
}

/// A secret in the clear, for whoever runs the installation.
pub fn reveal(
    services: &Services,
    set_up: &SetUp,
    connection: ConnectionId,
    configuration: &Configuration,
    id: &str,
) -> Result<Secret> {
    let sealed = configuration.secrets.get(id);
    let sealed = sealed.ok_or(Error::NotFound("secret"))?;
    let odd = || Error::Internal(format!("the secret {id} of {} is odd", configuration.id));
    let sealed = Sealed(BASE64.decode(sealed).map_err(|_| odd())?);
    let field = sealed_field(set_up, configuration);
    let opened = services.unseal("connections", connection, field, &sealed)?;
    let prefix = format!("{id}\n");
    let secret = opened.expose().strip_prefix(&prefix).ok_or_else(odd)?;
    Ok(Secret::new(secret))
}

/// Puts secrets in the clear in place of the sealed ones, for a configuration that leaves.
pub(super) fn expose(
    services: &Services,
    set_up: &SetUp,
    connection: ConnectionId,
    configuration: &mut Configuration,
) -> Result<()> {
    let ids: Vec<String> = configuration.secrets.keys().cloned().collect();
    for id in ids {
        let secret = reveal(services, set_up, connection, configuration, &id)?;
        configuration.secrets.insert(id, secret.expose().to_owned());
    }
    Ok(())
}

/// The other way round, for one that arrives.
pub(super) fn enclose(services: &Services, set_up: &SetUp, configuration: &mut Configuration) {
    let given = std::mem::take(&mut configuration.secrets);
    for (id, secret) in given {
        let sealed = seal(services, set_up, configuration, &id, &Secret::new(secret));
        configuration.secrets.insert(id, sealed);
    }
}

/// An account with its integration, if its owner may see to its settings.
async fn owned<'a>(
    services: &Services,
    snapshot: &'a Snapshot,
    user: &EndUser,
    account: &str,
) -> Result<(&'a SetUp, Connection)> {
    let connection = accounts::find(services, user, account).await?;
    let set_up = snapshot
        .find_by_id(connection.integration)
        .ok_or(Error::NotFound("credential"))?;
    let on = On::connection(&set_up.integration.integration_type, &connection);
    user.may(Permission::Configure, on)?;
    Ok((set_up, connection))
}

/// The form for an account: every setting with what is stored of it.
pub async fn form(
    services: &Services,
    snapshot: &Snapshot,
    user: &EndUser,
    account: &str,
) -> Result<Vec<SettingField>> {
    let (set_up, connection) = owned(services, snapshot, user, account).await?;
    let stored = stored(&connection);
    let field = |setting: &Setting| {
        let copy = setting.copy_text.as_ref().map(|text| {
            let id = connection.id.to_string();
            text.replace("{credentialId}", &id)
                .replace("{userId}", &connection.user_id)
        });
        let value = stored.get(&setting.id);
        setting::field(setting, value, &set_up.definition.sources, copy)
    };
    Ok(set_up.integration.settings.iter().map(field).collect())
}

fn stored(connection: &Connection) -> Settings {
    let mut all = connection.configurations.iter();
    let first = all.find(|known| known.is_default);
    first.map_or_else(Settings::new, Configuration::told_settings)
}

/// Takes what a form sent: all of it, or nothing where something is wrong or missing.
pub async fn save(
    services: &Services,
    snapshot: &Snapshot,
    user: &EndUser,
    account: &str,
    sent: &BTreeMap<String, String>,
) -> Result<Connection> {
    let (set_up, connection) = owned(services, snapshot, user, account).await?;
    let stored = stored(&connection);
    let settings = setting::read(&set_up.integration.settings, &stored, sent);
    let change = Change {
        shared_settings: Some(settings),
        ..Change::default()
    };
    let place = Place {
        snapshot,
        user,
        account,
    };
    configurations::set(services, place, "", change).await
}

/// Which list of a setting.
pub struct Wanted<'a> {
    pub setting: &'a str,
    /// The list that depends on a choice in the first.
    pub second: bool,
    /// What was chosen in the first.
    pub chosen: Option<String>,
    /// What was chosen in the second: the list of fields is meant.
    pub then: Option<String>,
    pub page: Page,
}

/// One page of a provider's list, for a setting of an account.
pub async fn choices(
    services: &std::sync::Arc<Services>,
    snapshot: &Snapshot,
    user: &EndUser,
    account: &str,
    wanted: Wanted<'_>,
) -> Result<ChoicePage> {
    let (set_up, connection) = owned(services, snapshot, user, account).await?;
    let setting = set_up.integration.settings.iter();
    let setting = setting
        .into_iter()
        .find(|setting| setting.id == wanted.setting)
        .ok_or(Error::NotFound("setting"))?;
    let find = |id: &Option<String>| {
        let source = id.as_ref().and_then(|id| set_up.definition.source(id));
        source.ok_or(Error::NotFound("data source"))
    };
    let (source, chosen) = match (wanted.then, wanted.second) {
        (Some(then), _) => {
            let fields = find(&setting.field_source)?;
            // What the second list depends on is the first's to say; anything else is the second's.
            let of_first = find(&setting.dependent_source)?.parameter == fields.parameter;
            (fields, if of_first { wanted.chosen } else { Some(then) })
        }
        (None, true) => (find(&setting.dependent_source)?, wanted.chosen),
        (None, false) => (find(&setting.source)?, wanted.chosen),
    };
    let selector = crate::domain::selector::Selector::parse(&connection.id.to_string());
    let live = credential::usable(services, snapshot, set_up, user, &selector).await?;
    load(
        services,
        set_up,
        &live,
        source,
        chosen.as_deref(),
        &wanted.page,
    )
    .await
}

/// One page of a source. `chosen`: what another list has that the source depends on.
pub async fn load(
    services: &Services,
    set_up: &SetUp,
    live: &credential::Live,
    source: &ChoiceSource,
    chosen: Option<&str>,
    page: &Page,
) -> Result<ChoicePage> {
    let mut metadata = live.connection.metadata.clone();
    if let Some(name) = &source.parameter {
        let fits = |text: &&str| !text.is_empty() && text.len() <= 1_000;
        let Some(chosen) = chosen.filter(fits) else {
            let message = format!("This list depends on {name}. Send it along.");
            return Err(Error::invalid("parameters", message));
        };
        metadata.insert(name.clone(), chosen.to_owned());
    }
    setup::load_with(services, set_up, live, &metadata, source, page).await
}
