//! Taking over what others have registered: every form that a registry may hold of a schema is taken over without a write, and nothing that
//! is not equal is. `status` and `plan` name `push --adopt` exactly where it works.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;

use schemactl_model::SchemaType;
use schemactl_push::{NewSchema, NewVersion, Remote as _, Tags};
use serde_json::{Value, json};
use support::Remote;

const JSON: SchemaType = SchemaType::JsonSchemaDraft4;
const OPEN_API: SchemaType = SchemaType::OpenApi3;

/// The schema of the detail in the workspace, in a dialect of its own.
fn file() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["id", "lines"],
        "properties": {
            "id": { "type": "string", "minLength": 1 },
            "total": { "type": "number", "exclusiveMinimum": 0 },
            "lines": { "type": "array", "items": { "$ref": "#/$defs/Line" } },
        },
        "$defs": { "Line": { "type": "object", "properties": { "sku": { "type": "string" } } } },
    })
}

/// The same schema as people write it in draft-04.
fn draft_04() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "required": ["id", "lines"],
        "properties": {
            "id": { "type": "string", "minLength": 1 },
            "total": { "type": "number", "minimum": 0, "exclusiveMinimum": true },
            "lines": { "type": "array", "items": { "$ref": "#/definitions/Line" } },
        },
        "definitions": { "Line": { "type": "object", "properties": { "sku": { "type": "string" } } } },
    })
}

fn without(mut schema: Value, key: &str) -> Value {
    schema.as_object_mut().unwrap().remove(key);
    schema
}

fn with(mut schema: Value, key: &str, value: Value) -> Value {
    schema.as_object_mut().unwrap().insert(key.to_owned(), value);
    schema
}

/// The members of every object in the opposite order.
fn reversed(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .rev()
                .map(|(key, value)| format!("{}:{}", json!(key), reversed(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        other => other.to_string(),
    }
}

/// The members of an event beside its detail, as exports and the console have them.
fn envelope(detail: &Value, source: &str, detail_type: &str) -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object", "required": ["detail-type", "detail", "id", "source", "time", "region", "version", "account"],
        "x-amazon-events-detail-type": detail_type, "x-amazon-events-source": source,
        "properties": {
            "detail": detail, "account": text, "detail-type": text, "id": text, "region": text, "source": text, "version": text,
            "resources": { "type": "array", "items": text }, "time": { "type": "string", "format": "date-time" },
        },
    })
}

fn export(source: &str, detail_type: &str) -> Value {
    let (own, definitions) = (
        without(without(draft_04(), "definitions"), "$schema"),
        draft_04()["definitions"].clone(),
    );
    let events = envelope(&json!({ "$ref": "#/definitions/Order" }), source, detail_type);
    let events = with(events, "$schema", json!("http://json-schema.org/draft-04/schema#"));
    let events = with(events, "title", json!("OrderPlaced"));
    with(events, "definitions", with(definitions, "Order", own))
}

fn open_api(source: &str, detail_type: &str) -> Value {
    let own = without(without(draft_04(), "definitions"), "$schema");
    let schemas = json!({
        "AWSEvent": envelope(&json!({ "$ref": "#/components/schemas/OrderPlaced" }), source, detail_type),
        "OrderPlaced": own, "Line": draft_04()["definitions"]["Line"],
    });
    let document = json!({
        "openapi": "3.0.0", "info": { "version": "1.0.0", "title": "OrderPlaced" }, "paths": {}, "components": { "schemas": schemas },
    });
    let text = document.to_string().replace("#/definitions/", "#/components/schemas/");
    serde_json::from_str(&text).unwrap()
}

