//! Where encryption keys come from. A text of keys has one a line; what follows `#` is a comment.

use std::{
    io::Read,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use async_trait::async_trait;
use tokio::{io::AsyncReadExt, process::Command};
use zeroize::Zeroizing;

use crate::{
    domain::secret::Secret,
    ports::vault::{KeyProvider, KeysUnavailable},
};

/// The longest text of keys, in bytes. Sixteen keys with comments are far shorter.
const MAX_TEXT: u64 = 64 * 1024;

/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Given to this process when it started.
pub struct GivenKeys(pub Secret);

#[async_trait]
impl KeyProvider for GivenKeys {
    async fn load(&self) -> Result<Vec<Secret>, KeysUnavailable> {
        Ok(split(self.0.expose()))
    }

    fn may_change(&self) -> bool {
        false
    }
}

/// A file, or a folder whose files are read by name. Names that begin with a dot are left out:
/// that is where mounted secrets keep what is not theirs.
pub struct FileKeys(pub PathBuf);

#[async_trait]
impl KeyProvider for FileKeys {
    async fn load(&self) -> Result<Vec<Secret>, KeysUnavailable> {
        let path = self.0.clone();
        let read = tokio::task::spawn_blocking(move || read_path(&path));
        let read = read.await.map_err(|error| unavailable(&error))?;
        read.map_err(|error| {
            let path = self.0.display();
            KeysUnavailable(format!(
                "the encryption keys in {path} cannot be read: {error}"
            ))
        })
    }

    fn may_change(&self) -> bool {
        true
    }
}

/// A command for `/bin/sh` that prints the keys. What it says on standard error is shown as it is.
pub struct CommandKeys(pub String);

#[async_trait]
impl KeyProvider for CommandKeys {
    async fn load(&self) -> Result<Vec<Secret>, KeysUnavailable> {
        let printed = tokio::time::timeout(PATIENCE, run(&self.0)).await;
        let seconds = PATIENCE.as_secs();
        let late = || {
            format!(
                "the command that prints the encryption keys took longer than {seconds} seconds"
            )
        };
        printed.map_err(|_| KeysUnavailable(late()))?
    }

    fn may_change(&self) -> bool {
        true
    }
}

async fn run(command: &str) -> Result<Vec<Secret>, KeysUnavailable> {
    let mut child = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| unavailable(&error))?;
    let mut text = Zeroizing::new(Vec::new());
    if let Some(stdout) = child.stdout.take() {
        let mut stdout = stdout.take(MAX_TEXT + 1);
        let read = stdout.read_to_end(&mut text).await;
        read.map_err(|error| unavailable(&error))?;
    }
    if text.len() as u64 > MAX_TEXT {
        return Err(unavailable(&"it printed more than 64 KiB"));
    }
    let status = child.wait().await.map_err(|error| unavailable(&error))?;
    if !status.success() {
        return Err(unavailable(&status));
    }
    let text = std::str::from_utf8(&text).map_err(|_| unavailable(&"it printed no text"))?;
    Ok(split(text))
}

fn unavailable(why: &dyn std::fmt::Display) -> KeysUnavailable {
    KeysUnavailable(format!(
        "the command that prints the encryption keys failed ({why}): run it by hand"
    ))
}

fn read_path(path: &Path) -> std::io::Result<Vec<Secret>> {
    if !path.is_dir() {
        return read_file(path);
    }
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden && entry.path().is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    let keys = files.iter().map(|file| read_file(file));
    Ok(keys.collect::<std::io::Result<Vec<_>>>()?.concat())
}

fn read_file(path: &Path) -> std::io::Result<Vec<Secret>> {
    let mut text = Zeroizing::new(String::new());
    let file = std::fs::File::open(path)?;
    file.take(MAX_TEXT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_TEXT {
        return Err(std::io::Error::other("it is larger than 64 KiB"));
    }
    Ok(split(&text))
}

fn split(text: &str) -> Vec<Secret> {
    let lines = text.lines();
    let keys = lines.map(|line| line.split('#').next().unwrap_or_default());
    // Between keys of one line, too: a variable rarely has lines.
    let keys = keys.flat_map(str::split_whitespace);
    keys.map(Secret::new).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn texts(keys: &[Secret]) -> Vec<&str> {
        keys.iter().map(Secret::expose).collect()
    }

    #[tokio::test]
    async fn a_text_has_a_key_a_line() {
        let text = "# of 2026\n  one= \n\ntwo= # the next\r\n three= four=\n";
        let keys = GivenKeys(Secret::new(text)).load().await.unwrap();
        assert_eq!(texts(&keys), ["one=", "two=", "three=", "four="]);
    }

    #[tokio::test]
    async fn a_folder_is_read_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("b", "two"), ("a", "one\n"), (".hidden", "three")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        fs::create_dir(folder.path().join("c")).unwrap();
        let source = FileKeys(folder.path().to_owned());
        assert_eq!(texts(&source.load().await.unwrap()), ["one", "two"]);
        fs::write(folder.path().join("a"), "x".repeat(70_000)).unwrap();
        let refused = source.load().await.unwrap_err().to_string();
        assert!(refused.contains("64 KiB"), "{refused}");
    }

    #[tokio::test]
    async fn a_command_prints_them() {
        let keys = CommandKeys("echo one; echo two".to_owned());
        assert_eq!(texts(&keys.load().await.unwrap()), ["one", "two"]);
    }

    #[tokio::test]
    async fn a_command_that_fails_tells_none_of_what_it_printed() {
        for command in [
            "echo secret; exit 3",
            "head -c 70000 /dev/zero | tr '\\0' x",
        ] {
            let refused = CommandKeys(command.to_owned()).load().await.unwrap_err();
            assert!(refused.0.contains("run it by hand"), "{refused}");
            assert!(!refused.0.contains("secret"), "{refused}");
        }
    }
}
