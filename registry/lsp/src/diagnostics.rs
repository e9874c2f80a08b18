//! Findings as an editor shows them. In: the report of a check. Out: diagnostics by file: the range of the first place, the others beside it,
//! and the page of the rule.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Position,
    Range, Uri,
};
use schemactl_check::{Finding, FindingPlace, Report, Severity};
use schemactl_model::Source;
use std::str::FromStr;

use crate::host::EditorHost;
use crate::position::LineIndex;
use crate::uri::uri_of_path;

/// The name under which an editor lists the diagnostics.
const SOURCE: &str = "schemactl";
/// The file that stands for findings without a place, as in every report.
pub(crate) const SETTINGS_FILE: &str = "schemactl.toml";

/// Diagnostics by file, seen from the workspace.
pub(crate) type FileDiagnostics = BTreeMap<String, Vec<Diagnostic>>;

/// Returns the diagnostics of a report, in its order.
pub(crate) fn list_diagnostics(root: &Path, report: &Report, host: &dyn EditorHost) -> FileDiagnostics {
    let mut lister = DiagnosticLister {
        root,
        host,
        lines: HashMap::new(),
    };
    let mut listed = FileDiagnostics::new();
    for finding in &report.findings {
        let file = finding
            .places
            .first()
            .map_or(SETTINGS_FILE, |place| place.source.path());
        let diagnostic = lister.diagnose(finding);
        listed.entry(file.to_owned()).or_default().push(diagnostic);
    }
    listed
}

struct DiagnosticLister<'r> {
    root: &'r Path,
    host: &'r dyn EditorHost,
    /// The lines of texts that were asked about, by where the text stands in memory: an earlier state of a file has its path.
    lines: HashMap<*const u8, LineIndex<'r>>,
}

impl<'r> DiagnosticLister<'r> {
    fn diagnose(&mut self, finding: &'r Finding) -> Diagnostic {
        let mut places = finding.places.iter();
        let start = Range::new(Position::new(0, 0), Position::new(0, 0));
        let range = places.next().map_or(start, |place| self.range_of(place));
        let related: Vec<_> = places.filter_map(|place| self.relate(place)).collect();
        let page = Uri::from_str(&self.host.page_address(finding.rule)).ok();
        Diagnostic {
            range,
            severity: Some(severity_of(finding)),
            code: Some(NumberOrString::String(finding.rule.id().to_owned())),
            code_description: page.map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message: self.host.describe_finding(finding),
            related_information: Some(related).filter(|related| !related.is_empty()),
            data: Some(serde_json::json!({ "fingerprint": finding.fingerprint })),
            ..Diagnostic::default()
        }
    }

    fn relate(&mut self, place: &'r FindingPlace) -> Option<DiagnosticRelatedInformation> {
        let uri = uri_of_path(&self.root.join(place.source.path()))?;
        Some(DiagnosticRelatedInformation {
            location: Location::new(uri, self.range_of(place)),
            message: place.label.clone(),
        })
    }

    fn range_of(&mut self, place: &'r FindingPlace) -> Range {
        let source: &'r Source = &place.source;
        let text = source.text();
        let lines = self.lines.entry(text.as_ptr()).or_insert_with(|| LineIndex::new(text));
        lines.first_line_of(place.span)
    }
}

fn severity_of(finding: &Finding) -> DiagnosticSeverity {
    match finding.severity {
        _ if finding.waived.is_some() => DiagnosticSeverity::HINT,
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Note => DiagnosticSeverity::INFORMATION,
    }
}
