//! A Patchbay with one project, one integration and one connected user, made by its command line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::lab::{Lab, Listening};
use crate::http::{self, free_port};
use crate::leash::{Ending, Leash};
use crate::{process, run};

/// The provider of the benchmark: an API key that goes to the upstream in a header.
const DEFINITION: &str = r#"slug = "bench"
name = "Bench"
category = "CRM"
api_base_url = "http://127.0.0.1:PORT"
[[auth]]
type = "api_key"
[[auth.fields]]
name = "api_key"
label = "API key"
secret = true
[auth.inject]
header = "Authorization"
value = "Bearer ${api_key}"
[verification]
method = "GET"
path = "/me"
"#;

/// One whose tokens end: they are renewed at the upstream.
const RENEWED: &str = r#"slug = "renewed"
name = "Renewed"
category = "CRM"
api_base_url = "http://127.0.0.1:PORT"
[[auth]]
type = "oauth2_authorization_code"
authorization_url = "http://127.0.0.1:PORT/authorize"
token_url = "http://127.0.0.1:PORT/token"
client_auth = "basic"
"#;

/// A running server.
pub struct Patchbay {
    binary: PathBuf,
    folder: PathBuf,
    database: String,
    catalog: PathBuf,
    key_file: PathBuf,
    pub server: Listening,
    /// From the start of the process until it answered that it is ready.
    pub started_in: Duration,
}

/// What a request needs.
pub struct Connected {
    pub project: String,
    pub token: String,
}

impl Patchbay {
    /// Starts a server on an empty database. `name` is that of its folder.
    ///
    /// # Errors
    /// When it does not become ready in ten seconds; the error carries what it has printed.
    pub fn start(lab: &Lab, name: &str, database: Option<&str>) -> Result<Self> {
        let folder = lab.folder().join(name);
        let catalog = folder.join("catalog");
        fs::create_dir_all(&catalog)?;
        for (file, text) in [("bench.toml", DEFINITION), ("renewed.toml", RENEWED)] {
            let text = text.replace("PORT", &lab.upstream.port.to_string());
            fs::write(catalog.join(file), text)?;
        }
        let key_file = folder.join("encryption.key");
        run::write_key(&key_file)?;
        let database = database.map_or_else(
            || format!("sqlite://{}/patchbay.db", folder.display()),
            str::to_owned,
        );
        let (port, start) = (free_port()?, Instant::now());
        let binary = lab.patchbay.clone();
        let command = serve(&binary, &folder, &database, &catalog, &key_file, port);
        let log = folder.join("serve.log");
        let mut leash = Leash::start(&command, &log, Ending::default())?;
        http::wait_for(port, "/health/ready", Duration::from_secs(10), || {
            leash.has_ended()
        })
        .with_context(|| {
            format!(
                "patchbay serve: {}",
                fs::read_to_string(&log).unwrap_or_default()
            )
        })?;
        let started_in = start.elapsed();
        Ok(Self {
            binary,
            folder,
            database,
            catalog,
            key_file,
            server: Listening { port, leash },
            started_in,
        })
    }

    /// Makes a project with an active integration, and connects a user's account.
    ///
    /// # Errors
    /// When a command fails or the connection is refused.
    pub fn connect(&self) -> Result<Connected> {
        let created = self.json(&["project", "create", "--name", "Bench"])?;
        let project = development(&created)?;
        let key = self.json(&["key", "create", "--project", &project])?;
        let pem = self.folder.join("signing.pem");
        fs::write(&pem, text(&key, "privateKeyPem")?)?;
        let set = [
            "integration",
            "set",
            "--project",
            &project,
            "--type",
            "bench",
            "--active",
            "true",
        ];
        let integration = self.json(&set)?;
        let token = self.mint(&project, "user-1")?;
        let user = Connected { project, token };
        self.connect_account(&user, text(&integration, "integrationId")?)?;
        Ok(user)
    }

    /// A token of a user of the project.
    ///
    /// # Errors
    /// When the command fails.
    pub fn mint(&self, project: &str, user: &str) -> Result<String> {
        let args = ["token", "mint", "--project", project, "--user", user];
        let mut command = self.command(&args);
        command.args(["--ttl", "86400", "--key-file"]);
        let token = process::output(command.arg(self.folder.join("signing.pem")))?;
        Ok(token.trim().to_owned())
    }

