//! A throw-away PostgreSQL: made from the installed binaries, reachable on this machine only.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::http::free_port;
use crate::leash::{Ending, Leash, temp_path};
use crate::{process, tools};

/// PostgreSQL refuses to run as root; its Debian package brings this user along.
const USER: &str = "postgres";

/// Durability is switched off: nothing in here outlives the run.
const SETTINGS: [&str; 5] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
    "listen_addresses=127.0.0.1",
];

/// A running cluster; dropping it stops it and removes its files.
pub struct Postgres {
    port: u16,
    _server: Leash,
}

impl Postgres {
    /// Makes and starts a cluster, in about two seconds.
    ///
    /// # Errors
    /// When PostgreSQL is missing and cannot be installed, or does not start.
    pub fn start() -> Result<Self> {
        process::step("throw-away PostgreSQL", || {
            let postgres = tools::debian_program(|| newest("postgres"), "postgresql")?;
            let folder = temp_path("postgres");
            create(&postgres, &folder)?;
            Self::serve(&postgres, &folder)
        })
    }

    /// The URL of its database `postgres`; whoever connects may create others.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The URL of one of its databases.
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database and returns its URL.
    ///
    /// # Errors
    /// When there is one of that name.
    pub fn create_database(&self, name: &str) -> Result<String> {
        let psql = newest("psql").context("psql is missing")?;
        let create = format!("CREATE DATABASE {name}");
        process::output(Command::new(psql).args([
            "--no-psqlrc",
            "--quiet",
            "--command",
            &create,
            &self.url(),
        ]))?;
        Ok(self.url_of(name))
    }

    /// Runs SQL on a database, and returns what it gives: rows as lines, columns divided by `|`.
    ///
    /// # Errors
    /// When PostgreSQL refuses it.
    pub fn query(database: &str, sql: &str) -> Result<String> {
        let psql = newest("psql").context("psql is missing")?;
        let mut command = Command::new(psql);
        command.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]);
        command.args(["--set", "ON_ERROR_STOP=1", "--command", sql, database]);
        process::output(&mut command)
    }

    fn serve(postgres: &Path, folder: &Path) -> Result<Self> {
        let port = free_port()?;
        let mut command = unprivileged(postgres);
        command
            .arg("-D")
            .arg(folder.join("data"))
            .arg("-k")
            .arg(folder)
            .args(["-p", &port.to_string()]);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        let log = folder.join("log");
        let mut server = Leash::start(
            &command,
            &log,
            Ending {
                signal: Some("INT"),
                remove: Some(folder),
            },
        )?;
        let start = Instant::now();
        let is_ready = postgres.with_file_name("pg_isready");
        while !process::succeeds(Command::new(&is_ready).args([
            "-q",
            "-h",
            "127.0.0.1",
            "-p",
            &port.to_string(),
        ])) {
            if server.has_ended() || start.elapsed() > Duration::from_secs(30) {
                bail!(
                    "PostgreSQL did not start: {}",
                    fs::read_to_string(&log).unwrap_or_default()
                );
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(Self {
            port,
            _server: server,
        })
    }
}

fn create(postgres: &Path, folder: &Path) -> Result<()> {
    fs::create_dir(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    if tools::is_root() {
        process::run(Command::new("chown").arg(USER).arg(folder))?;
    }
    let mut initdb = unprivileged(&postgres.with_file_name("initdb"));
    initdb.args([
        "--username",
        USER,
        "--auth",
        "trust",
        "--encoding",
        "UTF8",
        "--locale",
        "C",
        "--no-sync",
    ]);
    process::output(initdb.arg("--pgdata").arg(folder.join("data"))).map(drop)
}

/// A program of PostgreSQL, as its own user when this is root.
fn unprivileged(program: &Path) -> Command {
    let mut command = if tools::is_root() {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid", USER, "--regid", USER, "--clear-groups"])
            .arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/");
    command
}

/// A program of the newest PostgreSQL that Debian has installed, or else of the one on `PATH`.
fn newest(program: &str) -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|version| {
            Some((
                version.file_name().to_str()?.parse().ok()?,
                version.path().join("bin").join(program),
            ))
        })
        .filter(|(_, path)| path.is_file())
        .collect();
    found.sort();
    found
        .pop()
        .map(|(_, path)| path)
        .or_else(|| tools::on_path(program))
}
