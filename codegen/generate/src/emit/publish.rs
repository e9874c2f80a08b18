//! The dual-publish shim: a fact in its newest version goes out in the newest version of every older major too. What the
//! schemas say, with `x-renamed-from`, is converted; what they do not say is a method of a trait. Until the methods of required properties
//! are written the program does not compile; those of optional ones have a body, and whoever leaves them names it in the call.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::conversion::{emit_routines, result_type};
use super::{docs, ident, type_tokens};
use crate::ir::{Conversion, EventModule, Gap, VersionTypes};
use crate::settings::Settings;

pub(super) fn emit_publish(event: &EventModule, settings: &Settings) -> TokenStream {
    let Some(first) = event.conversions.first() else {
        return TokenStream::new();
    };
    let newest = &event.versions[first.from];
    let down = event
        .conversions
        .iter()
        .map(|made| emit_conversion(event, made, settings));
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

fn emit_conversion(event: &EventModule, made: &Conversion, settings: &Settings) -> TokenStream {
    let (newest, older) = (&event.versions[made.from], &event.versions[made.to]);
    let trait_name = gaps_name(older);
    let gaps = (!made.gaps.is_empty()).then(|| emit_gaps(made, (newest, older), settings));
    let (name, from, to) = (
        format_ident!("to_{}", older.module),
        ident(&newest.module),
        ident(&older.module),
    );
    let (from_root, to_root) = (ident(&newest.root().name), ident(&older.root().name));
    let about = format!(" The event as version {}.", older.version);
    let (parameter, argument, import) = if made.gaps.is_empty() {
        (None, None, None)
    } else {
        let parameter = quote!(, gaps: &impl #trait_name);
        (Some(parameter), Some(quote!(, gaps)), Some(quote!(, #trait_name)))
    };
    let errors = (!made.gaps.is_empty()).then(|| {
        let about = format!(
            " `EntryError::Gap` with the first method of [`{trait_name}`] that fails, and the property that it is for."
        );
        quote!(#[doc = ""] #[doc = " # Errors"] #[doc = ""] #[doc = #about])
    });
    let root = ident(&made.root().name);
    let functions = emit_routines(event, made, parameter.as_ref());
    let helpers = format_ident!("{}_parts", older.module);
    let result = result_type(&quote!(#to::#to_root), !made.gaps.is_empty());
    quote! {
        #gaps
        #[doc = #about]
        #errors
        pub fn #name(event: &#from::#from_root #parameter) -> #result {
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

/// The trait of the gaps, and who leaves all of them absent where that is allowed.
fn emit_gaps(made: &Conversion, (newest, older): (&VersionTypes, &VersionTypes), settings: &Settings) -> TokenStream {
    let trait_name = gaps_name(older);
    let paths = |is_optional: bool| {
        let gaps = made.gaps.iter().filter(|gap| gap.is_optional == is_optional);
        let paths: Vec<_> = gaps.map(show_gap).collect();
        if paths.is_empty() {
            "none".to_owned()
        } else {
            paths.join(", ")
        }
    };
    let about = docs(&format!(
        "Properties of version {} that no property of version {} is proved to hold.\nRequired: {}.\nOptional, absent unless their method is written: {}.",
        older.version,
        newest.version,
        paths(false),
        paths(true),
    ));
    let methods = made.gaps.iter().map(|gap| method(gap, (newest, older), settings));
    let absent = made
        .gaps
        .iter()
        .all(|gap| gap.is_optional)
        .then(|| quote!(impl #trait_name for ::schemactl_runtime::LeaveAbsent {}));
    quote!(#about pub trait #trait_name { #(#methods)* } #absent)
}

/// The property of a gap, with the alternative that it is for.
fn show_gap(gap: &Gap) -> String {
    let path = shown_path(gap);
    match &gap.alternative {
        Some(alternative) => format!("`{path}` of `{}`", alternative.name),
        None => format!("`{path}`"),
    }
}

fn shown_path(gap: &Gap) -> &str {
    if gap.path.is_empty() { "the event" } else { &gap.path }
}

fn method(gap: &Gap, (newest, older): (&VersionTypes, &VersionTypes), settings: &Settings) -> TokenStream {
    let name = ident(&gap.method);
    let (from, to) = (ident(&newest.module), ident(&older.module));
    let from_type = ident(&newest.types[gap.from].name);
    let value = type_tokens(&gap.value, &older.types, &older.root().name, (&quote!(#to::), settings));
    let about = docs(&describe_gap(gap, newest, older));
    let body = if gap.is_optional {
        quote!({ Ok(None) })
    } else {
        quote!(;)
    };
    quote!(#about fn #name(&self, from: &#from::#from_type) -> Result<#value, ::schemactl_runtime::GapError> #body)
}

/// What a producer has to know about a gap, a line each: what it is, why it is one, and what consumers see if it is left.
fn describe_gap(gap: &Gap, newest: &VersionTypes, older: &VersionTypes) -> String {
    /// A longer default is not repeated.
    const LONGEST: usize = 60;
    let (new, old) = (&newest.version, &older.version);
    let is_needed = if gap.is_optional { "optional" } else { "required" };
    let what = format!("`{}`, {is_needed} in version {old}.", shown_path(gap));
    let new_alternative = gap.alternative.as_ref().map(|alternative| {
        let (name, told_by) = (&alternative.name, &alternative.told_by);
        format!("Version {new} has the alternative `{name}`, where {told_by}. Version {old} has no such alternative.")
    });
    let why = gap
        .unproved
        .as_ref()
        .map(|key| format!("Version {new} has `{key}`, but not every value of it is proved valid in version {old}."));
    let seen = gap.is_optional.then(|| {
        let read = match &gap.default {
            Some(default) if default.len() <= LONGEST => format!("may assume the default of its schema, `{default}`"),
            Some(_) => "may assume the default of its schema".to_owned(),
            None => "find no value".to_owned(),
        };
        let major = old.major();
        format!("Without this method it is absent: consumers of major {major} {read}.")
    });
    let lines = std::iter::once(what).chain(new_alternative).chain(why).chain(seen);
    let lines: Vec<_> = lines.collect();
    lines.join("\n")
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
        let made = (!made.gaps.is_empty()).then(|| quote!(?));
        entry(older, "validate", &quote!(&#function(event #argument)#made))
    });
    let own = entry(newest, "validate_to_publish", &quote!(event));
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

/// Nothing goes out that readers of its schema reject, if types can tell. The newest version is sent as its schema lists it; in an older one, a value of
/// an extensible list may be one that its readers do not know.
fn entry(version: &VersionTypes, validate: &str, event: &TokenStream) -> TokenStream {
    if version.constraints.is_none() {
        return quote!(::schemactl_runtime::Entry::of(#event)?);
    }
    let (module, root, validate) = (ident(&version.module), ident(&version.root().name), ident(validate));
    quote!(::schemactl_runtime::Entry::of_valid(#event, #module::#root::#validate)?)
}
