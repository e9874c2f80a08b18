//! Places in the two documents. In: a document. Out: its schemas with their pointers, references followed.

use std::collections::BTreeSet;
use std::rc::Rc;

use schemactl_model::{Dialect, JsonObject, Kind, Member, Pointer, Resolver, Scope, Value};

use super::trail::{SchemaSpot, Trail, TrailStep};
use crate::Schema;

/// References that are followed one after the other.
const MOST_HOPS: usize = 64;

/// Conjuncts of one schema, nested ones included; more is no event schema that people read at a glance.
const MOST_CONJUNCTS: usize = 64;

/// One document.
#[derive(Debug)]
pub(super) struct Tree<'v> {
    resolver: Resolver<'v>,
    dialect: Dialect,
    pub(super) has_references: bool,
}

/// A schema in a document.
#[derive(Clone, Debug)]
pub(super) struct SchemaSite<'v> {
    pub(super) value: &'v Value,
    pub(super) pointer: Pointer,
    pub(super) scope: Scope,
}

/// The schemas of both documents that are compared.
#[derive(Clone, Debug)]
pub(super) struct Pair<'v> {
    pub(super) old: SchemaSite<'v>,
    pub(super) new: SchemaSite<'v>,
    pub(super) trail: Rc<Trail>,
    /// Both sides are compared without `null`, which has a change of its own.
    pub(super) null_is_apart: bool,
}

impl<'v> Pair<'v> {
    /// Creates a pair below another one.
    pub(super) fn new(above: Option<(Rc<Trail>, TrailStep)>, old: SchemaSite<'v>, new: SchemaSite<'v>) -> Self {
        let spot = |place: &SchemaSite<'v>| SchemaSpot {
            pointer: place.pointer.clone(),
            scope: place.scope.clone(),
        };
        let trail = Trail {
            above,
            old: spot(&old),
            new: spot(&new),
        };
        Self {
            old,
            new,
            trail: Rc::new(trail),
            null_is_apart: false,
        }
    }

    /// Returns the same pair with other schemas of the same value.
    pub(super) fn with(&self, old: SchemaSite<'v>, new: SchemaSite<'v>) -> Self {
        Self {
            old,
            new,
            ..self.clone()
        }
    }
}

impl<'v> Tree<'v> {
    pub(super) fn new(schema: &Schema<'v>) -> Self {
        let resolver = Resolver::new(schema.root, schema.dialect);
        Self {
            has_references: !resolver.references().is_empty(),
            resolver,
            dialect: schema.dialect,
        }
    }

