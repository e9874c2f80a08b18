//! The conversion of one value. In: its type, and the type that is wanted. Out: what to do with it, if every value of the one is a
//! value of the other.

use super::Deriver;
use crate::ir::{Type, TypeId, TypeShape, ValueStep};

impl Deriver<'_> {
    /// Returns the step that makes the value one of the other type; `None` if not every value is one.
    pub(super) fn value(&mut self, from: &Type, to: &Type) -> Option<ValueStep> {
        if from == to && !has_named(from) {
            return Some(ValueStep::Keep { is_copy: is_copy(from) });
        }
        match (from, to) {
            (Type::Int(_), Type::Integer) => Some(ValueStep::WidenInteger),
            (Type::Timestamp | Type::DecimalText, Type::String) => Some(ValueStep::WriteText),
            (Type::Nullable(from), Type::Nullable(to)) => self.inner(from, to, ValueStep::EachOptional),
            (from, Type::Nullable(to)) => self.inner(from, to, ValueStep::Present),
            (Type::List(from), Type::List(to)) => self.inner(from, to, ValueStep::EachElement),
            (Type::Map(from), Type::Map(to)) => self.inner(from, to, ValueStep::EachMember),
            (Type::Named(from) | Type::Boxed(from), to) => self.named(*from, to),
            _ => None,
        }
    }

    fn inner(&mut self, from: &Type, to: &Type, around: fn(Box<ValueStep>) -> ValueStep) -> Option<ValueStep> {
        self.value(from, to).map(|value| around(Box::new(value)))
    }

    fn named(&mut self, from: TypeId, to: &Type) -> Option<ValueStep> {
        let source = &self.new.types[from].shape;
        let target = match to {
            Type::String if matches!(source, TypeShape::Enum { .. }) => return Some(ValueStep::WriteVariant),
            Type::Named(target) | Type::Boxed(target) => *target,
            _ => return None,
        };
        fits(source, &self.old.types[target].shape).then(|| ValueStep::Call {
            routine: self.routine(from, target),
            is_boxed: matches!(to, Type::Boxed(_)),
        })
    }
}

/// Whether a routine from one to the other can be made. An enum needs every value to be known on the other side.
fn fits(from: &TypeShape, to: &TypeShape) -> bool {
    match (from, to) {
        (TypeShape::Struct(_), TypeShape::Struct(_)) | (TypeShape::Newtype(_), TypeShape::Newtype(_)) => true,
        (
            TypeShape::Enum { variants, extensible },
            TypeShape::Enum {
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

fn has_named(value: &Type) -> bool {
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
