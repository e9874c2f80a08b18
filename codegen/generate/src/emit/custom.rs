//! What settings add to a type: derives, and attributes of the type and of its members. In: their texts, which `customize` has parsed once. Out:
//! their tokens.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use crate::ir::{AddedDerive, TypeDef};
use crate::settings::Settings;
use crate::traits::DerivedTraits;

/// Returns the derives that settings add to those of a type, each with a comma before it. A trait that the type has already is left out.
pub(super) fn emit_derives(definition: &TypeDef, derived: &TokenStream, traits: DerivedTraits) -> TokenStream {
    let mut present: Vec<String> = derived.clone().into_iter().filter_map(name_of).collect();
    let mut added = TokenStream::new();
    for derive in &definition.custom.derives {
        let name = derive.path.rsplit("::").next().unwrap_or_default().to_owned();
        if present.contains(&name) || !(derive.is_named || has_trait(derive, &name, traits)) {
            continue;
        }
        let path = read_tokens(&derive.path);
        added.extend(quote!(, #path));
        present.push(name);
    }
    added
}

/// Whether a type that was not named itself gets a derive: one of the standard library only if all its parts have it.
fn has_trait(derive: &AddedDerive, name: &str, traits: DerivedTraits) -> bool {
    let is_std = derive.path == name
        || ["::std::", "std::", "::core::", "core::"]
            .iter()
            .any(|std| derive.path.starts_with(std));
    match name {
        _ if !is_std => true,
        "Eq" => traits.is_eq,
        "Hash" => traits.is_hash,
        "PartialOrd" | "Ord" => traits.is_ord,
        "Copy" | "Default" => false,
        _ => true,
    }
}

/// Returns the attributes that settings add to a type.
pub(super) fn emit_attributes(definition: &TypeDef) -> TokenStream {
    definition
        .custom
        .attributes
        .iter()
        .map(|text| read_tokens(text))
        .collect()
}

/// Returns the attributes that settings add to the field or variant at a position.
pub(super) fn emit_member_attributes(definition: &TypeDef, at: usize) -> TokenStream {
    let attributes = definition.custom.members.get(&at).into_iter().flatten();
    attributes.map(|text| read_tokens(text)).collect()
}

fn name_of(token: TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(name) => Some(name.to_string()),
        _ => None,
    }
}

/// Returns the type of maps, without its parameters.
pub(super) fn emit_map_type(settings: &Settings) -> TokenStream {
    let path = settings.table.map_type.as_deref();
    path.map_or_else(|| quote!(::std::collections::BTreeMap), read_tokens)
}

/// Returns the tokens of what settings say.
pub(super) fn read_tokens(text: &str) -> TokenStream {
    text.parse().expect("settings are parsed before anything is generated")
}