    pub(super) fn root(&self) -> SchemaSite<'v> {
        SchemaSite {
            value: self.resolver.root(),
            pointer: Pointer::root(),
            scope: Scope::of_document(self.resolver.root(), self.dialect),
        }
    }

    /// The schema that a schema stands for: the end of its references, and of conjunctions of one, as long as nothing stands beside them.
    pub(super) fn followed(&self, place: &SchemaSite<'v>) -> SchemaSite<'v> {
        let mut place = place.clone();
        for _ in 0..MOST_HOPS {
            let target = self.target(&place).filter(|_| Self::is_only_reference(&place));
            match target.or_else(|| place.only_conjunct()) {
                Some(next) => place = next,
                None => break,
            }
        }
        place
    }

    /// What the `$ref` of a schema refers to.
    pub(super) fn target(&self, place: &SchemaSite<'v>) -> Option<SchemaSite<'v>> {
        let text = place.value.member("$ref")?.as_str()?;
        let target = self.resolver.resolve(&place.scope.base, text).ok()?;
        Some(SchemaSite {
            value: target.value,
            scope: target.scope(),
            pointer: target.pointer,
        })
    }

    fn is_only_reference(place: &SchemaSite<'v>) -> bool {
        place.scope.dialect.ref_hides_siblings() || place.has_only(&["$ref"])
    }
}

/// Keywords that say nothing about instances.
const SILENT: [&str; 11] = [
    "$comment",
    "$defs",
    "$schema",
    "default",
    "definitions",
    "deprecated",
    "description",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];

/// Whether a keyword says nothing about instances.
pub(super) fn is_silent(keyword: &str) -> bool {
    SILENT.contains(&keyword) || keyword.starts_with("x-")
}

impl<'v> SchemaSite<'v> {
    /// A keyword of the schema, if its dialect has it.
    pub(super) fn keyword(&self, name: &str) -> Option<&'v Value> {
        let is_known = self.scope.dialect.has_keyword(name);
        is_known.then(|| self.value.member(name)).flatten()
    }

    /// The schema below a keyword, and below a member of it.
    pub(super) fn below(&self, keyword: &str, member: Option<&str>) -> Option<Self> {
        let pointer = self.pointer.join(keyword);
        let value = self.value.member(keyword)?;
        let (pointer, value) = match member {
            None => (pointer, value),
            Some(member) => (pointer.join(member), Pointer::root().join(member).resolve(value)?),
        };
        Some(Self {
            value,
            pointer,
            scope: self.scope.inside(value),
        })
    }

    fn members(&self) -> impl Iterator<Item = &'v Member> + use<'v> {
        self.value.as_object().into_iter().flat_map(JsonObject::iter)
    }

    /// The keywords of a group that are there.
    pub(super) fn entries(&self, keywords: &[&str]) -> impl Iterator<Item = &'v Member> {
        self.members().filter(|entry| keywords.contains(&entry.key.as_str()))
    }

    /// The first keyword of a group that is there, or the schema.
    pub(super) fn at(&self, keywords: &[&str]) -> Pointer {
        let first = keywords.iter().find(|keyword| self.value.member(keyword).is_some());
        first.map_or_else(|| self.pointer.clone(), |keyword| self.pointer.join(*keyword))
    }

    /// Whether nothing but these keywords says anything about instances.
    pub(super) fn has_only(&self, keywords: &[&str]) -> bool {
        self.value.as_object().is_some()
            && self.members().all(|member| {
                let key = member.key.as_str();
                keywords.contains(&key) || is_silent(key)
            })
    }

    /// The schema of a member of a keyword.
    pub(super) fn member(&self, keyword: &str, member: &'v Member) -> Self {
        Self {
            value: &member.value,
            pointer: self.pointer.join(keyword).join(member.key.as_str()),
            scope: self.scope.inside(&member.value),
        }
    }

    /// The branches of a union or a conjunction.
    pub(super) fn branches(&self, keyword: &str) -> Vec<Self> {
        let branches = self.value.member(keyword).and_then(Value::as_array);
        (0..branches.map_or(0, <[Value]>::len))
            .filter_map(|index| self.below(keyword, Some(&index.to_string())))
            .collect()
    }

    /// The only branch of an `allOf` that says all there is.
    fn only_conjunct(&self) -> Option<Self> {
        let branches = self.value.member("allOf").and_then(Value::as_array)?;
        let is_all = branches.len() == 1 && self.has_only(&["allOf"]) && self.value.member("$schema").is_none();
        is_all.then(|| self.below("allOf", Some("0"))).flatten()
    }

    /// Whether the schema is `false`.
    pub(super) fn forbids(&self) -> bool {
        self.value.kind == Kind::Bool(false)
    }

    /// The members of a keyword that holds an object.
    pub(super) fn map(&self, keyword: &str) -> impl Iterator<Item = &'v Member> + use<'v> {
        let object = self.value.member(keyword).and_then(Value::as_object);
        object.into_iter().flat_map(JsonObject::iter)
    }
}

/// Returns the schema, and what its `allOf` and a `$ref` beside keywords add to it.
pub(super) fn conjuncts_of<'v>(tree: &Tree<'v>, place: &SchemaSite<'v>) -> Vec<SchemaSite<'v>> {
    let mut found: Vec<SchemaSite<'v>> = vec![place.clone()];
    let mut next = 0;
    while let Some(place) = found.get(next).cloned() {
        next += 1;
        let branches = place.branches("allOf");
        let target = (!place.scope.dialect.ref_hides_siblings())
            .then(|| tree.target(&place))
            .flatten();
        for more in branches.into_iter().chain(target) {
            let more = tree.followed(&more);
            if found.len() < MOST_CONJUNCTS && found.iter().all(|known| known.pointer != more.pointer) {
                found.push(more);
            }
        }
    }
    found
}

/// Returns the names that a schema requires.
pub(super) fn required_names<'v>(place: &SchemaSite<'v>) -> BTreeSet<&'v str> {
    let listed = place.value.member("required").and_then(Value::as_array);
    listed.unwrap_or_default().iter().filter_map(Value::as_str).collect()
}
