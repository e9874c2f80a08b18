//! Places in the two documents. In: a document. Out: its schemas with their pointers, references followed.

use std::rc::Rc;

use schemactl_model::{
    Dialect, JsonObject, Keyword, Member, Pointer, Resolver, SubschemaRef, any_annotation, any_applicator,
    any_assertion, any_definitions, any_identifier,
};

use super::trail::{SchemaSpot, Trail, TrailStep};
use schemactl_containment::Schema;

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

/// The schemas of both documents that are compared.
#[derive(Clone, Debug)]
pub(super) struct Pair<'v> {
    pub(super) old: SubschemaRef<'v>,
    pub(super) new: SubschemaRef<'v>,
    pub(super) trail: Rc<Trail>,
    /// Both sides are compared without `null`, which has a change of its own.
    pub(super) null_is_apart: bool,
}

impl<'v> Pair<'v> {
    /// Creates a pair below another one.
    pub(super) fn new(above: Option<(Rc<Trail>, TrailStep)>, old: SubschemaRef<'v>, new: SubschemaRef<'v>) -> Self {
        let spot = |place: &SubschemaRef<'v>| SchemaSpot {
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
    pub(super) fn with(&self, old: SubschemaRef<'v>, new: SubschemaRef<'v>) -> Self {
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

    pub(super) fn root(&self) -> SubschemaRef<'v> {
        SubschemaRef::of_document(self.resolver.root(), self.dialect)
    }

    /// The schema that a schema stands for: the end of its references, and of conjunctions of one, as long as nothing stands beside them.
    pub(super) fn followed(&self, place: &SubschemaRef<'v>) -> SubschemaRef<'v> {
        let mut place = place.clone();
        for _ in 0..MOST_HOPS {
            let target = self.target(&place).filter(|_| Self::is_only_reference(&place));
            match target.or_else(|| only_conjunct(&place)) {
                Some(next) => place = next,
                None => break,
            }
        }
        place
    }

    /// What the `$ref` of a schema refers to.
    pub(super) fn target(&self, place: &SubschemaRef<'v>) -> Option<SubschemaRef<'v>> {
        let text = place.value.keyword(Keyword::Ref)?.as_str()?;
        self.resolver.resolve(&place.scope.base, text).ok()
    }

    fn is_only_reference(place: &SubschemaRef<'v>) -> bool {
        place.scope.dialect.ref_hides_siblings() || has_only_keywords(place, &[Keyword::Ref])
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

/// Returns the keywords of a group that a schema has.
pub(super) fn find_keywords<'v>(place: &SubschemaRef<'v>, keywords: &[Keyword]) -> impl Iterator<Item = &'v Member> {
    let members = place.object().into_iter().flat_map(JsonObject::iter);
    members.filter(|entry| entry.keyword().is_some_and(|keyword| keywords.contains(&keyword)))
}

/// Returns the place of the first keyword of a group that a schema has, or of the schema.
pub(super) fn locate_keyword(place: &SubschemaRef<'_>, keywords: &[Keyword]) -> Pointer {
    let first = keywords.iter().find(|keyword| place.value.keyword(**keyword).is_some());
    first.map_or_else(|| place.pointer.clone(), |keyword| place.pointer.join(*keyword))
}

/// Returns whether nothing but these keywords says anything about instances.
pub(super) fn has_only_keywords(place: &SubschemaRef<'_>, keywords: &[Keyword]) -> bool {
    place.object().is_some_and(|members| {
        members.iter().all(|member| {
            let is_listed = member.keyword().is_some_and(|keyword| keywords.contains(&keyword));
            is_listed || is_silent(member)
        })
    })
}

/// The only branch of an `allOf` that says all there is.
fn only_conjunct<'v>(place: &SubschemaRef<'v>) -> Option<SubschemaRef<'v>> {
    let [branch] = <[_; 1]>::try_from(place.list(Keyword::AllOf)).ok()?;
    let is_all = has_only_keywords(place, &[Keyword::AllOf]) && place.value.keyword(Keyword::Schema).is_none();
    is_all.then_some(branch)
}

/// Returns the schema, and what its `allOf` and a `$ref` beside keywords add to it.
pub(super) fn conjuncts_of<'v>(tree: &Tree<'v>, place: &SubschemaRef<'v>) -> Vec<SubschemaRef<'v>> {
    let mut found: Vec<SubschemaRef<'v>> = vec![place.clone()];
    let mut next = 0;
    while let Some(place) = found.get(next).cloned() {
        next += 1;
        let branches = place.list(Keyword::AllOf);
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

/// Returns where a document declares a value of an event: the property or the elements that describe it, through references and conjunctions.
/// `None` if nothing does.
pub(crate) fn locate_declaration(schema: &Schema<'_>, place: &Pointer) -> Option<Pointer> {
    let tree = Tree::new(schema);
    let mut declaration = None;
    let mut here = tree.followed(&tree.root());
    for token in place.tokens() {
        let conjuncts = conjuncts_of(&tree, &here);
        let property = conjuncts.iter().find_map(|one| one.member(Keyword::Properties, token));
        let is_index = token.bytes().all(|byte| byte.is_ascii_digit());
        let elements = || {
            conjuncts
                .iter()
                .filter(|_| is_index)
                .find_map(|one| one.subschema(Keyword::Items))
        };
        let next = property.or_else(elements)?;
        declaration = Some(next.pointer.clone());
        here = tree.followed(&next);
    }
    declaration
}
