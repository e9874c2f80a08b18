//! A change that breaks both directions is one finding, in every format, and is accepted as one. What was accepted in one direction, by a
//! waiver of before or with the fingerprint of one direction, leaves the other one open.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use schemactl_tests::{copy_folder, root, run_schemactl};
use serde_json::Value;

/// The type of `a` is another one in 1.1.
const CASE: &str = "tests/cases/cli/quiet-prints-findings-only/files";
/// What waivers hold that were written when each direction was a finding.
const BACKWARD: &str = "75fea7ab5d36";
const FORWARD: &str = "ad43cfcb8684";

fn workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&root().join(CASE), folder.path());
    folder
}

fn findings(folder: &Path) -> Vec<Value> {
    let (_, text) = run_schemactl(folder, &["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    report["findings"].as_array().unwrap().clone()
}

/// What a finding is about: how severe it is, which directions it shows, and whether it was accepted.
fn told(folder: &Path) -> Vec<(String, Vec<String>, bool)> {
    let findings = findings(folder).into_iter().map(|finding| {
        let directions = finding["directions"].as_array().unwrap().iter();
        let names = directions.map(|shown| shown["direction"].as_str().unwrap().to_owned());
        let severity = finding["severity"].as_str().unwrap().to_owned();
        (severity, names.collect(), !finding["waived"].is_null())
    });
    findings.collect()
}

fn accept_by_hand(folder: &Path, prints: &[&str]) {
    let path = folder.join("schemas/shop/Thing/event.toml");
    let waivers = prints.iter().map(|print| {
        format!("\n[[waiver]]\nfingerprint = \"{print}\"\nrule = \"type-changed\"\nreason = \"nobody, says {print}\"\n")
    });
    let text = fs::read_to_string(&path).unwrap() + &waivers.collect::<String>();
    fs::write(path, text).unwrap();
}

fn is(severity: &str, directions: &[&str], accepted: bool) -> (String, Vec<String>, bool) {
    let directions = directions.iter().map(|&direction| direction.to_owned()).collect();
    (severity.to_owned(), directions, accepted)
}

#[test]
fn both_directions_are_one_finding_in_every_format() {
    let folder = workspace();
    for (format, mark) in [
        ("text", "error[type-changed]"),
        ("json", "\"rule\": \"type-changed\""),
        ("sarif", "\"ruleId\": \"type-changed\""),
        ("junit", "error[type-changed]"),
        ("github", "::error "),
        ("gitlab", "\"check_name\": \"type-changed\""),
        ("markdown", "<details>"),
    ] {
        let (code, text) = run_schemactl(folder.path(), &["check", "--format", format]);
        assert_eq!(code, Some(1), "{format}: {text}");
        assert_eq!(text.matches(mark).count(), 1, "{format}: {text}");
        // Both events, and why each is rejected.
        let plain = text
            .replace([' ', '\n', '\\'], "")
            .replace("&quot;", "\"")
            .replace("{{", "{")
            .replace("}}", "}");
        for part in ["{\"a\":\"\"}", "{\"a\":0}", "1.1rejectsit", "1.0rejectsit"] {
            assert!(plain.contains(part), "{format}: {part} is not in {text}");
        }
    }
    let (_, text) = run_schemactl(folder.path(), &["check"]);
    assert!(text.contains("Thing needs 2.0 (1 break: "), "{text}");
    let finding = findings(folder.path()).remove(0);
    assert_eq!(finding["direction"], "backward");
    for (at, witness) in [(0, r#"{"a":""}"#), (1, r#"{"a":0}"#)] {
        let shown = &finding["directions"][at];
        assert_eq!(shown["versions"], serde_json::json!(["1.0"]));
        assert_eq!(shown["witness"].to_string(), witness);
    }
}

#[test]
fn both_directions_are_accepted_as_one() {
    let folder = workspace();
    let print = findings(folder.path())[0]["fingerprint"].as_str().unwrap().to_owned();
    let (code, text) = run_schemactl(folder.path(), &["accept", &print[..12], "--reason", "nobody reads it"]);
    assert_eq!(code, Some(0), "{text}");
    let settings = fs::read_to_string(folder.path().join("schemas/shop/Thing/event.toml")).unwrap();
    assert_eq!(settings.matches("[[waiver]]").count(), 1, "{settings}");
    assert_eq!(told(folder.path()), [is("note", &["backward", "forward"], true)]);
    // One that is asked about one direction only is accepted by it, too.
    let manifest = folder.path().join("schemactl.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text + "\n[check]\nmode = \"forward-transitive\"\n").unwrap();
    assert_eq!(told(folder.path()), [is("note", &["forward"], true)]);
}

#[test]
fn a_waiver_of_one_direction_leaves_the_other_one_open() {
    for (print, accepted, open) in [(BACKWARD, "backward", "forward"), (FORWARD, "forward", "backward")] {
        let folder = workspace();
        accept_by_hand(folder.path(), &[print]);
        let mut found = told(folder.path());
        found.sort();
        assert_eq!(found, [is("error", &[open], false), is("note", &[accepted], true)]);
        assert_eq!(run_schemactl(folder.path(), &["check"]).0, Some(1));
        let (code, text) = run_schemactl(folder.path(), &["accept", "--all", "--reason", "so be it"]);
        assert_eq!(code, Some(0), "{text}");
        assert_eq!(told(folder.path()), [is("note", &["backward", "forward"], true)]);
    }
    let folder = workspace();
    accept_by_hand(folder.path(), &[BACKWARD, FORWARD]);
    let [finding] = &findings(folder.path())[..] else {
        panic!("both were accepted")
    };
    let reasons = format!("nobody, says {BACKWARD}; nobody, says {FORWARD}");
    assert_eq!(finding["waived"].as_str(), Some(reasons.as_str()));
    assert_eq!(run_schemactl(folder.path(), &["check"]).0, Some(0));
}

#[test]
fn the_fingerprint_of_one_direction_accepts_no_more_than_that() {
    let folder = workspace();
    let (code, text) = run_schemactl(folder.path(), &["accept", FORWARD, "--reason", "no readers"]);
    assert_eq!(code, Some(0), "{text}");
    let mut found = told(folder.path());
    found.sort();
    assert_eq!(
        found,
        [is("error", &["backward"], false), is("note", &["forward"], true)]
    );
}
