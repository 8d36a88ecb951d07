//! The rows: what is measured, against what, and the targets.

mod growth;

use anyhow::{Result, bail};

use super::Row;
use super::figure::{Figure, Sample, Target};
use super::lab::Lab;
use super::load::Load;
use super::patchbay::{Connected, Patchbay};
use crate::budget;
use crate::http;
use crate::postgres::Postgres;

/// Connections of a row that asks how many requests go through.
const MANY: u32 = 16;

/// Measures one row.
///
/// # Errors
/// When something does not start, or answers with an error.
pub fn measure(row: Row, lab: &Lab) -> Result<Vec<Figure>> {
    match row {
        Row::MeSqlite => me(lab, "SQLite", None, 9_000.0),
        Row::MePostgres => {
            let postgres = Postgres::start()?;
            let database = postgres.create_database("bench")?;
            me(lab, "PostgreSQL", Some(&database), 5_000.0)
        }
        Row::Proxy => proxy(lab),
        Row::Integrations => integrations(lab),
        Row::PortalPage => portal_page(lab),
        Row::Start => start(lab),
        Row::Memory => memory(lab),
        Row::Growth => growth::growth(lab),
        Row::Renewal => growth::renewal(lab),
        Row::Download => download(),
    }
}

fn me(lab: &Lab, engine: &str, database: Option<&str>, target: f64) -> Result<Vec<Figure>> {
    let patchbay = Patchbay::start(lab, &format!("me-{engine}"), database)?;
    let user = patchbay.connect()?;
    let path = user.path("me");
    let answer = http::get(
        patchbay.server.port,
        &path,
        &[("Authorization", &user.bearer())],
    )?;
    let bare = lab.bare(&path, &answer)?;
    let [ours, theirs] = lab.wrk.compare([
        user.load(patchbay.server.port, &path, MANY),
        user.load(bare.port, &path, MANY),
    ])?;
    let (rate, limit) = (ours.per_second, theirs.per_second);
    let ratio = rate.over(&limit);
    let cost = cost(
        lab,
        &patchbay,
        &user.load(patchbay.server.port, &path, MANY),
    )?;
    Ok(vec![
        Figure::timed(
            format!("GET /sdk/me, {engine}"),
            "req/s",
            rate,
            Target::AtLeast(target),
        ),
        Figure::timed("  bare handler, same bytes", "req/s", limit, Target::None),
        Figure::timed(
            "  ratio to the bare handler",
            "",
            ratio,
            Target::AtLeast(0.4),
        ),
        cost,
    ])
}

/// Processor time of the server for one request: what a core carries, whoever shares the machine.
fn cost(lab: &Lab, patchbay: &Patchbay, load: &Load) -> Result<Figure> {
    let before = patchbay.processor_seconds()?;
    let answered = lab.wrk.burn(load)?;
    let used = patchbay.processor_seconds()? - before;
    let micros = used * 1e6 / answered;
    let name = "  processor time of each";
    Ok(Figure::exact(name, "µs", micros, Target::None))
}

fn proxy(lab: &Lab) -> Result<Vec<Figure>> {
    let patchbay = Patchbay::start(lab, "proxy", None)?;
    let user = patchbay.connect()?;
    let nginx = lab.nginx()?;
    let path = user.path("proxy/bench/widgets");
    let [ours, theirs] = lab.wrk.compare([
        user.load(patchbay.server.port, &path, MANY),
        user.load(nginx.port, "/widgets", MANY),
    ])?;
    let [through, direct] = lab.wrk.compare([
        user.load(patchbay.server.port, &path, 1),
        user.load(lab.upstream.port, "/widgets", 1),
    ])?;
    let cost = cost(
        lab,
        &patchbay,
        &user.load(patchbay.server.port, &path, MANY),
    )?;
    let (rate, limit) = (ours.per_second, theirs.per_second);
    let ratio = rate.over(&limit);
    let (through, direct) = (through.p50_ms, direct.p50_ms);
    let added = through.above(&direct);
    Ok(vec![
        Figure::timed("proxied GET", "req/s", rate, Target::AtLeast(6_000.0)),
        Figure::timed("  nginx proxy_pass", "req/s", limit, Target::None),
        Figure::timed("  ratio to nginx", "", ratio, Target::AtLeast(0.6)),
        cost,
        Figure::timed(
            "  upstream alone, 1 connection, p50",
            "ms",
            direct,
            Target::None,
        ),
        Figure::timed(
            "  added by Patchbay, 1 connection, p50",
            "ms",
            added,
            Target::AtMost(0.3),
        ),
    ])
}

