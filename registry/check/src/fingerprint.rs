//! What makes a finding the same finding tomorrow. In: the findings of a report. Out: for each of them 64 hexadecimal digits
//! from its rule, event, versions, direction, and the place in the schema. Lines do not count, nor do the words of the message, so that
//! code scanning and GitLab follow a finding through edits around it and through releases of schemactl.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{Keyword, Kind, Pointer, Source, Span, Value, Version, parse};
use schemactl_workspace::digest_value;

use crate::report::{ChangeKey, Direction, Finding, Report};
use crate::rule::Rule;

/// Gives each finding its fingerprint. Findings that nothing else tells apart are numbered in their order.
pub(crate) fn set_fingerprints(findings: &mut [Finding]) {
    number_by(findings, true);
}

/// Gives the findings of pairs of versions the fingerprints that waivers of earlier releases hold: each pair has its own.
pub(crate) fn number_pairs(findings: &mut [Finding]) {
    number_by(findings, false);
}

/// Returns the fingerprint that a finding has in a report of several workspaces.
pub(crate) fn print_in_workspace(print: &str, folder: &str) -> String {
    digest(vec!["workspace".to_owned(), folder.to_owned(), print.to_owned()])
}

impl Finding {
    /// Makes it a finding of one of several workspaces: `name` is what the report calls it, `folder` its place in the repository. Events of one
    /// name in two workspaces have fingerprints of their own.
    pub fn place_in_workspace(&mut self, name: &str, folder: &str) {
        self.workspace = Some(name.to_owned());
        // It is told once, whichever workspace it was found beside.
        if self.rule != Rule::WorkspaceMissing {
            self.fingerprint = print_in_workspace(&self.fingerprint, folder);
        }
    }

    /// Returns whether a fingerprint, or the first digits of one, means it in a report of several workspaces, in one of which it is: the
    /// folder of that one ends in `folder`.
    pub fn has_print_in_workspace(&self, print: &str, folder: &str) -> bool {
        let is_one = |own: &String| print_in_workspace(own, folder).starts_with(print);
        !print.is_empty() && is_one(&self.fingerprint)
    }

    /// Returns what a fingerprint, or the first digits of one, means of it: the finding, or one direction of it. `folder` is that of the
    /// workspace in a report of several.
    pub fn find_print(&self, print: &str, folders: &[String]) -> Option<&Self> {
        let has_it = |finding: &Self| {
            let mut folders = folders.iter();
            finding.has_print(print) || folders.any(|folder| finding.has_print_in_workspace(print, folder))
        };
        let both = Some(self).filter(|finding| has_it(finding));
        both.or_else(|| self.directions.iter().find(|finding| has_it(finding)))
    }
}

impl Report {
    /// Returns the report on one pair of schemas that was compared outside a workspace's history.
    pub fn of_pair(mut findings: Vec<Finding>) -> Self {
        set_fingerprints(&mut findings);
        let mut report = Self {
            findings,
            ..Self::default()
        };
        report.join_directions();
        report
    }
}

fn number_by(findings: &mut [Finding], by_change: bool) {
    let mut parsed = BTreeMap::new();
    let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let prints: Vec<Vec<String>> = findings
        .iter()
        .map(|finding| {
            let change = finding.change.as_ref().filter(|_| by_change);
            let mut parts = match change {
                Some(change) => identity_of_change(finding, change),
                None => identity(finding, &mut parsed),
            };
            let before = seen.entry(parts.clone()).or_default();
            parts.push(before.to_string());
            *before += 1;
            parts
        })
        .collect();
    for (finding, mut parts) in findings.iter_mut().zip(prints) {
        if let Some(content) = content_of(finding).filter(|_| by_change).map(str::to_owned) {
            // Waivers that were written before a fingerprint had the content in it hold this one.
            add_former(finding, digest(parts.clone()));
            if let Some(former) = former_content_of(finding) {
                add_former(finding, digest([&parts[..], &[former]].concat()));
            }
            parts.push(content);
        }
        finding.fingerprint = digest(parts);
    }
    if by_change {
        set_change_prints(findings);
    }
}

