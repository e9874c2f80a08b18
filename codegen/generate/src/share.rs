//! Types that are the same are defined once. In: the types of all events. Out: each type that an older version of its event
//! defines, or that another event has too, refers to that definition. Its name stays where it was, so that nobody notices.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::fnv::{EMPTY_HASH, extend_hash};
use crate::ir::{
    EventModule, Home, Ir, RowId, Structure, Table, Type, TypeDef, TypeId, TypeShape, VersionId, VersionTypes,
};
use crate::lower::name_companions;
use crate::names::make_unique;

/// What makes two types the same: everything that is written about them and about the types inside.
type Fingerprint = u128;

/// The fingerprints of an event's types; none for those that are their version's own.
type EventPrints = Table<VersionId, Table<TypeId, Option<Fingerprint>>>;

/// The place of a type: the position of its event, its version, and its number there.
type TypePlace = (usize, VersionId, TypeId);

/// Defines types once.
pub(crate) fn share_types(ir: &mut Ir) {
    let of_version = |version: &VersionTypes| fingerprints(&version.types, version.root);
    let of_event = |event: &EventModule| event.versions.iter().map(of_version).collect();
    let prints: Vec<EventPrints> = ir.events.iter().map(of_event).collect();
    let external = external_homes(ir, &prints);
    let shared = between_events(ir, &prints);
    import_shared(ir, &shared, &external);
    for (event, prints) in ir.events.iter_mut().zip(&prints) {
        let mut homes: BTreeMap<&Fingerprint, Home> = BTreeMap::new();
        for (version, prints) in event.versions.iter_mut().zip(prints) {
            for (definition, print) in version.types.iter_mut().zip(prints) {
                let Some(print) = print else { continue };
                if let Some(home) = external.get(print) {
                    definition.home = Some(home.clone());
                } else if let Some(index) = shared.get(print) {
                    definition.home = Some(Home::of(&ir.shared[*index], None));
                } else if let Some(home) = homes.get(print).filter(|home| home.name == definition.name) {
                    definition.home = Some(home.clone());
                } else {
                    homes.insert(print, Home::of(definition, Some(version.module.clone())));
                }
            }
        }
    }
}

/// The types of events that another crate generates, by what they are: those of newer versions, if several have them.
fn external_homes(ir: &Ir, prints: &[EventPrints]) -> BTreeMap<Fingerprint, Home> {
    let mut homes = BTreeMap::new();
    for (event, prints) in ir.events.iter().zip(prints) {
        let Some(path) = &event.external else { continue };
        for (version, prints) in event.versions.iter().zip(prints) {
            for (definition, print) in version.types.iter().zip(prints) {
                let Some(print) = print else { continue };
                let home = Home {
                    external: Some(path.clone()),
                    ..Home::of(definition, Some(version.module.clone()))
                };
                homes.insert(*print, home);
            }
        }
    }
    homes
}

/// Takes the types that another crate has from there, where types that events share hold them.
fn import_shared(ir: &mut Ir, shared: &BTreeMap<Fingerprint, TypeId>, external: &BTreeMap<Fingerprint, Home>) {
    if external.is_empty() {
        return;
    }
    for (print, index) in shared {
        if let Some(home) = external.get(print) {
            let definition = &mut ir.shared[*index];
            definition.home = Some(home.clone());
            definition.custom.is_hidden = true;
        }
    }
    let mut held = Vec::new();
    for definition in ir.shared.iter().filter(|definition| definition.home.is_none()) {
        for value in definition.shape.types() {
            value.named(&mut |inner| held.push(inner));
        }
    }
    for index in held {
        if ir.shared[index].home.is_some() {
            ir.shared[index].custom.is_hidden = false;
        }
    }
}

