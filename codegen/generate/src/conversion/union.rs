//! The conversion of unions. In: a union of each version. Out: where each alternative of the newer one goes: to one of the older one, or to
//! a gap.

use super::Deriver;
use crate::ir::{
    Alternative, ChoiceStep, ChoiceTarget, Constant, Gap, GapAlternative, GapId, RoutineSteps, RowId, Table, Tag, Type,
    TypeDef, TypeId, TypeShape, ValueStep,
};
use crate::names::to_snake;

impl Deriver<'_> {
    /// Returns the steps from one union to the other; `None` if no alternative has a place there. One that has none is a gap by itself, which
    /// may be left absent if `can_be_absent`.
    pub(super) fn choice(&mut self, from: TypeId, to: TypeId, can_be_absent: bool) -> Option<RoutineSteps> {
        let (new, old) = (self.new, self.old);
        match (&new.types[from].shape, &old.types[to].shape) {
            (TypeShape::Keyed { variants }, TypeShape::Keyed { variants: known }) => {
                let places = self.keyed(variants, known)?;
                self.choice_steps((from, to), (variants, None), places, can_be_absent)
            }
            (
                TypeShape::Choice { tag, variants },
                TypeShape::Choice {
                    tag: old_tag,
                    variants: known,
                },
            ) => {
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
                let places = variants.iter().map(|variant| {
                    let mut others = known.iter();
                    let to = others.position(|other| holds_alternative(other, variant, (variants, known)))?;
                    Some((to, self.value(&variant.value, &known[to].value)?))
                });
                let places = places.collect();
                let steps = self.choice_steps((from, to), (variants, tag.as_ref()), places, can_be_absent)?;
                Some(match steps {
                    RoutineSteps::Choice { variants, .. } => RoutineSteps::Choice {
                        variants,
                        keeps_unknown,
                    },
                    other => other,
                })
            }
            _ => None,
        }
    }

    /// Returns the places of alternatives among those of an older union, in the same order there. The newer one may have more of them: a value of an
    /// alternative has its property in both.
    fn keyed(&mut self, variants: &[Alternative], known: &[Alternative]) -> Option<Vec<Option<(usize, ValueStep)>>> {
        let is_same = variants.len() == known.len();
        let mut open = known.iter().enumerate().peekable();
        let places: Vec<_> = variants
            .iter()
            .map(|variant| {
                let is_it = |other: &Alternative| match (variant.when.as_slice(), other.when.as_slice()) {
                    ([], []) => is_same,
                    // What is left over there is not told by a property, and has it.
                    ([key], []) => self.requires_property(&other.value, key),
                    (one, other) => one == other,
                };
                let (at, other) = open.next_if(|(_, other)| is_it(other))?;
                Some((at, self.value(&variant.value, &other.value)?))
            })
            .collect();
        open.next().is_none().then_some(places)
    }

    /// Whether a type of the older version is an object that always has a property.
    fn requires_property(&self, value: &Type, key: &str) -> bool {
        let shape = value.find_name().map(|name| &self.old.types[name].shape);
        let Some(TypeShape::Struct(structure)) = shape else {
            return false;
        };
        structure.fields.iter().any(|field| field.key == key && field.required)
    }

    fn choice_steps(
        &mut self,
        pair: (TypeId, TypeId),
        (variants, tag): (&[Alternative], Option<&Tag>),
        places: Vec<Option<(usize, ValueStep)>>,
        can_be_absent: bool,
    ) -> Option<RoutineSteps> {
        places.iter().any(Option::is_some).then_some(())?;
        let steps = variants
            .iter()
            .zip(places)
            .enumerate()
            .map(|(at, (variant, place))| ChoiceStep {
                from: at,
                target: match place {
                    Some((to, value)) => ChoiceTarget::Alternative { to, value },
                    None => ChoiceTarget::Gap(self.alternative_gap(pair, (variant, tag), can_be_absent)),
                },
            });
        Some(RoutineSteps::Choice {
            variants: steps.collect(),
            keeps_unknown: false,
        })
    }

    /// An alternative that the older union has not: the producer says what it is there.
    fn alternative_gap(
        &mut self,
        (from, to): (TypeId, TypeId),
        (variant, tag): (&Alternative, Option<&Tag>),
        can_be_absent: bool,
    ) -> GapId {
        // INVARIANT: while it is asked whether types convert, nothing is made that would stay, or the conversion has gaps that nothing asks.
        if self.probed.is_some() {
            return GapId::from_position(0);
        }
        let in_hand = match variant.value {
            Type::Named(index) | Type::Boxed(index) => index,
            _ => from,
        };
        let union = Type::Named(to);
        let told_by = match (&self.new.types[from].shape, tag) {
            _ if variant.when.is_empty() => "it is none of the others".to_owned(),
            (TypeShape::Keyed { .. }, _) => format!("it has {}", variant.when.join(", ")),
            (_, Some(tag)) => format!("{} is {}", tag.property, variant.when.join(", ")),
            (_, None) => format!("its type is {}", variant.when.join(", ")),
        };
        let gap = Gap {
            method: self.method((from, to), &to_snake(&variant.name)),
            path: self.paths[to].clone(),
            is_optional: can_be_absent,
            default: None,
            unproved: None,
            alternative: Some(GapAlternative {
                name: variant.name.clone(),
                told_by,
            }),
            from: in_hand,
            value: if can_be_absent {
                Type::Nullable(Box::new(union))
            } else {
                union
            },
        };
        self.gap(gap, &variant.name)
    }

    /// Returns whether a union has alternatives that an older one has not.
    pub(super) fn has_new_alternatives(&mut self, from: TypeId, to: TypeId) -> bool {
        let before = self.probed.replace(Vec::new());
        let steps = self.choice(from, to, false);
        self.probed = before;
        steps.is_some_and(|steps| steps.has_gap())
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
