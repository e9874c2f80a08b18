//! From one version of an event to another. In: the middle forms of both. Out: a conversion, as data: property by property what the
//! schemas say is the same, and as gaps what they do not say, which a producer fills.
//!
//! A property is the same if it has the same key, or if the new one was renamed from the old (`x-renamed-from`), and if every
//! value of the new type is a value of the old, and within its limits. Nothing is parsed, rounded, guessed or left out: what has no source is a gap, optional
//! properties included.

mod paths;
mod program;
mod union;
mod value;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use schemactl_model::Keyword;

pub(crate) use self::program::write_program;

use self::paths::{find_type_paths, join_path};
use crate::ir::{
    Conversion, EnumStep, EventModule, Field, FieldId, FieldSource, FieldStep, Gap, GapId, OtherProperties, OthersStep,
    Routine, RoutineId, RoutineSteps, Structure, Table, Type, TypeDef, TypeId, TypeShape, ValueStep, Variant,
    VariantId, VersionId, VersionTypes,
};
use crate::names::{make_unique, to_snake};

/// Derives the conversions of an event: from its newest version to the newest of each older major, newest first.
pub(crate) fn derive_conversions(event: &EventModule) -> Vec<Conversion> {
    let majors = event.newest_of_majors();
    let Some((newest, older)) = majors.split_last() else {
        return Vec::new();
    };
    let older = older.iter().rev();
    older.map(|older| derive_conversion(event, *newest, *older)).collect()
}

/// Converts the root of one version to the root of another.
fn derive_conversion(event: &EventModule, from: VersionId, to: VersionId) -> Conversion {
    let (new, old) = (&event.versions[from], &event.versions[to]);
    let mut deriver = Deriver {
        new,
        old,
        paths: find_type_paths(old),
        known: BTreeMap::new(),
        convertible: BTreeMap::new(),
        probed: None,
        names: BTreeSet::new(),
        waiting: VecDeque::new(),
        routines: Table::default(),
        gaps: Table::default(),
        methods: BTreeSet::new(),
    };
    deriver.routine(new.root, old.root, false);
    while let Some(routine) = deriver.waiting.pop_front() {
        let Routine {
            from,
            to,
            can_be_absent,
            ..
        } = deriver.routines[routine];
        deriver.routines[routine].steps = deriver.steps((from, to), can_be_absent);
    }
    let mut routines = deriver.routines;
    mark_needs(&mut routines);
    Conversion {
        from,
        to,
        routines,
        gaps: deriver.gaps,
    }
}

/// Marks the routines that need a gap: those with one, and those that call them.
fn mark_needs(routines: &mut Table<RoutineId, Routine>) {
    for routine in routines.iter_mut() {
        routine.needs_gaps = routine.steps.has_gap();
    }
    loop {
        let calls_needy = |routine: &Routine| {
            let mut called = routine.steps.values().into_iter().flat_map(ValueStep::routines);
            !routine.needs_gaps && called.any(|called| routines[called].needs_gaps)
        };
        let found: Vec<_> = routines.entries().filter(|(_, routine)| calls_needy(routine)).collect();
        let found: Vec<_> = found.into_iter().map(|(id, _)| id).collect();
        if found.is_empty() {
            return;
        }
        for id in found {
            routines[id].needs_gaps = true;
        }
    }
}

struct Deriver<'v> {
    new: &'v VersionTypes,
    old: &'v VersionTypes,
    /// Where the older types are in events.
    paths: Table<TypeId, String>,
    /// The routine of each pair of types, and that which may leave its value absent.
    known: BTreeMap<(TypeId, TypeId, bool), RoutineId>,
    /// Whether a pair of types can have a routine.
    convertible: BTreeMap<(TypeId, TypeId), bool>,
    /// While that is decided, the pairs that a routine would call.
    probed: Option<Vec<(TypeId, TypeId)>>,
    names: BTreeSet<String>,
    /// The routines whose steps are not derived yet.
    waiting: VecDeque<RoutineId>,
    routines: Table<RoutineId, Routine>,
    gaps: Table<GapId, Gap>,
    methods: BTreeSet<String>,
}

