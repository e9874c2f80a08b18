//! A GitLab Code Quality report: the subset of the Code Climate format that GitLab reads, one object a finding.

use schemactl_check::{Finding, Severity};
use serde::Serialize;

use super::{ReportView, prose};
use crate::printable::print_indented;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: GitlabLocation,
}

#[derive(Serialize)]
struct GitlabLocation {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub(super) fn render_gitlab(view: &ReportView<'_>) -> String {
    // GitLab compares with the report of the target branch: what is missing here would count as fixed.
    let findings = view.report.findings.iter().chain(&view.report.inherited);
    let issues = findings.map(|finding| issue(view, finding));
    print_indented(&issues.collect::<Vec<_>>())
}

fn issue(view: &ReportView<'_>, finding: &Finding) -> Issue {
    let spot = view.primary(finding);
    Issue {
        // GitLab shows one line.
        description: prose::finding_lines(finding).replace('\n', "; "),
        check_name: finding.rule.id(),
        fingerprint: finding.fingerprint.clone(),
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        location: GitlabLocation {
            path: spot.file,
            lines: Lines {
                begin: spot.start.line,
                end: spot.end.line,
            },
        },
    }
}
