//! The pages of the settings files and of the reports are made of the published JSON Schemas, and keep their examples, which pages.rs runs.
//! `BLESS=1` rewrites them.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fmt::Write as _;
use std::fs;

use schemactl_tests::{compare_with_file, names_in, root};
use serde_json::{Map, Value};

/// A page, the schema that it is made of, and how a nested object is written: `[registry]` in TOML, `findings[]` in JSON.
const PAGES: [(&str, &str, Notation); 7] = [
    (
        "docs/reference/schemactl-toml.md",
        "docs/schemactl.schema.json",
        Notation::Toml,
    ),
    ("docs/reference/event-toml.md", "docs/event.schema.json", Notation::Toml),
    ("docs/reference/report.md", "docs/report.schema.json", Notation::Json),
    ("docs/reference/diff-report.md", "docs/diff.schema.json", Notation::Json),
    (
        "docs/reference/batch-report.md",
        "docs/batch.schema.json",
        Notation::Json,
    ),
    ("docs/reference/plan-report.md", "docs/plan.schema.json", Notation::Json),
    (
        "docs/reference/validate-report.md",
        "docs/validate.schema.json",
        Notation::Json,
    ),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Notation {
    Toml,
    Json,
}

/// A section of a page.
struct Section<'s> {
    title: String,
    description: &'s str,
    object: &'s Value,
}

fn text<'v>(schema: &'v Value, key: &str) -> &'v str {
    schema[key].as_str().unwrap_or_default()
}

/// Returns text as it stands in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|").replace('<', "\\<")
}

fn code(value: &Value) -> String {
    format!("`{}`", value.to_string().replace('|', "\\|"))
}

/// Returns the name of the definition that a schema refers to.
fn definition_of(schema: &Value) -> Option<&str> {
    text(schema, "$ref").strip_prefix("#/$defs/")
}

fn link(name: &str) -> String {
    format!("[{name}](#{})", name.to_lowercase())
}

/// Returns the type of a value in words.
fn type_of(schema: &Value) -> String {
    if let Some(name) = definition_of(schema) {
        return link(name);
    }
    if let Some(options) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
        return options.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    let mut types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    // What every allowed value is need not be said.
    if let (true, Some(values)) = (types.is_empty(), schema["enum"].as_array()) {
        types.extend(
            values
                .first()
                .map(|value| if value.is_string() { "string" } else { "value" }),
        );
    }
    if let (true, Some(value)) = (types.is_empty(), schema.get("const")) {
        types.push(if value.is_number() { "integer" } else { "string" });
    }
    if types.is_empty() {
        return "any".to_owned();
    }
    let items = &schema["items"];
    let of_items = if items.is_object() {
        format!(" of {}", type_of(items))
    } else {
        String::new()
    };
    let types = types.iter().map(|name| {
        if *name == "array" {
            format!("array{of_items}")
        } else {
            (*name).to_owned()
        }
    });
    types.collect::<Vec<_>>().join(" or ")
}

/// Returns what a value has to be beside its type, and its default.
fn limits_of(schema: &Value) -> String {
    let mut limits = Vec::new();
    let values = schema["enum"].as_array().or_else(|| schema["items"]["enum"].as_array());
    if let Some(values) = values {
        limits.push(values.iter().map(code).collect::<Vec<_>>().join(", "));
    }
    if let Some(value) = schema.get("const") {
        limits.push(code(value));
    }
    // A constant needs no bounds.
    let bounds = if schema.get("const").is_some() {
        &Value::Null
    } else {
        schema
    };
    match (&bounds["minimum"], &bounds["maximum"]) {
        (Value::Null, Value::Null) => {}
        (least, Value::Null) => limits.push(format!("at least {least}")),
        (Value::Null, most) => limits.push(format!("at most {most}")),
        (least, most) => limits.push(format!("{least} to {most}")),
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        limits.push(format!("pattern `{}`", pattern.replace('|', "\\|")));
    }
    limits.join("; ")
}

fn is_object(schema: &Value) -> bool {
    schema["properties"].is_object()
}

/// Returns the sections of an object: itself, and the objects in it.
fn sections_of<'s>(first: Section<'s>, path: &str, notation: Notation) -> Vec<Section<'s>> {
    let object = first.object;
    let mut sections = vec![first];
    let Some(properties) = object["properties"].as_object().filter(|_| notation == Notation::Toml) else {
        return sections;
    };
    for (name, schema) in properties {
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        let (below, title, path) = if is_object(schema) {
            (schema, format!("`[{path}]`"), path)
        } else if is_object(&schema["items"]) {
            (&schema["items"], format!("`[[{path}]]`"), path)
        } else if is_object(&schema["additionalProperties"]) {
            (
                &schema["additionalProperties"],
                format!("`[{path}.NAME]`"),
                format!("{path}.NAME"),
            )
        } else {
            continue;
        };
        let of_object = text(below, "description");
        let description = if of_object.is_empty() {
            text(schema, "description")
        } else {
            of_object
        };
        let section = Section {
            title,
            description,
            object: below,
        };
        sections.extend(sections_of(section, &path, notation));
    }
    sections
}

/// Returns the type of a value that has a section of its own, in the words of TOML.
fn section_type(schema: &Value, notation: Notation) -> Option<&'static str> {
    let below = [
        (schema, "table"),
        (&schema["items"], "array of tables"),
        (&schema["additionalProperties"], "table of tables"),
    ];
    let mut found = below.into_iter().filter(|(below, _)| is_object(below));
    found
        .next()
        .filter(|_| notation == Notation::Toml)
        .map(|(_, name)| name)
}

