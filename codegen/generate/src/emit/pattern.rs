//! Typed builders for event patterns: a property that the schema does not have does not compile. A pattern pins source,
//! detail-type and, where the event names its version, the major: a rule that does not would receive a dual-published fact
//! once for each version.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;

use super::pattern_fields::{FieldConditions, FieldGroups, PatternField, list_fields};
use super::{docs, docs_of_named, ident};
use crate::ir::{EventModule, Type, TypeId, TypeShape, VersionTypes};

pub(super) fn emit_pattern(event: &EventModule, version: &VersionTypes) -> TokenStream {
    let Some(groups) = FieldGroups::find(version) else {
        return TokenStream::new();
    };
    let root = ident(&version.root().name);
    let about = format!(
        " Builds event patterns for `{}` {}.",
        event.name.schema_name(),
        version.version
    );
    let start = start(event, version);
    let fields = list_fields(&groups.root, version);
    let methods = fields.iter().filter_map(|field| method(field, &groups, &Holder::Root));
    let methods: Vec<_> = methods.collect();
    let below = groups.below.iter();
    let below = below.map(|(types, name)| group_type((types, name), &groups, version));
    let below: Vec<_> = below.collect();
    let imports = imports(&quote!(#start #(#methods)* #(#below)*));
    quote! {
        impl #root {
            /// A pattern for the events of this major, to be narrowed by their fields.
            pub fn pattern() -> pattern::#root {
                pattern::#root::new()
            }
        }
        #[doc = #about]
        pub mod pattern {
            use ::schemactl_runtime::pattern::{#(#imports),*};
            /// A pattern under construction. Fields are joined by and, conditions on one field by or.
            #[derive(Clone, Debug)]
            pub struct #root(PatternBuilder);
            impl #root {
                pub(super) fn new() -> Self {
                    Self(#start)
                }
                /// The pattern.
                pub fn build(self) -> Pattern {
                    self.0.build()
                }
                #(#methods)*
            }
            impl From<PatternBuilder> for #root {
                fn from(builder: PatternBuilder) -> Self {
                    Self(builder)
                }
            }
            impl From<#root> for PatternBuilder {
                fn from(pattern: #root) -> Self {
                    pattern.0
                }
            }
            #(#below)*
        }
    }
}

