//! Keywords that stand in an `allOf`, or behind a `$ref` that has neighbours, read as if they stood in one schema. In: a pair of
//! schemas. Out: for each group of keywords the two schemas that hold it. Where that would change what a keyword means, or where
//! the branches of both sides belong together already, each schema stays by itself.

use std::collections::BTreeSet;

use schemactl_model::{JsonObject, Keyword, Kind, Member, SubschemaRef, Value};

use super::DiffWalk;
use super::align::align_branches;
use super::comparisons::{KeywordComparison, comparisons_of};
use super::site::{Pair, conjuncts_of, find_keywords, is_silent};

/// Schemas that all hold of the same value, on both sides: the schema itself first.
pub(super) struct Conjuncts<'v> {
    pub(super) old: Vec<SubschemaRef<'v>>,
    pub(super) new: Vec<SubschemaRef<'v>>,
}

/// Keywords that look at the neighbours in their own schema: moved elsewhere they mean something else.
const BOUND_TO_NEIGHBOURS: [Keyword; 3] = [
    Keyword::AdditionalProperties,
    Keyword::UnevaluatedProperties,
    Keyword::UnevaluatedItems,
];

/// Keywords that mean nothing, or something else, in another schema than their partners.
const PARTNERS: [&[Keyword]; 5] = [
    &[Keyword::PrefixItems, Keyword::Items, Keyword::AdditionalItems],
    &[Keyword::Contains, Keyword::MinContains, Keyword::MaxContains],
    &[Keyword::If, Keyword::Then, Keyword::Else],
    &[Keyword::Minimum, Keyword::ExclusiveMinimum],
    &[Keyword::Maximum, Keyword::ExclusiveMaximum],
];

/// Keywords of which each conjunct can have its own.
const SHARED: [Keyword; 5] = [
    Keyword::AllOf,
    Keyword::Properties,
    Keyword::Required,
    Keyword::Type,
    Keyword::Ref,
];

impl<'v> Conjuncts<'v> {
    /// Returns whether conjuncts are read as one schema.
    pub(super) fn is_spread(&self) -> bool {
        self.old.len() > 1 || self.new.len() > 1
    }

    /// Whether something that both sides have stands in one conjunct on one side, and in another on the other.
    fn has_moved(&self) -> bool {
        let (all_old, all_new) = (said_by(&self.old), said_by(&self.new));
        let own = |places: &[SubschemaRef<'v>], index: usize| said_by(places.get(index..=index).unwrap_or_default());
        (0..self.old.len().max(self.new.len())).any(|index| {
            let (old, new) = (own(&self.old, index), own(&self.new, index));
            let mut moved = old.symmetric_difference(&new);
            moved.any(|said| all_old.contains(said) && all_new.contains(said))
        })
    }

    /// Returns the comparisons of the keywords that either side has, in the order in which changes are listed.
    pub(super) fn comparisons(&self) -> BTreeSet<KeywordComparison> {
        let objects = self.old.iter().chain(&self.new).filter_map(SubschemaRef::object);
        let keywords = objects.flat_map(JsonObject::iter).filter_map(Member::keyword);
        keywords.flat_map(comparisons_of).copied().collect()
    }

    /// Returns the pair that holds a group of keywords; the schemas themselves where nothing does.
    pub(super) fn pair(&self, pair: &Pair<'v>, keywords: &[Keyword]) -> Pair<'v> {
        pair.with(holder(&self.old, keywords).clone(), holder(&self.new, keywords).clone())
    }
}

/// Keywords that say several things, or say them elsewhere.
const TOLD_BY_NAME: [Keyword; 4] = [Keyword::AllOf, Keyword::Properties, Keyword::Required, Keyword::Ref];

/// What schemas say, each thing by its keyword, and by its name where one keyword says several.
fn said_by<'v>(places: &[SubschemaRef<'v>]) -> BTreeSet<(&'v str, &'v str)> {
    let mut said = BTreeSet::new();
    for place in places {
        let members = place.value.as_object().into_iter().flat_map(JsonObject::iter);
        let alone = |member: &&Member| {
            !is_silent(member) && !member.keyword().is_some_and(|known| TOLD_BY_NAME.contains(&known))
        };
        said.extend(members.filter(alone).map(|member| (member.key.as_str(), "")));
        let properties = place.entries(Keyword::Properties);
        said.extend(properties.map(|entry| (Keyword::Properties.name(), entry.key.as_str())));
        let required = place.required();
        said.extend(required.map(|name| (Keyword::Required.name(), name)));
    }
    said
}

fn holder<'p, 'v>(places: &'p [SubschemaRef<'v>], keywords: &[Keyword]) -> &'p SubschemaRef<'v> {
    let holds = |place: &&SubschemaRef<'v>| find_keywords(place, keywords).next().is_some();
    places.iter().find(holds).unwrap_or(&places[0])
}

impl<'v> DiffWalk<'v> {
    /// Returns the conjuncts that are read together, or each schema alone.
    pub(super) fn conjuncts(&self, pair: &Pair<'v>) -> Conjuncts<'v> {
        let spread = Conjuncts {
            old: conjuncts_of(&self.old, &pair.old),
            new: conjuncts_of(&self.new, &pair.new),
        };
        let can_spread = [&spread.old, &spread.new].into_iter().all(|places| can_be_one(places));
        if spread.is_spread() && can_spread && (!self.belong_together(pair) || spread.has_moved()) {
            return spread;
        }
        Conjuncts {
            old: vec![pair.old.clone()],
            new: vec![pair.new.clone()],
        }
    }

    /// Whether both sides have the same conjuncts, one by one.
    fn belong_together(&self, pair: &Pair<'v>) -> bool {
        let has_reference = |place: &SubschemaRef<'v>| place.value.keyword(Keyword::Ref).is_some();
        if has_reference(&pair.old) != has_reference(&pair.new) {
            return false;
        }
        let (old, new) = (pair.old.list(Keyword::AllOf), pair.new.list(Keyword::AllOf));
        let aligned = align_branches((&self.old, &old), (&self.new, &new));
        old.len() == new.len() && aligned.removed.is_empty() && aligned.added.is_empty()
    }
}

/// Whether the keywords of all conjuncts could stand in one schema and say the same.
fn can_be_one(places: &[SubschemaRef<'_>]) -> bool {
    if places.len() == 1 {
        return true;
    }
    let holds = |place: &SubschemaRef<'_>, partners: &[Keyword]| find_keywords(place, partners).next().is_some();
    let holders = |partners: &[Keyword]| places.iter().filter(|place| holds(place, partners)).count();
    if PARTNERS.iter().any(|partners| holders(partners) > 1) {
        return false;
    }
    let mut keywords = BTreeSet::new();
    let mut properties = BTreeSet::new();
    places.iter().all(|place| {
        let Some(members) = place.value.as_object() else {
            return false;
        };
        let restricts = |value: &Value| value.kind != Kind::Bool(true);
        let own = members.iter().all(|member| {
            let is_one_of = |listed: &[Keyword]| member.keyword().is_some_and(|keyword| listed.contains(&keyword));
            let bound = is_one_of(&BOUND_TO_NEIGHBOURS) && restricts(&member.value);
            !bound && (is_one_of(&SHARED) || is_silent(member) || keywords.insert(member.key.as_str()))
        });
        let declared = place.value.keyword(Keyword::Properties).and_then(Value::as_object);
        let mut declared = declared.into_iter().flat_map(JsonObject::iter);
        own && declared.all(|property| properties.insert(property.key.as_str()))
    })
}
