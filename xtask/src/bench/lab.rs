//! What stands around Patchbay while it is measured: the upstream, a bare handler, nginx.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::load::Wrk;
use crate::build::{self, Profile};
use crate::http::{self, Answer, free_port};
use crate::leash::{Ending, Leash, TempFolder};
use crate::{paths, process, tools};

/// What the upstream answers to a proxied call, about half a kilobyte.
const WIDGETS: &str = r#"{"data":[{"id":"wid_0001","name":"Left-handed widget","price":1250,"currency":"EUR","stock":14,"tags":["left","steel"]},{"id":"wid_0002","name":"Right-handed widget","price":1250,"currency":"EUR","stock":3,"tags":["right","steel"]},{"id":"wid_0003","name":"Widget for either hand","price":1990,"currency":"EUR","stock":0,"tags":["left","right"]},{"id":"wid_0004","name":"Spare handle","price":320,"currency":"EUR","stock":211,"tags":["spare"]}],"paging":{"next":null,"total":4}}"#;

/// What it answers to a refresh.
const TOKEN: &str =
    r#"{"access_token":"renewed","token_type":"Bearer","expires_in":7200,"refresh_token":"next"}"#;

/// A program that listens on a port of this machine; dropping it ends it.
pub struct Listening {
    pub port: u16,
    pub leash: Leash,
}

/// The programs and files that every row may use.
pub struct Lab {
    pub wrk: Wrk,
    pub patchbay: PathBuf,
    pub upstream: Listening,
    bare: PathBuf,
    folder: TempFolder,
}

impl Lab {
    /// Builds what is measured, unless it is given, and starts the upstream.
    ///
    /// # Errors
    /// When something does not compile, is missing or does not start.
    pub fn open(seconds: u32, binary: Option<&Path>) -> Result<Self> {
        let patchbay = match binary {
            Some(binary) => binary
                .canonicalize()
                .with_context(|| format!("cannot find {}", binary.display()))?,
            None => build::build(Profile::Dist)?,
        };
        process::step("bare handler", || {
            // As Patchbay itself is built for shipping: a slow upstream would flatter the proxy.
            process::run(&mut process::cargo([
                "build",
                "--profile",
                "dist",
                "--package",
                "bare",
            ]))
        })?;
        let bare = paths::target().join("dist/bare");
        let folder = TempFolder::new("bench")?;
        let me = Answer::json(r#"{"id":"acc_1","name":"Bench"}"#);
        let token = Answer::json(TOKEN);
        let upstream = serve(
            &bare,
            folder.path(),
            true,
            &[
                ("/me", &me),
                ("/token", &token),
                ("/widgets", &Answer::json(WIDGETS)),
            ],
        )?;
        Ok(Self {
            wrk: Wrk::find(seconds)?,
            patchbay,
            upstream,
            bare,
            folder,
        })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A bare axum handler that returns these bytes for `path`.
    ///
    /// # Errors
    /// When it does not start.
    pub fn bare(&self, path: &str, answer: &Answer) -> Result<Listening> {
        serve(&self.bare, self.folder(), false, &[(path, answer)])
    }

    /// nginx as a reverse proxy before the upstream, with connections kept open on both sides.
    ///
    /// # Errors
    /// When nginx is missing and cannot be installed, or does not start.
    pub fn nginx(&self) -> Result<Listening> {
        let nginx = tools::nginx()?;
        let (port, folder) = (free_port()?, self.folder());
        let file = folder.join("nginx.conf");
        fs::write(&file, nginx_conf(folder, port, self.upstream.port))?;
        let mut command = Command::new(nginx);
        command
            .arg("-e")
            .arg(folder.join("nginx.err"))
            .arg("-c")
            .arg(file);
        let mut leash = Leash::start(&command, &folder.join("nginx.log"), Ending::default())?;
        http::wait_for_any(port, Duration::from_secs(10), || leash.has_ended())
            .context("nginx did not start")?;
        Ok(Listening { port, leash })
    }
}

/// Starts the bare handler with these answers. With `guarded` it refuses calls that carry no
/// `Authorization`, as a real upstream does.
fn serve(
    bare: &Path,
    folder: &Path,
    guarded: bool,
    routes: &[(&str, &Answer)],
) -> Result<Listening> {
    let port = free_port()?;
    let mut command = Command::new(bare);
    command
        .arg(port.to_string())
        .arg(if guarded { "guarded" } else { "open" });
    for (place, (path, answer)) in routes.iter().enumerate() {
        let body = folder.join(format!("bare-{port}-{place}"));
        fs::write(&body, &answer.body)?;
        command.arg(path).arg(&answer.content_type).arg(body);
    }
    let log = folder.join(format!("bare-{port}.log"));
    let mut leash = Leash::start(&command, &log, Ending::default())?;
    http::wait_for_any(port, Duration::from_secs(10), || leash.has_ended()).with_context(|| {
        format!(
            "the bare handler did not start: {}",
            fs::read_to_string(&log).unwrap_or_default()
        )
    })?;
    Ok(Listening { port, leash })
}

fn nginx_conf(folder: &Path, port: u16, upstream: u16) -> String {
    let folder = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("    {kind}_temp_path {folder}/nginx-{kind};\n"))
        .concat();
    format!(
        "daemon off;\nworker_processes auto;\npid {folder}/nginx.pid;\nevents {{ worker_connections 512; }}\n\
         http {{\n    access_log off;\n{temporary}    upstream api {{\n        server 127.0.0.1:{upstream};\n        \
         keepalive 64;\n        keepalive_requests 10000000;\n    }}\n    server {{\n        listen 127.0.0.1:{port};\n        keepalive_requests 10000000;\n        \
         location / {{\n            proxy_pass http://api;\n            proxy_http_version 1.1;\n            \
         proxy_set_header Connection \"\";\n        }}\n    }}\n}}\n"
    )
}
