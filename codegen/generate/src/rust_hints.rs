//! What schemas say about Rust: names of types, fields and variants, and types that stand for generated ones. In: a node of a schema, and which
//! crates the settings trust. Out: the name or the path, or what is wrong with it.

use std::collections::BTreeSet;

use schemactl_model::{Kind, Value};
use schemactl_workspace::GenerateSettings;
use semver::{Version, VersionReq};

use crate::names::{to_pascal, to_snake};

/// The keyword by which a schema names a type or a field.
pub(crate) const RUST_NAME: &str = "x-rust-name";

/// The keyword by which a schema names a type, as typify reads it.
pub(crate) const RUST_TYPE: &str = "x-rust-type";

/// Checks a name for a type or a variant: one that no lint of the compiler warns of, and that generated code does not use itself.
pub(crate) fn check_type_name(name: &str) -> Result<(), String> {
    let begins = name.starts_with(|letter: char| letter.is_ascii_uppercase());
    let is_plain = begins && name.chars().all(|letter| letter.is_ascii_alphanumeric());
    // A name that is in use gets another end.
    if is_plain && to_pascal(name) != format!("{name}Type") {
        return Ok(());
    }
    Err("expected a name such as `LineItem`, which generated code does not use itself".to_owned())
}

/// Checks a name for a field.
pub(crate) fn check_field_name(name: &str) -> Result<(), String> {
    if !name.is_empty() && to_snake(name) == name {
        return Ok(());
    }
    Err("expected a name such as `unit_price`, which generated code does not use itself".to_owned())
}

/// Returns the names of `x-enum-varnames` beside the values of an enum, where the schema gives them.
pub(crate) fn variant_names(node: &Value) -> Vec<(&str, String)> {
    let (Some(values), Some(names)) = (elements(node, "enum"), elements(node, VARIANT_NAMES)) else {
        return Vec::new();
    };
    let names = names.iter().map(|name| name.as_str().unwrap_or_default());
    let named = values.iter().zip(names);
    named
        .filter_map(|(value, name)| Some((value.as_str()?, to_variant(name))))
        .collect()
}

/// The keyword by which a schema names the values of an enum.
pub(crate) const VARIANT_NAMES: &str = "x-enum-varnames";

/// `STATUS_OPEN` is `StatusOpen`; a name that can be a variant stays.
fn to_variant(name: &str) -> String {
    if check_type_name(name).is_ok() {
        name.to_owned()
    } else {
        to_pascal(name)
    }
}

fn elements<'v>(node: &'v Value, key: &str) -> Option<&'v [Value]> {
    match &node.member(key)?.kind {
        Kind::Array(elements) => Some(elements),
        _ => None,
    }
}

/// Checks the names that a schema gives to the values of an enum.
///
/// # Errors
///
/// There are more or fewer names than values, two are the same, or one is none.
pub(crate) fn check_variant_names(node: &Value) -> Result<(), String> {
    let values = elements(node, "enum").ok_or("names the values of `enum`, which is missing")?;
    let names = elements(node, VARIANT_NAMES).ok_or("must be a list of names")?;
    if names.len() != values.len() {
        return Err(format!(
            "has {} names for {} values of `enum`",
            names.len(),
            values.len()
        ));
    }
    let mut seen = BTreeSet::new();
    for name in names {
        let text = name.as_str().filter(|text| !text.is_empty());
        let text = text.ok_or("must be a list of names")?;
        if !seen.insert(to_variant(text)) {
            return Err(format!("has the name `{}` twice", to_variant(text)));
        }
    }
    if seen.contains("Unknown") && schemactl_model::is_extensible(node) {
        return Err(
            "has the name `Unknown`, which keeps the values that an extensible `enum` does not list".to_owned(),
        );
    }
    Ok(())
}

/// Returns the type that a schema names for its values, if the settings name the crate.
pub(crate) fn find_rust_type(node: &Value, settings: &GenerateSettings) -> Option<String> {
    if settings.crates.is_empty() {
        return None;
    }
    read_rust_type(node.member(RUST_TYPE)?, settings).ok().flatten()
}

/// Returns the path of a type of a known crate; `None` for another crate.
///
/// # Errors
///
/// What is not as typify reads it, a version that the settings do not match, and a path that is none in the crate.
///
/// A schema is data: nothing of it gets into the program but a path of names, in a crate that the settings name.
pub(crate) fn read_rust_type(hint: &Value, settings: &GenerateSettings) -> Result<Option<String>, String> {
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
}
