//! Properties: which are declared, required, restricted by name.

use std::collections::BTreeSet;

use schemactl_model::{Keyword, Kind, Member, SubschemaRef, Value};

use super::conjuncts::Conjuncts;
use super::declarations::{declaration_parts, declarations, declared_at, declared_properties, declaring};
use super::demands::describe_demands;
use super::renames::{Rename, is_required_throughout};
use super::site::{Pair, find_keywords, locate_keyword};
use super::{DiffWalk, Fragment, TrailStep, shown};
use crate::change::ChangeKind;
use crate::edit::Edit;
use crate::event_path::{EventPath, EventStep};

impl<'v> DiffWalk<'v> {
    pub(super) fn required(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>, renames: &[Rename<'v>]) {
        let of = |places: &[SubschemaRef<'v>]| -> BTreeSet<&'v str> {
            places.iter().flat_map(SubschemaRef::required).collect()
        };
        let (mut old, mut new) = (of(&conjuncts.old), of(&conjuncts.new));
        for rename in renames {
            if is_required_throughout(conjuncts, rename) {
                old.remove(rename.old);
                new.remove(rename.new);
            }
        }
        for name in new.difference(&old) {
            let what = "is now required";
            self.name(pair, conjuncts, (ChangeKind::RequiredPropertyAdded, what), name);
        }
        for name in old.difference(&new) {
            let what = "is no longer required";
            self.name(pair, conjuncts, (ChangeKind::RequiredPropertyRemoved, what), name);
        }
    }

    /// A change of one name in `required`: the names beside it have changes of their own.
    fn name(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>, (kind, what): (ChangeKind, &str), name: &str) {
        let part = |places: &[SubschemaRef<'v>]| {
            let own = places.iter().find(|place| place.required().any(|known| known == name));
            let place = own.unwrap_or(&places[0]);
            let only = Value::array(vec![Value::string(name)]);
            let list = place.pointer.join(Keyword::Required);
            let fragment = Fragment {
                keywords: own.map(|_| Member::new(Keyword::Required, only)).into_iter().collect(),
                scope: place.scope.clone(),
                relax: vec![Edit::RemoveName(list.clone(), name.to_owned())],
            };
            let listed = place.value.keyword(Keyword::Required).and_then(Value::as_array);
            let index = listed.and_then(|names| names.iter().position(|known| known.as_str() == Some(name)));
            let at = match index {
                Some(index) => list.join(index.to_string()),
                // The name itself is not there: where the property is declared says most.
                None => places
                    .iter()
                    .find_map(|place| declared_at(place, Keyword::Properties, name))
                    .unwrap_or_else(|| locate_keyword(place, &[Keyword::Required])),
            };
            (at, fragment)
        };
        let parts = (part(&conjuncts.old), part(&conjuncts.new));
        let subject = (name, EventStep::Property(name.to_owned()));
        self.push(pair, (kind, what.to_owned()), Some(subject), parts);
    }

    pub(super) fn properties(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>, renames: &[Rename<'v>]) {
        self.renames(pair, conjuncts, renames);
        let first = self.found.len();
        self.each_property(pair, conjuncts, renames);
        self.ask_about_renames(conjuncts, first);
        self.map_or_names(pair, conjuncts);
    }

    /// An object whose keys are data on one side, and names of the schema or nothing on the other. Validators may see no difference; generated code
    /// has a map on one side and a struct on the other.
    fn map_or_names(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>) {
        let (old, new) = (&conjuncts.old, &conjuncts.new);
        let (kind, what, hint) = if is_map(old) && declares_names(new) {
            let hint = if new.iter().any(describes_rest) {
                "generated code had a map here and has a struct now"
            } else {
                "generated code had a map here and has a struct now: readers lose the entries that have no name in the schema"
            };
            let what = "was a map, is an object with named properties now";
            (ChangeKind::MapBecomesObject, what, hint)
        } else if declares_names(old) && is_map(new) {
            let hint = "generated code had a struct here and has a map now: readers find its fields as entries only";
            let what = "was an object with named properties, is a map now";
            (ChangeKind::ObjectBecomesMap, what, hint)
        } else if (is_map(old) || is_any_object(old)) && allows_no_property(new) {
            let hint = "generated code had a map here and has an empty struct now: readers lose all entries";
            (
                ChangeKind::MapBecomesObject,
                "was a map, is an object without properties now",
                hint,
            )
        } else if allows_no_property(old) && (is_map(new) || is_any_object(new)) {
            let hint = "generated code had an empty struct here and has a map now";
            (
                ChangeKind::ObjectBecomesMap,
                "was an object without properties, is a map now",
                hint,
            )
        } else {
            return;
        };
        let pair = conjuncts.pair(pair, &[Keyword::Properties, Keyword::AdditionalProperties]);
        let part = |place: &SubschemaRef<'v>| {
            let fragment = Fragment {
                keywords: Vec::new(),
                scope: place.scope.clone(),
                relax: Vec::new(),
            };
            (locate_keyword(place, &KEYS), fragment)
        };
        let parts = (part(&pair.old), part(&pair.new));
        self.push(&pair, (kind, what.to_owned()), None, parts);
        if let Some(found) = self.found.last_mut() {
            found.change.hint = Some(hint.to_owned());
        }
    }

    pub(super) fn additional_properties(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>) {
        const KEYWORD: Keyword = Keyword::AdditionalProperties;
        let kinds = (
            ChangeKind::AdditionalPropertiesRestricted,
            ChangeKind::AdditionalPropertiesOpened,
        );
        // What they are additional to decides what they are.
        let group = [KEYWORD, Keyword::Properties, Keyword::PatternProperties];
        self.rest(&conjuncts.pair(pair, &[KEYWORD]), (KEYWORD, KEYWORD), kinds, &group);
        let mut places = conjuncts.old.iter().chain(&conjuncts.new);
        if places.all(|place| place.value.keyword(Keyword::Properties).is_none()) {
            self.map_or_names(pair, conjuncts);
        }
    }

    pub(super) fn property_names(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>) {
        const KEYWORD: Keyword = Keyword::PropertyNames;
        let kinds = (ChangeKind::PropertyNamesRestricted, ChangeKind::PropertyNamesOpened);
        self.rest(&conjuncts.pair(pair, &[KEYWORD]), (KEYWORD, KEYWORD), kinds, &[KEYWORD]);
    }

    fn each_property(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>, renamed: &[Rename<'v>]) {
        let (old, new) = (declared_properties(&conjuncts.old), declared_properties(&conjuncts.new));
        for (place, entry) in declarations(&conjuncts.old) {
            let name = entry.key.as_str();
            if renamed.iter().any(|rename| rename.old == name) {
                continue;
            }
            match new.get(name) {
                Some((holder, other)) => {
                    let step = TrailStep::Into(EventStep::Property(name.to_owned()));
                    let (old, new) = (
                        place.entry(Keyword::Properties, entry),
                        holder.entry(Keyword::Properties, other),
                    );
                    self.compare_below(pair, step, old, new);
                }
                None => self.property(pair, conjuncts, (ChangeKind::PropertyRemoved, "was removed"), name),
            }
        }
        for (_, entry) in declarations(&conjuncts.new) {
            let name = entry.key.as_str();
            if !old.contains_key(name) && renamed.iter().all(|rename| rename.new != name) {
                self.property(pair, conjuncts, (ChangeKind::PropertyAdded, "was added"), name);
                if is_any_object(&conjuncts.old) {
                    self.explain_any_object();
                }
            }
        }
    }

    /// Says of the last change why readers of the new schema meet values that nobody declared.
    fn explain_any_object(&mut self) {
        let Some(change) = self.found.last_mut().map(|one| &mut one.change) else {
            return;
        };
        let steps = change.path.steps();
        let above = EventPath::from_steps(steps[..steps.len().saturating_sub(1)].to_vec());
        let place = if above.is_root() {
            "the event".to_owned()
        } else {
            format!("`{above}`")
        };
        change.hint = Some(format!(
            "the old schema declares no property of {place}: it counts as a map, and its writers choose the keys"
        ));
    }

    pub(super) fn pattern_properties(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>) {
        const KEYWORD: Keyword = Keyword::PatternProperties;
        let pair = &conjuncts.pair(pair, &[KEYWORD]);
        let keys: Vec<&str> = pair.old.entries(KEYWORD).map(|entry| entry.key.as_str()).collect();
        for key in &keys {
            if declared_at(&pair.new, KEYWORD, key).is_some() {
                self.below(pair, (KEYWORD, key), TrailStep::Into(EventStep::AnyProperty));
            } else {
                let what = format!("the property pattern `{key}` was removed");
                self.pattern(pair, ChangeKind::PatternPropertyRemoved, what, key);
            }
        }
        for entry in pair.new.entries(KEYWORD) {
            if !keys.contains(&entry.key.as_str()) {
                let what = format!("the property pattern `{}` was added", entry.key);
                self.pattern(pair, ChangeKind::PatternPropertyAdded, what, &entry.key);
            }
        }
    }

    /// The schemas that both sides have under the same member.
    pub(super) fn below(&mut self, pair: &Pair<'v>, (keyword, member): (Keyword, &str), step: TrailStep) {
        let places = (pair.old.member(keyword, member), pair.new.member(keyword, member));
        if let (Some(old), Some(new)) = places {
            self.compare_below(pair, step, old, new);
        }
    }

    /// What a property inside a condition demands: there it is no declaration, which other schemas have.
    fn demanded_by(&self, sides: &Pair<'v>, name: &str) -> Option<String> {
        let is_demand = self.inside.is_some() || !self.conditions.is_empty();
        let mut declared = [&sides.new, &sides.old].into_iter();
        let schema = declared
            .find_map(|side| side.member(Keyword::Properties, name))
            .filter(|_| is_demand)?;
        let alone = Value::object_of(Keyword::Properties, Value::object_of(name, schema.value.clone()));
        describe_demands(&sides.trail.path(), &alone)
    }

    /// A property that one side declares.
    fn property(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>, (kind, what): (ChangeKind, &str), name: &str) {
        let of = |places: &[SubschemaRef<'v>]| declaring(places, name).unwrap_or(&places[0]).clone();
        let sides = pair.with(of(&conjuncts.old), of(&conjuncts.new));
        let parts = declaration_parts(&sides, Keyword::Properties, (name, name));
        let subject = (name, EventStep::Property(name.to_owned()));
        let before = if kind == ChangeKind::PropertyRemoved {
            "before, "
        } else {
            ""
        };
        let what = self
            .demanded_by(&sides, name)
            .map_or_else(|| what.to_owned(), |demands| format!("{what}: {before}{demands}"));
        self.push(pair, (kind, what), Some(subject), parts);
    }

    fn pattern(&mut self, pair: &Pair<'v>, kind: ChangeKind, what: String, pattern: &str) {
        let parts = declaration_parts(pair, Keyword::PatternProperties, (pattern, pattern));
        let subject = (pattern, EventStep::AnyProperty);
        self.push(pair, (kind, what), Some(subject), parts);
    }

    /// A keyword for all the rest, such as `additionalProperties`: nothing, a schema, or anything.
    pub(super) fn rest(
        &mut self,
        pair: &Pair<'v>,
        (old_keyword, new_keyword): (Keyword, Keyword),
        (restricted, opened): (ChangeKind, ChangeKind),
        group: &[Keyword],
    ) {
        let old = pair.old.keyword(old_keyword);
        let new = pair.new.keyword(new_keyword);
        let own = [old_keyword, new_keyword];
        let keyword = if new.is_some() { new_keyword } else { old_keyword };
        let what = |was: RestAllowance, is: RestAllowance| {
            let (was, is) = (was.describe(old), is.describe(new));
            format!("`{keyword}` allowed {was}, now allows {is}")
        };
        match (RestAllowance::of(old), RestAllowance::of(new)) {
            (RestAllowance::Some, RestAllowance::Some) => {
                let places = (pair.old.child(old_keyword), pair.new.child(new_keyword));
                // A name is no part of an event that could be pointed at.
                let step = match old_keyword {
                    Keyword::PropertyNames => TrailStep::Beside,
                    Keyword::Items | Keyword::AdditionalItems | Keyword::UnevaluatedItems => {
                        TrailStep::Into(EventStep::AnyElement)
                    }
                    _ => TrailStep::Into(EventStep::AnyProperty),
                };
                if let (Some(old), Some(new)) = places {
                    // The path is that of the object, which has no such names.
                    let is_name = old_keyword == Keyword::PropertyNames;
                    self.conditions.extend(is_name.then(|| format!("`{keyword}`")));
                    self.compare_below(pair, step, old, new);
                    self.conditions.truncate(self.conditions.len() - usize::from(is_name));
                }
            }
            (was, is) if was > is => self.add_among(pair, restricted, what(was, is), &own, group),
            (was, is) if was < is => self.add_among(pair, opened, what(was, is), &own, group),
            _ => {}
        }
    }
}

/// What a keyword allows for the rest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RestAllowance {
    Nothing,
    Some,
    Anything,
}

impl RestAllowance {
    pub(super) fn of(value: Option<&Value>) -> Self {
        match value.map(|value| &value.kind) {
            Some(Kind::Bool(false)) => Self::Nothing,
            None | Some(Kind::Bool(true)) => Self::Anything,
            Some(Kind::Object(members)) if members.is_empty() => Self::Anything,
            Some(_) => Self::Some,
        }
    }

    /// In a sentence; a schema as it is written.
    fn describe(self, value: Option<&Value>) -> String {
        match self {
            Self::Nothing => "nothing".to_owned(),
            Self::Some => value.map_or_else(|| "what its schema allows".to_owned(), shown),
            Self::Anything => "anything".to_owned(),
        }
    }
}

/// The keywords that describe properties, those first that tell a map from an object with names.
const KEYS: [Keyword; 4] = [
    Keyword::Properties,
    Keyword::AdditionalProperties,
    Keyword::PatternProperties,
    Keyword::UnevaluatedProperties,
];

/// Whether a schema describes the properties that it does not name.
fn describes_rest(place: &SubschemaRef<'_>) -> bool {
    let keywords = [Keyword::AdditionalProperties, Keyword::UnevaluatedProperties];
    let mut rest = keywords.iter().map(|keyword| place.value.keyword(*keyword));
    rest.any(|value| value.is_some() && RestAllowance::of(value) == RestAllowance::Some)
        || place.entries(Keyword::PatternProperties).next().is_some()
}

/// Whether schemas of one value describe it as keys and values: a schema for properties that none of them names, and no names.
fn is_map(places: &[SubschemaRef<'_>]) -> bool {
    const BRANCHES: [Keyword; 4] = [Keyword::AnyOf, Keyword::OneOf, Keyword::If, Keyword::DependentSchemas];
    const CONJUNCTIONS: [Keyword; 2] = [Keyword::AllOf, Keyword::Ref];
    let has = |place: &SubschemaRef<'_>, keywords: &[Keyword]| find_keywords(place, keywords).next().is_some();
    // Branches can name properties, and so can conjuncts that are not read as one schema.
    let may_name_more =
        places.iter().any(|place| has(place, &BRANCHES)) || (places.len() == 1 && has(&places[0], &CONJUNCTIONS));
    !may_name_more && places.iter().any(describes_rest) && declared_properties(places).is_empty()
}

/// Whether schemas of one value name no property and allow no other.
fn allows_no_property(places: &[SubschemaRef<'_>]) -> bool {
    let allows_none = |place: &SubschemaRef<'_>| {
        let rest = [Keyword::AdditionalProperties, Keyword::UnevaluatedProperties];
        let mut rest = rest.iter().filter_map(|keyword| place.value.keyword(*keyword));
        rest.any(|value| RestAllowance::of(Some(value)) == RestAllowance::Nothing)
    };
    places.len() == 1 && places.iter().all(allows_none) && !declares_names(places) && !names_elsewhere(places)
}

/// Whether branches, or conjuncts that are not read as one schema, can name properties; or a pattern does.
fn names_elsewhere(places: &[SubschemaRef<'_>]) -> bool {
    const NAMING: [Keyword; 7] = [
        Keyword::PatternProperties,
        Keyword::AnyOf,
        Keyword::OneOf,
        Keyword::AllOf,
        Keyword::If,
        Keyword::DependentSchemas,
        Keyword::Ref,
    ];
    places
        .iter()
        .any(|place| find_keywords(place, &NAMING).next().is_some())
}

/// Whether schemas of one value name a property that may be there.
fn declares_names(places: &[SubschemaRef<'_>]) -> bool {
    declarations(places).any(|(_, entry)| entry.value.kind != Kind::Bool(false))
}

/// Whether schemas of one value say nothing about the keys of an object: policies take it for a map then (ADR 63).
fn is_any_object(places: &[SubschemaRef<'_>]) -> bool {
    const ABOUT_KEYS: [Keyword; 15] = [
        Keyword::Properties,
        Keyword::PatternProperties,
        Keyword::AdditionalProperties,
        Keyword::UnevaluatedProperties,
        Keyword::PropertyNames,
        Keyword::Required,
        Keyword::DependentRequired,
        Keyword::DependentSchemas,
        Keyword::Dependencies,
        Keyword::AnyOf,
        Keyword::OneOf,
        Keyword::If,
        Keyword::Not,
        Keyword::Enum,
        Keyword::Const,
    ];
    let says = |place: &SubschemaRef<'_>| ABOUT_KEYS.iter().any(|keyword| place.value.keyword(*keyword).is_some());
    !places.iter().any(says)
}
