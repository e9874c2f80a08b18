//! Schemas that decide without being demanded: `if`, `then`, `else`, `not`, and what one property demands beside it. In: a pair of schemas. Out: changes
//! at the keyword that changed, in words that say when it applies and what it demands. What changed inside `if` and `not` is listed by the same
//! walk as everything else, and told as one change: it does not break by itself, only by what follows from it.

use std::collections::BTreeSet;

use schemactl_model::{Keyword, Member, Pointer, SubschemaRef, Value};

use super::conjuncts::Conjuncts;
use super::declarations::declared_at;
use super::demands::{describe_condition, describe_demands, describe_dependency};
use super::site::{Pair, locate_keyword};
use super::{DiffWalk, Fragment, LocatedChange, TrailStep};
use crate::change::ChangeKind;
use crate::edit::Edit;
use crate::event_path::EventStep;

/// The keywords of a condition.
const CONDITION: [Keyword; 3] = [Keyword::If, Keyword::Then, Keyword::Else];

/// Changes inside `if` or `not` that a sentence has room for.
const MOST_TOLD: usize = 3;

/// What changed inside a schema that is told as one change.
struct InnerChanges {
    /// A sentence for each.
    sentences: Vec<String>,
    /// The closest places around all of them.
    old: Pointer,
    new: Pointer,
}

impl InnerChanges {
    fn words(&self) -> String {
        let shown = self
            .sentences
            .iter()
            .take(MOST_TOLD)
            .cloned()
            .collect::<Vec<_>>()
            .join("; ");
        match self.sentences.len().saturating_sub(MOST_TOLD) {
            0 => shown,
            more => format!("{shown}; and {more} more"),
        }
    }
}

impl<'v> DiffWalk<'v> {
    pub(super) fn negation(&mut self, pair: &Pair<'v>) {
        match (pair.old.child(Keyword::Not), pair.new.child(Keyword::Not)) {
            (None, Some(new)) => {
                let what = format!("`not` was added{}", rejected_by(pair, &new, "are"));
                self.add(pair, ChangeKind::NotAdded, what, &[Keyword::Not]);
            }
            (Some(old), None) => {
                let what = format!("`not` was removed{}", rejected_by(pair, &old, "were"));
                self.add(pair, ChangeKind::NotRemoved, what, &[Keyword::Not]);
            }
            (Some(old), Some(new)) => {
                let Some(inner) = self.changes_inside(pair, &old, &new) else {
                    return;
                };
                let what = if self.inside.is_some() {
                    "`not` changed".to_owned()
                } else if inner.sentences.is_empty() {
                    format!("`not` changed{}", rejected_by(pair, &new, "are"))
                } else {
                    format!("`not` changed: in it, {}", inner.words())
                };
                self.add(pair, ChangeKind::NotChanged, what, &[Keyword::Not]);
                self.move_last_to(inner);
            }
            (None, None) => {}
        }
    }

    pub(super) fn condition(&mut self, pair: &Pair<'v>) {
        match (pair.old.child(Keyword::If), pair.new.child(Keyword::If)) {
            (None, Some(_)) => {
                let what = format!("`if` was added{}", consequences(pair, &pair.new, ": "));
                self.add(pair, ChangeKind::ConditionAdded, what, &CONDITION);
            }
            (Some(_), None) => {
                let what = format!("`if` was removed{}", consequences(pair, &pair.old, "; before, "));
                self.add(pair, ChangeKind::ConditionRemoved, what, &CONDITION);
            }
            (Some(old), Some(new)) => {
                let Some(inner) = self.changes_inside(pair, &old, &new) else {
                    self.consequence(pair, &new, Keyword::Then);
                    self.consequence(pair, &new, Keyword::Else);
                    return;
                };
                let told = if inner.sentences.is_empty() {
                    String::new()
                } else {
                    format!(": in it, {}", inner.words())
                };
                let what = if self.inside.is_some() {
                    "`if` changed".to_owned()
                } else {
                    format!("`if` changed{told}{}", consequences(pair, &pair.new, "; now "))
                };
                self.add(pair, ChangeKind::ConditionChanged, what, &CONDITION);
                self.move_last_to(inner);
            }
            (None, None) => {}
        }
    }