fn table_of(object: &Value, notation: Notation) -> String {
    if let Some(options) = object["anyOf"].as_array().filter(|_| !is_object(object)) {
        let options: Vec<_> = options.iter().map(type_of).collect();
        return format!("One of {}.\n", options.join(", "));
    }
    let empty = Map::new();
    let required = object["required"].as_array().cloned().unwrap_or_default();
    let mut table = "| key | type | default | allowed | meaning |\n|---|---|---|---|---|\n".to_owned();
    for (name, schema) in object["properties"].as_object().unwrap_or(&empty) {
        let section_type = section_type(schema, notation);
        let has_section = section_type.is_some();
        let kind = section_type.map_or_else(|| type_of(schema), str::to_owned);
        let is_required = required.contains(&Value::from(name.as_str()));
        let default = schema
            .get("default")
            .filter(|_| !has_section)
            .map(code)
            .unwrap_or_default();
        let cells = [
            format!("`{name}`"),
            if is_required { format!("{kind}, required") } else { kind },
            default,
            if has_section { String::new() } else { limits_of(schema) },
            cell(text(schema, "description")),
        ];
        writeln!(table, "| {} |", cells.join(" | ")).unwrap();
    }
    table
}

/// Returns the example of a page, with its heading, up to the fields.
fn example_in(page: &str) -> &str {
    let example = page.split_once("## Example\n").map(|(_, rest)| rest);
    let example = example.and_then(|rest| rest.split_once("## Fields\n"));
    example.map_or("", |(example, _)| example)
}

fn page_of(schema: &Value, (file, example): (&str, &str), notation: Notation) -> String {
    let name = file.rsplit('/').next().unwrap();
    let title = if text(schema, "title").ends_with(".toml") {
        text(schema, "title").to_owned()
    } else {
        title_of(name)
    };
    let mut page = format!("# {title}\n\n");
    let description = text(schema, "description").replace('\n', " ");
    if !description.is_empty() {
        write!(page, "{description}\n\n").unwrap();
    }
    let address = text(schema, "$id");
    write!(
        page,
        "The JSON Schema is [{name}](../{name}), for programs and editors: `{address}`.\n\n## Example\n{example}## Fields\n\n"
    )
    .unwrap();
    let whole = Section {
        title: String::new(),
        description: "",
        object: schema,
    };
    for section in sections_of(whole, "", notation) {
        if !section.title.is_empty() {
            write!(page, "## {}\n\n{}\n\n", section.title, cell(section.description)).unwrap();
        }
        page += &table_of(section.object, notation);
        page += "\n";
    }
    for (name, definition) in schema["$defs"].as_object().unwrap_or(&Map::new()) {
        let description = cell(text(definition, "description"));
        write!(
            page,
            "## {name}\n\n{description}\n\n{}\n",
            table_of(definition, notation)
        )
        .unwrap();
    }
    page.trim_end().to_owned() + "\n"
}

fn title_of(name: &str) -> String {
    match name {
        "report.schema.json" => "The JSON report of check".to_owned(),
        "diff.schema.json" => "The JSON report of diff".to_owned(),
        "batch.schema.json" => "A line of diff --batch".to_owned(),
        "plan.schema.json" => "The JSON report of plan and status".to_owned(),
        other => other.to_owned(),
    }
}

#[test]
fn pages_of_settings_and_reports_are_those_of_their_schemas() {
    let mut wrong = String::new();
    for (page, file, notation) in PAGES {
        let schema: Value = serde_json::from_str(&fs::read_to_string(root().join(file)).unwrap()).unwrap();
        let before = fs::read_to_string(root().join(page)).unwrap_or_default();
        let example = example_in(&before);
        assert!(
            example.contains("```console"),
            "{page} has no example between `## Example` and `## Fields`"
        );
        wrong += &compare_with_file(&root().join(page), &page_of(&schema, (file, example), notation));
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Returns the page that lists all rules with their first sentences.
fn list_of_rules() -> String {
    let mut page =
        "# Rules\n\nEvery finding names its rule. `schemactl explain RULE` prints the page of a rule, offline.\n\n\
                    | rule | fires when |\n|---|---|\n"
            .to_owned();
    for name in names_in(&root().join("docs/rules")) {
        let text = fs::read_to_string(root().join("docs/rules").join(&name)).unwrap();
        let id = name.trim_end_matches(".md");
        let summary = text
            .lines()
            .find(|line| !line.is_empty() && !line.starts_with('#'))
            .unwrap();
        writeln!(page, "| [{id}](../rules/{name}) | {} |", cell(summary)).unwrap();
    }
    page += "\n## Severities\n\n`[rules]` of [schemactl.toml](schemactl-toml.md#rules) sets the severity of these rules. All others guard compatibility, releases \
             or the registry, and waivers accept single findings of them.\n\n| rule | severity if none is set |\n|---|---|\n";
    for (id, severity) in schemactl_workspace::LINTS {
        writeln!(page, "| [{id}](../rules/{id}.md) | {severity} |").unwrap();
    }
    page
}

#[test]
fn the_list_of_rules_is_whole() {
    let wrong = compare_with_file(&root().join("docs/reference/rules.md"), &list_of_rules());
    assert!(wrong.is_empty(), "{wrong}");
}
