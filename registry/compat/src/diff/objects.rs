//! Properties: which are declared, required, restricted by name.

use std::collections::BTreeSet;

use schemactl_model::{Kind, Object, Value};

use super::site::{Pair, Place};
use super::{Found, Fragment, Walk};
use crate::change::{Change, ChangeKind};
use crate::edit::{Edit, anything, entry};

impl<'v> Walk<'v> {
    pub(super) fn required(&mut self, pair: &Pair<'v>) {
        let (old, new) = (names(&pair.old), names(&pair.new));
        for name in new.difference(&old) {
            let kind = ChangeKind::RequiredPropertyAdded;
            self.name(pair, kind, format!("`{name}` became required"), "required", name);
        }
        for name in old.difference(&new) {
            let kind = ChangeKind::RequiredPropertyRemoved;
            self.name(pair, kind, format!("`{name}` is no longer required"), "required", name);
        }
    }

    /// A change of one name in `required`: the names beside it have changes of their own.
    fn name(&mut self, pair: &Pair<'v>, kind: ChangeKind, what: String, keyword: &'static str, name: &str) {
        let fragment = |place: &Place<'v>| {
            let has = names(place).contains(name);
            let only = Value::computed(Kind::Array(vec![Value::computed(Kind::String(name.to_owned()))]));
            Fragment {
                keywords: if has { vec![entry(keyword, only)] } else { vec![] },
                scope: place.scope.clone(),
                relax: vec![Edit::RemoveName(place.pointer.join(keyword), name.to_owned())],
            }
        };
        let found = Found {
            change: Change {
                kind,
                what,
                subject: Some(name.to_owned()),
                old: pair.old.at(&[keyword]),
                new: pair.new.at(&[keyword]),
            },
            old: fragment(&pair.old),
            new: fragment(&pair.new),
        };
        self.found.push(found);
    }

    pub(super) fn properties(&mut self, pair: &Pair<'v>) {
        self.each_property(
            pair,
            "properties",
            (ChangeKind::PropertyAdded, ChangeKind::PropertyRemoved),
        );
        let kinds = (ChangeKind::PatternPropertyAdded, ChangeKind::PatternPropertyRemoved);
        self.each_property(pair, "patternProperties", kinds);
        let kinds = (
            ChangeKind::AdditionalPropertiesRestricted,
            ChangeKind::AdditionalPropertiesOpened,
        );
        self.rest(
            pair,
            ("additionalProperties", "additionalProperties"),
            kinds,
            &["additionalProperties", "properties", "patternProperties"],
        );
        let kinds = (ChangeKind::PropertyNamesRestricted, ChangeKind::PropertyNamesOpened);
        self.rest(pair, ("propertyNames", "propertyNames"), kinds, &["propertyNames"]);
    }

    fn each_property(&mut self, pair: &Pair<'v>, keyword: &'static str, (added, removed): (ChangeKind, ChangeKind)) {
        let title = if keyword == "properties" {
            "property"
        } else {
            "property pattern"
        };
        for old in pair.old.map(keyword) {
            if pair
                .new
                .value
                .member(keyword)
                .and_then(|object| object.member(&old.key))
                .is_some()
            {
                self.below(pair, keyword, &old.key);
            } else {
                let what = format!("the {title} `{}` is no longer declared", old.key);
                self.property(pair, removed, what, keyword, &old.key);
            }
        }
        for new in pair.new.map(keyword) {
            if pair
                .old
                .value
                .member(keyword)
                .and_then(|object| object.member(&new.key))
                .is_none()
            {
                let what = format!("the {title} `{}` was added", new.key);
                self.property(pair, added, what, keyword, &new.key);
            }
        }
    }

    /// The schemas that both sides have under the same member.
    pub(super) fn below(&mut self, pair: &Pair<'v>, keyword: &str, member: &str) {
        let places = (
            pair.old.below(keyword, Some(member)),
            pair.new.below(keyword, Some(member)),
        );
        if let (Some(old), Some(new)) = places {
            self.schemas(&Pair { old, new });
        }
    }

    /// A property that one side declares: what else is declared stays out of it, what holds for the rest does not.
    fn property(&mut self, pair: &Pair<'v>, kind: ChangeKind, what: String, keyword: &'static str, name: &str) {
        let declared: BTreeSet<&str> = [&pair.old, &pair.new]
            .into_iter()
            .flat_map(|place| place.map("properties"))
            .map(|entry| entry.key.as_str())
            .filter(|other| keyword != "properties" || *other != name)
            .collect();
        let fragment = |place: &Place<'v>| Fragment {
            keywords: alone(place, keyword, name, &declared),
            scope: place.scope.clone(),
            relax: vec![Edit::Allow(place.pointer.clone(), keyword, name.to_owned())],
        };
        let at = |place: &Place<'v>| {
            let there = place
                .value
                .member(keyword)
                .is_some_and(|object| object.member(name).is_some());
            if there {
                place.pointer.join(keyword).join(name)
            } else {
                place.at(&[keyword])
            }
        };
        let found = Found {
            change: Change {
                kind,
                what,
                subject: Some(name.to_owned()),
                old: at(&pair.old),
                new: at(&pair.new),
            },
            old: fragment(&pair.old),
            new: fragment(&pair.new),
        };
        self.found.push(found);
    }

    /// A keyword for all the rest, such as `additionalProperties`: nothing, a schema, or anything.
    pub(super) fn rest(
        &mut self,
        pair: &Pair<'v>,
        (old_keyword, new_keyword): (&str, &str),
        (restricted, opened): (ChangeKind, ChangeKind),
        group: &[&str],
    ) {
        let old = pair.old.keyword(old_keyword);
        let new = pair.new.keyword(new_keyword);
        let own = [old_keyword, new_keyword];
        let what = |was: Rest, is: Rest| format!("what is not named could be {} and can be {}", was.name(), is.name());
        match (Rest::of(old), Rest::of(new)) {
            (Rest::Some, Rest::Some) => {
                let places = (pair.old.below(old_keyword, None), pair.new.below(new_keyword, None));
                if let (Some(old), Some(new)) = places {
                    self.schemas(&Pair { old, new });
                }
            }
            (was, is) if was > is => self.add_among(pair, restricted, what(was, is), &own, group),
            (was, is) if was < is => self.add_among(pair, opened, what(was, is), &own, group),
            _ => {}
        }
    }

    pub(super) fn dependencies(&mut self, pair: &Pair<'v>) {
        for keyword in ["dependencies", "dependentRequired", "dependentSchemas"] {
            if ![&pair.old, &pair.new]
                .iter()
                .any(|place| place.scope.dialect.has_keyword(keyword))
            {
                continue;
            }
            let keys: BTreeSet<&str> = [&pair.old, &pair.new]
                .into_iter()
                .flat_map(|place| place.map(keyword))
                .map(|entry| entry.key.as_str())
                .collect();
            for key in keys {
                self.dependency(pair, keyword, key);
            }
        }
    }

    fn dependency(&mut self, pair: &Pair<'v>, keyword: &'static str, key: &str) {
        let of = |value: Option<&'v Value>| value.and_then(|object| object.member(key));
        let old = of(pair.old.keyword(keyword));
        let new = of(pair.new.keyword(keyword));
        let needs = |value: &'v Value| -> Option<BTreeSet<&'v str>> {
            Some(value.as_array()?.iter().filter_map(Value::as_str).collect())
        };
        let (added, removed) = (ChangeKind::DependencyAdded, ChangeKind::DependencyRemoved);
        let mut say = |kind, what: &str| self.one_dependency(pair, kind, format!("`{key}` {what}"), keyword, key);
        match (old, new) {
            (None, None) => {}
            (None, Some(_)) => say(added, "needs something beside it now"),
            (Some(_), None) => say(removed, "needs nothing beside it any more"),
            (Some(old), Some(new)) => match (needs(old), needs(new)) {
                (Some(old), Some(new)) => {
                    if !new.is_subset(&old) {
                        say(added, "needs more beside it now");
                    }
                    if !old.is_subset(&new) {
                        say(removed, "needs less beside it now");
                    }
                }
                (None, None) => self.below(pair, keyword, key),
                _ => {
                    say(added, "needs something else beside it");
                    say(removed, "needs something else beside it");
                }
            },
        }
    }

    fn one_dependency(&mut self, pair: &Pair<'v>, kind: ChangeKind, what: String, keyword: &'static str, key: &str) {
        let member = |place: &Place<'v>| {
            place
                .value
                .member(keyword)
                .and_then(|object| object.as_object()?.entry(key))
        };
        let fragment = |place: &Place<'v>| Fragment {
            keywords: member(place).map_or_else(Vec::new, |member| {
                let only = Object::from_entries(vec![member.clone()]);
                vec![entry(keyword, Value::computed(Kind::Object(only)))]
            }),
            scope: place.scope.clone(),
            relax: vec![Edit::Remove(place.pointer.join(keyword).join(key))],
        };
        let at = |place: &Place<'v>| match member(place) {
            Some(_) => place.pointer.join(keyword).join(key),
            None => place.at(&[keyword]),
        };
        let found = Found {
            change: Change {
                kind,
                what,
                subject: Some(key.to_owned()),
                old: at(&pair.old),
                new: at(&pair.new),
            },
            old: fragment(&pair.old),
            new: fragment(&pair.new),
        };
        self.found.push(found);
    }
}