    /// Compares what follows from a condition that both sides have.
    fn consequence(&mut self, pair: &Pair<'v>, condition: &SubschemaRef<'v>, keyword: Keyword) {
        let path = pair.trail.path();
        let holds = describe_condition(&path, condition.value).unwrap_or_else(|| "its `if` holds".to_owned());
        let word = if keyword == Keyword::Then { "where" } else { "unless" };
        let (schema, verb) = match (pair.old.child(keyword), pair.new.child(keyword)) {
            (Some(old), Some(new)) => {
                self.conditions.push(format!("`{keyword}`, {word} {holds}"));
                self.compare_below(pair, TrailStep::Beside, old, new);
                self.conditions.pop();
                return;
            }
            (None, Some(new)) => (new, "was added"),
            (Some(old), None) => (old, "was removed"),
            (None, None) => return,
        };
        let demands = describe_demands(&path, schema.value).unwrap_or_else(|| "nothing is demanded".to_owned());
        let what = format!("`{keyword}` {verb}: {word} {holds}, {demands}");
        self.add_among(pair, ChangeKind::ConditionChanged, what, &[keyword], &CONDITION);
        let last = self.found.last_mut().expect("just added");
        for (place, side) in [(&mut last.change.old, &pair.old), (&mut last.change.new, &pair.new)] {
            if *place == side.pointer {
                *place = locate_keyword(side, &[Keyword::If]);
            }
        }
    }

    /// What changed between two schemas, without listing it. `None` where they are the same.
    fn changes_inside(
        &mut self,
        pair: &Pair<'v>,
        old: &SubschemaRef<'v>,
        new: &SubschemaRef<'v>,
    ) -> Option<InnerChanges> {
        let has_references = self.old.has_references || self.new.has_references;
        let is_same = old.value == new.value && pair.old.scope.dialect == pair.new.scope.dialect;
        if is_same && !has_references {
            return None;
        }
        // INVARIANT: what is met inside is met again outside, where it is listed; but only once inside, however deep conditions are nested, so that
        // the walk stays quadratic at worst.
        let outside = self.inside.is_none().then(|| self.seen.clone());
        let steps = self.inside;
        self.inside = Some(steps.unwrap_or(MOST_INSIDE));
        let before = self.found.len();
        let conditions = std::mem::take(&mut self.conditions);
        self.compare_below(pair, TrailStep::Beside, old.clone(), new.clone());
        self.conditions = conditions;
        let found: Vec<LocatedChange> = self.found.drain(before..).collect();
        let is_cut = self.inside == Some(0);
        if let Some(outside) = outside {
            self.seen = outside;
            self.inside = None;
        }
        // In another dialect the same words are compared too: where nothing is found, they say the same.
        if found.is_empty() && old.value == new.value && !is_cut {
            return None;
        }
        let around = |holder: &SubschemaRef<'v>, places: Vec<&Pointer>| {
            let common = common_place(&places);
            let is_one = places.len() == 1;
            common
                .filter(|place| is_one || place.starts_with(&holder.pointer))
                .unwrap_or_else(|| holder.pointer.clone())
        };
        // INVARIANT: a sentence inside a sentence names its keyword only: conditions inside conditions would make texts that grow with each of them.
        let is_nested = self.inside.is_some();
        let told = found.iter().filter(|_| !is_nested);
        Some(InnerChanges {
            old: around(old, found.iter().map(|one| &one.change.old).collect()),
            new: around(new, found.iter().map(|one| &one.change.new).collect()),
            sentences: told.map(|one| one.change.sentence()).collect(),
        })
    }

    /// Moves the change that was added last to the place where it happened.
    fn move_last_to(&mut self, inner: InnerChanges) {
        let last = self.found.last_mut().expect("just added");
        (last.change.old, last.change.new) = (inner.old, inner.new);
    }

    pub(super) fn dependencies(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>, keyword: Keyword) {
        let pair = &conjuncts.pair(pair, &[keyword]);
        let keys: BTreeSet<&str> = [&pair.old, &pair.new]
            .into_iter()
            .flat_map(|place| place.entries(keyword))
            .map(|entry| entry.key.as_str())
            .collect();
        for key in keys {
            self.dependency(pair, keyword, key);
        }
    }

    fn dependency(&mut self, pair: &Pair<'v>, keyword: Keyword, key: &str) {
        let of = |place: &SubschemaRef<'v>| place.keyword(keyword).and_then(|object| object.member(key));
        let (old, new) = (of(&pair.old), of(&pair.new));
        let (added, removed) = (ChangeKind::DependencyAdded, ChangeKind::DependencyRemoved);
        let path = pair.trail.path();
        let mut tell = |kind, names: Option<&str>, what: String| {
            self.one_dependency(pair, (kind, what), keyword, (key, names));
        };
        match (old, new) {
            (None, None) => {}
            (None, Some(new)) => tell(added, None, describe_dependency(&path, (keyword, key), new, "now ")),
            (Some(old), None) => tell(
                removed,
                None,
                describe_dependency(&path, (keyword, key), old, "no longer "),
            ),
            (Some(old), Some(new)) => match (names_of(old), names_of(new)) {
                (Some(was), Some(is)) => {
                    let lost: Vec<_> = was.difference(&is).copied().collect();
                    let more: Vec<_> = is.difference(&was).copied().collect();
                    let of_names =
                        |names: &[&str]| Value::array(names.iter().map(|name| Value::string(name)).collect());
                    if let Some(first) = more.first() {
                        let what = describe_dependency(&path, (keyword, key), &of_names(&more), "now ");
                        tell(added, Some(first), what);
                    }
                    if let Some(first) = lost.first() {
                        let what = describe_dependency(&path, (keyword, key), &of_names(&lost), "no longer ");
                        tell(removed, Some(first), what);
                    }
                }
                (None, None) => {
                    let beside = path.join(EventStep::Property(key.to_owned()));
                    self.conditions
                        .push(format!("`{keyword}`, where `{beside}` is present"));
                    self.below(pair, (keyword, key), TrailStep::Beside);
                    self.conditions.pop();
                }
                _ => {
                    tell(added, None, describe_dependency(&path, (keyword, key), new, "now "));
                    tell(
                        removed,
                        None,
                        describe_dependency(&path, (keyword, key), old, "no longer "),
                    );
                }
            },
        }
    }

    fn one_dependency(
        &mut self,
        pair: &Pair<'v>,
        what: (ChangeKind, String),
        keyword: Keyword,
        (key, name): (&str, Option<&str>),
    ) {
        let part = |place: &SubschemaRef<'v>| {
            let object = place.value.keyword(keyword);
            let member = object.and_then(|object| object.as_object()?.entry(key));
            let only = |member: &Member| Value::object(vec![member.clone()]);
            let fragment = Fragment {
                keywords: member
                    .map(|member| Member::new(keyword, only(member)))
                    .into_iter()
                    .collect(),
                scope: place.scope.clone(),
                relax: vec![Edit::Remove(place.pointer.join(keyword).join(key))],
            };
            let at = declared_at(place, keyword, key).unwrap_or_else(|| locate_keyword(place, &[keyword]));
            // Of a list of names, the one that came or went.
            let names = member.and_then(|member| member.value.as_array()).unwrap_or_default();
            let index = name.and_then(|name| names.iter().position(|known| known.as_str() == Some(name)));
            let at = index.map_or(at.clone(), |index| at.join(index.to_string()));
            (at, fragment)
        };
        let parts = (part(&pair.old), part(&pair.new));
        let before = self.found.len();
        self.push(pair, what, None, parts);
        for found in &mut self.found[before..] {
            found.change.subject = Some(key.to_owned());
        }
    }
}

