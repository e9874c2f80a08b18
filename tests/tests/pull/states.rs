//! What a pull says of the workspace that it leaves, also where it brings nothing: its exit code is that of the first and of every later run.

use std::fs;

use schemactl_model::SchemaType;
use schemactl_push::{NewVersion, Remote as _};
use serde_json::json;

use super::{DRAFT_4, filled, pull, with_properties};
use crate::support::Remote;

#[test]
fn errors_that_an_earlier_pull_left_are_told_again() {
    let schema = json!({ "type": "object", "properties": { "version": { "enum": ["v1"] } } }).to_string();
    let remote = filled(&[("com.a@Ev", DRAFT_4, &[schema])]);
    for _ in 0..3 {
        let text = pull(&remote, &[], 5);
        assert!(text.contains("version-field-mismatch"), "{text}");
    }
    pull(&remote, &["--dry-run"], 5);
}

/// schemactl has named the schema after the event: that its name looks like one that EventBridge gives says nothing.
/// A conflict that was repaired is over: what the repair has replaced is no reason for another exit code.
#[test]
fn what_a_repair_has_replaced_is_superseded() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "ours");
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    let content = remote.client().read("shop@A", None).unwrap().unwrap().content;
    remote.add_version("shop@A", &content.replace("\"ours\"", "\"theirs\""), "another");
    assert_eq!(remote.run(&["push", "--repair"]).0, Some(0));
    let told = pull(&remote, &[], 0);
    assert!(
        told.contains("- versions 1, 2 of shop@A are left out: shop/A@1.0 of the workspace is registered above")
            && told.contains("2 superseded"),
        "{told}"
    );
}

#[test]
fn the_name_of_a_schema_of_ours_is_no_detail_type() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    let event = remote.folder.path().join("schemas/shop/A/event.toml");
    fs::write(event, "source = \"shop\"\ndetail-type = \"a.changed\"\n").unwrap();
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    remote.add_version("shop@A", r#"{"type": "object"}"#, "a-token-of-others");
    for more in [&["--newest-only"][..], &[], &[]] {
        let text = pull(&remote, more, 0);
        assert!(!text.contains("detail-type"), "{text}");
    }
}

