//! Where reports go. In: what `--format` and `--output` ask for. Out: standard output, and files that are each written at once.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use anstream::adapter::strip_str;
use schemactl_check::write_atomic;

use crate::args::{ReportArgs, ReportFormat, ReportOutput};
use crate::context::Context;
use crate::problem::Problem;

/// Two reports in one file would be the last one only.
pub(crate) fn each_file_once(reports: &ReportArgs) -> Result<(), Problem> {
    let mut seen = BTreeSet::new();
    let twice = |output: &&ReportOutput| {
        let absolute = std::path::absolute(&output.file).unwrap_or_else(|_| output.file.clone());
        !seen.insert(absolute)
    };
    reports.output.iter().find(twice).map_or(Ok(()), |output| {
        Err(Problem::usage(
            format!("two reports cannot be written to {}", output.file.display()),
            "give each --output another file",
        ))
    })
}

/// A folder for reports is created where the one above it exists. A longer path that is not there is a mistake more often than wanted, and so is a
/// new folder at the root of the disk.
fn require_folder(file: &Path) -> io::Result<()> {
    let Some(above) = file.parent().and_then(Path::parent) else {
        return Ok(());
    };
    let is_there = above.as_os_str().is_empty() || (above.is_dir() && above.parent().is_some());
    if is_there || file.parent().is_some_and(Path::is_dir) {
        return Ok(());
    }
    let missing = if above.is_dir() {
        file.parent().unwrap_or(above)
    } else {
        above
    };
    Err(io::Error::new(
        io::ErrorKind::NotFound,
        format!("the folder {} does not exist", missing.display()),
    ))
}

/// Prints every format, then writes every file.
pub(crate) fn print_reports(
    reports: &ReportArgs,
    context: &Context,
    render: impl Fn(ReportFormat) -> String,
) -> Result<(), Problem> {
    for format in &reports.format {
        let rendered = render(*format);
        if format.is_json() {
            context.console.json(&rendered);
        } else {
            context.console.result(&rendered);
        }
    }
    // One that cannot be written takes no other with it.
    let mut failed = Vec::new();
    for output in &reports.output {
        let rendered = render(output.format);
        // A file has no colours, and JSON no escape sequences: it is written to the last byte.
        let plain = if output.format.is_json() {
            rendered
        } else {
            strip_str(&rendered).to_string()
        };
        if let Err(error) = require_folder(&output.file).and_then(|()| write_atomic(&output.file, plain.as_bytes())) {
            failed.push(Problem::File {
                path: output.file.clone(),
                what: "write",
                error,
            });
        }
    }
    let last = failed.pop();
    for problem in failed.iter().flat_map(Problem::diagnostics) {
        context.console.diagnostic(&problem);
    }
    last.map_or(Ok(()), Err)
}
