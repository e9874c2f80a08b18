//! Which number a version gets that others have written: the one that it states, and never one that schemactl has registered.

use std::fs;

use serde_json::{Value, json};

use crate::support::Remote;
use crate::{DRAFT_4, assert_settled, filled, pull, pulled};

/// A schema of events that say one of these versions.
fn stating(versions: &Value, more: &[&str]) -> String {
    let mut properties = json!({ "version": { "enum": versions } });
    for name in more {
        properties[*name] = json!({ "type": "string" });
    }
    json!({ "$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "properties": properties })
        .to_string()
}

#[test]
fn a_schema_that_states_its_version_has_that_number() {
    let versions = [
        stating(&json!(["1.0"]), &[]),
        stating(&json!(["1.0", "1.1"]), &["a"]),
        stating(&json!(["1.0", "1.1", "2.0"]), &["a", "b"]),
    ];
    let remote = filled(&[
        ("shop@Order", DRAFT_4, &versions),
        ("shop@Paid", DRAFT_4, &[stating(&json!(["3.2"]), &[])]),
    ]);
    let text = pull(&remote, &[], 0);
    for line in [
        "+ shop/Order@1.0\n",
        "+ shop/Order@1.1\n",
        "+ shop/Order@2.0\n",
        "+ shop/Paid@3.2\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert_settled(&remote);
    let remote = filled(&[("shop@Order", DRAFT_4, &versions)]);
    let text = pull(&remote, &["--newest-only"], 5);
    assert!(text.contains("+ shop/Order@2.0\n"), "{text}");
    assert!(
        text.contains("? shop/Order@2.0 lets events say 1.0, 1.1 in `version`"),
        "{text}"
    );
}

#[test]
fn versions_that_a_schema_allows_and_that_have_none_are_listed() {
    let branches = json!({ "$schema": "http://json-schema.org/draft-04/schema#", "oneOf": [
        { "type": "object", "properties": { "version": { "enum": ["1.0"] } } },
        { "type": "object", "properties": { "version": { "enum": ["2.0"] }, "a": { "type": "string" } } },
    ] });
    for (versions, number, others) in [
        (vec![stating(&json!(["1.0", "1.1"]), &[])], "1.1", "1.0"),
        (vec![branches.to_string()], "1.0", "2.0"),
        // The first is not 1.1, since the second is.
        (
            vec![
                stating(&json!(["1.0", "1.1", "1.2"]), &[]),
                stating(&json!(["1.2"]), &["a"]),
            ],
            "1.1",
            "1.0",
        ),
    ] {
        let remote = filled(&[("shop@Order", DRAFT_4, &versions)]);
        let text = pull(&remote, &[], 5);
        assert!(text.contains(&format!("+ shop/Order@{number}\n")), "{text}");
        assert!(
            text.contains(&format!("? shop/Order@{number} lets events say {others} in `version`")),
            "{text}"
        );
        // What is advised settles it.
        let folder = remote.folder.path().join("schemas/shop/Order");
        fs::copy(
            folder.join(format!("{number}.json")),
            folder.join(format!("{others}.json")),
        )
        .unwrap();
        assert_settled(&remote);
    }
    // Constants that are no versions tell no number; `check` finds that no event can say the one that it gets.
    for constants in [json!([1, 2]), json!(["v1", "v2"])] {
        let remote = filled(&[("shop@Order", DRAFT_4, &[stating(&constants, &[])])]);
        let text = pull(&remote, &[], 5);
        assert!(
            text.contains("+ shop/Order@1.0\n") && text.contains("version-field-mismatch"),
            "{text}"
        );
    }
}

/// What schemactl has registered keeps its number and its file, whatever others have written below or above it.
#[test]
fn what_schemactl_has_registered_is_never_hidden_by_what_others_have_written() {
    let theirs =
        json!({ "type": "object", "properties": { "x": { "type": "string" } }, "required": ["x"] }).to_string();
    let ours = |remote: &Remote| pulled(remote, "shop/A/1.0.json")["properties"]["a"].is_object();
    let fresh = |remote: &Remote| {
        fs::remove_dir_all(remote.folder.path().join("schemas")).unwrap();
        fs::remove_file(remote.folder.path().join("schemactl.lock")).unwrap();
    };
    for number in [&[][..], &["--number", "majors"]] {
        let below = filled(&[("shop@A", DRAFT_4, std::slice::from_ref(&theirs))]);
        below.version("A", "1.0", "a");
        assert_eq!(below.run(&["push", "--repair"]).0, Some(0));
        fresh(&below);
        let text = pull(&below, number, 5);
        assert!(
            text.contains("! version 1 of shop@A is left out: it would be numbered 1.0"),
            "{text}"
        );
        assert!(
            text.contains("+ shop/A@1.0\n1 version written") && ours(&below),
            "{text}"
        );
    }
    let above = Remote::empty("");
    above.version("A", "1.0", "a");
    above.push();
    above.add_version("shop@A", &theirs, "above");
    fresh(&above);
    let text = pull(&above, &[], 0);
    assert!(
        text.contains("+ shop/A@1.0\n  + shop/A@2.0\n") && ours(&above),
        "{text}"
    );
    assert!(
        pulled(&above, "shop/A/2.0.json")["properties"]["x"].is_object(),
        "{text}"
    );
}

#[test]
fn a_copy_of_others_takes_no_file_from_what_schemactl_has_registered() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    remote.push();
    remote.version("A", "1.1", "b");
    let folder = remote.folder.path().join("schemas/shop/A");
    let copy = fs::read_to_string(folder.join("1.1.json")).unwrap();
    remote.add_version("shop@A", &copy, "copy");
    assert_eq!(remote.run(&["push", "--repair"]).0, Some(0));
    fs::remove_dir_all(remote.folder.path().join("schemas")).unwrap();
    let text = pull(&remote, &[], 0);
    assert!(
        text.contains("+ shop/A@1.0\n  = shop/A@1.1\n  + shop/A@1.1\n"),
        "{text}"
    );
    assert_settled(&remote);
}

/// A release of an older line comes after that of a newer one, and both say which they are.
#[test]
fn stated_versions_need_not_come_in_their_order() {
    let versions = [
        stating(&json!(["1.0"]), &[]),
        stating(&json!(["2.0"]), &["a", "b"]),
        stating(&json!(["1.1"]), &["a"]),
    ];
    let remote = filled(&[("shop@Order", DRAFT_4, &versions)]);
    let text = pull(&remote, &[], 0);
    assert!(text.contains("+ shop/Order@2.0\n  + shop/Order@1.1\n"), "{text}");
    assert_settled(&remote);
}

#[test]
fn a_version_in_both_types_is_counted_once() {
    let remote = Remote::empty("types = [\"JSONSchemaDraft4\", \"OpenApi3\"]");
    remote.version("A", "1.0", "a");
    remote.version("A", "1.1", "b");
    remote.push();
    fs::remove_dir_all(remote.folder.path().join("schemas")).unwrap();
    let text = pull(&remote, &[], 0);
    assert!(text.contains("2 versions written, 2 there already"), "{text}");
}
