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

/// A folder that is not there is a path with a mistake more often than one that is wanted.
fn require_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!("the folder {} does not exist", folder.display()),
        )),
        _ => Ok(()),
    }
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