impl Deriver<'_> {
    /// Returns the routine for a pair of types, derived already or later.
    fn routine(&mut self, from: TypeId, to: TypeId, can_be_absent: bool) -> RoutineId {
        if let Some(known) = self.known.get(&(from, to, can_be_absent)) {
            return *known;
        }
        let text = &self.old.types[to].name;
        let name = make_unique(to_snake(text), text, &mut self.names);
        // INVARIANT: a pair of types is derived once, so that types which contain themselves have an end.
        let routine = self.routines.push(Routine {
            name,
            from,
            to,
            steps: RoutineSteps::Inner(ValueStep::WriteText),
            can_be_absent,
            needs_gaps: false,
        });
        self.known.insert((from, to, can_be_absent), routine);
        self.waiting.push_back(routine);
        routine
    }

    fn steps(&mut self, (from, to): (TypeId, TypeId), can_be_absent: bool) -> RoutineSteps {
        let (new, old) = (&self.new.types[from].shape, &self.old.types[to].shape);
        let steps = match (new, old) {
            (TypeShape::Struct(source), TypeShape::Struct(target)) => Some(self.object((from, to), source, target)),
            (TypeShape::Enum { variants, extensible }, TypeShape::Enum { variants: known, .. }) => {
                Some(RoutineSteps::Enum {
                    values: enum_steps(variants, known),
                    keeps_unknown: *extensible,
                })
            }
            (TypeShape::Newtype(inner), TypeShape::Newtype(target)) => {
                self.value(inner, target).map(RoutineSteps::Inner)
            }
            (TypeShape::Choice { .. }, TypeShape::Choice { .. })
            | (TypeShape::Keyed { .. }, TypeShape::Keyed { .. }) => self.choice(from, to, can_be_absent),
            _ => None,
        };
        steps.unwrap_or_else(|| self.whole_gap(from, to))
    }

    /// Nothing in common: the producer makes the whole value. Only roots come to this: elsewhere the property is the gap.
    fn whole_gap(&mut self, from: TypeId, to: TypeId) -> RoutineSteps {
        let gap = Gap {
            method: to_snake(&self.old.types[to].name),
            path: self.paths[to].clone(),
            is_optional: false,
            default: None,
            unproved: None,
            alternative: None,
            from,
            value: Type::Named(to),
        };
        RoutineSteps::Gap(self.gap(gap, "all"))
    }

    fn gap(&mut self, gap: Gap, key: &str) -> GapId {
        self.gaps.push(Gap {
            method: make_unique(gap.method, key, &mut self.methods),
            ..gap
        })
    }

    /// A property that no schema gives.
    fn field_gap(&mut self, (from, to): (TypeId, TypeId), field: &Field, unproved: Option<&Field>) -> FieldSource {
        let gap = Gap {
            method: self.method((from, to), &field.name),
            path: join_path(&self.paths[to], &field.key),
            is_optional: !field.required,
            default: field.default.clone(),
            unproved: unproved.map(|field| field.key.clone()),
            alternative: None,
            from,
            value: whole(field),
        };
        FieldSource::Gap(self.gap(gap, &field.key))
    }

    fn object(&mut self, pair: (TypeId, TypeId), source: &Structure, target: &Structure) -> RoutineSteps {
        let fields = target.fields.entries().map(|(to, field)| FieldStep {
            to,
            source: self.field(pair, (source, target), field),
        });
        let fields: Vec<_> = fields.collect();
        let others = self.others(pair, source, target);
        let reads = |from: FieldId| {
            let mut sources = fields.iter().map(|step| &step.source);
            sources.any(|source| source.field() == Some(from))
        };
        let is_version = |from: FieldId| source.fields[from].value.is_version();
        let dropped = source.fields.ids().filter(|from| !reads(*from) && !is_version(*from));
        RoutineSteps::Object {
            dropped: dropped.collect(),
            fields,
            others,
        }
    }

    /// Properties without a name go over, but for those that have one on the other side.
    fn others(&mut self, pair: (TypeId, TypeId), source: &Structure, target: &Structure) -> Option<OthersStep> {
        let (name, wanted) = target.others.kept()?;
        let Some((_, kept)) = source.others.kept() else {
            return Some(OthersStep::Empty);
        };
        let is_within = source.others_limits.imply(&target.others_limits, wanted, None);
        if let Some(value) = self.value(kept, wanted).filter(|_| is_within) {
            let is_named = |key: &String| source.fields.iter().any(|field| field.key == *key);
            let keys = target.fields.iter().map(|field| field.key.clone());
            let without = keys.filter(|key| !is_named(key)).collect();
            return Some(OthersStep::Carry { without, value });
        }
        let gap = Gap {
            method: self.method(pair, name),
            path: join_path(&self.paths[pair.1], "*"),
            is_optional: false,
            default: None,
            unproved: None,
            alternative: None,
            from: pair.0,
            value: Type::Map(Box::new(wanted.clone())),
        };
        Some(OthersStep::Gap(self.gap(gap, name)))
    }

    /// What a gap is called: after the property, and after its type if that is not the event.
    fn method(&self, (_, to): (TypeId, TypeId), field: &str) -> String {
        if to == self.old.root {
            return field.to_owned();
        }
        let owner = to_snake(&self.old.types[to].name);
        format!("{owner}_{}", field.trim_start_matches('_'))
    }

    fn field(
        &mut self,
        pair: (TypeId, TypeId),
        (source, older): (&Structure, &Structure),
        target: &Field,
    ) -> FieldSource {
        if target.value.is_version() {
            return FieldSource::Version;
        }
        let find = |is_it: &dyn Fn(&Field) -> bool| source.fields.entries().find(|(_, field)| is_it(field));
        let is_in_older = |key: &str| older.fields.iter().any(|field| field.key == *key);
        // A property without any value is there in neither version.
        if target.value == Type::Never && !target.required {
            return FieldSource::Constant;
        }
        let renamed = find(&|field| field.renamed_from.as_deref() == Some(&target.key));
        // What was renamed before the older version is there under its new name.
        let same = find(&|field| field.key == target.key && !field.renamed_from.as_deref().is_some_and(is_in_older));
        let found = match (renamed, same) {
            (Some((from, field)), _) => {
                let union = self.optional_union(field, target);
                let value = union.or_else(|| self.present(field, target));
                value.map(|value| FieldSource::Rename { from, value })
            }
            (None, Some((from, field))) => {
                let union = self.optional_union(field, target);
                let value = union.or_else(|| self.present(field, target));
                value.map(|value| FieldSource::Copy { from, value })
            }
            (None, None) if !target.required => self.unnamed(source, target),
            (None, None) => None,
        };
        let namesake = renamed.or(same).map(|(_, field)| field);
        let found = found.or_else(|| self.constant(namesake, target));
        found.unwrap_or_else(|| self.field_gap(pair, target, namesake))
    }

    /// A property that the older schema requires, with one value that it may have. If the newer version has the property with other
    /// values, it is not for us to say that they all are that one.
    fn constant(&self, namesake: Option<&Field>, target: &Field) -> Option<FieldSource> {
        let is_fixed = |value: &Type, types: &Table<TypeId, TypeDef>| match value {
            Type::Null => true,
            Type::Named(index) => types[*index].is_constant(),
            _ => false,
        };
        let is_free = namesake.is_none_or(|field| is_fixed(&field.value, &self.new.types) && !field.nullable);
        let is_certain = target.required && !target.nullable && is_fixed(&target.value, &self.old.types);
        (is_certain && is_free).then_some(FieldSource::Constant)
    }

    /// The value of an optional field that the source has no name for: among its additional properties, if it keeps any.
    fn unnamed(&mut self, source: &Structure, target: &Field) -> Option<FieldSource> {
        // What only the setting keeps is nobody's to convert.
        let OtherProperties::Described(kept) = &source.others else {
            return None;
        };
        if !source.others_limits.imply(&target.limits, &target.value, None) {
            return None;
        }
        let value = self.value(kept, &target.value)?;
        let value = if target.nullable {
            ValueStep::Present(Box::new(value))
        } else {
            value
        };
        Some(FieldSource::Unnamed { value })
    }

    /// Whether two types are structs: what their properties without a name become is decided there, limits included.
    fn are_structs(&self, source: &Type, target: &Type) -> bool {
        let is_struct = |value: &Type, types: &Table<TypeId, TypeDef>| {
            let shape = value.find_name().map(|name| &types[name].shape);
            matches!(shape, Some(TypeShape::Struct(_)))
        };
        is_struct(source, &self.new.types) && is_struct(target, &self.old.types)
    }

    /// Whether two types are unions: an alternative that only one has is not converted by its type.
    fn are_unions(&self, source: &Type, target: &Type) -> bool {
        let is_union = |value: &Type, types: &Table<TypeId, TypeDef>| {
            let shape = value.find_name().map(|name| &types[name].shape);
            matches!(shape, Some(TypeShape::Choice { .. } | TypeShape::Keyed { .. }))
        };
        is_union(source, &self.new.types) && is_union(target, &self.old.types)
    }

    /// The step for an optional property that is a union with new alternatives: these may be left absent.
    fn optional_union(&mut self, source: &Field, target: &Field) -> Option<ValueStep> {
        let is_plain = !target.required && !target.nullable && self.are_unions(&source.value, &target.value);
        let names = source.value.find_name().zip(target.value.find_name());
        let (from, to) = names.filter(|_| is_plain)?;
        let before = self.probed.replace(Vec::new());
        let step = self.present(source, target);
        self.probed = before;
        let (inner, is_optional) = match step? {
            ValueStep::EachOptional(inner) => (inner, true),
            ValueStep::Present(inner) => (inner, false),
            _ => return None,
        };
        let ValueStep::Call { is_boxed, .. } = *inner else {
            return None;
        };
        let is_partial = self.is_convertible(from, to) && self.has_new_alternatives(from, to);
        is_partial.then(|| ValueStep::CallOptional {
            routine: self.routine(from, to, true),
            is_boxed,
            is_optional,
        })
    }

    /// The value of a field, if the other side tells absence and `null` apart as well. What is absent does not become `null`, nor
    /// the other way round.
    fn present(&mut self, source: &Field, target: &Field) -> Option<ValueStep> {
        // A type has no limits: a value that fits may be one that the older schema rejects.
        let elsewhere = self.are_structs(&source.value, &target.value);
        let elsewhere = elsewhere.then_some(Keyword::AdditionalProperties);
        let is_implied = if self.are_unions(&source.value, &target.value) {
            source
                .limits
                .share_kinds(&target.limits)
                .imply(&target.limits, &target.value, elsewhere)
        } else {
            source.limits.imply(&target.limits, &target.value, elsewhere)
        };
        if !is_implied {
            return None;
        }
        let presence = |field: &Field| (field.required, field.nullable);
        let nullable = |field: &Field| Type::Nullable(Box::new(field.value.clone()));
        // Untyped values may be `null`.
        if target.value.is_json() && source.nullable {
            let value = self.value(&nullable(source), &target.value)?;
            return match (source.required, target.required) {
                (true, true) => Some(value),
                (true, false) => Some(ValueStep::Present(Box::new(value))),
                (false, true) => None,
                (false, false) => Some(ValueStep::EachOptional(Box::new(value))),
            };
        }
        match (presence(source), presence(target)) {
            ((true, false), _) | ((false, false), (false, true)) => self.value(&whole(source), &whole(target)),
            (one, other) if one == other => self.value(&whole(source), &whole(target)),
            ((true, true), (false, true)) => {
                let value = self.value(&nullable(source), &nullable(target))?;
                Some(ValueStep::Present(Box::new(value)))
            }
            _ => None,
        }
    }
}

/// Where each value of an enum goes.
fn enum_steps(variants: &Table<VariantId, Variant>, known: &Table<VariantId, Variant>) -> Vec<(VariantId, EnumStep)> {
    let steps = variants.entries().map(|(id, variant)| {
        let same = known.entries().find(|(_, old)| old.value == variant.value);
        (id, same.map_or(EnumStep::Unknown, |(to, _)| EnumStep::Value(to)))
    });
    steps.collect()
}

/// The type of a field with its presence: optional or nullable, it is an option, both make two.
fn whole(field: &Field) -> Type {
    let option = |value: Type| Type::Nullable(Box::new(value));
    match (field.required, field.nullable) {
        (true, false) => field.value.clone(),
        (true, true) | (false, false) => option(field.value.clone()),
        (false, true) => option(option(field.value.clone())),
    }
}
