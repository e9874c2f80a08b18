//! Recursive definitions that say the same become one. In: the compiled definitions of both schemas. Out: the two nodes over
//! representatives, so that what did not change between two recursive schemas is one node here as well.
//!
//! Partition refinement: at first all definitions are held to be the same; definitions whose bodies differ, with references
//! read as their class, are told apart, until nothing changes. What is left together cannot be told apart by any instance.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::node::{Arena, DefinitionId, Form, Node};

/// Rewrites nodes to the representatives of their definitions. Costs about the size of what the nodes consist of, whatever else a session has.
pub(crate) fn merge_definitions(arena: &mut Arena, nodes: &mut [Node]) {
    let definitions = find_definitions(arena, nodes);
    if definitions.len() < 2 {
        return;
    }
    let Some(classes) = tell_apart(arena, &definitions) else {
        return;
    };
    let mut first: FxHashMap<u32, DefinitionId> = FxHashMap::default();
    let representatives: FxHashMap<DefinitionId, DefinitionId> = definitions
        .iter()
        .map(|id| (*id, *first.entry(classes[id]).or_insert(*id)))
        .collect();
    let mut done = FxHashMap::default();
    for id in &definitions {
        if representatives[id] == *id {
            let body = arena.body(*id);
            let body = rewrite(arena, &representatives, &mut done, body);
            arena.define(*id, body);
        }
    }
    for node in nodes {
        *node = rewrite(arena, &representatives, &mut done, *node);
    }
}

/// Returns the definitions that nodes consist of, in the order in which they were made.
fn find_definitions(arena: &Arena, nodes: &[Node]) -> Vec<DefinitionId> {
    let mut seen: FxHashSet<Node> = FxHashSet::default();
    let mut definitions: FxHashSet<DefinitionId> = FxHashSet::default();
    let mut waiting = nodes.to_vec();
    while let Some(node) = waiting.pop() {
        if !seen.insert(node) {
            continue;
        }
        match arena.form(node) {
            Form::And(inner) | Form::Or(inner) => waiting.extend(inner.iter()),
            Form::All(names, values) | Form::Some(names, values) => waiting.extend([*names, *values]),
            Form::At(_, inner) | Form::From(_, inner) | Form::SomeFrom(_, inner) | Form::Count(inner, ..) => {
                waiting.push(*inner);
            }
            Form::Definition(id) | Form::NotDefinition(id) if definitions.insert(*id) => {
                waiting.push(arena.body(*id));
            }
            _ => {}
        }
    }
    let mut definitions: Vec<_> = definitions.into_iter().collect();
    definitions.sort_unstable_by_key(|id| id.0);
    definitions
}

/// Returns the class of each definition; `None` if no two are the same.
fn tell_apart(arena: &Arena, definitions: &[DefinitionId]) -> Option<FxHashMap<DefinitionId, u32>> {
    // INVARIANT: all start in one class and are told apart until nothing changes. A round too few leaves definitions together that say
    // different things, and one schema would stand for another.
    let mut classes: FxHashMap<DefinitionId, u32> = definitions.iter().map(|id| (*id, 0)).collect();
    let mut known = 1;
    loop {
        let mut refinement = Refinement {
            arena,
            classes: &classes,
            shapes: FxHashMap::default(),
            numbers: FxHashMap::default(),
        };
        let mut names: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let next: FxHashMap<DefinitionId, u32> = definitions
            .iter()
            .map(|id| {
                let shape = refinement.shape(arena.body(*id));
                let fresh = u32::try_from(names.len()).expect("counted");
                (*id, *names.entry((classes[id], shape)).or_insert(fresh))
            })
            .collect();
        let found = names.len();
        classes = next;
        if found == known {
            break;
        }
        known = found;
    }
    (known < definitions.len()).then_some(classes)
}

/// The shapes of nodes under the classes of a round.
struct Refinement<'a> {
    arena: &'a Arena,
    classes: &'a FxHashMap<DefinitionId, u32>,
    shapes: FxHashMap<Node, u32>,
    numbers: FxHashMap<FormShape, u32>,
}

