//! Laws of all conversions between majors. Every property of the older version has exactly one outcome, and what both versions have under
//! one path goes over if each of its values is one of the older version: the containment engine, which knows no types, says
//! whether that is so. In: the workspaces of the tests, and of `SCHEMACTL_CONVERSIONS`, a list of folders as in `PATH`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::path::{Path, PathBuf};

use schemactl_compat::{ContainmentEngine, Engine, Schema, Semantics, Verdict};
use schemactl_containment::{from_serde_json, to_serde_json};
use schemactl_generate::{Settings, describe_conversions};
use schemactl_model::EventRef;
use schemactl_workspace::Workspace;
use serde_json::{Value, json};

/// The starts of all outcomes that a property can have.
const OUTCOMES: [&str; 7] = [
    "copy ",
    "rename ",
    "unnamed: ",
    "constant",
    "version ",
    "gap ",
    "optional gap ",
];

/// A conversion as text, and the schemas of both sides.
struct Pair {
    event: String,
    program: Vec<String>,
    new: Value,
    old: Value,
}

fn workspaces() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let cases = std::fs::read_dir(root.join("tests/cases/conversions")).unwrap();
    let mut folders: Vec<_> = cases.map(|case| case.unwrap().path()).collect();
    folders.extend([root.clone(), root.join("tests/cases/events")]);
    folders.extend(
        std::env::var_os("SCHEMACTL_CONVERSIONS")
            .iter()
            .flat_map(std::env::split_paths),
    );
    folders
}

fn pairs(folder: &Path) -> Vec<Pair> {
    let workspace = Workspace::load(folder).unwrap();
    let mut pairs: Vec<Pair> = Vec::new();
    for (name, event) in &workspace.events {
        let reference: EventRef = name.to_string().parse().unwrap();
        let Ok(text) = describe_conversions(&workspace, &[reference], &Settings::default()) else {
            continue;
        };
        let schema = |version: &str| {
            let found = event
                .versions
                .values()
                .find(|found| found.version.to_string() == version);
            to_serde_json(found.unwrap().document.root()).unwrap()
        };
        for line in text.lines() {
            if line.starts_with(' ') {
                pairs.last_mut().unwrap().program.push(line.to_owned());
            } else {
                let words: Vec<_> = line.rsplit(' ').collect();
                let (old, new) = (schema(words[0]), schema(words[2]));
                let event = line.to_owned();
                pairs.push(Pair {
                    event,
                    program: Vec::new(),
                    new,
                    old,
                });
            }
        }
    }
    pairs
}

/// The operations on properties: what comes out, and how.
fn operations(program: &[String]) -> impl Iterator<Item = (&str, &str)> {
    let lines = program.iter().filter_map(|line| line.strip_prefix("    "));
    lines
        .filter_map(|line| line.split_once(" = "))
        .filter(|(key, _)| *key != "others")
}

#[test]
fn every_property_of_the_older_version_has_one_outcome() {
    let mut seen = 0;
    for pair in workspaces().iter().flat_map(|folder| pairs(folder)) {
        for (key, outcome) in operations(&pair.program) {
            seen += 1;
            let known = OUTCOMES.iter().any(|start| outcome.starts_with(start));
            assert!(known, "{}: {key} = {outcome}", pair.event);
        }
        let Some(properties) = pair.old["properties"].as_object() else {
            continue;
        };
        let mut routines = pair.program.split(|line| !line.starts_with("    "));
        let root: Vec<_> = routines.nth(1).unwrap().to_vec();
        if root[0].trim_start().starts_with("gap ") {
            continue;
        }
        for key in properties
            .iter()
            .filter(|(_, schema)| **schema != false)
            .map(|(key, _)| key)
        {
            let outcomes = operations(&root).filter(|(to, _)| to == key).count();
            assert_eq!(outcomes, 1, "{}: {key}", pair.event);
        }
    }
    assert!(seen > 100, "{seen}");
}

/// A subschema by the path of a gap, with the definitions of its document, and whether its object requires it.
fn find_subschema(document: &Value, path: &str) -> Option<(Value, bool)> {
    let resolve = |node: &Value| {
        let mut node = node.clone();
        for _ in 0..20 {
            let Some(pointer) = node.get("$ref").and_then(Value::as_str) else {
                break;
            };
            node = document.pointer(pointer.strip_prefix('#')?)?.clone();
        }
        Some(node)
    };
    let (mut node, mut required) = (document.clone(), true);
    for step in path.split('.') {
        let lists = step.len() - step.trim_end_matches("[]").len();
        node = resolve(&node)?;
        let key = step.trim_end_matches("[]");
        node = if key == "*" {
            node.get("additionalProperties")?.clone()
        } else {
            let names = node.get("required").and_then(Value::as_array);
            required = names.is_some_and(|names| names.iter().any(|name| name == key));
            node.get("properties")?.get(key)?.clone()
        };
        for _ in 0..lists / 2 {
            node = resolve(&node)?.get("items")?.clone();
        }
    }
    let mut whole = json!({ "allOf": [node] });
    for key in ["$schema", "$defs", "definitions"] {
        if let Some(value) = document.get(key) {
            whole[key] = value.clone();
        }
    }
    Some((whole, required))
}

/// Returns whether every value of one schema is one of another, as the engine has it.
fn ask_engine(new: &Value, old: &Value) -> Verdict {
    let engine = ContainmentEngine::new(Semantics::default());
    let (new, old) = (from_serde_json(new), from_serde_json(old));
    let dialect = schemactl_model::Dialect::Draft202012;
    engine.contains(&Schema::new(&new, dialect), &Schema::new(&old, dialect))
}

