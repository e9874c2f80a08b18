//! Objects: a struct where properties are named, a map where they are not.

use std::collections::BTreeSet;

use schemactl_model::{Kind, Value};

use super::{Lowerer, Node};
use crate::GenerateError;
use crate::ir::{Field, Shape, Type};
use crate::names::{snake, unique};

impl<'v> Lowerer<'v> {
    pub(super) fn object(&mut self, node: &Node<'v>, name: &str) -> Result<Type, GenerateError> {
        let has_properties = node
            .keyword("properties")
            .and_then(Value::as_object)
            .is_some_and(|map| !map.is_empty());
        if has_properties {
            return self.structure(node, name, std::slice::from_ref(node));
        }
        let named = required(node).next().is_some() || node.keyword("patternProperties").is_some();
        match node.child("additionalProperties") {
            Some(values) if !named && values.object().is_some() => {
                let value = self.shape(&values, &format!("{name}Value"))?;
                Ok(Type::Map(Box::new(value.whole())))
            }
            _ => Ok(Type::Map(Box::new(Type::Json))),
        }
    }

    /// A struct with the properties of all of `parts`: one schema, or the branches of an `allOf`.
    pub(super) fn structure(&mut self, node: &Node<'v>, name: &str, parts: &[Node<'v>]) -> Result<Type, GenerateError> {
        let is_root = node.pointer.tokens().is_empty();
        let required: BTreeSet<&str> = parts.iter().flat_map(required).collect();
        let type_name = crate::names::pascal(name);
        let mut names = BTreeSet::new();
        let mut keys = BTreeSet::new();
        let mut fields: Vec<Field> = Vec::new();
        // Its name is taken before those of its fields, so that the outer type gets the plain one, and they may refer to it.
        let index = self.define(name, node, Shape::Struct(Vec::new()));
        self.awaited.insert(node.pointer.clone(), index);
        for part in parts {
            let Some(properties) = part.keyword("properties").and_then(Value::as_object) else {
                continue;
            };
            for property in properties.iter() {
                let place = part.below(&["properties", &property.key], &property.value);
                if !keys.insert(property.key.clone()) {
                    // Two branches of an allOf describe it: what both say is more than one type.
                    widen(&mut fields, &property.key);
                    continue;
                }
                let is_version = is_root && property.key == self.version_field && holds_text(&place);
                let lowered = if is_version {
                    super::Lowered::plain(Type::Version)
                } else {
                    self.shape(&place, &format!("{type_name}{}", crate::names::pascal(&property.key)))?
                };
                fields.push(Field {
                    name: unique(snake(&property.key), &mut names),
                    key: property.key.clone(),
                    docs: place.text("description"),
                    deprecated: place.is_true("deprecated"),
                    required: required.contains(property.key.as_str()),
                    nullable: lowered.nullable,
                    renamed_from: place.text("x-renamed-from"),
                    value: lowered.value,
                });
            }
        }
        self.types[index].shape = Shape::Struct(fields);
        Ok(Type::Named(index))
    }
}

/// Whether a version can be written there as text.
fn holds_text(place: &Node<'_>) -> bool {
    let types = super::type_names(place);
    types.is_empty() || types == ["string"]
}

fn widen(fields: &mut [Field], key: &str) {
    if let Some(field) = fields
        .iter_mut()
        .find(|field| field.key == key && field.value != Type::Version)
    {
        field.value = Type::Json;
        field.nullable = false;
    }
}

/// The names in `required`. In draft-03 it was a boolean, and some schemas still say it so: that is no list.
fn required<'v>(node: &Node<'v>) -> impl Iterator<Item = &'v str> + use<'v> {
    let names = match node.keyword("required").map(|value| &value.kind) {
        Some(Kind::Array(names)) => names.as_slice(),
        _ => &[],
    };
    names.iter().filter_map(Value::as_str)
}
