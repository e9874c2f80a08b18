//! `check`, `diff` and `diff --batch` have one verdict: over random pairs of schemas under the default settings, as versions of an event and as files. In:
//! objects with and without names, closed and open, and one to two edits of them. `SCHEMACTL_AGREEMENT` sets the number of pairs.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use schemactl_tests::{binary, clean_command};
use serde_json::{Value, json};

#[path = "../../registry/compat/tests/common/random.rs"]
mod random;

use random::Random;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

fn value_schema(random: &mut Random) -> Value {
    random
        .pick(&[
            json!({}),
            json!({"type": "string"}),
            json!({"type": "integer"}),
            json!({"type": ["string", "null"]}),
            json!({"enum": ["x", "y"]}),
            json!({"const": "x"}),
            json!({"type": "number", "minimum": 0}),
            json!({"type": "number", "minimum": 1}),
            json!({"type": "string", "format": "email"}),
            json!({"type": "string", "default": "x"}),
        ])
        .clone()
}

/// An object: a map, one with names, or something between them.
fn object_schema(random: &mut Random, depth: usize) -> Value {
    let mut schema =
        json!({"type": random.pick(&[json!("object"), json!("object"), json!(["object", "null"])]).clone()});
    if random.percent(60) {
        schema["properties"] = json!({});
        for _ in 0..random.below(4) {
            let name = *random.pick(&NAMES);
            schema["properties"][name] = if depth > 0 && random.percent(50) {
                object_schema(random, depth - 1)
            } else {
                value_schema(random)
            };
        }
    }
    if random.percent(30) {
        let rest = [
            json!(false),
            json!(true),
            json!({}),
            json!({"type": "string"}),
            json!({"type": "integer"}),
        ];
        schema["additionalProperties"] = random.pick(&rest).clone();
    }
    if random.percent(25) {
        schema["required"] = json!([random.pick(&NAMES)]);
    }
    let rare = [
        ("minProperties", json!(1)),
        ("maxProperties", json!(2)),
        ("propertyNames", json!({"pattern": "^[a-z]$"})),
        ("patternProperties", json!({"^x": {"type": "string"}})),
        ("dependentRequired", json!({"a": ["b"]})),
        ("not", json!({"required": ["a", "b"]})),
        ("unevaluatedProperties", json!(false)),
    ];
    for (keyword, value) in rare {
        if random.percent(7) {
            schema[keyword] = value;
        }
    }
    if random.percent(10) {
        schema["if"] = json!({"required": ["a"]});
        schema["then"] = json!({"required": ["b"], "properties": {"c": value_schema(random)}});
    }
    schema
}

/// Replaces, adds or removes a keyword or a property somewhere in an object.
fn edit_schema(random: &mut Random, schema: &mut Value) {
    let inner: Vec<String> = schema["properties"]
        .as_object()
        .map(|properties| {
            properties
                .iter()
                .filter(|(_, value)| value["type"] == "object")
                .map(|(name, _)| name.clone())
                .collect()
        })
        .unwrap_or_default();
    if !inner.is_empty() && random.percent(60) {
        let name = random.pick(&inner).clone();
        return edit_schema(random, &mut schema["properties"][&name]);
    }
    let other = object_schema(random, 1);
    let members = schema.as_object_mut().unwrap();
    match random.below(4) {
        0 => {
            let keys: Vec<String> = members.keys().filter(|key| *key != "type").cloned().collect();
            if !keys.is_empty() {
                members.remove(random.pick(&keys));
            }
        }
        1 | 2 => {
            let properties = members.entry("properties").or_insert_with(|| json!({}));
            properties[*random.pick(&NAMES)] = value_schema(random);
        }
        _ => {
            let keys: Vec<String> = other.as_object().unwrap().keys().cloned().collect();
            let key = random.pick(&keys).clone();
            members.insert(key.clone(), other[&key].clone());
        }
    }
}

fn random_pairs(random: &mut Random, count: usize) -> Vec<(Value, Value)> {
    let root = |mut schema: Value| {
        schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        schema["type"] = json!("object");
        schema
    };
    let one = |_| {
        let old = object_schema(random, 2);
        let mut new = old.clone();
        for _ in 0..=random.below(2) {
            edit_schema(random, &mut new);
        }
        (root(old), root(new))
    };
    (0..count).map(one).collect()
}

fn printed(folder: &Path, arguments: &[&str]) -> String {
    let mut command = clean_command(&binary());
    let output = command.args(arguments).current_dir(folder).output().unwrap();
    assert!(
        output.status.code().is_some_and(|code| code < 2),
        "{arguments:?}: {output:?}"
    );
    String::from_utf8(output.stdout).unwrap()
}

fn write_pairs(folder: &Path, pairs: &[(Value, Value)]) {
    fs::write(
        folder.join("schemactl.toml"),
        "version = 1\n\n[registry]\nname = \"test\"\n",
    )
    .unwrap();
    let mut lines = String::new();
    for (index, (old, new)) in pairs.iter().enumerate() {
        let event = folder.join(format!("schemas/test/E{index}"));
        fs::create_dir_all(&event).unwrap();
        fs::write(
            event.join("event.toml"),
            format!("source = \"test\"\ndetail-type = \"E{index}\"\n"),
        )
        .unwrap();
        fs::write(event.join("1.0.json"), old.to_string()).unwrap();
        fs::write(event.join("1.1.json"), new.to_string()).unwrap();
        writeln!(lines, "{}", json!({"id": index.to_string(), "old": old, "new": new})).unwrap();
    }
    fs::write(folder.join("pairs.jsonl"), lines).unwrap();
}

