//! Numbers: bounds, steps, excluded steps and values. Exact; complete but for bounded ranges of very many multiples.

use num_bigint::BigInt;

use super::clauses::Situation;
use super::{Answer, Solver};
use crate::containment::datum::Datum;
use crate::containment::node::Form;
use crate::containment::number::{Rational, period};

/// Multiples that are tried.
const MOST_TRIES: u64 = 20_000;

/// The literals of a number, gathered.
#[derive(Default)]
struct Numbers<'a> {
    least: Option<(&'a Rational, bool)>,
    most: Option<(&'a Rational, bool)>,
    step: Option<Rational>,
    forbidden_steps: Vec<&'a Rational>,
    excluded: Vec<&'a Rational>,
    opaque: bool,
}

impl Solver<'_> {
    pub(super) fn number(&self, situation: &Situation) -> Answer {
        let mut numbers = Numbers::default();
        for node in situation.literals() {
            numbers.add(self.shared.arena.form(*node));
        }
        match numbers.answer() {
            Answer::Witness(_) if numbers.opaque => self.opaque(situation.everything()),
            other => other,
        }
    }
}

impl<'a> Numbers<'a> {
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
            Form::NotConst(value) => {
                if let Datum::Number(number) = value.as_ref() {
                    self.excluded.push(number);
                }
            }
            Form::Opaque(..) => self.opaque = true,
            _ => {}
        }
    }

    fn allows(&self, number: &Rational) -> bool {
        self.in_range(number)
            && self.step.as_ref().is_none_or(|step| number.is_multiple_of(step))
            && !self.forbidden_steps.iter().any(|step| number.is_multiple_of(step))
            && !self.excluded.contains(&number)
    }

    fn in_range(&self, number: &Rational) -> bool {
        self.least
            .is_none_or(|(bound, strict)| number > bound || (!strict && number == bound))
            && self
                .most
                .is_none_or(|(bound, strict)| number < bound || (!strict && number == bound))
    }

    fn answer(&self) -> Answer {
        match &self.step {
            Some(step) => self.multiple(step),
            None => self.any(),
        }
    }

    /// Between two bounds there are more numbers than can be excluded, unless the bounds are one number.
    fn any(&self) -> Answer {
        let zero = Rational::from(0);
        if let (Some((least, _)), Some((most, _))) = (self.least, self.most)
            && least >= most
        {
            return if self.allows(least) {
                Answer::witness(Datum::Number(least.clone()))
            } else {
                Answer::Empty
            };
        }
        let start = self.least.or(self.most).map_or(&zero, |(bound, _)| bound);
        let mut candidates = vec![zero.clone(), start.clone(), start.floor()];
        for distance in 1..=self.tries() {
            for offset in [distance, -distance] {
                candidates.push(start.floor().plus(&Rational::from(offset)));
                candidates.push(Rational::from(offset));
            }
        }
        if let Some(found) = candidates.iter().find(|number| self.allows(number)) {
            return Answer::witness(Datum::Number(found.clone()));
        }
        self.between(start)
    }

    /// Each excluded value and step can spoil some of the candidates.
    fn tries(&self) -> i64 {
        i64::try_from(2 + self.excluded.len() + 2 * self.forbidden_steps.len())
            .unwrap_or(64)
            .min(500)
    }

    /// Points that halve the way from one bound towards the other: all different, and none a multiple for ever.
    fn between(&self, start: &Rational) -> Answer {
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
                    return Answer::witness(Datum::Number((*candidate).clone()));
                }
            }
            point = point.plus(start).half();
        }
        Answer::unknown("a number between bounds that excluded multiples fill")
    }

    /// The multiples of a step, from the one closest to zero or to a bound on.
    fn multiple(&self, step: &Rational) -> Answer {
        // Every multiple of the step would be one of the forbidden step.
        if self
            .forbidden_steps
            .iter()
            .any(|forbidden| step.is_multiple_of(forbidden))
        {
            return Answer::Empty;
        }
        let first = self.least.map(|(bound, _)| bound.steps(step, true));
        let last = self.most.map(|(bound, _)| bound.steps(step, false));
        if let (Some(first), Some(last)) = (&first, &last)
            && first > last
        {
            return Answer::Empty;
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
                    return Answer::witness(Datum::Number(number));
                }
            }
            let beyond = |bound: &Option<BigInt>, at: BigInt, below: bool| {
                bound
                    .as_ref()
                    .is_some_and(|bound| if below { at < *bound } else { at > *bound })
            };
            if beyond(&last, &start + distance, false) && beyond(&first, &start - distance, true) {
                return Answer::Empty;
            }
        }
        Answer::unknown("a range of very many multiples")
    }

    /// The excluded multiples repeat with a period; within one, and past the excluded values, there is a number or none at all.
    fn limit(&self, step: &Rational) -> u64 {
        let factors: Vec<BigInt> = self
            .forbidden_steps
            .iter()
            .map(|forbidden| forbidden.denominator_over(step))
            .collect();
        let period = period(&factors).unwrap_or(MOST_TRIES);
        period
            .saturating_mul(self.excluded.len() as u64 + 1)
            .saturating_add(2)
            .min(MOST_TRIES)
    }
}
