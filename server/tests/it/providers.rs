//! The provider client against a server that answers as told.

mod catalog;
mod forward;
mod forward_body;
mod forward_redirect;
mod forward_wire;
mod installation;
mod kinds;
mod signing;
mod token;
mod token_refused;
mod verify;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use server::{
    domain::{
        Timestamp,
        definition::{Definition, Rules},
        secret::Secret,
        token_set::CredentialFields,
    },
    ports::{
        clock::Clock,
        provider::{Client, Target},
    },
    providers::{
        client::{HttpProviderClient, Timeouts},
        egress::Egress,
    },
};
use wiremock::MockServer;

/// 2026-01-01T00:00:00Z.
const NOW: i64 = 1_767_225_600;

struct FrozenClock;

impl Clock for FrozenClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(NOW).unwrap()
    }
}

/// A provider that listens on loopback, its definition, and a client that may call it.
struct World {
    server: MockServer,
    definition: Definition,
    metadata: BTreeMap<String, String>,
    providers: HttpProviderClient,
}

impl World {
    /// `definition`: TOML without slug, name and category; `BASE` stands for the server's address.
    async fn new(definition: &str) -> Self {
        let server = MockServer::start().await;
        let text = format!("slug = \"acme\"\nname = \"Acme\"\ncategory = \"CRM\"\n{definition}")
            .replace("BASE", &server.uri());
        let rules = Rules {
            egress_allow: vec!["127.0.0.1/32".parse().unwrap()],
            own: None,
        };
        let definition =
            Definition::parse("acme.toml", &text, &rules).unwrap_or_else(|error| panic!("{error}"));
        let egress = Egress::new(rules.egress_allow, Vec::new());
        Self {
            server,
            definition,
            metadata: BTreeMap::new(),
            providers: client(egress),
        }
    }

    fn target(&self) -> Target<'_> {
        Target {
            definition: &self.definition,
            auth: self.definition.default_auth(),
            metadata: &self.metadata,
        }
    }
}

fn client(egress: Egress) -> HttpProviderClient {
    let timeouts = Timeouts {
        connect: Duration::from_secs(2),
        call: Duration::from_millis(1500),
        head: Duration::from_millis(1500),
    };
    HttpProviderClient::with_timeouts(egress, Arc::new(FrozenClock), timeouts)
}

fn app() -> Client {
    Client {
        id: "app id".to_owned(),
        secret: Some(Secret::new("s3cret/key+")),
        scopes: Vec::new(),
    }
}

fn credential(pairs: &[(&str, &str)]) -> CredentialFields {
    let fields = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Secret::new(*value)));
    CredentialFields(fields.collect())
}

/// An OAuth definition with `more` inside its `[[auth]]` table.
fn oauth(more: &str) -> String {
    format!(
        "api_base_url = \"BASE/api\"\n[[auth]]\ntype = \"oauth2_authorization_code\"\n\
         authorization_url = \"BASE/authorize?tenant=a+b\"\ntoken_url = \"BASE/token\"\n{more}\n"
    )
}

/// An API key sent as a Bearer token, with `more` at the end.
fn api_key(more: &str) -> String {
    format!(
        "api_base_url = \"BASE/api\"\n[[auth]]\ntype = \"api_key\"\n[[auth.fields]]\n\
         name = \"api_key\"\nlabel = \"API key\"\nsecret = true\n[auth.inject]\n\
         header = \"Authorization\"\nvalue = \"Bearer ${{api_key}}\"\n{more}\n"
    )
}
