//! Where the types of a version are in its events. In: the types. Out: for each the first path from the root, as an event has it:
//! `lines[].price`, `labels.*`.

use std::collections::VecDeque;

use crate::ir::{RowId, Table, Type, TypeId, TypeShape, VersionTypes};

/// Returns the first path of each type, the nearest to the root; empty for the root, and for what the root does not reach.
pub(super) fn find_type_paths(version: &VersionTypes) -> Table<TypeId, String> {
    let mut paths: Vec<Option<String>> = version.types.iter().map(|_| None).collect();
    paths[version.root.position()] = Some(String::new());
    let mut open = VecDeque::from([version.root]);
    while let Some(at) = open.pop_front() {
        let path = paths[at.position()].clone().unwrap_or_default();
        let mut reach = |value: &Type, path: String| {
            reach_types(value, path, &mut |inner, path| {
                if paths[inner.position()].is_none() {
                    paths[inner.position()] = Some(path);
                    open.push_back(inner);
                }
            });
        };
        match &version.types[at].shape {
            TypeShape::Struct(structure) => {
                for field in &structure.fields {
                    reach(&field.value, join_path(&path, &field.key));
                }
                if let Some((_, value)) = structure.others.kept() {
                    reach(value, join_path(&path, "*"));
                }
            }
            shape => shape.types().into_iter().for_each(|value| reach(value, path.clone())),
        }
    }
    paths.into_iter().map(Option::unwrap_or_default).collect()
}

/// Returns the path of a member.
pub(super) fn join_path(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        _ => format!("{path}.{key}"),
    }
}

fn reach_types(value: &Type, path: String, visit: &mut impl FnMut(TypeId, String)) {
    match value {
        Type::Named(index) | Type::Boxed(index) => visit(*index, path),
        Type::Nullable(inner) => reach_types(inner, path, visit),
        Type::List(inner) => reach_types(inner, format!("{path}[]"), visit),
        Type::Map(inner) => reach_types(inner, join_path(&path, "*"), visit),
        Type::Tuple(elements) => {
            for (at, element) in elements.iter().enumerate() {
                reach_types(element, format!("{path}[{at}]"), visit);
            }
        }
        _ => {}
    }
}
