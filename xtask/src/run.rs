//! `run`: from a fresh tree to a running Patchbay.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::build::{self, Profile};
use crate::{paths, process};

/// What `patchbay serve` is told unless the caller or the environment says otherwise.
const DEFAULTS: [(&str, &str, &str); 2] = [
    ("--listen", "PATCHBAY_LISTEN", "127.0.0.1:3000"),
    (
        "--database-url",
        "PATCHBAY_DATABASE_URL",
        "sqlite://data/patchbay.db",
    ),
];

const KEY_FILE: &str = "data/encryption.key";

/// Builds, then becomes `patchbay serve`: signals and the exit code are the server's own.
///
/// # Errors
/// When the build fails, the key file cannot be made, or the server cannot be started.
pub fn run(args: &[String]) -> Result<()> {
    let binary = build::build(Profile::Release)?;
    let mut serve = process::command(&binary);
    serve.arg("serve");
    for (flag, variable, value) in DEFAULTS {
        if !is_given(args, flag) && paths::variable(variable).is_none() {
            serve.args([flag, value]);
        }
    }
    let key_is_set = [
        "PATCHBAY_ENCRYPTION_KEY",
        "PATCHBAY_ENCRYPTION_KEY_FILE",
        "PATCHBAY_ENCRYPTION_KEY_COMMAND",
    ]
    .into_iter()
    .any(|name| paths::variable(name).is_some());
    if !key_is_set {
        serve.env("PATCHBAY_ENCRYPTION_KEY_FILE", KEY_FILE);
        ensure_key(paths::root())?;
    }
    println!("patchbay serve");
    let error = serve.args(args).exec();
    Err(error).with_context(|| format!("cannot start {}", binary.display()))
}

/// Makes the key file when there is none. A database without its key is left alone: a new key
/// could not open what the old one has sealed.
fn ensure_key(root: &Path) -> Result<()> {
    let file = root.join(KEY_FILE);
    if file.exists() {
        return Ok(());
    }
    let database = root.join("data/patchbay.db");
    if database.exists() {
        bail!(
            "{KEY_FILE} is missing, and {} is sealed with it: put the key back, or move the database away",
            database.display()
        );
    }
    fs::create_dir_all(root.join("data"))?;
    write_key(&file)
}

/// Writes 32 random bytes in base64 to a file that only its owner can read.
///
/// # Errors
/// When the file is there already or cannot be written.
pub fn write_key(file: &Path) -> Result<()> {
    let mut key = [0; 32];
    File::open("/dev/urandom")
        .and_then(|mut random| random.read_exact(&mut key))
        .context("cannot read /dev/urandom")?;
    let opened = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file);
    let mut opened = match opened {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{} is there already", file.display())
        }
        other => other.with_context(|| format!("cannot write {}", file.display()))?,
    };
    writeln!(opened, "{}", base64(&key))?;
    Ok(())
}

fn is_given(args: &[String], flag: &str) -> bool {
    args.iter().any(|arg| {
        arg == flag
            || arg
                .strip_prefix(flag)
                .is_some_and(|rest| rest.starts_with('='))
    })
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 4648, section 10.
    #[test]
    fn base64_is_that_of_the_rfc() {
        let vectors = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (bytes, text) in vectors {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xff; 32]).len(), 44);
    }

    #[test]
    fn a_flag_of_the_caller_replaces_the_default() {
        let args = [
            "--listen=0.0.0.0:80".to_owned(),
            "--database-url".to_owned(),
            "x".to_owned(),
        ];
        assert!(is_given(&args, "--listen"));
        assert!(is_given(&args, "--database-url"));
        assert!(!is_given(&args, "--public-url"));
        assert!(!is_given(&["--listener".to_owned()], "--listen"));
    }
}
