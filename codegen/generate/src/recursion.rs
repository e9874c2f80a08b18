//! Types that contain themselves. In: the types of a version. Out: the same, with each place boxed that would make a type
//! infinitely large. Lists and maps keep their elements elsewhere, so only direct members count.

use crate::ir::{Table, Type, TypeDef, TypeId};

/// Boxes the places that lie on a cycle.
pub(crate) fn box_cycles(types: &mut Table<TypeId, TypeDef>) {
    let edges: Table<TypeId, Vec<TypeId>> = types.iter().map(direct).collect();
    for index in types.ids() {
        if edges[index].is_empty() {
            continue;
        }
        let reaches = |target: &&TypeId| **target == index || reachable(&edges, **target)[index];
        let mut back: Table<TypeId, bool> = edges.iter().map(|_| false).collect();
        edges[index]
            .iter()
            .filter(reaches)
            .for_each(|target| back[*target] = true);
        for place in types[index].shape.types_mut() {
            box_type(place, &back);
        }
    }
}

fn box_type(value: &mut Type, back: &Table<TypeId, bool>) {
    match value {
        Type::Named(target) if back[*target] => *value = Type::Boxed(*target),
        Type::Nullable(inner) => box_type(inner, back),
        Type::Tuple(elements) => elements.iter_mut().for_each(|element| box_type(element, back)),
        _ => {}
    }
}

fn direct(definition: &TypeDef) -> Vec<TypeId> {
    let mut found = Vec::new();
    for value in definition.shape.types() {
        collect(value, &mut found);
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn collect(value: &Type, found: &mut Vec<TypeId>) {
    match value {
        Type::Named(target) => found.push(*target),
        Type::Nullable(inner) => collect(inner, found),
        Type::Tuple(elements) => elements.iter().for_each(|element| collect(element, found)),
        _ => {}
    }
}

fn reachable(edges: &Table<TypeId, Vec<TypeId>>, from: TypeId) -> Table<TypeId, bool> {
    let mut seen: Table<TypeId, bool> = edges.iter().map(|_| false).collect();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for next in &edges[at] {
            if !std::mem::replace(&mut seen[*next], true) {
                open.push(*next);
            }
        }
    }
    seen
}
