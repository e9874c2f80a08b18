//! The dual-publish shim: a fact in its newest version goes out in the newest version of every older major too. What the
//! schemas say, with `x-renamed-from`, is converted; what they do not say is a method that the producer has to write, and
//! until it is written the program does not compile.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::conversion::emit_routines;
use super::{docs, ident, type_tokens};
use crate::ir::{Conversion, EventModule, Gap, VersionTypes};

pub(super) fn emit_publish(event: &EventModule) -> TokenStream {
    let Some(first) = event.conversions.first() else {
        return TokenStream::new();
    };
    let newest = &event.versions[first.from];
    let down = event.conversions.iter().map(|made| emit_conversion(event, made));
    let entries = entries(event, newest);
    let older = event.conversions.iter().rev().map(|made| &event.versions[made.to]);
    let modules = older.chain([newest]).map(|version| ident(&version.module));
    quote! {
        /// Publishing a fact in more than one version, so that consumers move when they are ready.
        pub mod publish {
            use super::{#(#modules),*};
            #(#down)*
            #entries
        }
    }
}

fn emit_conversion(event: &EventModule, made: &Conversion) -> TokenStream {
    let (newest, older) = (&event.versions[made.from], &event.versions[made.to]);
    let trait_name = gaps_name(older);
    let gaps = (!made.gaps.is_empty()).then(|| {
        let about = format!(
            " Fields of version {} that cannot be derived from version {}.",
            older.version, newest.version
        );
        let methods = made.gaps.iter().map(|gap| method(gap, newest, older));
        quote!(#[doc = #about] pub trait #trait_name { #(#methods)* })
    });
    let (name, from, to) = (
        format_ident!("to_{}", older.module),
        ident(&newest.module),
        ident(&older.module),
    );
    let (from_root, to_root) = (ident(&newest.root().name), ident(&older.root().name));
    let about = format!(" The event as version {}.", older.version);
    let (parameter, argument) = if made.gaps.is_empty() {
        (None, None)
    } else {
        (Some(quote!(, gaps: &impl #trait_name)), Some(quote!(, gaps)))
    };
    let root = ident(&made.root().name);
    let functions = emit_routines(event, made, parameter.as_ref());
    let helpers = format_ident!("{}_parts", older.module);
    let import = (!made.gaps.is_empty()).then(|| quote!(, #trait_name));
    quote! {
        #gaps
        #[doc = #about]
        pub fn #name(event: &#from::#from_root #parameter) -> #to::#to_root {
            #helpers::#root(event #argument)
        }
        mod #helpers {
            use super::{#from, #to #import};
            pub(super) #(#functions)*
        }
    }
}

fn gaps_name(older: &VersionTypes) -> proc_macro2::Ident {
    format_ident!("As{}", older.module.to_uppercase())
}

fn method(gap: &Gap, newest: &VersionTypes, older: &VersionTypes) -> TokenStream {
    let name = ident(&gap.method);
    let (from, to) = (ident(&newest.module), ident(&older.module));
    let from_type = ident(&newest.types[gap.from].name);
    let value = type_tokens(&gap.value, &older.types, &older.root().name, &quote!(#to::));
    let about = docs(&format!("{} of {}.", gap.key, older.types[gap.to].name));
    quote!(#about fn #name(&self, from: &#from::#from_type) -> #value;)
}

fn entries(event: &EventModule, newest: &VersionTypes) -> TokenStream {
    let (module, root) = (ident(&newest.module), ident(&event.type_name));
    let older = || event.conversions.iter().map(|made| (&event.versions[made.to], made));
    let bounds: Vec<_> = older()
        .filter(|(_, made)| !made.gaps.is_empty())
        .map(|(older, _)| gaps_name(older))
        .collect();
    let parameter = match bounds.as_slice() {
        [] => None,
        [one] => Some(quote!(, gaps: &impl #one)),
        several => Some(quote!(, gaps: &(impl #(#several)+*))),
    };
    let down = older().map(|(older, made)| {
        let function = format_ident!("to_{}", older.module);
        let argument = (!made.gaps.is_empty()).then(|| quote!(, gaps));
        entry(older, &quote!(&#function(event #argument)))
    });
    let own = entry(newest, &quote!(event));
    let versions: Vec<_> = std::iter::once(newest)
        .chain(older().map(|(older, _)| older))
        .map(|version| version.version.to_string())
        .collect();
    let about = format!(
        " The `PutEvents` entries of one fact: versions {}, newest first.",
        versions.join(", ")
    );
    quote! {
        #[doc = #about]
        pub fn entries(event: &#module::#root #parameter) -> Result<Vec<::schemactl_runtime::Entry>, ::schemactl_runtime::EntryError> {
            Ok(Vec::from([#own, #(#down),*]))
        }
    }
}

/// Nothing goes out that its schema refuses, if types can say so.
fn entry(version: &VersionTypes, event: &TokenStream) -> TokenStream {
    if version.constraints.is_none() {
        return quote!(::schemactl_runtime::Entry::of(#event)?);
    }
    let (module, root) = (ident(&version.module), ident(&version.root().name));
    quote!(::schemactl_runtime::Entry::of_valid(#event, #module::#root::validate)?)
}