/// A schema that somebody else has written: what it is, the event, and the type and text of each version.
type Foreign = (&'static str, String, Vec<(SchemaType, String)>);

/// A registry that others have filled, and a workspace with the schema as 1.0 of each event.
fn written_by_others(schemas: &[Foreign]) -> Remote {
    let remote = Remote::empty("");
    let registry = remote.client();
    registry.create_registry(None, &Tags::new()).unwrap();
    for (_, event, versions) in schemas {
        remote.version(event, "1.0", "x");
        write(&remote, event, "1.0", &file());
        let ((type_, content), more) = versions.split_first().unwrap();
        let name = format!("shop@{event}");
        let schema = NewSchema {
            name: &name,
            type_: *type_,
            content,
            description: None,
            tags: &Tags::new(),
        };
        registry.create_schema(&schema).unwrap();
        for (index, (type_, content)) in more.iter().enumerate() {
            let version = NewVersion {
                schema: &name,
                type_: *type_,
                content,
                token: &index.to_string(),
            };
            registry.add_version(&version).unwrap();
        }
    }
    remote
}

fn write(remote: &Remote, event: &str, version: &str, schema: &Value) {
    let folder = remote.folder.path().join("schemas/shop").join(event);
    fs::write(folder.join(format!("{version}.json")), schema.to_string()).unwrap();
}

fn run(remote: &Remote, arguments: &[&str], code: i32) -> String {
    let told = remote.run(arguments);
    assert_eq!(told.0, Some(code), "{arguments:?}\n{}{}", told.1, told.2);
    told.1 + &told.2
}

/// One schema of each form, as events that are called after their place in the list.
fn named(forms: Vec<(&'static str, SchemaType, String)>) -> Vec<Foreign> {
    let event = |index: usize| format!("Order{index}");
    let named = forms.into_iter().enumerate();
    named
        .map(|(index, (case, type_, text))| (case, event(index), vec![(type_, text.replace("EVENT", &event(index)))]))
        .collect()
}

#[test]
fn every_form_of_an_equal_schema_is_taken_over_without_a_write() {
    let text = |value: &Value| value.to_string();
    let inlined = {
        let mut inlined = without(draft_04(), "definitions");
        inlined["properties"]["lines"]["items"] = draft_04()["definitions"]["Line"].clone();
        inlined
    };
    let without_extensions = {
        let mut events = without(
            without(export("shop", ""), "x-amazon-events-source"),
            "x-amazon-events-detail-type",
        );
        events["properties"]["source"]["enum"] = json!(["shop"]);
        events["properties"]["detail-type"]["enum"] = json!(["EVENT"]);
        events
    };
    let forms = named(vec![
        ("draft-04", JSON, text(&draft_04())),
        ("pretty", JSON, serde_json::to_string_pretty(&draft_04()).unwrap()),
        ("without $schema", JSON, text(&without(draft_04(), "$schema"))),
        ("members in another order", JSON, reversed(&draft_04())),
        ("the file", JSON, text(&file())),
        ("an export of whole events", JSON, text(&export("shop", "EVENT"))),
        ("an export without extensions", JSON, text(&without_extensions)),
        ("OpenApi3", OPEN_API, text(&open_api("shop", "EVENT"))),
        (
            "with a title",
            JSON,
            text(&with(draft_04(), "title", json!("An order"))),
        ),
        (
            "another name of a definition",
            JSON,
            text(&draft_04()).replace("Line", "OrderLine"),
        ),
        (
            "required in another order",
            JSON,
            text(&with(draft_04(), "required", json!(["lines", "id"]))),
        ),
        ("a definition written out", JSON, text(&inlined)),
    ]);
    let remote = written_by_others(&forms);
    let writes = remote.writes();
    for arguments in [&["push"][..], &["status"], &["plan", "--detailed-exitcode"]] {
        let told = run(&remote, arguments, 6);
        for (case, event, _) in &forms {
            let line = told
                .lines()
                .find(|line| line.contains(&format!("the newest version of shop@{event} (")));
            assert!(
                line.is_some_and(|line| line.contains("is equal to 1.0")),
                "{case}: {told}"
            );
        }
        assert!(
            told.contains("`schemactl push --adopt`") && !told.contains("`schemactl pull`"),
            "{told}"
        );
    }
    let told = run(&remote, &["push", "--adopt"], 0);
    for (case, event, _) in &forms {
        let line = format!("shop/{event}@1.0 is equal in the registry, and is adopted");
        assert!(told.contains(&line), "{case}: {told}");
    }
    for arguments in [
        &["push"][..],
        &["status"],
        &["plan", "--detailed-exitcode"],
        &["push", "--adopt"],
    ] {
        run(&remote, arguments, 0);
    }
    assert_eq!(remote.writes(), writes);
    // The next version follows it, and nothing is said of the one that was taken over.
    for (_, event, _) in &forms {
        write(&remote, event, "1.1", &with(file(), "description", json!("more")));
    }
    run(&remote, &["push"], 0);
    assert_eq!(remote.writes(), writes + forms.len());
    let told = run(&remote, &["status"], 0);
    assert!(
        told.contains("24 versions registered, 0 not") && !told.contains('!'),
        "{told}"
    );
}

#[test]
fn what_is_not_equal_is_never_taken_over() {
    let text = |value: &Value| value.to_string();
    let (mut longer, mut formatted) = (draft_04(), draft_04());
    longer["properties"]["id"]["minLength"] = json!(2);
    formatted["properties"]["id"]["format"] = json!("uuid");
    let others = named(vec![
        ("a tighter bound", JSON, text(&longer)),
        ("a format, which generated code sees", JSON, text(&formatted)),
        ("another detail-type", JSON, text(&export("shop", "Order Placed"))),
        ("another source", OPEN_API, text(&open_api("com.shop", "EVENT"))),
        ("no schema", JSON, r#"{"type": "strng"}"#.to_owned()),
        // Without `$schema` the type of the registry makes it draft-04, where a number is no `exclusiveMinimum`.
        ("the file without $schema", JSON, text(&without(file(), "$schema"))),
    ]);
    let remote = written_by_others(&others);
    let writes = remote.writes();
    for arguments in [
        &["push"][..],
        &["push", "--adopt"],
        &["status"],
        &["plan", "--detailed-exitcode"],
    ] {
        let told = run(&remote, arguments, 6);
        assert!(!told.contains("is equal to") && !told.contains("taken over"), "{told}");
        assert!(told.contains("`schemactl push --repair`"), "{told}");
    }
    assert_eq!(remote.writes(), writes);
    run(&remote, &["push", "--repair"], 0);
    assert_eq!(remote.writes(), writes + others.len());
    run(&remote, &["status"], 0);
}

/// A history that went back to an earlier schema is taken over version by version, and so is one of which ours has written the end.
#[test]
fn a_whole_history_is_taken_over_and_ours_is_kept_before_a_copy() {
    let (first, second) = (draft_04(), with(draft_04(), "required", json!(["id"])));
    let history = [&first, &second, &first].map(|schema| (JSON, schema.to_string()));
    let remote = written_by_others(&[("went back", "Order".to_owned(), history.to_vec())]);
    fs::remove_dir_all(remote.folder.path().join("schemas/shop")).unwrap();
    let told = run(&remote, &["pull"], 0);
    assert!(
        told.contains("is the schema of 1.0 again: the registry's version 3 went back to it"),
        "{told}"
    );
    assert!(
        told.contains(
            "`schemactl push --adopt` adopts versions that others registered, without writing them again: 3 versions"
        ),
        "{told}"
    );
    let writes = remote.writes();
    run(&remote, &["push", "--adopt"], 0);
    assert_eq!(remote.writes(), writes);
    let told = run(&remote, &["status"], 0);
    assert!(told.contains("3 versions registered, 0 not"), "{told}");
    let told = run(&remote, &["pull"], 0);
    assert!(told.contains("0 versions written, 3 there already"), "{told}");

    // What schemactl has written above a foreign copy stays, and the copy is nobody's to delete.
    let remote = written_by_others(&[("equal", "Order".to_owned(), vec![(JSON, first.to_string())])]);
    run(&remote, &["push", "--repair"], 0);
    let told = run(&remote, &["push", "--adopt"], 0);
    assert!(!told.contains("taken over"), "{told}");
    let told = run(&remote, &["prune", "--enable-deletes", "--yes"], 0);
    assert!(told.contains("nothing to prune"), "{told}");
    assert_eq!(remote.client().numbers("shop@Order", None).unwrap().items.len(), 2);
}
