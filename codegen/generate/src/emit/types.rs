//! The types of one version, and what makes the root an event. A type is written as a person would write it; how it is read
//! and written is said by a macro of the runtime, in the words of the schema.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::defaults::emit_defaults;
use super::macros::{compact_tokens, emit_call, quote_literal, quote_raw};
use super::{custom, deprecated, docs, docs_of_member, ident, show_json, show_name, type_tokens};
use crate::ir::{
    Alternative, Constant, EventModule, Field, OtherProperties, Structure, Table, Tag, Type, TypeDef, TypeId,
    TypeShape, ValidationSchema, Variant, VariantId, VersionTypes,
};
use crate::settings::{Money, Numbers, Settings};
use crate::traits::{DerivedTraits, derive_traits};

/// Returns the types of a module: all, or those that are defined there.
pub(super) fn emit_type_defs(types: &Table<TypeId, TypeDef>, root: &str, settings: &Settings) -> TokenStream {
    let writer = TypesWriter { types, root, settings };
    let traits = derive_traits(types, settings.table.map_type.is_some());
    let own = types
        .iter()
        .zip(traits.iter())
        .filter(|(definition, _)| definition.home.is_none() && !definition.custom.is_hidden);
    let written = own.map(|(definition, traits)| writer.definition(definition, *traits));
    quote!(#(#written)*)
}

/// `validate()` and `validate_to_publish()` for a type.
pub(super) fn emit_checked(name: &str, constraints: &ValidationSchema) -> TokenStream {
    let (name, text) = (ident(name), &constraints.text);
    let patterns = constraints.has_patterns.then(|| "patterns".to_owned());
    let sides = constraints.has_sides.then(|| "sides".to_owned());
    let entries = [name.to_string(), quote_raw(text)]
        .into_iter()
        .chain(patterns)
        .chain(sides);
    emit_call("checked", None, entries, None)
}

/// `impl Event` for the root.
pub(super) fn emit_event_impl(event: &EventModule, version: &VersionTypes) -> TokenStream {
    let root = ident(&version.root().name);
    let (source, detail_type, field) = (&event.source, &event.detail_type, event.version_field.as_str());
    let schema_name = event.name.schema_name();
    let number = &version.version;
    let text = &version.text;
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

struct TypesWriter<'i> {
    types: &'i Table<TypeId, TypeDef>,
    root: &'i str,
    settings: &'i Settings,
}

impl TypesWriter<'_> {
    fn definition(&self, definition: &TypeDef, traits: DerivedTraits) -> TokenStream {
        if let Some(path) = &definition.custom.replaced {
            let (head, name, path) = (head(definition), ident(&definition.name), custom::read_tokens(path));
            return quote!(#head pub type #name = #path;);
        }
        match &definition.shape {
            TypeShape::Struct(structure) => self.structure(definition, structure, traits),
            TypeShape::Enum { variants, extensible } => enumeration(definition, variants, *extensible),
            TypeShape::Constant(constant) => unit(definition, constant),
            TypeShape::Choice { tag, variants } => self.choice(definition, tag.as_ref(), variants, traits),
            TypeShape::Keyed { variants } => self.choice(definition, None, variants, traits),
            TypeShape::Newtype(inner) => self.newtype(definition, inner, traits),
        }
    }

    fn tokens(&self, value: &Type) -> TokenStream {
        type_tokens(value, self.types, self.root, (&quote!(), self.settings))
    }

    fn structure(&self, definition: &TypeDef, structure: &Structure, traits: DerivedTraits) -> TokenStream {
        let (head, name) = (head(definition), ident(&definition.name));
        let default = structure
            .fields
            .iter()
            .all(|field| field.is_defaulted(self.types))
            .then(|| quote!(Default,));
        let derived = self.derived(definition, traits);
        let added = custom::emit_attributes(definition);
        let members = structure.fields.iter().enumerate();
        let members = members.map(|(at, field)| {
            let (added, member) = (custom::emit_member_attributes(definition, at), self.member(field));
            quote!(#added #member)
        });
        let kept = structure.others.kept().map(|(name, value)| {
            let (name, value) = (ident(name), self.tokens(value));
            let map = custom::emit_map_type(self.settings);
            quote! {
                /// Properties that the schema does not name.
                pub #name: #map<String, #value>,
            }
        });
        let companion = definition.companion.as_deref();
        let entries = structure
            .fields
            .iter()
            .map(|field| self.entry(field, companion.is_some()));
        let rule = match &structure.others {
            OtherProperties::Ignored => None,
            OtherProperties::Refused => Some("closed".to_owned()),
            kept => kept.kept().map(|(name, _)| format!("keep {name}")),
        };
        let head_of_call =
            companion.map_or_else(|| name.to_string(), |companion| format!("{name}, {}", ident(companion)));
        let object = emit_call("object", Some(head_of_call), entries, rule);
        let defaults = emit_defaults(&definition.name, structure, self.types, &|value| self.tokens(value));
        quote! {
            #head
            #[derive(Clone, Debug, #default #derived)]
            #added
            pub struct #name {
                #(#members)*
                #kept
            }
            #object
            #defaults
        }
    }

    fn member(&self, field: &Field) -> TokenStream {
        let docs = docs_of_member(&field.name, &field.key, with_default(field).as_deref());
        let deprecated = field.deprecated.then(|| quote!(#[deprecated]));
        let (name, value) = (ident(&field.name), self.member_type(field));
        quote!(#docs #deprecated pub #name: #value,)
    }

    fn member_type(&self, field: &Field) -> TokenStream {
        let value = self.tokens(&field.value);
        match (field.required || field.value.is_version(), field.nullable) {
            (true, false) => value,
            (true, true) | (false, false) => quote!(Option<#value>),
            (false, true) => quote!(Option<Option<#value>>),
        }
    }

    /// `name: Type` for an argument of `new`, `name` for a property that may be absent; with `= "key"` where the property is called
    /// otherwise. An argument that is the only one is converted: `name(text)`.
    fn entry(&self, field: &Field, is_named: bool) -> String {
        let name = ident(&field.name).to_string();
        let key = if name == field.key {
            String::new()
        } else {
            format!(" = {}", quote_literal(&field.key))
        };
        if !field.is_defaulted(self.types) {
            let value = compact_tokens(&self.member_type(field));
            return match (&field.value, field.nullable) {
                (Type::String, false) if !is_named => format!("{name}(text){key}"),
                (Type::Integer, false) if !is_named => format!("{name}: impl Into<{value}>{key}"),
                _ => format!("{name}: {value}{key}"),
            };
        }
        match (field.required, &field.value) {
            (true, _) => format!("{name}{key} [=]"),
            (false, Type::Version { .. }) => format!("{name}{key} [!]"),
            (false, _) => format!("{name}{key}"),
        }
    }

    /// `PartialEq`, and what else a type derives.
    fn derived(&self, definition: &TypeDef, traits: DerivedTraits) -> TokenStream {
        let is_wanted = self.settings.hash_and_order;
        let eq = traits.is_eq.then(|| quote!(, Eq));
        let ord = (is_wanted && traits.is_ord).then(|| quote!(, PartialOrd, Ord));
        let hash = (is_wanted && traits.is_hash).then(|| quote!(, Hash));
        let derived = quote!(PartialEq #eq #ord #hash);
        let is_defaulted = |field: &Field| field.is_defaulted(self.types);
        let default = match &definition.shape {
            TypeShape::Struct(structure) if structure.fields.iter().all(is_defaulted) => Some(quote!(Default)),
            _ => None,
        };
        let added = custom::emit_derives(definition, &quote!(Clone, Debug, #default, #derived), traits);
        quote!(#derived #added)
    }

    fn choice(
        &self,
        definition: &TypeDef,
        tag: Option<&Tag>,
        variants: &[Alternative],
        traits: DerivedTraits,
    ) -> TokenStream {
        let (head, name) = (head(definition), ident(&definition.name));
        let (derived, added) = (self.derived(definition, traits), custom::emit_attributes(definition));
        let members = variants.iter().enumerate().map(|(at, variant)| {
            let added = custom::emit_member_attributes(definition, at);
            let (name, value) = (ident(&variant.name), self.tokens(&variant.value));
            let docs = tag.and_then(|_| docs_of_tags(variant));
            quote!(#docs #added #name(#value))
        });
        let (rest, told): (Vec<_>, Vec<_>) = variants.iter().partition(|variant| variant.when.is_empty());
        let made_from = |variant: &Alternative| self.made_from(definition, variant, variants).unwrap_or_default();
        let entries = told.into_iter().map(|variant| {
            let when: Vec<_> = variant.when.iter().map(|text| quote_literal(text)).collect();
            format!("{}{} = {}", ident(&variant.name), made_from(variant), when.join(" | "))
        });
        let rest = rest.first();
        let rest = rest.map(|variant| format!("rest {}{}", ident(&variant.name), made_from(variant)));
        let by = tag.map(|tag| {
            let spelling = if tag.is_json { "json " } else { "" };
            format!(" by {spelling}{}", quote_literal(&tag.property))
        });
        let is_open = tag.is_some_and(|tag| tag.is_open);
        let is_exact = variants.iter().any(|variant| self.holds_decimals(&variant.value));
        let exact = if is_exact || (is_open && self.keeps_digits()) {
            "exact "
        } else {
            ""
        };
        let open = if is_open { "open " } else { "" };
        let has = matches!(definition.shape, TypeShape::Keyed { .. }).then(|| " has".to_owned());
        let by = by.or(has).unwrap_or_default();
        let choice = emit_call("choice", Some(format!("{open}{exact}{name}{by}")), entries, rest);
        let non_exhaustive = is_open.then(|| quote!(#[non_exhaustive]));
        let unknown = is_open.then(|| {
            quote! {
                /// A value of a kind that this version of the schema does not list.
                Unknown(::schemactl_runtime::UnknownKind),
            }
        });
        quote! {
            #head
            #[derive(Clone, Debug, #derived)]
            #added
            #[allow(clippy::enum_variant_names, clippy::large_enum_variant)]
            #non_exhaustive
            pub enum #name {
                #(#members,)*
                #unknown
            }
            #choice
        }
    }

    /// `(Type)` for a variant that `From` makes of its value: no other variant has a value of that type, nor any value.
    fn made_from(&self, definition: &TypeDef, variant: &Alternative, variants: &[Alternative]) -> Option<String> {
        let unboxed = |value: &Type| match value {
            Type::Boxed(index) => Type::Named(*index),
            other => other.clone(),
        };
        let value = unboxed(&variant.value);
        let alike = variants.iter().filter(|other| unboxed(&other.value) == value);
        let is_itself = matches!(value, Type::Named(index) if self.types[index].name == definition.name);
        let is_certain = alike.count() == 1 && !value.is_json() && !is_itself;
        is_certain.then(|| format!("({})", compact_tokens(&self.tokens(&value))))
    }

    /// Whether numbers that nobody typed keep their digits too: where money does, unknown kinds may hold some.
    fn keeps_digits(&self) -> bool {
        self.settings.money == Money::Decimal || self.settings.numbers == Numbers::Decimal
    }

    /// Whether numbers that keep their digits are somewhere inside.
    fn holds_decimals(&self, value: &Type) -> bool {
        let (mut found, mut open) = (value.mentions(&Type::Decimal), Vec::new());
        value.named(&mut |index| open.push(index));
        let mut seen: Table<TypeId, bool> = self.types.iter().map(|_| false).collect();
        while let Some(index) = open.pop().filter(|_| !found) {
            if std::mem::replace(&mut seen[index], true) {
                continue;
            }
            let shape = &self.types[index].shape;
            found |= self.keeps_digits() && matches!(shape, TypeShape::Choice { tag: Some(tag), .. } if tag.is_open);
            for inner in shape.types() {
                found |= inner.mentions(&Type::Decimal);
                inner.named(&mut |index| open.push(index));
            }
        }
        found
    }

    fn newtype(&self, definition: &TypeDef, inner: &Type, traits: DerivedTraits) -> TokenStream {
        let (head, name) = (head(definition), ident(&definition.name));
        let (derived, added) = (self.derived(definition, traits), custom::emit_attributes(definition));
        let inner = self.tokens(inner);
        let entry = format!("{name}: {}", compact_tokens(&inner));
        let newtype = emit_call("newtype", None, [entry], None);
        quote! {
            #head
            #[derive(Clone, Debug, #derived)]
            #added
            pub struct #name(pub #inner);
            #newtype
        }
    }
}

/// What the schema says of a property, and what readers may take for it where it is absent.
fn with_default(field: &Field) -> Option<String> {
    let Some(default) = &field.default else {
        return field.docs.clone();
    };
    let shown = format!("Default: {}.", show_json(default));
    let docs = field.docs.as_deref().map(str::trim_end).filter(|docs| !docs.is_empty());
    Some(match docs {
        Some(docs) if docs.ends_with(['.', '!', '?', ':']) => format!("{docs} {shown}"),
        Some(docs) => format!("{docs}. {shown}"),
        None => shown,
    })
}

/// The texts of the tag, if a variant is called otherwise.
fn docs_of_tags(variant: &Alternative) -> Option<TokenStream> {
    let [only] = variant.when.as_slice() else {
        let shown: Vec<_> = variant.when.iter().map(|text| show_name(text)).collect();
        return (!shown.is_empty()).then(|| docs(&shown.join(", ")));
    };
    docs_of_member(&variant.name, only, None)
}

/// Everything that stands above a type.
fn head(definition: &TypeDef) -> TokenStream {
    let docs = definition.docs.as_deref().map(docs);
    let deprecated = definition.deprecated.as_deref().map(deprecated);
    let complex = is_complex(&definition.shape).then(|| quote!(#[allow(clippy::type_complexity)]));
    quote!(#docs #deprecated #complex)
}

/// Whether clippy finds a type inside too complex. The schema says it so: a definition would have its name.
fn is_complex(shape: &TypeShape) -> bool {
    const MOST: usize = 250;
    let most = |types: Vec<&Type>, nest| types.into_iter().map(|value| complexity(value, nest)).max();
    let inside = match shape {
        TypeShape::Struct(Structure { fields, others, .. }) => {
            // Each may be in two options, or in the map of the others.
            let fields = fields.iter().map(|field| &field.value).collect();
            most(fields, 3)
                .max(most(others.described().into_iter().collect(), 2))
                .map(|inside| inside + 40)
        }
        other => most(other.types(), 1),
    };
    inside.is_some_and(|inside| inside > MOST)
}

/// As clippy counts it: what is deeper counts more.
fn complexity(value: &Type, nest: usize) -> usize {
    let below: usize = match value {
        Type::Nullable(inner) | Type::List(inner) => complexity(inner, nest + 1),
        Type::Map(inner) => complexity(inner, nest + 1) + 10 * (nest + 1),
        Type::Boxed(_) | Type::Version { .. } => 10 * (nest + 1),
        Type::Tuple(elements) => elements.iter().map(|element| complexity(element, nest + 1)).sum(),
        _ => 0,
    };
    10 * nest + below
}

fn enumeration(definition: &TypeDef, variants: &Table<VariantId, Variant>, extensible: bool) -> TokenStream {
    let (head, name) = (head(definition), ident(&definition.name));
    let members = variants.iter().enumerate().map(|(at, variant)| {
        let (added, name) = (custom::emit_member_attributes(definition, at), ident(&variant.name));
        let docs = docs_of_member(&variant.name, &variant.value, None);
        quote!(#docs #added #name)
    });
    let entries = variants
        .iter()
        .map(|variant| format!("{} = {}", ident(&variant.name), quote_literal(&variant.value)));
    let text_enum = emit_call(
        "text_enum",
        Some(name.to_string()),
        entries,
        extensible.then(|| "open".to_owned()),
    );
    let copy = (!extensible).then(|| quote!(Copy,));
    let non_exhaustive = extensible.then(|| quote!(#[non_exhaustive]));
    let unknown = extensible.then(|| {
        quote! {
            /// A value that this version of the schema does not list.
            Unknown(String),
        }
    });
    let alike = (variants.len() > 2).then(|| quote!(#[allow(clippy::enum_variant_names)]));
    let derived = quote!(Clone, #copy Debug, PartialEq, Eq, PartialOrd, Ord, Hash);
    let derives = custom::emit_derives(definition, &derived, DerivedTraits::ALL);
    let added = custom::emit_attributes(definition);
    quote! {
        #head
        #[derive(#derived #derives)]
        #added
        #alike
        #non_exhaustive
        pub enum #name {
            #(#members,)*
            #unknown
        }
        #text_enum
    }
}

fn unit(definition: &TypeDef, constant: &Constant) -> TokenStream {
    let (head, name) = (head(definition), ident(&definition.name));
    let value = match constant {
        Constant::Text(text) => quote!(#text),
        Constant::Json(text) => quote!(json #text),
    };
    let derived = quote!(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash);
    // Its value is what it shows.
    let derives = custom::emit_derives(definition, &quote!(Debug, #derived), DerivedTraits::ALL);
    let added = custom::emit_attributes(definition);
    quote! {
        #head
        #[derive(#derived #derives)]
        #added
        pub struct #name;
        ::schemactl_runtime::constant!(#name = #value);
    }
}
