//! Files that a command is given by name. In: a path, or `-` for standard input. Out: the text, with the name that people know it by.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use schemactl_model::Source;

use crate::args::StdinArgs;
use crate::problem::Problem;

/// What standard input is called, unless it is given a name.
const STANDARD_INPUT: &str = "standard input";

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
