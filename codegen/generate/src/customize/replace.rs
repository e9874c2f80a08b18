//! Types of the user's own in the place of generated ones: by `replace` of the settings, and by `x-rust-type` of a schema, where the settings name
//! its crate. In: the middle form of a version. Out: the same, with paths where types are replaced; types that only those held are not
//! generated.

use std::collections::BTreeMap;

use schemactl_model::{JsonObject, Pointer, Value};
use schemactl_workspace::GenerateSettings;

use super::{Customizer, members_of, type_names};
use crate::error::GenerateError;
use crate::ir::{Table, Type, TypeDef, TypeId, TypeShape};
use crate::lower::SourceSchema;
use crate::names::to_pascal;
use crate::rust_hints::{RUST_TYPE, read_rust_type};
use crate::selector::{EventScope, SelectorReach};

impl Customizer {
    /// Returns the types that settings give to the definitions of a document.
    pub(crate) fn replaced_definitions(
        &mut self,
        event: &EventScope,
        schema: SourceSchema<'_>,
    ) -> BTreeMap<Pointer, String> {
        let mut found = BTreeMap::new();
        if self.replacements.is_empty() {
            return found;
        }
        let holders: [&[&str]; 3] = [&["definitions"], &["$defs"], &["components", "schemas"]];
        for holder in holders {
            let place = holder.iter().fold(Pointer::root(), |place, token| place.join(*token));
            let members = place.resolve(schema.document).and_then(Value::as_object);
            for entry in members.into_iter().flat_map(JsonObject::iter) {
                let names = [to_pascal(&entry.key), entry.key.clone()];
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                for rule in &mut self.replacements {
                    if rule.selector.reach_type(event, &names) == Some(SelectorReach::Named) {
                        rule.is_used = true;
                        found.insert(place.join(entry.key.as_str()), rule.value.clone());
                    }
                }
            }
        }
        found
    }

    /// Replaces types and the types of fields.
    pub(super) fn replace_all(
        &mut self,
        event: &EventScope,
        types: &mut Table<TypeId, TypeDef>,
        root: TypeId,
    ) -> Vec<GenerateError> {
        let mut errors = Vec::new();
        for id in types.ids().collect::<Vec<_>>() {
            for rule in &mut self.replacements {
                let definition = &mut types[id];
                let names = type_names(definition);
                if rule.selector.reach_type(event, &names) == Some(SelectorReach::Named) {
                    rule.is_used = true;
                    if id == root {
                        let reason = "the type of an event is not replaced; replace types inside it";
                        errors.push(refuse(rule.selector.as_str(), reason));
                    } else {
                        definition.custom.replaced = Some(rule.value.clone());
                    }
                    continue;
                }
                let members = members_of(&definition.shape).into_iter().enumerate();
                let is_named = |(_, member): &(usize, Vec<&str>)| {
                    rule.selector.reach_member(event, &names, member) == Some(SelectorReach::Named)
                };
                let named: Vec<usize> = members.filter(is_named).map(|(at, _)| at).collect();
                let TypeShape::Struct(structure) = &mut definition.shape else {
                    continue;
                };
                for field in structure
                    .fields
                    .iter_mut()
                    .enumerate()
                    .filter(|(at, _)| named.contains(at))
                {
                    rule.is_used = true;
                    if field.1.value.is_version() {
                        let reason = "the version of an event is not replaced";
                        errors.push(refuse(rule.selector.as_str(), reason));
                    } else {
                        field.1.value = Type::Foreign(rule.value.clone());
                    }
                }
            }
        }
        hide_unused(types, root);
        errors
    }
}

fn refuse(path: &str, reason: &str) -> GenerateError {
    GenerateError::Setting {
        option: "replace",
        value: path.to_owned(),
        reason: reason.to_owned(),
    }
}

/// Hides the types that nothing refers to but what is replaced.
fn hide_unused(types: &mut Table<TypeId, TypeDef>, root: TypeId) {
    let mut is_used: Table<TypeId, bool> = types.iter().map(|_| false).collect();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut is_used[id], true) || types[id].custom.replaced.is_some() {
            continue;
        }
        for value in types[id].shape.types() {
            value.named(&mut |inner| open.push(inner));
        }
    }
    for (definition, is_used) in types.iter_mut().zip(is_used.iter()) {
        definition.custom.is_hidden = !is_used;
    }
}

/// Reads the path of a type, perhaps with types in angle brackets: `::uuid::Uuid`, `crate::Money`.
pub(super) fn parse_type(text: &str) -> Result<String, String> {
    match syn::parse_str(text) {
        Ok(syn::Type::Path(path)) if path.qself.is_none() => Ok(text.to_owned()),
        Ok(_) => Err("expected the path of a type, such as `::uuid::Uuid`".to_owned()),
        Err(error) => Err(format!("expected the path of a type, such as `::uuid::Uuid`: {error}")),
    }
}

/// Returns an error for the type that a schema names, if it cannot be read.
pub(super) fn review_rust_type(
    schema: SourceSchema<'_>,
    (place, node): (&Pointer, &Value),
    settings: &GenerateSettings,
) -> Option<GenerateError> {
    let hint = node.member(RUST_TYPE)?;
    let reason = read_rust_type(hint, settings).err()?;
    Some(GenerateError::Schema {
        file: schema.source.clone(),
        span: hint.span,
        pointer: format!("#{}", place.join(RUST_TYPE)),
        reason: format!("`{RUST_TYPE}` {reason}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_is_the_path_of_a_type() {
        for text in ["::uuid::Uuid", "crate::Money", "::a::B<String, ::c::D>", "Text"] {
            assert_eq!(parse_type(text).as_deref(), Ok(text));
        }
        for text in ["", "&str", "fn()", "[u8; 4]", "A; B", "<A as B>::C", "a b", "u8 {}"] {
            assert!(parse_type(text).is_err(), "{text}");
        }
    }
}
