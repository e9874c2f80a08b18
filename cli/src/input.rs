//! Files that a command is given by name. In: a path, or `-` for standard input. Out: the text, with the name that people know it by.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use schemactl_model::Source;

use crate::args::StdinArgs;
use crate::problem::Problem;

/// What standard input is called, unless it is given a name.
pub(crate) const STANDARD_INPUT: &str = "standard input";

/// The ends of names of files in a folder of events.
const EVENT_FILES: [&str; 4] = ["json", "jsonl", "ndjson", "jsonlines"];

/// Returns the files that are named, and in place of a folder those with events below it, in the order of their names.
///
/// # Errors
/// Fails for standard input that is named twice, a folder that cannot be read, and one without such a file.
pub(crate) fn list_event_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Problem> {
    if paths.iter().filter(|path| *path == Path::new("-")).count() > 1 {
        return Err(Problem::usage(
            "standard input is named twice",
            "write `-` once; it can have one event per line",
        ));
    }
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        add_event_files(path, &mut files)?;
        if files.len() == before {
            return Err(Problem::usage(
                format!("{} has no file with events", path.display()),
                "the names of such files end in .json, .jsonl, .ndjson or .jsonlines",
            ));
        }
    }
    Ok(files)
}

fn add_event_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Problem> {
    let failed = |error| Problem::File {
        path: folder.to_owned(),
        what: "read",
        error,
    };
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<_> = paths.collect::<Result<_, _>>().map_err(failed)?;
    paths.sort();
    for path in paths {
        let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        let is_known = EVENT_FILES.iter().any(|known| extension.eq_ignore_ascii_case(known));
        // INVARIANT: links to folders are not followed, which may lead in a circle.
        if path.is_dir() && !path.is_symlink() {
            add_event_files(&path, files)?;
        } else if is_known && path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// Returns the real path of a file in a folder, which is a real path itself. `None` if it is no file, or leads out of the folder by a link.
pub(crate) fn find_file_inside(folder: &Path, inside: &str) -> Option<PathBuf> {
    let real = folder.join(inside).canonicalize().ok()?;
    // A pipe would be waited for.
    (real.starts_with(folder) && real.is_file()).then_some(real)
}

/// Reads a file, or standard input under its name.
pub(crate) fn read_input(path: &Path, stdin: &StdinArgs) -> Result<Source, Problem> {
    let (name, bytes) = read_bytes(path, stdin)?;
    Source::from_bytes(name, bytes).map_err(|error| Problem::Json(vec![error]))
}

/// As [`read_input`], for files that may have many events, and then be of any size.
pub(crate) fn read_lines(path: &Path, stdin: &StdinArgs) -> Result<Source, Problem> {
    let (name, bytes) = read_bytes(path, stdin)?;
    Source::from_bytes_of_any_size(name, bytes).map_err(|error| Problem::Json(vec![error]))
}

/// Opens a file, or standard input, to be read in parts.
pub(crate) fn open_input(path: &Path) -> Result<Box<dyn BufRead>, Problem> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let file = std::fs::File::open(path).map_err(|error| Problem::File {
        path: path.to_owned(),
        what: "read",
        error,
    })?;
    Ok(Box::new(BufReader::new(file)))
}

/// Returns what a file is called in messages and reports.
pub(crate) fn name_input(path: &Path, stdin: &StdinArgs) -> String {
    if path == Path::new("-") {
        stdin.filename.clone().unwrap_or_else(|| STANDARD_INPUT.to_owned())
    } else {
        path.display().to_string()
    }
}

fn read_bytes(path: &Path, stdin: &StdinArgs) -> Result<(String, Vec<u8>), Problem> {
    let failed = |error| Problem::File {
        path: path.to_owned(),
        what: "read",
        error,
    };
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
    } else {
        bytes = std::fs::read(path).map_err(failed)?;
    }
    Ok((name_input(path, stdin), bytes))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn a_file_is_found_inside_its_folder_only() {
        let outer = tempfile::tempdir().unwrap();
        let outer = outer.path().canonicalize().unwrap();
        let folder = outer.join("folder");
        std::fs::create_dir_all(folder.join("below")).unwrap();
        std::fs::write(outer.join("outside.json"), "{}").unwrap();
        std::fs::write(folder.join("below/a.json"), "{}").unwrap();
        symlink(folder.join("below/a.json"), folder.join("inside.json")).unwrap();
        symlink(outer.join("outside.json"), folder.join("leads-out.json")).unwrap();
        // Reading it would wait for whoever writes.
        let _socket = UnixListener::bind(folder.join("socket.json")).unwrap();
        for (name, is_found) in [
            ("below/a.json", true),
            ("inside.json", true),
            ("leads-out.json", false),
            ("../outside.json", false),
            ("below", false),
            ("socket.json", false),
            ("missing.json", false),
        ] {
            assert_eq!(find_file_inside(&folder, name).is_some(), is_found, "{name}");
        }
    }
}
