//! Numbers: bounds, steps, excluded steps and values. Exact; complete but for bounded ranges of very many multiples.

use std::cell::Cell;

use num_bigint::BigInt;

use super::clauses::Situation;
use super::{Solver, SolverAnswer};
use crate::datum::Datum;
use crate::node::Form;
use crate::number::{Rational, common_period};

/// Multiples that are tried besides those that are excluded one by one.
// INVARIANT: where the range holds more multiples than were tried, the answer is `Unknown`. The others may hold the number that fits.
const MOST_TRIES: u64 = 20_000;
/// Tries that one step pays for.
const TRIES: usize = 8;

/// Bits of a number that are kept when it is rounded so that a double holds it: all 53 of them first, fewer where those are excluded.
const KEPT_BITS: [u64; 4] = [53, 52, 32, 2];

/// The literals of a number, gathered.
#[derive(Default)]
struct NumberLiterals<'a> {
    least: Option<(&'a Rational, bool)>,
    most: Option<(&'a Rational, bool)>,
    step: Option<Rational>,
    forbidden_steps: Vec<&'a Rational>,
    /// Values that are excluded one by one.
    excluded: Vec<&'a Form>,
    opaque: bool,
    /// The numbers that were looked at.
    tries: Cell<usize>,
}

impl Solver<'_> {
    pub(super) fn number(&mut self, situation: &Situation) -> SolverAnswer {
        let mut numbers = NumberLiterals::default();
        for node in situation.literals() {
            numbers.add(self.shared.arena.form(*node));
        }
        let (answer, opaque, tries) = (numbers.answer(), numbers.opaque, numbers.tries.get());
        // What was found is a proof or an instance even where it took the last of the budget.
        self.charge(tries / TRIES);
        match answer {
            SolverAnswer::Witness(_) if opaque => self.opaque(situation.everything()),
            other => other,
        }
    }
}

impl<'a> NumberLiterals<'a> {
    fn add(&mut self, form: &'a Form) {
        match form {
            Form::AtLeast(bound, strict) if self.least.is_none_or(|least| (bound.as_ref(), *strict) > least) => {
                self.least = Some((bound, *strict));
            }
            Form::AtMost(bound, strict) => {
                let tighter = |(most, most_strict): (&Rational, bool)| {
                    bound.as_ref() < most || (bound.as_ref() == most && *strict && !most_strict)
                };
                if self.most.is_none_or(tighter) {
                    self.most = Some((bound, *strict));
                }
            }
            Form::Multiple(step) => {
                self.step = Some(match self.step.take() {
                    Some(known) => known.common_multiple(step),
                    None => step.as_ref().clone(),
                });
            }
            Form::NotMultiple(step) => self.forbidden_steps.push(step),
            Form::NotConst(_) | Form::NotIn(_) => self.excluded.push(form),
            Form::Opaque(..) => self.opaque = true,
            _ => {}
        }
    }

    fn allows(&self, number: &Rational) -> bool {
        self.tries.set(self.tries.get() + 1);
        self.in_range(number)
            && self.step.as_ref().is_none_or(|step| number.is_multiple_of(step))
            && !self.forbidden_steps.iter().any(|step| number.is_multiple_of(step))
            && !self.is_excluded(number)
    }

    fn is_excluded(&self, number: &Rational) -> bool {
        if self.excluded.is_empty() {
            return false;
        }
        let value = Datum::Number(number.clone());
        self.excluded.iter().any(|form| match form {
            Form::NotConst(own) => **own == value,
            Form::NotIn(set) => set.contains(&value),
            _ => false,
        })
    }

    /// How many values are excluded one by one, at most.
    fn count_excluded(&self) -> u64 {
        let counts = self.excluded.iter().map(|form| match form {
            Form::NotIn(set) => set.len() as u64,
            _ => 1,
        });
        counts.sum()
    }

    fn in_range(&self, number: &Rational) -> bool {
        self.least
            .is_none_or(|(bound, strict)| number > bound || (!strict && number == bound))
            && self
                .most
                .is_none_or(|(bound, strict)| number < bound || (!strict && number == bound))
    }

    fn answer(&self) -> SolverAnswer {
        match &self.step {
            Some(step) => self.multiple(step),
            None => self.any(),
        }
    }

    /// Between two bounds there are more numbers than can be excluded, unless the bounds are one number.
    fn any(&self) -> SolverAnswer {
        let zero = Rational::from(0);
        if let (Some((least, _)), Some((most, _))) = (self.least, self.most)
            && least >= most
        {
            return if self.allows(least) {
                SolverAnswer::witness(Datum::Number(least.clone()))
            } else {
                SolverAnswer::Empty
            };
        }
        let start = self.least.or(self.most).map_or(&zero, |(bound, _)| bound);
        if let Some(found) = self.exact_in_double(start) {
            return SolverAnswer::witness(Datum::Number(found));
        }
        let mut candidates = vec![zero.clone(), start.clone(), start.floor()];
        for distance in 1..=self.tries() {
            for offset in [distance, -distance] {
                candidates.push(start.floor().plus(&Rational::from(offset)));
                candidates.push(Rational::from(offset));
            }
        }
        if let Some(found) = candidates.iter().find(|number| self.allows(number)) {
            return SolverAnswer::witness(Datum::Number(found.clone()));
        }
        self.between(start)
    }

