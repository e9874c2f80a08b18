//! Which schemas describe one and the same value. In: the schemas that a keyword applies to a value. Out: a [`Frame`], with every
//! schema that applies to the value in place, the names they mention, and the frames of the values below it.
//!
//! A value is often described in several places: by a property and by the same property in a branch of `allOf`, or in a `then`
//! that refines it. A name that one of them declares is known for the value, so none of them may be closed by itself.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use schemactl_containment::match_irregular_pattern;
use schemactl_model::{
    Dialect, JsonObject, Keyword, Kind, LexicalScope, Member, Resolver, Value, any_annotation, any_applicator,
    any_assertion, any_definitions, any_identifier,
};

/// In-place applicators inside applicators that are followed. Schemas in files stay below 20; the rest is circles.
// INVARIANT: each schema is collected once for a value, and chains of pure references stop here: a circle of references has no end.
const DEEPEST: usize = 64;

/// A schema that applies to a value. It is known by its address: what is rewritten may be cut out of its document, and has no place
/// (ADR 95).
#[derive(Clone, Debug)]
pub(super) struct AppliedSchema<'v> {
    pub(super) schema: &'v Value,
    /// The scope inside it.
    pub(super) scope: LexicalScope,
    /// It only asks about the value, as `if` and `not` do.
    pub(super) asks: bool,
}

impl<'v> AppliedSchema<'v> {
    /// A schema that stands in a scope.
    pub(super) fn new(schema: &'v Value, around: &LexicalScope, asks: bool) -> Self {
        Self {
            schema,
            scope: around.inside(schema),
            asks,
        }
    }

    fn key(&self) -> (usize, bool) {
        (address(self.schema), self.asks)
    }

    fn object(&self) -> Option<&'v JsonObject> {
        self.schema.as_object()
    }

    /// A keyword that the dialect has.
    pub(super) fn keyword(&self, keyword: Keyword) -> Option<&'v Value> {
        self.scope.dialect.find_keyword(self.schema, keyword)
    }
}

impl<'v> AppliedSchema<'v> {
    /// The members of a keyword that maps names or patterns to schemas.
    fn members(&self, keyword: Keyword) -> impl Iterator<Item = &'v Member> + use<'v> {
        let map = self.keyword(keyword).and_then(Value::as_object);
        map.into_iter().flat_map(JsonObject::iter)
    }
}

/// The address of a schema, as its identity.
pub(super) fn address(value: &Value) -> usize {
    std::ptr::from_ref(value) as usize
}

/// Every schema that applies to a value in place.
#[derive(Debug)]
pub(super) struct Frame<'v> {
    pub(super) applied: Vec<AppliedSchema<'v>>,
    /// Made when the first property is looked up: unions of thousands of branches, and objects of thousands of properties, are not
    /// gone through for each of them.
    by_property: OnceCell<PropertyIndex<'v>>,
}

/// Which of the schemas of a frame speak of a property.
#[derive(Debug, Default)]
struct PropertyIndex<'v> {
    /// The schemas that list it in `properties` and describe its parts, with what they say.
    listed: FxHashMap<&'v str, Vec<(usize, &'v Value)>>,
    /// The schemas that speak of properties that they do not list.
    general: Vec<usize>,
}

impl<'v> Frame<'v> {
    fn new(applied: Vec<AppliedSchema<'v>>) -> Self {
        Self {
            applied,
            by_property: OnceCell::new(),
        }
    }

