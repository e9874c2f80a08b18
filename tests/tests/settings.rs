//! The published schemas of schemactl.toml and event.toml, for editors. They and the loader say the same: of every key, of values of another
//! type, of unknown keys; and what the loader rejects it rejects once, at its line, with exit code 2.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use schemactl_tests::{binary, clean_command, root};
use schemactl_workspace::Workspace;
use serde_json::{Value as Json, json};

const MANIFEST: &str = "version = 1\n[registry]\nname = \"r\"\n";
const EVENT: &str = "source = \"s\"\ndetail-type = \"d\"\n";

fn published(name: &str) -> Json {
    let text = fs::read_to_string(root().join("docs").join(format!("{name}.schema.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// TOML as editors hold it against a schema: a day is a text.
fn to_json(value: toml::Value) -> Json {
    match value {
        toml::Value::Datetime(day) => day.to_string().into(),
        toml::Value::Array(list) => list.into_iter().map(to_json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, to_json(value))).collect(),
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(value) => value.into(),
    }
}

/// What the loader says of a workspace with these two files.
fn load(manifest: &str, event: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let of_event = folder.path().join("schemas/n/E");
    fs::create_dir_all(&of_event).unwrap();
    fs::write(folder.path().join("schemactl.toml"), manifest).unwrap();
    fs::write(of_event.join("event.toml"), event).unwrap();
    match Workspace::load(folder.path()) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

/// One of the two files.
struct File {
    name: &'static str,
    schema: Json,
    validator: Validator,
    /// The least that it has to say.
    least: toml::Table,
}

fn files() -> [File; 2] {
    [("schemactl", MANIFEST), ("event", EVENT)].map(|(name, least)| {
        let schema = published(name);
        File {
            name,
            validator: jsonschema::validator_for(&schema).unwrap(),
            schema,
            least: least.parse().unwrap(),
        }
    })
}

impl File {
    fn load(&self, table: &toml::Table) -> Vec<String> {
        let text = table.to_string();
        if self.name == "event" {
            load(MANIFEST, &text)
        } else {
            load(&text, EVENT)
        }
    }

    fn accepts(&self, table: &toml::Table) -> bool {
        self.validator.is_valid(&to_json(table.clone().into()))
    }

    /// Asserts that loader and schema agree, and that the loader says one thing.
    fn assert_agreed(&self, table: &toml::Table, is_accepted: bool) {
        let errors = self.load(table);
        let agrees = errors.is_empty() == is_accepted && self.accepts(table) == is_accepted;
        assert!(agrees, "{}.toml: {errors:?}\n{table}", self.name);
        assert!(errors.len() <= 1, "{errors:?}");
    }
}

/// Every object of a schema, with the keys that lead to it. `*` is any key, `[]` an element.
fn objects<'s>(schema: &'s Json, path: &[String], found: &mut Vec<(Vec<String>, &'s Json)>) {
    if let Some(properties) = schema["properties"].as_object() {
        found.push((path.to_vec(), schema));
        for (key, below) in properties {
            objects(below, &[path, std::slice::from_ref(key)].concat(), found);
        }
    }
    if schema["additionalProperties"].is_object() {
        objects(
            &schema["additionalProperties"],
            &[path, &["*".to_owned()]].concat(),
            found,
        );
    }
    if schema["items"].is_object() {
        objects(&schema["items"], &[path, &["[]".to_owned()]].concat(), found);
    }
}

/// The table at a place, made where it is not there.
fn table_at<'t>(mut table: &'t mut toml::Table, path: &[String]) -> &'t mut toml::Table {
    let mut steps = path.iter().peekable();
    while let Some(step) = steps.next() {
        let key = if step == "*" { "some" } else { step };
        let is_list = steps.peek().is_some_and(|next| *next == "[]");
        let empty = || toml::Value::Table(toml::Table::new());
        let entry = table.entry(key).or_insert_with(|| {
            if is_list {
                toml::Value::Array(vec![empty()])
            } else {
                empty()
            }
        });
        table = if is_list {
            steps.next();
            entry.as_array_mut().unwrap()[0].as_table_mut().unwrap()
        } else {
            entry.as_table_mut().unwrap()
        };
    }
    table
}

/// A valid value of a key.
fn sample(schema: &Json) -> toml::Value {
    if let Some(only) = schema.get("const").or_else(|| schema["enum"].get(0)) {
        return toml::Value::try_from(only).unwrap();
    }
    match (schema["type"].as_str().unwrap(), schema["pattern"].as_str()) {
        ("string", Some(pattern)) if pattern.contains("{12}") => "111122223333".into(),
        ("string", Some(pattern)) if pattern.contains("a-f") => "0123456789ab".into(),
        ("string", Some(pattern)) if pattern.contains("{4}-") => "2027-01-31".into(),
        ("string", _) => "some".into(),
        ("integer", _) => 2.into(),
        ("boolean", _) => true.into(),
        ("array", _) if schema["items"]["properties"].is_object() => toml::Value::Array(Vec::new()),
        ("array", _) => toml::Value::Array(vec![sample(&schema["items"])]),
        _ => {
            let mut table = toml::Table::new();
            for name in schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Json::as_str)
            {
                table.insert(name.to_owned(), sample(&schema["properties"][name]));
            }
            table.into()
        }
    }
}

#[test]
fn every_key_is_in_both_and_wrong_ones_are_refused_by_both() {
    let (mut keys, mut refused) = (0, 0);
    for file in files() {
        let mut found = Vec::new();
        objects(&file.schema, &[], &mut found);
        for (path, object) in found {
            let mut table = file.least.clone();
            let own = table_at(&mut table, &path);
            for name in object["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Json::as_str)
            {
                own.entry(name).or_insert_with(|| sample(&object["properties"][name]));
            }
            for (key, schema) in object["properties"].as_object().unwrap() {
                let with = |value: toml::Value| {
                    let mut table = table.clone();
                    table_at(&mut table, &path).insert(key.clone(), value);
                    table
                };
                file.assert_agreed(&with(sample(schema)), true);
                assert!(
                    schema["title"].is_string() && schema["description"].is_string(),
                    "{key}"
                );
                let is_text = sample(schema).is_str();
                let wrong: toml::Value = if is_text { 7.into() } else { "seven".into() };
                file.assert_agreed(&with(wrong), false);
                if schema.get("enum").is_some() || schema["pattern"].as_str().is_some_and(|pattern| pattern != "\\S") {
                    file.assert_agreed(&with("no / such.. value".into()), false);
                    refused += 1;
                }
                keys += 1;
                refused += 1;
            }
            table_at(&mut table, &path).insert("colour".to_owned(), 1.into());
            file.assert_agreed(&table, false);
            // serde lists what it knows: the reverse of what was tried.
            let [said] = &file.load(&table)[..] else { panic!() };
            let known: BTreeSet<&str> = said.split('`').skip(3).step_by(2).collect();
            let ours: BTreeSet<&str> = object["properties"]
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            assert_eq!(known, ours, "{said}");
        }
    }
    assert!(keys > 40 && refused > 55, "{keys} keys, {refused} refused");
}

#[test]
fn values_at_the_edge_are_told_alike() {
    let [manifest, event] = files();
    let with = |file: &File, path: &[&str], key: &str, value: toml::Value| {
        let mut table = file.least.clone();
        let path: Vec<String> = path.iter().map(ToString::to_string).collect();
        table_at(&mut table, &path).insert(key.to_owned(), value);
        table
    };
    let text = |text: &str| toml::Value::from(text);
    for (path, key, value, is_accepted) in [
        (&["registry"][..], "keep", toml::Value::from(0), false),
        (&["registry"], "keep", 1.into(), true),
        (&["registry"], "keep", 100.into(), true),
        (&["registry"], "keep", 101.into(), false),
        (&["registry"], "name", text("aws.events"), false),
        (&["registry"], "name", text(""), false),
        (&["registry"], "name", text(&"r".repeat(64)), true),
        (&["registry"], "name", text(&"r".repeat(65)), false),
        (&["registry"], "types", toml::Value::Array(Vec::new()), false),
        (&["registry"], "types", vec!["OpenApi3", "OpenApi3"].into(), false),
        (
            &["registry"],
            "types",
            vec!["OpenApi3", "JSONSchemaDraft4"].into(),
            true,
        ),
        (&[], "version", 2.into(), false),
        (&["env", "prod"], "account", text("11112222333"), false),
        (&["env", "prod"], "registry", text("aws.x"), false),
        (&["check"], "formats", text("Assertion"), false),
    ] {
        manifest.assert_agreed(&with(&manifest, path, key, value), is_accepted);
    }
    for (field, is_accepted) in [
        ("a.b", true),
        ("/a.b/c~1d", true),
        ("", false),
        ("a..b", false),
        ("/a~2", false),
        ("/", false),
        ("a.", false),
        (".a", false),
        ("$a", true),
    ] {
        event.assert_agreed(&with(&event, &[], "version-field", text(field)), is_accepted);
    }
}

#[test]
fn every_file_that_is_here_is_valid() {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.ends_with("schemactl.toml") || path.ends_with("event.toml") {
                found.push(path);
            }
        }
    }
    let mut found = vec![root().join("schemactl.toml")];
    collect(&root().join("schemas"), &mut found);
    collect(&root().join("tests/cases"), &mut found);
    let [manifest, event] = files();
    let mut invalid = BTreeSet::new();
    for path in &found {
        let file = if path.ends_with("event.toml") {
            &event
        } else {
            &manifest
        };
        let table = fs::read_to_string(path).unwrap().parse::<toml::Table>();
        if !table.is_ok_and(|table| file.accepts(&table)) {
            let case = path.strip_prefix(root().join("tests/cases")).unwrap();
            invalid.insert(
                case.components()
                    .nth(1)
                    .unwrap()
                    .as_os_str()
                    .to_str()
                    .unwrap()
                    .to_owned(),
            );
        }
    }
    assert!(found.len() > 200, "{}", found.len());
    // Cases of what the loader rejects.
    let expected = [
        "base-unreadable",
        "errors-as-json",
        "manifest-malformed",
        "manifest-unknown-key",
        "policy-unknown",
    ];
    assert_eq!(invalid, expected.map(str::to_owned).into());
}

