//! A chore beside others: what it prints is kept, and printed when it has ended.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{ChoreResult, say, target};

/// A chore in a process of its own.
pub(crate) struct BackgroundChore {
    name: &'static str,
    process: Child,
    log: PathBuf,
}

impl BackgroundChore {
    /// Starts a chore of this program, which is at `program`: cargo builds it again beside the other crates, and a running program whose file was
    /// replaced does not find it.
    ///
    /// # Errors
    /// Fails if the process cannot be started, or its log not be written.
    pub(crate) fn start(program: &Path, name: &'static str) -> Result<Self, String> {
        let log = target().join(format!("{name}.log"));
        let failed = |error: std::io::Error| format!("cannot start `cargo xtask {name}`: {error}");
        let file = File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let mut command = Command::new(program);
        command.arg(name).stdin(Stdio::null());
        command.stdout(file.try_clone().map_err(failed)?).stderr(file);
        say(&format!("$ cargo xtask {name}, beside what follows"));
        let process = command.spawn().map_err(failed)?;
        Ok(Self { name, process, log })
    }

    /// Waits for its end, and prints what it printed.
    ///
    /// # Errors
    /// Fails if the chore failed.
    pub(crate) fn wait(self) -> ChoreResult {
        let Self { name, mut process, log } = self;
        let status = process.wait();
        let status = status.map_err(|error| format!("cannot wait for `cargo xtask {name}`: {error}"))?;
        let printed = fs::read(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        say(&String::from_utf8_lossy(&printed));
        if status.success() {
            Ok(())
        } else {
            Err(format!("`cargo xtask {name}` ended with {status}"))
        }
    }
}