    fn property_index(&self) -> &PropertyIndex<'v> {
        self.by_property.get_or_init(|| {
            let mut index = PropertyIndex::default();
            for (at, applied) in self.applied.iter().enumerate() {
                let is_general = GENERAL.iter().any(|keyword| applied.keyword(*keyword).is_some());
                let listed = applied.keyword(Keyword::Properties).and_then(Value::as_object);
                for member in listed.into_iter().flat_map(JsonObject::iter) {
                    // The tags of a union are listed in every branch and describe nothing.
                    if is_general || describes_parts(&member.value) {
                        index.listed.entry(&member.key).or_default().push((at, &member.value));
                    }
                }
                if is_general {
                    index.general.push(at);
                }
            }
            index
        })
    }

    /// The schemas that say something of a property, in their order, with what they list of it.
    fn about_property(&self, name: &str) -> Vec<(&AppliedSchema<'v>, Option<&'v Value>)> {
        let index = self.property_index();
        let listed = index.listed.get(name).map_or(&[][..], Vec::as_slice);
        let mut about: Vec<(usize, Option<&'v Value>)> = listed.iter().map(|(at, value)| (*at, Some(*value))).collect();
        let lists = |at: &usize| listed.binary_search_by_key(at, |(own, _)| *own).is_ok();
        about.extend(index.general.iter().filter(|at| !lists(at)).map(|at| (*at, None)));
        about.sort_unstable_by_key(|(at, _)| *at);
        about
            .into_iter()
            .map(|(at, value)| (&self.applied[at], value))
            .collect()
    }
}

