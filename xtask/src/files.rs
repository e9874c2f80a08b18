//! Files, and copies of the workspace.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::{ChoreResult, output_of, root};

pub(crate) fn read_file(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

pub(crate) fn write_file(path: &Path, text: &str) -> ChoreResult {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// What git knows of, as it stands on the disk.
pub(crate) fn copy_workspace(copy: &Path) -> ChoreResult {
    if copy.exists() {
        set_read_only(copy, false)?;
        fs::remove_dir_all(copy).map_err(|error| format!("{}: {error}", copy.display()))?;
    }
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listed = output_of(Command::new("git").args(list).current_dir(root()))?;
    for name in listed.split('\0') {
        let (from, to) = (root().join(name), copy.join(name));
        if !from.is_file() {
            continue;
        }
        let folder = to.parent().expect("the copy is a folder");
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        fs::copy(&from, &to).map_err(|error| format!("{}: {error}", to.display()))?;
    }
    Ok(())
}

/// Does something while a folder cannot be written. That nothing in it changed is asked too: some users may write anywhere.
pub(crate) fn keep_unchanged(folder: &Path, work: impl FnOnce() -> ChoreResult) -> ChoreResult {
    let before = times(folder)?;
    set_read_only(folder, true)?;
    let done = work();
    set_read_only(folder, false)?;
    done?;
    let after = times(folder)?;
    let changed = before
        .iter()
        .chain(&after)
        .find(|(path, time)| before.get(*path) != Some(time) || after.get(*path) != Some(time));
    changed.map_or(Ok(()), |(path, _)| Err(format!("{} was written", path.display())))
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> String {
    let path = path.display().to_string();
    move |error| format!("{path}: {error}")
}

/// When each file was written.
fn times(folder: &Path) -> Result<BTreeMap<PathBuf, SystemTime>, String> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        let metadata = fs::metadata(&path).map_err(failed(&path))?;
        if metadata.is_dir() {
            for entry in fs::read_dir(&path).map_err(failed(&path))? {
                waiting.push(entry.map_err(failed(&path))?.path());
            }
        }
        found.insert(path, metadata.modified().map_err(|error| error.to_string())?);
    }
    Ok(found)
}

fn set_read_only(folder: &Path, read_only: bool) -> ChoreResult {
    for path in times(folder)?.keys() {
        let mut permissions = fs::metadata(path).map_err(failed(path))?.permissions();
        #[allow(
            clippy::permissions_set_readonly_false,
            reason = "copies of our own, which are deleted next"
        )]
        permissions.set_readonly(read_only);
        fs::set_permissions(path, permissions).map_err(failed(path))?;
    }
    Ok(())
}
