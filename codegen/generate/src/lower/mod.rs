//! From schemas to the middle form. In: the schema of one version. Out: its types with names. What Rust cannot say well
//! becomes `Json`, which reads and writes every value unchanged: a type is never narrower than its schema in shape.
//!
//! What applies to a value is laid out flat (`view`), the JSON types that are left decide what it is (`kinds`), and each has
//! its own way into Rust (`object`, `array`, `scalar`). The same schemas are lowered once, so a definition is one type.

mod alike;
mod array;
mod conditions;
mod conjunction;
mod definitions;
mod hints;
mod keyed;
mod kinds;
mod limits;
mod map;
mod object;
mod openapi;
mod place_names;
mod references;
mod scalar;
mod tagged;
mod unions;
mod version;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{Dialect, Document, Keyword, Pointer, Source, Span, SubschemaRef, Value};

pub(crate) use self::conjunction::NEEDS;
use self::conjunction::{Conjunction, is_annotation};
pub(crate) use self::definitions::name_companions;
use self::definitions::text_of;
pub(crate) use self::kinds::{Kinds, kinds_of};
pub(crate) use self::openapi::{no_root, root_of};
use self::references::Follow;
pub(crate) use self::references::find_targets;
pub(crate) use self::unions::OpenUnions;
use self::version::VersionTexts;
use self::view::{View, kinds_of_views};
use crate::ir::{Alternative, Table, Type, TypeDef, TypeId, TypeShape};
use crate::names::{make_unique, to_pascal};
use crate::rust_hints::find_rust_type;
use crate::settings::Settings;
use crate::untyped::UntypedReason;

/// Deeper nesting becomes `Json`: lowering walks the schema recursively.
// INVARIANT: lowering follows recursive schemas that it does not recognise as such; without the limit a build script does not end.
const DEEPEST: usize = 48;

/// So does what comes after as many places.
// INVARIANT: places fan out by references. A type that is cut off is `Json`, which reads every value.
const MOST_PLACES: usize = 60_000;

/// JSON of more types than this is anything.
const MOST_KINDS: usize = 5;

/// A schema to lower.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SourceSchema<'v> {
    pub(crate) source: &'v Source,
    pub(crate) dialect: Dialect,
    pub(crate) document: &'v Value,
}

impl<'v> From<&'v Document> for SourceSchema<'v> {
    fn from(document: &'v Document) -> Self {
        Self {
            source: document.source(),
            dialect: document.dialect(),
            document: document.root(),
        }
    }
}

/// The types of a schema.
#[derive(Clone, Debug)]
pub(crate) struct Lowered {
    pub(crate) types: Table<TypeId, TypeDef>,
    /// The type of the whole value.
    pub(crate) root: TypeId,
    /// Properties that hold money in a float, and where they are described.
    pub(crate) float_money: Vec<(String, Span)>,
    /// What the version field may say.
    pub(crate) version_texts: VersionTexts,
}

/// Lowers a schema. `replaced` are types for definitions that need no name. `version_path` are the properties from the root to the one that holds the version; an event is an object.
pub(crate) fn lower_schema(
    schema: SourceSchema<'_>,
    root: &SubschemaRef<'_>,
    root_name: &str,
    version_path: Option<&[String]>,
    settings: &Settings,
    replaced: BTreeMap<Pointer, String>,
) -> Lowered {
    let mut lowerer = Lowerer::new(schema, root, root_name, version_path, settings);
    lowerer.replaced = replaced;
    let root = lowerer.root(root);
    let mut types = lowerer.types;
    crate::recursion::box_cycles(&mut types);
    name_companions(&mut types, &mut lowerer.names);
    Lowered {
        types,
        root,
        float_money: lowerer.float_money,
        version_texts: lowerer.version_texts,
    }
}

/// A value's type, and whether it may also be `null`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lowering {
    pub(crate) value: Type,
    pub(crate) nullable: bool,
}

