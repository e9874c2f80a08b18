//! Bounds of numbers and counts: which way did they move?

use std::cmp::Ordering;

use schemactl_containment::Rational;
use schemactl_model::{Dialect, Keyword, Kind, SubschemaRef, Value};

use super::comparisons::BoundComparison;
use super::conjuncts::Conjuncts;
use super::scalars::allows_whole_numbers_only;
use super::site::Pair;
use super::{DiffWalk, shown};
use crate::change::ChangeKind;

/// A bound that is counted: keyword, whether it is a lower one, and the kinds for raised and lowered.
type Counted = (Keyword, bool, ChangeKind, ChangeKind);

const MIN_LENGTH: Counted = (
    Keyword::MinLength,
    true,
    ChangeKind::MinLengthRaised,
    ChangeKind::MinLengthLowered,
);
const MAX_LENGTH: Counted = (
    Keyword::MaxLength,
    false,
    ChangeKind::MaxLengthRaised,
    ChangeKind::MaxLengthLowered,
);
const MIN_ITEMS: Counted = (
    Keyword::MinItems,
    true,
    ChangeKind::MinItemsRaised,
    ChangeKind::MinItemsLowered,
);
const MAX_ITEMS: Counted = (
    Keyword::MaxItems,
    false,
    ChangeKind::MaxItemsRaised,
    ChangeKind::MaxItemsLowered,
);
const MIN_PROPERTIES: Counted = (
    Keyword::MinProperties,
    true,
    ChangeKind::MinPropertiesRaised,
    ChangeKind::MinPropertiesLowered,
);
const MAX_PROPERTIES: Counted = (
    Keyword::MaxProperties,
    false,
    ChangeKind::MaxPropertiesRaised,
    ChangeKind::MaxPropertiesLowered,
);
const MIN_CONTAINS: Counted = (
    Keyword::MinContains,
    true,
    ChangeKind::MinContainsRaised,
    ChangeKind::MinContainsLowered,
);
const MAX_CONTAINS: Counted = (
    Keyword::MaxContains,
    false,
    ChangeKind::MaxContainsRaised,
    ChangeKind::MaxContainsLowered,
);

/// A bound of numbers, and whether it is excluded itself.
#[derive(PartialEq)]
struct NumberBound<'v> {
    number: Rational,
    strict: bool,
    keyword: Keyword,
    written: &'v Value,
}

impl<'v> DiffWalk<'v> {
    pub(super) fn bound(&mut self, pair: &Pair<'v>, conjuncts: &Conjuncts<'v>, bound: BoundComparison) {
        let counted = match bound {
            BoundComparison::MinLength => MIN_LENGTH,
            BoundComparison::MaxLength => MAX_LENGTH,
            BoundComparison::MinItems => MIN_ITEMS,
            BoundComparison::MaxItems => MAX_ITEMS,
            BoundComparison::MinProperties => MIN_PROPERTIES,
            BoundComparison::MaxProperties => MAX_PROPERTIES,
            BoundComparison::MinContains => MIN_CONTAINS,
            BoundComparison::MaxContains => MAX_CONTAINS,
            BoundComparison::Minimum => {
                let pair = conjuncts.pair(pair, &[Keyword::Minimum, Keyword::ExclusiveMinimum]);
                return self.number_bound(&pair, true);
            }
            BoundComparison::Maximum => {
                let pair = conjuncts.pair(pair, &[Keyword::Maximum, Keyword::ExclusiveMaximum]);
                return self.number_bound(&pair, false);
            }
            BoundComparison::MultipleOf => return self.steps(&conjuncts.pair(pair, &[Keyword::MultipleOf])),
        };
        self.count(&conjuncts.pair(pair, &[counted.0]), counted);
    }

    fn count(&mut self, pair: &Pair<'v>, (keyword, lower, raised, lowered): Counted) {
        let (old, new) = (pair.old.keyword(keyword), pair.new.keyword(keyword));
        let (old_bound, new_bound) = (old.and_then(number), new.and_then(number));
        if let Some(direction) = moved(old_bound.as_ref(), new_bound.as_ref(), lower, Ord::cmp) {
            let kind = if direction == Ordering::Greater {
                raised
            } else {
                lowered
            };
            self.add_among(pair, kind, sentence(keyword, old, new), &[keyword], &group(keyword));
        }
    }

    fn number_bound(&mut self, pair: &Pair<'v>, lower: bool) {
        let (old, new) = (bound(&pair.old, lower), bound(&pair.new, lower));
        let direction = moved(old.as_ref(), new.as_ref(), lower, |old, new| {
            // An excluded lower bound is higher than the same bound included, an excluded upper one lower.
            let tie = if lower {
                old.strict.cmp(&new.strict)
            } else {
                new.strict.cmp(&old.strict)
            };
            old.number.cmp(&new.number).then(tie)
        });
        let Some(direction) = direction else { return };
        let (kinds, group) = if lower {
            (
                [ChangeKind::MinimumRaised, ChangeKind::MinimumLowered],
                [Keyword::Minimum, Keyword::ExclusiveMinimum],
            )
        } else {
            (
                [ChangeKind::MaximumRaised, ChangeKind::MaximumLowered],
                [Keyword::Maximum, Keyword::ExclusiveMaximum],
            )
        };
        let kind = kinds[usize::from(direction == Ordering::Less)];
        self.add(pair, kind, bound_sentence(old.as_ref(), new.as_ref()), &group);
    }

