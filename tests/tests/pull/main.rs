//! `schemactl pull` of what others have written: exports of EventBridge, discovered documents, newer OpenAPI, histories without numbers. What is
//! pulled passes `check`, and what is left out is listed.
#![allow(clippy::unwrap_used)]

mod lost;
mod numbers;
mod states;
#[path = "../support/mod.rs"]
mod support;

use std::fs;

use schemactl_model::SchemaType;
use schemactl_push::{NewSchema, NewVersion, Remote as _, Tags};
use serde_json::{Value, json};
use support::Remote;

const DRAFT_4: SchemaType = SchemaType::JsonSchemaDraft4;

/// A registry that others have filled, and an empty workspace.
fn filled(schemas: &[(&str, SchemaType, &[String])]) -> Remote {
    let remote = Remote::empty("");
    let direct = remote.client();
    direct.create_registry(None, &Tags::new()).unwrap();
    for (name, type_, versions) in schemas {
        let (first, rest) = versions.split_first().unwrap();
        let schema = NewSchema {
            name,
            type_: *type_,
            content: first,
            description: None,
            tags: &Tags::new(),
        };
        direct.create_schema(&schema).unwrap();
        for (index, content) in rest.iter().enumerate() {
            let token = format!("{name}-{index}");
            let version = NewVersion {
                schema: name,
                type_: *type_,
                content,
                token: &token[token.len().saturating_sub(30)..],
            };
            direct.add_version(&version).unwrap();
        }
    }
    remote
}

fn pull(remote: &Remote, more: &[&str], code: i32) -> String {
    let (exit, text, error) = remote.run(&[&["pull"], more].concat());
    assert_eq!(exit, Some(code), "{text}{error}");
    text
}

