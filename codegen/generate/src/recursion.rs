//! Types that contain themselves. In: the types of a version. Out: the same, with each field boxed that would make a type
//! infinitely large. Lists and maps keep their elements elsewhere, so only direct fields count.

use crate::ir::{Shape, Type, TypeDef};

/// Boxes the fields that lie on a cycle.
pub(crate) fn box_cycles(types: &mut [TypeDef]) {
    let edges: Vec<Vec<usize>> = types.iter().map(|definition| direct(&definition.shape)).collect();
    let reach: Vec<Vec<bool>> = (0..types.len()).map(|from| reachable(&edges, from)).collect();
    for (index, definition) in types.iter_mut().enumerate() {
        let boxes = |target: usize| target == index || reach[target][index];
        match &mut definition.shape {
            Shape::Struct(fields) => fields.iter_mut().for_each(|field| box_type(&mut field.value, &boxes)),
            Shape::Newtype(inner) => box_type(inner, &boxes),
            Shape::Enum { .. } => {}
        }
    }
}

fn box_type(value: &mut Type, boxes: &impl Fn(usize) -> bool) {
    match value {
        Type::Named(target) if boxes(*target) => *value = Type::Boxed(*target),
        Type::Nullable(inner) => box_type(inner, boxes),
        _ => {}
    }
}

fn direct(shape: &Shape) -> Vec<usize> {
    match shape {
        Shape::Struct(fields) => fields.iter().filter_map(|field| named(&field.value)).collect(),
        Shape::Newtype(inner) => named(inner).into_iter().collect(),
        Shape::Enum { .. } => Vec::new(),
    }
}

fn named(value: &Type) -> Option<usize> {
    match value {
        Type::Named(target) => Some(*target),
        Type::Nullable(inner) => named(inner),
        _ => None,
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