/// What a keyword allows for the rest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rest {
    Nothing,
    Some,
    Anything,
}

impl Rest {
    pub(super) fn of(value: Option<&Value>) -> Self {
        match value.map(|value| &value.kind) {
            Some(Kind::Bool(false)) => Self::Nothing,
            None | Some(Kind::Bool(true)) => Self::Anything,
            Some(Kind::Object(members)) if members.is_empty() => Self::Anything,
            Some(_) => Self::Some,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Some => "what a schema allows",
            Self::Anything => "anything",
        }
    }
}

fn names<'v>(place: &Place<'v>) -> BTreeSet<&'v str> {
    let listed = place.value.member("required").and_then(Value::as_array);
    listed.unwrap_or_default().iter().filter_map(Value::as_str).collect()
}

/// The keywords of one side with every other declared property left open.
fn alone(place: &Place<'_>, keyword: &str, name: &str, declared: &BTreeSet<&str>) -> Vec<schemactl_model::Entry> {
    let mut properties: Vec<_> = declared.iter().map(|other| entry(other, anything())).collect();
    let own = place
        .value
        .member(keyword)
        .and_then(|object| object.as_object()?.entry(name));
    let mut keywords: Vec<_> = place.entries(&["additionalProperties"]).cloned().collect();
    if keyword == "properties" {
        properties.extend(own.cloned());
        keywords.extend(place.entries(&["patternProperties"]).cloned());
    } else {
        let only = Object::from_entries(own.cloned().into_iter().collect());
        keywords.push(entry("patternProperties", Value::computed(Kind::Object(only))));
    }
    keywords.push(entry(
        "properties",
        Value::computed(Kind::Object(Object::from_entries(properties))),
    ));
    keywords
}
