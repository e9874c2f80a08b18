//! What an earlier check proved: nothing of it outlives a change, and nothing in its file is believed that does not hold.

#![allow(clippy::unwrap_used)]

use schemactl_check::{CheckOptions, Proofs, Report, check, check_again};
use schemactl_compat::{Semantics, Verdict, default_engine};
use schemactl_model::{FormatMode, Value};
use schemactl_workspace::{FileMap, LOCK_FILE, Lock, Workspace};

const ORDER: &str = "schemas/shop/Order";

/// An order that became stricter with its major version, and a parcel that has one version.
fn workspace() -> FileMap {
    let mut files = FileMap::from_iter([("schemactl.toml", "version = 1\n[registry]\nname = \"shop\"\n")]);
    for name in ["Order", "Parcel"] {
        let settings = format!("source = \"shop\"\ndetail-type = \"{name}\"\n");
        files.insert(format!("schemas/shop/{name}/event.toml"), settings);
    }
    let schema = |required: &str, maximum: &str| {
        format!(
            r#"{{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
                 "required": [{required}], "properties": {{"id": {{"type": "integer", "maximum": {maximum}}}}}}}"#
        )
    };
    files.insert(format!("{ORDER}/1.0.json"), schema("", "10"));
    files.insert(format!("{ORDER}/2.0.json"), schema("\"id\"", "5"));
    files.insert(format!("{ORDER}/examples/1.0/a.json"), r#"{"id": 7}"#);
    files.insert("schemas/shop/Parcel/1.0.json", schema("", "10"));
    files
}

fn text_of(files: &FileMap, path: &str) -> String {
    String::from_utf8(files.get(path).unwrap().to_vec()).unwrap()
}

fn again(files: &FileMap, proofs: &mut Proofs) -> Report {
    let workspace = Workspace::from_files(files).unwrap();
    let engine = default_engine(Semantics::default());
    check_again(&workspace, &CheckOptions::new(&engine), proofs).0
}

fn anew(files: &FileMap) -> Report {
    let workspace = Workspace::from_files(files).unwrap();
    check(&workspace, &CheckOptions::new(&default_engine(Semantics::default()))).0
}

/// All of a report but for where the text of an event that breaks came from.
fn text(report: &Report) -> String {
    let verdict = |verdict: &Verdict| (verdict.name(), verdict.witness().map(Value::to_json));
    let pairs: Vec<_> = (report.comparisons.iter())
        .map(|pair| (verdict(&pair.backward), verdict(&pair.forward)))
        .collect();
    let mut rest = report.clone();
    for pair in &mut rest.comparisons {
        (pair.backward, pair.forward) = (Verdict::Compatible, Verdict::Compatible);
    }
    format!("{pairs:?} {rest:?}")
}

#[test]
fn what_did_not_change_is_reported_as_before_with_its_events_that_break() {
    let files = workspace();
    let mut proofs = Proofs::none("a");
    let first = again(&files, &mut proofs);
    assert_eq!(first.findings.len(), 0, "{first:?}");
    assert!(first.comparisons[0].backward.witness().is_some());
    let mut read = Proofs::parse(&proofs.to_text(), "a");
    assert_eq!((read.len(), &read), (2, &proofs));
    assert_eq!(text(&again(&files, &mut read)), text(&first));
    assert_eq!(text(&anew(&files)), text(&first));
}

#[test]
fn a_schema_without_a_dialect_is_noted_each_time_and_proved_once() {
    let mut files = workspace();
    let bare = text_of(&files, &format!("{ORDER}/1.0.json"));
    let bare = bare.replace("\"$schema\": \"http://json-schema.org/draft-07/schema#\",", "");
    files.insert(format!("{ORDER}/1.0.json"), bare.as_str());
    let mut proofs = Proofs::none("a");
    let first = again(&files, &mut proofs);
    assert_eq!((first.findings.len(), proofs.len()), (1, 2), "{first:?}");
    assert_eq!(first.findings[0].rule.id(), "dialect-missing");
    let second = again(&files, &mut proofs.clone());
    assert_eq!(text(&second), text(&first));
    assert_eq!(text(&second), text(&anew(&files)));
    // What was kept is what is believed: a summary of another check would show.
    let forged = proofs.to_text().replace("breaks 1.0", "breaks nothing");
    let mut forged = Proofs::parse(&forged, "a");
    assert!(text(&again(&files, &mut forged)).contains("breaks nothing"));
    files.insert(format!("{ORDER}/1.0.json"), bare.replace("10", "11"));
    let changed = again(&files, &mut proofs);
    assert_eq!(text(&changed), text(&anew(&files)));
}

