//! From the middle form to tokens. Everything that came from a schema enters the tokens as an identifier made by `names` or
//! as a string literal, so no title, description or property name can become code.

mod pattern;
mod publish;
mod types;
mod versions;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use crate::Settings;
use crate::ir::{Event, Ir, Type, VersionTypes};
use crate::names::is_keyword;

/// The tokens of a file.
pub(crate) fn emit(ir: &Ir, settings: &Settings) -> TokenStream {
    let events = ir.events.iter().map(|event| emit_event(event, settings));
    quote!(#(#events)*)
}

fn emit_event(event: &Event, settings: &Settings) -> TokenStream {
    let module = ident(&event.module);
    let docs = docs(event.docs.as_deref().unwrap_or(&event.type_name));
    let versions = event
        .versions
        .iter()
        .map(|version| emit_version(event, version, settings));
    let majors = majors(event);
    let any = versions::any(event);
    let publish = publish::publish(event, settings);
    // Lints that ask for another shape than the schema has.
    quote! {
        #docs
        #[allow(
            clippy::large_enum_variant,
            clippy::redundant_closure,
            clippy::struct_excessive_bools,
            clippy::too_many_arguments,
            clippy::wrong_self_convention
        )]
        #[allow(deprecated, missing_docs, non_camel_case_types, rustdoc::all)]
        pub mod #module {
            #(#versions)*
            #majors
            #any
            #publish
        }
    }
}

fn emit_version(event: &Event, version: &VersionTypes, settings: &Settings) -> TokenStream {
    let module = ident(&version.module);
    let text = format!(" `{}` {}", event.name.schema_name(), version.version);
    let types = types::types(version, settings);
    let implementation = types::event(event, version);
    let pattern = pattern::pattern(event, version);
    quote! {
        #[doc = #text]
        pub mod #module {
            use ::schemactl_runtime::serde::{Deserialize, Serialize};
            #types
            #implementation
            #pattern
        }
    }
}

/// `v1` is the newest version of major 1 that was generated.
fn majors(event: &Event) -> TokenStream {
    let newest = newest_of_majors(event).into_iter().map(|version| {
        let (module, major) = (ident(&version.module), format_ident!("v{}", version.version.major()));
        quote!(pub use self::#module as #major;)
    });
    quote!(#(#newest)*)
}

/// The newest version of each major, oldest major first.
fn newest_of_majors(event: &Event) -> Vec<&VersionTypes> {
    let mut newest: Vec<&VersionTypes> = Vec::new();
    for version in &event.versions {
        match newest.last_mut() {
            Some(last) if last.version.major() == version.version.major() => *last = version,
            _ => newest.push(version),
        }
    }
    newest
}

/// An identifier, raw where it has to be.
fn ident(name: &str) -> Ident {
    if is_keyword(name) {
        Ident::new_raw(name, Span::call_site())
    } else {
        Ident::new(name, Span::call_site())
    }
}

/// Documentation. Indented text and fences would be run as tests, brackets and angles would be read as links and HTML.
fn docs(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| {
        let mut safe = String::from(" ");
        for letter in line.trim().chars() {
            if matches!(letter, '`' | '~' | '[' | ']' | '<' | '>' | '\\' | '*' | '_' | '#' | '|') {
                safe.push('\\');
            }
            // Control characters and marks that reorder text have no place in source code.
            if !letter.is_control()
                && !matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            {
                safe.push(letter);
            }
        }
        safe
    });
    quote!(#(#[doc = #lines])*)
}

/// The type of a value, seen from the module of its version; `types` are that version's.
fn type_tokens(value: &Type, version: &VersionTypes, prefix: &TokenStream) -> TokenStream {
    let inner = |value: &Type| type_tokens(value, version, prefix);
    match value {
        Type::Bool => quote!(bool),
        Type::String => quote!(String),
        Type::Timestamp => quote!(::schemactl_runtime::Timestamp),
        Type::I64 => quote!(i64),
        Type::U64 => quote!(u64),
        Type::F64 => quote!(f64),
        Type::Version => {
            let root = ident(&version.root().name);
            quote!(::schemactl_runtime::VersionOf<#prefix #root>)
        }
        Type::Json => quote!(::schemactl_runtime::serde_json::Value),
        Type::Null => quote!(()),
        Type::Nullable(value) => {
            let value = inner(value);
            quote!(Option<#value>)
        }
        Type::List(value) => {
            let value = inner(value);
            quote!(Vec<#value>)
        }
        Type::Map(value) => {
            let value = inner(value);
            quote!(::std::collections::BTreeMap<String, #value>)
        }
        Type::Named(index) => {
            let name = ident(&version.types[*index].name);
            quote!(#prefix #name)
        }
        Type::Boxed(index) => {
            let name = ident(&version.types[*index].name);
            quote!(Box<#prefix #name>)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_is_only_documentation() {
        let text =
            docs("```\nfn main() {}\n```\n    indented */ \"] mod evil {\n[link](x) <b>\u{202e}\u{7}").to_string();
        assert!(
            !text.contains("```") && !text.contains("    indented") && !text.contains('\u{202e}'),
            "{text}"
        );
        let parsed: TokenStream = text.parse().unwrap();
        assert_eq!(
            parsed.into_iter().count(),
            10,
            "five attributes and nothing else: {text}"
        );
    }
}