/// Keywords that speak of properties without listing them.
const GENERAL: [Keyword; 3] = [
    Keyword::PatternProperties,
    Keyword::AdditionalProperties,
    Keyword::UnevaluatedProperties,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FrameId(usize);

impl FrameId {
    /// For sides of a comparison that close nothing.
    pub(super) const NONE: Self = Self(0);
}

/// The part of a value that a keyword describes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Below<'n> {
    Property(&'n str),
    /// The properties whose names match.
    Matching(&'n str),
    /// The properties that nothing else in the schema speaks of.
    Additional,
    /// Elements, by `contains` or by position.
    Element {
        contains: bool,
    },
}

/// The frames of one document, each made once: a recursive schema has finitely many.
pub(super) struct Frames<'v> {
    resolver: Rc<Resolver<'v>>,
    known: BTreeMap<Vec<(usize, bool)>, FrameId>,
    made: Vec<Rc<Frame<'v>>>,
}

impl<'v> Frames<'v> {
    pub(super) fn new(resolver: Rc<Resolver<'v>>) -> Self {
        Self {
            resolver,
            known: BTreeMap::new(),
            made: vec![Rc::new(Frame::new(Vec::new()))],
        }
    }

    pub(super) fn frame(&self, id: FrameId) -> Rc<Frame<'v>> {
        Rc::clone(&self.made[id.0])
    }

    /// Returns the frame of a value that these schemas describe.
    pub(super) fn intern(&mut self, seeds: Vec<AppliedSchema<'v>>) -> FrameId {
        let seeds: Vec<_> = seeds.into_iter().map(|seed| self.followed(seed)).collect();
        // INVARIANT: keys are places in the document, of which there are finitely many, so that frames of frames end.
        let mut key: Vec<_> = seeds.iter().map(AppliedSchema::key).collect();
        key.sort_unstable();
        key.dedup();
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let id = FrameId(self.made.len());
        let mut applied = Vec::new();
        for seed in &seeds {
            self.collect(seed, &mut applied, 0);
        }
        self.known.insert(key, id);
        self.made.push(Rc::new(Frame::new(applied)));
        id
    }

    /// Every schema that applies in place with one schema, itself first.
    pub(super) fn in_place(&self, schema: &'v Value, scope: &LexicalScope) -> Vec<AppliedSchema<'v>> {
        let mut applied = Vec::new();
        let seed = AppliedSchema::new(schema, scope, false);
        self.collect(&seed, &mut applied, 0);
        applied
    }

    /// What a schema is that only refers to another.
    fn followed(&self, mut seed: AppliedSchema<'v>) -> AppliedSchema<'v> {
        for _ in 0..DEEPEST {
            let Some(target) = self.pure_target(&seed) else { break };
            seed = target;
        }
        seed
    }

    fn pure_target(&self, seed: &AppliedSchema<'v>) -> Option<AppliedSchema<'v>> {
        let members = seed.object()?;
        is_pure_reference(members, seed.scope.dialect)
            .then(|| self.target(seed, members.keyword(Keyword::Ref)?))
            .flatten()
    }

    fn target(&self, holder: &AppliedSchema<'v>, reference: &Value) -> Option<AppliedSchema<'v>> {
        let target = self.resolver.resolve(&holder.scope.base, reference.as_str()?).ok()?;
        Some(AppliedSchema {
            schema: target.value,
            scope: target.scope,
            asks: holder.asks,
        })
    }

    fn collect(&self, seed: &AppliedSchema<'v>, applied: &mut Vec<AppliedSchema<'v>>, depth: usize) {
        let seen = applied.iter().any(|known| known.key() == seed.key());
        if seen || depth > DEEPEST || seed.object().is_none() {
            return;
        }
        applied.push(seed.clone());
        for next in self.beside(seed) {
            self.collect(&next, applied, depth + 1);
        }
    }

    /// The schemas that a schema applies to the same value.
    fn beside(&self, holder: &AppliedSchema<'v>) -> Vec<AppliedSchema<'v>> {
        let mut found = Vec::new();
        if let Some(target) = holder
            .keyword(Keyword::Ref)
            .and_then(|reference| self.target(holder, reference))
        {
            found.push(target);
            if holder.scope.dialect.ref_hides_siblings() {
                return found;
            }
        }
        let mut add = |schema: &'v Value, asks: bool| {
            found.push(AppliedSchema::new(schema, &holder.scope, holder.asks || asks));
        };
        for (keyword, asks) in [
            (Keyword::AllOf, false),
            (Keyword::AnyOf, false),
            (Keyword::OneOf, false),
            (Keyword::Then, false),
            (Keyword::Else, false),
            (Keyword::If, true),
            (Keyword::Not, true),
        ] {
            // Without `if` they say nothing.
            if matches!(keyword, Keyword::Then | Keyword::Else) && holder.keyword(Keyword::If).is_none() {
                continue;
            }
            match holder.keyword(keyword).map(|value| (value, &value.kind)) {
                Some((_, Kind::Array(branches))) => branches.iter().for_each(|branch| add(branch, asks)),
                Some((value, _)) => add(value, asks),
                None => {}
            }
        }
        for keyword in [Keyword::DependentSchemas, Keyword::Dependencies] {
            let map = holder.keyword(keyword).and_then(Value::as_object);
            for member in map.into_iter().flat_map(JsonObject::iter) {
                if member.value.as_object().is_some() {
                    add(&member.value, false);
                }
            }
        }
        found
    }

    /// Returns the frame of what stands below the value of a frame, where `value` in `holder` describes it.
    pub(super) fn below(
        &mut self,
        frame: FrameId,
        holder: &'v Value,
        (value, scope): (&'v Value, &LexicalScope),
        below: Below<'_>,
    ) -> FrameId {
        let mut seeds = vec![AppliedSchema::new(value, scope, false)];
        let frame = self.frame(frame);
        let about: Vec<_> = match below {
            Below::Property(name) => frame.about_property(name),
            _ => frame.applied.iter().map(|applied| (applied, None)).collect(),
        };
        for (applied, listed) in about {
            let is_holder = address(applied.schema) == address(holder);
            let mut add = |schema: &'v Value| {
                if address(schema) != address(value) && describes_parts(schema) {
                    seeds.push(AppliedSchema::new(schema, &applied.scope, applied.asks));
                }
            };
            match below {
                Below::Element { contains } => elements(applied, is_holder, contains, &mut add),
                Below::Property(name) => property(applied, is_holder, (name, listed), &mut add),
                _ => members(applied, is_holder, below, &mut add),
            }
        }
        self.intern(seeds)
    }
}

/// What else a schema says of the elements that one of its keywords describes.
fn elements<'v>(applied: &AppliedSchema<'v>, is_holder: bool, contains: bool, add: &mut impl FnMut(&'v Value)) {
    for keyword in [
        Keyword::Items,
        Keyword::PrefixItems,
        Keyword::AdditionalItems,
        Keyword::Contains,
        Keyword::UnevaluatedItems,
    ] {
        // In one schema, only `contains` speaks of the same elements as the others do.
        if is_holder && (keyword == Keyword::Contains) == contains {
            continue;
        }
        match applied.keyword(keyword).map(|value| (value, &value.kind)) {
            Some((_, Kind::Array(list))) => list.iter().for_each(&mut *add),
            Some((value, _)) => add(value),
            None => {}
        }
    }
}

/// What else a schema says of one property, and what it lists of it.
fn property<'v>(
    applied: &AppliedSchema<'v>,
    is_holder: bool,
    (name, listed): (&str, Option<&'v Value>),
    add: &mut impl FnMut(&'v Value),
) {
    listed.into_iter().for_each(&mut *add);
    for member in applied.members(Keyword::PatternProperties) {
        if match_irregular_pattern(&member.key, name) != Some(false) {
            add(&member.value);
        }
    }
    if !is_holder && listed.is_none() {
        rest(applied, add);
    }
}

/// What else a schema says of the properties that one of its keywords describes.
fn members<'v>(applied: &AppliedSchema<'v>, is_holder: bool, below: Below<'_>, add: &mut impl FnMut(&'v Value)) {
    for member in applied.members(Keyword::Properties) {
        let same = match below {
            Below::Matching(pattern) => match_irregular_pattern(pattern, &member.key) != Some(false),
            _ => !is_holder,
        };
        if same {
            add(&member.value);
        }
    }
    for member in applied.members(Keyword::PatternProperties) {
        if matches!(below, Below::Matching(_)) || !is_holder {
            add(&member.value);
        }
    }
    if !is_holder {
        rest(applied, add);
    }
}

fn rest<'v>(applied: &AppliedSchema<'v>, add: &mut impl FnMut(&'v Value)) {
    for keyword in [Keyword::AdditionalProperties, Keyword::UnevaluatedProperties] {
        applied.keyword(keyword).into_iter().for_each(&mut *add);
    }
}

/// Whether a schema can say anything of the properties or elements of a value.
fn describes_parts(schema: &Value) -> bool {
    let Some(members) = schema.as_object() else {
        return false;
    };
    let scalar = members
        .keyword(Keyword::Type)
        .and_then(Value::as_str)
        .is_some_and(|name| !["object", "array"].contains(&name));
    !scalar && members.iter().any(describes_parts_by)
}

/// Whether a keyword can say anything of them. Bounds of numbers and texts, and constants without parts, cannot.
fn describes_parts_by(member: &Member) -> bool {
    match member.keyword() {
        Some(Keyword::Const) => member.value.is_composite(),
        Some(Keyword::Enum) => match member.value.as_array() {
            Some(values) => values.iter().any(Value::is_composite),
            None => true,
        },
        Some(
            Keyword::ExclusiveMaximum
            | Keyword::ExclusiveMinimum
            | Keyword::Format
            | Keyword::MaxLength
            | Keyword::Maximum
            | Keyword::MinLength
            | Keyword::Minimum
            | Keyword::MultipleOf
            | Keyword::Pattern
            | Keyword::Type,
        ) => false,
        Some(any_assertion!() | any_applicator!()) => true,
        Some(any_annotation!() | any_definitions!() | any_identifier!() | Keyword::ContentSchema) | None => {
            !is_annotation(member)
        }
    }
}

/// Whether a schema is everything: `true`, or an object with nothing but annotations.
pub(super) fn is_anything(schema: &Value) -> bool {
    match &schema.kind {
        Kind::Bool(allowed) => *allowed,
        Kind::Object(members) => members.iter().all(is_annotation),
        _ => false,
    }
}

/// Whether a schema does nothing but refer to another.
pub(super) fn is_pure_reference(members: &JsonObject, dialect: Dialect) -> bool {
    members.keyword(Keyword::Ref).is_some()
        && (dialect.ref_hides_siblings()
            || members
                .iter()
                .all(|member| member.keyword() == Some(Keyword::Ref) || is_annotation(member)))
}

/// Whether a member of a schema is left out of account when it is compared with everything. Of annotations that nothing here was seen to
/// write, and of identifiers, more is kept than has to be.
fn is_annotation(member: &Member) -> bool {
    match member.keyword() {
        Some(
            Keyword::ContentEncoding
            | Keyword::ContentMediaType
            | Keyword::ContentSchema
            | Keyword::Discriminator
            | Keyword::ExternalDocs
            | Keyword::Xml,
        ) => false,
        Some(any_annotation!()) => true,
        Some(any_applicator!() | any_assertion!() | any_definitions!() | any_identifier!()) => false,
        None => member.key.starts_with("x-"),
    }
}
