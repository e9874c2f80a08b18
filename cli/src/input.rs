//! Files that a command is given by name. In: a path, or `-` for standard input. Out: the text, with the name that people know it by.

use std::io::Read;
use std::path::Path;

use schemactl_model::Source;

use crate::args::StdinArgs;
use crate::problem::Problem;

/// What standard input is called, unless it is given a name.
const STANDARD_INPUT: &str = "standard input";

/// Reads a file, or standard input under its name.
pub(crate) fn read_input(path: &Path, stdin: &StdinArgs) -> Result<Source, Problem> {
    let failed = |error| Problem::File {
        path: path.to_owned(),
        what: "read",
        error,
    };
    let mut bytes = Vec::new();
    let name = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
        stdin.filename.clone().unwrap_or_else(|| STANDARD_INPUT.to_owned())
    } else {
        bytes = std::fs::read(path).map_err(failed)?;
        path.display().to_string()
    };
    Source::from_bytes(name, bytes).map_err(|error| Problem::Json(vec![error]))
}
