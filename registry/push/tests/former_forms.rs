//! A registry that an earlier schemactl filled: what it registered is the version still, and is not written again.
#![allow(clippy::unwrap_used)]

mod support;

use schemactl_model::SchemaType;
use schemactl_push::{Drift, MemoryRemote, NewSchema, Pulled, Remote, Tags};
use support::{Folder, PLAIN, applied, held, patience, planned, pull_registry, pushed};

const SCHEMA: &str = r##"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
    "properties": {"to": {"$ref": "#/$defs/address"}, "from": {"type": "array", "items": {"$ref": "#/$defs/address"}}},
    "$defs": {"address": {"type": "object", "properties": {"next": {"$ref": "#/$defs/address"}}}}}"##;

fn folder(types: &str) -> Folder {
    let folder = Folder::new(&format!("types = [{types}]"));
    folder.schema("A", "1.0", SCHEMA)
}

/// The content that was registered when every reference was put into an `allOf` of its own.
fn former(content: &str, reference: &str) -> String {
    let plain = format!("{{\"$ref\":\"{reference}\"}}");
    let compact = serde_json::from_str::<serde_json::Value>(content).unwrap().to_string();
    assert_eq!(
        compact.matches(&plain).count(),
        3,
        "a plain reference is registered as one: {compact}"
    );
    compact.replace(&plain, &format!("{{\"allOf\":[{plain}]}}"))
}

/// A registry with one version of one schema.
fn filled(content: &str, type_: SchemaType) -> MemoryRemote {
    let remote = MemoryRemote::new();
    remote.create_registry(None, &Tags::new()).unwrap();
    let schema = NewSchema {
        name: "shop@A",
        type_,
        content,
        description: None,
        tags: &Tags::new(),
    };
    remote.create_schema(&schema).unwrap();
    remote
}

#[test]
fn a_reference_in_an_all_of_of_its_own_is_the_same_version() {
    for (types, type_, reference) in [
        (
            "\"JSONSchemaDraft4\"",
            SchemaType::JsonSchemaDraft4,
            "#/definitions/address",
        ),
        ("\"OpenApi3\"", SchemaType::OpenApi3, "#/components/schemas/address"),
    ] {
        let folder = folder(types);
        let fresh = MemoryRemote::new();
        pushed(&folder, &fresh, PLAIN);
        let content = fresh.read("shop@A", None).unwrap().unwrap().content;
        let remote = filled(&former(&content, reference), type_);
        let plan = planned(&folder, &remote, PLAIN);
        assert!(plan.is_empty() && plan.drift.is_empty(), "{plan:#?}");
        let pulled = pull_registry(&folder.load(), "events", "", &remote, &patience())
            .unwrap()
            .unwrap();
        assert!(matches!(&pulled[..], [Pulled::Same { .. }]), "{pulled:?}");
        // One that says something else is none.
        let other = filled(&former(&content, reference).replace("\"array\"", "\"string\""), type_);
        let plan = planned(&folder, &other, PLAIN);
        assert!(matches!(&plan.drift[..], [Drift::Changed { .. }]), "{plan:#?}");
        // A later version is written after it, and nothing else.
        let more = folder.version("A", "1.1", 2);
        applied(&planned(&more, &remote, PLAIN), &remote);
        assert_eq!(held(&remote, "shop@A"), ["1=1.0", "2=1.1"]);
    }
}