/// A form with its parts by number, and references by class. Forms without parts are themselves.
#[derive(PartialEq, Eq, Hash)]
enum FormShape {
    Leaf(Form),
    Parts(u8, Vec<u32>, u64, Option<u64>),
}

impl Refinement<'_> {
    fn shape(&mut self, node: Node) -> u32 {
        if let Some(known) = self.shapes.get(&node) {
            return *known;
        }
        let shape = match self.arena.form(node).clone() {
            Form::And(inner) => FormShape::Parts(0, self.sorted(&inner), 0, None),
            Form::Or(inner) => FormShape::Parts(1, self.sorted(&inner), 0, None),
            Form::All(names, values) => FormShape::Parts(2, vec![self.shape(names), self.shape(values)], 0, None),
            Form::Some(names, values) => FormShape::Parts(3, vec![self.shape(names), self.shape(values)], 0, None),
            Form::At(index, node) => FormShape::Parts(4, vec![self.shape(node)], index, None),
            Form::From(index, node) => FormShape::Parts(5, vec![self.shape(node)], index, None),
            Form::SomeFrom(index, node) => FormShape::Parts(6, vec![self.shape(node)], index, None),
            Form::Count(node, least, most) => FormShape::Parts(7, vec![self.shape(node)], least, most),
            Form::Definition(id) => FormShape::Parts(8, vec![self.classes[&id]], 0, None),
            Form::NotDefinition(id) => FormShape::Parts(9, vec![self.classes[&id]], 0, None),
            leaf => FormShape::Leaf(leaf),
        };
        let fresh = u32::try_from(self.numbers.len()).expect("fewer shapes than nodes");
        let number = *self.numbers.entry(shape).or_insert(fresh);
        self.shapes.insert(node, number);
        number
    }

    fn sorted(&mut self, nodes: &[Node]) -> Vec<u32> {
        let mut shapes: Vec<u32> = nodes.iter().map(|node| self.shape(*node)).collect();
        shapes.sort_unstable();
        shapes.dedup();
        shapes
    }
}

fn rewrite(
    arena: &mut Arena,
    to: &FxHashMap<DefinitionId, DefinitionId>,
    done: &mut FxHashMap<Node, Node>,
    node: Node,
) -> Node {
    if let Some(known) = done.get(&node) {
        return *known;
    }
    let rewritten = match arena.form(node).clone() {
        Form::And(inner) => {
            let inner = rewrite_all(arena, to, done, &inner);
            arena.and(inner)
        }
        Form::Or(inner) => {
            let inner = rewrite_all(arena, to, done, &inner);
            arena.or(inner)
        }
        Form::All(names, values) => {
            let (names, values) = (rewrite(arena, to, done, names), rewrite(arena, to, done, values));
            arena.literal(Form::All(names, values))
        }
        Form::Some(names, values) => {
            let (names, values) = (rewrite(arena, to, done, names), rewrite(arena, to, done, values));
            arena.literal(Form::Some(names, values))
        }
        Form::At(index, inner) => {
            let inner = rewrite(arena, to, done, inner);
            arena.literal(Form::At(index, inner))
        }
        Form::From(index, inner) => {
            let inner = rewrite(arena, to, done, inner);
            arena.literal(Form::From(index, inner))
        }
        Form::SomeFrom(index, inner) => {
            let inner = rewrite(arena, to, done, inner);
            arena.literal(Form::SomeFrom(index, inner))
        }
        Form::Count(inner, least, most) => {
            let inner = rewrite(arena, to, done, inner);
            arena.literal(Form::Count(inner, least, most))
        }
        Form::Definition(id) => arena.literal(Form::Definition(to[&id])),
        Form::NotDefinition(id) => arena.literal(Form::NotDefinition(to[&id])),
        _ => node,
    };
    done.insert(node, rewritten);
    rewritten
}

fn rewrite_all(
    arena: &mut Arena,
    to: &FxHashMap<DefinitionId, DefinitionId>,
    done: &mut FxHashMap<Node, Node>,
    nodes: &Rc<[Node]>,
) -> Vec<Node> {
    nodes.iter().map(|node| rewrite(arena, to, done, *node)).collect()
}
