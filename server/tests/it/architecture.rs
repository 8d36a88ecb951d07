//! Who may know whom: reads the `crate::` paths of every file and fails on a wrong arrow.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Each room and the rooms it may name besides itself.
const ARROWS: [(&str, &[&str]); 9] = [
    ("domain", &[]),
    ("ports", &["domain"]),
    ("access", &["domain"]),
    ("use_cases", &["domain", "ports", "access"]),
    ("store", &["domain", "ports"]),
    ("vault", &["domain", "ports"]),
    ("providers", &["domain", "ports"]),
    (
        "http",
        &["use_cases", "access", "domain", "ports", "config"],
    ),
    ("config", &["domain"]),
];

/// External crates that belong to one room, by the start of a path.
const OWNED: [(&str, &[&str]); 6] = [
    ("sqlx::", &["store"]),
    ("hyper_util::", &["providers"]),
    ("rustls::", &["providers"]),
    // Providers sign calls in ways that no other library has; what is stored is the vault's alone.
    ("aws_lc_rs::", &["vault", "clock", "providers"]),
    ("axum::", &["http", "runtime"]),
    ("clap::", &["config", "main"]),
];

#[test]
fn every_arrow_points_the_right_way() {
    let mut wrong = Vec::new();
    for (room, text, file) in sources() {
        for named in named_rooms(&text) {
            let rule = ARROWS.iter().find(|(name, _)| *name == room);
            let Some((_, allowed)) = rule else { continue };
            let known = ARROWS.iter().any(|(name, _)| *name == named)
                || named == "cli"
                || named == "runtime";
            if known && named != room && !allowed.contains(&named.as_str()) {
                wrong.push(format!("{} names crate::{named}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "wrong arrows:\n{}", wrong.join("\n"));
}

#[test]
fn each_library_stays_in_its_room() {
    let mut wrong = Vec::new();
    for (room, text, file) in sources() {
        for (library, rooms) in OWNED {
            let used = text
                .lines()
                .any(|line| !line.trim_start().starts_with("//") && line.contains(library));
            if used && !rooms.contains(&room.as_str()) {
                wrong.push(format!("{} uses {library}", file.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "libraries out of their room:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn the_pages_know_nothing_of_the_server() {
    let app = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src");
    for (file, text) in rust_files(&app) {
        for library in [
            "axum",
            "sqlx",
            "reqwest",
            "hyper",
            "aws_lc_rs",
            "leptos_axum",
        ] {
            let named = format!("use {library}");
            let path = format!("{library}::");
            let used = text.lines().any(|line| {
                !line.trim_start().starts_with("//")
                    && (line.contains(&named) || line.contains(&path))
            });
            assert!(!used, "{} names {library}", file.display());
        }
    }
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names = |engine: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../migrations")
            .join(engine);
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}

/// Files that say what a sealed value is bound to. A value that is stored, and that the keyring does
/// not know, is lost when its key is retired: so whoever adds a file here adds its column to
/// `ports::store::SealedColumn`, or says why there is none.
const SEALING: [(&str, &str); 11] = [
    ("use_cases/connect.rs", "ClientSecret"),
    ("use_cases/connect/open.rs", "FlowSecrets"),
    ("use_cases/credential.rs", "Credential"),
    ("use_cases/demo.rs", "keyring::places::Kind::Demo"),
    ("use_cases/integrations.rs", "ClientSecret"),
    ("use_cases/keyring/places.rs", "all of these"),
    ("use_cases/revocations.rs", "RevokedCredential"),
    ("use_cases/sandbox.rs", "not stored: tokens of the Sandbox"),
    ("use_cases/settings.rs", "Configurations"),
    ("use_cases/unlock.rs", "removed when it is met"),
    (
        "use_cases/webhooks.rs",
        "WebhookSecret, FormerWebhookSecret",
    ),
];

#[test]
fn every_sealed_value_is_known_to_the_keyring() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found: Vec<String> = sources()
        .into_iter()
        .filter(|(room, text, _)| room == "use_cases" && text.contains("SealedField {"))
        .map(|(_, _, file)| file.strip_prefix(&root).unwrap().display().to_string())
        .collect();
    found.sort();
    assert_eq!(found, SEALING.map(|(file, _)| file));
}

/// Room, text without tests, and path of every file of the server.
fn sources() -> Vec<(String, String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = rust_files(&root);
    assert!(files.len() > 50, "the sources were not found");
    files
        .into_iter()
        .map(|(file, text)| {
            let inside = file.strip_prefix(&root).unwrap();
            let first = inside
                .components()
                .next()
                .unwrap()
                .as_os_str()
                .to_string_lossy()
                .into_owned();
            let room = first.trim_end_matches(".rs").to_owned();
            let code = text
                .split("#[cfg(test)]")
                .next()
                .unwrap_or_default()
                .to_owned();
            (room, code, file)
        })
        .collect()
}

fn rust_files(root: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found
}

/// The first segments after `crate::`, in paths and in grouped imports.
fn named_rooms(text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            rooms.extend(group_heads(group));
        } else {
            rooms.push(head(rest));
        }
    }
    rooms
}

fn head(text: &str) -> String {
    text.chars()
        .take_while(|character| character.is_alphanumeric() || *character == '_')
        .collect()
}

/// The heads of the items of a `{…}` group, whatever is nested in them.
fn group_heads(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let mut depth = 1;
    let mut item = String::new();
    for character in group.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && character == ',') {
            heads.push(head(item.trim()));
            item.clear();
        } else {
            item.push(character);
        }
        if depth == 0 {
            break;
        }
    }
    heads
}
