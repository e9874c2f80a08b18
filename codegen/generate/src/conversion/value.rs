//! The conversion of one value. In: its type, and the type that is wanted. Out: what to do with it, if every value of the one is a
//! value of the other.

use super::Deriver;
use super::union::kind_of;
use crate::ir::{Constant, Int, RoutineId, RowId, Type, TypeId, TypeShape, ValueStep};

impl Deriver<'_> {
    /// Returns the step that makes the value one of the other type; `None` if not every value is one.
    pub(super) fn value(&mut self, from: &Type, to: &Type) -> Option<ValueStep> {
        if from == to && !has_named(from) {
            return Some(ValueStep::Keep { is_copy: is_copy(from) });
        }
        match (from, to) {
            (Type::Int(from), Type::Integer | Type::Decimal) if is_exact(*from, to) => Some(ValueStep::WidenInteger),
            (Type::Int(from), Type::Int(_) | Type::F64) if is_exact(*from, to) => Some(ValueStep::WidenInteger),
            (Type::Timestamp | Type::DecimalText, Type::String) => Some(ValueStep::WriteText),
            (Type::Nullable(from), Type::Nullable(to)) => self.inner(from, to, ValueStep::EachOptional),
            (Type::Nullable(from), Type::Json(_)) => self.inner(from, to, ValueStep::WriteNullable),
            (from, Type::Nullable(to)) => self.inner(from, to, ValueStep::Present),
            (Type::List(from), Type::List(to)) => self.inner(from, to, ValueStep::EachElement),
            (Type::List(from), Type::Json(_)) => self.inner(from, to, ValueStep::EachElement),
            (Type::Map(from), Type::Map(to)) => self.inner(from, to, ValueStep::EachMember),
            (Type::Map(from), Type::Json(_)) => self.inner(from, to, ValueStep::EachMember),
            (Type::Tuple(from), Type::Tuple(to)) if from.len() == to.len() => self.positions(from, to),
            (Type::Bool | Type::Int(_) | Type::String, Type::Json(_)) => {
                Some(ValueStep::WriteJson { is_copy: is_copy(from) })
            }
            (Type::Named(from) | Type::Boxed(from), to) => self.named(*from, to),
            (from, Type::Named(to)) => self.wrapped(from, *to),
            _ => None,
        }
    }

    fn inner(&mut self, from: &Type, to: &Type, around: fn(Box<ValueStep>) -> ValueStep) -> Option<ValueStep> {
        self.value(from, to).map(|value| around(Box::new(value)))
    }

    fn positions(&mut self, from: &[Type], to: &[Type]) -> Option<ValueStep> {
        let elements: Option<Vec<_>> = from.iter().zip(to).map(|(from, to)| self.value(from, to)).collect();
        elements.map(ValueStep::EachPosition)
    }

    fn named(&mut self, from: TypeId, to: &Type) -> Option<ValueStep> {
        let replaced = &self.new.types[from].custom.replaced;
        if replaced.is_some() || self.is_replaced(to) {
            // A type that is not generated is what it is: it converts to itself.
            let (Type::Named(target) | Type::Boxed(target)) = to else {
                return None;
            };
            let is_same = *replaced == self.old.types[*target].custom.replaced;
            return is_same.then_some(ValueStep::Keep { is_copy: false });
        }
        let source = &self.new.types[from].shape;
        let target = match to {
            Type::String => return write_text(source),
            Type::Named(target) | Type::Boxed(target) => *target,
            _ => return None,
        };
        match (source, &self.old.types[target].shape) {
            (TypeShape::Constant(one), TypeShape::Constant(other)) => (one == other).then_some(ValueStep::Constant),
            (TypeShape::Constant(Constant::Text(text)), TypeShape::Enum { variants, .. }) => {
                let known = variants.entries().find(|(_, variant)| variant.value == *text);
                known.map(|(variant, _)| ValueStep::Variant { of: target, variant })
            }
            (TypeShape::Choice { .. }, TypeShape::Choice { .. })
            | (TypeShape::Keyed { .. }, TypeShape::Keyed { .. }) => self.call(from, target, to),
            (_, TypeShape::Choice { .. }) => self.wrapped(&Type::Named(from), target),
            _ => self.call(from, target, to),
        }
    }

    fn is_replaced(&self, to: &Type) -> bool {
        matches!(to, Type::Named(target) | Type::Boxed(target) if self.old.types[*target].custom.replaced.is_some())
    }

    fn call(&mut self, from: TypeId, target: TypeId, to: &Type) -> Option<ValueStep> {
        let is_boxed = matches!(to, Type::Boxed(_));
        // Whether it can be made is asked for all types below at once, and not here.
        if let Some(pairs) = &mut self.probed {
            pairs.push((from, target));
            let routine = RoutineId::from_position(0);
            return Some(ValueStep::Call { routine, is_boxed });
        }
        self.is_convertible(from, target).then(|| ValueStep::Call {
            routine: self.routine(from, target, false),
            is_boxed,
        })
    }

    /// The value as an alternative of a union that the JSON type tells apart.
    fn wrapped(&mut self, from: &Type, union: TypeId) -> Option<ValueStep> {
        let union_type = &self.old.types[union];
        let TypeShape::Choice { tag: None, variants } = &union_type.shape else {
            return None;
        };
        if union_type.custom.replaced.is_some() {
            return None;
        }
        let kind = kind_of(from, &self.new.types)?;
        let (at, variant) =
            (variants.iter().enumerate()).find(|(_, variant)| variant.when.iter().any(|when| when == kind))?;
        let value = Box::new(self.value(from, &variant.value)?);
        Some(ValueStep::Wrap { union, at, value })
    }

    /// Whether a routine for the types can be made, and for all that it calls.
    pub(super) fn is_convertible(&mut self, from: TypeId, to: TypeId) -> bool {
        if let Some(known) = self.convertible.get(&(from, to)) {
            return *known;
        }
        let mut seen = std::collections::BTreeSet::from([(from, to)]);
        let mut open = vec![(from, to)];
        // INVARIANT: a pair is looked at once. Types that contain themselves are convertible if nothing inside says otherwise.
        while let Some(pair) = open.pop() {
            self.probed = Some(Vec::new());
            let fits = self.fits(pair);
            let below = self.probed.take().unwrap_or_default();
            if !fits {
                self.convertible.insert((from, to), false);
                return false;
            }
            open.extend(below.into_iter().filter(|pair| seen.insert(*pair)));
        }
        self.convertible.extend(seen.into_iter().map(|pair| (pair, true)));
        true
    }

    /// Whether a routine from one to the other can be made, if those that it calls can. An enum needs every value to be known on the
    /// other side; an object has a gap for each property that is not.
    fn fits(&mut self, (from, to): (TypeId, TypeId)) -> bool {
        let (new, old) = (self.new, self.old);
        match (&new.types[from].shape, &old.types[to].shape) {
            (TypeShape::Struct(_), TypeShape::Struct(_)) => true,
            (TypeShape::Newtype(inner), TypeShape::Newtype(target)) => self.value(inner, target).is_some(),
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
            (TypeShape::Choice { .. }, TypeShape::Choice { .. })
            | (TypeShape::Keyed { .. }, TypeShape::Keyed { .. }) => self.choice(from, to, false).is_some(),
            _ => false,
        }
    }
}

/// A value of a type that is a text, as text.
fn write_text(shape: &TypeShape) -> Option<ValueStep> {
    match shape {
        TypeShape::Enum { .. } => Some(ValueStep::WriteVariant),
        TypeShape::Constant(Constant::Text(text)) => Some(ValueStep::Text(text.clone())),
        _ => None,
    }
}

/// Whether every integer of the type is a value of the other.
fn is_exact(from: Int, to: &Type) -> bool {
    match (from, to) {
        (_, Type::Integer | Type::Decimal) | (Int::U32 | Int::I32, Type::F64) => true,
        (Int::U32, Type::Int(to)) => matches!(to, Int::U64 | Int::I64),
        (Int::I32, Type::Int(to)) => *to == Int::I64,
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
