//! Types that are the same are defined once. In: the types of all events. Out: each type that an older version of its event
//! defines, or that another event has too, refers to that definition. Its name stays where it was, so that nobody notices.

use std::collections::BTreeMap;

use crate::Settings;
use crate::ir::{Home, Ir, Shape, Type, TypeDef};
use crate::names::unique;

/// What makes two types the same: everything that is written about them and about the types inside.
type Fingerprint = u128;

/// Defines types once.
pub(crate) fn share(ir: &mut Ir, _settings: &Settings) {
    let prints: Vec<Vec<Vec<Option<Fingerprint>>>> = ir
        .events
        .iter()
        .map(|event| {
            event
                .versions
                .iter()
                .map(|version| fingerprints(&version.types, version.root))
                .collect()
        })
        .collect();
    let shared = between_events(ir, &prints);
    for (event, prints) in ir.events.iter_mut().zip(&prints) {
        let mut homes: BTreeMap<&Fingerprint, (String, String)> = BTreeMap::new();
        for (version, prints) in event.versions.iter_mut().zip(prints) {
            for (definition, print) in version.types.iter_mut().zip(prints) {
                let Some(print) = print else { continue };
                if let Some(name) = shared.get(print) {
                    definition.home = Some(Home::Shared(name.clone()));
                } else if let Some((module, _)) = homes.get(print).filter(|(_, name)| *name == definition.name) {
                    definition.home = Some(Home::Version(module.clone()));
                } else {
                    homes.insert(print, (version.module.clone(), definition.name.clone()));
                }
            }
        }
    }
}

/// The types that more than one event has, which move to a module of their own, by the names that they have there.
fn between_events(ir: &mut Ir, prints: &[Vec<Vec<Option<Fingerprint>>>]) -> BTreeMap<Fingerprint, String> {
    let mut seen: BTreeMap<&Fingerprint, usize> = BTreeMap::new();
    let mut common: BTreeMap<&Fingerprint, (usize, usize, usize)> = BTreeMap::new();
    for (event, versions) in prints.iter().enumerate() {
        for (version, types) in versions.iter().enumerate() {
            for (index, print) in types.iter().enumerate() {
                let Some(print) = print else { continue };
                let first = *seen.entry(print).or_insert(event);
                if first != event {
                    common.entry(print).or_insert((event, version, index));
                }
            }
        }
    }
    let mut names = std::collections::BTreeSet::new();
    let mut moved: Vec<(&Fingerprint, (usize, usize, usize), String)> = Vec::new();
    let mut by_name: Vec<_> = common.into_iter().collect();
    by_name.sort_by(|one, other| name_of(ir, one.1).cmp(name_of(ir, other.1)).then(one.0.cmp(other.0)));
    for (print, place) in by_name {
        let name = unique(name_of(ir, place).to_owned(), &format!("{print:032x}"), &mut names);
        moved.push((print, place, name));
    }
    let position: BTreeMap<&Fingerprint, usize> =
        moved.iter().enumerate().map(|(at, (print, ..))| (*print, at)).collect();
    for (_, (event, version, index), name) in &moved {
        let version_prints = &prints[*event][*version];
        let mut definition = ir.events[*event].versions[*version].types[*index].clone();
        definition.name.clone_from(name);
        for value in definition.shape.types_mut() {
            relocate(value, &|inner| {
                position[version_prints[inner]
                    .as_ref()
                    .expect("what is inside a shared type is shared")]
            });
        }
        ir.shared.push(definition);
    }
    moved.into_iter().map(|(print, _, name)| (*print, name)).collect()
}

fn name_of(ir: &Ir, (event, version, index): (usize, usize, usize)) -> &str {
    &ir.events[event].versions[version].types[index].name
}

fn relocate(value: &mut Type, position: &impl Fn(usize) -> usize) {
    match value {
        Type::Named(index) | Type::Boxed(index) => *index = position(*index),
        Type::Nullable(inner) | Type::List(inner) | Type::Map(inner) => relocate(inner, position),
        Type::Tuple(elements) => elements.iter_mut().for_each(|element| relocate(element, position)),
        _ => {}
    }
}

/// Of each type; `None` for what holds the root or the version, which are its version's own. It depends on nothing but the
/// type and what it refers to, however far away. Costs the number of types times that of their references.
fn fingerprints(types: &[TypeDef], root: usize) -> Vec<Option<Fingerprint>> {
    let locals: Vec<Local> = types.iter().map(local).collect();
    let print = |index: usize| {
        let is_own = |at: usize| at == root || holds_version(&types[at].shape);
        (!reaches(&locals, index, is_own)).then(|| fingerprint(&locals, index))
    };
    (0..types.len()).map(print).collect()
}