/// The types that more than one event has, which move to a module of their own: where they are among its types.
fn between_events(ir: &mut Ir, prints: &[EventPrints]) -> BTreeMap<Fingerprint, TypeId> {
    let mut seen: BTreeMap<&Fingerprint, usize> = BTreeMap::new();
    let mut common: BTreeMap<&Fingerprint, TypePlace> = BTreeMap::new();
    for (event, versions) in prints.iter().enumerate() {
        for (version, types) in versions.entries() {
            for (index, print) in types.entries() {
                let Some(print) = print else { continue };
                let first = *seen.entry(print).or_insert(event);
                if first != event {
                    common.entry(print).or_insert((event, version, index));
                }
            }
        }
    }
    let mut names = std::collections::BTreeSet::new();
    let mut moved: Vec<(&Fingerprint, TypePlace, String)> = Vec::new();
    let mut by_name: Vec<_> = common.into_iter().collect();
    by_name.sort_by(|one, other| name_of(ir, one.1).cmp(name_of(ir, other.1)).then(one.0.cmp(other.0)));
    for (print, place) in by_name {
        let name = make_unique(name_of(ir, place).to_owned(), &format!("{print:032x}"), &mut names);
        moved.push((print, place, name));
    }
    let numbered = moved.iter().enumerate();
    let position: BTreeMap<&Fingerprint, TypeId> = numbered
        .map(|(at, (print, ..))| (*print, TypeId::from_position(at)))
        .collect();
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
    name_companions(&mut ir.shared, &mut names);
    position.into_iter().map(|(print, index)| (*print, index)).collect()
}

impl Home {
    fn of(definition: &TypeDef, version: Option<String>) -> Self {
        Self {
            external: None,
            version,
            name: definition.name.clone(),
            companion: definition.companion.clone(),
        }
    }
}

fn name_of(ir: &Ir, (event, version, index): TypePlace) -> &str {
    &ir.events[event].versions[version].types[index].name
}

fn relocate(value: &mut Type, position: &impl Fn(TypeId) -> TypeId) {
    match value {
        Type::Named(index) | Type::Boxed(index) => *index = position(*index),
        Type::Nullable(inner) | Type::List(inner) | Type::Map(inner) => relocate(inner, position),
        Type::Tuple(elements) => elements.iter_mut().for_each(|element| relocate(element, position)),
        _ => {}
    }
}

/// Of each type; `None` for what holds the root or the version, which are its version's own. It depends on nothing but the
/// type and what it refers to, however far away. Costs the number of types times that of their references.
fn fingerprints(types: &Table<TypeId, TypeDef>, root: TypeId) -> Table<TypeId, Option<Fingerprint>> {
    let locals: Table<TypeId, Local> = types.iter().map(local).collect();
    let print = |index: TypeId| {
        let is_own = |at: TypeId| at == root || holds_version(&types[at].shape);
        (!reaches(&locals, index, is_own)).then(|| fingerprint(&locals, index))
    };
    types.ids().map(print).collect()
}

/// What is written about a type, without the types inside, and which those are.
struct Local {
    print: Fingerprint,
    inner: Vec<TypeId>,
}

fn local(definition: &TypeDef) -> Local {
    let mut shape = definition.shape.clone();
    let mut inner = Vec::new();
    for value in shape.types_mut() {
        value.named(&mut |index| inner.push(index));
        relocate(value, &|_| TypeId::from_position(0));
    }
    let mut text = format!(
        "{}|{:?}|{:?}|{shape:?}",
        definition.name, definition.docs, definition.deprecated
    );
    if !definition.custom.is_empty() {
        write!(text, "|{:?}", definition.custom).expect("writing to a string cannot fail");
    }
    // They are in the documentation.
    if let TypeShape::Struct(Structure { fields, .. }) = &definition.shape {
        let defaults = fields
            .iter()
            .filter_map(|field| Some((&field.key, field.default.as_ref()?)));
        for default in defaults {
            write!(text, "|{default:?}").expect("writing to a string cannot fail");
        }
    }
    Local {
        print: extend_hash(EMPTY_HASH, text.as_bytes()),
        inner,
    }
}