#[test]
fn every_change_is_seen() {
    let changes = [
        ("schemas/shop/Order/1.0.json", "\"maximum\": 10", "\"maximum\": 6"),
        ("schemas/shop/Order/1.0.json", "object", "objects"),
        ("schemas/shop/Order/examples/1.0/a.json", "7", "70"),
        ("schemas/shop/Order/event.toml", "shop", "sales"),
        ("schemas/shop/Parcel/1.0.json", "id", "number"),
        ("schemactl.toml", "\"shop\"", "\"shop\"\n[check]\npolicy = \"closed\""),
    ];
    for (file, from, to) in changes {
        let mut files = workspace();
        let mut proofs = Proofs::none("a");
        again(&files, &mut proofs);
        let before = text_of(&files, file);
        let after = before.replace(from, to);
        assert_ne!(before, after, "{file}");
        files.insert(file, after);
        let known = proofs.clone();
        assert_eq!(
            text(&again(&files, &mut proofs)),
            text(&anew(&files)),
            "{file}: {from} to {to}"
        );
        assert_ne!(proofs, known, "{file}: {from} to {to}");
    }
}

/// The semantics of the engine, and what is released, are in no file of the event.
#[test]
fn what_is_not_in_the_files_of_an_event_counts_too() {
    let files = workspace();
    let prove = |files: &FileMap, formats: FormatMode| {
        let workspace = Workspace::from_files(files).unwrap();
        let engine = default_engine(Semantics { formats });
        let mut proofs = Proofs::none("a");
        let (report, _) = check_again(&workspace, &CheckOptions::new(&engine), &mut proofs);
        assert!(report.findings.is_empty(), "{:?}", report.findings);
        proofs
    };
    let mut lock = Lock::default();
    for event in Workspace::from_files(&files).unwrap().events.values() {
        for version in event.versions.values() {
            lock.record(&event.name, &version.version, version.digest.clone(), None);
        }
    }
    let mut released = files.clone();
    released.insert(LOCK_FILE, lock.to_text());
    let proofs = prove(&files, FormatMode::Annotation);
    assert_eq!(proofs, prove(&files, FormatMode::Annotation));
    assert_ne!(proofs, prove(&files, FormatMode::Assertion));
    assert_ne!(proofs, prove(&released, FormatMode::Annotation));
}

#[test]
fn an_event_with_a_finding_is_checked_each_time() {
    let mut files = workspace();
    files.insert(
        "schemas/shop/Parcel/1.0.json",
        r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "propertys": {}}"#,
    );
    let mut proofs = Proofs::none("a");
    let first = again(&files, &mut proofs);
    assert_eq!(first.findings.len(), 1);
    assert_eq!(proofs.len(), 1);
    assert_eq!(text(&again(&files, &mut proofs)), text(&first));
}

#[test]
fn a_file_that_says_what_does_not_hold_is_not_believed() {
    let files = workspace();
    let mut proofs = Proofs::none("a");
    let first = again(&files, &mut proofs);
    let witness = first.comparisons[0].backward.witness().unwrap().to_json();
    let written = serde_json::to_string(&witness).unwrap();
    let forgeries = [(written.as_str(), r#""{\"id\":1}""#), (written.as_str(), "\"{\"")];
    for (from, to) in forgeries {
        let forged = proofs.to_text().replace(from, to);
        assert_ne!(forged, proofs.to_text());
        let mut forged = Proofs::parse(&forged, "a");
        assert_eq!(forged.len(), 2);
        assert_eq!(text(&again(&files, &mut forged)), text(&first), "{to}");
        assert_eq!(forged, proofs, "what is proved anew is kept: {to}");
    }
    assert!(Proofs::parse(&proofs.to_text(), "another build").is_empty());
    assert!(Proofs::parse(&proofs.to_text().replace("\"format\":1", "\"format\":2"), "a").is_empty());
    assert!(Proofs::parse("\0", "a").is_empty());
}

#[test]
fn an_event_that_is_gone_is_forgotten() {
    let mut files = workspace();
    let mut proofs = Proofs::none("a");
    again(&files, &mut proofs);
    files.remove("schemas/shop/Parcel");
    again(&files, &mut proofs);
    assert_eq!(proofs.len(), 1);
}
