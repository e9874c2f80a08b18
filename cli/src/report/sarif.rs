//! SARIF 2.1.0 for code scanning: the part of the format that we fill, as structs. Paths are relative to the root of the
//! repository (`SRCROOT`), columns count characters, and a result that is the same tomorrow has the same fingerprint.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemactl_check::{Finding, Report, Rule, Severity};
use schemactl_model::spell_out_controls;
use serde::Serialize;
use serde_json::value::RawValue;

use super::context::describe_assumptions;
use super::json::raw_json;
use super::{FileRange, ReportView, prose};
use crate::printable::print_indented;
use crate::words::count_in_words;

/// GitHub refuses a run with more results.
const MOST_RESULTS: usize = 25_000;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun {
    tool: Tool,
    invocations: [Invocation; 1],
    original_uri_base_ids: BTreeMap<&'static str, SarifUriBase>,
    column_kind: &'static str,
    results: Vec<ResultJson>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    help_uri: String,
    short_description: Message,
    full_description: Message,
    default_configuration: Configuration,
    help: Help,
}

/// How severe findings of a rule are, as long as nothing else is said of them.
#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    markdown: String,
}

#[derive(Serialize)]
struct SarifUriBase {
    description: Message,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultJson {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [SarifLocation; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<SarifLocation>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    /// Whether the baseline has it too (§3.27.24).
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
    properties: Properties,
}

/// A finding that a waiver accepts.
#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    justification: String,
}

/// What SARIF has no field for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<Box<RawValue>>,
    /// The event of the other direction, where a change breaks both.
    #[serde(skip_serializing_if = "Option::is_none")]
    second_witness: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct SarifLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    physical: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

pub(super) fn render_sarif(view: &ReportView<'_>) -> String {
    let report = view.report;
    let rules: Vec<_> = Rule::all().filter(|rule| names(report, *rule)).collect();
    // Code scanning takes an alert that is missing for one that was fixed.
    let all: Vec<_> = report.findings.iter().chain(&report.inherited).collect();
    let left_out = all.len().saturating_sub(MOST_RESULTS);
    let kept = kept(all, MOST_RESULTS);
    let results = kept.into_iter().map(|finding| result(view, &rules, finding));
    print_indented(&Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [SarifRun {
            results: results.collect(),
            tool: Tool {
                driver: driver(view, &rules),
            },
            invocations: [Invocation {
                execution_successful: !view
                    .report
                    .findings
                    .iter()
                    .any(|finding| finding.rule == Rule::NotChecked),
                tool_execution_notifications: notifications(left_out, describe_assumptions(view.report)),
            }],
            original_uri_base_ids: BTreeMap::from([(
                "SRCROOT",
                SarifUriBase {
                    description: message("the root of the repository"),
                },
            )]),
            column_kind: "unicodeCodePoints",
        }],
    })
}

fn names(report: &Report, rule: Rule) -> bool {
    let mut all = report.findings.iter().chain(&report.inherited);
    all.any(|finding| finding.rule == rule)
}

/// The findings in order; of too many, the loudest.
fn kept(mut all: Vec<&Finding>, most: usize) -> Vec<&Finding> {
    if all.len() > most {
        all.sort_by_key(|finding| finding.severity);
        all.truncate(most);
    }
    all
}

fn notifications(left_out: usize, assumptions: Option<String>) -> Vec<Notification> {
    let cut = (left_out > 0).then(|| Notification {
        level: "warning",
        message: message(&format!(
            "{} left out: code scanning accepts at most {MOST_RESULTS} results",
            count_in_words(left_out, "finding")
        )),
    });
    let assumed = assumptions.map(|assumptions| Notification {
        level: "note",
        message: message(&assumptions),
    });
    cut.into_iter().chain(assumed).collect()
}

/// Where the pages of rules are published.
const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/rules");

/// Returns the address of the page of a rule.
pub(crate) fn page_address(rule: Rule) -> String {
    format!("{PAGES}/{rule}.md")
}

/// Returns a page whose links to other pages are absolute: code scanning shows it outside the repository of schemactl.
fn link_absolutely(page: &str) -> String {
    let mut parts = page.split("](");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let is_absolute = part.starts_with("https://");
        let base = if is_absolute {
            String::new()
        } else {
            format!("{PAGES}/")
        };
        text + "](" + &base + part
    })
}

fn driver(view: &ReportView<'_>, rules: &[Rule]) -> Driver {
    Driver {
        name: "schemactl",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: rules
            .iter()
            .map(|rule| Descriptor {
                id: rule.id(),
                help_uri: page_address(*rule),
                short_description: Message {
                    text: rule.summary().trim().to_owned(),
                },
                full_description: message(rule.reason()),
                default_configuration: Configuration {
                    level: level(severest(view, *rule)),
                },
                help: Help {
                    text: rule.page(),
                    markdown: link_absolutely(rule.page()),
                },
            })
            .collect(),
    }
}

