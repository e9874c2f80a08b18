//! Typed builders for event patterns: a property that the schema does not have does not compile. A pattern pins source,
//! detail-type and, where the event names its version, the major: a rule that does not would receive a dual-published fact
//! once for each version.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;

use super::{docs, docs_of_named, ident};
use crate::ir::{Constant, EventModule, Field, Structure, Type, TypeDef, TypeId, TypeShape, VersionTypes};

pub(super) fn emit_pattern(event: &EventModule, version: &VersionTypes) -> TokenStream {
    let TypeShape::Struct(Structure { fields, .. }) = &version.root().shape else {
        return TokenStream::new();
    };
    let root = ident(&version.root().name);
    let about = format!(
        " Builds event patterns for `{}` {}.",
        event.name.schema_name(),
        version.version
    );
    let start = start(event, version);
    let methods = fields.iter().filter_map(|field| method(field, version, &Holder::Root));
    let methods: Vec<_> = methods.collect();
    let groups = groups(version)
        .into_iter()
        .map(|group| group_type(&version.types[group], version));
    let groups: Vec<_> = groups.collect();
    let imports = imports(&quote!(#start #(#methods)* #(#groups)*));
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
            #(#groups)*
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

/// Whether the types have a property at the end of a path.
fn names(version: &VersionTypes, path: &[String]) -> bool {
    let mut definition = version.root();
    for (at, key) in path.iter().enumerate() {
        let TypeShape::Struct(structure) = &definition.shape else {
            return false;
        };
        let Some(field) = structure.fields.iter().find(|field| field.key == *key) else {
            return false;
        };
        definition = match &field.value {
            _ if at + 1 == path.len() => return true,
            Type::Named(index) | Type::Boxed(index) => &version.types[*index],
            _ => return false,
        };
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

fn method(field: &Field, version: &VersionTypes, holder: &Holder) -> Option<TokenStream> {
    let (name, key) = (ident(&field.name), &field.key);
    let docs = docs_of_named(&field.name, &field.key, field.docs.as_deref()).unwrap_or_else(|| docs(&field.key));
    let (parent, make, place) = match holder {
        Holder::Root => (quote!(Self), quote!(new), quote!(self, &["detail", #key])),
        Holder::Group => (quote!(P), quote!(at), quote!(self.0.member(#key))),
    };
    let handle = match target(&field.value, version) {
        FieldConditions::Text => quote!(StringField),
        FieldConditions::Number => quote!(NumberField),
        FieldConditions::Bool => quote!(BoolField),
        FieldConditions::Any => quote!(AnyField),
        FieldConditions::Map => quote!(MapField),
        FieldConditions::Group(group) => {
            let group = ident(&group_name(&version.types[group], version));
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

/// What a pattern can ask of a field. EventBridge looks into arrays by itself.
enum FieldConditions {
    Text,
    Number,
    Bool,
    Any,
    Map,
    Group(TypeId),
    Pinned,
}

fn target(value: &Type, version: &VersionTypes) -> FieldConditions {
    match value {
        Type::Bool => FieldConditions::Bool,
        Type::String | Type::Timestamp | Type::DecimalText => FieldConditions::Text,
        Type::Int(_) | Type::Integer | Type::F64 | Type::Decimal => FieldConditions::Number,
        Type::Version { .. } => FieldConditions::Pinned,
        Type::Json(_) | Type::Null | Type::Never | Type::Foreign(_) | Type::Tuple(_) => FieldConditions::Any,
        Type::Map(_) => FieldConditions::Map,
        Type::Nullable(inner) | Type::List(inner) => target(inner, version),
        Type::Named(index) | Type::Boxed(index) => match &version.types[*index].shape {
            TypeShape::Struct(_) => FieldConditions::Group(*index),
            TypeShape::Enum { .. } | TypeShape::Constant(Constant::Text(_)) => FieldConditions::Text,
            // A pattern has no end in recursive definitions, which are the newtypes, and no alternatives.
            TypeShape::Newtype(_) | TypeShape::Choice { .. } | TypeShape::Keyed { .. } | TypeShape::Constant(_) => {
                FieldConditions::Any
            }
        },
    }
}

/// The structs that are reached from the root.
fn groups(version: &VersionTypes) -> Vec<TypeId> {
    let mut found = Vec::new();
    let mut open = vec![version.root];
    while let Some(at) = open.pop() {
        let TypeShape::Struct(Structure { fields, .. }) = &version.types[at].shape else {
            continue;
        };
        for field in fields {
            if let FieldConditions::Group(group) = target(&field.value, version)
                && !found.contains(&group)
            {
                found.push(group);
                open.push(group);
            }
        }
    }
    found.sort_unstable();
    found
}

/// Not the struct's own name: the root's pattern has that.
fn group_name(definition: &TypeDef, version: &VersionTypes) -> String {
    let name = format!("{}Fields", definition.name);
    if name == version.root().name {
        format!("{name}Group")
    } else {
        name
    }
}

fn group_type(definition: &TypeDef, version: &VersionTypes) -> TokenStream {
    let TypeShape::Struct(Structure { fields, .. }) = &definition.shape else {
        return TokenStream::new();
    };
    let name: Ident = ident(&group_name(definition, version));
    let about = format!(" The fields of `{}`.", definition.name);
    let methods = fields.iter().map(|field| method(field, version, &Holder::Group));
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
