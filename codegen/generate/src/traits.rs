//! The traits that types can derive. In: the types of a version. Out: for each, what all its parts have. A type that contains itself has what its
//! other parts have.

use crate::ir::{Table, Type, TypeDef, TypeId, TypeShape};

/// Traits besides `Clone`, `Debug` and `PartialEq`, which all types have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DerivedTraits {
    /// `Eq`: a value equals itself, which NaN does not.
    pub(crate) is_eq: bool,
    pub(crate) is_hash: bool,
    /// `PartialOrd` and `Ord`.
    pub(crate) is_ord: bool,
}

impl DerivedTraits {
    pub(crate) const ALL: Self = Self {
        is_eq: true,
        is_hash: true,
        is_ord: true,
    };
    const NONE: Self = Self {
        is_eq: false,
        is_hash: false,
        is_ord: false,
    };

    fn and(self, other: Self) -> Self {
        Self {
            is_eq: self.is_eq && other.is_eq,
            is_hash: self.is_hash && other.is_hash,
            is_ord: self.is_ord && other.is_ord,
        }
    }
}

/// Returns the traits of each type.
// INVARIANT: traits are only taken away, and a round without a change is the last one: it ends, and leaves each type what its parts have.
pub(crate) fn derive_traits(types: &Table<TypeId, TypeDef>) -> Table<TypeId, DerivedTraits> {
    let mut found: Table<TypeId, DerivedTraits> = types.iter().map(|_| DerivedTraits::ALL).collect();
    loop {
        let next: Table<TypeId, DerivedTraits> = types
            .iter()
            .map(|definition| of_shape(&definition.shape, &found))
            .collect();
        if next.iter().eq(found.iter()) {
            return found;
        }
        found = next;
    }
}

fn of_shape(shape: &TypeShape, types: &Table<TypeId, DerivedTraits>) -> DerivedTraits {
    let kept = match shape {
        TypeShape::Struct(structure) => structure.others.kept().map(|(_, value)| value),
        // Kinds that nobody knows are equal by text or by value.
        TypeShape::Choice { tag: Some(tag), .. } if tag.is_open => return DerivedTraits::NONE,
        _ => None,
    };
    let parts = shape.types().into_iter().chain(kept);
    parts.fold(DerivedTraits::ALL, |all, part| all.and(of_type(part, types)))
}

fn of_type(value: &Type, types: &Table<TypeId, DerivedTraits>) -> DerivedTraits {
    match value {
        Type::Bool
        | Type::String
        | Type::Timestamp
        | Type::Int(_)
        | Type::Integer
        | Type::Decimal
        | Type::DecimalText
        | Type::Version { .. }
        | Type::Null
        | Type::Never => DerivedTraits::ALL,
        Type::F64 => DerivedTraits::NONE,
        Type::Json => DerivedTraits {
            is_ord: false,
            ..DerivedTraits::ALL
        },
        Type::Nullable(inner) | Type::List(inner) | Type::Map(inner) => of_type(inner, types),
        Type::Tuple(elements) => {
            let elements = elements.iter().map(|element| of_type(element, types));
            elements.fold(DerivedTraits::ALL, DerivedTraits::and)
        }
        Type::Named(index) | Type::Boxed(index) => types[*index],
    }
}