/// A folder that begins with `_` holds what events share: as an event it would make the workspace unreadable.
#[test]
fn what_would_be_a_folder_of_shared_schemas_is_left_out() {
    let one = || [with_properties(1)];
    let remote = filled(&[
        ("_shared@money", DRAFT_4, &one()),
        ("com.a@_types", DRAFT_4, &one()),
        ("com.a@Ev", DRAFT_4, &one()),
    ]);
    let text = pull(&remote, &[], 5);
    for part in [
        "version 1 of _shared@money is left out",
        // An event may begin so.
        "+ com.a/_types@1.0",
        "+ com.a/Ev@1.0",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for arguments in [&["check"][..], &["push", "--adopt"], &["status"]] {
        let (code, text, error) = remote.run(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {text}{error}");
    }
}

/// A push creates the registry of schemactl.toml, and not the one that was mistyped.
#[test]
fn a_mistyped_registry_is_no_reason_to_create_another_one() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    let (code, _, error) = remote.run(&["pull", "--registry", "evnets"]);
    assert_eq!(code, Some(4), "{error}");
    assert!(
        error.contains("correct the name after --registry") && !error.contains("--create-registry"),
        "{error}"
    );
}

/// Who adopted a version is in schemactl.lock alone: without the lock the version is still compared with what the registry holds.
#[test]
fn an_adopted_version_that_was_edited_is_found_without_the_lock() {
    let remote = filled(&[("com.a@Ev", DRAFT_4, &[with_properties(1), with_properties(2)])]);
    pull(&remote, &[], 0);
    assert_eq!(remote.run(&["push", "--adopt"]).0, Some(0));
    let against = &["check", "--against", "registry"];
    fs::remove_file(remote.folder.path().join("schemactl.lock")).unwrap();
    assert_eq!(remote.run(against).0, Some(0), "nothing was edited");
    for version in ["1.0", "1.1"] {
        let file = remote.folder.path().join(format!("schemas/com.a/Ev/{version}.json"));
        let before = fs::read_to_string(&file).unwrap();
        fs::write(&file, before.replace("\"string\"", "\"integer\"")).unwrap();
        let (code, text, error) = remote.run(against);
        assert_eq!(code, Some(1), "{version}: {text}{error}");
        assert!(text.contains("released-schema-changed"), "{version}: {text}");
        fs::write(&file, before).unwrap();
    }
    assert_eq!(remote.run(against).0, Some(0));
    // A version after those that are there is new.
    let newer = remote.folder.path().join("schemas/com.a/Ev/1.2.json");
    fs::write(newer, with_properties(3)).unwrap();
    let (code, text, error) = remote.run(against);
    assert_eq!(code, Some(0), "{text}{error}");
}

/// A reference out of the document is named with its schema and with what to do, and what is done so is pulled.
#[test]
fn a_reference_that_is_not_followed_is_named_with_what_to_do() {
    let with = |reference: &str| {
        json!({ "$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "properties": { "total": { "$ref": reference } },
            "definitions": { "Own": { "type": "number" } } })
        .to_string()
    };
    let open = |reference: &str| {
        json!({ "openapi": "3.0.0", "info": { "title": "A", "version": "1" }, "paths": {}, "components": { "schemas": {
            "AWSEvent": { "type": "object", "required": ["detail"], "properties": { "detail": { "$ref": "#/components/schemas/Order" } } },
            "Order": { "type": "object", "properties": { "total": { "$ref": reference } } },
            "Own": { "type": "number" },
        } } })
        .to_string()
    };
    let cases = [
        (DRAFT_4, with as fn(&str) -> String, "#/definitions/Own"),
        (SchemaType::OpenApi3, open, "#/components/schemas/Own"),
    ];
    for reference in [
        "https://example.com/money.json#/definitions/Money",
        "../money.json",
        "#/definitions/Money",
        "urn:example:money",
    ] {
        for (type_, write, own) in cases {
            let remote = filled(&[("shop@Order", type_, &[write(reference)])]);
            let (code, text, said) = remote.run(&["pull"]);
            assert_eq!(code, Some(5), "{text}{said}");
            for part in ["version 1 of shop@Order is left out", reference] {
                assert!(text.contains(part), "{part} is not in\n{text}");
            }
            for part in [
                "`definitions`",
                "--schema-name shop@Order --schema-version 1",
                "`schemactl pull --newest-only shop@Order`",
            ] {
                assert!(said.contains(part), "{part} is not in\n{said}");
            }
            let corrected = write(own);
            let version = NewVersion {
                schema: "shop@Order",
                type_,
                content: &corrected,
                token: "corrected",
            };
            remote.client().add_version(&version).unwrap();
            let text = pull(&remote, &["--newest-only", "shop@Order"], 0);
            assert!(text.contains("+ shop/Order@1.0"), "{text}");
        }
    }
    // Another reason has another step.
    let remote = filled(&[("_shared@money", DRAFT_4, &[with("#/definitions/Own")])]);
    let (_, _, said) = remote.run(&["pull"]);
    assert!(!said.contains("reference"), "{said}");
}

#[test]
fn a_prefix_that_no_schema_has_is_told_as_an_unknown_name_is() {
    let remote = filled(&[("shop@Order", DRAFT_4, &[with_properties(1)])]);
    for more in [&[][..], &["--dry-run"], &["--newest-only"]] {
        let (code, text, said) = remote.run(&[&["pull", "shop@Ordr"], more].concat());
        assert_eq!(code, Some(2), "{text}{said}");
        assert!(text.is_empty(), "{text}");
        let parts = [
            "no schema of the registry `events` has a name that starts with `shop@Ordr`",
            "did you mean `shop@Order`?",
        ];
        assert!(parts.iter().all(|part| said.contains(part)), "{said}");
    }
    pull(&remote, &["shop@"], 0);
    remote.client().delete_schema("shop@Order").unwrap();
    let (code, _, said) = remote.run(&["pull", "shop"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("the registry has no schema"), "{said}");
    pull(&remote, &[], 0);
}
