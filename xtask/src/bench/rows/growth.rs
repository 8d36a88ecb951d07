//! What many connections cost: reads among them, a server that rests, tokens that are renewed.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::MANY;
use crate::bench::figure::{Figure, Sample, Target};
use crate::bench::lab::Lab;
use crate::bench::load::Load;
use crate::bench::patchbay::{Connected, Patchbay};
use crate::postgres::Postgres;

const FEW: usize = 1_000;
const MILLION: usize = 1_000_000;
/// Users who ask in turn, from all over the table.
const ASKING: usize = 100;
const RESTING: Duration = Duration::from_secs(20);

const RENEWED: usize = 4_000;
/// How long the renewal may take, the worker's own wait included.
const PATIENCE: Duration = Duration::from_secs(180);

/// A server on PostgreSQL with so many connections of one project, one a user.
struct Filled {
    patchbay: Patchbay,
    user: Connected,
    script: PathBuf,
}

/// # Errors
/// When something does not start, or answers with an error.
pub fn growth(lab: &Lab) -> Result<Vec<Figure>> {
    let postgres = Postgres::start()?;
    let few = filled(lab, &postgres, "few", FEW)?;
    let many = filled(lab, &postgres, "million", MILLION)?;
    let load = |filled: &'_ Filled| -> (u16, String) {
        (filled.patchbay.server.port, filled.user.path("me"))
    };
    let ((few_port, few_path), (many_port, many_path)) = (load(&few), load(&many));
    let [small, large] = lab.wrk.compare([
        Load {
            script: Some(&few.script),
            ..few.user.load(few_port, &few_path, MANY)
        },
        Load {
            script: Some(&many.script),
            ..many.user.load(many_port, &many_path, MANY)
        },
    ])?;
    let (small, large) = (small.per_second, large.per_second);
    let growth = small.over(&large);
    let rest = rest(&many.patchbay)?;
    Ok(vec![
        Figure::timed(
            "one read among 1,000 connections",
            "req/s",
            small,
            Target::None,
        ),
        Figure::timed("  among 1,000,000", "req/s", large, Target::None),
        Figure::timed("  cost of growth", "times", growth, Target::AtMost(1.3)),
        Figure::exact(
            "  processor of a server that rests, 1,000,000",
            "ms/s",
            rest,
            Target::None,
        ),
    ])
}

/// Milliseconds of processor time in each second without a request.
fn rest(patchbay: &Patchbay) -> Result<f64> {
    let before = patchbay.processor_seconds()?;
    thread::sleep(RESTING);
    let used = patchbay.processor_seconds()? - before;
    Ok(used * 1_000.0 / RESTING.as_secs_f64())
}

fn filled(lab: &Lab, postgres: &Postgres, name: &str, count: usize) -> Result<Filled> {
    let database = postgres.create_database(name)?;
    let patchbay = Patchbay::start(lab, name, Some(&database))?;
    let user = patchbay.connect()?;
    fill(&database, count)?;
    let mut tokens = String::new();
    for asking in 0..ASKING {
        let id = format!("user-{}", 1 + asking * (count / ASKING));
        let token = patchbay.mint(&user.project, &id)?;
        tokens.push_str(&format!("  \"Bearer {token}\",\n"));
    }
    let script = patchbay.file("users.lua");
    // `no-cache`: each request asks the database.
    let text = format!(
        "local tokens = {{\n{tokens}}}\nlocal n = 0\nrequest = function()\n  n = n % #tokens + 1\n  \
         return wrk.format(\"GET\", nil, {{ [\"Authorization\"] = tokens[n], [\"Cache-Control\"] = \"no-cache\" }})\nend\n"
    );
    fs::write(&script, text)?;
    Ok(Filled {
        patchbay,
        user,
        script,
    })
}

/// Copies the one connection that is there for other users. Their credentials would not open, and
/// nobody opens them.
fn fill(database: &str, count: usize) -> Result<()> {
    let sql = format!(
        "INSERT INTO users SELECT project_id, 'user-' || i, meta, updated_at \
         FROM users, generate_series(2, {count}) i; \
         INSERT INTO connections SELECT (jsonb_populate_record(one, jsonb_build_object(\
         'id', gen_random_uuid(), 'user_id', 'user-' || i))).* \
         FROM connections one, generate_series(2, {count}) i;"
    );
    Postgres::query(database, &sql)?;
    // By itself: it runs in no transaction.
    Postgres::query(database, "VACUUM ANALYZE").map(drop)
}

/// # Errors
/// When something does not start, answers with an error, or does not come to an end.
pub fn renewal(lab: &Lab) -> Result<Vec<Figure>> {
    let postgres = Postgres::start()?;
    let database = postgres.create_database("renewal")?;
    let patchbay = Patchbay::start(lab, "renewal", Some(&database))?;
    let user = patchbay.connect()?;
    patchbay.import(&user.project, RENEWED)?;
    let due = "UPDATE connections SET refresh_due_at = 1, \
               expires_at = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) + 60000000 \
               WHERE refresh_due_at IS NOT NULL";
    Postgres::query(&database, due)?;
    let started = Instant::now();
    let left =
        "SELECT count(*) FROM connections WHERE refresh_due_at = 1 OR lease_owner IS NOT NULL";
    while Postgres::query(&database, left)?.trim() != "0" {
        if started.elapsed() > PATIENCE {
            bail!("not every token was renewed in {} s", PATIENCE.as_secs());
        }
        thread::sleep(Duration::from_millis(200));
    }
    let said = "SELECT trouble, trouble_said, count(*) FROM connections WHERE refreshed_at IS NULL \
                AND refresh_due_at IS NOT NULL GROUP BY 1, 2";
    let said = Postgres::query(&database, said)?;
    if !said.trim().is_empty() {
        bail!("some tokens were not renewed:\n{said}");
    }
    // By the rows themselves: how long the worker slept before does not count.
    let took = "SELECT count(*), max(refreshed_at) - min(refreshed_at) FROM connections WHERE refreshed_at IS NOT NULL";
    let told = Postgres::query(&database, took)?;
    let (count, micros) = told.trim().split_once('|').context("two columns")?;
    let (count, micros): (f64, f64) = (count.parse()?, micros.parse()?);
    let rate = (count - 1.0) / (micros / 1e6);
    Ok(vec![Figure::timed(
        "tokens renewed ahead, one integration and host",
        "per s",
        Sample::of(vec![rate]),
        Target::None,
    )])
}