#[test]
fn what_both_versions_have_goes_over() {
    let (mut asked, mut lost) = (0, Vec::new());
    let pairs: Vec<_> = workspaces().iter().flat_map(|folder| pairs(folder)).collect();
    for pair in &pairs {
        for (_, outcome) in operations(&pair.program) {
            let Some((_, path)) = outcome.split_once("gap ").and_then(|(_, gap)| gap.split_once(" for ")) else {
                continue;
            };
            let (Some((new, is_there)), Some((old, is_needed))) =
                (find_subschema(&pair.new, path), find_subschema(&pair.old, path))
            else {
                continue;
            };
            asked += 1;
            let is_proved = matches!(ask_engine(&new, &old), Verdict::Compatible);
            if is_proved && (is_there || !is_needed) {
                lost.push(format!("{}: {path}", pair.event));
            }
        }
    }
    let count = (pairs.len(), lost.len());
    println!(
        "{} conversions, {asked} gaps of properties that both versions have, {} of one schema",
        count.0, count.1
    );
    assert!(lost.is_empty(), "{lost:#?}");
    assert!(asked > 5, "{asked}");
}

/// A property that is copied as it is, or by a conversion of its type alone, has no value that the older version rejects.
#[test]
fn what_goes_over_is_valid_there() {
    let (mut asked, mut wrong) = (0, Vec::new());
    for pair in workspaces().iter().flat_map(|folder| pairs(folder)) {
        let mut routines = pair.program.split(|line| !line.starts_with("    "));
        let root: Vec<_> = routines.nth(1).unwrap_or_default().to_vec();
        let carries = root.iter().any(|line| line.trim() == "others = carry: keep");
        let others = carries
            .then(|| find_subschema(&pair.new, "*").zip(find_subschema(&pair.old, "*")))
            .flatten();
        if let Some(((new, _), (old, _))) = others {
            asked += 1;
            let found = ask_engine(&new, &old).witness().cloned();
            wrong.extend(found.map(|event| format!("{}: others: {event:?}", pair.event)));
        }
        for (key, outcome) in operations(&root) {
            if outcome.starts_with("unnamed: ") {
                let (new, old) = (find_subschema(&pair.new, "*"), find_subschema(&pair.old, key));
                let found = new
                    .zip(old)
                    .and_then(|((new, _), (old, _))| ask_engine(&new, &old).witness().cloned());
                asked += 1;
                wrong.extend(found.map(|event| format!("{}: {key} = {outcome}: {event:?}", pair.event)));
            }
            let copied = outcome.strip_prefix("copy ").or(outcome.strip_prefix("rename "));
            let Some((source, how)) = copied.and_then(|copied| copied.split_once(": ")) else {
                continue;
            };
            // A value of another type of the event is converted property by property.
            if how.contains("call ") || how.contains("JSON") {
                continue;
            }
            let (Some((new, _)), Some((old, _))) = (find_subschema(&pair.new, source), find_subschema(&pair.old, key))
            else {
                continue;
            };
            asked += 1;
            if let Some(event) = ask_engine(&new, &old).witness() {
                wrong.push(format!("{}: {key} = {outcome}: {event:?}", pair.event));
            }
        }
    }
    println!("{asked} properties that go over");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(asked > 40, "{asked}");
}

/// Returns the schema of an alternative, by what tells it; `None` where only the others tell it.
fn find_alternative(union: &Value, told_by: &str) -> Option<Value> {
    let list = |names: &str| names.split(", ").map(Value::from).collect::<Vec<_>>();
    let told = match told_by.split_once(" is ") {
        Some(("its type", kinds)) => json!({ "type": list(kinds) }),
        Some(("it", _)) => return None,
        Some((tag, values)) => {
            // A tag that is no text is given as JSON.
            let others = values.split(", ").filter_map(|value| serde_json::from_str(value).ok());
            let values: Vec<Value> = list(values).into_iter().chain(others).collect();
            json!({"properties": {tag: {"enum": values}}, "required": [tag]})
        }
        None => json!({ "required": list(told_by.strip_prefix("it has ")?) }),
    };
    let mut schema = union.clone();
    schema["allOf"].as_array_mut()?.push(told);
    Some(schema)
}

/// A producer is asked about an alternative only if the older version has no place for some of its values, and about no other one.
#[test]
fn only_new_alternatives_of_a_union_are_gaps() {
    let (mut asked, mut wrong) = (0, Vec::new());
    for pair in workspaces().iter().flat_map(|folder| pairs(folder)) {
        for line in pair.program.iter().filter(|line| line.starts_with("    ")) {
            let gap = line.split_once(": gap ").or(line.split_once(": optional gap "));
            let Some((place, told_by)) = gap.and_then(|(_, gap)| gap.split_once(" where ")) else {
                continue;
            };
            let path = place.split_once(" for ").map_or("", |(_, path)| path);
            let (Some((new, _)), Some((old, _))) = (find_subschema(&pair.new, path), find_subschema(&pair.old, path))
            else {
                continue;
            };
            let Some(alternative) = find_alternative(&new, told_by) else {
                continue;
            };
            asked += 1;
            if matches!(ask_engine(&alternative, &old), Verdict::Compatible) {
                wrong.push(format!("{}: {line}", pair.event));
            }
        }
    }
    println!("{asked} alternatives that are gaps");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(asked > 4, "{asked}");
}
