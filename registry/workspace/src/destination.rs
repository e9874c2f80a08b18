//! Where a file is written, and whether it has to be. What replaces the file is the caller's: a build script brings less along.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// More links in a row lead in a circle.
const MOST_LINKS: usize = 40;

/// Writes `bytes` to `path` if they are not there already, so that the time stamp stays; `replace` is given the path behind the
/// links, in a folder that is there. A link stays one. What is no regular file, such as a device or a pipe, is written to and
/// not replaced. Returns whether something was written.
pub fn write_if_changed(
    path: &Path,
    bytes: &[u8],
    replace: impl FnOnce(&Path, &Path) -> io::Result<()>,
) -> io::Result<bool> {
    // Before any link is followed: what /dev/stdout leads to has no path.
    if is_special(path) {
        fs::OpenOptions::new().write(true).open(path)?.write_all(bytes)?;
        return Ok(true);
    }
    let path = destination(path);
    if fs::read(&path).is_ok_and(|present| present == bytes) {
        return Ok(false);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    replace(&path, folder)?;
    Ok(true)
}

/// What a path leads to, also if that is not there yet.
fn destination(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&path) else {
            break;
        };
        path = path
            .parent()
            .map_or_else(|| target.clone(), |folder| folder.join(&target));
    }
    path
}

fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|present| !present.is_file() && !present.is_dir())
}
