//! What only looks like a change. In: the changes between two documents. Out: those that are left once pairs of schemas that are proved
//! to say the same are taken out; and, of a change that breaks nobody, whether any event shows it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;

use schemactl_model::{Keyword, Pointer};

use super::Work;
use super::part::{PartView, Role};
use crate::change::{ChangeKind, Effect};
use crate::diff::{Fragment, LocatedChange, SchemaSpot, Trail, TrailStep};
use crate::engine::KeptSchema;
use crate::prepared::VersionViews;

/// Pairs of schemas that are asked whether they say the same. Whoever rewrote more of them at once reads the changes one by one.
const MOST_PAIRS: usize = 32;

/// Keywords under which the schemas of one value meet: what stands in one of them may be overruled by another.
const MEETING: [Keyword; 14] = [
    Keyword::AllOf,
    Keyword::AnyOf,
    Keyword::OneOf,
    Keyword::Not,
    Keyword::If,
    Keyword::DependentSchemas,
    Keyword::Dependencies,
    Keyword::PatternProperties,
    Keyword::AdditionalProperties,
    Keyword::UnevaluatedProperties,
    Keyword::UnevaluatedItems,
    Keyword::Contains,
    Keyword::DynamicRef,
    Keyword::RecursiveRef,
];

/// What may have happened to the events of a schema, without any policy.
#[derive(Clone, Copy)]
pub(super) struct WholeMoves {
    /// Some went.
    narrows: bool,
    /// Some came.
    widens: bool,
}

type ViewsPair<'d> = (&'d VersionViews<'d>, &'d VersionViews<'d>);

impl<'s> Work<'_, 's> {
    /// The changes, without those below a pair of schemas that is proved to say the same in both documents.
    pub(super) fn without_refactorings(
        &mut self,
        versions: ViewsPair<'_>,
        found: Vec<LocatedChange>,
    ) -> Vec<LocatedChange> {
        let mut pairs: BTreeMap<(Pointer, Pointer), (usize, Rc<Trail>)> = BTreeMap::new();
        for one in &found {
            let key = (one.trail.old.pointer.clone(), one.trail.new.pointer.clone());
            pairs.entry(key).or_insert_with(|| (0, Rc::clone(&one.trail))).0 += weight(one.change.kind);
        }
        let asked = pairs.into_iter().filter(|(_, (weight, _))| *weight > 1);
        let mut asked: Vec<_> = asked.collect();
        asked.sort_by_key(|(_, (weight, _))| Reverse(*weight));
        let asked: Vec<_> = asked
            .into_iter()
            .take(MOST_PAIRS)
            .map(|(key, (_, trail))| (key, trail))
            .collect();
        let same: Vec<(Pointer, Pointer)> = asked
            .into_iter()
            .filter(|(_, trail)| self.say_the_same(versions, trail))
            .map(|(key, _)| key)
            .collect();
        let is_inside = |one: &LocatedChange| {
            let mut around = one.trail.pairs().into_iter();
            around.any(|(_, pair)| same.contains(&(pair.old.pointer.clone(), pair.new.pointer.clone())))
        };
        let mut left = found;
        left.retain(|one| is_told_always(one.change.kind) || !is_inside(one));
        left
    }

    /// Whether a pair of schemas has the same instances, and the same writers and readers under the policy.
    fn say_the_same(&mut self, (old, new): ViewsPair<'_>, trail: &Trail) -> bool {
        let (old, new) = (Role::old(old), Role::new(new));
        let mut both = |view: PartView, other: PartView| {
            let sides = (self.part(old, &trail.old, view), self.part(new, &trail.new, view));
            let others = (self.part(old, &trail.old, other), self.part(new, &trail.new, other));
            let ((Some(old), Some(new)), (Some(old_other), Some(new_other))) = (sides, others) else {
                return false;
            };
            self.contains(old, new_other) && self.contains(new, old_other)
        };
        let (writer, reader) = (PartView::AnyWriter, PartView::Reader);
        both(PartView::Written, PartView::Written) && both(writer, writer) && both(writer, reader)
    }

    fn contains(&mut self, sub: KeptSchema<'s>, sup: KeptSchema<'s>) -> bool {
        self.question.questions.between(sub, sup).is_compatible()
    }

    /// What a change that breaks nobody does to the events of the schema as a whole; `None` if no event shows what it does at its
    /// place, because the schema around it decides.
    pub(super) fn shown_effect(
        &mut self,
        (old, new): ViewsPair<'_>,
        found: &LocatedChange,
        effect: Effect,
    ) -> Option<Effect> {
        let kind = found.change.kind;
        let (old, new) = (Role::old(old), Role::new(new));
        let is_about_places = !is_told_always(kind) && !is_declaration(kind);
        let may = self.moves_of_the_whole(old, new);
        let mut came = may.widens && matches!(effect, Effect::Widens | Effect::Replaces);
        let mut went = may.narrows && matches!(effect, Effect::Narrows | Effect::Replaces);
        if is_about_places {
            came = came && self.is_shown(new, found, (old, &found.old));
            went = went && self.is_shown(old, found, (new, &found.new));
        }
        match (effect, came, went) {
            (Effect::Neutral | Effect::Undecided, ..) => Some(effect),
            (_, true, true) => Some(Effect::Replaces),
            (_, true, false) => Some(Effect::Widens),
            (_, false, true) => Some(Effect::Narrows),
            // What is declared matters to people and to generated code, whatever validators say.
            (_, false, false) => (!is_about_places).then_some(Effect::Neutral),
        }
    }

    /// Whether events came or went at all; what is not proved may be.
    fn moves_of_the_whole(&mut self, old: Role<'_>, new: Role<'_>) -> WholeMoves {
        if let Some(known) = self.moves {
            return known;
        }
        let spots = [old, new].map(|role| SchemaSpot::root(role.schema.dialect));
        let sides = (
            self.part(old, &spots[0], PartView::Written),
            self.part(new, &spots[1], PartView::Written),
        );
        let moves = match sides {
            (Some(old), Some(new)) => WholeMoves {
                narrows: !self.contains(old, new),
                widens: !self.contains(new, old),
            },
            _ => WholeMoves {
                narrows: true,
                widens: true,
            },
        };
        self.moves = Some(moves);
        moves
    }

    /// Whether an event of one document has a value at the change's place that the other document's keyword refuses. What is not
    /// known counts as shown.
    fn is_shown(&mut self, of: Role<'_>, found: &LocatedChange, (other, keyword): (Role<'_>, &Fragment)) -> bool {
        let pairs = found.trail.pairs();
        let from = pairs
            .iter()
            .position(|(step, pair)| meets_others(of, pair) || matches!(step, Some(TrailStep::Beside)))
            .map_or(pairs.len() - 1, |at| {
                at.saturating_sub(usize::from(matches!(pairs[at].0, Some(TrailStep::Beside))))
            });
        let is_whole = from == 0 && pairs.len() > 1;
        if is_whole && !self.may_ask_about_the_whole() {
            return true;
        }
        let Some(around) = self.part(of, of.spot(pairs[from].1), PartView::Written) else {
            return true;
        };
        let Some(keyword) = self.fragment_below(other, keyword, &pairs[from + 1..]) else {
            return true;
        };
        !self.contains(around, keyword)
    }
}

