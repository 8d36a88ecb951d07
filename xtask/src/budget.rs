//! `budget`: what a browser downloads, in brotli, against what it may.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::paths;

/// What the server-rendered page of the portal may add to its files, in bytes.
const PORTAL_PAGE: u64 = 6_000;

/// One download: its parts in bytes of brotli, and what they may add up to.
pub struct Download {
    pub name: &'static str,
    pub parts: Vec<(&'static str, u64)>,
    pub limit: u64,
}

impl Download {
    /// All its parts together, in bytes.
    pub fn bytes(&self) -> u64 {
        self.parts.iter().map(|(_, bytes)| bytes).sum()
    }
}

/// Prints the table.
///
/// # Errors
/// When a download is over its limit, or has not been built yet.
pub fn budget() -> Result<()> {
    let downloads = downloads()?;
    println!("{:<30} {:>9} {:>9}", "Download (brotli)", "bytes", "limit");
    for download in &downloads {
        println!(
            "{:<30} {:>9} {:>9}",
            download.name,
            download.bytes(),
            download.limit
        );
        for (part, bytes) in &download.parts {
            println!("  {part:<28} {bytes:>9}");
        }
    }
    let over: Vec<_> = downloads
        .iter()
        .filter(|d| d.bytes() > d.limit)
        .map(|d| d.name)
        .collect();
    if !over.is_empty() {
        bail!("over the budget: {}", over.join(", "));
    }
    ["portal", "dashboard"]
        .into_iter()
        .try_for_each(without_regex)
}

/// Fails when a module carries the regex engine, which leptos_config names and nobody may call.
/// Its places of panic would stand in the module by their file names.
fn without_regex(name: &str) -> Result<()> {
    let module = fs::read(paths::site_pkg().join(format!("{name}_bg.wasm")))?;
    let marker = b"regex-automata-";
    if module.windows(marker.len()).any(|window| window == marker) {
        bail!("{name}_bg.wasm contains the regex engine: find what calls it, and do without");
    }
    Ok(())
}

/// What a browser loads on its first visit, and what the portal loads after it.
///
/// # Errors
/// When the site has not been built.
pub fn downloads() -> Result<[Download; 4]> {
    Ok([
        Download {
            name: "portal, first visit",
            parts: vec![
                ("page (allowance)", PORTAL_PAGE),
                ("portal.js", built("portal.js")?),
                ("portal_bg.wasm", built("portal_bg.wasm")?),
                ("portal.css", built("portal.css")?),
            ],
            limit: 160_000,
        },
        Download {
            name: "portal, form of settings",
            parts: vec![("portal-settings.wasm", built("portal-settings.wasm")?)],
            // It comes after the portal, and only where settings are declared: 58.1 kB, and 2.7 kB for
            // the fields beside two choices.
            limit: 62_000,
        },
        Download {
            name: "dashboard, first visit",
            parts: vec![
                ("dashboard.js", built("dashboard.js")?),
                ("dashboard_bg.wasm", built("dashboard_bg.wasm")?),
                ("patchbay.css", built("patchbay.css")?),
            ],
            // Of these, 53 kB are the pages of webhooks and API keys: nine calls, four forms, four tables.
            limit: 640_000,
        },
        Download {
            name: "SDK",
            parts: vec![
                ("patchbay.js", built("sdk-patchbay.js")?),
                ("element.js", built("sdk-element.js")?),
            ],
            limit: 8_000,
        },
    ])
}

fn built(name: &str) -> Result<u64> {
    let path = paths::site_pkg().join(format!("{name}.br"));
    let data = fs::metadata(&path).with_context(|| {
        format!(
            "{} is not there: run `cargo xtask build` first",
            path.display()
        )
    })?;
    Ok(data.len())
}
