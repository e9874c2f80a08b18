//! The fields of event patterns. In: the types of a version. Out: for each object, or union of objects, the fields that a pattern can ask, and the
//! conditions that all types of a field have. A pattern has no alternatives: a field that several objects of a union have is one field.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{Constant, Field, Type, TypeId, TypeShape, VersionTypes};
use crate::names::{make_unique, to_pascal};

/// A property, or several of one name in the objects of a union.
pub(super) struct PatternField {
    pub(super) name: String,
    pub(super) key: String,
    pub(super) docs: Option<String>,
    pub(super) conditions: FieldConditions,
}

/// What a pattern can ask of a field. EventBridge looks into arrays by itself.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum FieldConditions {
    Text,
    Number,
    Bool,
    /// Any condition, with the types that the field has if they are several.
    Any(BTreeSet<&'static str>),
    Map,
    /// Those of the fields of an object, which is one of these.
    Group(BTreeSet<TypeId>),
    Pinned,
}

/// The objects, and unions of objects, whose fields a pattern has.
pub(super) struct FieldGroups {
    /// The objects that an event is one of.
    pub(super) root: BTreeSet<TypeId>,
    /// Those below, by their names.
    pub(super) below: BTreeMap<BTreeSet<TypeId>, String>,
}

impl FieldGroups {
    /// Returns the groups of a version; `None` if its events are no objects with names.
    pub(super) fn find(version: &VersionTypes) -> Option<Self> {
        let FieldConditions::Group(root) = find_conditions(&Type::Named(version.root), version) else {
            return None;
        };
        let (mut below, mut names) = (BTreeMap::new(), BTreeSet::from([version.root().name.clone()]));
        let mut open = vec![(root.clone(), version.root().name.clone())];
        while let Some((holder, holder_name)) = open.pop() {
            for field in list_fields(&holder, version) {
                let FieldConditions::Group(types) = field.conditions else {
                    continue;
                };
                if below.contains_key(&types) {
                    continue;
                }
                // Not the struct's own name: the root's pattern has that.
                let base = match types.iter().next() {
                    Some(only) if types.len() == 1 => version.types[*only].name.clone(),
                    _ => format!("{holder_name}{}", to_pascal(&field.key)),
                };
                let name = format!("{base}Fields");
                let name = if name == version.root().name {
                    format!("{name}Group")
                } else {
                    name
                };
                let name = make_unique(name, &field.key, &mut names);
                below.insert(types.clone(), name);
                open.push((types, base));
            }
        }
        Some(Self { root, below })
    }

    /// Returns the name of a group.
    pub(super) fn name(&self, types: &BTreeSet<TypeId>) -> &str {
        self.below
            .get(types)
            .expect("the fields that are found have their groups")
    }
}

/// Returns the fields of an object that is one of several, in the order in which these have them.
pub(super) fn list_fields(types: &BTreeSet<TypeId>, version: &VersionTypes) -> Vec<PatternField> {
    let mut found: Vec<(&Field, Vec<FieldConditions>)> = Vec::new();
    for id in types {
        let TypeShape::Struct(structure) = &version.types[*id].shape else {
            continue;
        };
        // What an object of a union can never have is a field of the others.
        let fields = structure.fields.iter();
        for field in fields.filter(|field| types.len() == 1 || field.value != Type::Never) {
            let conditions = find_conditions(&field.value, version);
            match found.iter_mut().find(|(known, _)| known.key == field.key) {
                Some((_, all)) => all.push(conditions),
                None => found.push((field, vec![conditions])),
            }
        }
    }
    let mut names = BTreeSet::new();
    let fields = found.into_iter().map(|(field, conditions)| PatternField {
        name: make_unique(field.name.clone(), &field.key, &mut names),
        key: field.key.clone(),
        docs: field.docs.clone(),
        conditions: join_conditions(conditions),
    });
    fields.collect()
}

/// Returns what a pattern can ask of a value.
fn find_conditions(value: &Type, version: &VersionTypes) -> FieldConditions {
    find_below(value, version, &mut Vec::new())
}

fn find_below(value: &Type, version: &VersionTypes, unions: &mut Vec<TypeId>) -> FieldConditions {
    let any = || FieldConditions::Any(BTreeSet::new());
    match value {
        Type::Bool => FieldConditions::Bool,
        Type::String | Type::Timestamp | Type::DecimalText => FieldConditions::Text,
        Type::Int(_) | Type::Integer | Type::F64 | Type::Decimal => FieldConditions::Number,
        Type::Version { .. } => FieldConditions::Pinned,
        Type::Json(_) | Type::Null | Type::Never | Type::Foreign(_) | Type::Tuple(_) => any(),
        Type::Map(_) => FieldConditions::Map,
        Type::Nullable(inner) | Type::List(inner) => find_below(inner, version, unions),
        Type::Named(index) | Type::Boxed(index) => match &version.types[*index].shape {
            TypeShape::Struct(_) => FieldConditions::Group(BTreeSet::from([*index])),
            TypeShape::Enum { .. } | TypeShape::Constant(Constant::Text(_)) => FieldConditions::Text,
            // INVARIANT: a union inside itself is looked at once, or this has no end.
            TypeShape::Choice { variants, .. } | TypeShape::Keyed { variants } if !unions.contains(index) => {
                unions.push(*index);
                let values = variants.iter().map(|variant| &variant.value);
                let values = values.filter(|value| **value != Type::Null);
                let all = values.map(|value| find_below(value, version, unions)).collect();
                unions.pop();
                join_conditions(all)
            }
            // A pattern has no end in recursive definitions, which are the newtypes.
            TypeShape::Newtype(_) | TypeShape::Choice { .. } | TypeShape::Keyed { .. } | TypeShape::Constant(_) => {
                any()
            }
        },
    }
}

/// Returns the conditions that all alternatives of a field have. The fields of objects are joined by their names.
fn join_conditions(all: Vec<FieldConditions>) -> FieldConditions {
    let kinds = all.iter().flat_map(list_kinds).collect();
    let joined = all.into_iter().map(Some).reduce(|one, other| match (one?, other?) {
        (FieldConditions::Group(mut types), FieldConditions::Group(others)) => {
            types.extend(others);
            Some(FieldConditions::Group(types))
        }
        (one, other) => (one == other).then_some(one),
    });
    joined.flatten().unwrap_or(FieldConditions::Any(kinds))
}

/// Returns the names of the types that conditions are for.
fn list_kinds(conditions: &FieldConditions) -> Vec<&'static str> {
    match conditions {
        FieldConditions::Text | FieldConditions::Pinned => vec!["string"],
        FieldConditions::Number => vec!["number"],
        FieldConditions::Bool => vec!["boolean"],
        FieldConditions::Map | FieldConditions::Group(_) => vec!["object"],
        FieldConditions::Any(kinds) if kinds.is_empty() => vec!["any"],
        FieldConditions::Any(kinds) => kinds.iter().copied().collect(),
    }
}
