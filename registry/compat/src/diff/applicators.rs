//! Schemas that are combined: unions, conjunctions, negations, conditions, what is left unevaluated, references beside keywords.

use schemactl_model::{Keyword, Pointer, SubschemaRef, Value};

use super::align::{align_branches, fixed_properties, fixed_value};
use super::conjuncts::Conjuncts;
use super::scalars::{UNIONS, unions_of};
use super::site::{Pair, Tree, conjuncts_of, find_keywords, locate_keyword};
use super::{DiffWalk, Fragment, TrailStep};
use crate::change::ChangeKind;
use crate::edit::Edit;

impl<'v> DiffWalk<'v> {
    /// Compares unions, but for those that were read as types or as lists of values.
    pub(super) fn unions(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>, read: &[Keyword]) {
        let of_branches = (ChangeKind::UnionBranchAdded, ChangeKind::UnionBranchRemoved);
        if let Some(keywords) = self.respelled_union(conjuncts).filter(|_| read.is_empty()) {
            self.branches(&conjuncts.pair(pair, &UNIONS), keywords, of_branches);
        } else {
            for keyword in UNIONS.into_iter().filter(|keyword| !read.contains(keyword)) {
                let pair = &conjuncts.pair(pair, &[keyword]);
                let kinds = (ChangeKind::UnionAdded, ChangeKind::UnionRemoved);
                if self.presence(pair, keyword, kinds, &[keyword]).is_some() {
                    self.branches(pair, (keyword, keyword), of_branches);
                }
            }
        }
    }

    /// Compares conjunctions that are not read as one schema.
    pub(super) fn all_of(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>) {
        let has_all_of = |place: &SubschemaRef<'v>| place.value.keyword(Keyword::AllOf).is_some();
        if !conjuncts.is_spread() && (has_all_of(&pair.old) || has_all_of(&pair.new)) {
            let kinds = (ChangeKind::AllOfBranchAdded, ChangeKind::AllOfBranchRemoved);
            self.branches(pair, (Keyword::AllOf, Keyword::AllOf), kinds);
        }
    }

    /// The keywords of a union that one side writes as `anyOf` and the other as `oneOf`, where a tag makes that the same.
    fn respelled_union(&self, conjuncts: &Conjuncts<'v>) -> Option<(Keyword, Keyword)> {
        let only_union = |tree: &Tree<'v>, places: &[SubschemaRef<'v>]| {
            let mut unions = unions_of(places);
            let (place, keyword) = unions.next().filter(|_| unions.next().is_none())?;
            is_tagged(tree, place, keyword).then_some(keyword)
        };
        let keywords = (
            only_union(&self.old, &conjuncts.old)?,
            only_union(&self.new, &conjuncts.new)?,
        );
        (keywords.0 != keywords.1).then_some(keywords)
    }

    fn branches(&mut self, pair: &Pair<'v>, keywords: (Keyword, Keyword), (added, removed): (ChangeKind, ChangeKind)) {
        let (old, new) = (pair.old.list(keywords.0), pair.new.list(keywords.1));
        let aligned = align_branches((&self.old, &old), (&self.new, &new));
        for (one, other) in aligned.pairs {
            self.compare_below(pair, TrailStep::Beside, old[one].clone(), new[other].clone());
        }
        for index in aligned.removed {
            let what = format!(
                "`{}` lost the branch {}",
                keywords.1,
                branch_name(&self.old, &old[index])
            );
            self.branch(pair, (removed, what), keywords, (Some(&old[index]), None));
        }
        for index in aligned.added {
            let what = format!(
                "`{}` has a new branch {}",
                keywords.1,
                branch_name(&self.new, &new[index])
            );
            self.branch(pair, (added, what), keywords, (None, Some(&new[index])));
        }
    }

    fn branch(
        &mut self,
        pair: &Pair<'v>,
        what: (ChangeKind, String),
        keywords: (Keyword, Keyword),
        branch: (Option<&SubschemaRef<'v>>, Option<&SubschemaRef<'v>>),
    ) {
        let part = |place: &SubschemaRef<'v>, keyword: Keyword, own: Option<&SubschemaRef<'v>>| {
            // A conjunct can be left out by itself; one branch less of a union makes it narrower, so the union goes.
            let relax = match own {
                Some(own) if keyword == Keyword::AllOf => vec![Edit::Set(own.pointer.clone(), Value::accept_all())],
                _ if keyword == Keyword::AllOf => vec![],
                _ => vec![Edit::Remove(place.pointer.join(keyword))],
            };
            let fragment = Fragment {
                keywords: find_keywords(place, &[keyword]).cloned().collect(),
                scope: place.scope.clone(),
                relax,
            };
            let at = own.map_or_else(|| locate_keyword(place, &[keyword]), place_of_branch);
            (at, fragment)
        };
        let parts = (
            part(&pair.old, keywords.0, branch.0),
            part(&pair.new, keywords.1, branch.1),
        );
        self.push(pair, what, None, parts);
    }

    pub(super) fn unevaluated(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>, keyword: Keyword) {
        let pair = conjuncts.pair(pair, &[Keyword::UnevaluatedProperties, Keyword::UnevaluatedItems]);
        let kinds = (ChangeKind::UnevaluatedRestricted, ChangeKind::UnevaluatedOpened);
        // What is evaluated depends on the whole schema, so that is what is compared.
        self.rest(&pair, (keyword, keyword), kinds, &whole(keyword));
    }

    /// References that stand beside keywords. What conjuncts refer to is one of them.
    pub(super) fn references(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>) {
        if conjuncts.is_spread() {
            return;
        }
        match (self.old.target(&pair.old), self.new.target(&pair.new)) {
            (Some(old), Some(new)) => self.compare_below(pair, TrailStep::Beside, old, new),
            (None, None) => {}
            (old, _) => {
                let verb = if old.is_some() { "was removed" } else { "was added" };
                let what = format!("`$ref` {verb}");
                self.add(pair, ChangeKind::ReferenceChanged, what, &[Keyword::Ref]);
            }
        }
    }

    pub(super) fn dynamic_references(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>, keyword: Keyword) {
        if !conjuncts.is_spread() && pair.old.keyword(keyword) != pair.new.keyword(keyword) {
            let what = format!("`{keyword}` changed");
            self.add(pair, ChangeKind::ReferenceChanged, what, &[keyword]);
        }
    }
}

