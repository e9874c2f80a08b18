//! Where a file is written. In: a path. Out: the path behind its links, and whether it can be replaced.

use std::fs;
use std::path::{Path, PathBuf};

/// More links in a row lead in a circle.
const MOST_LINKS: usize = 40;

/// What a path leads to, also if that is not there yet: a link stays a link.
pub fn destination(path: &Path) -> PathBuf {
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

/// Whether something is there that is no regular file, such as a device or a pipe: it is written to and not replaced.
pub fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|present| !present.is_file() && !present.is_dir())
}