fn add_former(finding: &mut Finding, print: String) {
    if !finding.former_prints.contains(&print) {
        finding.former_prints.push(print);
    }
}

/// Gives each break the fingerprint that its change has in both directions. A change that was taken back and made again is another one: the
/// versions that introduced it are counted, and in one version the findings of a direction that nothing else tells apart.
fn set_change_prints(findings: &mut [Finding]) {
    let mut introduced: BTreeMap<Vec<String>, BTreeSet<Option<Version>>> = BTreeMap::new();
    for finding in findings.iter() {
        if let Some(parts) = identity_in_both(finding) {
            introduced.entry(parts).or_default().insert(finding.new.clone());
        }
    }
    let mut seen: BTreeMap<(Vec<String>, Option<Direction>), usize> = BTreeMap::new();
    for finding in findings {
        let mut former_prints = Vec::new();
        finding.change_print = identity_in_both(finding).map(|mut parts| {
            let versions = introduced[&parts].iter();
            let before = versions.take_while(|version| **version != finding.new).count();
            parts.push(before.to_string());
            let alike = seen.entry((parts.clone(), finding.direction)).or_default();
            parts.push(alike.to_string());
            *alike += 1;
            if let Some(former) = former_content_of(finding) {
                former_prints.push(digest([&parts[..], &[former]].concat()));
            } else if content_of(finding).is_some() && is_about_names(finding) {
                former_prints.push(digest(parts.clone()));
            }
            parts.extend(content_of(finding).map(str::to_owned));
            digest(parts)
        });
        for print in former_prints {
            add_former(finding, print);
        }
    }
}

/// The content that a fingerprint of earlier releases had, where it is another one now.
fn former_content_of(finding: &Finding) -> Option<String> {
    let change = finding.change.as_ref()?;
    let is_former = !change.former_content.is_empty() && change.former_content != change.content;
    is_former.then(|| change.former_content.clone())
}

/// Whether earlier releases had no content in the fingerprint.
fn is_about_names(finding: &Finding) -> bool {
    finding
        .change
        .as_ref()
        .is_some_and(|change| change.former_content.is_empty())
}

/// The digest of what a change brings, where that is more than a word.
fn content_of(finding: &Finding) -> Option<&str> {
    let change = finding.change.as_ref().filter(|_| finding.direction.is_some());
    change
        .map(|change| change.content.as_str())
        .filter(|content| !content.is_empty())
}

/// What makes a change the same one whichever direction it breaks.
fn identity_in_both(finding: &Finding) -> Option<Vec<String>> {
    let change = finding.change.as_ref().filter(|_| finding.direction.is_some())?;
    Some(identity_in_direction(finding, change, "both".to_owned()))
}

/// Returns what makes a change the same one, in whatever versions it is: a waiver of it covers the versions to come.
pub(crate) fn identity_of_change(finding: &Finding, change: &ChangeKey) -> Vec<String> {
    let direction = finding.direction.map(|direction| direction.to_string());
    identity_in_direction(finding, change, direction.unwrap_or_default())
}

fn identity_in_direction(finding: &Finding, change: &ChangeKey, direction: String) -> Vec<String> {
    vec![
        "change".to_owned(),
        finding.rule.id().to_owned(),
        finding.event.as_ref().map(ToString::to_string).unwrap_or_default(),
        direction,
        finding.subject.clone().unwrap_or_default(),
        change.path.clone(),
        change.value.clone(),
    ]
}

fn identity<'f>(finding: &'f Finding, parsed: &mut BTreeMap<&'f str, Option<Value>>) -> Vec<String> {
    let version = |version: &Option<Version>| version.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut parts = vec![
        finding.rule.id().to_owned(),
        finding.event.as_ref().map(ToString::to_string).unwrap_or_default(),
        version(&finding.old),
        version(&finding.new),
        finding
            .direction
            .map(|direction| direction.to_string())
            .unwrap_or_default(),
        finding.subject.clone().unwrap_or_default(),
    ];
    if let Some(place) = finding.places.first() {
        let value = parsed.entry(place.source.path()).or_insert_with(|| json(&place.source));
        let pointer = value
            .as_ref()
            .map(|root| list_or_place(pointer(root, place.span)).to_string());
        parts.extend([place.source.path().to_owned(), pointer.unwrap_or_default()]);
    }
    parts
}

