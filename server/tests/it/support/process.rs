//! The real binary, as operators run it.

use std::process::Stdio;

use axum::http::StatusCode;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    task::JoinHandle,
};

/// Settings of every command: variable and value.
pub type Env = Vec<(&'static str, String)>;

/// A command that is not started.
pub fn patchbay(env: &Env, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patchbay"));
    command
        .env_clear()
        .envs(env.iter().map(|(name, value)| (*name, value.as_str())))
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Runs a command to its end: its exit code, and what it printed on both.
pub async fn run(env: &Env, args: &[&str]) -> (i32, String, String) {
    let output = patchbay(env, args).output().await.expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("it prints text");
    (
        output.status.code().unwrap_or(-1),
        text(output.stdout),
        text(output.stderr),
    )
}

/// Runs a command that must succeed, and reads the JSON that it prints.
#[track_caller]
pub fn json(env: &Env, args: &[&str]) -> impl Future<Output = Value> {
    let (env, args) = (env.clone(), args.iter().map(ToString::to_string));
    let args: Vec<String> = args.collect();
    async move {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let (code, stdout, stderr) = run(&env, &args).await;
        assert_eq!(code, 0, "{args:?}: {stderr}");
        serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{args:?} printed {stdout}"))
    }
}

/// Runs a command that must fail, and returns what it says on standard error.
pub async fn refusal(env: &Env, args: &[&str]) -> String {
    let (code, stdout, stderr) = run(env, args).await;
    assert_ne!(code, 0, "{args:?} succeeded: {stdout}");
    stderr
}

/// A server of its own; killed when dropped.
pub struct Server {
    pub url: String,
    child: Child,
    _stdout: Lines<BufReader<ChildStdout>>,
    log: JoinHandle<String>,
}

impl Server {
    /// Starts one on a free port, and waits until it listens.
    pub async fn start(env: &Env) -> Self {
        // Some tests call as fast as they can, as one user.
        let without_limit = ["--rate-limit-user", "0"];
        let mut child = patchbay(env, &["serve", "--listen", "127.0.0.1:0"])
            .args(without_limit)
            .spawn()
            .expect("it starts");
        let mut stderr = child.stderr.take().expect("piped");
        let log = tokio::spawn(async move {
            let mut log = Vec::new();
            let _ = stderr.read_to_end(&mut log).await;
            String::from_utf8_lossy(&log).into_owned()
        });
        let mut stdout = BufReader::new(child.stdout.take().expect("piped")).lines();
        let Ok(Some(line)) = stdout.next_line().await else {
            panic!("the server ended: {}", log.await.unwrap_or_default());
        };
        let url = line.strip_prefix("Patchbay is at ").expect("its address");
        Self {
            url: url.to_owned(),
            child,
            _stdout: stdout,
            log,
        }
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.id().expect("it runs").to_string();
        let sent = std::process::Command::new("kill")
            .args(["-s", name, &pid])
            .status();
        assert!(sent.expect("kill is there").success());
    }

    /// Stops it by SIGTERM; returns all that it logged.
    pub async fn stop(mut self) -> String {
        self.signal("TERM");
        assert!(self.child.wait().await.expect("it ends").success());
        self.log.await.expect("its log")
    }

    /// A request with a user token. The body as text.
    pub async fn get(&self, path: &str, token: &str) -> (StatusCode, String) {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let request = axum::http::Request::get(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {token}"))
            .body(Full::<Bytes>::default())
            .expect("a request");
        let answer = client.request(request).await.expect("it answers");
        let status = answer.status();
        let body = answer.into_body().collect().await.expect("a body");
        let body = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        (status, body)
    }
}
