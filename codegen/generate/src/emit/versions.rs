//! The enum over the versions of an event, and how an event finds its version.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

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
    let readers = readers(event);
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
            #readers
            #(#into)*
            /// The version whose type holds the event. `None` if it is unknown.
            pub fn version(&self) -> Option<&'static str> {
                match self {
                    #(Self::#variants(_) => Some(#texts),)*
                    Self::Unknown { .. } => None,
                }
            }
        }
        #(impl From<#modules::#root> for #name {
            fn from(event: #modules::#root) -> Self {
                Self::#variants(event)
            }
        })*
    }
}

/// The functions that read an event in any version, from what it comes in.
fn readers(event: &EventModule) -> TokenStream {
    let (source, detail_type) = (&event.source, &event.detail_type);
    let decode = decode(event);
    quote! {
        #decode
        /// Reads the JSON text of a detail, in bytes.
        pub fn decode_slice(detail: &[u8]) -> Result<Self, ::schemactl_runtime::DecodeError> {
            ::schemactl_runtime::__private::read_text_of(detail).and_then(Self::decode)
        }
        /// Reads a detail that was parsed already.
        pub fn decode_value(detail: &::schemactl_runtime::serde_json::Value) -> Result<Self, ::schemactl_runtime::DecodeError> {
            Self::decode(&detail.to_string())
        }
        /// Reads the detail of an envelope, which must be one of this event.
        pub fn from_envelope(envelope: &::schemactl_runtime::Envelope) -> Result<Self, ::schemactl_runtime::DecodeError> {
            envelope.is_event(#source, #detail_type)?;
            Self::decode(envelope.detail())
        }
        /// Reads the detail of an event as EventBridge delivers it: the envelope, or an SQS message around it.
        pub fn from_event(event: &str) -> Result<Self, ::schemactl_runtime::DecodeError> {
            Self::from_envelope(&::schemactl_runtime::Envelope::parse(event)?)
        }
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
fn decode(event: &EventModule) -> TokenStream {
    let (field, path) = (event.version_field.as_str(), event.version_field.place().tokens());
    let named = match path {
        [only] => quote!(::schemactl_runtime::__private::find_version(detail, #only)?),
        several => quote!(::schemactl_runtime::__private::find_version_at(detail, #field, &[#(#several),*])?),
    };
    let read = |version: &VersionTypes| {
        let (variant, module, root) = (variant(version), ident(&version.module), ident(&event.type_name));
        quote!(::schemactl_runtime::decode_detail::<#module::#root>(detail).map(Self::#variant))
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
        /// Reads the JSON text of a detail, as the version that it names.
        pub fn decode(detail: &str) -> Result<Self, ::schemactl_runtime::DecodeError> {
            use ::schemactl_runtime::__private::NamedVersion;
            match #named {
                #(#exact)*
                #(#major)*
                #unnamed
                other => Ok(Self::Unknown { version: other.text(), detail: detail.to_owned() }),
            }
        }
    }
}