    /// Imports accounts whose tokens end some day, for users `user-1` and on.
    ///
    /// # Errors
    /// When a command fails.
    pub fn import(&self, project: &str, count: usize) -> Result<()> {
        let secret = self.folder.join("client-secret");
        fs::write(&secret, "bench-secret")?;
        let set = [
            "integration",
            "set",
            "--project",
            project,
            "--type",
            "renewed",
        ];
        let mut set = self.command(&set);
        set.args([
            "--client-id",
            "bench",
            "--active",
            "true",
            "--client-secret-file",
        ]);
        process::output(set.arg(secret))?;
        let rows = (1..=count).map(|user| {
            json!({
                "userId": format!("user-{user}"),
                "integration": "renewed",
                "expiresAt": "2099-01-01T00:00:00Z",
                "credential": { "access_token": "first", "refresh_token": "first" },
            })
        });
        let file = self.folder.join("accounts.json");
        fs::write(&file, Value::Array(rows.collect()).to_string())?;
        let import = [
            "connection",
            "import",
            "--project",
            project,
            "--no-check",
            "--file",
        ];
        process::output(self.command(&import).arg(file)).map(drop)
    }

    /// A file in its folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Connects the user's account with an API key.
    fn connect_account(&self, user: &Connected, integration: &str) -> Result<()> {
        let body = json!({ "integrationId": integration, "payload": { "api_key": "bench-key" } });
        let bearer = format!("Bearer {}", user.token);
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
        ];
        let path = format!("/projects/{}/sdk/credentials", user.project);
        let answer = http::send(self.server.port, "POST", &path, &headers, &body.to_string())?;
        if !(200..300).contains(&answer.status) {
            let reason = String::from_utf8_lossy(&answer.body);
            bail!("POST {path} answered {}: {reason}", answer.status);
        }
        Ok(())
    }

    /// Its memory in megabytes, where the system tells.
    pub fn resident_megabytes(&self) -> Result<f64> {
        let bytes = self
            .server
            .leash
            .resident_bytes()
            .context("this system does not tell a process's memory")?;
        Ok(bytes as f64 / 1e6)
    }

    /// The processor time that it has used so far.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn processor_seconds(&self) -> Result<f64> {
        let used = self.server.leash.processor_seconds();
        used.context("this system does not tell a process's time")
    }

    fn json(&self, args: &[&str]) -> Result<Value> {
        let printed = process::output(self.command(args).arg("--json"))?;
        serde_json::from_str(&printed)
            .with_context(|| format!("`patchbay {}` did not print JSON", args[..2].join(" ")))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = patchbay(&self.binary, &self.folder, &self.database, &self.key_file);
        command
            .env("PATCHBAY_CATALOG_DIR", &self.catalog)
            .args(args);
        command
    }
}

fn serve(
    binary: &Path,
    folder: &Path,
    database: &str,
    catalog: &Path,
    key_file: &Path,
    port: u16,
) -> Command {
    let mut command = patchbay(binary, folder, database, key_file);
    command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
    command.args(["--public-url", &format!("http://127.0.0.1:{port}")]);
    command.arg("--catalog-dir").arg(catalog);
    // Requests are counted as ever, and one user may make them all.
    for limit in ["user", "project", "address"] {
        command.args([&format!("--rate-limit-{limit}"), "10000000"]);
    }
    command
}

fn patchbay(binary: &Path, folder: &Path, database: &str, key_file: &Path) -> Command {
    let mut command = Command::new(binary);
    command
        .current_dir(folder)
        .env("PATCHBAY_DATABASE_URL", database);
    command
        .env("PATCHBAY_ENCRYPTION_KEY_FILE", key_file)
        .env("PATCHBAY_EGRESS_ALLOW", "127.0.0.0/8");
    command
}

fn development(created: &Value) -> Result<String> {
    let environments = created["environments"]
        .as_array()
        .context("the project has no environments")?;
    let development = environments
        .iter()
        .find(|environment| environment["environment"] == "development");
    text(
        development.context("the project has no development environment")?,
        "projectId",
    )
    .map(str::to_owned)
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    value[name]
        .as_str()
        .with_context(|| format!("`{name}` is missing"))
}
