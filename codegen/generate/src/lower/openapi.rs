//! Which schema of a document is meant. In: a document, perhaps one of OpenAPI 3, as EventBridge writes it. Out: the node.

use schemactl_model::{JsonObject, Keyword, Member, SubschemaRef, Value, any_reference};

use super::SourceSchema;
use super::conjunction::is_annotation;
use crate::error::GenerateError;

/// Returns the schema called `name` of an OpenAPI document, or the detail of its envelope, or its only schema; of any other document
/// the root, or the definition called `name` if there are only definitions. `None` if it cannot be told.
pub(crate) fn root_of<'v>(schema: SourceSchema<'v>, name: Option<&str>) -> Option<SubschemaRef<'v>> {
    let root = SubschemaRef::of_document(schema.document, schema.dialect);
    if schema.document.member("openapi").is_none() {
        let definitions = list_definitions(&root);
        return match name.filter(|_| !definitions.is_empty() && holds_only_definitions(&root)) {
            Some(name) => definitions
                .into_iter()
                .find(|(key, _)| *key == name)
                .map(|(_, node)| node),
            None => Some(root),
        };
    }
    let schemas = components(&root)?;
    let members = named_schemas(&schemas);
    let named = |wanted: &str| {
        members
            .iter()
            .find(|(key, _)| *key == wanted)
            .map(|(_, node)| node.clone())
    };
    if let Some(node) = name.and_then(named) {
        return Some(node);
    }
    let detail = named("AWSEvent").and_then(|envelope| envelope.member(Keyword::Properties, "detail"));
    let others = || members.iter().filter(|(key, _)| *key != "AWSEvent");
    match (detail, others().count()) {
        (Some(detail), _) => Some(detail),
        (None, 1) => others().next().map(|(_, node)| node.clone()),
        _ => None,
    }
}

/// That it cannot be told.
pub(crate) fn no_root(schema: SourceSchema<'_>) -> GenerateError {
    let root = SubschemaRef::of_document(schema.document, schema.dialect);
    let definitions = list_definitions(&root).into_iter().map(|(_, node)| node);
    let schemas = list_schemas(schema).into_iter().chain(definitions);
    let names = schemas.filter_map(|node| node.pointer.tokens().last().cloned());
    GenerateError::NoRoot {
        file: schema.source.clone(),
        schemas: names.collect(),
    }
}

/// Returns the schemas of an OpenAPI document; none of any other.
pub(super) fn list_schemas(schema: SourceSchema<'_>) -> Vec<SubschemaRef<'_>> {
    let root = SubschemaRef::of_document(schema.document, schema.dialect);
    let components = components(&root).filter(|_| schema.document.member("openapi").is_some());
    let members = components.iter().flat_map(named_schemas);
    members.map(|(_, node)| node).collect()
}

/// Whether a root says nothing of a value by itself.
fn holds_only_definitions(root: &SubschemaRef<'_>) -> bool {
    let is_silent = |member: &Member| !matches!(member.keyword(), Some(any_reference!())) && is_annotation(member);
    root.object().is_some_and(|members| members.iter().all(is_silent))
}

/// The definitions beside the root of a document that is not OpenAPI.
fn list_definitions<'v>(root: &SubschemaRef<'v>) -> Vec<(&'v str, SubschemaRef<'v>)> {
    let keywords = [Keyword::Definitions, Keyword::Defs].into_iter();
    keywords.flat_map(|keyword| root.members(keyword)).collect()
}

fn components<'v>(root: &SubschemaRef<'v>) -> Option<SubschemaRef<'v>> {
    let components = root.value.member("components")?;
    Some(root.below(&["components"], components))
}

fn named_schemas<'v>(components: &SubschemaRef<'v>) -> Vec<(&'v str, SubschemaRef<'v>)> {
    let schemas = components.value.member("schemas").and_then(Value::as_object);
    let members = schemas.into_iter().flat_map(JsonObject::iter);
    let named = members.map(|entry| {
        (
            entry.key.as_str(),
            components.below(&["schemas", &entry.key], &entry.value),
        )
    });
    named.collect()
}
