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

/// The traits of a map that has no order.
const UNORDERED: DerivedTraits = DerivedTraits {
    is_eq: true,
    is_hash: false,
    is_ord: false,
};

/// Returns the traits of each type. `is_map_foreign`: maps are of a type of the user's, which has no order and no hash.
// INVARIANT: traits are only taken away, and a round without a change is the last one: it ends, and leaves each type what its parts have.
pub(crate) fn derive_traits(types: &Table<TypeId, TypeDef>, is_map_foreign: bool) -> Table<TypeId, DerivedTraits> {
    let mut found: Table<TypeId, DerivedTraits> = types.iter().map(|_| DerivedTraits::ALL).collect();
    loop {
        let next: Table<TypeId, DerivedTraits> = types
            .iter()
            .map(|definition| match &definition.custom.replaced {
                Some(path) => of_foreign(path),
                None => of_shape(&definition.shape, (&found, is_map_foreign)),
            })
            .collect();
        if next.iter().eq(found.iter()) {
            return found;
        }
        found = next;
    }
}

fn of_shape(shape: &TypeShape, types: (&Table<TypeId, DerivedTraits>, bool)) -> DerivedTraits {
    let kept = match shape {
        TypeShape::Struct(structure) => structure.others.kept().map(|(_, value)| value),
        // Kinds that nobody knows are equal by text or by value.
        TypeShape::Choice { tag: Some(tag), .. } if tag.is_open => return DerivedTraits::NONE,
        _ => None,
    };
    let own = if types.1 && kept.is_some() {
        UNORDERED
    } else {
        DerivedTraits::ALL
    };
    let parts = shape.types().into_iter().chain(kept);
    parts.fold(own, |all, part| all.and(of_type(part, types)))
}

fn of_type(value: &Type, types: (&Table<TypeId, DerivedTraits>, bool)) -> DerivedTraits {
    match value {
        Type::Map(inner) if types.1 => UNORDERED.and(of_type(inner, types)),
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
        Type::Foreign(path) => of_foreign(path),
        Type::Json(_) => DerivedTraits {
            is_ord: false,
            ..DerivedTraits::ALL
        },
        Type::Nullable(inner) | Type::List(inner) | Type::Map(inner) => of_type(inner, types),
        Type::Tuple(elements) => {
            let elements = elements.iter().map(|element| of_type(element, types));
            elements.fold(DerivedTraits::ALL, DerivedTraits::and)
        }
        Type::Named(index) | Type::Boxed(index) => types.0[*index],
    }
}

/// Of a type that is not generated: those of the types that formats are often read as, and of a text of any kind. Nothing is known of others.
fn of_foreign(path: &str) -> DerivedTraits {
    const KNOWN: [&str; 11] = [
        "uuid::Uuid",
        "url::Url",
        "std::net::IpAddr",
        "std::net::Ipv4Addr",
        "std::net::Ipv6Addr",
        "chrono::NaiveDate",
        "chrono::NaiveTime",
        "jiff::civil::Date",
        "jiff::civil::Time",
        "jiff::SignedDuration",
        "std::string::String",
    ];
    let path = path.trim_start_matches("::");
    if KNOWN.contains(&path) || path.starts_with("schemactl_runtime::TextOf<") {
        DerivedTraits::ALL
    } else {
        DerivedTraits::NONE
    }
}