    fn steps(&mut self, pair: &Pair<'v>) {
        let kinds = (ChangeKind::MultipleOfAdded, ChangeKind::MultipleOfRemoved);
        if let Some((old, new)) = self.presence(pair, Keyword::MultipleOf, kinds, &[Keyword::MultipleOf])
            && old != new
        {
            let what = sentence(Keyword::MultipleOf, Some(old), Some(new));
            self.add(pair, ChangeKind::MultipleOfChanged, what, &[Keyword::MultipleOf]);
        }
    }
}

/// Which way a bound moved. No lower bound is below every bound, no upper one above.
fn moved<T>(old: Option<&T>, new: Option<&T>, lower: bool, compare: impl Fn(&T, &T) -> Ordering) -> Option<Ordering> {
    let absent = if lower { Ordering::Less } else { Ordering::Greater };
    let order = match (old, new) {
        (None, None) => return None,
        (Some(old), Some(new)) => compare(new, old),
        (None, Some(_)) => absent.reverse(),
        (Some(_), None) => absent,
    };
    (order != Ordering::Equal).then_some(order)
}

/// The counts of `contains` say nothing without it.
fn group(keyword: Keyword) -> Vec<Keyword> {
    if matches!(keyword, Keyword::MinContains | Keyword::MaxContains) {
        vec![keyword, Keyword::Contains]
    } else {
        vec![keyword]
    }
}

fn number(value: &Value) -> Option<Rational> {
    match &value.kind {
        Kind::Number(number) => Rational::parse(number.as_str()),
        _ => None,
    }
}

/// The bound that counts: the tighter of the two that there may be, or draft-04's with its flag.
fn bound<'v>(place: &SubschemaRef<'v>, lower: bool) -> Option<NumberBound<'v>> {
    let (plain, exclusive) = if lower {
        (Keyword::Minimum, Keyword::ExclusiveMinimum)
    } else {
        (Keyword::Maximum, Keyword::ExclusiveMaximum)
    };
    let is_whole = allows_whole_numbers_only(place);
    let of = |keyword: Keyword, strict| {
        let written = place.value.keyword(keyword)?;
        let number = number(written)?;
        let (number, strict) = if is_whole {
            (last_whole(&number, strict, lower), false)
        } else {
            (number, strict)
        };
        Some(NumberBound {
            number,
            strict,
            keyword,
            written,
        })
    };
    if place.scope.dialect == Dialect::Draft4 {
        let strict = place
            .value
            .keyword(exclusive)
            .is_some_and(|flag| flag.kind == Kind::Bool(true));
        return of(plain, strict);
    }
    match (of(plain, false), of(exclusive, true)) {
        (Some(plain), Some(exclusive)) => {
            let exclusive_is_tighter = if lower {
                exclusive.number >= plain.number
            } else {
                exclusive.number <= plain.number
            };
            Some(if exclusive_is_tighter { exclusive } else { plain })
        }
        (plain, exclusive) => plain.or(exclusive),
    }
}

/// The last whole number within a bound.
fn last_whole(number: &Rational, strict: bool, lower: bool) -> Rational {
    let floor = number.floor();
    let is_whole = floor == *number;
    let step = match (lower, is_whole) {
        (true, true) if !strict => "0",
        (true, _) => "1",
        (false, true) if strict => "-1",
        (false, _) => "0",
    };
    Rational::parse(step).map_or_else(|| floor.clone(), |step| floor.plus(&step))
}

fn bound_sentence(old: Option<&NumberBound<'_>>, new: Option<&NumberBound<'_>>) -> String {
    match (old, new) {
        (Some(old), Some(new)) if old.keyword != new.keyword => format!(
            "`{}` {} was replaced by `{}` {}",
            old.keyword,
            shown(old.written),
            new.keyword,
            shown(new.written)
        ),
        _ => {
            let keyword = old.or(new).map_or(Keyword::Minimum, |bound| bound.keyword);
            sentence(keyword, old.map(|bound| bound.written), new.map(|bound| bound.written))
        }
    }
}

fn sentence(keyword: Keyword, old: Option<&Value>, new: Option<&Value>) -> String {
    match (old, new) {
        (Some(old), Some(new)) if old == new => format!("`{keyword}` {} is included or excluded now", shown(new)),
        (Some(old), Some(new)) => format!("`{keyword}` changed from {} to {}", shown(old), shown(new)),
        (None, Some(new)) => format!("`{keyword}` {} was added", shown(new)),
        (Some(old), None) => format!("`{keyword}` {} was removed", shown(old)),
        (None, None) => format!("`{keyword}` changed"),
    }
}
