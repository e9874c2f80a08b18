//! Derives and attributes that settings add. In: their texts, as they stand in a program. Out: the same, once they are known to be nothing but
//! that, at the types and members that their paths name.

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Path, Token};

use super::{Customizer, members_of};
use crate::ir::{AddedDerive, TypeDef};
use crate::selector::{EventScope, SelectorReach};

impl Customizer {
    /// Adds the attributes of a type and of its members.
    pub(super) fn add_attributes(&mut self, event: &EventScope, definition: &mut TypeDef) {
        let mut custom = definition.custom.clone();
        for rule in &mut self.derives {
            let Some(reach) = rule.reach_type(event, definition) else {
                continue;
            };
            custom.derives.extend(rule.value.iter().map(|path| AddedDerive {
                path: path.clone(),
                is_named: reach == SelectorReach::Named,
            }));
        }
        for rule in &mut self.type_attributes {
            if rule.reach_type(event, definition).is_some() {
                custom.attributes.push(rule.value.clone());
            }
        }
        for rule in &mut self.field_attributes {
            for (at, names) in members_of(&definition.shape).into_iter().enumerate() {
                if rule.reach_member(event, definition, &names).is_some() {
                    custom.members.entry(at).or_default().push(rule.value.clone());
                }
            }
        }
        definition.custom = custom;
    }
}

/// Reads derives: paths, separated by commas.
pub(super) fn parse_derives(text: &str) -> Result<Vec<String>, String> {
    let parser = Punctuated::<Path, Token![,]>::parse_terminated;
    let paths = parser
        .parse_str(text)
        .map_err(|error| format!("expected paths of derives, separated by commas: {error}"))?;
    let paths = paths
        .iter()
        .map(|path| quote::quote!(#path).to_string().replace(' ', ""));
    let paths: Vec<String> = paths.collect();
    // What generated types implement themselves does not compile a second time.
    match paths.iter().find(|path| is_serde(path)) {
        Some(path) => Err(format!("generated types implement `{path}` already; remove it")),
        None => Ok(paths),
    }
}

fn is_serde(path: &str) -> bool {
    let path = path.trim_start_matches("::");
    let name = path.strip_prefix("serde::").unwrap_or(path);
    ["Serialize", "Deserialize"].contains(&name)
}

/// Reads attributes as they stand above an item.
pub(super) fn parse_attributes(text: &str) -> Result<String, String> {
    let attributes = Attribute::parse_outer
        .parse_str(text)
        .map_err(|error| format!("expected attributes such as `#[name(value)]`: {error}"))?;
    if attributes.is_empty() {
        return Err("expected attributes such as `#[name(value)]`".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_nothing_but_attributes() {
        assert!(parse_attributes("#[a] #[b(c = \"d\")]").is_ok());
        for text in ["", "a", "#[a] struct X;", "#![a]", "#[a", "// a"] {
            assert!(parse_attributes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn derives_are_paths() {
        assert_eq!(parse_derives("Hash, ::a::B,").unwrap(), ["Hash", "::a::B"]);
        for text in [
            "a b",
            "A)] struct X;",
            "serde::Serialize",
            "Deserialize",
            "::serde::Deserialize",
        ] {
            assert!(parse_derives(text).is_err(), "{text}");
        }
        assert!(parse_derives("rkyv::Serialize").is_ok());
    }
}