fn pulled(remote: &Remote, path: &str) -> Value {
    let file = remote.folder.path().join("schemas").join(path);
    serde_json::from_str(&fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
        .unwrap()
}

/// What was pulled is a workspace, and pulling again brings nothing.
fn assert_settled(remote: &Remote) {
    let (exit, text, error) = remote.run(&["check"]);
    assert_eq!(exit, Some(0), "{text}{error}");
    let text = pull(remote, &[], 0);
    assert!(
        text.contains("0 versions written") && text.contains("0 different"),
        "{text}"
    );
}

fn with_properties(count: usize) -> String {
    let properties: Vec<_> = (0..count)
        .map(|index| (format!("p{index}"), json!({ "type": "string" })))
        .collect();
    let properties: serde_json::Map<_, _> = properties.into_iter().collect();
    json!({ "$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "properties": properties })
        .to_string()
}

#[test]
fn thirty_additions_are_thirty_minors() {
    let versions: Vec<_> = (1..=31).map(with_properties).collect();
    let remote = filled(&[("shop@Order", DRAFT_4, &versions)]);
    let text = pull(&remote, &[], 0);
    for minor in 0..=30 {
        assert!(text.contains(&format!("+ shop/Order@1.{minor}\n")), "{text}");
    }
    assert_settled(&remote);
    let remote = filled(&[("shop@Order", DRAFT_4, &versions[..3])]);
    let text = pull(&remote, &["--number", "majors"], 0);
    assert!(text.contains("+ shop/Order@3.0\n"), "{text}");
    let remote = filled(&[("shop@Order", DRAFT_4, &versions)]);
    let text = pull(&remote, &["--newest-only"], 0);
    assert!(
        text.contains("+ shop/Order@1.0\n") && text.contains("\n1 version written"),
        "{text}"
    );
    assert_eq!(
        pulled(&remote, "shop/Order/1.0.json")["properties"]
            .as_object()
            .unwrap()
            .len(),
        31
    );
}

#[test]
fn what_was_pulled_is_taken_over_without_a_write() {
    let remote = filled(&[("shop@A", DRAFT_4, &[with_properties(1), with_properties(2)])]);
    let (exit, text, hints) = remote.run(&["pull"]);
    assert_eq!(exit, Some(0), "{text}{hints}");
    assert!(hints.contains("`schemactl push --adopt`"), "{hints}");
    let writes = remote.writes();
    let (_, text, hints) = remote.run(&["push", "--adopt", "--yes"]);
    assert_eq!(remote.writes(), writes, "{text}{hints}");
}

/// A copy of others need not have the words of the version that it was taken over as.
#[test]
fn what_was_taken_over_is_pulled_as_the_version_that_it_is() {
    let theirs = r#"{"title": "theirs", "type": ["object"], "properties": {"p0": {"type": ["string"]}}}"#;
    for types in ["", "types = [\"OpenApi3\"]"] {
        let remote = filled(&[("shop@A", DRAFT_4, &[theirs.to_owned(), with_properties(2)])]);
        remote.settings(types);
        remote.version("A", "1.0", "a");
        let file = remote.folder.path().join("schemas/shop/A/1.0.json");
        fs::write(&file, with_properties(1)).unwrap();
        let (exit, text, hints) = remote.run(&["push", "--adopt"]);
        assert!(
            text.contains("shop/A@1.0 is equal in the registry, and is adopted"),
            "{text}{hints}"
        );
        let text = pull(&remote, &[], 0);
        assert!(
            text.contains("= shop/A@1.0\n") && !text.contains("1.0.1"),
            "{exit:?} {text}"
        );
        assert!(text.contains("+ shop/A@1.1\n"), "{text}");
    }
}

#[test]
fn each_step_is_as_large_as_what_is_proved() {
    let one = with_properties(1);
    let narrowed = one.replace("\"string\"", "\"integer\"");
    let described = one.replace("{\"type\":\"string\"}", "{\"description\":\"d\",\"type\":\"string\"}");
    let versions = [
        one.clone(),
        described,
        with_properties(2),
        narrowed.clone(),
        one,
        with_properties(3),
    ];
    let remote = filled(&[("shop@Order", DRAFT_4, &versions)]);
    let text = pull(&remote, &[], 0);
    for line in [
        "+ shop/Order@1.0\n",
        "+ shop/Order@1.0.1\n",
        "+ shop/Order@1.1\n",
        "+ shop/Order@2.0\n",
        // The first schema again is a new version: what is the newest in the registry is the newest in the workspace.
        "+ shop/Order@3.0 is the schema of 1.0 again: the registry's version 5 went back to it\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    assert!(text.contains("6 versions written, 0 there already"), "{text}");
    assert_settled(&remote);
}

#[test]
fn an_export_of_whole_events_is_unwrapped() {
    let remote = Remote::empty("");
    let event = json!({
        "version": "0", "id": "1", "detail-type": "Order Placed", "source": "com.shop", "account": "000000000000",
        "time": "2026-11-24T10:00:00Z", "region": "us-east-1", "resources": [], "detail": { "id": 1, "to": { "city": "B" } },
    });
    let found = remote.aws(&[
        "get-discovered-schema",
        "--type",
        "JSONSchemaDraft4",
        "--events",
        &event.to_string(),
    ]);
    let content = found["Content"].as_str().unwrap().to_owned();
    let with_reference = json!({
        "$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "x-amazon-events-source": "com.shop",
        "x-amazon-events-detail-type": "Order Shipped", "required": ["detail", "source"],
        "properties": { "detail": { "$ref": "#/definitions/OrderShipped" }, "source": { "type": "string" } },
        "definitions": {
            "OrderShipped": { "type": "object", "properties": { "to": { "$ref": "#/definitions/an%20address" } } },
            "an address": { "type": "object", "properties": { "city": { "type": "string" } } },
        },
    });
    let text = json!({
        "x-amazon-events-source": "com.shop", "x-amazon-events-detail-type": "Notice", "type": "object",
        "properties": { "detail": { "type": "string" } },
    });
    let remote = filled(&[
        ("com.shop@OrderPlaced", DRAFT_4, &[content]),
        ("com.shop@OrderShipped", DRAFT_4, &[with_reference.to_string()]),
        ("com.shop@Notice", DRAFT_4, &[text.to_string()]),
    ]);
    pull(&remote, &[], 0);
    let placed = pulled(&remote, "com.shop/OrderPlaced/1.0.json");
    assert_eq!(placed["properties"]["id"], json!({ "type": "integer" }), "{placed:#}");
    assert!(placed.get("x-amazon-events-source").is_none() && placed["properties"].get("source").is_none());
    let shipped = pulled(&remote, "com.shop/OrderShipped/1.0.json");
    assert_eq!(shipped["properties"]["to"]["$ref"], "#/definitions/an%20address");
    assert_eq!(pulled(&remote, "com.shop/Notice/1.0.json")["type"], "string");
    let settings = fs::read_to_string(remote.folder.path().join("schemas/com.shop/OrderPlaced/event.toml")).unwrap();
    assert!(settings.contains("detail-type = \"Order Placed\""), "{settings}");
    assert_settled(&remote);
}

#[test]
fn openapi_of_both_versions_is_read_in_its_dialect() {
    let document = |version: &str, detail: &Value| {
        let name = format!("A {version}");
        let envelope = json!({ "type": "object", "x-amazon-events-source": "shop", "x-amazon-events-detail-type": name,
            "properties": { "detail": { "$ref": "#/components/schemas/A" } } });
        json!({ "openapi": version, "info": { "title": "A", "version": "1" }, "paths": {},
            "components": { "schemas": { "AWSEvent": envelope, "A": detail, "e f": { "type": "string" } } } })
        .to_string()
    };
    let reference = json!({ "$ref": "#/components/schemas/e%20f" });
    let old =
        json!({ "type": "object", "properties": { "a": { "type": "string", "nullable": true }, "b": reference } });
    let new = json!({ "type": "object", "properties": { "a": { "type": ["string", "null"], "const": "x" }, "b": reference } });
    let remote = filled(&[
        ("shop@Old", SchemaType::OpenApi3, &[document("3.0.3", &old)]),
        ("shop@New", SchemaType::OpenApi3, &[document("3.1.0", &new)]),
    ]);
    pull(&remote, &[], 0);
    let old = pulled(&remote, "shop/Old/1.0.json");
    assert_eq!(old["properties"]["a"]["type"], json!(["string", "null"]));
    assert_eq!(old["properties"]["b"]["$ref"], "#/definitions/e%20f");
    let new = pulled(&remote, "shop/New/1.0.json");
    assert_eq!(new["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(new["properties"]["b"]["$ref"], "#/$defs/e%20f");
    assert_settled(&remote);
}

#[test]
fn what_is_left_out_is_listed_and_no_success() {
    let components = |names: &[&str]| {
        let schemas: serde_json::Map<_, _> = names.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
        json!({ "openapi": "3.0.0", "info": { "title": "x" }, "components": { "schemas": schemas } }).to_string()
    };
    let lost = r##"{"type": "object", "properties": {"a": {"$ref": "#/definitions/none"}}}"##.to_owned();
    let remote = filled(&[
        ("shop@Several", SchemaType::OpenApi3, &[components(&["A", "B"])]),
        ("shop@Lost", DRAFT_4, &[lost]),
        ("shop@Good", DRAFT_4, &[with_properties(1)]),
    ]);
    let text = pull(&remote, &[], 5);
    assert!(
        text.contains("version 1 of shop@Several is left out: ") && text.contains("any of A, B"),
        "{text}"
    );
    assert!(text.contains("version 1 of shop@Lost is left out: "), "{text}");
    assert!(text.contains("+ shop/Good@1.0\n"), "{text}");
    // Whoever asked for quiet reads why the exit code is not 0.
    let quiet = pull(&remote, &["--quiet"], 5);
    let lines: Vec<_> = quiet.lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(
        lines,
        [
            "  ! version 1 of shop@Lost is left out",
            "  ! version 1 of shop@Several is left out"
        ]
    );
    let (exit, text, error) = remote.run(&["check"]);
    assert_eq!(exit, Some(0), "{text}{error}");
}

#[test]
fn a_version_with_two_schemas_is_the_last_one_and_a_difference_is_told() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "ours");
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    let direct = remote.client();
    let content = direct.read("shop@A", None).unwrap().unwrap().content;
    remote.add_version("shop@A", &content.replace("\"ours\"", "\"theirs\""), "another");
    let (exit, text, hints) = remote.run(&["pull"]);
    assert_eq!(
        exit,
        Some(6),
        "a difference is louder than what is left out: {text}{hints}"
    );
    for part in [
        "omitted versions are listed above",
        "files of the workspace that differ were kept",
    ] {
        assert!(hints.contains(part), "{part}: {hints}");
    }
    assert!(
        text.contains("version 1 of shop@A is left out: a different schema with the same version"),
        "{text}"
    );
    assert!(
        text.contains("! shop/A@1.0 is another schema in the workspace"),
        "{text}"
    );
    direct.delete_version("shop@A", "1").unwrap();
    pull(&remote, &[], 6);
    // The folder of a workspace that holds nothing but its settings is made.
    fs::remove_dir_all(remote.folder.path().join("schemas")).unwrap();
    fs::remove_file(remote.folder.path().join("schemactl.lock")).unwrap();
    pull(&remote, &[], 0);
    assert!(pulled(&remote, "shop/A/1.0.json")["properties"].get("theirs").is_some());
}

/// A schema of whole events, with more members beside its properties.
fn events(extension: &Value, source: &Value, detail_type: &Value) -> String {
    let mut events = json!({
        "type": "object", "properties": { "detail": { "type": "object" }, "source": source, "detail-type": detail_type },
    });
    let members = events.as_object_mut().unwrap();
    members.extend(extension.as_object().unwrap().clone());
    events.to_string()
}

fn envelope_of(detail_type: &str) -> Value {
    json!({ "x-amazon-events-source": "com.shop", "x-amazon-events-detail-type": detail_type })
}

/// Where `source` and `detail-type` of a pulled event come from: event.toml as it is written, and whether a line says that they are only a name.
#[test]
fn names_come_from_the_envelope_the_stamp_or_discovery_and_are_never_guessed_in_silence() {
    let plain = with_properties(1);
    let text = json!({ "type": "string" });
    let extended = envelope_of("order.sent");
    let stamp = |more: &str| {
        let stamp = format!(
            r#""x-schemactl":{{"event":"shop/Stamped","version":"1.0","digest":"sha256:{}"{more}}}"#,
            "0".repeat(64)
        );
        plain.replacen('{', &format!("{{{stamp},"), 1)
    };
    let cases = [
        (
            "shop@A",
            events(&extended, &text, &text),
            "com.shop",
            "order.sent",
            false,
        ),
        (
            "shop@A",
            events(
                &json!({}),
                &json!({ "enum": ["com.shop"] }),
                &json!({ "const": "order.sent" }),
            ),
            "com.shop",
            "order.sent",
            false,
        ),
        (
            "shop@A",
            events(&json!({}), &text, &json!({ "enum": ["order.sent"] })),
            "shop",
            "order.sent",
            false,
        ),
        (
            "shop@Stamped",
            stamp(r#","source":"com.shop","detail-type":"order.sent""#),
            "com.shop",
            "order.sent",
            false,
        ),
        ("shop@Stamped", stamp(""), "shop", "Stamped", true),
        ("shop@OrderSent", plain.clone(), "shop", "OrderSent", false),
        ("shop@order.sent", plain.clone(), "shop", "order.sent", true),
        ("shop@Order_Sent", plain.clone(), "shop", "Order_Sent", true),
        ("OrderSent", plain.clone(), "events", "OrderSent", true),
    ];
    for (schema, content, source, detail_type, is_guessed) in cases {
        let remote = filled(&[(schema, DRAFT_4, &[content])]);
        let told = pull(&remote, &[], if is_guessed { 5 } else { 0 });
        assert_eq!(
            told.contains("  ? nothing in the registry names "),
            is_guessed,
            "{schema}: {told}"
        );
        let name = schema
            .split_once('@')
            .map_or("events/OrderSent".to_owned(), |(source, name)| {
                format!("{source}/{name}")
            });
        let file = format!("schemas/{name}/event.toml");
        let settings = fs::read_to_string(remote.folder.path().join(&file)).unwrap();
        let registered_as = if schema.contains('@') {
            ""
        } else {
            "registered-as = \"OrderSent\"\n"
        };
        assert_eq!(
            settings,
            format!("source = \"{source}\"\ndetail-type = \"{detail_type}\"\n{registered_as}"),
            "{schema}"
        );
        // In the form of discovery only spaces and punctuation are missing, and that is said too.
        let is_discovered = schema == "shop@OrderSent";
        assert_eq!(
            told.contains("  ? shop/OrderSent has "),
            is_discovered,
            "{schema}: {told}"
        );
        assert_eq!(told.contains(&file), is_guessed || is_discovered, "{schema}: {told}");
    }
}

/// What the versions of a registry, or event.toml, name differently is told too.
#[test]
fn names_that_contradict_each_other_are_told() {
    let text = json!({ "type": "string" });
    let versions = ["order.shipped", "order.sent"].map(|name| events(&envelope_of(name), &text, &text));
    let remote = filled(&[("shop@A", DRAFT_4, &versions)]);
    for _ in 0..2 {
        let told = pull(&remote, &[], 5);
        assert!(
            told.contains(
                "name the detail-type `order.shipped` of shop/A, and schemas/shop/A/event.toml has `order.sent`"
            ),
            "{told}"
        );
    }
}

#[test]
fn what_check_finds_is_told_by_the_pull_that_brings_it() {
    let long = "x".repeat(129);
    let named = json!({
        "x-amazon-events-source": "shop", "x-amazon-events-detail-type": long, "properties": { "detail": { "type": "object" } },
    });
    let remote = filled(&[
        ("shop@Faulty", DRAFT_4, &[r#"{"type": "strng"}"#.to_owned()]),
        ("shop@Long", DRAFT_4, &[named.to_string()]),
        ("shop@Good", DRAFT_4, &[with_properties(1)]),
    ]);
    let (exit, text, hints) = remote.run(&["pull"]);
    assert_eq!(exit, Some(5), "{text}{hints}");
    let (exit, findings, _) = remote.run(&["check"]);
    assert_eq!(exit, Some(1), "{findings}");
    assert!(
        findings.contains("error[schema-invalid]: Faulty@1.0") && findings.contains("error["),
        "{findings}"
    );
    assert!(text.ends_with(&findings), "the same findings:\n{text}\n---\n{findings}");
    assert!(hints.contains("`schemactl check` reports the errors above"), "{hints}");
}

/// Schemas of which the names of some differ in case alone; the workspace has `shop/order`.
fn with_names_that_differ_in_case() -> Remote {
    let one = || vec![with_properties(1)];
    let remote = filled(&[
        ("Shop@A", DRAFT_4, &one()),
        ("shop@B", DRAFT_4, &one()),
        ("shop@Order", DRAFT_4, &one()),
        ("acme@ORDERPLACED", DRAFT_4, &[with_properties(2)]),
        ("acme@OrderPlaced", DRAFT_4, &one()),
        ("acme@orderplaced", DRAFT_4, &[with_properties(3)]),
        ("events@Order", DRAFT_4, &one()),
        ("Order", DRAFT_4, &one()),
    ]);
    remote.version("order", "1.0", "p0");
    remote
}

#[test]
fn schemas_whose_names_differ_in_case_get_folders_of_their_own() {
    let remote = with_names_that_differ_in_case();
    let told = pull(&remote, &[], 5);
    for (schema, event) in [
        ("Shop@A", "shop/A"),
        ("shop@Order", "shop/Order-2"),
        ("acme@ORDERPLACED", "acme/ORDERPLACED-2"),
        ("acme@orderplaced", "acme/orderplaced-3"),
    ] {
        assert!(told.contains(&format!("+ {event}@1.0")), "{event}: {told}");
        assert!(
            told.contains(&format!(
                "schema {schema} differs from another one in upper and lower case alone, and is {event} here"
            )),
            "{schema}: {told}"
        );
        let settings = remote.folder.path().join(format!("schemas/{event}/event.toml"));
        let settings = fs::read_to_string(settings).unwrap();
        let (source, name) = schema.split_once('@').unwrap();
        for line in [
            format!("source = \"{source}\""),
            format!("detail-type = \"{name}\""),
            format!("registered-as = \"{schema}\""),
        ] {
            assert!(settings.contains(&line), "{line}: {settings}");
        }
    }
    // What is spelt as events are keeps its name.
    assert!(
        told.contains("+ acme/OrderPlaced@1.0") && told.contains("+ shop/B@1.0"),
        "{told}"
    );
    // One event is one schema of the registry.
    let is_left_out = |schema: &str| {
        told.contains(&format!(
            "version 1 of {schema} is left out: the event events/Order is schema "
        ))
    };
    assert!(is_left_out("Order") != is_left_out("events@Order"), "{told}");
    let again = pull(&remote, &[], 5);
    assert!(again.contains("0 versions written"), "{again}");
    let writes = remote.writes();
    let (code, text, said) = remote.run(&["push", "--adopt"]);
    assert_eq!((code, remote.writes()), (Some(0), writes), "{text}{said}");
    assert!(
        text.contains("acme/orderplaced-3@1.0 is equal in the registry, and is adopted"),
        "{text}"
    );
}

/// Where no setting could keep the name of the schema, the folder of the other one is not made.
#[test]
fn folders_that_are_one_on_other_systems_are_not_made_for_another_registry() {
    let remote = with_names_that_differ_in_case();
    let settings = remote.folder.path().join("schemactl.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("\"events\"", "\"ours\"")).unwrap();
    let told = pull(&remote, &["--registry", "events"], 5);
    for line in [
        "version 1 of Shop@A is left out: its folder schemas/Shop differs from schemas/shop in upper and lower case alone",
        "version 1 of shop@Order is left out: its folder schemas/shop/Order differs from schemas/shop/order in upper and lower case alone",
        "+ shop/B@1.0",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
}