/// The file as a value; settings are no JSON, and the file alone has to do.
fn json(source: &Source) -> Option<Value> {
    source.path().ends_with(".json").then(|| parse(source).ok())?
}

/// The list that a name or value stands in: its position in there is no part of what a finding is about.
fn list_or_place(place: Pointer) -> Pointer {
    let is_index = |token: &String| token.bytes().all(|byte| byte.is_ascii_digit());
    match place.tokens() {
        [around @ .., list, index]
            if [Keyword::Required, Keyword::Enum].iter().any(|keyword| list == keyword) && is_index(index) =>
        {
            around
                .iter()
                .chain([list])
                .fold(Pointer::root(), |place, token| place.join(token.as_str()))
        }
        _ => place,
    }
}

/// The smallest value around a span; a key belongs to its value.
fn pointer(root: &Value, span: Span) -> Pointer {
    let (mut at, mut value) = (Pointer::root(), root);
    while let Some((token, child)) = child_around(value, span) {
        (at, value) = (at.join(token), child);
    }
    at
}

fn child_around(value: &Value, span: Span) -> Option<(String, &Value)> {
    let holds = |start: u32, end: u32| start <= span.start && span.end <= end;
    match &value.kind {
        Kind::Object(object) => {
            let mut entries = object.iter();
            let around = entries.find(|entry| holds(entry.key_span.start, entry.value.span.end))?;
            Some((around.key.clone(), &around.value))
        }
        Kind::Array(elements) => {
            let index = elements
                .iter()
                .position(|element| holds(element.span.start, element.span.end))?;
            Some((index.to_string(), &elements[index]))
        }
        _ => None,
    }
}

fn digest(parts: Vec<String>) -> String {
    let parts = parts.into_iter().map(|part| Value::string(&part));
    let digest = digest_value(&Value::array(parts.collect())).to_string();
    digest.trim_start_matches("sha256:").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{FindingPlace, Severity};

    /// A finding at the first place where `needle` stands.
    fn finding(text: &str, needle: &str) -> Finding {
        let start = text.find(needle).unwrap();
        Finding {
            new: Some("1.0".parse().unwrap()),
            message: "said".to_owned(),
            places: vec![FindingPlace {
                source: Source::new("schemas/com.example/Thing/1.0.json", text),
                span: Span::new(start, start + needle.len()),
                label: String::new(),
            }],
            ..Finding::new(
                Rule::SchemaInvalid,
                Severity::Error,
                "com.example/Thing".parse::<schemactl_model::EventName>().unwrap(),
            )
        }
    }

    fn fingerprints(findings: &[Finding]) -> Vec<String> {
        let mut findings = findings.to_vec();
        set_fingerprints(&mut findings);
        findings.into_iter().map(|finding| finding.fingerprint).collect()
    }

    #[test]
    fn a_finding_stays_the_same_when_lines_move_and_words_change() {
        let before = finding(r#"{"a": {"b": [1, 2]}}"#, "2");
        let mut after = finding("{\n  \"new\": true,\n  \"a\": {\n    \"b\": [1, 2]\n  }\n}", "2");
        after.message = "said otherwise".to_owned();
        assert_eq!(fingerprints(&[before]), fingerprints(&[after]));
    }

    #[test]
    fn two_findings_at_one_place_differ() {
        let text = r#"{"a": {"b": [1, 2]}}"#;
        let all = [
            finding(text, "2"),
            finding(text, "2"),
            finding(text, "1"),
            finding(text, "\"b\""),
        ];
        let found = fingerprints(&all);
        let distinct: std::collections::BTreeSet<_> = found.iter().collect();
        assert_eq!(distinct.len(), 4, "{found:?}");
        assert!(found.iter().all(|print| print.len() == 64));
    }
}
