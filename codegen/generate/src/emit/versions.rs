//! The enum over the versions of an event, and how an event finds its version.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::macros::{emit_call, quote_literal};
use super::{deprecated, ident};
use crate::ir::{EventModule, VersionId, VersionTypes};

/// Returns the name of the enum over the versions of an event.
pub(super) fn name_any_version(event: &EventModule) -> Ident {
    format_ident!("Any{}", event.type_name.trim_start_matches('_'))
}

pub(super) fn emit_any_version(event: &EventModule) -> TokenStream {
    let name = name_any_version(event);
    let root = ident(&event.type_name);
    let about = format!(" `{}` in any version.", event.name.schema_name());
    let modules: Vec<_> = event.versions.iter().map(|version| ident(&version.module)).collect();
    let variants: Vec<_> = event.versions.iter().map(version_ident).collect();
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

/// The name of the variant of a version.
pub(super) fn version_ident(version: &VersionTypes) -> proc_macro2::Ident {
    ident(&version.module.to_uppercase())
}

/// A minor version that is added takes nothing away from who asks for the major. An event of another major and one that the newest minor cannot read
/// are told apart, so that nobody keeps data as unknown that is wrong.
fn into_major(event: &EventModule, newest: &VersionTypes) -> TokenStream {
    let major = newest.version.major();
    let name = format_ident!("into_v{major}");
    let (module, root, own) = (ident(&newest.module), ident(&event.type_name), version_ident(newest));
    let of_major = event.versions.iter().filter(|version| version.version.major() == major);
    let older = of_major
        .filter(|version| version.version != newest.version)
        .map(version_ident);
    let about = format!(
        " Returns the event as {}, as which all minors of its major are read, or an event of another major as it is.",
        newest.version
    );
    let errors = format!(" Fails if an event of an older minor is not one of {}.", newest.version);
    let end = newest.deprecated.as_deref().map(deprecated);
    quote! {
        #[doc = #about]
        ///
        /// # Errors
        ///
        #[doc = #errors]
        #end
        pub fn #name(self) -> Result<Result<#module::#root, Self>, ::schemactl_runtime::DecodeError> {
            match self {
                Self::#own(event) => Ok(Ok(event)),
                #(Self::#older(event) => ::schemactl_runtime::__private::read_as(&event).map(Ok),)*
                other => Ok(Err(other)),
            }
        }
    }
}

/// A version that was generated is read by its own type; another minor of a known major by the newest of that major, which
/// the compatibility check allows; anything else is kept as it came.
fn emit_read(event: &EventModule) -> TokenStream {
    let named = emit_named_version(event);
    let read = |version: &VersionTypes| {
        let (variant, module, root) = (version_ident(version), ident(&version.module), ident(&event.type_name));
        quote!(detail.decode::<#module::#root>().map(Self::#variant))
    };
    let majors: Vec<u64> = event.versions.iter().map(|version| version.version.major()).collect();
    let versions: Vec<VersionId> = event.versions.ids().collect();
    let arms = emit_version_arms(event, (&versions, &majors), &read, &quote!());
    quote! {
        fn read(detail: ::schemactl_runtime::__private::DetailSource<'_>) -> Result<Self, ::schemactl_runtime::DecodeError> {
            use ::schemactl_runtime::__private::NamedVersion;
            match #named {
                #arms
                other => Ok(Self::Unknown { version: other.text(), detail: detail.to_text() }),
            }
        }
    }
}

/// The version that a detail names.
pub(super) fn emit_named_version(event: &EventModule) -> TokenStream {
    let (field, path) = (event.version_field.as_str(), event.version_field.place().tokens());
    match path {
        [only] => quote!(detail.find_version(#only)?),
        several => quote!(detail.find_version_at(#field, &[#(#several),*])?),
    }
}

/// What is done with each version that a detail may name: those of `versions` are read, and later minors of `open_majors` as the newest of theirs.
/// `skip` is what is done with other versions of these.
pub(super) fn emit_version_arms(
    event: &EventModule,
    (versions, open_majors): (&[VersionId], &[u64]),
    read: &dyn Fn(&VersionTypes) -> TokenStream,
    skip: &TokenStream,
) -> TokenStream {
    let arm = |version: &VersionTypes, tokens: &TokenStream| {
        let number = &version.version;
        let [major, minor, patch] = [number.major(), number.minor(), number.patch()].map(Literal::u64_unsuffixed);
        quote!(NamedVersion::Text(version) if ::schemactl_runtime::__private::is_version(&version, [#major, #minor, #patch]) => #tokens,)
    };
    let exact = event.versions.entries().map(|(id, version)| {
        if versions.contains(&id) {
            arm(version, &read(version))
        } else {
            arm(version, skip)
        }
    });
    let newest_in = |major: u64| {
        let mut newest = versions.iter().rev();
        newest.find(|version| event.versions[**version].version.major() == major)
    };
    let mut majors = open_majors.to_vec();
    majors.dedup();
    let of_major = majors.into_iter().filter_map(|major| {
        let read = read(&event.versions[*newest_in(major)?]);
        let major = Literal::u64_unsuffixed(major);
        Some(quote!(NamedVersion::Text(version) if ::schemactl_runtime::__private::is_of_major(&version, #major) => #read,))
    });
    let mut unnamed = versions.iter().rev();
    let unnamed = unnamed.find(|version| !event.versions[**version].names_version);
    let unnamed = unnamed.map(|version| {
        let read = read(&event.versions[*version]);
        quote!(NamedVersion::Absent => #read,)
    });
    quote!(#(#exact)* #(#of_major)* #unnamed)
}
