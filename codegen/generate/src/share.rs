//! Types that are the same are defined once. In: the types of all events. Out: each type that an older version of its event
//! defines, or that another event has too, refers to that definition. Its name stays where it was, so that nobody notices.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::Settings;
use crate::ir::{Home, Ir, Shape, Type, TypeDef};
use crate::names::unique;

/// What makes two types the same: everything that is written about them and about the types inside.
type Fingerprint = String;

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
        let name = unique(name_of(ir, place).to_owned(), print, &mut names);
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
    moved
        .into_iter()
        .map(|(print, _, name)| (print.clone(), name))
        .collect()
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

/// Of each type; `None` for the root, which is its version's own, and for what holds the version.
fn fingerprints(types: &[TypeDef], root: usize) -> Vec<Option<Fingerprint>> {
    // Refined until nothing changes: types that refer to each other are told apart by what is further away.
    let mut hashes: Vec<u64> = types
        .iter()
        .map(|definition| hash(&local(definition, &|_| 0)))
        .collect();
    let mut classes = count(&hashes);
    loop {
        let next: Vec<u64> = types
            .iter()
            .map(|definition| hash(&local(definition, &|index| hashes[index])))
            .collect();
        let now = count(&next);
        hashes = next;
        if now == classes {
            break;
        }
        classes = now;
    }
    let own = |index: usize| reaches(types, index, root) || holds_version(&types[index].shape);
    let owns: Vec<bool> = (0..types.len()).map(own).collect();
    let print = |index: usize| (!owns[index]).then(|| local(&types[index], &|inner| hashes[inner]));
    (0..types.len()).map(print).collect()
}

fn local(definition: &TypeDef, of: &impl Fn(usize) -> u64) -> String {
    let mut text = format!("{}|{:?}|{}|", definition.name, definition.docs, definition.deprecated);
    let mut shape = definition.shape.clone();
    let mut inner = Vec::new();
    for value in shape.types_mut() {
        value.named(&mut |index| inner.push(of(index)));
        relocate(value, &|_| 0);
    }
    write!(text, "{shape:?}|{inner:x?}").expect("a string takes all");
    text
}

fn holds_version(shape: &Shape) -> bool {
    shape.types().contains(&&Type::Version)
}

fn reaches(types: &[TypeDef], from: usize, root: usize) -> bool {
    let mut seen = vec![false; types.len()];
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == root {
            return true;
        }
        if !std::mem::replace(&mut seen[at], true) {
            for value in types[at].shape.types() {
                value.named(&mut |index| open.push(index));
            }
        }
    }
    false
}

fn count(hashes: &[u64]) -> usize {
    hashes.iter().collect::<std::collections::BTreeSet<_>>().len()
}

/// FNV-1a, over text that says all.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
