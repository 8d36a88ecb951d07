//! From entities to what the pages show. Nothing secret passes here.

use app::contract::{
    dashboard::{
        BrowserSettings, CatalogRow, ConnectionRow, ConnectionState, IdentityProvider,
        IntegrationDetail, IntegrationRow, KeyRow, OAuthSettings, SdkSetup, UserRow, UsersPage,
    },
    portal::{ConnectMethod, Field, PortalPage},
};

use crate::{
    domain::{
        Timestamp,
        connection::{Connection, ConnectionStatus},
        definition::{Definition, FieldSpec},
        project::SigningKey,
    },
    ports::store::{IntegrationCount, UserPage},
    use_cases::{
        Services, connect,
        snapshot::{SetUp, Snapshot},
        users::PAGE_SIZE,
    },
};

/// `22 Nov 2026`.
fn day(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC)
        .strftime("%-d %b %Y")
        .to_string()
}

fn field(spec: &FieldSpec) -> Field {
    Field {
        name: spec.name.clone(),
        label: spec.label.clone(),
        secret: spec.secret,
        help: spec.help.clone(),
        placeholder: spec.placeholder.clone(),
        pattern: spec.pattern.clone(),
    }
}

pub fn portal_page(
    services: &Services,
    snapshot: &Snapshot,
    set_up: &SetUp,
    parent_origin: Option<String>,
) -> PortalPage {
    let definition = &set_up.definition;
    let auth = definition.default_auth();
    let inputs = definition.inputs.iter().map(field);
    let method = match auth.kind.oauth2() {
        Some(_) => ConnectMethod::OAuth {
            inputs: inputs.collect(),
        },
        None => ConnectMethod::Fields {
            fields: inputs.chain(auth.kind.fields().iter().map(field)).collect(),
        },
    };
    PortalPage {
        project_id: snapshot.project.id.to_string(),
        app_name: snapshot.project.name.clone(),
        integration_type: set_up.integration.integration_type.clone(),
        integration_id: set_up.integration.id.to_string(),
        name: definition.name.clone(),
        logo: services.definitions.logo_path(&definition.slug),
        color: definition.color.clone(),
        abilities: abilities(set_up),
        method,
        continues_on: continues_on(services, set_up),
        help_url: definition
            .docs_url
            .clone()
            .filter(|_| auth.kind.oauth2().is_none()),
        parent_origin,
    }
}

/// What the scopes asked for let the app do, each sentence once, in their order.
fn abilities(set_up: &SetUp) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for scope in set_up.scopes() {
        if let Some(label) = set_up.definition.scope_labels.get(scope)
            && !lines.contains(label)
        {
            lines.push(label.clone());
        }
    }
    lines
}

/// The host on which the person will authorise; none where it depends on what they type.
fn continues_on(services: &Services, set_up: &SetUp) -> Option<String> {
    if set_up.definition.built_in {
        return services.public_url.host_str().map(str::to_owned);
    }
    let url = &set_up
        .definition
        .default_auth()
        .kind
        .oauth2()?
        .authorization_url
        .0;
    let host = url::Url::parse(url).ok()?.host_str()?.to_owned();
    (!host.contains(['$', '{', '%'])).then_some(host)
}

pub fn catalog_row(
    services: &Services,
    snapshot: &Snapshot,
    definition: &Definition,
) -> CatalogRow {
    CatalogRow {
        slug: definition.slug.clone(),
        name: definition.name.clone(),
        category: definition.category.clone(),
        logo: services.definitions.logo_path(&definition.slug),
        color: definition.color.clone(),
        auth: definition.default_auth().kind.title().to_owned(),
        added: snapshot.find(&definition.slug).is_some(),
    }
}