/// The keywords that decide what is evaluated, with the one that speaks of the rest.
fn whole(keyword: Keyword) -> Vec<Keyword> {
    let mut group = vec![
        keyword,
        Keyword::AllOf,
        Keyword::AnyOf,
        Keyword::OneOf,
        Keyword::If,
        Keyword::Then,
        Keyword::Else,
        Keyword::DependentSchemas,
    ];
    if keyword == Keyword::UnevaluatedProperties {
        group.extend([
            Keyword::Properties,
            Keyword::PatternProperties,
            Keyword::AdditionalProperties,
        ]);
    } else {
        group.extend([
            Keyword::PrefixItems,
            Keyword::Items,
            Keyword::AdditionalItems,
            Keyword::Contains,
        ]);
    }
    group
}

/// Whether a property that each branch requires and fixes to a value of its own tells the branches apart.
fn is_tagged(tree: &Tree<'_>, place: &SubschemaRef<'_>, keyword: Keyword) -> bool {
    let is_object =
        |place: &SubschemaRef<'_>| place.value.keyword(Keyword::Type).and_then(Value::as_str) == Some("object");
    let branches: Vec<_> = place.list(keyword).iter().map(|branch| tree.followed(branch)).collect();
    let conjuncts: Vec<_> = branches.iter().map(|branch| conjuncts_of(tree, branch)).collect();
    // A value that is no object would be one of every branch.
    if !is_object(place) && !conjuncts.iter().all(|places| places.iter().any(is_object)) {
        return false;
    }
    let tags_of: Vec<_> = branches.iter().map(|branch| fixed_properties(tree, branch)).collect();
    let requires = |index: usize, name: &str| {
        conjuncts[index]
            .iter()
            .any(|place| place.required().any(|known| known == name))
    };
    let Some((first, others)) = tags_of.split_first() else {
        return false;
    };
    first.iter().any(|(name, value)| {
        let mut values = vec![*value];
        let of_others = others.iter().all(|tags| {
            let own = tags.iter().find(|(other, _)| other == name).map(|(_, value)| *value);
            let is_new = own.is_some_and(|own| !values.contains(&own));
            values.extend(own);
            is_new
        });
        of_others && (0..branches.len()).all(|index| requires(index, name))
    })
}

/// Where a branch says which one it is: at its tag, if it has one.
fn place_of_branch(branch: &SubschemaRef<'_>) -> Pointer {
    let tag = branch.entries(Keyword::Properties).find_map(|property| {
        let declared = branch.member(Keyword::Properties, &property.key)?;
        fixed_value(declared.value).map(|_| locate_keyword(&declared, &[Keyword::Const, Keyword::Enum]))
    });
    tag.unwrap_or_else(|| branch.pointer.clone())
}

/// What a branch is called in a sentence: its tag, its title, the definition it refers to, or its beginning.
fn branch_name<'v>(tree: &Tree<'v>, branch: &SubschemaRef<'v>) -> String {
    let followed = tree.followed(branch);
    if let Some((name, value)) = fixed_properties(tree, branch).first() {
        return format!("with `{name}` {}", super::shown(value));
    }
    let title = followed.value.keyword(Keyword::Title).and_then(Value::as_str);
    let named = title.or_else(|| {
        let reference = branch.value.keyword(Keyword::Ref).and_then(Value::as_str)?;
        reference.rsplit(['/', '#']).next()
    });
    named.map_or_else(|| super::shown(branch.value), |name| format!("`{name}`"))
}
