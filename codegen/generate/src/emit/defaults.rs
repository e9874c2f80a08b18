//! `default_x()`: what the schema gives for a property that is absent. In: a struct. Out: a function for each default whose type in Rust can hold it
//! for certain. Nothing fills them in: an absent property is `None`, so that what is read is written again.

use std::str::FromStr;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use schemactl_model::{JsonNumber, Kind, Source, Value, parse};

use super::{ident, show_name};
use crate::ir::{Field, Int, Structure, Table, Type, TypeDef, TypeId, TypeShape};

/// Returns the functions, in an `impl` of the type. `tokens` writes a type.
pub(super) fn emit_defaults(
    name: &str,
    structure: &Structure,
    types: &Table<TypeId, TypeDef>,
    tokens: &dyn Fn(&Type) -> TokenStream,
) -> Option<TokenStream> {
    let writer = DefaultsWriter { types, tokens };
    let functions: Vec<_> = structure
        .fields
        .iter()
        .filter_map(|field| writer.function(field))
        .collect();
    let name = ident(name);
    (!functions.is_empty()).then(|| quote!(impl #name { #(#functions)* }))
}

struct DefaultsWriter<'i> {
    types: &'i Table<TypeId, TypeDef>,
    tokens: &'i dyn Fn(&Type) -> TokenStream,
}

impl DefaultsWriter<'_> {
    fn function(&self, field: &Field) -> Option<TokenStream> {
        let default = parse(&Source::new("default", field.default.as_deref()?)).ok()?;
        let value = self.value(&field.value, &default)?;
        let (name, returned) = (format_ident!("default_{}", field.name), (self.tokens)(&field.value));
        let docs = format!(" The default of {} in the schema.", show_name(&field.key));
        Some(quote! {
            #[doc = #docs]
            pub fn #name() -> #returned { #value }
        })
    }

    /// Returns the expression of a value. None if the type does not hold it, or not for certain.
    fn value(&self, of: &Type, value: &Value) -> Option<TokenStream> {
        match (of, &value.kind) {
            (Type::Bool, Kind::Bool(value)) => Some(quote!(#value)),
            (Type::String, Kind::String(text)) => Some(quote!(#text.to_owned())),
            (Type::Int(kind), Kind::Number(number)) => write_integer(kind, number),
            (Type::Integer, Kind::Number(number)) => {
                let number = Literal::i64_suffixed(read_integer(number)?);
                Some(quote!(::schemactl_runtime::Integer::from(#number)))
            }
            (Type::F64, Kind::Number(number)) => {
                let number: f64 = number.as_str().parse().ok()?;
                let number = number.is_finite().then(|| Literal::f64_suffixed(number))?;
                Some(quote!(#number))
            }
            (Type::List(of), Kind::Array(values)) => {
                let values: Option<Vec<_>> = values.iter().map(|value| self.value(of, value)).collect();
                let values = values?;
                Some(quote!(::std::vec![#(#values),*]))
            }
            (Type::Named(index), _) => self.named(&self.types[*index], &(self.tokens)(of), value),
            _ => None,
        }
    }

    fn named(&self, definition: &TypeDef, name: &TokenStream, value: &Value) -> Option<TokenStream> {
        if definition.custom.replaced.is_some() {
            return None;
        }
        match &definition.shape {
            TypeShape::Enum { variants, .. } => {
                let text = value.as_str()?;
                let variant = variants.iter().find(|variant| variant.value == text)?;
                let variant = ident(&variant.name);
                Some(quote!(#name::#variant))
            }
            TypeShape::Newtype(inner) => {
                let value = self.value(inner, value)?;
                Some(quote!(#name(#value)))
            }
            _ => None,
        }
    }
}

fn write_integer(kind: &Int, number: &JsonNumber) -> Option<TokenStream> {
    let literal = match kind {
        Int::U32 => Literal::u32_unsuffixed(read_integer(number)?),
        Int::I32 => Literal::i32_unsuffixed(read_integer(number)?),
        Int::U64 => Literal::u64_unsuffixed(read_integer(number)?),
        Int::I64 => Literal::i64_unsuffixed(read_integer(number)?),
    };
    Some(quote!(#literal))
}

/// Returns an integer, however it is spelt: `1e2` and `100.0` are 100.
fn read_integer<N: FromStr>(number: &JsonNumber) -> Option<N> {
    number.canonical().parse().ok()
}
