//! An enum over several events, as a queue holds them. An event is found by source and detail-type, and its version by what it names; whatever
//! is not in the group stays the envelope that arrived.

use proc_macro2::TokenStream;
use quote::quote;

use super::macros::emit_call;
use super::versions::{emit_version_arms, name_any_version, version_ident};
use super::{feature_of, ident};
use crate::ir::{EventModule, GroupMember, QueueGroup};
use crate::settings::Settings;

pub(super) fn emit_group(group: &QueueGroup, events: &[EventModule], settings: &Settings) -> TokenStream {
    let name = ident(&group.name);
    let references: Vec<_> = group.references.iter().map(|text| format!("`{text}`")).collect();
    let about = format!(" Events of one queue: {}.", references.join(", "));
    let members: Vec<_> = group
        .members
        .iter()
        .map(|member| (member, &events[member.event]))
        .collect();
    let variants = members.iter().map(|(member, event)| {
        let (variant, path, any) = (ident(&member.variant), path_of(event), name_any_version(event));
        let about = format!(" `{}`.", event.name.schema_name());
        quote!(#[doc = #about] #variant(::schemactl_runtime::ReceivedEvent<#path::#any>),)
    });
    let arms = members.iter().map(|(member, event)| emit_arm(member, event));
    let features: Vec<_> = members
        .iter()
        .filter_map(|(_, event)| feature_of(event, settings))
        .collect();
    let feature = (!features.is_empty()).then(|| quote!(#[cfg(all(#(#features),*))]));
    let entries = group.members.iter().map(|member| ident(&member.variant).to_string());
    let call = emit_call("event_group", Some(group.name.clone()), entries, None);
    quote! {
        #[doc = #about]
        #feature
        #[allow(clippy::large_enum_variant)]
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        #[rustfmt::skip]
        pub enum #name {
            #(#variants)*
            /// An event that is not in the group, or in a version that is not, as it arrived.
            Unknown(::schemactl_runtime::Envelope),
        }
        #feature
        #[allow(clippy::result_large_err, deprecated, unreachable_patterns)]
        #[rustfmt::skip]
        impl #name {
            fn read(envelope: ::schemactl_runtime::Envelope) -> Result<Self, ::schemactl_runtime::DecodeError> {
                use ::schemactl_runtime::__private::NamedVersion;
                match (envelope.source.as_str(), envelope.detail_type.as_str()) {
                    #(#arms)*
                    _ => Ok(Self::Unknown(envelope)),
                }
            }
        }
        #feature
        #call
    }
}

fn emit_arm(member: &GroupMember, event: &EventModule) -> TokenStream {
    let (source, detail_type, variant) = (&event.source, &event.detail_type, ident(&member.variant));
    let (path, any) = (path_of(event), name_any_version(event));
    let named = super::versions::emit_named_version(event);
    let read = |version: &crate::ir::VersionTypes| {
        let (variant, module, root) = (version_ident(version), ident(&version.module), ident(&event.type_name));
        quote!(detail.decode::<#path::#module::#root>().map(#path::#any::#variant)?)
    };
    let arms = emit_version_arms(
        event,
        (&member.versions, &member.open_majors),
        &read,
        &quote!(return Ok(Self::Unknown(envelope))),
    );
    quote! {
        (#source, #detail_type) => {
            let detail = envelope.detail.source();
            let event = match #named {
                #arms
                _ => return Ok(Self::Unknown(envelope)),
            };
            Ok(Self::#variant(::schemactl_runtime::ReceivedEvent::new(envelope, event)))
        }
    }
}

fn path_of(event: &EventModule) -> TokenStream {
    let module = ident(&event.module);
    let namespace = event.namespace.as_deref().map(ident);
    let namespace = namespace.map(|namespace| quote!(#namespace::));
    quote!(self::#namespace #module)
}