#[test]
fn a_mistake_is_told_once_at_its_line_with_what_was_meant() {
    for (manifest, event, line, parts) in [
        (
            "regstry = 1\n",
            "",
            "schemactl.toml:1:1",
            &["did you mean `registry`?"][..],
        ),
        (
            "version = 1\n[registry]\nname = \"r\"\n[check]\nmode = \"ful\"\n",
            "",
            "schemactl.toml:5:8",
            &["`full-transitive`", "did you mean `full`?"],
        ),
        (
            "version = 1\n[registry]\nname = \"r\"\n[check]\npolicy = \"tolerant-readr\"\n",
            "",
            "schemactl.toml:5:10",
            &["did you mean `tolerant-reader`?", "open-strict"],
        ),
        (
            "version = 1\n[registry]\nname = \"r\"\nname = \"s\"\n",
            "",
            "schemactl.toml:4:1",
            &["duplicate key"],
        ),
        (
            "version = 1\n[registry]\nname = \"r\"\nkeep = \"many\"\n",
            "",
            "schemactl.toml:4:8",
            &["string", "expected"],
        ),
        (
            MANIFEST,
            "source = \"s\"\ndetail-type = \"d\"\nstatus = \"betta\"\n",
            "event.toml:3:10",
            &["`stable`", "did you mean `beta`?"],
        ),
        (
            MANIFEST,
            "source = \"s\"\ndetial-type = \"d\"\n",
            "event.toml:2:1",
            &["did you mean `detail-type`?"],
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let of_event = folder.path().join("schemas/n/E");
        fs::create_dir_all(&of_event).unwrap();
        fs::write(folder.path().join("schemactl.toml"), manifest).unwrap();
        fs::write(
            of_event.join("event.toml"),
            if event.is_empty() { EVENT } else { event },
        )
        .unwrap();
        let mut check = clean_command(&binary());
        let output = check.current_dir(folder.path()).arg("check").output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert_eq!(said.matches("error").count(), 1, "{said}");
        for part in parts.iter().chain([&line]) {
            assert!(said.contains(part), "{part} is not in\n{said}");
        }
    }
    assert_eq!(json!(load(MANIFEST, EVENT)), json!([]));
}

/// A key that is missing or in the wrong file: the line after the message says what to write.
#[test]
fn a_missing_or_misplaced_key_says_what_to_write() {
    let whole = "source = \"shop\"\ndetail-type = \"A\"\n";
    let settings = "version = 1\n[registry]\nname = \"events\"\n";
    for (manifest, event, part) in [
        (settings, "detail-type = \"A\"\n", "add `source`"),
        (settings, "source = \"shop\"\n", "add `detail-type`"),
        (
            settings,
            &format!("{whole}version = 1\n"),
            "a version of the event is a file beside event.toml, such as 1.0.json",
        ),
        (
            &settings.replace("version = 1\n", ""),
            whole,
            "write `version = 1` at the top",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("schemas/shop/A");
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(folder.path().join("schemactl.toml"), manifest).unwrap();
        std::fs::write(place.join("event.toml"), event).unwrap();
        std::fs::write(place.join("1.0.json"), "{\"type\": \"object\"}").unwrap();
        let mut check = schemactl_tests::clean_command(&schemactl_tests::binary());
        let output = check.current_dir(folder.path()).arg("check").output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(part), "{part}: {text}");
    }
}
