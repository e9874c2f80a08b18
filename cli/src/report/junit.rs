//! JUnit XML for the test reports of CI systems: a suite for each event, a case for each of its versions, and a failure where
//! a version has errors. What is no error is the output of its case.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use schemactl_check::{Finding, Severity};
use schemactl_model::{EventName, Version, spell_out_controls};

use super::context::describe_assumptions;
use super::{ReportView, prose};

/// The findings of each version of an event; `None` is the event itself.
type Cases<'r> = BTreeMap<Option<&'r Version>, Vec<&'r Finding>>;

/// The suite of what is found in no event.
const WORKSPACE: &str = "workspace";

/// What a suite is about: the workspace where there are several, and the event; without one what is found in no event.
type SuiteKey<'r> = (Option<&'r str>, Option<&'r EventName>);

pub(super) fn render_junit(view: &ReportView<'_>) -> String {
    let suites: Vec<_> = suites(view)
        .into_iter()
        .map(|suite| (suite, cases(view, suite)))
        .collect();
    let tests = suites.iter().map(|(_, cases)| cases.len()).sum();
    let failures = suites.iter().map(|(_, cases)| failures(cases)).sum();
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    element(
        &mut xml,
        0,
        "testsuites",
        &format!("schemactl {}", view.command),
        tests,
        failures,
    );
    let assumptions = describe_assumptions(view.report);
    for ((workspace, event), cases) in &suites {
        let name = event.map_or_else(|| WORKSPACE.to_owned(), ToString::to_string);
        // Readers join suites of one name.
        let name = workspace.map_or_else(|| name.clone(), |workspace| format!("{workspace}: {name}"));
        element(&mut xml, 1, "testsuite", &name, cases.len(), self::failures(cases));
        if let Some(assumptions) = &assumptions {
            let value = escaped(assumptions);
            writeln!(
                xml,
                "    <properties>\n      <property name=\"assumptions\" value=\"{value}\"/>\n    </properties>"
            )
            .expect("writing to a string cannot fail");
        }
        for (version, findings) in cases {
            case(&mut xml, view, (*workspace, *event), *version, findings);
        }
        xml.push_str("  </testsuite>\n");
    }
    xml + "</testsuites>\n"
}

/// The events that were looked at, and those of which only a finding is left.
fn suites<'r>(view: &ReportView<'r>) -> BTreeSet<SuiteKey<'r>> {
    let found = view.report.findings.iter().map(suite_of);
    let events = view
        .subjects
        .keys()
        .map(|(workspace, event)| (*workspace, Some(*event)));
    events.chain(found).collect()
}

fn suite_of(finding: &Finding) -> SuiteKey<'_> {
    (finding.workspace.as_deref(), finding.event.as_ref())
}

fn cases<'r>(view: &ReportView<'r>, suite: SuiteKey<'r>) -> Cases<'r> {
    let mut cases = Cases::new();
    let (workspace, event) = suite;
    let versions = event.and_then(|event| view.subjects.get(&(workspace, event)));
    let versions = versions.into_iter().flatten();
    cases.extend(versions.map(|version| (*version, Vec::new())));
    for finding in view.report.findings.iter().filter(|finding| suite_of(finding) == suite) {
        cases.entry(finding.new.as_ref()).or_default().push(finding);
    }
    cases
}

fn is_error(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}

fn failures(cases: &Cases<'_>) -> usize {
    let fails = |findings: &&Vec<&Finding>| findings.iter().any(|finding| is_error(finding));
    cases.values().filter(fails).count()
}

/// The start of an element that counts its cases.
fn element(xml: &mut String, depth: usize, element: &str, name: &str, tests: usize, failures: usize) {
    let (indent, name) = ("  ".repeat(depth), escaped(name));
    writeln!(
        xml,
        "{indent}<{element} name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"0\">"
    )
    .expect("writing to a string cannot fail");
}

