//! The types of one version, and what makes the root an event.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{docs, ident, type_tokens};
use crate::ir::{Event, Field, Shape, Type, TypeDef, Variant, VersionTypes};
use crate::{Settings, UnknownFields};

pub(super) fn types(version: &VersionTypes, settings: &Settings) -> TokenStream {
    let types = version.types.iter().map(|definition| match &definition.shape {
        Shape::Struct(fields) => structure(definition, fields, version, settings),
        Shape::Enum { variants, extensible } => enumeration(definition, variants, *extensible),
        Shape::Newtype(inner) => newtype(definition, inner, version),
    });
    quote!(#(#types)*)
}

/// `impl Event` for the root.
pub(super) fn event(event: &Event, version: &VersionTypes) -> TokenStream {
    let root = ident(&version.root().name);
    let (source, detail_type, field) = (&event.source, &event.detail_type, &event.version_field);
    let schema_name = event.name.schema_name();
    let number = &version.version;
    let text = number.to_string();
    let [major, minor, patch] = [number.major(), number.minor(), number.patch()].map(Literal::u64_unsuffixed);
    quote! {
        impl ::schemactl_runtime::Event for #root {
            const SOURCE: &'static str = #source;
            const DETAIL_TYPE: &'static str = #detail_type;
            const VERSION: ::schemactl_runtime::EventVersion = ::schemactl_runtime::EventVersion {
                major: #major,
                minor: #minor,
                patch: #patch,
                text: #text,
            };
            const SCHEMA_NAME: &'static str = #schema_name;
            const VERSION_FIELD: &'static str = #field;
        }
    }
}

/// Everything that stands above a type.
fn head(definition: &TypeDef) -> TokenStream {
    let docs = docs(definition.docs.as_deref().unwrap_or(&definition.name));
    let deprecated = definition.deprecated.then(|| quote!(#[deprecated]));
    quote!(#docs #deprecated)
}

fn structure(definition: &TypeDef, fields: &[Field], version: &VersionTypes, settings: &Settings) -> TokenStream {
    let (head, name) = (head(definition), ident(&definition.name));
    let default = fields.iter().all(is_defaulted).then(|| quote!(Default,));
    let refuse = (settings.unknown_fields == UnknownFields::Refuse).then(|| quote!(, deny_unknown_fields));
    let members = fields.iter().map(|field| member(field, version));
    let unknown = (settings.unknown_fields == UnknownFields::Preserve).then(|| {
        quote! {
            /// Properties that this version of the schema does not name.
            #[serde(flatten)]
            pub unknown_fields: ::schemactl_runtime::serde_json::Map<String, ::schemactl_runtime::serde_json::Value>,
        }
    });
    let constructor = default.is_none().then(|| constructor(&name, fields, version, settings));
    quote! {
        #head
        #[derive(Clone, Debug, #default PartialEq, Serialize, Deserialize)]
        #[serde(crate = "::schemactl_runtime::serde" #refuse)]
        pub struct #name {
            #(#members)*
            #unknown
        }
        #constructor
    }
}

/// Whether a new value needs nobody to say what it is.
fn is_defaulted(field: &Field) -> bool {
    field.value == Type::Version || !field.required
}

fn member(field: &Field, version: &VersionTypes) -> TokenStream {
    let docs = field.docs.as_deref().map(docs);
    let deprecated = field.deprecated.then(|| quote!(#[deprecated]));
    let (name, key) = (ident(&field.name), &field.key);
    let rename = (field.name != field.key).then(|| quote!(rename = #key));
    let settings: Vec<_> = rename.into_iter().chain(presence(field)).collect();
    let serde = (!settings.is_empty()).then(|| quote!(#[serde(#(#settings),*)]));
    let value = member_type(field, version);
    quote!(#docs #deprecated #serde pub #name: #value,)
}

/// How a property is read and written that may be absent or `null`. Absent stays absent, `null` stays `null`.
fn presence(field: &Field) -> Option<TokenStream> {
    let absent = quote!(default, skip_serializing_if = "Option::is_none");
    match (field.required, field.nullable) {
        _ if field.value == Type::Version => (!field.required).then(|| quote!(default)),
        (true, false) => None,
        (true, true) => Some(quote!(deserialize_with = "::schemactl_runtime::value_or_null")),
        (false, false) => Some(quote!(#absent, deserialize_with = "::schemactl_runtime::present")),
        (false, true) => Some(quote!(#absent, deserialize_with = "::schemactl_runtime::null_or")),
    }
}

fn member_type(field: &Field, version: &VersionTypes) -> TokenStream {
    let value = type_tokens(&field.value, version, &quote!());
    match (field.required || field.value == Type::Version, field.nullable) {
        (true, false) => value,
        (true, true) | (false, false) => quote!(Option<#value>),
        (false, true) => quote!(Option<Option<#value>>),
    }
}

/// `new` takes what the schema requires; the version is set, the rest is absent.
fn constructor(
    name: &proc_macro2::Ident,
    fields: &[Field],
    version: &VersionTypes,
    settings: &Settings,
) -> TokenStream {
    let (needed, rest): (Vec<_>, Vec<_>) = fields.iter().partition(|field| !is_defaulted(field));
    let parameters = needed.iter().map(|field| {
        let name = ident(&field.name);
        let value = if is_text(field) {
            quote!(impl Into<String>)
        } else {
            member_type(field, version)
        };
        quote!(#name: #value)
    });
    let given = needed.iter().map(|field| {
        let name = ident(&field.name);
        if is_text(field) {
            quote!(#name: #name.into())
        } else {
            quote!(#name)
        }
    });
    let absent = rest.iter().map(|field| {
        let name = ident(&field.name);
        if field.value == Type::Version {
            quote!(#name: Default::default())
        } else {
            quote!(#name: None)
        }
    });
    let unknown =
        (settings.unknown_fields == UnknownFields::Preserve).then(|| quote!(unknown_fields: Default::default(),));
    quote! {
        impl #name {
            /// With everything that the schema requires.
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#given,)* #(#absent,)* #unknown }
            }
        }
    }
}

fn is_text(field: &Field) -> bool {
    field.value == Type::String && !field.nullable
}

fn enumeration(definition: &TypeDef, variants: &[Variant], extensible: bool) -> TokenStream {
    let (head, name) = (head(definition), ident(&definition.name));
    let names: Vec<_> = variants.iter().map(|variant| ident(&variant.name)).collect();
    let values: Vec<_> = variants.iter().map(|variant| &variant.value).collect();
    let open = extensible.then(|| quote!(#[non_exhaustive]));
    let unknown = extensible.then(|| {
        quote! {
            /// A value that this version of the schema does not list.
            #[serde(untagged)]
            Unknown(String),
        }
    });
    let unknown_text = extensible.then(|| quote!(Self::Unknown(value) => value,));
    quote! {
        #head
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(crate = "::schemactl_runtime::serde")]
        #open
        pub enum #name {
            #(#[serde(rename = #values)] #names,)*
            #unknown
        }
        impl #name {
            /// The value as the event carries it.
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#names => #values,)*
                    #unknown_text
                }
            }
        }
    }
}

fn newtype(definition: &TypeDef, inner: &Type, version: &VersionTypes) -> TokenStream {
    let (head, name) = (head(definition), ident(&definition.name));
    let inner = type_tokens(inner, version, &quote!());
    quote! {
        #head
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(crate = "::schemactl_runtime::serde", transparent)]
        pub struct #name(pub #inner);
    }
}
