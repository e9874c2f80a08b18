//! The arguments that say which reports go where.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args as ClapArgs, ValueEnum};

use crate::suggestions::list_values;

/// Formats of the report of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people
    Text,
    /// For programs; fields: https://github.com/schemactl/schemactl/blob/main/docs/reference/report.md, and diff-report.md for `diff`
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for test reports: one suite per event, one case per version
    Junit,
    /// Workflow commands that GitHub shows as annotations in changed files
    Github,
    /// GitLab Code Quality report
    Gitlab,
    /// Summary for a comment on a pull request
    Markdown,
}

impl ReportFormat {
    /// Returns whether the report is JSON.
    pub(crate) fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Sarif | Self::Gitlab)
    }
}

/// The reports of a command, and where each is written.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ReportArgs {
    /// Format of the report
    ///
    /// Repeat the option to print several reports
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Vec<ReportFormat>,
    /// Also write the report to a file, such as sarif=report.sarif
    ///
    /// Repeat the option for several files
    #[arg(long, value_name = "FORMAT=FILE")]
    pub(crate) output: Vec<ReportOutput>,
}

/// A report in a file: `sarif=report.sarif`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportOutput {
    pub(crate) format: ReportFormat,
    pub(crate) file: PathBuf,
}

impl FromStr for ReportOutput {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = text
            .split_once('=')
            .ok_or("write FORMAT=FILE, such as sarif=report.sarif")?;
        let format = ReportFormat::from_str(format, false)
            .map_err(|_| format!("`{format}` is not a format; {}", list_values::<ReportFormat>(format)))?;
        match file {
            "" => Err("the file name is missing".to_owned()),
            "-" => Err("use --format to print to standard output".to_owned()),
            _ => Ok(Self {
                format,
                file: file.into(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_a_format_and_a_file() {
        let output: ReportOutput = "sarif=a=b.sarif".parse().unwrap();
        assert_eq!((output.format, output.file), (ReportFormat::Sarif, "a=b.sarif".into()));
        for wrong in ["sarif", "sarif=", "sarif=-", "xml=a.xml", "=a"] {
            assert!(wrong.parse::<ReportOutput>().is_err(), "{wrong}");
        }
    }
}