/// What the module uses, and nothing else: generated code is compiled under `deny(warnings)`.
fn imports(used: &TokenStream) -> Vec<Ident> {
    const OTHERS: [&str; 7] = [
        "AnyField",
        "BoolField",
        "MapField",
        "Matcher",
        "NumberField",
        "Place",
        "StringField",
    ];
    let mut found = BTreeSet::from(["Pattern".to_owned(), "PatternBuilder".to_owned()]);
    let mut open = vec![used.clone()];
    while let Some(tokens) = open.pop() {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    let name = name.to_string();
                    if OTHERS.contains(&name.as_str()) {
                        found.insert(name);
                    }
                }
                TokenTree::Group(group) => open.push(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    found.iter().map(|name| ident(name)).collect()
}

fn start(event: &EventModule, version: &VersionTypes) -> TokenStream {
    let (source, detail_type, path) = (&event.source, &event.detail_type, event.version_field.place().tokens());
    // Without a pin where no version names itself, or where this one does in its own way.
    let is_pinned = has_version(version) || !names(version, path);
    let pin = (is_pinned && event.versions.iter().any(has_version)).then(|| {
        let major = version.version.major();
        let (prefix, alone) = (format!("{major}."), major.to_string());
        let absent = (!version.names_version).then(|| quote!(Matcher::absent()));
        let bare = (!version.is_text_listed).then(|| quote!(Matcher::eq(#alone)));
        let may_be_null = all_types(version).any(|value| *value == Type::Version { is_text: false });
        let null = may_be_null.then(|| quote!(Matcher::null()));
        let matchers = [Some(quote!(Matcher::prefix(#prefix))), bare, absent, null];
        let matchers: Vec<_> = matchers.into_iter().flatten().collect();
        match matchers.as_slice() {
            [only] => quote!(.field(&["detail", #(#path),*], #only)),
            several => quote!(.any_of_field(&["detail", #(#path),*], [#(#several),*])),
        }
    });
    quote!(PatternBuilder::new().source(#source).detail_type(#detail_type)#pin)
}

fn has_version(version: &VersionTypes) -> bool {
    all_types(version).any(Type::is_version)
}

/// Whether the types have a property at the end of a path, in an alternative at least.
fn names(version: &VersionTypes, path: &[String]) -> bool {
    let mut open = vec![(version.root, path)];
    let mut seen = Vec::new();
    while let Some(step) = open.pop() {
        let (at, path) = step;
        if seen.contains(&step) {
            continue;
        }
        seen.push(step);
        let inside = |value: &Type, rest| value.find_name().map(|name| (name, rest));
        match (&version.types[at].shape, path) {
            (TypeShape::Struct(structure), [key, rest @ ..]) => {
                let field = structure.fields.iter().find(|field| field.key == *key);
                if field.is_some() && rest.is_empty() {
                    return true;
                }
                open.extend(field.and_then(|field| inside(&field.value, rest)));
            }
            (TypeShape::Choice { variants, .. } | TypeShape::Keyed { variants }, _) => {
                open.extend(variants.iter().filter_map(|variant| inside(&variant.value, path)));
            }
            _ => {}
        }
    }
    false
}

fn all_types(version: &VersionTypes) -> impl Iterator<Item = &Type> {
    version.types.iter().flat_map(|definition| definition.shape.types())
}

/// Who has the method: the pattern itself, or a group of fields below it.
enum Holder {
    Root,
    Group,
}

fn method(field: &PatternField, groups: &FieldGroups, holder: &Holder) -> Option<TokenStream> {
    let (name, key) = (ident(&field.name), &field.key);
    let docs = document_field(field);
    let (parent, make, place) = match holder {
        Holder::Root => (quote!(Self), quote!(new), quote!(self, &["detail", #key])),
        Holder::Group => (quote!(P), quote!(at), quote!(self.0.member(#key))),
    };
    let handle = match &field.conditions {
        FieldConditions::Text => quote!(StringField),
        FieldConditions::Number => quote!(NumberField),
        FieldConditions::Bool => quote!(BoolField),
        FieldConditions::Any(_) => quote!(AnyField),
        FieldConditions::Map => quote!(MapField),
        FieldConditions::Group(types) => {
            let group = ident(groups.name(types));
            let place = match holder {
                Holder::Root => quote!(Place::new(#place)),
                Holder::Group => place,
            };
            return Some(quote!(#docs pub fn #name(self) -> #group<#parent> { #group(#place) }));
        }
        FieldConditions::Pinned => return None,
    };
    Some(quote!(#docs pub fn #name(self) -> #handle<#parent> { #handle::#make(#place) }))
}

/// What the schema says of a field, and why it takes any condition if that is not plain to see.
fn document_field(field: &PatternField) -> TokenStream {
    let text = docs_of_named(&field.name, &field.key, field.docs.as_deref()).unwrap_or_else(|| docs(&field.key));
    let FieldConditions::Any(kinds) = &field.conditions else {
        return text;
    };
    if kinds.is_empty() {
        return text;
    }
    let kinds: Vec<_> = kinds.iter().copied().collect();
    let kinds = docs(&format!("One of several types: {}.", kinds.join(", ")));
    quote!(#text #[doc = ""] #kinds)
}

fn group_type((types, name): (&BTreeSet<TypeId>, &str), groups: &FieldGroups, version: &VersionTypes) -> TokenStream {
    let name: Ident = ident(name);
    let names: Vec<_> = types
        .iter()
        .map(|id| format!("`{}`", version.types[*id].name))
        .collect();
    let about = match names.as_slice() {
        [only] => format!(" The fields of {only}."),
        several => format!(" The fields of {}, whichever the event has.", several.join(", ")),
    };
    let fields = list_fields(types, version);
    let methods = fields.iter().map(|field| method(field, groups, &Holder::Group));
    quote! {
        #[doc = #about]
        #[derive(Debug)]
        #[must_use = "a field without a condition is not part of the pattern"]
        pub struct #name<P>(Place<P>);
        impl<P: From<PatternBuilder>> #name<P> {
            #(#methods)*
        }
    }
}
