//! Resources of another dialect than their document: `tests/cases/embedded/table.jsonl`, a row a line, `{"id", "why", "resource",
//! "document", "events", "valid"}`. The resource is embedded in every way there is, `document` is what else stands at the root, and
//! `valid` says for each dialect of the resource which events are valid (`+`) and which are not (`-`). Engine, replay, generated
//! `validate()` and the draft-04 form have to agree with the table, whatever the dialect of the document.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use schemactl_compat::{Engine, Schema, Validator, Verdict, default_engine};
use schemactl_containment::to_serde_json;
use schemactl_convert::downgrade;
use schemactl_generate::{Settings, generate_schema};
use schemactl_model::{Dialect, Document, Files, Include, Source, Value, parse};
use schemactl_runtime::__private::Constraints;

const DOCUMENTS: [Dialect; 2] = [Dialect::Draft201909, Dialect::Draft202012];

/// The ways that lead a resource into a document.
const FORMS: [&str; 4] = ["definition", "definition by $id", "branch", "file"];

fn rows() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/embedded/table.jsonl");
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(json).collect()
}

fn json(text: &str) -> Value {
    parse(&Source::new("row", text)).unwrap()
}

/// The other file of a document.
struct Beside {
    root: Source,
    resource: Source,
}

impl Files for Beside {
    fn find(&mut self, _: &str, location: Include<'_>) -> Result<Option<Source>, String> {
        match location {
            Include::Uri("urn:b") => Ok(Some(self.resource.clone())),
            Include::Uri("urn:root") => Ok(Some(self.root.clone())),
            other => Err(format!("{other:?}")),
        }
    }
}