impl Lowering {
    pub(crate) fn plain(value: Type) -> Self {
        Self { value, nullable: false }
    }

    /// Returns the type of a place that is no property.
    pub(crate) fn whole(self) -> Type {
        if self.nullable {
            Type::Nullable(Box::new(self.value))
        } else {
            self.value
        }
    }
}

/// The schemas that decide about a value: alternatives of schemas that all apply, and hints.
type LoweringKey = Vec<Vec<(Pointer, bool)>>;

enum LoweringState {
    /// It is being lowered. It has an index if something inside refers to it.
    Open {
        index: Option<TypeId>,
        nullable: bool,
    },
    Done(Lowering),
}

pub(crate) struct Lowerer<'v> {
    schema: SourceSchema<'v>,
    settings: Settings,
    /// The properties from the root to the one that holds the version; nothing for a schema that is no event's.
    version_path: Option<Vec<String>>,
    root: Pointer,
    root_name: String,
    targets: BTreeMap<Pointer, Option<SubschemaRef<'v>>>,
    /// Types of the user's for definitions.
    replaced: BTreeMap<Pointer, String>,
    unions: OpenUnions<'v>,
    types: Table<TypeId, TypeDef>,
    places: BTreeMap<LoweringKey, LoweringState>,
    /// The names of definitions, which are theirs whatever is lowered first.
    reserved: BTreeMap<Pointer, String>,
    names: BTreeSet<String>,
    float_money: Vec<(String, Span)>,
    version_texts: VersionTexts,
    /// The types on the way to the version: the root, or its alternatives, and what holds the version in them. For each, how many
    /// properties lead to it.
    event_types: BTreeMap<TypeId, usize>,
    /// How many properties lead to the object that is lowered next, if the version is in it.
    next_holder: Option<usize>,
    depth: usize,
}

impl<'v> Lowerer<'v> {
    fn new(
        schema: SourceSchema<'v>,
        root: &SubschemaRef<'v>,
        root_name: &str,
        version_path: Option<&[String]>,
        settings: &Settings,
    ) -> Self {
        let mut lowerer = Self {
            schema,
            settings: settings.clone(),
            version_path: version_path.map(<[String]>::to_vec),
            root: root.pointer.clone(),
            root_name: to_pascal(root_name),
            targets: find_targets(schema),
            replaced: BTreeMap::new(),
            unions: OpenUnions::new(schema),
            types: Table::default(),
            places: BTreeMap::new(),
            reserved: BTreeMap::new(),
            names: BTreeSet::new(),
            float_money: Vec::new(),
            version_texts: VersionTexts::default(),
            event_types: BTreeMap::new(),
            next_holder: None,
            depth: 0,
        };
        lowerer.reserve(root);
        lowerer
    }

    /// A root that only refers is what it refers to, under the root's name.
    fn root(&mut self, node: &SubschemaRef<'v>) -> TypeId {
        let mut node = node.clone();
        let mut seen = BTreeSet::new();
        while seen.insert(node.pointer.clone())
            && let Some(target) = self.only_reference(&node)
        {
            node = target;
        }
        self.root = node.pointer.clone();
        let name = self.root_name.clone();
        self.reserved.insert(node.pointer.clone(), name.clone());
        let lowered = self.shape(&[node.clone().into()], &name);
        let is_event = self.version_path.is_some();
        match lowered.value {
            // The detail of an event is no `null`, whatever its schema says.
            Type::Named(root) if self.types[root].name == name && (is_event || !lowered.nullable) => root,
            _ => {
                // What has the name already is described by the root too.
                let described = match self.types.iter_mut().find(|inner| inner.name == name) {
                    Some(inner) => {
                        inner.name = make_unique(format!("{name}Value"), "null", &mut self.names);
                        Conjunction::default()
                    }
                    None => node.into(),
                };
                self.define_as(name, &described, TypeShape::Newtype(lowered.whole()))
            }
        }
    }