fn case(
    xml: &mut String,
    view: &ReportView<'_>,
    (workspace, event): SuiteKey<'_>,
    version: Option<&Version>,
    findings: &[&Finding],
) {
    let class = event.map_or_else(
        || WORKSPACE.to_owned(),
        |event| format!("{}.{}", event.namespace(), event.name()),
    );
    let class = workspace.map_or_else(|| class.clone(), |workspace| format!("{workspace}.{class}"));
    let class = escaped(&class);
    let own = event.map_or(WORKSPACE, EventName::name);
    let name = version.map_or_else(|| own.to_owned(), |version| format!("{own}@{version}"));
    write!(
        xml,
        "    <testcase classname=\"{class}\" name=\"{}\" time=\"0\"",
        escaped(&name)
    )
    .expect("writing to a string cannot fail");
    if findings.is_empty() {
        xml.push_str("/>\n");
        return;
    }
    xml.push_str(">\n");
    let (errors, others): (Vec<&Finding>, Vec<&Finding>) = findings.iter().partition(|finding| is_error(finding));
    failure(xml, view, &errors);
    if !others.is_empty() {
        let text = content(&body(view, &others));
        writeln!(xml, "      <system-out>{text}</system-out>").expect("writing to a string cannot fail");
    }
    xml.push_str("    </testcase>\n");
}

/// One failure for all errors of a case: many readers show no second one.
fn failure(xml: &mut String, view: &ReportView<'_>, errors: &[&Finding]) {
    let Some((first, more)) = errors.split_first() else {
        return;
    };
    let more = match more.len() {
        0 => String::new(),
        several => format!(" (and {several} more)"),
    };
    writeln!(
        xml,
        "      <failure type=\"{}\" message=\"{}{more}\">{}</failure>",
        escaped(first.rule.id()),
        escaped(&first.message),
        content(&body(view, errors))
    )
    .expect("writing to a string cannot fail");
}

fn body(view: &ReportView<'_>, findings: &[&Finding]) -> String {
    let texts: Vec<_> = findings.iter().map(|finding| text(view, finding)).collect();
    texts.join("\n\n")
}

fn text(view: &ReportView<'_>, finding: &Finding) -> String {
    let heading = format!(
        "{}[{}]: {}",
        finding.severity,
        finding.rule,
        prose::finding_lines(finding)
    );
    finding.places.iter().fold(heading, |mut text, place| {
        let spot = view.spot(place);
        write!(text, "\n  at {}:{}: {}", spot.file, spot.start, place.label).expect("writing to a string cannot fail");
        text
    })
}

/// Text for an element, where line breaks and tabs stay as they are.
fn content(text: &str) -> String {
    escaped(text).replace("&#10;", "\n").replace("&#9;", "\t")
}

/// Text for an attribute. XML 1.0 has no way to write most control characters: they are spelt out.
fn escaped(text: &str) -> String {
    spell_out_controls(text)
        .chars()
        .fold(String::with_capacity(text.len()), |mut xml, letter| {
            match letter {
                '&' => xml.push_str("&amp;"),
                '<' => xml.push_str("&lt;"),
                '>' => xml.push_str("&gt;"),
                '"' => xml.push_str("&quot;"),
                // A parser would turn them into spaces in an attribute.
                '\n' => xml.push_str("&#10;"),
                '\t' => xml.push_str("&#9;"),
                '\u{fffe}' | '\u{ffff}' => {
                    write!(xml, "\\u{{{:x}}}", u32::from(letter)).expect("writing to a string cannot fail");
                }
                other => xml.push(other),
            }
            xml
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup_and_every_character_is_allowed() {
        assert_eq!(
            escaped("<a b=\"c\">&\t\n]]>"),
            "&lt;a b=&quot;c&quot;&gt;&amp;&#9;&#10;]]&gt;"
        );
        assert_eq!(content("<\n\t&#10;"), "&lt;\n\t&amp;#10;");
        assert_eq!(
            escaped("\u{0}\u{1b}\u{fffe}\u{85} é😀"),
            "\\u{0}\\u{1b}\\u{fffe}\\u{85} é😀"
        );
    }
}
