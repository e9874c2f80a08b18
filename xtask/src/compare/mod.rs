//! `cargo xtask compare OLD NEW FOLDER…`: do two builds of schemactl answer the same? For a change that only moves code, and for one that only
//! changes wording. In: two binaries, and folders with workspaces, schemas and files of cases. Both run `check`, `plan` against an empty local
//! registry, `generate` and `diff` on the same files at the same paths. Out: how many commands are equal to the byte, and the differences of the
//! others by kind; an error if anything but messages, comments of generated code and measured times differs. Nothing is left out or rewritten
//! before the comparison.

mod difference;
mod differences;
mod inputs;
mod json;
mod observe;

use std::path::{Path, PathBuf};

use self::differences::Differences;
use self::observe::{EmptyRegistry, Observer};
use crate::{ChoreResult, print, say};

/// Compares the answers of two binaries to everything in the folders.
pub(crate) fn compare_binaries(arguments: &[String]) -> ChoreResult {
    let [old, new, folders @ ..] = arguments else {
        return Err(USAGE.to_owned());
    };
    if folders.is_empty() {
        return Err(USAGE.to_owned());
    }
    let [old, new] = [find_binary(old)?, find_binary(new)?];
    let mut inputs = Vec::new();
    for folder in folders {
        inputs.append(&mut inputs::find_inputs(Path::new(folder))?);
    }
    say(&format!(
        "{} workspaces, schemas, pairs and files of cases",
        inputs.len()
    ));
    let registry = EmptyRegistry::start(&new)?;
    let observer = Observer::new(&registry)?;
    let mut differences = Differences::default();
    for input in &inputs {
        let [before, after] = [observer.observe(&old, input)?, observer.observe(&new, input)?];
        differences.compare(&input.name(), &before, &after);
    }
    print(&differences.describe());
    let facts = differences.count_facts();
    if facts == 0 {
        return Ok(());
    }
    Err(format!("{facts} differences are not wording"))
}

const USAGE: &str = "usage: cargo xtask compare OLD NEW FOLDER…, such as /tmp/before/schemactl target/debug/schemactl tests/cases schemas";

/// Commands run in other folders, so the path is made absolute.
fn find_binary(path: &str) -> Result<PathBuf, String> {
    std::fs::canonicalize(path).map_err(|error| format!("{path}: {error}"))
}
