//! One change has one severity, whether `check` finds it in the history of an event or `diff` between two schemas: over the example
//! and the near miss of every kind of change, for events of every status and under both readings of `format`.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use schemactl_check::Rule;
use schemactl_compat::{ChangeKind, Policy};
use schemactl_tests::{binary, clean_command};
use serde_json::Value;

/// A pair of schemas of a rule's page.
struct PagePair {
    /// The name of the event that has them as versions.
    event: String,
    policy: Policy,
    old: String,
    new: String,
}

/// The example and the near miss of every kind of change.
fn pairs() -> Vec<PagePair> {
    let of_kind = |kind: &ChangeKind| {
        let page = Rule::Change(*kind).page();
        let policy = page.lines().find(|line| line.starts_with("Breaks")).unwrap();
        let policy = policy.split('`').nth(1);
        let policy = policy.map_or(Policy::default(), |name| name.parse().unwrap());
        let schemas: Vec<&str> = ["old", "new"]
            .iter()
            .flat_map(|side| fenced(page, &format!("```json {side}\n")))
            .collect();
        // Both old schemas, then both new ones.
        let half = schemas.len() / 2;
        let name: String = kind.id().split('-').map(capitalised).collect();
        (0..half)
            .map(|index| PagePair {
                event: format!("{name}{index}"),
                policy,
                old: schemas[index].to_owned(),
                new: schemas[half + index].to_owned(),
            })
            .collect::<Vec<_>>()
    };
    ChangeKind::ALL.iter().flat_map(of_kind).collect()
}

fn fenced<'p>(page: &'p str, fence: &str) -> Vec<&'p str> {
    let texts = page.split(fence).skip(1);
    texts.map(|text| text.split("\n```").next().unwrap()).collect()
}

fn capitalised(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// A workspace in which each pair is an event of two versions.
fn write_workspace(folder: &Path, pairs: &[PagePair], status: &str, formats: &str) {
    let manifest = format!("version = 1\n\n[registry]\nname = \"test\"\n\n[check]\nformats = \"{formats}\"\n");
    fs::write(folder.join("schemactl.toml"), manifest).unwrap();
    for pair in pairs {
        let event = folder.join("schemas/test").join(&pair.event);
        fs::create_dir_all(&event).unwrap();
        let settings = format!(
            "source = \"test\"\ndetail-type = \"{}\"\nstatus = \"{status}\"\npolicy = \"{}\"\n",
            pair.event, pair.policy
        );
        fs::write(event.join("event.toml"), settings).unwrap();
        fs::write(event.join("1.0.json"), &pair.old).unwrap();
        fs::write(event.join("1.1.json"), &pair.new).unwrap();
    }
}

fn report(folder: &Path, arguments: &[&str]) -> Value {
    let output = clean_command(&binary())
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{said}"))
}

/// Whether a rule is about a change, or about what several do together: what `diff` reports too.
fn is_about_a_change(rule: &str) -> bool {
    let together = ["backward-incompatible", "forward-incompatible", "cannot-decide"];
    ChangeKind::from_id(rule).is_some() || together.contains(&rule)
}

/// The findings of a report in SARIF: rule and level, by event.
fn found(report: &Value) -> BTreeMap<String, Vec<(String, String)>> {
    let mut found: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for result in report["runs"][0]["results"].as_array().unwrap() {
        let text = |name: &str| result[name].as_str().unwrap().to_owned();
        let place = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str();
        let event = place.unwrap().split('/').rev().nth(1).unwrap().to_owned();
        if is_about_a_change(&text("ruleId")) {
            found.entry(event).or_default().push((text("ruleId"), text("level")));
        }
    }
    for findings in found.values_mut() {
        findings.sort();
    }
    found
}

/// What status and formats decide is the same for most kinds of change, so only some of them are tried under each.
fn some_pairs() -> Vec<PagePair> {
    let is_tried = |(index, pair): &(usize, PagePair)| {
        let advisory = ["FormatChanged", "DefaultChanged", "DialectChanged"];
        index % 8 == 0 || advisory.iter().any(|name| pair.event.starts_with(name))
    };
    pairs()
        .into_iter()
        .enumerate()
        .filter(is_tried)
        .map(|(_, pair)| pair)
        .collect()
}

fn expect_same(pairs: &[PagePair], status: &str, formats: &str) {
    let folder = tempfile::tempdir().unwrap();
    write_workspace(folder.path(), pairs, status, formats);
    let checked = found(&report(folder.path(), &["check", "--format", "sarif"]));
    assert!(checked.len() * 3 > pairs.len(), "{checked:?}");
    let mut different = Vec::new();
    for pair in pairs {
        let versions = ["1.0", "1.1"].map(|version| format!("test/{}@{version}", pair.event));
        let compared = found(&report(
            folder.path(),
            &["diff", &versions[0], &versions[1], "--format", "sarif"],
        ));
        if compared.get(&pair.event) != checked.get(&pair.event) {
            let (diff, check) = (compared.get(&pair.event), checked.get(&pair.event));
            different.push(format!("{}: diff {diff:?}, check {check:?}", pair.event));
        }
    }
    assert!(different.is_empty(), "{status}, {formats}:\n{}", different.join("\n"));
}

#[test]
fn check_and_diff_give_one_change_one_severity() {
    let pairs = pairs();
    assert!(pairs.len() >= 2 * ChangeKind::ALL.len());
    expect_same(&pairs, "stable", "annotation");
}

#[test]
fn a_format_that_is_asserted_has_one_severity_too() {
    expect_same(&some_pairs(), "stable", "assertion");
}

#[test]
fn what_nobody_relies_on_is_a_note_in_both() {
    expect_same(&some_pairs(), "draft", "annotation");
}
