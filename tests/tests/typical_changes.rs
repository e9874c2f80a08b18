//! The table of typical changes in `docs/concepts/versions.md` is what `schemactl diff` finds under the default policy. In: two schemas for each
//! row. Out: the table, with the number that each change needs and whom it breaks. `BLESS=1` rewrites it.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fmt::Write as _;
use std::fs;

use schemactl_tests::{binary, clean_command, compare_with_file, root, stdout};
use serde_json::{Value, json};

const PAGE: &str = "docs/concepts/versions.md";
const HEAD: &str = "| change | number | breaks |\n|---|---|---|\n";

/// Returns an object with one property, which is required or not.
fn object(name: &str, schema: &Value, is_required: bool) -> Value {
    let required: &[&str] = if is_required { &[name] } else { &[] };
    json!({"type": "object", "properties": {"id": {"type": "string"}, name: schema}, "required": required})
}

/// Returns an object whose property `value`, which is required, has a schema.
fn value(schema: &Value) -> Value {
    object("value", schema, true)
}

/// Returns the changes of properties: what is changed, the old schema, and the new one.
fn changes_of_properties() -> Vec<(&'static str, Value, Value)> {
    let text = json!({"type": "string"});
    let without = json!({"type": "object", "properties": {"id": {"type": "string"}}});
    let (optional, required) = (object("note", &text, false), object("note", &text, true));
    let closed = |schema: &Value| {
        let mut schema = schema.clone();
        schema["additionalProperties"] = json!(false);
        schema
    };
    vec![
        ("a new optional property", without.clone(), optional.clone()),
        (
            "a new optional property, in an object that is closed with `additionalProperties: false`",
            closed(&without),
            closed(&optional),
        ),
        (
            "the first property of an object that declares none",
            object("meta", &json!({"type": "object"}), false),
            object("meta", &without, false),
        ),
        (
            "a map is closed with `additionalProperties: false`",
            object("meta", &json!({"type": "object", "additionalProperties": text}), false),
            object("meta", &json!({"type": "object", "additionalProperties": false}), false),
        ),
        ("a new required property", without.clone(), required.clone()),
        ("an optional property is removed", optional.clone(), without.clone()),
        ("a required property is removed", required.clone(), without),
        (
            "an optional property becomes required",
            optional.clone(),
            required.clone(),
        ),
        ("a required property becomes optional", required.clone(), optional),
        (
            "a required property is renamed",
            required,
            object("remark", &text, true),
        ),
    ]
}

/// Returns the changes of values.
fn changes_of_values() -> Vec<(&'static str, Value, Value)> {
    let text = json!({"type": "string"});
    let (two, three) = (json!({"enum": ["EUR", "CHF"]}), json!({"enum": ["EUR", "CHF", "USD"]}));
    let extensible = |schema: &Value| {
        let mut schema = schema.clone();
        schema["x-extensible-enum"] = json!(true);
        value(&schema)
    };
    let most = |most: u32| value(&json!({"type": "integer", "maximum": most}));
    vec![
        ("an `enum` value is added", value(&two), value(&three)),
        (
            "an `enum` value is added, and `x-extensible-enum: true` is beside the `enum`",
            extensible(&two),
            extensible(&three),
        ),
        ("an `enum` value is removed", value(&three), value(&two)),
        ("a string becomes an `enum`", value(&text), value(&two)),
        (
            "the type changes, such as from string to integer",
            value(&text),
            value(&json!({"type": "integer"})),
        ),
        (
            "integer becomes number",
            value(&json!({"type": "integer"})),
            value(&json!({"type": "number"})),
        ),
        (
            "`null` is allowed too",
            value(&text),
            value(&json!({"type": ["string", "null"]})),
        ),
        ("a limit is tightened, such as a lower `maximum`", most(100), most(50)),
        ("a limit is relaxed, such as a higher `maximum`", most(50), most(100)),
        (
            "a `pattern` is added",
            value(&text),
            value(&json!({"type": "string", "pattern": "^[A-Z]+$"})),
        ),
    ]
}

/// Returns the changes that allow the same events.
fn changes_of_words() -> Vec<(&'static str, Value, Value)> {
    let text = json!({"type": "string"});
    let one = json!({"enum": ["EUR"]});
    vec![
        (
            "`title`, `description` or `examples` change",
            value(&text),
            value(&json!({"type": "string", "description": "A note."})),
        ),
        (
            "`format` is added, as an annotation",
            value(&text),
            value(&json!({"type": "string", "format": "email"})),
        ),
        (
            "the same schema is written in another way, such as `const` for an `enum` of one value",
            value(&one),
            value(&json!({"const": "EUR"})),
        ),
    ]
}

fn changes() -> Vec<(&'static str, Value, Value)> {
    [changes_of_properties(), changes_of_values(), changes_of_words()].concat()
}

/// Returns what the binary finds, a line for each change.
fn compare_all(changes: &[(&str, Value, Value)]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("changes.jsonl");
    let lines = changes
        .iter()
        .map(|(_, old, new)| json!({"draft": "draft2020-12", "old": old, "new": new}).to_string() + "\n");
    fs::write(&file, lines.collect::<String>()).unwrap();
    let mut diff = clean_command(&binary());
    let printed = stdout(&diff.args(["diff", "--batch"]).arg(&file).output().unwrap());
    printed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn the_table_of_typical_changes_is_what_the_engine_finds() {
    let changes = changes();
    let found = compare_all(&changes);
    assert_eq!(found.len(), changes.len());
    let mut table = HEAD.to_owned();
    for ((change, ..), found) in changes.iter().zip(found) {
        let is_broken = |direction: &str| found[direction]["verdict"] != "compatible";
        let breaks = match (is_broken("backward"), is_broken("forward")) {
            (false, false) => "nobody",
            (true, false) => "readers of the new version, with old events",
            (false, true) => "readers of the old version, with new events",
            (true, true) => "both",
        };
        writeln!(table, "| {change} | {} | {breaks} |", found["needed"].as_str().unwrap()).unwrap();
    }
    let file = root().join(PAGE);
    let page = fs::read_to_string(&file).unwrap();
    let (before, rest) = page.split_once(HEAD).expect("the page has the table");
    let (_, after) = rest.split_once("\n\n").expect("text follows the table");
    let wrong = compare_with_file(&file, &format!("{before}{table}\n{after}"));
    assert!(wrong.is_empty(), "{wrong}");
}
