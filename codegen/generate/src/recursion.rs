//! Types that contain themselves. In: the types of a version. Out: the same, with each place boxed that would make a type
//! infinitely large. Lists and maps keep their elements elsewhere, so only direct members count.

use crate::ir::{Type, TypeDef};

/// Boxes the places that lie on a cycle.
pub(crate) fn box_cycles(types: &mut [TypeDef]) {
    let edges: Vec<Vec<usize>> = types.iter().map(direct).collect();
    for index in 0..types.len() {
        if edges[index].is_empty() {
            continue;
        }
        let back: Vec<bool> = {
            let reaches = |target: &usize| *target == index || reachable(&edges, *target)[index];
            let mut back = vec![false; types.len()];
            edges[index]
                .iter()
                .filter(|target| reaches(target))
                .for_each(|target| back[*target] = true);
            back
        };
        for place in types[index].shape.types_mut() {
            box_type(place, &back);
        }
    }
}

fn box_type(value: &mut Type, back: &[bool]) {
    match value {
        Type::Named(target) if back[*target] => *value = Type::Boxed(*target),
        Type::Nullable(inner) => box_type(inner, back),
        Type::Tuple(elements) => elements.iter_mut().for_each(|element| box_type(element, back)),
        _ => {}
    }
}

fn direct(definition: &TypeDef) -> Vec<usize> {
    let mut found = Vec::new();
    for value in definition.shape.types() {
        collect(value, &mut found);
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn collect(value: &Type, found: &mut Vec<usize>) {
    match value {
        Type::Named(target) => found.push(*target),
        Type::Nullable(inner) => collect(inner, found),
        Type::Tuple(elements) => elements.iter().for_each(|element| collect(element, found)),
        _ => {}
    }
}

fn reachable(edges: &[Vec<usize>], from: usize) -> Vec<bool> {
    let mut seen = vec![false; edges.len()];
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
