//! Where properties are declared. In: the places of a schema and its conjuncts. Out: the declarations by name, and the part of a document that
//! declares one of them.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{JsonObject, Keyword, Kind, Member, Pointer, SubschemaRef, Value};

use super::site::{Pair, find_keywords, locate_keyword};
use super::{Fragment, LocatedFragment};
use crate::edit::Edit;

/// The properties that schemas declare, in their order, with the schema that does.
pub(super) fn declarations<'p, 'v>(
    places: &'p [SubschemaRef<'v>],
) -> impl Iterator<Item = (&'p SubschemaRef<'v>, &'v Member)> {
    places
        .iter()
        .flat_map(|place| place.entries(Keyword::Properties).map(move |entry| (place, entry)))
}

/// The same by name: a look-up in an object takes its length.
pub(super) fn declared_properties<'p, 'v>(
    places: &'p [SubschemaRef<'v>],
) -> BTreeMap<&'v str, (&'p SubschemaRef<'v>, &'v Member)> {
    declarations(places)
        .map(|(place, entry)| (entry.key.as_str(), (place, entry)))
        .collect()
}

/// The schema that declares a property.
pub(super) fn declaring<'p, 'v>(places: &'p [SubschemaRef<'v>], name: &str) -> Option<&'p SubschemaRef<'v>> {
    places
        .iter()
        .find(|place| declared_at(place, Keyword::Properties, name).is_some())
}

/// Where a keyword has a member.
pub(super) fn declared_at(place: &SubschemaRef<'_>, keyword: Keyword, member: &str) -> Option<Pointer> {
    let held = place.value.keyword(keyword)?.as_object()?;
    held.entry(member).map(|_| place.pointer.join(keyword).join(member))
}

/// The parts of both sides that declare a member, under its old and its new name: what else is declared stays out of it, what holds
/// for the rest does not.
pub(super) fn declaration_parts(
    pair: &Pair<'_>,
    keyword: Keyword,
    (old, new): (&str, &str),
) -> (LocatedFragment, LocatedFragment) {
    let sides = [&pair.old, &pair.new];
    let rest = [Keyword::AdditionalProperties, Keyword::PatternProperties];
    let holds_for_rest = sides.iter().any(|place| find_keywords(place, &rest).next().is_some());
    // Where nothing holds for the rest, one name stands for all that are declared, of which there may be many: policies ask whether
    // an object declares any.
    let most = if holds_for_rest { usize::MAX } else { 1 };
    let declared: BTreeSet<&str> = (sides.into_iter())
        .flat_map(|place| place.entries(Keyword::Properties))
        .map(|entry| entry.key.as_str())
        .filter(|other| keyword != Keyword::Properties || (*other != old && *other != new))
        .take(most)
        .collect();
    let part = |place: &SubschemaRef<'_>, name: &str| {
        let fragment = Fragment {
            keywords: alone(place, keyword, name, &declared),
            scope: place.scope.clone(),
            relax: vec![Edit::Allow(place.pointer.clone(), keyword, name.to_owned())],
        };
        let at = declared_at(place, keyword, name).unwrap_or_else(|| locate_keyword(place, &[keyword]));
        (at, fragment)
    };
    (part(&pair.old, old), part(&pair.new, new))
}

/// The keywords of one side with every other declared property left open.
fn alone(place: &SubschemaRef<'_>, keyword: Keyword, name: &str, declared: &BTreeSet<&str>) -> Vec<Member> {
    let mut properties: Vec<_> = declared
        .iter()
        .map(|other| Member::new(other, Value::accept_all()))
        .collect();
    let own = place
        .value
        .keyword(keyword)
        .and_then(|object| object.as_object()?.entry(name));
    let mut keywords: Vec<_> = find_keywords(place, &[Keyword::AdditionalProperties])
        .cloned()
        .collect();
    if keyword == Keyword::Properties {
        properties.extend(own.cloned());
        keywords.extend(find_keywords(place, &[Keyword::PatternProperties]).cloned());
    } else {
        let only = JsonObject::from_entries(own.cloned().into_iter().collect());
        keywords.push(Member::new(
            Keyword::PatternProperties,
            Value::computed(Kind::Object(only)),
        ));
    }
    keywords.push(Member::new(Keyword::Properties, Value::object(properties)));
    keywords
}