/// What is written about a type, without the types inside, and which those are.
struct Local {
    print: Fingerprint,
    inner: Vec<usize>,
}

fn local(definition: &TypeDef) -> Local {
    let mut shape = definition.shape.clone();
    let mut inner = Vec::new();
    for value in shape.types_mut() {
        value.named(&mut |index| inner.push(index));
        relocate(value, &|_| 0);
    }
    let text = format!(
        "{}|{:?}|{:?}|{shape:?}",
        definition.name, definition.docs, definition.deprecated
    );
    Local {
        print: hash(EMPTY, text.as_bytes()),
        inner,
    }
}

/// The types that can be reached, in the order in which they are, each with the numbers of those inside.
fn fingerprint(locals: &[Local], from: usize) -> Fingerprint {
    let mut numbers = vec![None; locals.len()];
    numbers[from] = Some(0_usize);
    let (mut order, mut at, mut print) = (vec![from], 0, EMPTY);
    while let Some(Local { print: own, inner }) = order.get(at).map(|index| &locals[*index]) {
        print = hash(print, &own.to_le_bytes());
        for index in inner {
            let number = *numbers[*index].get_or_insert_with(|| {
                order.push(*index);
                order.len() - 1
            });
            print = hash(print, &(number as u64).to_le_bytes());
        }
        at += 1;
    }
    print
}

fn holds_version(shape: &Shape) -> bool {
    shape.types().into_iter().any(Type::is_version)
}

fn reaches(locals: &[Local], from: usize, is_target: impl Fn(usize) -> bool) -> bool {
    let mut seen = vec![false; locals.len()];
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut seen[at], true) {
            if is_target(at) {
                return true;
            }
            open.extend(&locals[at].inner);
        }
    }
    false
}

/// FNV-1a of 128 bits.
const EMPTY: Fingerprint = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;

fn hash(start: Fingerprint, bytes: &[u8]) -> Fingerprint {
    bytes.iter().fold(start, |hash, byte| {
        (hash ^ u128::from(*byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types that each hold the next, and what the last one holds. `after` are others.
    fn chain(last: Type, after: usize) -> Vec<TypeDef> {
        let named = (1..5).map(Type::Named).chain([last]);
        let chain = named.enumerate().map(|(index, inner)| (format!("T{index}"), inner));
        let others = (0..after).map(|index| (format!("Other{index}"), Type::Bool));
        let types = chain.chain(others).map(|(name, inner)| TypeDef {
            name,
            docs: None,
            deprecated: None,
            shape: Shape::Newtype(inner),
            home: None,
        });
        types.collect()
    }

    #[test]
    fn what_is_far_inside_tells_types_apart() {
        // Nothing holds the root, the last of the others.
        let prints = |types: &[TypeDef]| fingerprints(types, types.len() - 1);
        let texts = prints(&chain(Type::String, 1));
        let booleans = prints(&chain(Type::Bool, 1));
        for (index, (one, other)) in texts.iter().zip(&booleans).take(5).enumerate() {
            assert!(one.is_some() && one != other, "T{index}");
        }
        assert_eq!(
            texts[..5],
            prints(&chain(Type::String, 7))[..5],
            "neighbours change nothing"
        );
        assert_eq!(texts[5], None, "the root is its version's own");
    }

    #[test]
    fn what_holds_the_version_is_not_shared() {
        let prints = fingerprints(&chain(Type::Version { is_text: true }, 1), 5);
        assert_eq!(prints, vec![None; 6]);
    }

    #[test]
    fn circles_are_the_same_wherever_they_begin() {
        let circle = |names: [&str; 3]| {
            let types = names.into_iter().enumerate().map(|(index, name)| TypeDef {
                name: name.to_owned(),
                docs: None,
                deprecated: None,
                shape: Shape::Newtype(Type::List(Box::new(Type::Named((index + 1) % 3)))),
                home: None,
            });
            let root = chain(Type::Bool, 0).remove(4);
            types.chain([root]).collect::<Vec<_>>()
        };
        let (one, other) = (circle(["A", "B", "C"]), circle(["B", "C", "A"]));
        let (one, other) = (fingerprints(&one, 3), fingerprints(&other, 3));
        assert_eq!([one[0], one[1], one[2]], [other[2], other[0], other[1]]);
        assert!(one[0].is_some() && one[0] != one[1]);
    }
}
