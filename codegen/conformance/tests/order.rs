//! A type that a team wrote first, and the schema that was registered for it.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use schemactl_conformance::{ConformanceError, assert_conforms, check_conformance, check_conformance_with_document};
use schemactl_workspace::{FileMap, Workspace};
use schemars::JsonSchema;

/// What 1.0 says of a reservation, by hand.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "only its schema is used")]
struct Reserved {
    /// Which order.
    order_id: String,
    /// How many.
    quantity: u32,
    /// Where from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    #[serde(default)]
    warehouse: Option<String>,
}

const SCHEMA: &str = r#"{
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "properties": {
        "orderId": { "type": "string" },
        "quantity": { "type": "integer", "minimum": 0 },
        "warehouse": { "type": "string" }
    },
    "required": ["orderId", "quantity"]
}"#;

fn of_type() -> serde_json::Value {
    schemars::schema_for!(Reserved).to_value()
}

/// A workspace in memory whose event has that schema.
fn workspace(schema: &str, shared: &str) -> Workspace {
    let files = FileMap::from_iter([
        ("schemactl.toml", "version = 1\n[registry]\nname = \"r\"\n"),
        (
            "schemas/n/Reserved/event.toml",
            "source = \"n\"\ndetail-type = \"reserved\"\n",
        ),
        ("schemas/n/Reserved/1.0.json", schema),
        ("schemas/_shared/id.json", shared),
    ]);
    Workspace::from_files(&files).unwrap()
}

fn checked(schema: &str, shared: &str) -> Result<(), ConformanceError> {
    let workspace = workspace(schema, shared);
    let event = workspace.events.values().next().unwrap();
    check_conformance_with_document(&of_type(), &event.newest().unwrap().document)
}

fn difference(schema: &str) -> ConformanceError {
    checked(schema, "{}").unwrap_err()
}

#[test]
fn a_type_that_says_the_same_conforms() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), SCHEMA).unwrap();
    assert_conforms!(Reserved, file.path());
    checked(SCHEMA, "{}").unwrap();
}

#[test]
fn a_schema_of_a_workspace_may_refer_to_other_files() {
    let schema = SCHEMA.replace(
        r#""orderId": { "type": "string" }"#,
        r#""orderId": { "$ref": "../../_shared/id.json" }"#,
    );
    assert_ne!(schema, SCHEMA);
    checked(&schema, r#"{"type": "string"}"#).unwrap();
    let narrower = checked(&schema, r#"{"type": "integer"}"#);
    assert!(
        matches!(narrower, Err(ConformanceError::TypeIsNarrower { path, .. }) if path == "schemas/n/Reserved/1.0.json")
    );
    let openapi = difference(r#"{"openapi": "3.0.0"}"#);
    assert!(matches!(openapi, ConformanceError::Unreadable { .. }), "{openapi}");
}

/// A file is looked for in the workspace around it, which knows the files that it refers to.
#[test]
fn a_file_of_a_workspace_is_read_with_what_it_refers_to() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("schemactl.toml", "version = 1\n[registry]\nname = \"r\"\n");
    write(
        "schemas/n/Reserved/event.toml",
        "source = \"n\"\ndetail-type = \"reserved\"\n",
    );
    write("schemas/_shared/reserved.json", SCHEMA);
    write(
        "schemas/n/Reserved/1.0.json",
        r#"{"$ref": "../../_shared/reserved.json"}"#,
    );
    assert_conforms!(Reserved, &folder.path().join("schemas/n/Reserved/1.0.json"));
}

#[test]
fn a_change_on_either_side_is_shown_by_an_event() {
    let narrower = SCHEMA.replace("\"minimum\": 0", "\"minimum\": 1");
    assert!(
        matches!(difference(&narrower), ConformanceError::TypeIsWider { event, .. } if event.contains("\"quantity\":0"))
    );
    let wider = SCHEMA.replace(r#"["orderId", "quantity"]"#, r#"["orderId"]"#);
    assert!(
        matches!(difference(&wider), ConformanceError::TypeIsNarrower { event, .. } if !event.contains("quantity"))
    );
    let more = SCHEMA.replace(r#"["orderId", "quantity"]"#, r#"["orderId", "quantity", "warehouse"]"#);
    let said = difference(&more).to_string();
    assert!(
        said.ends_with("error of the schema: \"warehouse\" is a required property"),
        "{said}"
    );
    let renamed = SCHEMA.replace("warehouse", "depot");
    assert!(matches!(
        difference(&renamed),
        ConformanceError::TypeIsNarrower { .. } | ConformanceError::TypeIsWider { .. }
    ));
}

#[test]
fn what_cannot_be_read_is_said() {
    let missing = check_conformance(&true.into(), Path::new("nowhere.json")).unwrap_err();
    assert!(missing.to_string().starts_with("nowhere.json: "), "{missing}");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "{").unwrap();
    let broken = check_conformance(&of_type(), file.path()).unwrap_err();
    assert!(matches!(broken, ConformanceError::Unreadable { .. }), "{broken}");
    // Faults are no schema to compare with, whatever an engine would make of the rest.
    let faulty = difference(r##"{"properties": {"a": {"type": "strng"}, "b": {"$ref": "#/$defs/none"}}}"##);
    assert!(matches!(faulty, ConformanceError::Unreadable { .. }), "{faulty}");
    for part in [
        "1:31: `type` is `strng`",
        "`$ref` is `#/$defs/none`, which refers to nothing",
    ] {
        assert!(faulty.to_string().contains(part), "{part} is not in {faulty}");
    }
}
