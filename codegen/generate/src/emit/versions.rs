//! The enum over the versions of an event, and how an event finds its version.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::macros::{emit_call, quote_literal};
use super::{deprecated, ident};
use crate::ir::{EventModule, VersionTypes};

pub(super) fn emit_any_version(event: &EventModule) -> TokenStream {
    let name = format_ident!("Any{}", event.type_name.trim_start_matches('_'));
    let root = ident(&event.type_name);
    let about = format!(" `{}` in any version.", event.name.schema_name());
    let modules: Vec<_> = event.versions.iter().map(|version| ident(&version.module)).collect();
    let variants: Vec<_> = event.versions.iter().map(variant).collect();
    let docs = event
        .versions
        .iter()
        .map(|version| format!(" Version {}.", version.version));
    let ends = event
        .versions
        .iter()
        .map(|version| version.deprecated.as_deref().map(deprecated));
    let ends: Vec<_> = ends.collect();
    let texts = event.versions.iter().map(|version| version.version.to_string());
    let read = emit_read(event);
    let entries = variants
        .iter()
        .zip(&modules)
        .map(|(variant, module)| format!("{variant} = {module}::{root}"));
    let (source, detail_type) = (quote_literal(&event.source), quote_literal(&event.detail_type));
    let version_enum = emit_call(
        "version_enum",
        Some(format!("{name}({source}, {detail_type})")),
        entries,
        None,
    );
    let into = event
        .newest_of_majors()
        .into_iter()
        .map(|newest| into_major(event, &event.versions[newest]));
    quote! {
        #[doc = #about]
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#[doc = #docs] #ends #variants(#modules::#root),)*
            /// A version that is not here: written by a producer that is ahead, or without its version.
            Unknown {
                /// The version that the event names.
                version: Option<String>,
                /// The detail, as it came in.
                detail: String,
            },
        }
        impl #name {
            #read
            #(#into)*
            /// The version whose type holds the event. `None` if it is unknown.
            pub fn version(&self) -> Option<&'static str> {
                match self {
                    #(Self::#variants(_) => Some(#texts),)*
                    Self::Unknown { .. } => None,
                }
            }
        }
        #version_enum
    }
}

fn variant(version: &VersionTypes) -> proc_macro2::Ident {
    ident(&version.module.to_uppercase())
}

/// A minor version that is added takes nothing away from who asks for the major.
fn into_major(event: &EventModule, newest: &VersionTypes) -> TokenStream {
    let major = newest.version.major();
    let name = format_ident!("into_v{major}");
    let (module, root, own) = (ident(&newest.module), ident(&event.type_name), variant(newest));
    let of_major = event.versions.iter().filter(|version| version.version.major() == major);
    let older = of_major
        .filter(|version| version.version != newest.version)
        .map(variant);
    let about = format!(
        " The event as {}, if it is of that major: what an older minor wrote is read as the newest. Gives anything else back.",
        newest.version
    );
    let end = newest.deprecated.as_deref().map(deprecated);
    quote! {
        #[doc = #about]
        #end
        pub fn #name(self) -> Result<#module::#root, Self> {
            match self {
                Self::#own(event) => Ok(event),
                #(Self::#older(event) => ::schemactl_runtime::__private::read_as(&event).map_err(|_| event.into()),)*
                other => Err(other),
            }
        }
    }
}

/// A version that was generated is read by its own type; another minor of a known major by the newest of that major, which
/// the compatibility check allows; anything else is kept as it came.
fn emit_read(event: &EventModule) -> TokenStream {
    let (field, path) = (event.version_field.as_str(), event.version_field.place().tokens());
    let named = match path {
        [only] => quote!(detail.find_version(#only)?),
        several => quote!(detail.find_version_at(#field, &[#(#several),*])?),
    };
    let read = |version: &VersionTypes| {
        let (variant, module, root) = (variant(version), ident(&version.module), ident(&event.type_name));
        quote!(detail.decode::<#module::#root>().map(Self::#variant))
    };
    let exact = event.versions.iter().map(|version| {
        let (number, read) = (&version.version, read(version));
        let [major, minor, patch] = [number.major(), number.minor(), number.patch()].map(Literal::u64_unsuffixed);
        quote!(NamedVersion::Text(version) if ::schemactl_runtime::__private::is_version(&version, [#major, #minor, #patch]) => #read,)
    });
    let major = event.newest_of_majors().into_iter().map(|version| {
        let version = &event.versions[version];
        let (major, read) = (Literal::u64_unsuffixed(version.version.major()), read(version));
        quote!(NamedVersion::Text(version) if ::schemactl_runtime::__private::is_of_major(&version, #major) => #read,)
    });
    let unnamed = event
        .versions
        .iter()
        .rev()
        .find(|version| !version.names_version)
        .map(|version| {
            let read = read(version);
            quote!(NamedVersion::Absent => #read,)
        });
    quote! {
        fn read(detail: ::schemactl_runtime::__private::DetailSource<'_>) -> Result<Self, ::schemactl_runtime::DecodeError> {
            use ::schemactl_runtime::__private::NamedVersion;
            match #named {
                #(#exact)*
                #(#major)*
                #unnamed
                other => Ok(Self::Unknown { version: other.text(), detail: detail.to_text() }),
            }
        }
    }
}