/// Whether a schema is not the only one that is asked about the values below it.
fn meets_others(role: Role<'_>, pair: &Trail) -> bool {
    let Some(schema) = role.spot(pair).pointer.resolve(role.schema.root) else {
        return true;
    };
    let has_neighbours = schema.as_object().is_some_and(|members| members.len() > 1);
    MEETING.iter().any(|keyword| schema.keyword(*keyword).is_some())
        || (schema.keyword(Keyword::Ref).is_some() && has_neighbours && !role.schema.dialect.ref_hides_siblings())
}

/// What nobody can prove away: it is there for people, for generated code, or for policies.
fn is_told_always(kind: ChangeKind) -> bool {
    use ChangeKind::{ExtensibleEnumAdded, ExtensibleEnumRemoved, PropertyAdded, PropertyRemoved, PropertyRenamed};
    let declares = [
        ExtensibleEnumAdded,
        ExtensibleEnumRemoved,
        PropertyAdded,
        PropertyRemoved,
        PropertyRenamed,
    ];
    kind.is_advisory() || declares.contains(&kind)
}

/// What says that something is declared, whatever is allowed there.
fn is_declaration(kind: ChangeKind) -> bool {
    matches!(
        kind,
        ChangeKind::PatternPropertyAdded | ChangeKind::PatternPropertyRemoved
    )
}

/// How much a change asks for a second look: what combines schemas is worth one by itself, other changes two together.
fn weight(kind: ChangeKind) -> usize {
    use ChangeKind::{
        AdditionalPropertiesOpened, AdditionalPropertiesRestricted, AllOfBranchAdded, AllOfBranchRemoved,
        ConditionAdded, ConditionChanged, ConditionRemoved, ConstChanged, EnumAdded, EnumRemoved, NotAdded, NotChanged,
        NotRemoved, PatternChanged, ReferenceChanged, TypeChanged, UnevaluatedOpened, UnevaluatedRestricted,
        UnionAdded, UnionBranchAdded, UnionBranchRemoved, UnionRemoved,
    };
    match kind {
        AdditionalPropertiesOpened
        | AdditionalPropertiesRestricted
        | AllOfBranchAdded
        | AllOfBranchRemoved
        | ConditionAdded
        | ConditionChanged
        | ConditionRemoved
        | ConstChanged
        | EnumAdded
        | EnumRemoved
        | NotAdded
        | NotChanged
        | NotRemoved
        | PatternChanged
        | ReferenceChanged
        | TypeChanged
        | UnevaluatedOpened
        | UnevaluatedRestricted
        | UnionAdded
        | UnionBranchAdded
        | UnionBranchRemoved
        | UnionRemoved => 2,
        _ if is_told_always(kind) => 0,
        _ => 1,
    }
}
