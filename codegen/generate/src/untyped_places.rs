//! The values that no Rust type describes. In: the types of a schema, with the reason at each `Value`. Out: the places, in the order of the
//! schema's text.

use schemactl_model::Source;

use crate::ir::{Field, Table, Type, TypeDef, TypeId, TypeShape};
use crate::untyped::{Untyped, UntypedPlace};

/// What is untyped among the types of a schema.
#[derive(Clone, Debug, Default)]
pub(crate) struct UntypedReport {
    pub(crate) places: Vec<UntypedPlace>,
    /// How many properties there are.
    pub(crate) properties: usize,
}

/// Returns the untyped places of a schema's types, in the order of its text. A property counts once.
pub(crate) fn find_untyped(source: &Source, types: &Table<TypeId, TypeDef>) -> UntypedReport {
    let mut found: Vec<(Option<&Field>, &Untyped)> = Vec::new();
    let mut properties = 0;
    for definition in types {
        match &definition.shape {
            TypeShape::Struct(structure) => {
                properties += structure.fields.len();
                let untyped = structure.fields.iter().filter_map(|field| {
                    let reason = in_type(&field.value).or_else(|| in_newtype(&field.value, types));
                    Some((Some(field), reason?))
                });
                found.extend(untyped);
                found.extend(structure.others.described().and_then(in_type).map(|rest| (None, rest)));
            }
            other => found.extend(other.types().into_iter().filter_map(in_type).map(|inner| (None, inner))),
        }
    }
    let mut places: Vec<_> = found
        .into_iter()
        .map(|(field, untyped)| untyped.located(source, field.map(|field| field.key.as_str())))
        .collect();
    places.sort_by_key(|(start, _)| *start);
    UntypedReport {
        places: places.into_iter().map(|(_, place)| place).collect(),
        properties,
    }
}

/// The first untyped value directly in a type.
fn in_type(value: &Type) -> Option<&Untyped> {
    match value {
        Type::Json(untyped) => Some(untyped),
        Type::Nullable(inner) | Type::List(inner) | Type::Map(inner) => in_type(inner),
        Type::Tuple(elements) => elements.iter().find_map(in_type),
        _ => None,
    }
}

/// A type that is only a name for an untyped value.
fn in_newtype<'t>(value: &Type, types: &'t Table<TypeId, TypeDef>) -> Option<&'t Untyped> {
    let (Type::Named(index) | Type::Boxed(index)) = value else {
        return None;
    };
    match &types[*index].shape {
        TypeShape::Newtype(Type::Json(untyped)) => Some(untyped),
        _ => None,
    }
}