/// Pairs of schemas that are compared inside `if` and `not` of one document: what they are told for is a sentence.
// INVARIANT: without it, schemas that refer to each other through conditions would be walked once for each condition.
pub(super) const MOST_INSIDE: usize = 20_000;

/// The names that a dependency demands. `None` if it is a schema.
fn names_of(value: &Value) -> Option<BTreeSet<&str>> {
    Some(value.as_array()?.iter().filter_map(Value::as_str).collect())
}

/// What a `not` rejects, as the end of a sentence.
fn rejected_by(pair: &Pair<'_>, schema: &SubschemaRef<'_>, verb: &str) -> String {
    let condition = describe_condition(&pair.trail.path(), schema.value);
    condition.map_or_else(String::new, |condition| {
        format!(": events where {condition} {verb} rejected")
    })
}

/// What follows from a condition, as the end of a sentence.
fn consequences(pair: &Pair<'_>, place: &SubschemaRef<'_>, when: &str) -> String {
    let path = pair.trail.path();
    let condition = place.child(Keyword::If);
    let holds = condition.and_then(|condition| describe_condition(&path, condition.value));
    let holds = holds.unwrap_or_else(|| "it holds".to_owned());
    let demands = |keyword: Keyword| {
        let schema = place.child(keyword)?;
        describe_demands(&path, schema.value).map(|demands| format!("{demands} (`{keyword}`)"))
    };
    let told = [
        demands(Keyword::Then).map(|demands| format!("where {holds}, {demands}")),
        demands(Keyword::Else).map(|demands| format!("otherwise {demands}")),
    ];
    let told: Vec<String> = told.into_iter().flatten().collect();
    if told.is_empty() {
        return String::new();
    }
    format!("{when}{}", told.join("; "))
}

/// The closest place around some places.
fn common_place(places: &[&Pointer]) -> Option<Pointer> {
    let (first, others) = places.split_first()?;
    let is_common = |length: &usize| {
        let head = &first.tokens()[..*length];
        others.iter().all(|other| other.tokens().starts_with(head))
    };
    let length = (0..=first.tokens().len()).rev().find(is_common)?;
    let place = first.tokens()[..length].iter();
    Some(place.fold(Pointer::root(), |place, token| place.join(token)))
}