/// What a command finds: both verdicts, the step that the change needs, and the rules of what breaks.
type Judgement = (Value, Value, Value, BTreeSet<String>);

fn judgement_of_check(report: &Value, event: &str) -> Judgement {
    let of_event = |one: &&Value| one["event"] == event;
    let comparison = report["comparisons"].as_array().unwrap().iter().find(of_event).unwrap();
    let breaks = report["findings"].as_array().unwrap().iter().filter(of_event);
    let breaks = breaks.filter(|finding| finding["direction"].is_string() && finding["severity"] == "error");
    (
        comparison["backward"]["verdict"].clone(),
        comparison["forward"]["verdict"].clone(),
        comparison["needed"].clone(),
        breaks
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect(),
    )
}

fn judgement_of_diff(found: &Value) -> Judgement {
    let rules = found["rules"].as_object().unwrap().values();
    let rules = rules.flat_map(|rules| rules.as_array().unwrap());
    (
        found["backward"]["verdict"].clone(),
        found["forward"]["verdict"].clone(),
        found["needed"].clone(),
        rules.map(|rule| rule.as_str().unwrap().to_owned()).collect(),
    )
}

#[test]
fn check_and_diff_have_one_verdict_of_a_pair() {
    let count = std::env::var("SCHEMACTL_AGREEMENT").map_or(60, |count| count.parse().unwrap());
    let mut random = Random::new(16);
    let pairs = random_pairs(&mut random, count);
    let folder = tempfile::tempdir().unwrap();
    write_pairs(folder.path(), &pairs);
    let report: Value = serde_json::from_str(&printed(folder.path(), &["check", "--format", "json"])).unwrap();
    let batch = printed(folder.path(), &["diff", "--batch", "pairs.jsonl"]);
    let mut majors = 0;
    for ((index, line), (old, new)) in batch.lines().enumerate().zip(&pairs) {
        let of_batch = judgement_of_diff(&serde_json::from_str(line).unwrap());
        let versions = [format!("E{index}@1.0"), format!("E{index}@1.1")];
        let of_versions = printed(folder.path(), &["diff", &versions[0], &versions[1], "--format", "json"]);
        let of_versions = judgement_of_diff(&serde_json::from_str(&of_versions).unwrap());
        let of_check = judgement_of_check(&report, &format!("test/E{index}"));
        assert_eq!(of_check, of_batch, "check and diff --batch: {old} → {new}");
        assert_eq!(of_check, of_versions, "check and diff: {old} → {new}");
        let summary = report["summaries"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["event"] == format!("test/E{index}"));
        let needs_major = summary.unwrap()["needed"] == "2.0";
        assert_eq!(of_check.2 == "major", needs_major, "the number: {old} → {new}");
        majors += usize::from(needs_major);
    }
    assert!(majors * 5 > count && majors < count, "{majors} majors of {count} pairs");
}

/// A schema names its dialect in one way, whichever command reads a batch of them: the same dialect, or the same words.
#[test]
fn batches_read_the_dialect_of_a_schema_in_one_way() {
    // In draft-04 `const` is no keyword.
    let schemas = [
        json!({"properties": {"n": {"const": 1}}}),
        json!({"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"n": {"const": 1}}}),
        json!({"$schema": 5}),
        json!({"$schema": "http://json-schema.org/draft-03/schema#"}),
        json!({"$schema": null}),
    ];
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, line: &dyn Fn(&Value) -> Value| {
        let lines = schemas.iter().map(|schema| line(schema).to_string() + "\n");
        fs::write(folder.path().join(file), lines.collect::<String>()).unwrap();
    };
    write(
        "diff.jsonl",
        &|schema| json!({"old": schema, "new": {"properties": {"n": {"const": 1}}}}),
    );
    write(
        "pattern.jsonl",
        &|schema| json!({"schema": schema, "source": "a", "detail-type": "b", "pattern": {"detail": {"n": [2]}}}),
    );
    let answers = |arguments: &[&str]| -> Vec<Value> {
        let mut command = clean_command(&binary());
        let output = command.args(arguments).current_dir(folder.path()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let of_diff = answers(&["diff", "--batch", "diff.jsonl"]);
    let of_pattern = answers(&["pattern", "check", "--batch", "pattern.jsonl"]);
    let read = |index: usize| (&of_diff[index]["backward"]["verdict"], &of_pattern[index]["matches"]);
    assert_eq!(read(0), (&json!("compatible"), &json!("never")));
    assert_eq!(read(1), (&json!("incompatible"), &json!("some")));
    for index in 2..schemas.len() {
        let message = of_diff[index]["error"]["message"].as_str().unwrap();
        assert!(message.starts_with("unknown dialect `"), "{message}");
        assert_eq!(of_diff[index]["error"]["pointer"], "/$schema");
        assert_eq!(
            of_pattern[index]["error"]["message"],
            format!("{message} (at /$schema)")
        );
    }
}
