//! Types of the user's own in the place of generated ones: by `replace` of the settings, and by `x-rust-type` of a schema, where the settings name
//! its crate. In: the middle form of a version. Out: the same, with paths where types are replaced; types that only those held are not
//! generated.

use std::collections::BTreeMap;

use schemactl_model::{JsonObject, Kind, Pointer, Value};
use schemactl_workspace::GenerateSettings;
use semver::{Version, VersionReq};

use super::{Customizer, members_of, type_names};
use crate::error::GenerateError;
use crate::ir::{Table, Type, TypeDef, TypeId, TypeShape};
use crate::lower::SourceSchema;
use crate::names::to_pascal;
use crate::selector::{EventScope, SelectorReach};

/// The keyword by which a schema names a type, as typify reads it.
const RUST_TYPE: &str = "x-rust-type";

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

/// Returns the type that a schema names for its values, if the settings name the crate.
pub(crate) fn find_rust_type(node: &Value, settings: &GenerateSettings) -> Option<String> {
    if settings.crates.is_empty() {
        return None;
    }
    read_rust_type(node.member(RUST_TYPE)?, settings).ok().flatten()
}

/// The path of a type of a known crate; `None` for another crate.
///
/// A schema is data: nothing of it gets into the program but a path of names, in a crate that the settings name.
fn read_rust_type(hint: &Value, settings: &GenerateSettings) -> Result<Option<String>, String> {
    let text = |key: &str| hint.member(key).and_then(Value::as_str);
    let (Some(name), Some(version), Some(path)) = (text("crate"), text("version"), text("path")) else {
        return Err("must have `crate`, `version` and `path`".to_owned());
    };
    let Some(known) = settings.crates.get(name) else {
        return Ok(None);
    };
    let wanted = VersionReq::parse(version).map_err(|error| format!("has the version `{version}`: {error}"))?;
    let known_version =
        Version::parse(known).map_err(|error| format!("names a crate whose version is `{known}`: {error}"))?;
    if !wanted.matches(&known_version) {
        return Err(format!(
            "wants `{name}` {version}, and `crates` has {known}; change `crates`, or remove it there to generate the type"
        ));
    }
    let is_path = syn::parse_str::<syn::Path>(path).is_ok_and(|path| {
        let is_plain = |segment: &syn::PathSegment| segment.arguments.is_none();
        path.leading_colon.is_none() && path.segments.len() > 1 && path.segments.iter().all(is_plain)
    });
    if !is_path || !path.starts_with(&format!("{}::", name.replace('-', "_"))) {
        return Err(format!(
            "has the path `{path}`; expected one that begins with the crate, such as `{}::Name`",
            name.replace('-', "_")
        ));
    }
    let parameters = match hint.member("parameters").map(|parameters| &parameters.kind) {
        None => &[][..],
        Some(Kind::Array(parameters)) => parameters,
        Some(_) => return Err("must have a list as `parameters`".to_owned()),
    };
    let parameters: Vec<String> = parameters
        .iter()
        .map(|parameter| read_parameter(parameter, settings))
        .collect::<Result<_, _>>()?;
    let arguments = if parameters.is_empty() {
        String::new()
    } else {
        format!("<{}>", parameters.join(", "))
    };
    Ok(Some(format!("::{path}{arguments}")))
}

/// A parameter is a schema: of a type of its own crate, or of texts, numbers or booleans.
fn read_parameter(parameter: &Value, settings: &GenerateSettings) -> Result<String, String> {
    if let Some(hint) = parameter.member(RUST_TYPE)
        && let Some(path) = read_rust_type(hint, settings)?
    {
        return Ok(path);
    }
    let name = match parameter.member("type").and_then(Value::as_str) {
        Some("string") => "String",
        Some("boolean") => "bool",
        Some("integer") => "i64",
        Some("number") => "f64",
        _ => {
            return Err(format!(
                "has a parameter of another kind; expected `{RUST_TYPE}` of a known crate, or the type string, boolean, integer or number"
            ));
        }
    };
    Ok(name.to_owned())
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
    use schemactl_model::{Source, parse};

    use super::*;

    fn read(hint: &str) -> Result<Option<String>, String> {
        let mut settings = GenerateSettings::default();
        settings.crates.insert("my-types".to_owned(), "1.2.3".to_owned());
        read_rust_type(&parse(&Source::new("a.json", hint)).unwrap(), &settings)
    }

    #[test]
    fn a_path_in_a_known_crate_is_trusted_and_nothing_else() {
        let hint = |name: &str, version: &str, path: &str, rest: &str| {
            read(&format!(
                r#"{{"crate": "{name}", "version": "{version}", "path": "{path}"{rest}}}"#
            ))
        };
        assert_eq!(
            hint("my-types", "1", "my_types::a::Money", ""),
            Ok(Some("::my_types::a::Money".to_owned()))
        );
        let parameters = r#", "parameters": [{"type": "string"}, {"x-rust-type": {"crate": "my-types", "version": "*", "path": "my_types::B"}}]"#;
        assert_eq!(
            hint("my-types", "^1.2", "my_types::Pair", parameters),
            Ok(Some("::my_types::Pair<String, ::my_types::B>".to_owned()))
        );
        assert_eq!(hint("other", "1", "other::Money", ""), Ok(None));
        for (name, version, path, rest) in [
            ("my-types", "2", "my_types::Money", ""),
            ("my-types", "one", "my_types::Money", ""),
            ("my-types", "1", "std::process::Command", ""),
            ("my-types", "1", "my_types", ""),
            ("my-types", "1", "my_types::A; mod evil {}", ""),
            ("my-types", "1", "my_types::A<{ panic!() }>", ""),
            ("my-types", "1", "my_types::A<B>", ""),
            (
                "my-types",
                "1",
                "my_types::A",
                r#", "parameters": [{"type": "object"}]"#,
            ),
            ("my-types", "1", "my_types::A", r#", "parameters": {}"#),
        ] {
            assert!(hint(name, version, path, rest).is_err(), "{version} {path} {rest}");
        }
        assert!(read("{}").is_err() && read("\"my_types::A\"").is_err());
    }

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