fn result(view: &ReportView<'_>, rules: &[Rule], finding: &Finding) -> ResultJson {
    let label = finding.places.first().map(|place| place.label.as_str());
    let others = finding.places.iter().enumerate().skip(1);
    ResultJson {
        rule_id: finding.rule.id(),
        rule_index: rules
            .iter()
            .position(|rule| *rule == finding.rule)
            .expect("every rule of a finding is listed"),
        level: level(finding.severity),
        message: message(&prose::finding_lines(finding)),
        locations: [location(None, &view.primary(finding), label)],
        related_locations: others
            .map(|(id, place)| location(Some(id), &view.spot(place), Some(&place.label)))
            .collect(),
        partial_fingerprints: BTreeMap::from([("schemactlFinding/v1", finding.fingerprint.clone())]),
        baseline_state: baseline_state(view.report, finding),
        suppressions: finding.waived.as_deref().into_iter().map(suppression).collect(),
        properties: Properties {
            event: finding.event.as_ref().map(ToString::to_string),
            owner: finding.owner.clone(),
            old: finding.old.as_ref().map(ToString::to_string),
            new: finding.new.as_ref().map(ToString::to_string),
            witness: finding.witness.as_ref().map(raw_json),
            second_witness: (finding.directions.get(1))
                .and_then(|other| other.witness.as_ref())
                .map(raw_json),
        },
    }
}

/// Returns whether a result is one of the baseline's. Where one has a state, all have.
fn baseline_state(report: &Report, finding: &Finding) -> Option<&'static str> {
    let mut inherited = report.inherited.iter();
    let state = if inherited.any(|other| std::ptr::eq(other, finding)) {
        "unchanged"
    } else {
        "new"
    };
    (!report.inherited.is_empty()).then_some(state)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// The most severe finding of a rule: what status and waivers make of the others stands in them.
fn severest(view: &ReportView<'_>, rule: Rule) -> Severity {
    let findings = view.report.findings.iter().chain(&view.report.inherited);
    let findings = findings.filter(|finding| finding.rule == rule);
    findings
        .map(|finding| finding.severity)
        .min()
        .unwrap_or(Severity::Error)
}

fn suppression(reason: &str) -> Suppression {
    Suppression {
        kind: "external",
        justification: spell_out_controls(reason).into_owned(),
    }
}

fn location(id: Option<usize>, spot: &FileRange, label: Option<&str>) -> SarifLocation {
    SarifLocation {
        id,
        physical: Physical {
            artifact_location: Artifact {
                uri: uri(&spot.file),
                uri_base_id: "SRCROOT",
            },
            region: Region {
                start_line: spot.start.line,
                start_column: spot.start.column,
                end_line: spot.end.line,
                end_column: spot.end.column,
            },
        },
        message: label.map(message),
    }
}

/// A message in which braces are no placeholders (§3.11.5) and brackets no links (§3.11.6).
fn message(text: &str) -> Message {
    Message {
        text: spell_out_controls(text)
            .replace('{', "{{")
            .replace('}', "}}")
            .replace("](", "\\]("),
    }
}

/// A relative path as a URI reference. A colon is encoded too: before the first slash it would end a scheme.
fn uri(path: &str) -> String {
    path.bytes().fold(String::with_capacity(path.len()), |mut uri, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            write!(uri, "%{byte:02X}").expect("writing to a string cannot fail");
        }
        uri
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_path_is_a_relative_uri() {
        assert_eq!(
            uri("schemas/com.example/Thing_1/1.0.json"),
            "schemas/com.example/Thing_1/1.0.json"
        );
        assert_eq!(uri("a b/é:%#?.json"), "a%20b/%C3%A9%3A%25%23%3F.json");
    }

    #[test]
    fn of_too_many_findings_the_loudest_stay() {
        let severities = [Severity::Note, Severity::Error, Severity::Warning, Severity::Error];
        let findings = severities.map(|severity| sample::sample_finding(severity, "{}", "{}"));
        let severities: Vec<_> = kept(findings.iter().collect(), 3)
            .iter()
            .map(|finding| finding.severity)
            .collect();
        assert_eq!(severities, [Severity::Error, Severity::Error, Severity::Warning]);
        assert_eq!(
            notifications(1, None)[0].message.text,
            "1 finding left out: code scanning accepts at most 25000 results"
        );
        assert!(notifications(0, None).is_empty());
    }

    #[test]
    fn text_is_neither_a_placeholder_nor_a_link() {
        let text = message("{\"a\": {}} [x](http://example.com) \u{1b}").text;
        assert_eq!(text, "{{\"a\": {{}}}} [x\\](http://example.com) \\u{{1b}}");
    }
}
