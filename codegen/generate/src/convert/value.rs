//! The conversion of one value, as a person would write it: copied, cloned, mapped, or passed to a function of its type.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Body, Converter};
use crate::ir::{Shape, Type};

/// An expression for the value to convert.
#[derive(Clone)]
pub(super) struct Expression {
    tokens: TokenStream,
    /// Whether it is a reference to the value, as in a closure, or the place itself.
    is_reference: bool,
}

impl Expression {
    pub(super) fn place(tokens: TokenStream) -> Self {
        Self {
            tokens,
            is_reference: false,
        }
    }

    fn reference(tokens: TokenStream) -> Self {
        Self {
            tokens,
            is_reference: true,
        }
    }

    fn copied(&self) -> TokenStream {
        let tokens = &self.tokens;
        if self.is_reference {
            quote!(*#tokens)
        } else {
            tokens.clone()
        }
    }

    fn borrowed(&self) -> TokenStream {
        let tokens = &self.tokens;
        if self.is_reference {
            tokens.clone()
        } else {
            quote!(&#tokens)
        }
    }
}

impl Converter<'_> {
    /// The value as one of the other type; `None` if not every value is one.
    pub(super) fn value(&mut self, from: &Type, to: &Type, expression: &Expression) -> Option<Body> {
        let tokens = &expression.tokens;
        if from == to && !has_named(from) {
            let same = if is_copy(from) {
                expression.copied()
            } else {
                quote!(#tokens.clone())
            };
            return Some(Box::new(move |_| same.clone()));
        }
        match (from, to) {
            (Type::Int(_), Type::Integer) => {
                let value = expression.copied();
                Some(Box::new(move |_| quote!(#value.into())))
            }
            (Type::Timestamp | Type::DecimalText, Type::String) => {
                let text = quote!(#tokens.to_string());
                Some(Box::new(move |_| text.clone()))
            }
            (Type::Nullable(from), Type::Nullable(to)) => {
                let value = self.value(from, to, &each())?;
                let option = quote!(#tokens.as_ref());
                Some(Box::new(move |needs| {
                    let value = value(needs);
                    quote!(#option.map(|value| #value))
                }))
            }
            (from, Type::Nullable(to)) => {
                let value = self.value(from, to, expression)?;
                Some(Box::new(move |needs| {
                    let value = value(needs);
                    quote!(Some(#value))
                }))
            }
            (Type::List(from), Type::List(to)) => {
                let value = self.value(from, to, &each())?;
                let elements = quote!(#tokens.iter());
                Some(Box::new(move |needs| {
                    let value = value(needs);
                    quote!(#elements.map(|value| #value).collect())
                }))
            }
            (Type::Map(from), Type::Map(to)) => {
                let value = self.value(from, to, &each())?;
                let entries = quote!(#tokens.iter());
                Some(Box::new(move |needs| {
                    let value = value(needs);
                    quote!(#entries.map(|(key, value)| (key.clone(), #value)).collect())
                }))
            }
            (Type::Named(from) | Type::Boxed(from), to) => self.named(*from, to, expression),
            _ => None,
        }
    }

    fn named(&mut self, from: usize, to: &Type, expression: &Expression) -> Option<Body> {
        let source = &self.new.types[from].shape;
        let target = match to {
            Type::String if matches!(source, Shape::Enum { .. }) => {
                let tokens = &expression.tokens;
                let text = quote!(#tokens.as_str().to_owned());
                return Some(Box::new(move |_| text.clone()));
            }
            Type::Named(target) | Type::Boxed(target) => *target,
            _ => return None,
        };
        if !fits(source, &self.old.types[target].shape) {
            return None;
        }
        let name = self.name(from, target);
        self.calls.insert(name.clone());
        let (function, argument) = (format_ident!("{name}"), expression.borrowed());
        let is_boxed = matches!(to, Type::Boxed(_));
        Some(Box::new(move |needs| {
            let gaps = needs.contains(&name).then(|| quote!(, gaps));
            let call = quote!(#function(#argument #gaps));
            if is_boxed { quote!(Box::new(#call)) } else { call }
        }))
    }
}

/// The value in a closure over elements.
pub(super) fn each() -> Expression {
    Expression::reference(quote!(value))
}

/// Whether a function from one to the other can be made. An enum needs every value to be known on the other side.
fn fits(from: &Shape, to: &Shape) -> bool {
    match (from, to) {
        (Shape::Struct(_), Shape::Struct(_)) | (Shape::Newtype(_), Shape::Newtype(_)) => true,
        (
            Shape::Enum { variants, extensible },
            Shape::Enum {
                variants: known,
                extensible: open,
            },
        ) => {
            let knows = |value: &str| known.iter().any(|variant| variant.value == value);
            *open || (!extensible && variants.iter().all(|variant| knows(&variant.value)))
        }
        _ => false,
    }
}

pub(super) fn has_named(value: &Type) -> bool {
    match value {
        Type::Named(_) | Type::Boxed(_) => true,
        Type::Nullable(inner) | Type::List(inner) | Type::Map(inner) => has_named(inner),
        Type::Tuple(elements) => elements.iter().any(has_named),
        _ => false,
    }
}

fn is_copy(value: &Type) -> bool {
    match value {
        Type::Bool | Type::Int(_) | Type::F64 | Type::Null => true,
        Type::Nullable(inner) => is_copy(inner),
        _ => false,
    }
}
