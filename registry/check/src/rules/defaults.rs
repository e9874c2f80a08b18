//! Defaults that the schema beside them rejects. In: the schemas of an event, an engine. Out: a warning for each `default` that is proved to
//! violate its own schema. One beside `$ref` is judged by what the reference leads to.

use schemactl_compat::{Engine, Schema, Term};
use schemactl_model::{Dialect, Document, JsonObject, Keyword, Member, Pointer, Value, subschemas, with_stack_for};

use super::{finding_of, title};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{SchemaVersion, WorkspaceEvent};

/// Checks the defaults of a version.
pub(super) fn check_defaults(
    event: &WorkspaceEvent,
    version: &SchemaVersion,
    engine: &dyn Engine,
    report: &mut Report,
) {
    let document = &version.document;
    // What a dynamic reference leads to depends on the way there, and a part by itself has none.
    if document.resolver().is_dynamic() {
        return;
    }
    let defaults = with_stack_for(document.root().depth(), || find_defaults(document));
    if defaults.is_empty() {
        return;
    }
    let (root, holder) = (document.root(), definitions_keyword(document.dialect()));
    let extended = add_definitions(root, holder, &defaults);
    let mut questions = engine.satisfiability();
    questions.open_document(&Schema::new(&extended, document.dialect()));
    for (index, (place, entry)) in defaults.iter().enumerate() {
        let only = Pointer::root().join(holder).join(definition_name(index));
        let (Some(schema), Some(only)) = (place.resolve(&extended), only.resolve(&extended)) else {
            continue;
        };
        // A schema that accepts nothing has a finding of its own.
        let is_rejected = questions.is_empty(&[Term::Accepted(schema), Term::Accepted(only)])
            && !questions.is_empty(&[Term::Accepted(schema)]);
        if is_rejected {
            report.findings.push(finding((event, version), entry));
        }
    }
}

/// The places of the schemas that have a default, in the order of the source.
fn find_defaults(document: &Document) -> Vec<(Pointer, &Member)> {
    let mut defaults = Vec::new();
    let mut open = vec![(Pointer::root(), document.root(), document.dialect())];
    while let Some((place, schema, dialect)) = open.pop() {
        for below in subschemas(schema, dialect) {
            open.push((below.place_in(&place), below.value, dialect.inside(below.value)));
        }
        let members = schema.as_object();
        if let Some(entry) = members.and_then(|members| members.keyword_entry(Keyword::Default)) {
            defaults.push((place, entry));
        }
    }
    defaults.sort_by_key(|(_, entry)| entry.key_span.start);
    defaults
}

fn definitions_keyword(dialect: Dialect) -> &'static str {
    if dialect >= Dialect::Draft201909 {
        "$defs"
    } else {
        "definitions"
    }
}

/// No definition that a person writes has this name.
fn definition_name(index: usize) -> String {
    format!("default-invalid {index}")
}

/// The schema with a definition for each default, which accepts it and nothing else: the engine is asked about parts of one document. Draft-04
/// has no `const`.
fn add_definitions(root: &Value, holder: &str, defaults: &[(Pointer, &Member)]) -> Value {
    let entries = |value: Option<&Value>| -> Vec<Member> {
        let members = value.and_then(Value::as_object).into_iter().flat_map(JsonObject::iter);
        members.cloned().collect()
    };
    let only = |(_, entry): &(Pointer, &Member)| Value::object_of("enum", Value::array(vec![entry.value.clone()]));
    let added = defaults.iter().enumerate();
    let added = added.map(|(index, default)| Member::new(definition_name(index), only(default)));
    let definitions = entries(root.member(holder)).into_iter().chain(added).collect();
    let mut members = entries(Some(root));
    members.retain(|member| member.key != holder);
    members.push(Member::new(holder, Value::object(definitions)));
    Value::object(members)
}

fn finding((event, version): (&WorkspaceEvent, &SchemaVersion), entry: &Member) -> Finding {
    let shown = entry.value.to_json();
    Finding {
        message: format!(
            "`default` in {} is {shown}, which its own schema rejects",
            title(event, &version.version)
        ),
        places: vec![FindingPlace::of_key(
            &version.document,
            entry,
            "rejected by the keywords beside it",
        )],
        why: Some("a reader that fills in the default makes an event that no other reader accepts".to_owned()),
        fix: Some("write a value that the schema accepts, or remove `default`".to_owned()),
        ..finding_of(Rule::DefaultInvalid, Severity::Warning, event, version)
    }
}
