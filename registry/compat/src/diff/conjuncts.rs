//! Keywords that stand in an `allOf`, or behind a `$ref` that has neighbours, read as if they stood in one schema. In: a pair of
//! schemas. Out: for each group of keywords the two schemas that hold it. Where that would change what a keyword means, or where
//! the branches of both sides belong together already, each schema stays by itself.

use std::collections::BTreeSet;

use schemactl_model::{Kind, Object, Value};

use super::Walk;
use super::align::align;
use super::site::{Pair, Place, Tree, is_silent};

/// Schemas that all hold of the same value, on both sides: the schema itself first.
pub(super) struct Conjuncts<'v> {
    pub(super) old: Vec<Place<'v>>,
    pub(super) new: Vec<Place<'v>>,
}

/// Conjuncts of one schema, nested ones included; more is no event schema that people read at a glance.
const MOST: usize = 64;

/// Keywords that look at the neighbours in their own schema: moved elsewhere they mean something else.
const BOUND_TO_NEIGHBOURS: [&str; 3] = ["additionalProperties", "unevaluatedProperties", "unevaluatedItems"];

/// Keywords of which each conjunct can have its own.
const SHARED: [&str; 5] = ["allOf", "properties", "required", "type", "$ref"];

impl<'v> Conjuncts<'v> {
    /// Returns whether conjuncts are read as one schema.
    pub(super) fn is_spread(&self) -> bool {
        self.old.len() > 1 || self.new.len() > 1
    }

    /// Returns the pair that holds a group of keywords; the schemas themselves where nothing does.
    pub(super) fn pair(&self, pair: &Pair<'v>, keywords: &[&str]) -> Pair<'v> {
        pair.with(holder(&self.old, keywords).clone(), holder(&self.new, keywords).clone())
    }
}

fn holder<'p, 'v>(places: &'p [Place<'v>], keywords: &[&str]) -> &'p Place<'v> {
    let holds = |place: &&Place<'v>| place.entries(keywords).next().is_some();
    places.iter().find(holds).unwrap_or(&places[0])
}

impl<'v> Walk<'v> {
    /// Returns the conjuncts that are read together, or each schema alone.
    pub(super) fn conjuncts(&self, pair: &Pair<'v>) -> Conjuncts<'v> {
        let spread = Conjuncts {
            old: conjuncts_of(&self.old, &pair.old),
            new: conjuncts_of(&self.new, &pair.new),
        };
        let can_spread = [&spread.old, &spread.new].into_iter().all(|places| can_be_one(places));
        if spread.is_spread() && can_spread && !self.belong_together(pair) {
            return spread;
        }
        Conjuncts {
            old: vec![pair.old.clone()],
            new: vec![pair.new.clone()],
        }
    }

    /// Whether both sides have the same conjuncts, one by one.
    fn belong_together(&self, pair: &Pair<'v>) -> bool {
        let has_reference = |place: &Place<'v>| place.value.member("$ref").is_some();
        if has_reference(&pair.old) != has_reference(&pair.new) {
            return false;
        }
        let (old, new) = (pair.old.branches("allOf"), pair.new.branches("allOf"));
        let aligned = align((&self.old, &old), (&self.new, &new));
        old.len() == new.len() && aligned.removed.is_empty() && aligned.added.is_empty()
    }
}

/// The schema, and what its `allOf` and a `$ref` beside keywords add to it.
fn conjuncts_of<'v>(tree: &Tree<'v>, place: &Place<'v>) -> Vec<Place<'v>> {
    let mut found: Vec<Place<'v>> = vec![place.clone()];
    let mut next = 0;
    while let Some(place) = found.get(next).cloned() {
        next += 1;
        let branches = place.branches("allOf");
        let target = (!place.scope.dialect.ref_hides_siblings())
            .then(|| tree.target(&place))
            .flatten();
        for more in branches.into_iter().chain(target) {
            let more = tree.followed(&more);
            if found.len() < MOST && found.iter().all(|known| known.pointer != more.pointer) {
                found.push(more);
            }
        }
    }
    found
}

/// Whether the keywords of all conjuncts could stand in one schema and say the same.
fn can_be_one(places: &[Place<'_>]) -> bool {
    if places.len() == 1 {
        return true;
    }
    let mut keywords = BTreeSet::new();
    let mut properties = BTreeSet::new();
    places.iter().all(|place| {
        let Some(members) = place.value.as_object() else {
            return false;
        };
        let restricts = |value: &Value| value.kind != Kind::Bool(true);
        let own = members.iter().all(|member| {
            let key = member.key.as_str();
            let bound = BOUND_TO_NEIGHBOURS.contains(&key) && restricts(&member.value);
            !bound && (SHARED.contains(&key) || is_silent(key) || keywords.insert(key))
        });
        let declared = place.value.member("properties").and_then(Value::as_object);
        let mut declared = declared.into_iter().flat_map(Object::iter);
        own && declared.all(|property| properties.insert(property.key.as_str()))
    })
}