    /// A number close to `start` that a double holds. Validators read numbers as doubles; an instance that they round shows nothing.
    fn exact_in_double(&self, start: &Rational) -> Option<Rational> {
        let origins = [Rational::from(0), start.floor(), start.clone()];
        let whole = origins
            .iter()
            .flat_map(|origin| [0, 1, -1].map(|step| origin.plus(&Rational::from(step))));
        let parts = origins.iter().flat_map(|origin| {
            let half = |number: i64| Rational::from(number).half();
            [half(1), half(-1), half(1).half(), half(-1).half()].map(|part| origin.plus(&part))
        });
        let away = rounded(start);
        whole
            .chain(parts)
            .chain(away)
            .find(|number| self.allows(number) && number.is_exact_in_double())
    }

    /// Each excluded value and step can spoil some of the candidates.
    fn tries(&self) -> i64 {
        i64::try_from(2 + self.count_excluded() + 2 * self.forbidden_steps.len() as u64)
            .unwrap_or(64)
            .min(500)
    }

    /// Points that halve the way from one bound towards the other: all different, and none a multiple for ever.
    fn between(&self, start: &Rational) -> SolverAnswer {
        let other = self
            .most
            .map_or_else(|| start.plus(&Rational::from(1)), |(bound, _)| bound.clone());
        let other = if self.least.is_none() {
            start.plus(&Rational::from(-1))
        } else {
            other
        };
        let mut point = start.plus(&other).half();
        for _ in 0..200 {
            // A third of the way as well: halves of a decimal are decimals.
            for candidate in [&point, &point.plus(&point.plus(start).half()).half()] {
                if self.allows(candidate) {
                    return SolverAnswer::witness(Datum::Number((*candidate).clone()));
                }
            }
            point = point.plus(start).half();
        }
        SolverAnswer::unknown("a number between bounds that excluded multiples fill")
    }

    /// The multiples of a step, from the one closest to zero or to a bound on.
    fn multiple(&self, step: &Rational) -> SolverAnswer {
        // Every multiple of the step would be one of the forbidden step.
        if self
            .forbidden_steps
            .iter()
            .any(|forbidden| step.is_multiple_of(forbidden))
        {
            return SolverAnswer::Empty;
        }
        let first = self.least.map(|(bound, _)| bound.steps(step, true));
        let last = self.most.map(|(bound, _)| bound.steps(step, false));
        if let (Some(first), Some(last)) = (&first, &last)
            && first > last
        {
            return SolverAnswer::Empty;
        }
        let zero = BigInt::from(0);
        let start = match (&first, &last) {
            (Some(first), _) if *first > zero => first.clone(),
            (_, Some(last)) if *last < zero => last.clone(),
            _ => zero,
        };
        let limit = self.limit(step);
        for distance in 0..=limit {
            for index in [&start + distance, &start - distance] {
                let number = step.times(&index);
                if self.allows(&number) {
                    let exact = self
                        .exact_multiple(step, &index)
                        .filter(|_| !number.is_exact_in_double());
                    return SolverAnswer::witness(Datum::Number(exact.unwrap_or(number)));
                }
            }
            let beyond = |bound: &Option<BigInt>, at: BigInt, below: bool| {
                bound
                    .as_ref()
                    .is_some_and(|bound| if below { at < *bound } else { at > *bound })
            };
            if beyond(&last, &start + distance, false) && beyond(&first, &start - distance, true) {
                return SolverAnswer::Empty;
            }
        }
        SolverAnswer::unknown("a range of very many multiples")
    }

    /// A multiple further away that a double holds.
    fn exact_multiple(&self, step: &Rational, start: &BigInt) -> Option<Rational> {
        rounded(&Rational::from_whole(start))
            .map(|index| step.times(&index.whole()))
            .find(|number| self.allows(number) && number.is_exact_in_double())
    }

    /// The excluded multiples repeat with a period; within one, and past the excluded values, there is a number or none at all.
    fn limit(&self, step: &Rational) -> u64 {
        let factors: Vec<BigInt> = self
            .forbidden_steps
            .iter()
            .map(|forbidden| forbidden.denominator_over(step))
            .collect();
        let period = common_period(&factors).unwrap_or(MOST_TRIES);
        // INVARIANT: of one multiple more than are excluded, one is not. So many are tried, whatever the range.
        let excluded = self.count_excluded();
        let enough = period.saturating_mul(excluded + 1).saturating_add(2);
        enough.min(MOST_TRIES.saturating_add(excluded))
    }
}

/// Numbers around another one, with few bits.
fn rounded(number: &Rational) -> impl Iterator<Item = Rational> {
    let (number, bits) = (number.clone(), number.whole().bits());
    let powers = KEPT_BITS.map(|kept| u32::try_from(bits.saturating_sub(kept)).unwrap_or(0));
    powers
        .into_iter()
        .flat_map(move |power| number.rounded_to_power_of_two(power))
}
