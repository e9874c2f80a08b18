//! Schemas that are combined: unions, conjunctions, negations, conditions, what is left unevaluated, references beside keywords.

use schemactl_model::Value;

use super::align::align;
use super::site::{Pair, Place};
use super::{Found, Fragment, Walk};
use crate::change::{Change, ChangeKind};
use crate::edit::{Edit, anything};

impl<'v> Walk<'v> {
    pub(super) fn unions(&mut self, pair: &Pair<'v>) {
        for keyword in ["anyOf", "oneOf"] {
            let kinds = (ChangeKind::UnionAdded, ChangeKind::UnionRemoved);
            if self.presence(pair, keyword, kinds, &[keyword]).is_some() {
                self.branches(
                    pair,
                    keyword,
                    (ChangeKind::UnionBranchAdded, ChangeKind::UnionBranchRemoved),
                );
            }
        }
        if pair.old.value.member("allOf").is_some() || pair.new.value.member("allOf").is_some() {
            self.branches(
                pair,
                "allOf",
                (ChangeKind::AllOfBranchAdded, ChangeKind::AllOfBranchRemoved),
            );
        }
    }

    fn branches(&mut self, pair: &Pair<'v>, keyword: &'static str, (added, removed): (ChangeKind, ChangeKind)) {
        let (old, new) = (places(&pair.old, keyword), places(&pair.new, keyword));
        let aligned = align((&self.old, &old), (&self.new, &new));
        for (one, other) in aligned.pairs {
            self.schemas(&Pair {
                old: old[one].clone(),
                new: new[other].clone(),
            });
        }
        for index in aligned.removed {
            let what = format!(
                "a branch of `{keyword}` was taken away: {}",
                super::shown(old[index].value)
            );
            self.branch(pair, removed, what, keyword, (Some(&old[index]), None));
        }
        for index in aligned.added {
            let what = format!("`{keyword}` has a new branch: {}", super::shown(new[index].value));
            self.branch(pair, added, what, keyword, (None, Some(&new[index])));
        }
    }

    fn branch(
        &mut self,
        pair: &Pair<'v>,
        kind: ChangeKind,
        what: String,
        keyword: &'static str,
        branch: (Option<&Place<'v>>, Option<&Place<'v>>),
    ) {
        let fragment = |place: &Place<'v>, own: Option<&Place<'v>>| {
            // A conjunct can be left out by itself; one branch less of a union makes it narrower, so the union goes.
            let relax = match own {
                Some(own) if keyword == "allOf" => vec![Edit::Set(own.pointer.clone(), anything())],
                _ if keyword == "allOf" => vec![],
                _ => vec![Edit::Remove(place.pointer.join(keyword))],
            };
            Fragment {
                keywords: place.entries(&[keyword]).cloned().collect(),
                scope: place.scope.clone(),
                relax,
            }
        };
        let at = |place: &Place<'v>, own: Option<&Place<'v>>| {
            own.map_or_else(|| place.at(&[keyword]), |own| own.pointer.clone())
        };
        let found = Found {
            change: Change {
                kind,
                what,
                subject: None,
                old: at(&pair.old, branch.0),
                new: at(&pair.new, branch.1),
            },
            old: fragment(&pair.old, branch.0),
            new: fragment(&pair.new, branch.1),
        };
        self.found.push(found);
    }

    pub(super) fn negation(&mut self, pair: &Pair<'v>) {
        let kinds = (ChangeKind::NotAdded, ChangeKind::NotRemoved);
        let Some((old, new)) = self.presence(pair, "not", kinds, &["not"]) else {
            return;
        };
        if differ(pair, old, new) {
            self.add(pair, ChangeKind::NotChanged, "what must not hold changed", &["not"]);
        }
    }

    pub(super) fn condition(&mut self, pair: &Pair<'v>) {
        const GROUP: [&str; 3] = ["if", "then", "else"];
        let kinds = (ChangeKind::ConditionAdded, ChangeKind::ConditionRemoved);
        let Some((old, new)) = self.presence(pair, "if", kinds, &GROUP) else {
            return;
        };
        let changed = GROUP[1..]
            .iter()
            .any(|keyword| match (pair.old.keyword(keyword), pair.new.keyword(keyword)) {
                (Some(old), Some(new)) => differ(pair, old, new),
                (old, new) => old.is_some() != new.is_some(),
            });
        if changed || differ(pair, old, new) {
            self.add(
                pair,
                ChangeKind::ConditionChanged,
                "the condition, or what follows from it, changed",
                &GROUP,
            );
        }
    }

    pub(super) fn unevaluated(&mut self, pair: &Pair<'v>) {
        let kinds = (ChangeKind::UnevaluatedRestricted, ChangeKind::UnevaluatedOpened);
        for keyword in ["unevaluatedProperties", "unevaluatedItems"] {
            // What is evaluated depends on the whole schema, so that is what is compared.
            self.rest(pair, (keyword, keyword), kinds, &whole(keyword));
        }
    }

    /// References that stand beside keywords, and dynamic ones.
    pub(super) fn references(&mut self, pair: &Pair<'v>) {
        match (self.old.target(&pair.old), self.new.target(&pair.new)) {
            (Some(old), Some(new)) => self.schemas(&Pair { old, new }),
            (None, None) => {}
            (old, _) => {
                let verb = if old.is_some() { "was taken away" } else { "was added" };
                let what = format!("a reference {verb}");
                self.add(pair, ChangeKind::ReferenceChanged, what, &["$ref"]);
            }
        }
        for keyword in ["$dynamicRef", "$recursiveRef"] {
            let (old, new) = (pair.old.keyword(keyword), pair.new.keyword(keyword));
            if old != new {
                self.add(
                    pair,
                    ChangeKind::ReferenceChanged,
                    format!("`{keyword}` changed"),
                    &[keyword],
                );
            }
        }
    }
}

/// Whether two schemas of a pair may say different things: equal texts say the same where nothing is referred to.
fn differ(pair: &Pair<'_>, old: &Value, new: &Value) -> bool {
    let mentions = |value: &Value| value.to_json().contains("Ref\"") || value.to_json().contains("\"$ref\"");
    old != new || pair.old.scope.dialect != pair.new.scope.dialect || mentions(old)
}

/// The keywords that decide what is evaluated, with the one that speaks of the rest.
fn whole(keyword: &'static str) -> Vec<&'static str> {
    let mut group = vec![
        keyword,
        "allOf",
        "anyOf",
        "oneOf",
        "if",
        "then",
        "else",
        "dependentSchemas",
    ];
    if keyword == "unevaluatedProperties" {
        group.extend(["properties", "patternProperties", "additionalProperties"]);
    } else {
        group.extend(["prefixItems", "items", "additionalItems", "contains"]);
    }
    group
}

fn places<'v>(place: &Place<'v>, keyword: &str) -> Vec<Place<'v>> {
    let branches = place
        .value
        .member(keyword)
        .and_then(Value::as_array)
        .unwrap_or_default();
    (0..branches.len())
        .filter_map(|index| place.below(keyword, Some(&index.to_string())))
        .collect()
}