    /// What a node refers to that says nothing itself.
    fn only_reference(&self, node: &SubschemaRef<'v>) -> Option<SubschemaRef<'v>> {
        let schema = node.object()?;
        let alone = |other: Keyword| {
            let mut members = schema.iter();
            members.all(|entry| entry.keyword() == Some(other) || is_annotation(entry))
        };
        match self.target(node) {
            Follow::Target(target) if node.scope.dialect.ref_hides_siblings() || alone(Keyword::Ref) => Some(target),
            Follow::NoReference if alone(Keyword::AllOf) => {
                <[_; 1]>::try_from(node.list(Keyword::AllOf)).ok().map(|[only]| only)
            }
            _ => None,
        }
    }

    /// Returns the type of a value. In: alternatives of schemas that all apply, and what it is called if it needs a name.
    pub(crate) fn shape(&mut self, alternatives: &[Conjunction<'v>], name: &str) -> Lowering {
        if let [all] = alternatives
            && let [only, ..] = &all.certain[..]
            && let Some(path) = find_rust_type(only.value, &self.settings.table)
        {
            return Lowering::plain(Type::Foreign(path));
        }
        let alternatives = &self.unify(alternatives)[..];
        let mut own_name = name.to_owned();
        if let [all] = alternatives
            && let [only, others @ ..] = &all.certain[..]
        {
            if let Some(path) = find_rust_type(only.value, &self.settings.table) {
                return Lowering::plain(Type::Foreign(path));
            }
            if others.is_empty() && all.hints.is_empty() {
                own_name = self.name_of(only, name);
            }
        }
        let name = own_name.as_str();
        let key = key(alternatives);
        if let Some(LoweringState::Done(lowered)) = self.places.get(&key) {
            return lowered.clone();
        }
        let name = &self.wish_name(alternatives, name);
        if let Some(LoweringState::Open { .. }) = self.places.get(&key) {
            return self.awaited(&key, alternatives, name);
        }
        if self.places.len() > MOST_PLACES {
            return untyped(alternatives, UntypedReason::TooLarge);
        }
        let open = LoweringState::Open {
            index: None,
            nullable: false,
        };
        self.places.insert(key.clone(), open);
        let lowered = self.nested(alternatives, name, |lowerer, alternatives, name| {
            lowerer.fresh(alternatives, name, &key)
        });
        let lowered = self.fulfil(&key, self.with_replacement(alternatives, lowered));
        self.places.insert(key, LoweringState::Done(lowered.clone()));
        lowered
    }

    /// The type of the user's for a definition that is no type with a name, such as a string with a pattern.
    fn with_replacement(&self, alternatives: &[Conjunction<'v>], lowered: Lowering) -> Lowering {
        match alternatives {
            [all] if !matches!(lowered.value, Type::Named(_)) => {
                let path = all.certain.first().and_then(|node| self.replaced.get(&node.pointer));
                let value = path.map_or(lowered.value, |path| Type::Foreign(path.clone()));
                Lowering { value, ..lowered }
            }
            _ => lowered,
        }
    }

    fn nested(
        &mut self,
        alternatives: &[Conjunction<'v>],
        name: &str,
        work: impl FnOnce(&mut Self, &[Conjunction<'v>], &str) -> Lowering,
    ) -> Lowering {
        if self.depth >= DEEPEST {
            return untyped(alternatives, UntypedReason::TooLarge);
        }
        self.depth += 1;
        let lowered = work(self, alternatives, name);
        self.depth -= 1;
        lowered
    }

    /// A place that is being lowered: its index is given out before its shape is known.
    fn awaited(&mut self, key: &LoweringKey, alternatives: &[Conjunction<'v>], name: &str) -> Lowering {
        let Some(LoweringState::Open { index, nullable }) = self.places.get(key) else {
            return untyped(alternatives, UntypedReason::Circular);
        };
        let (index, nullable) = (*index, *nullable);
        let index = index.unwrap_or_else(|| {
            let circular = untyped(alternatives, UntypedReason::Circular).value;
            self.define(name, &alternatives[0], TypeShape::Newtype(circular))
        });
        self.places.insert(
            key.clone(),
            LoweringState::Open {
                index: Some(index),
                nullable,
            },
        );
        Lowering {
            value: Type::Named(index),
            nullable,
        }
    }

    /// Says which type a place will be, before its shape is known: what is inside may refer to it.
    pub(crate) fn announce(&mut self, key: &LoweringKey, index: TypeId) {
        if let Some(LoweringState::Open { index: open, .. }) = self.places.get_mut(key) {
            *open = open.or(Some(index));
        }
    }

    /// Gives an awaited type its shape, now that it is known.
    fn fulfil(&mut self, key: &LoweringKey, lowered: Lowering) -> Lowering {
        let Some(LoweringState::Open { index: Some(index), .. }) = self.places.get(key) else {
            return lowered;
        };
        // A type that is only itself stays the `Json` it was defined as.
        if lowered.value != Type::Named(*index) {
            self.types[*index].shape = TypeShape::Newtype(lowered.value);
        }
        Lowering {
            value: Type::Named(*index),
            nullable: lowered.nullable,
        }
    }

    fn fresh(&mut self, alternatives: &[Conjunction<'v>], name: &str, key: &LoweringKey) -> Lowering {
        let views = alternatives.iter().flat_map(|all| self.views(all));
        let views: Vec<_> = views.filter(|view| !view.kinds().is_empty()).collect();
        let kinds = kinds_of_views(&views);
        if views.is_empty() {
            return untyped(alternatives, UntypedReason::Impossible);
        }
        let (nullable, kinds) = (kinds.meets(Kinds::NULL), kinds.without(Kinds::NULL));
        if kinds.is_empty() {
            return Lowering::plain(Type::Null);
        }
        let is_anything = |view: &View<'_>| view.kinds().without(Kinds::NULL) == Kinds::ALL.without(Kinds::NULL);
        if views.iter().any(is_anything) {
            return self.untyped(&views, alternatives, name, key);
        }
        let each = kinds.each();
        if let Some(LoweringState::Open { nullable: pending, .. }) = self.places.get_mut(key) {
            *pending = nullable;
        }
        let value = match each.as_slice() {
            [kind] => self.of_kind(&views, *kind, (name, alternatives), Some(key)),
            several if several.len() <= MOST_KINDS => self.by_kind(&views, several, (name, alternatives), key, None),
            _ => untyped(alternatives, UntypedReason::EveryType).value,
        };
        let nullable = nullable && !value.is_json();
        Lowering { value, nullable }
    }

    /// A schema that allows every type. One that describes properties means objects; the detail of an event is one.
    fn untyped(
        &mut self,
        views: &[View<'v>],
        alternatives: &[Conjunction<'v>],
        name: &str,
        key: &LoweringKey,
    ) -> Lowering {
        let describes = |view: &View<'_>| {
            view.parts
                .iter()
                .any(|part| !part.members(Keyword::Properties).is_empty())
        };
        if !views.iter().any(describes) {
            return untyped(alternatives, why_any(views));
        }
        let is_root = alternatives
            .iter()
            .flat_map(Conjunction::schemas)
            .any(|node| node.pointer == self.root);
        if is_root && self.version_path.is_some() {
            return Lowering::plain(self.of_kind(views, Kinds::OBJECT, (name, alternatives), Some(key)));
        }
        let rest = Alternative {
            name: "Other".to_owned(),
            when: Vec::new(),
            value: untyped(alternatives, UntypedReason::NoObjectRequired).value,
        };
        Lowering::plain(self.by_kind(views, &[Kinds::OBJECT], (name, alternatives), key, Some(rest)))
    }

    /// A value of one JSON type. `views` are the alternatives, of which those count that allow it.
    fn of_kind(
        &mut self,
        views: &[View<'v>],
        kind: Kinds,
        named: (&str, &[Conjunction<'v>]),
        key: Option<&LoweringKey>,
    ) -> Type {
        let views: Vec<&View<'v>> = views.iter().filter(|view| view.kinds().meets(kind)).collect();
        if let [view] = views.as_slice()
            && let Some(origin) = &view.origin
            && view.open_union.is_none()
            && view.kinds().without(Kinds::NULL) == kind
            && self.kinds(std::slice::from_ref(origin)).without(Kinds::NULL) == kind
        {
            // One branch, beside `null` or other types, is what it is elsewhere.
            let lowered = self.shape(&[origin.clone().into()], named.0);
            return lowered.value;
        }
        match kind {
            Kinds::OBJECT => self.object(&views, named, key),
            Kinds::ARRAY => self.array(&views, named.0),
            _ => self.scalar(&views, kind, named),
        }
    }

    /// A value of several JSON types: an enum that its type decides.
    fn by_kind(
        &mut self,
        views: &[View<'v>],
        kinds: &[Kinds],
        (name, alternatives): (&str, &[Conjunction<'v>]),
        key: &LoweringKey,
        rest: Option<Alternative>,
    ) -> Type {
        let circular = untyped(alternatives, UntypedReason::Circular).value;
        let index = self.define(name, &alternatives[0], TypeShape::Newtype(circular));
        self.announce(key, index);
        let variants = kinds.iter().map(|kind| {
            let variant = kind.variant();
            let value = self.of_kind(views, *kind, (&format!("{name}{variant}"), alternatives), None);
            Alternative {
                name: variant.to_owned(),
                when: kind.names(),
                value,
            }
        });
        let variants: Vec<_> = variants.chain(rest).collect();
        if let Some(first) = variants.first()
            && variants.iter().all(|variant| variant.value.is_json())
        {
            self.types[index].shape = TypeShape::Newtype(first.value.clone());
            return Type::Named(index);
        }
        self.types[index].shape = TypeShape::Choice { tag: None, variants };
        Type::Named(index)
    }
}

/// Returns the type of a value that nothing more is known of.
fn untyped(alternatives: &[Conjunction<'_>], reason: UntypedReason) -> Lowering {
    let node = alternatives.iter().flat_map(Conjunction::schemas).next();
    Lowering::plain(Type::untyped(reason, node))
}

/// Why a value of these alternatives may have every type.
fn why_any(views: &[View<'_>]) -> UntypedReason {
    let parts = || views.iter().flat_map(|view| &view.parts);
    if views
        .iter()
        .any(|view| view.kinds().without(Kinds::NULL) != Kinds::ALL.without(Kinds::NULL))
    {
        UntypedReason::OpenAlternative
    } else if views.iter().any(|view| view.opaque) {
        UntypedReason::UnknownReference
    } else if views.iter().any(|view| view.is_folded) {
        UntypedReason::Alternatives
    } else if views.iter().any(|view| !view.hints.is_empty()) {
        UntypedReason::Conditional
    } else if parts().any(|part| part.keyword(Keyword::Type).is_some()) {
        UntypedReason::EveryType
    } else {
        UntypedReason::Unconstrained
    }
}

fn key(alternatives: &[Conjunction<'_>]) -> LoweringKey {
    let places = |all: &Conjunction<'_>| {
        let certain = all.certain.iter().map(|node| (node.pointer.clone(), false));
        let hints = all.hints.iter().map(|node| (node.pointer.clone(), true));
        let mut places: Vec<_> = certain.chain(hints).collect();
        places.sort();
        places.dedup();
        places
    };
    let mut key: LoweringKey = alternatives.iter().map(places).collect();
    key.sort();
    key.dedup();
    key
}
