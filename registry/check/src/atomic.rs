//! Writing a file so that a reader, and a crash, sees the old bytes or the new ones and nothing in between.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use schemactl_workspace::{LOCK_FILE, Lock, write_if_changed};

/// Writes `bytes` to `path` by way of a temporary file in the same folder and a rename, if it has to be written. Returns whether
/// something was written.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    write_if_changed(path, bytes, |path, folder| {
        let mut file = tempfile::Builder::new()
            .prefix(".schemactl-")
            .permissions(permissions(path))
            .tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    })
}

/// Writes the lock into the workspace at `root`, with the ends of lines that the file has. Returns whether it changed.
pub fn write_lock(lock: &Lock, root: &Path) -> io::Result<bool> {
    let path = root.join(LOCK_FILE);
    let present = fs::read_to_string(&path).unwrap_or_default();
    write_atomic(&path, keep_line_ends(&present, &lock.to_text()).as_bytes())
}

/// Returns a text with the line ends of the one that it replaces: those of most of its lines. git shows a checkout with `core.autocrlf` as modified if
/// a file that it wrote has other ones, and an editor that left a few of the other kind does not decide.
pub fn keep_line_ends(before: &str, text: &str) -> String {
    let returns = before.matches("\r\n").count();
    let feeds = before.matches('\n').count() - returns;
    let text = text.replace("\r\n", "\n");
    if returns > feeds {
        text.replace('\n', "\r\n")
    } else {
        text
    }
}

/// A replaced file keeps its permissions; a new one gets the usual ones, which a temporary file does not have by itself.
#[cfg(unix)]
fn permissions(path: &Path) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).map_or_else(|_| fs::Permissions::from_mode(0o644), |present| present.permissions())
}

#[cfg(not(unix))]
fn permissions(path: &Path) -> fs::Permissions {
    fs::metadata(path)
        .or_else(|_| fs::metadata("."))
        .map(|present| present.permissions())
        .expect("the current folder exists")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_lines_decide_how_lines_end() {
        for (before, after) in [
            ("", "a\nb\n"),
            ("x", "a\nb\n"),
            ("x\ny\n", "a\nb\n"),
            ("x\r\ny\r\n", "a\r\nb\r\n"),
            ("x\r\ny\r\nz\n", "a\r\nb\r\n"),
            ("x\r\ny\nz\n", "a\nb\n"),
            ("x\r\ny\n", "a\nb\n"),
        ] {
            for text in ["a\nb\n", "a\r\nb\n"] {
                assert_eq!(keep_line_ends(before, text), after, "{before:?} {text:?}");
            }
        }
    }

    /// Every file that schemactl edits is written by this one rule.
    #[test]
    fn a_lock_with_mixed_line_ends_gets_those_of_most_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LOCK_FILE);
        for (before, has_returns) in [("a\r\nb\nc\n", false), ("a\r\nb\r\nc\n", true)] {
            fs::write(&path, before).unwrap();
            write_lock(&Lock::default(), folder.path()).unwrap();
            let text = fs::read_to_string(&path).unwrap();
            assert_eq!(text.contains("\r\n"), has_returns, "{text:?}");
        }
    }

    #[test]
    fn the_same_bytes_are_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below/a.txt");
        assert!(write_atomic(&path, b"1").unwrap());
        assert!(!write_atomic(&path, b"1").unwrap());
        assert!(write_atomic(&path, b"2").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"2");
        assert_eq!(
            fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1,
            "no temporary file stays behind"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_a_device_a_device() {
        use std::os::unix::fs::{FileTypeExt, symlink};

        let folder = tempfile::tempdir().unwrap();
        let (file, link, null) = (
            folder.path().join("a.txt"),
            folder.path().join("link.txt"),
            folder.path().join("null"),
        );
        fs::write(&file, "1").unwrap();
        symlink("a.txt", &link).unwrap();
        assert!(write_atomic(&link, b"2").unwrap());
        assert!(link.is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"2");
        let nowhere = folder.path().join("to-nowhere");
        symlink("new.txt", &nowhere).unwrap();
        assert!(write_atomic(&nowhere, b"4").unwrap());
        assert!(nowhere.is_symlink());
        assert_eq!(fs::read(folder.path().join("new.txt")).unwrap(), b"4");
        symlink("/dev/null", &null).unwrap();
        assert!(write_atomic(&null, b"3").unwrap());
        assert!(null.is_symlink());
        assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::create_dir(&path).unwrap();
        assert!(write_atomic(&path, b"1").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