fn integrations(lab: &Lab) -> Result<Vec<Figure>> {
    let patchbay = Patchbay::start(lab, "integrations", None)?;
    let user = patchbay.connect()?;
    let path = user.path("integrations");
    let [ours] = lab
        .wrk
        .compare([user.load(patchbay.server.port, &path, MANY)])?;
    Ok(vec![Figure::timed(
        "list of integrations",
        "req/s",
        ours.per_second,
        Target::AtLeast(10_000.0),
    )])
}

fn portal_page(lab: &Lab) -> Result<Vec<Figure>> {
    let patchbay = Patchbay::start(lab, "portal-page", None)?;
    let user = patchbay.connect()?;
    let path = user.portal(patchbay.server.port);
    let page = http::get(patchbay.server.port, &path, &[])?;
    if !String::from_utf8_lossy(&page.body).contains("Connect Bench") {
        bail!("the page at {path} is not the portal of the integration");
    }
    let [many] = lab.wrk.compare([Load {
        token: "",
        ..user.load(patchbay.server.port, &path, MANY)
    }])?;
    let [one] = lab.wrk.compare([Load {
        token: "",
        ..user.load(patchbay.server.port, &path, 1)
    }])?;
    Ok(vec![
        Figure::timed(
            "portal page, server-rendered",
            "req/s",
            many.per_second,
            Target::AtLeast(3_000.0),
        ),
        // The whole page takes at least as long as its first byte.
        Figure::timed(
            "  whole page, 1 connection, p50",
            "ms",
            one.p50_ms,
            Target::AtMost(3.0),
        ),
    ])
}

fn start(lab: &Lab) -> Result<Vec<Figure>> {
    let runs = (0..5)
        .map(|run| {
            Patchbay::start(lab, &format!("start-{run}"), None)
                .map(|patchbay| patchbay.started_in.as_secs_f64())
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(vec![Figure::timed(
        "start to first answer, SQLite, migrated",
        "s",
        Sample::of(runs),
        Target::AtMost(0.3),
    )])
}

fn memory(lab: &Lab) -> Result<Vec<Figure>> {
    let patchbay = Patchbay::start(lab, "memory", None)?;
    let user = patchbay.connect()?;
    let idle = patchbay.resident_megabytes()?;
    let port = patchbay.server.port;
    for path in [
        user.path("me"),
        user.path("proxy/bench/widgets"),
        user.path("integrations"),
        user.portal(port),
    ] {
        lab.wrk.burn(&user.load(port, &path, MANY))?;
    }
    let loaded = patchbay.resident_megabytes()?;
    Ok(vec![
        Figure::exact("memory, idle", "MB", idle, Target::AtMost(30.0)),
        Figure::exact("memory, after load", "MB", loaded, Target::AtMost(80.0)),
    ])
}

fn download() -> Result<Vec<Figure>> {
    let kilobytes = |bytes: u64| bytes as f64 / 1e3;
    let figure = |download: budget::Download| {
        let target = Target::AtMost(kilobytes(download.limit));
        Figure::exact(
            format!("download, {}, brotli", download.name),
            "kB",
            kilobytes(download.bytes()),
            target,
        )
    };
    Ok(budget::downloads()?.into_iter().map(figure).collect())
}

impl Connected {
    /// A route of the project.
    fn path(&self, rest: &str) -> String {
        format!("/projects/{}/sdk/{rest}", self.project)
    }

    /// The portal's page, as a host application on this machine asks for it.
    fn portal(&self, port: u16) -> String {
        format!(
            "/ui?projectId={}&integration=bench&origin=http%3A%2F%2Flocalhost%3A{port}",
            self.project
        )
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    fn load<'a>(&'a self, port: u16, path: &'a str, connections: u32) -> Load<'a> {
        Load {
            port,
            path,
            token: &self.token,
            script: None,
            connections,
        }
    }
}