pub fn integration_row(
    services: &Services,
    set_up: &SetUp,
    counts: &[IntegrationCount],
) -> IntegrationRow {
    let definition = &set_up.definition;
    let count = counts
        .iter()
        .find(|count| count.integration == set_up.integration.id);
    IntegrationRow {
        integration_type: set_up.integration.integration_type.clone(),
        name: definition.name.clone(),
        category: definition.category.clone(),
        logo: services.definitions.logo_path(&definition.slug),
        color: definition.color.clone(),
        active: set_up.integration.active,
        users: count.map_or(0, |count| count.connections),
        to_mend: count.map_or(0, |count| count.to_mend),
    }
}

pub fn integration_detail(
    services: &Services,
    set_up: &SetUp,
    counts: &[IntegrationCount],
) -> IntegrationDetail {
    let definition = &set_up.definition;
    let auth = definition.default_auth();
    let oauth = auth.kind.oauth2().map(|oauth2| OAuthSettings {
        client_id: set_up.integration.client_id.clone(),
        has_client_secret: set_up.integration.client_secret.is_some(),
        scopes: set_up.scopes().to_vec(),
        default_scopes: oauth2.default_scopes.clone(),
        built_in: definition.built_in,
        browser: BrowserSettings {
            access_token: set_up.integration.browser_token,
            redirect_urls: set_up.integration.redirect_urls.clone(),
        },
    });
    IntegrationDetail {
        row: integration_row(services, set_up, counts),
        integration_id: set_up.integration.id.to_string(),
        redirect_uri: connect::open::redirect_uri(services, set_up.integration.id),
        docs_url: definition.docs_url.clone(),
        auth: auth.kind.title().to_owned(),
        oauth,
        fields: definition
            .inputs
            .iter()
            .chain(auth.kind.fields())
            .map(field)
            .collect(),
        blocked_by: set_up.missing(),
    }
}

pub fn sdk_setup(
    services: &Services,
    snapshot: &Snapshot,
    keys: Vec<SigningKey>,
    issuers: Vec<IdentityProvider>,
) -> SdkSetup {
    let sample = snapshot
        .integrations
        .iter()
        .find(|set_up| set_up.integration.active);
    SdkSetup {
        public_url: services.url(""),
        keys: keys
            .into_iter()
            .map(|key| KeyRow {
                key_id: key.id.to_string(),
                created: day(key.created_at),
            })
            .collect(),
        issuers,
        sample_type: sample
            .or(snapshot.integrations.first())
            .map(|set_up| set_up.integration.integration_type.clone()),
    }
}

pub fn users_page(
    services: &Services,
    snapshot: &Snapshot,
    found: UserPage,
    page: u32,
) -> UsersPage {
    let mut users: Vec<UserRow> = Vec::new();
    for connection in found.connections {
        let Some(row) = connection_row(services, snapshot, &connection) else {
            continue;
        };
        match users.last_mut() {
            Some(user) if user.user_id == connection.user_id => user.connections.push(row),
            _ => users.push(UserRow {
                user_id: connection.user_id,
                connections: vec![row],
            }),
        }
    }
    UsersPage {
        users,
        total: found.total,
        page: page.max(1),
        page_size: PAGE_SIZE,
    }
}

fn connection_row(
    services: &Services,
    snapshot: &Snapshot,
    connection: &Connection,
) -> Option<ConnectionRow> {
    let set_up = snapshot.find_by_id(connection.integration)?;
    let definition = &set_up.definition;
    Some(ConnectionRow {
        connection_id: connection.id.to_string(),
        integration_type: set_up.integration.integration_type.clone(),
        integration_name: definition.name.clone(),
        logo: services.definitions.logo_path(&definition.slug),
        color: definition.color.clone(),
        account: connection
            .account
            .name
            .clone()
            .or_else(|| connection.account.id.clone()),
        state: match connection.status {
            ConnectionStatus::NeedsReauth => ConnectionState::NeedsReauth,
            ConnectionStatus::Valid if connection.is_leased(services.now()) => {
                ConnectionState::Refreshing
            }
            ConnectionStatus::Valid => ConnectionState::Valid,
        },
        reason: connection
            .invalid_reason
            .map(|reason| reason.sentence().to_owned()),
        since: day(connection.created_at),
    })
}