/// The types that can be reached, in the order in which they are, each with the numbers of those inside.
fn fingerprint(locals: &Table<TypeId, Local>, from: TypeId) -> Fingerprint {
    let mut numbers: Table<TypeId, Option<u64>> = locals.iter().map(|_| None).collect();
    numbers[from] = Some(0);
    let (mut order, mut at, mut print) = (vec![from], 0, EMPTY_HASH);
    while let Some(Local { print: own, inner }) = order.get(at).map(|index| &locals[*index]) {
        print = extend_hash(print, &own.to_le_bytes());
        for index in inner {
            let number = *numbers[*index].get_or_insert_with(|| {
                order.push(*index);
                order.len() as u64 - 1
            });
            print = extend_hash(print, &number.to_le_bytes());
        }
        at += 1;
    }
    print
}

fn holds_version(shape: &TypeShape) -> bool {
    shape.types().into_iter().any(Type::is_version)
}

fn reaches(locals: &Table<TypeId, Local>, from: TypeId, is_target: impl Fn(TypeId) -> bool) -> bool {
    let mut seen: Table<TypeId, bool> = locals.iter().map(|_| false).collect();
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

#[cfg(test)]
mod tests {
    use schemactl_model::Pointer;

    use super::*;
    use crate::ir::TypeCustomization;

    fn at(position: usize) -> TypeId {
        TypeId::from_position(position)
    }

    /// Types that each hold the next, and what the last one holds. `after` are others.
    fn chain(last: Type, after: usize) -> Table<TypeId, TypeDef> {
        let named = (1..5).map(|next| Type::Named(at(next))).chain([last]);
        let chain = named.enumerate().map(|(index, inner)| (format!("T{index}"), inner));
        let others = (0..after).map(|index| (format!("Other{index}"), Type::Bool));
        let types = chain.chain(others).map(|(name, inner)| TypeDef {
            name,
            docs: None,
            deprecated: None,
            shape: TypeShape::Newtype(inner),
            companion: None,
            home: None,
            place: Pointer::default(),
            custom: TypeCustomization::default(),
        });
        types.collect()
    }

    #[test]
    fn what_is_far_inside_tells_types_apart() {
        // Nothing holds the root, the last of the others.
        let prints = |types: &Table<TypeId, TypeDef>| fingerprints(types, at(types.len() - 1));
        let texts = prints(&chain(Type::String, 1));
        let booleans = prints(&chain(Type::Bool, 1));
        let more = prints(&chain(Type::String, 7));
        for index in (0..5).map(at) {
            assert!(texts[index].is_some() && texts[index] != booleans[index], "T{index:?}");
            assert_eq!(texts[index], more[index], "neighbours change nothing");
        }
        assert_eq!(texts[at(5)], None, "the root is its version's own");
    }

    #[test]
    fn what_holds_the_version_is_not_shared() {
        let prints = fingerprints(&chain(Type::Version { is_text: true }, 1), at(5));
        assert!(prints.iter().all(Option::is_none));
    }

    #[test]
    fn circles_are_the_same_wherever_they_begin() {
        let circle = |names: [&str; 3]| {
            let types = names.into_iter().enumerate().map(|(index, name)| TypeDef {
                name: name.to_owned(),
                docs: None,
                deprecated: None,
                shape: TypeShape::Newtype(Type::List(Box::new(Type::Named(at((index + 1) % 3))))),
                companion: None,
                home: None,
                place: Pointer::default(),
                custom: TypeCustomization::default(),
            });
            let root = chain(Type::Bool, 0)[at(4)].clone();
            types.chain([root]).collect()
        };
        let (one, other) = (circle(["A", "B", "C"]), circle(["B", "C", "A"]));
        let (one, other) = (fingerprints(&one, at(3)), fingerprints(&other, at(3)));
        assert_eq!(
            [one[at(0)], one[at(1)], one[at(2)]],
            [other[at(2)], other[at(0)], other[at(1)]]
        );
        assert!(one[at(0)].is_some() && one[at(0)] != one[at(1)]);
    }
}
