//! The vault, by the real binary on both engines: keys that follow one another while servers run,
//! and values that somebody altered.

mod altered;
mod backup;
mod keys;
mod removed;
mod rotation;
mod transfer;
mod webhooks;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use server::{
    access::{EndUser, Staff},
    config::Shared,
    domain::{
        connection::Connection,
        id::{ConnectionId, ProjectId},
        intent::Intent,
        secret::Secret,
        token_set::CredentialFields,
    },
    runtime::{self, Addresses, Purpose},
    use_cases::{
        Services, connect::fields, credential, integrations, keys as signing_keys, projects,
        snapshot,
    },
};
use tempfile::TempDir;
use uuid::Uuid;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

use crate::support::{process::Env, rows, store::Database};

/// A key in base64.
fn key(byte: u8) -> String {
    STANDARD.encode([byte; 32])
}

/// Answers with the API key that came, as the name of the account.
struct Echo;

impl Respond for Echo {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let key = request.headers.get("x-key");
        let key = key.map_or("none", |key| key.to_str().unwrap_or("odd"));
        ResponseTemplate::new(200).set_body_json(serde_json::json!({ "id": "1", "name": key }))
    }
}

/// A provider that takes an API key, a project that uses it, and a file of encryption keys.
struct World {
    database: Database,
    folder: TempDir,
    _provider: MockServer,
    services: Arc<Services>,
    project: ProjectId,
    token: String,
}

const USER: &str = "ada";

impl World {
    async fn new(database: Database) -> Self {
        Self::with_catalog(database, None).await
    }

    /// With the definitions of another folder beside its own.
    async fn with_catalog(database: Database, more: Option<&Path>) -> Self {
        let provider = MockServer::start().await;
        Mock::given(any()).respond_with(Echo).mount(&provider).await;
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join("catalog")).unwrap();
        let definition = include_str!("vault/acmekey.toml").replace("{url}", &provider.uri());
        std::fs::write(folder.path().join("catalog/acmekey.toml"), definition).unwrap();
        for file in more
            .into_iter()
            .flat_map(|more| std::fs::read_dir(more).unwrap())
        {
            let file = file.unwrap();
            let to = folder.path().join("catalog").join(file.file_name());
            std::fs::copy(file.path(), to).unwrap();
        }
        std::fs::write(folder.path().join("keys"), key(1)).unwrap();
        let services = services(&database, &folder).await;
        let console = Staff::console();
        let made = projects::create(&services, console.editor().unwrap(), "Acme").await;
        let project: ProjectId = made.unwrap().environments[0].project_id.parse().unwrap();
        let change = integrations::Change {
            active: Some(true),
            client_secret: Some(Secret::new("client secret")),
            ..Default::default()
        };
        integrations::set(
            &services,
            console.editor().unwrap(),
            project,
            "acmekey",
            change,
        )
        .await
        .unwrap();
        let right = console.administrator().unwrap();
        let pair = signing_keys::create(&services, right, project)
            .await
            .unwrap();
        let pem = &pair.private_key_pem;
        let token = signing_keys::mint(&services, project, Some(pair.id), pem, USER, 3600);
        Self {
            token: token.unwrap().expose().to_owned(),
            database,
            folder,
            _provider: provider,
            services,
            project,
        }
    }

    /// With the file of keys.
    fn env(&self) -> Env {
        let path = |name| self.folder.path().join(name).display().to_string();
        vec![
            ("PATCHBAY_DATABASE_URL", self.database.url.clone()),
            ("PATCHBAY_ENCRYPTION_KEY_FILE", path("keys")),
            ("PATCHBAY_CATALOG_DIR", path("catalog")),
            ("PATCHBAY_EGRESS_ALLOW", "127.0.0.1/32".to_owned()),
        ]
    }

    /// With keys in the environment.
    fn env_with_keys(&self, keys: &str) -> Env {
        let mut env = self.env();
        env.retain(|(name, _)| *name != "PATCHBAY_ENCRYPTION_KEY_FILE");
        env.push(("PATCHBAY_ENCRYPTION_KEY", keys.to_owned()));
        env
    }

    fn write_keys(&self, keys: &[u8]) {
        let lines: Vec<String> = keys.iter().map(|byte| key(*byte)).collect();
        std::fs::write(self.folder.path().join("keys"), lines.join("\n")).unwrap();
    }

    /// Connects the user's account by a key, as the portal does.
    async fn connect(&self, user: &str, api_key: &str) -> Connection {
        let snapshot = snapshot::fresh(&self.services, self.project).await.unwrap();
        let set_up = snapshot.find("acmekey").unwrap();
        let user = EndUser::trusted(self.project, user.to_owned());
        let values = BTreeMap::from([("api_key".to_owned(), Secret::new(api_key))]);
        fields::run(&self.services, &user, set_up, &Intent::default(), values)
            .await
            .unwrap()
    }

    /// Adds connections of many users at once; the API key of each is its id.
    async fn connect_many(&self, count: usize) -> Vec<Connection> {
        let snapshot = snapshot::fresh(&self.services, self.project).await.unwrap();
        let set_up = snapshot.find("acmekey").unwrap();
        let mut work = self.database.begin().await;
        let mut all = Vec::new();
        for index in 0..count {
            let mut connection = rows::connection(&set_up.integration, &format!("user-{index}"));
            connection.id = ConnectionId(Uuid::new_v4());
            connection.credential = self.seal(connection.id, &connection.id.to_string());
            work.connections().add(&connection).await.unwrap();
            all.push(connection);
        }
        work.commit().await.unwrap();
        all
    }

    fn seal(&self, id: ConnectionId, api_key: &str) -> server::domain::secret::Sealed {
        let fields = BTreeMap::from([("api_key".to_owned(), Secret::new(api_key))]);
        credential::seal(&self.services, self.project, id, &CredentialFields(fields))
    }

    /// The path of a proxied call.
    fn proxied(&self) -> String {
        format!("/projects/{}/sdk/proxy/acmekey/me", self.project)
    }

    /// How many credentials need the key of that id.
    async fn sealed_with(&self, id: &str) -> usize {
        let right = Staff::console().reader();
        let status = server::use_cases::keyring::status(&self.services, right);
        let status = status.await.unwrap();
        let used = status
            .keys
            .iter()
            .find(|used| used.key.id.to_string() == id);
        let values = used.map(|used| used.values.get("credentials").copied());
        usize::try_from(values.flatten().unwrap_or_default()).unwrap()
    }

    /// The same, asked in a moment.
    async fn count_sealed_with(&self, id: &str) -> usize {
        let literal = match self.database.url.starts_with("sqlite:") {
            true => format!("x'{id}'"),
            false => format!("'\\x{id}'::bytea"),
        };
        let sql =
            format!("SELECT COUNT(*) FROM connections WHERE substr(credential, 2, 8) = {literal}");
        usize::try_from(self.database.count(sql).await).unwrap()
    }

    fn primary(&self) -> String {
        self.services.vault.primary().to_string()
    }
}

async fn services(database: &Database, folder: &TempDir) -> Arc<Services> {
    let shared = Shared {
        database_url: Secret::new(database.url.clone()),
        encryption_key: None,
        encryption_key_file: Some(folder.path().join("keys")),
        encryption_key_command: None,
        catalog_dir: Some(folder.path().join("catalog")),
        egress_allow: vec!["127.0.0.1/32".parse().unwrap()],
        public_url: None,
    };
    let addresses = Addresses::of_command(&shared).unwrap();
    runtime::services(&shared, &addresses, Purpose::Command)
        .await
        .unwrap()
}