/// A document with the resource of a row in it.
fn document(row: &Value, form: &str, root: Dialect, resource: Dialect) -> Document {
    let members = |value: Option<&Value>| {
        let text = value.map_or_else(String::new, Value::to_json);
        let inner = text
            .trim_start_matches('{')
            .trim_end()
            .strip_suffix('}')
            .unwrap_or_default();
        if inner.is_empty() {
            String::new()
        } else {
            format!(", {inner}")
        }
    };
    let keyword = if form == "definition by $id" {
        "$id"
    } else {
        resource.id_keyword().name()
    };
    let body = members(row.member("resource"));
    let embedded = format!(r#"{{"{keyword}": "urn:b", "$schema": "{}"{body}}}"#, resource.uri());
    // The definitions of the row go with the resource.
    let beside = members(row.member("document"));
    let (definition, reference) = match form {
        "branch" => (String::new(), format!(r#""allOf": [{embedded}]"#)),
        "file" => (String::new(), r#""$ref": "urn:b""#.to_owned()),
        _ => (format!(r#""b": {embedded}"#), r#""$ref": "urn:b""#.to_owned()),
    };
    let beside = match (beside.contains("\"$defs\":{"), definition.is_empty()) {
        (_, true) => beside,
        (true, false) => beside.replacen("\"$defs\":{", &format!("\"$defs\":{{{definition},"), 1),
        (false, false) => format!(r#"{beside}, "$defs": {{{definition}}}"#),
    };
    let text = format!(r#"{{"$schema": "{}", {reference}{beside}}}"#, root.uri());
    let root = Source::new("root.json", text.clone());
    let resource = Source::new("b.json", embedded);
    let mut files = Beside {
        root: root.clone(),
        resource,
    };
    Document::bundle(root, Dialect::Draft202012, &mut files).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
}

/// What each reader says of each event: `+`, `-`, or `?` where it does not say.
fn answers(document: &Document, events: &[Value]) -> Vec<(&'static str, String)> {
    let schema = Schema::new(document.root(), document.dialect());
    let engine = default_engine(schemactl_compat::Semantics::default());
    let contained = |whole: &Schema<'_>, event: &Value| {
        let only = json(&format!(r#"{{"enum": [{}]}}"#, event.to_json()));
        match engine.contains(&Schema::new(&only, Dialect::Draft202012), whole) {
            Verdict::Compatible => '+',
            Verdict::Incompatible { .. } => '-',
            Verdict::Undecided { .. } => '?',
        }
    };
    let sign = |valid: bool| if valid { '+' } else { '-' };
    let validator = Validator::new(document.root(), document.dialect()).unwrap();
    let constraints = generated(document);
    let registered = downgrade(document);
    let form = Schema::new(&registered.schema, Dialect::Draft4);
    let mut answers = vec![
        ("engine", events.iter().map(|event| contained(&schema, event)).collect()),
        (
            "replay",
            events
                .iter()
                .map(|event| sign(validator.is_valid(event).unwrap()))
                .collect(),
        ),
        ("validate()", {
            let check = |event: &Value| constraints.check_json(&to_serde_json(event).unwrap()).is_ok();
            events.iter().map(|event| sign(check(event))).collect()
        }),
    ];
    if registered.lost.is_empty() {
        answers.push(("draft-04", events.iter().map(|event| contained(&form, event)).collect()));
    }
    answers
}

/// What the generated `validate()` asks.
fn generated(document: &Document) -> Constraints {
    let settings = Settings::default().validate(true);
    let source = Source::new("schema.json", document.root().to_json());
    let code = generate_schema(&source, "Root", &settings).unwrap().source;
    let file = syn::parse_file(&code).unwrap();
    let checked = file.items.iter().find_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.segments.last().unwrap().ident == "checked" => Some(&item.mac),
        _ => None,
    });
    let mut tokens = checked.unwrap().tokens.clone().into_iter();
    let text = tokens.find_map(|token| syn::parse2::<syn::LitStr>(token.into()).ok());
    Constraints::to_publish_with_patterns(text.unwrap().value().leak())
}

#[test]
fn a_resource_is_read_in_its_own_dialect_by_everybody() {
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for row in rows() {
        let id = row.member("id").and_then(Value::as_str).unwrap().to_owned();
        let events = row.member("events").and_then(Value::as_array).unwrap();
        for (resource, valid) in Dialect::ALL
            .into_iter()
            .filter_map(|dialect| Some((dialect, row.member("valid")?.member(&dialect.to_string())?.as_str()?)))
        {
            for (root, form) in DOCUMENTS.into_iter().flat_map(|root| FORMS.map(|form| (root, form))) {
                // What a dynamic reference means in another file depends on the way there.
                if form == "file" && id.starts_with("recursion") {
                    continue;
                }
                for (reader, answer) in answers(&document(&row, form, root, resource), events) {
                    asked += answer.len();
                    if answer != valid {
                        wrong.push(format!(
                            "{id}: {resource} as {form} in {root}: {reader} {answer}, not {valid}"
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked > 10_000, "{asked}");
}

#[test]
fn a_dialect_that_would_not_count_generates_nothing() {
    let (draft7, modern) = (Dialect::Draft7.uri(), Dialect::Draft202012.uri());
    for (root, resource) in [
        (draft7, format!(r#""$id": "urn:a", "$schema": "{modern}""#)),
        (modern, format!(r#""$schema": "{draft7}""#)),
        (modern, r#""$id": "urn:a", "$schema": "urn:unknown""#.to_owned()),
    ] {
        let text = format!(r#"{{"$schema": "{root}", "properties": {{"a": {{{resource}}}}}}}"#);
        let never = json(r#"{"not": {}}"#);
        let (value, dialect) = (json(&text), Dialect::from_uri(root).unwrap());
        let engine = default_engine(schemactl_compat::Semantics::default());
        let verdict = engine.contains(&Schema::new(&value, dialect), &Schema::new(&never, dialect));
        assert!(matches!(verdict, Verdict::Undecided { .. }), "{text}: {verdict:?}");
        assert!(
            Document::parse(Source::new("a.json", text.as_str()), dialect).is_err(),
            "{text}"
        );
        let errors = generate_schema(&Source::new("a.json", text.as_str()), "Root", &Settings::default());
        assert_eq!(errors.unwrap_err().len(), 1, "{text}");
    }
}
