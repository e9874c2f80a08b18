//! The official test suite of JSON Schema, for the tests of the engine. It is other people's work and never enters the repository:
//! the source distribution of a Python package carries it, and `cargo xtask setup` unpacks it below `target`.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use crate::{ChoreResult, run, target};

/// The package that carries the suite.
const PACKAGE: &str = "jsonschema";
/// Its version; another one has another suite.
const VERSION: &str = "4.26.0";

/// Where the tests look for the suite.
pub(crate) fn suite_folder() -> PathBuf {
    env::var_os("SCHEMACTL_SUITE").map_or_else(|| target().join("json-schema-test-suite"), PathBuf::from)
}

/// Fetches the suite, unless it is there.
pub(crate) fn fetch_suite(python: &std::path::Path) -> ChoreResult {
    let folder = suite_folder();
    let stamp = folder.join("version.txt");
    if fs::read_to_string(&stamp).is_ok_and(|present| present == VERSION) {
        return Ok(());
    }
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    fs::create_dir_all(&folder).map_err(failed)?;
    run(Command::new(python)
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"])
        .args(["--no-deps", "--no-binary", PACKAGE, "--dest"])
        .arg(&folder)
        .arg(format!("{PACKAGE}=={VERSION}")))?;
    // Python unpacks it as well: `tar` is not everywhere.
    run(Command::new(python)
        .args(["-c", UNPACK])
        .arg(folder.join(format!("{PACKAGE}-{VERSION}.tar.gz")))
        .arg(&folder))?;
    fs::write(&stamp, VERSION).map_err(failed)
}

/// Writes what stands below the archive's `json` folder to another folder.
const UNPACK: &str = r"
import pathlib, sys, tarfile
archive, folder = sys.argv[1], pathlib.Path(sys.argv[2])
with tarfile.open(archive) as opened:
    for member in opened:
        parts = pathlib.PurePosixPath(member.name).parts[1:]
        if member.isfile() and parts[0] == 'json' and '..' not in parts:
            path = folder.joinpath(*parts[1:])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(opened.extractfile(member).read())
pathlib.Path(archive).unlink()
";
