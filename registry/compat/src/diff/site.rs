//! Places in the two documents. In: a document. Out: its schemas with their pointers, references followed.

use std::collections::BTreeSet;
use std::rc::Rc;

use schemactl_model::{
    Dialect, JsonObject, Keyword, Kind, LexicalScope, Member, Pointer, Resolver, Value, any_annotation, any_applicator,
    any_assertion, any_definitions, any_identifier,
};

use super::trail::{SchemaSpot, Trail, TrailStep};
use crate::Schema;

/// References that are followed one after the other.
// INVARIANT: references that lead to each other end here; the change is then listed at the reference.
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
    pub(super) scope: LexicalScope,
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
            scope: LexicalScope::of_document(self.resolver.root(), self.dialect),
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
        let text = place.value.keyword(Keyword::Ref)?.as_str()?;
        let target = self.resolver.resolve(&place.scope.base, text).ok()?;
        Some(SchemaSite {
            value: target.value,
            scope: target.scope(),
            pointer: target.pointer,
        })
    }

    fn is_only_reference(place: &SchemaSite<'v>) -> bool {
        place.scope.dialect.ref_hides_siblings() || place.has_only(&[Keyword::Ref])
    }
}

/// Whether a member of a schema says nothing about instances, as far as changes are told.
pub(super) fn is_silent(member: &Member) -> bool {
    match member.keyword() {
        Some(Keyword::ContentEncoding | Keyword::ContentMediaType | Keyword::ContentSchema) => false,
        Some(Keyword::Discriminator | Keyword::Example | Keyword::ExternalDocs | Keyword::Xml) => false,
        Some(any_annotation!() | any_definitions!() | Keyword::Schema) => true,
        Some(any_identifier!() | any_applicator!() | any_assertion!()) => false,
        None => member.key.starts_with("x-"),
    }
}

impl<'v> SchemaSite<'v> {
    /// A keyword of the schema, if its dialect has it.
    pub(super) fn keyword(&self, keyword: Keyword) -> Option<&'v Value> {
        let is_known = self.scope.dialect.has_keyword(keyword);
        is_known.then(|| self.value.keyword(keyword)).flatten()
    }

    /// The schema below a keyword, and below a member of it.
    pub(super) fn below(&self, keyword: Keyword, member: Option<&str>) -> Option<Self> {
        let pointer = self.pointer.join(keyword);
        let value = self.value.keyword(keyword)?;
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
    pub(super) fn entries(&self, keywords: &[Keyword]) -> impl Iterator<Item = &'v Member> {
        self.members()
            .filter(|entry| entry.keyword().is_some_and(|keyword| keywords.contains(&keyword)))
    }

    /// The first keyword of a group that is there, or the schema.
    pub(super) fn at(&self, keywords: &[Keyword]) -> Pointer {
        let first = keywords.iter().find(|keyword| self.value.keyword(**keyword).is_some());
        first.map_or_else(|| self.pointer.clone(), |keyword| self.pointer.join(*keyword))
    }

    /// Whether nothing but these keywords says anything about instances.
    pub(super) fn has_only(&self, keywords: &[Keyword]) -> bool {
        self.value.as_object().is_some()
            && self.members().all(|member| {
                let is_listed = member.keyword().is_some_and(|keyword| keywords.contains(&keyword));
                is_listed || is_silent(member)
            })
    }

    /// The schema of a member of a keyword.
    pub(super) fn member(&self, keyword: Keyword, member: &'v Member) -> Self {
        Self {
            value: &member.value,
            pointer: self.pointer.join(keyword).join(member.key.as_str()),
            scope: self.scope.inside(&member.value),
        }
    }

    /// The branches of a union or a conjunction.
    pub(super) fn branches(&self, keyword: Keyword) -> Vec<Self> {
        let branches = self.value.keyword(keyword).and_then(Value::as_array);
        (0..branches.map_or(0, <[Value]>::len))
            .filter_map(|index| self.below(keyword, Some(&index.to_string())))
            .collect()
    }

    /// The only branch of an `allOf` that says all there is.
    fn only_conjunct(&self) -> Option<Self> {
        let branches = self.value.keyword(Keyword::AllOf).and_then(Value::as_array)?;
        let is_all =
            branches.len() == 1 && self.has_only(&[Keyword::AllOf]) && self.value.keyword(Keyword::Schema).is_none();
        is_all.then(|| self.below(Keyword::AllOf, Some("0"))).flatten()
    }

    /// Whether the schema is `false`.
    pub(super) fn forbids(&self) -> bool {
        self.value.kind == Kind::Bool(false)
    }

    /// The members of a keyword that holds an object.
    pub(super) fn map(&self, keyword: Keyword) -> impl Iterator<Item = &'v Member> + use<'v> {
        let object = self.value.keyword(keyword).and_then(Value::as_object);
        object.into_iter().flat_map(JsonObject::iter)
    }
}

/// Returns the schema, and what its `allOf` and a `$ref` beside keywords add to it.
pub(super) fn conjuncts_of<'v>(tree: &Tree<'v>, place: &SchemaSite<'v>) -> Vec<SchemaSite<'v>> {
    let mut found: Vec<SchemaSite<'v>> = vec![place.clone()];
    let mut next = 0;
    while let Some(place) = found.get(next).cloned() {
        next += 1;
        let branches = place.branches(Keyword::AllOf);
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
    let listed = place.value.keyword(Keyword::Required).and_then(Value::as_array);
    listed.unwrap_or_default().iter().filter_map(Value::as_str).collect()
}
