//! The conversion of unions. In: a union of each version. Out: where each alternative of the newer one goes, if each is an alternative
//! of the older one.

use super::Deriver;
use crate::ir::{Alternative, ChoiceStep, Constant, RoutineSteps, Table, Type, TypeDef, TypeId, TypeShape};

impl Deriver<'_> {
    /// Returns the steps from one union to the other; `None` if an alternative has no place there.
    pub(super) fn choice(&mut self, from: TypeId, to: TypeId) -> Option<RoutineSteps> {
        let (new, old) = (self.new, self.old);
        if let (TypeShape::Keyed { variants }, TypeShape::Keyed { variants: known }) =
            (&new.types[from].shape, &old.types[to].shape)
        {
            return self.keyed(variants, known);
        }
        let (
            TypeShape::Choice { tag, variants },
            TypeShape::Choice {
                tag: old_tag,
                variants: known,
            },
        ) = (&new.types[from].shape, &old.types[to].shape)
        else {
            return None;
        };
        let keeps_unknown = match (tag, old_tag) {
            (None, None) => false,
            (Some(tag), Some(old_tag)) => {
                let is_same = (&tag.property, tag.is_json) == (&old_tag.property, old_tag.is_json);
                if !is_same || (tag.is_open && !old_tag.is_open) {
                    return None;
                }
                tag.is_open
            }
            _ => return None,
        };
        let steps = variants.iter().enumerate().map(|(from, variant)| {
            let to = known
                .iter()
                .position(|other| holds_alternative(other, variant, (variants, known)))?;
            let value = self.value(&variant.value, &known[to].value)?;
            Some(ChoiceStep { from, to, value })
        });
        let variants = steps.collect::<Option<Vec<_>>>()?;
        Some(RoutineSteps::Choice {
            variants,
            keeps_unknown,
        })
    }
}

impl Deriver<'_> {
    /// Returns the steps between unions that the same properties tell apart in the same order.
    fn keyed(&mut self, variants: &[Alternative], known: &[Alternative]) -> Option<RoutineSteps> {
        let told = |all: &[Alternative]| -> Vec<Vec<String>> { all.iter().map(|one| one.when.clone()).collect() };
        if told(variants) != told(known) {
            return None;
        }
        let steps = variants.iter().zip(known).enumerate().map(|(at, (variant, other))| {
            let value = self.value(&variant.value, &other.value)?;
            Some(ChoiceStep {
                from: at,
                to: at,
                value,
            })
        });
        Some(RoutineSteps::Choice {
            variants: steps.collect::<Option<Vec<_>>>()?,
            keeps_unknown: false,
        })
    }
}

/// Whether everything that is told to be an alternative of the newer union is told to be this one of the older union.
fn holds_alternative(
    old: &Alternative,
    new: &Alternative,
    (variants, known): (&[Alternative], &[Alternative]),
) -> bool {
    if !new.when.is_empty() {
        return new.when.iter().all(|when| old.when.contains(when));
    }
    // What is left over here is left over there, if nothing is taken out there that is not here.
    let mut taken = known.iter().flat_map(|other| &other.when);
    old.when.is_empty() && taken.all(|when| variants.iter().any(|variant| variant.when.contains(when)))
}

/// Returns the JSON type of all values of a type of the newer version; `None` if they have several, or one of them may be `null`.
pub(super) fn kind_of(value: &Type, types: &Table<TypeId, TypeDef>) -> Option<&'static str> {
    match value {
        Type::Bool => Some("boolean"),
        Type::String | Type::Timestamp | Type::DecimalText => Some("string"),
        Type::Int(_) | Type::Integer => Some("integer"),
        Type::F64 | Type::Decimal => Some("number"),
        Type::List(_) | Type::Tuple(_) => Some("array"),
        Type::Map(_) => Some("object"),
        Type::Named(index) | Type::Boxed(index) => match &types[*index].shape {
            TypeShape::Struct(_) | TypeShape::Choice { tag: Some(_), .. } | TypeShape::Keyed { .. } => Some("object"),
            TypeShape::Enum { .. } | TypeShape::Constant(Constant::Text(_)) => Some("string"),
            TypeShape::Choice { tag: None, .. } | TypeShape::Constant(Constant::Json(_)) | TypeShape::Newtype(_) => {
                None
            }
        },
        Type::Version { .. } | Type::Json(_) | Type::Null | Type::Never | Type::Foreign(_) | Type::Nullable(_) => None,
    }
}
