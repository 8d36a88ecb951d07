//! From entities to what the pages show. Nothing secret passes here.

use app::contract::{
    dashboard::{
        BrowserSettings, CatalogRow, ConnectionRow, ConnectionState, IdentityProvider,
        IntegrationDetail, IntegrationRow, KeyRow, LinkProgress, LinkRow, LinksPage, OAuthSettings,
        SdkSetup, UserRow, UsersPage,
    },
    portal::{ConnectMethod, Field, FieldOption, PortalPage, Scope},
};

use crate::{
    domain::{
        Timestamp,
        connection::{Connection, ConnectionState as State},
        definition::{
            Address, AuthMethod, Authorization, Choice, ChoiceSource, Choices, ClientOwner,
            Definition, FieldSpec, Tokens,
        },
        link::{Link, LinkState},
        project::SigningKey,
    },
    ports::store::{IntegrationCount, UserPage},
    use_cases::{
        Services, connect,
        connect::setup::Question,
        snapshot::{SetUp, Snapshot},
        users::PAGE_SIZE,
    },
};

/// `22 Nov 2026`.
pub(super) fn day(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC)
        .strftime("%-d %b %Y")
        .to_string()
}

fn field(spec: &FieldSpec) -> Field {
    let options = match &spec.choices {
        Choices::Listed(choices) => choices.iter().map(option).collect(),
        Choices::Free | Choices::Source(_) => Vec::new(),
    };
    Field {
        options,
        name: spec.name.clone(),
        label: spec.label.clone(),
        secret: spec.secret,
        multiline: spec.multiline,
        optional: spec.optional,
        help: spec.help.clone(),
        placeholder: spec.placeholder.clone(),
        pattern: spec.pattern.clone(),
    }
}

pub(super) fn option(choice: &Choice) -> FieldOption {
    FieldOption {
        value: choice.value.clone(),
        label: choice.label.clone(),
    }
}

/// A question with the provider's choices for the account.
pub fn question(question: &Question) -> Field {
    Field {
        options: question.choices.iter().map(option).collect(),
        ..field(&question.field)
    }
}

pub fn portal_page(
    services: &Services,
    snapshot: &Snapshot,
    set_up: &SetUp,
    account_types: &[String],
    parent_origin: Option<String>,
) -> PortalPage {
    let definition = &set_up.definition;
    let wanted: Vec<&AuthMethod> = set_up
        .methods()
        .filter(|method| account_types.contains(&method.id))
        .collect();
    // Names that mean nothing here limit nothing.
    let methods = match wanted.as_slice() {
        [] => set_up.methods().collect(),
        _ => wanted,
    };
    PortalPage {
        project_id: snapshot.project.id.to_string(),
        app_name: snapshot.project.name.clone(),
        app_logo: snapshot.appearance.logo.clone(),
        integration_type: set_up.integration.integration_type.clone(),
        integration_id: set_up.integration.id.to_string(),
        name: definition.name.clone(),
        logo: services.definitions.logo_path(&definition.slug),
        color: definition.color.clone(),
        methods: methods
            .into_iter()
            .map(|method| connect_method(services, set_up, method))
            .collect(),
        parent_origin,
        hosted: None,
        settings: !set_up.integration.settings.is_empty(),
        package_url: definition.package_url.clone(),
    }
}

fn connect_method(services: &Services, set_up: &SetUp, method: &AuthMethod) -> ConnectMethod {
    let authorization = method.kind.authorization();
    let brings_client = method.kind.tokens().is_some_and(Tokens::brings_client);
    ConnectMethod {
        id: method.id.clone(),
        label: method.label.clone().unwrap_or_default(),
        help: method.help.clone(),
        window: authorization.is_some(),
        fields: set_up.questions(method).iter().map(field).collect(),
        scopes: scopes(set_up, method),
        continues_on: authorization.and_then(|known| continues_on(services, set_up, known)),
        help_url: set_up
            .definition
            .docs_url
            .clone()
            .filter(|_| authorization.is_none() || brings_client),
        redirect_uri: (brings_client && authorization.is_some())
            .then(|| connect::open::redirect_uri(services, set_up.integration.id)),
    }
}

/// The scopes asked for that let the app do something people know.
fn scopes(set_up: &SetUp, method: &AuthMethod) -> Vec<Scope> {
    let labels = &set_up.definition.scope_labels;
    let scopes = set_up.scopes(method).iter();
    scopes
        .filter_map(|name| {
            Some(Scope {
                name: name.clone(),
                label: labels.get(name)?.clone(),
            })
        })
        .collect()
}

/// The host on which the person will authorise; none where it depends on what they type.
fn continues_on(
    services: &Services,
    set_up: &SetUp,
    authorization: &Authorization,
) -> Option<String> {
    if set_up.definition.built_in {
        return services.public_url.host_str().map(str::to_owned);
    }
    let Address::Url(address) = &authorization.at else {
        return None;
    };
    let host = url::Url::parse(&address.0).ok()?.host_str()?.to_owned();
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
    let client = auth
        .kind
        .tokens()
        .filter(|tokens| tokens.client != ClientOwner::Nobody);
    let oauth = client.map(|tokens| OAuthSettings {
        client_id: set_up.integration.client_id.clone(),
        has_client_secret: set_up.integration.client_secret.is_some(),
        scopes: set_up.scopes(auth).to_vec(),
        default_scopes: tokens.default_scopes.clone(),
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
        settings: set_up.integration.settings.clone(),
        lists: definition.sources.iter().map(list).collect(),
    }
}

fn list(source: &ChoiceSource) -> FieldOption {
    FieldOption {
        value: source.id.clone(),
        label: source.title.clone(),
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
        state: match connection.state(services.now()) {
            State::Pending => ConnectionState::Pending,
            State::Valid => ConnectionState::Valid,
            State::Refreshing => ConnectionState::Refreshing,
            // The page tells them apart by the reason.
            State::NeedsReauth | State::Revoked => ConnectionState::NeedsReauth,
        },
        reason: connection.explained().map(str::to_owned),
        said: connection
            .failure
            .as_ref()
            .and_then(|failure| failure.said.clone()),
        since: day(connection.status_since),
    })
}

pub fn links_page(snapshot: &Snapshot, found: &[Link], now: Timestamp) -> LinksPage {
    let usable = snapshot
        .integrations
        .iter()
        .filter(|set_up| set_up.usable().is_ok());
    let named = |set_up: &SetUp| {
        (
            set_up.integration.integration_type.clone(),
            set_up.definition.name.clone(),
        )
    };
    LinksPage {
        integrations: usable.map(named).collect(),
        links: found
            .iter()
            .map(|link| link_row(snapshot, link, now))
            .collect(),
    }
}

fn link_row(snapshot: &Snapshot, link: &Link, now: Timestamp) -> LinkRow {
    let (state, at) = match &link.state {
        LinkState::Created if link.is_open(now) => (LinkProgress::Created, link.expires_at),
        LinkState::Created => (LinkProgress::Expired, link.expires_at),
        LinkState::Opened(opening) => (LinkProgress::Opened, opening.at),
        LinkState::Completed { at, .. } => (LinkProgress::Completed, *at),
    };
    let set_up = snapshot.find_by_id(link.integration);
    LinkRow {
        link_id: link.id.to_string(),
        recipient: link.recipient(),
        integration_name: set_up.map_or_else(String::new, |known| known.definition.name.clone()),
        state,
        at: moment(at),
    }
}

/// `22 Nov 2026, 10:30 UTC`.
pub(super) fn moment(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC)
        .strftime("%-d %b %Y, %H:%M UTC")
        .to_string()
}
