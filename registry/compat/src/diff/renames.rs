//! Properties that have another name: those that say so with `x-renamed-from`, and those that look like it. In: a pair of schemas.
//! Out: a change for each rename, with the changes of the property's schema; a hint on a removed and an added property that are alike.

use std::collections::BTreeMap;

use schemactl_model::{JsonObject, Keyword, Member, SubschemaRef, Value};

use super::conjuncts::Conjuncts;
use super::declarations::{declaration_parts, declared_properties, declaring};
use super::site::{Pair, is_silent};
use super::{DiffWalk, LocatedChange, TrailStep};
use crate::change::ChangeKind;
use crate::edit::Edit;
use crate::event_path::EventStep;

/// A property under its old and its new name.
pub(super) struct Rename<'v> {
    pub(super) old: &'v str,
    pub(super) new: &'v str,
}

/// The keyword by which a property names what it was called before.
const RENAMED_FROM: Keyword = Keyword::RenamedFrom;

impl<'v> DiffWalk<'v> {
    /// Reports the properties that were renamed, and what else changed in them.
    pub(super) fn renames(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>, renames: &[Rename<'v>]) {
        for rename in renames {
            self.rename(pair, conjuncts, rename);
        }
    }

    /// Asks about a removed and an added property, of those found since `first`, that could be one under two names.
    pub(super) fn ask_about_renames(&mut self, conjuncts: &Conjuncts<'v>, first: usize) {
        let of_kind = |kind: ChangeKind| -> Vec<usize> {
            (first..self.found.len())
                .filter(|index| self.found[*index].change.kind == kind)
                .collect()
        };
        let (removed, added) = (of_kind(ChangeKind::PropertyRemoved), of_kind(ChangeKind::PropertyAdded));
        let schema = |index: usize, places: &[SubschemaRef<'v>]| {
            let name = self.found[index].change.subject.as_deref()?;
            declaring(places, name)?
                .value
                .keyword(Keyword::Properties)?
                .member(name)
        };
        let with_schemas = |indices: Vec<usize>, places: &[SubschemaRef<'v>]| -> Vec<(usize, &'v Value)> {
            let found = indices.into_iter();
            found
                .filter_map(|index| Some((index, schema(index, places)?)))
                .collect()
        };
        let (removed, added) = (
            with_schemas(removed, &conjuncts.old),
            with_schemas(added, &conjuncts.new),
        );
        // A second partner leaves no question, and nobody looks for a third.
        let only_partner = |partners: &mut dyn Iterator<Item = (usize, &'v Value)>| {
            let first = partners.next()?;
            partners.next().is_none().then_some(first)
        };
        let mut questions: Vec<(usize, usize)> = Vec::new();
        // Equal schemas first: what they leave can be one by its type alone.
        for are_alike in [are_equal_but_for_people, have_one_type] {
            let is_free =
                |(index, _): &(usize, &Value)| questions.iter().all(|(one, other)| one != index && other != index);
            let free_removed: Vec<(usize, &'v Value)> = removed.iter().copied().filter(is_free).collect();
            let free_added: Vec<(usize, &'v Value)> = added.iter().copied().filter(is_free).collect();
            for (one, old) in &free_removed {
                let mut partners = free_added.iter().copied().filter(|(_, new)| are_alike(old, new));
                let Some((other, new)) = only_partner(&mut partners) else {
                    continue;
                };
                let mut partners = free_removed.iter().copied().filter(|(_, old)| are_alike(old, new));
                if only_partner(&mut partners).is_some() {
                    questions.push((*one, other));
                }
            }
        }
        for (one, other) in questions {
            let name = |index: usize| self.found[index].change.subject.clone().unwrap_or_default();
            let question = rename_question(&name(one), &name(other));
            self.found[one].change.hint = Some(question.clone());
            self.found[other].change.hint = Some(question);
        }
    }

    fn rename(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>, rename: &Rename<'v>) {
        let (Some(old), Some(new)) = (
            declaring(&conjuncts.old, rename.old),
            declaring(&conjuncts.new, rename.new),
        ) else {
            return;
        };
        let sides = pair.with(old.clone(), new.clone());
        let (mut old_part, mut new_part) = declaration_parts(&sides, Keyword::Properties, (rename.old, rename.new));
        // A name that is required under both names is a part of the rename.
        if is_required_throughout(conjuncts, rename) {
            for (places, part, name) in [
                (&conjuncts.old, &mut old_part.1, rename.old),
                (&conjuncts.new, &mut new_part.1, rename.new),
            ] {
                let list = Value::array(vec![Value::string(name)]);
                part.keywords.push(Member::new(Keyword::Required, list));
                let holders = places
                    .iter()
                    .filter(|place| place.required().any(|known| known == name));
                let removed =
                    holders.map(|place| Edit::RemoveName(place.pointer.join(Keyword::Required), name.to_owned()));
                part.relax.extend(removed);
            }
        }
        let what = format!("was renamed from `{}`", rename.old);
        let step = EventStep::Property(rename.new.to_owned());
        let subject = (rename.new, step.clone());
        self.push(
            pair,
            (ChangeKind::PropertyRenamed, what),
            Some(subject),
            (old_part, new_part),
        );
        if let Some(found) = self.found.last_mut() {
            found.change.renamed_from = Some(rename.old.to_owned());
        }
        let schemas = (
            old.member(Keyword::Properties, rename.old),
            new.member(Keyword::Properties, rename.new),
        );
        if let (Some(old), Some(new)) = schemas {
            self.compare_below(pair, TrailStep::Into(step), old, new);
        }
    }
}

/// Asks the same about the names in `required`, which are what breaks where both properties are required.
pub(super) fn ask_of_required_names(found: &mut [LocatedChange]) {
    let asked = found.iter().map(|one| &one.change).filter_map(|change| {
        let hint = change.hint.clone()?;
        Some(((change.path.clone(), change.subject.clone()), hint))
    });
    let asked: Vec<_> = asked.collect();
    let kinds = [ChangeKind::RequiredPropertyAdded, ChangeKind::RequiredPropertyRemoved];
    for change in found.iter_mut().map(|one| &mut one.change) {
        if change.hint.is_none() && kinds.contains(&change.kind) {
            let is_same = |(path, subject): &(_, _)| *path == change.path && *subject == change.subject;
            let question = asked.iter().find(|(name, _)| is_same(name));
            change.hint = question.map(|(_, hint)| hint.clone());
        }
    }
}

/// Whether a property is required on both sides, each under its own name.
pub(super) fn is_required_throughout(conjuncts: &Conjuncts<'_>, rename: &Rename<'_>) -> bool {
    conjuncts
        .old
        .iter()
        .any(|place| place.required().any(|known| known == rename.old))
        && conjuncts
            .new
            .iter()
            .any(|place| place.required().any(|known| known == rename.new))
}

/// The renames that one of the schemas states, in the order of the old one. Each name has one partner.
pub(super) fn declared_renames<'v>(conjuncts: &Conjuncts<'v>) -> Vec<Rename<'v>> {
    let (old, new) = (declared_properties(&conjuncts.old), declared_properties(&conjuncts.new));
    let only =
        |places: &[SubschemaRef<'v>], others: &BTreeMap<&str, (&SubschemaRef<'v>, &'v Member)>| -> Vec<&'v Member> {
            let all = places.iter().flat_map(|place| place.entries(Keyword::Properties));
            all.filter(|entry| !others.contains_key(entry.key.as_str())).collect()
        };
    let (removed, added) = (only(&conjuncts.old, &new), only(&conjuncts.new, &old));
    let mut all = removed.iter().chain(&added);
    if !all.any(|entry| entry.value.keyword(RENAMED_FROM).is_some()) {
        return Vec::new();
    }
    let states = |one: &Member, other: &Member| {
        one.value.keyword(RENAMED_FROM).and_then(Value::as_str) == Some(other.key.as_str())
    };
    let mut renames: Vec<Rename<'v>> = Vec::new();
    for old in removed {
        // Compared the other way around, the old schema is the one that states it.
        let partner = added.iter().find(|new| {
            let is_free = renames.iter().all(|known| known.new != new.key);
            is_free && (states(new, old) || states(old, new))
        });
        renames.extend(partner.map(|new| Rename {
            old: &old.key,
            new: &new.key,
        }));
    }
    renames
}

/// The words that ask about a rename that nobody stated.
fn rename_question(old: &str, new: &str) -> String {
    format!("did you rename `{old}` to `{new}`? If so, write `\"x-renamed-from\": \"{old}\"` into `{new}`")
}

/// Whether two schemas are the same but for what is for people.
fn are_equal_but_for_people(old: &Value, new: &Value) -> bool {
    let said = |schema: &Value| -> Vec<(String, Value)> {
        let members = schema.as_object().into_iter().flat_map(JsonObject::iter);
        let mut said: Vec<_> = members
            .filter(|member| !is_silent(member) || member.keyword() == Some(Keyword::Ref))
            .map(|member| (member.key.clone(), member.value.clone()))
            .collect();
        said.sort_by(|one, other| one.0.cmp(&other.0));
        said
    };
    let (old_said, new_said) = (said(old), said(new));
    !old_said.is_empty() && old_said == new_said
}

/// Whether two schemas name the same type.
fn have_one_type(old: &Value, new: &Value) -> bool {
    old.keyword(Keyword::Type).is_some() && old.keyword(Keyword::Type) == new.keyword(Keyword::Type)
}
