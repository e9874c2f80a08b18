//! `allOf`, `anyOf`, `oneOf`, and a `$ref` with siblings. What is one object in several parts becomes one struct, what is a
//! value or `null` becomes an option; every other composition is `Json`, which loses nothing.

use schemactl_model::{Kind, Value};

use super::{Lowered, Lowerer, Node, is_annotation};
use crate::GenerateError;
use crate::ir::Type;

/// Keywords of an object that a struct can carry in several parts.
const OBJECT_KEYWORDS: [&str; 6] = [
    "type",
    "properties",
    "required",
    "additionalProperties",
    "allOf",
    "unevaluatedProperties",
];

impl<'v> Lowerer<'v> {
    pub(super) fn composed(&mut self, node: &Node<'v>, name: &str) -> Result<Lowered, GenerateError> {
        if let Some(lowered) = self.nullable_value(node, name)? {
            return Ok(lowered);
        }
        let mut parts = Vec::new();
        if self.object_parts(node, &mut parts, 0) && parts.iter().any(|part| part.keyword("properties").is_some()) {
            return self.structure(node, name, &parts).map(Lowered::plain);
        }
        if let Some(only) = single_part(node) {
            return self.shape(&only, name);
        }
        // Alternatives that only say more about the properties of an object that is described beside them.
        let is_object =
            matches!(node.keyword("type").and_then(Value::as_str), Some("object")) || node.pointer.tokens().is_empty();
        if is_object && node.keyword("properties").is_some() && node.keyword("allOf").is_none() {
            return self
                .structure(node, name, std::slice::from_ref(node))
                .map(Lowered::plain);
        }
        Ok(Lowered::plain(Type::Json))
    }

    /// `anyOf` or `oneOf` of one schema and `null`.
    fn nullable_value(&mut self, node: &Node<'v>, name: &str) -> Result<Option<Lowered>, GenerateError> {
        for keyword in ["anyOf", "oneOf"] {
            let alone = node.object().is_some_and(|map| {
                map.iter()
                    .all(|entry| entry.key == keyword || is_annotation(&entry.key))
            });
            let Some(branches) = branches(node, keyword).filter(|_| alone) else {
                continue;
            };
            let (nulls, others): (Vec<_>, Vec<_>) = branches.into_iter().partition(is_null);
            if let [other] = others.as_slice() {
                let lowered = self.shape(other, name)?;
                let nullable = lowered.value != Type::Json && (lowered.nullable || !nulls.is_empty());
                return Ok(Some(Lowered {
                    value: lowered.value,
                    nullable,
                }));
            }
        }
        Ok(None)
    }

    /// The parts of an object: the node itself, what it refers to, and the branches of its `allOf`. False if one of them
    /// says more than a struct can.
    fn object_parts(&self, node: &Node<'v>, parts: &mut Vec<Node<'v>>, depth: usize) -> bool {
        let Some(schema) = node.object().filter(|_| depth < 32) else {
            return false;
        };
        let fits = schema
            .iter()
            .all(|entry| is_annotation(&entry.key) || OBJECT_KEYWORDS.contains(&entry.key.as_str()));
        let is_object = schema.value("type").is_none_or(|kind| kind.as_str() == Some("object"));
        if !fits || !is_object {
            return false;
        }
        parts.push(node.clone());
        let referred = self.targets.get(&node.pointer).map(|target| Node {
            pointer: target.pointer.clone(),
            value: target.value,
        });
        let branches = branches(node, "allOf").unwrap_or_default();
        referred
            .into_iter()
            .chain(branches)
            .all(|part| self.object_parts(&part, parts, depth + 1))
    }
}

/// The one part that says what the value is, when all the others are annotations.
fn single_part<'v>(node: &Node<'v>) -> Option<Node<'v>> {
    let schema = node.object()?;
    let alone = schema
        .iter()
        .all(|entry| is_annotation(&entry.key) || entry.key == "allOf");
    let branches = branches(node, "allOf").unwrap_or_default();
    match branches.as_slice() {
        [only] if alone && schema.entry("$ref").is_none() => Some(only.clone()),
        _ => None,
    }
}

fn branches<'v>(node: &Node<'v>, keyword: &str) -> Option<Vec<Node<'v>>> {
    let list = node.keyword(keyword)?.as_array()?;
    let numbered = list.iter().enumerate();
    Some(
        numbered
            .map(|(index, value)| node.below(&[keyword, &index.to_string()], value))
            .collect(),
    )
}

fn is_null(node: &Node<'_>) -> bool {
    node.keyword("type").and_then(Value::as_str) == Some("null")
        || node
            .keyword("enum")
            .and_then(Value::as_array)
            .is_some_and(|values| matches!(values, [one] if one.kind == Kind::Null))
        || node.keyword("const").is_some_and(|value| value.kind == Kind::Null)
}
