//! Programs that end when these commands end, however that comes about.
//!
//! A small shell stands between: it holds the read end of a pipe, and when the write end closes
//! (dropped, or because this process was killed) it stops the program and removes its folder.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

/// Arguments: the folder to remove or nothing, the signal that stops the program, the program.
const KEEPER: &str = r#"
folder=$1 signal=$2
shift 2
exec 3<&0
"$@" </dev/null 3<&- & program=$!
( read -r _ <&3; kill -s "$signal" $program; sleep 10; kill -s KILL $program ) >/dev/null 2>&1 & watcher=$!
wait $program
code=$?
kill $watcher 2>/dev/null
[ -z "$folder" ] || rm -rf "$folder"
exit $code
"#;

/// A running program; dropping it stops the program and waits for its end.
pub struct Leash {
    keeper: Child,
}

/// How a program on a leash is ended and cleaned up after.
#[derive(Clone, Copy, Default)]
pub struct Ending<'a> {
    /// The signal that asks it to stop; `TERM` when none is named. `KILL` follows ten seconds later.
    pub signal: Option<&'a str>,
    /// A folder that is removed when it has ended.
    pub remove: Option<&'a Path>,
}

impl Leash {
    /// Starts a program. `command` gives program, arguments, environment changes and folder;
    /// both outputs go to `log`.
    ///
    /// # Errors
    /// When the log cannot be written or there is no shell.
    pub fn start(command: &Command, log: &Path, ending: Ending) -> Result<Self> {
        let out =
            fs::File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]);
        keeper
            .arg(ending.remove.unwrap_or(Path::new("")))
            .arg(ending.signal.unwrap_or("TERM"));
        keeper.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => keeper.env(name, value),
                None => keeper.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            keeper.current_dir(folder);
        }
        // A group of its own: an interrupt from the terminal ends this process first, then them.
        keeper
            .stdin(Stdio::piped())
            .stdout(out.try_clone()?)
            .stderr(out)
            .process_group(0);
        Ok(Self {
            keeper: keeper.spawn().context("cannot start `sh`")?,
        })
    }

    /// Whether the program has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.keeper.try_wait(), Ok(None))
    }

    /// The memory that the program holds, in bytes (`VmRSS` of proc(5)). `None` where there is no
    /// such file system.
    pub fn resident_bytes(&self) -> Option<u64> {
        let id = self.program()?;
        let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim()
            .strip_suffix(" kB")?
            .parse::<u64>()
            .ok()
            .map(|kibibytes| kibibytes * 1024)
    }

    /// The processor time that the program has used, in seconds (`utime` and `stime` of proc(5)).
    pub fn processor_seconds(&self) -> Option<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.program()?)).ok()?;
        // The name, in brackets, may hold spaces.
        let (_, rest) = stat.rsplit_once(')')?;
        let mut fields = rest.split_whitespace().skip(11);
        let mut ticks = || fields.next()?.parse::<f64>().ok();
        // Linux tells them in hundredths on every machine (`USER_HZ`).
        Some((ticks()? + ticks()?) / 100.0)
    }

    /// The process id of the program.
    fn program(&self) -> Option<String> {
        let keeper = self.keeper.id();
        let children = fs::read_to_string(format!("/proc/{keeper}/task/{keeper}/children")).ok()?;
        // The keeper has two children: the program, and its own watcher, which is a shell.
        let is_program = |id: &&str| {
            fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|name| name.trim() != "sh")
        };
        let mut children = children.split_whitespace();
        children.find(is_program).map(str::to_owned)
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // The keeper ends by itself; when it cannot be waited for, nothing is left to clean up.
        let _ = self.keeper.wait();
    }
}

/// A folder that is removed when it is dropped or this process ends.
pub struct TempFolder {
    path: PathBuf,
    _janitor: Leash,
}

impl TempFolder {
    /// Makes an empty folder that only this user can read.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(purpose: &str) -> Result<Self> {
        let path = temp_path(purpose);
        fs::create_dir(&path).with_context(|| format!("cannot create {}", path.display()))?;
        let mut idle = Command::new("sleep");
        idle.arg("infinity");
        let ending = Ending {
            remove: Some(&path),
            ..Ending::default()
        };
        let janitor = Leash::start(&idle, Path::new("/dev/null"), ending)?;
        Ok(Self {
            path,
            _janitor: janitor,
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A path in the system's temporary folder that no other run of these commands uses.
pub fn temp_path(purpose: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("patchbay-{purpose}-{}-{count}", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_folder_is_gone() {
        let folder = TempFolder::new("leash-test").unwrap();
        let path = folder.path().to_owned();
        fs::write(path.join("file"), "x").unwrap();
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn a_program_that_ends_by_itself_is_noticed_and_cleaned_up_after() {
        let folder = temp_path("leash-end");
        fs::create_dir(&folder).unwrap();
        let ending = Ending {
            remove: Some(&folder),
            ..Ending::default()
        };
        let mut leash =
            Leash::start(&Command::new("true"), Path::new("/dev/null"), ending).unwrap();
        leash.keeper.wait().unwrap();
        assert!(leash.has_ended());
        assert!(!folder.exists());
    }
}
