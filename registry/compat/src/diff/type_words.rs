//! Types as sets, and in words. In: schemas. Out: the types that they allow, and a sentence on types that changed: of a schema that leaves its type to a union,
//! the types of the branches are named.

use schemactl_containment::Rational;
use schemactl_model::{Keyword, Kind, SubschemaRef, Value};

use super::listed;
use super::site::Tree;

/// A type, and the types that are part of it.
pub(super) const TYPES: [(&str, u8); 7] = [
    ("null", 1),
    ("boolean", 2),
    ("integer", 4),
    ("number", 4 | 8),
    ("string", 16),
    ("array", 32),
    ("object", 64),
];
pub(super) const ANY: u8 = 127;
pub(super) const NULL: u8 = 1;

/// The unions, whose branches may have types.
const UNIONS: [Keyword; 2] = [Keyword::AnyOf, Keyword::OneOf];

/// Branches of branches that a sentence looks into: deeper ones count as anything.
const DEEPEST: usize = 6;

/// Some schemas that hold together, in their document.
#[derive(Clone, Copy)]
pub(super) struct TypedSide<'s, 'v> {
    pub(super) tree: &'s Tree<'v>,
    pub(super) places: &'s [SubschemaRef<'v>],
    /// The types that they allow, as far as they say them.
    pub(super) mask: u8,
}

impl TypedSide<'_, '_> {
    /// The types of the branches too, for words only: what a branch excludes in another way is not looked at.
    fn loose_mask(&self) -> u8 {
        self.places
            .iter()
            .fold(self.mask, |mask, place| mask & loose_mask(self.tree, place, DEEPEST))
    }

    /// The first union of it.
    fn union(&self) -> Option<Keyword> {
        let of_place = |place: &SubschemaRef<'_>| UNIONS.into_iter().find(|union| place.keyword(*union).is_some());
        self.places.iter().find_map(of_place)
    }
}

fn loose_mask(tree: &Tree<'_>, place: &SubschemaRef<'_>, levels: usize) -> u8 {
    if levels == 0 {
        return ANY;
    }
    let place = tree.followed(place);
    let mut mask = mask_of(&place);
    if let Some(value) = place.keyword(Keyword::Const) {
        mask &= mask_of_value(value);
    }
    if let Some(values) = place.keyword(Keyword::Enum).and_then(Value::as_array) {
        mask &= values.iter().fold(0, |mask, value| mask | mask_of_value(value));
    }
    for union in UNIONS {
        let branches = place.list(union);
        if !branches.is_empty() {
            let each = branches.iter().map(|branch| loose_mask(tree, branch, levels - 1));
            mask &= each.fold(0, |mask, own| mask | own);
        }
    }
    let all = place.list(Keyword::AllOf);
    all.iter()
        .fold(mask, |mask, one| mask & loose_mask(tree, one, levels - 1))
}

/// Returns a sentence on types that changed. `null_is_apart` is whether `null` is told in another sentence.
pub(super) fn describe_types(old: TypedSide<'_, '_>, new: TypedSide<'_, '_>, null_is_apart: bool) -> String {
    match (old.mask, new.mask) {
        (0, is) if null_is_apart => return format!("was `null` only, and may also be {} now", type_names(is)),
        (was, 0) if null_is_apart => return format!("is `null` only now, and was {} before", type_names(was)),
        _ => {}
    }
    let (was, is) = (old.loose_mask(), new.loose_mask());
    if was == 0 {
        return format!(
            "no type was allowed, as keywords contradicted each other; it is {} now",
            type_names(is)
        );
    }
    if is == 0 {
        return format!(
            "no type is allowed now, as keywords contradict each other; it was {}",
            type_names(was)
        );
    }
    let moved =
        |way: &str, union: Keyword| format!("`type` moved {way} `{union}`, whose branches allow {}", type_names(is));
    match (old.union(), new.union()) {
        (_, Some(union)) if was == is && new.mask == ANY => moved("into", union),
        (Some(union), _) if was == is && old.mask == ANY => {
            format!(
                "`type` moved out of `{union}`, whose branches allowed {}",
                type_names(was)
            )
        }
        _ => format!("type changed from {} to {}", type_names(was), type_names(is)),
    }
}

/// The types that a schema names.
pub(super) fn mask_of(place: &SubschemaRef<'_>) -> u8 {
    let of = |name: &Value| {
        let known = TYPES.iter().find(|(known, _)| name.as_str() == Some(known));
        known.map_or(0, |(_, mask)| *mask)
    };
    match place.value.keyword(Keyword::Type) {
        None => ANY,
        Some(Value {
            kind: Kind::Array(names),
            ..
        }) => names.iter().fold(0, |mask, name| mask | of(name)),
        Some(name) => of(name),
    }
}

pub(super) fn mask_of_value(value: &Value) -> u8 {
    match &value.kind {
        Kind::Null => NULL,
        Kind::Bool(_) => 2,
        Kind::Number(number) => {
            let is_whole = Rational::parse(number.as_str()).is_some_and(|number| number.floor() == number);
            if is_whole { 4 } else { 8 }
        }
        Kind::String(_) => 16,
        Kind::Array(_) => 32,
        Kind::Object(_) => 64,
    }
}

/// The types in a sentence.
fn type_names(mask: u8) -> String {
    if mask == ANY {
        return "anything".to_owned();
    }
    let has_numbers = mask & 8 != 0;
    let named = TYPES.iter().filter(|(name, own)| match *name {
        "integer" => mask & own == *own && !has_numbers,
        _ => mask & own != 0 && (mask & own == *own || *name == "number" && has_numbers),
    });
    listed(named.map(|(name, _)| format!("`{name}`")))
}
