//! Arrays: elements by position, some element somewhere, how many are in a set, and whether any two are equal.
//!
//! If there is an instance, there is one no longer than the prefix, the least length and one element for each thing that some
//! element has to be: any other element of the tail can be left out. So lengths are finite, and each is searched.

use std::rc::Rc;

use super::clauses::Situation;
use super::distinct::{Values, match_distinct};
use super::{MOST_VALUES, Solver, SolverAnswer, TOO_LARGE};
use crate::datum::Datum;
use crate::node::{Form, Node};

// INVARIANT: an array beyond one of these limits is `Unknown`. It was not looked for, so that there is none would be no proof; without the
// limits the search takes exponentially many placements, or as much memory as a `minItems` asks for.
/// Elements that are built where all of the tail are alike.
const LONGEST: u64 = 10_000;
/// Elements that are built where they are searched for.
const LONGEST_SEARCHED: u64 = 60;
/// Elements that are built where they must all differ.
const LONGEST_UNIQUE: u64 = 24;
/// Demands on some element that are placed by trying.
const MOST_DEMANDS: usize = 6;
/// Counts that are searched at once.
const MOST_COUNTS: usize = 4;

/// The literals of an array, gathered.
struct ArrayLiterals {
    at: Vec<(u64, Node)>,
    from: Vec<(u64, Node)>,
    some: Vec<(u64, Node)>,
    counts: Vec<(Node, u64, Option<u64>)>,
    least: u64,
    most: Option<u64>,
    unique: bool,
    repeated: bool,
    opaque: bool,
}

/// The elements beyond those that are looked at one by one: how many, and what is asked of each.
struct RestElements {
    count: u64,
    asked: Vec<Node>,
}

impl Solver<'_> {
    pub(super) fn array(&mut self, situation: &Situation) -> SolverAnswer {
        let elements = self.gather(situation);
        if elements.most.is_some_and(|most| most < elements.least) || (elements.unique && elements.repeated) {
            return SolverAnswer::Empty;
        }
        match self.lengths(&elements) {
            SolverAnswer::Witness(_) if elements.opaque => self.opaque(situation.everything()),
            other => other,
        }
    }

    fn gather(&self, situation: &Situation) -> ArrayLiterals {
        let mut elements = ArrayLiterals {
            at: Vec::new(),
            from: Vec::new(),
            some: Vec::new(),
            counts: Vec::new(),
            least: 0,
            most: None,
            unique: false,
            repeated: false,
            opaque: false,
        };
        for node in situation.literals() {
            match self.shared.arena.form(*node) {
                Form::At(index, node) => elements.at.push((*index, *node)),
                Form::From(index, node) => elements.from.push((*index, *node)),
                Form::SomeFrom(index, node) => elements.some.push((*index, *node)),
                Form::Count(node, least, most) => elements.counts.push((*node, *least, *most)),
                Form::MinItems(count) => elements.least = elements.least.max(*count),
                Form::MaxItems(count) => elements.most = Some(elements.most.map_or(*count, |most| most.min(*count))),
                Form::Unique => elements.unique = true,
                Form::Repeated => elements.repeated = true,
                Form::Opaque(..) => elements.opaque = true,
                _ => {}
            }
        }
        // What some element has to be asks for an element.
        let demanded = elements.some.iter().map(|(index, _)| index + 1).max().unwrap_or(0);
        let counted = elements.counts.iter().map(|(_, least, _)| *least).max().unwrap_or(0);
        elements.least = elements
            .least
            .max(demanded)
            .max(counted)
            .max(if elements.repeated { 2 } else { 0 });
        elements
    }

    fn lengths(&mut self, elements: &ArrayLiterals) -> SolverAnswer {
        if elements.is_plain() {
            return self.alike(elements);
        }
        let bound = elements.longest_needed();
        let longest = elements.most.map_or(bound, |most| most.min(bound));
        let cap = if elements.unique {
            LONGEST_UNIQUE
        } else {
            LONGEST_SEARCHED
        };
        if elements.some.len() > MOST_DEMANDS || elements.counts.len() > MOST_COUNTS {
            return SolverAnswer::unknown("many demands on the elements of one array");
        }
        let mut answer = SolverAnswer::Empty;
        for length in elements.least..=longest {
            if elements.searched(length) > cap || length > LONGEST {
                return SolverAnswer::unknown("a long array whose elements have to be searched");
            }
            match self.of_length(elements, length) {
                SolverAnswer::Empty => {}
                found @ SolverAnswer::Witness(_) => return found,
                unknown @ SolverAnswer::Unknown(_) => answer = unknown,
            }
            // INVARIANT: longer arrays were not looked at.
            if let Some(reason) = &self.spent {
                return SolverAnswer::Unknown(Rc::clone(reason));
            }
        }
        answer
    }

    /// Elements that have nothing to do with each other: the shortest array is as good as any.
    fn alike(&mut self, elements: &ArrayLiterals) -> SolverAnswer {
        let mut values: Vec<Datum> = Vec::new();
        let prefix = elements.prefix();
        let mut unknown = None;
        let mut tail: Option<Rc<Datum>> = None;
        for index in 0..elements.least {
            if index >= prefix && tail.is_some() {
                let size = tail.as_ref().map_or(0, |value| value.size(MOST_VALUES));
                if index >= LONGEST || size.saturating_mul(values.len()) > MOST_VALUES {
                    return SolverAnswer::unknown("a very large minItems");
                }
                values.extend(tail.as_deref().cloned());
                continue;
            }
            match self.solve(elements.asked_at(index)) {
                SolverAnswer::Empty => return SolverAnswer::Empty,
                SolverAnswer::Unknown(reason) => {
                    unknown = Some(reason);
                    if index >= prefix {
                        break;
                    }
                }
                SolverAnswer::Witness(value) => {
                    values.push(value.as_ref().clone());
                    if index >= prefix {
                        tail = Some(value);
                    }
                }
            }
        }
        match unknown {
            Some(reason) => SolverAnswer::Unknown(reason),
            None => SolverAnswer::witness(Datum::Array(values)),
        }
    }

    fn of_length(&mut self, elements: &ArrayLiterals, length: u64) -> SolverAnswer {
        let searched = elements.searched(length);
        let asked: Vec<Vec<Node>> = (0..searched).map(|index| elements.asked_at(index)).collect();
        for own in &asked {
            match self.solve(own.iter().copied()) {
                SolverAnswer::Empty => return SolverAnswer::Empty,
                SolverAnswer::Unknown(reason) => return SolverAnswer::Unknown(reason),
                SolverAnswer::Witness(_) => {}
            }
        }
        let rest = RestElements {
            count: length - searched,
            asked: elements.asked_at(searched),
        };
        self.demands(elements, &rest, &asked, &elements.some)
    }

    /// The array with so many more elements that are alike.
    fn and_more(&mut self, answer: SolverAnswer, asked: &[Node], count: u64) -> SolverAnswer {
        let SolverAnswer::Witness(found) = &answer else {
            return answer;
        };
        let (Datum::Array(values), true) = (found.as_ref(), count > 0) else {
            return answer;
        };
        match self.solve(asked.iter().copied()) {
            SolverAnswer::Witness(value) => {
                let missing = usize::try_from(count).unwrap_or(usize::MAX);
                if missing.saturating_mul(value.size(MOST_VALUES)) > MOST_VALUES {
                    return SolverAnswer::unknown(TOO_LARGE);
                }
                let mut values = values.clone();
                values.extend(std::iter::repeat_n(value.as_ref().clone(), missing));
                SolverAnswer::witness(Datum::Array(values))
            }
            other => other,
        }
    }

    /// Gives each demand an element. Elements past the prefix are alike until a demand is placed on one.
    fn demands(
        &mut self,
        elements: &ArrayLiterals,
        rest: &RestElements,
        asked: &[Vec<Node>],
        open: &[(u64, Node)],
    ) -> SolverAnswer {
        if let Some(reason) = self.charge(0) {
            return SolverAnswer::Unknown(reason);
        }
        let Some(((from, node), others)) = open.split_first() else {
            return self.counts(elements, rest, asked);
        };
        let mut answer = SolverAnswer::Empty;
        // Where every demand may be placed, elements that are asked the same are alike: one of them is enough to try.
        let free = elements
            .some
            .iter()
            .map(|(index, _)| *index)
            .max()
            .unwrap_or(0)
            .max(elements.prefix());
        let mut tried: Vec<&[Node]> = Vec::new();
        for index in usize::try_from(*from).unwrap_or(usize::MAX)..asked.len() {
            if index as u64 >= free {
                if tried.contains(&asked[index].as_slice()) {
                    continue;
                }
                tried.push(&asked[index]);
            }
            let mut next = asked.to_vec();
            next[index].push(*node);
            match self.solve(next[index].iter().copied()) {
                SolverAnswer::Empty => continue,
                SolverAnswer::Unknown(reason) => {
                    answer = SolverAnswer::Unknown(reason);
                    continue;
                }
                SolverAnswer::Witness(_) => {}
            }
            match self.demands(elements, rest, &next, others) {
                SolverAnswer::Empty => {}
                found @ SolverAnswer::Witness(_) => return found,
                unknown @ SolverAnswer::Unknown(_) => answer = unknown,
            }
        }
        answer
    }

    fn counts(&mut self, elements: &ArrayLiterals, rest: &RestElements, asked: &[Vec<Node>]) -> SolverAnswer {
        if elements.counts.is_empty() {
            // The rest of the tail is alike, and nothing is asked of it together.
            let answer = self.equalities(elements, asked);
            return self.and_more(answer, &rest.asked, rest.count);
        }
        let tally = vec![0; elements.counts.len()];
        self.count_from(elements, rest, &mut asked.to_vec(), 0, &tally)
    }

    /// Of the rest, which is alike, some are in the one set that is counted and the others are not.
    fn count_rest(
        &mut self,
        elements: &ArrayLiterals,
        rest: &RestElements,
        asked: &[Vec<Node>],
        tally: &[u64],
    ) -> SolverAnswer {
        let ([(node, least, most)], [counted]) = (elements.counts.as_slice(), tally) else {
            return self.equalities(elements, asked);
        };
        let with = |more: Node| -> Vec<Node> { rest.asked.iter().copied().chain([more]).collect() };
        let (inside, outside) = (with(*node), with(self.shared.arena.not(*node)));
        let fewest = match self.solve(outside.iter().copied()) {
            SolverAnswer::Empty => rest.count,
            SolverAnswer::Witness(_) => least.saturating_sub(*counted),
            unknown @ SolverAnswer::Unknown(_) => return unknown,
        };
        let room = most.map_or(rest.count, |most| most.saturating_sub(*counted).min(rest.count));
        if fewest > room {
            return SolverAnswer::Empty;
        }
        let answer = self.equalities(elements, asked);
        let answer = self.and_more(answer, &inside, fewest);
        self.and_more(answer, &outside, rest.count - fewest)
    }

    /// Decides for each element in which of the counted sets it is.
    fn count_from(
        &mut self,
        elements: &ArrayLiterals,
        rest: &RestElements,
        asked: &mut Vec<Vec<Node>>,
        index: usize,
        tally: &[u64],
    ) -> SolverAnswer {
        if let Some(reason) = self.charge(0) {
            return SolverAnswer::Unknown(reason);
        }
        let left = (asked.len() - index) as u64 + rest.count;
        for ((_, least, most), count) in elements.counts.iter().zip(tally) {
            if most.is_some_and(|most| *count > most) || count + left < *least {
                return SolverAnswer::Empty;
            }
        }
        if index == asked.len() {
            return if rest.count == 0 {
                self.equalities(elements, asked)
            } else {
                self.count_rest(elements, rest, asked, tally)
            };
        }
        let mut answer = SolverAnswer::Empty;
        for choice in 0_u32..1 << elements.counts.len() {
            let mut own = asked[index].clone();
            let mut next = tally.to_vec();
            for (bit, (node, ..)) in elements.counts.iter().enumerate() {
                let inside = choice >> bit & 1 == 0;
                own.push(if inside { *node } else { self.shared.arena.not(*node) });
                next[bit] += u64::from(inside);
            }
            match self.solve(own.iter().copied()) {
                SolverAnswer::Empty => continue,
                SolverAnswer::Unknown(reason) => {
                    answer = SolverAnswer::Unknown(reason);
                    continue;
                }
                SolverAnswer::Witness(_) => {}
            }
            let before = std::mem::replace(&mut asked[index], own);
            let found = self.count_from(elements, rest, asked, index + 1, &next);
            asked[index] = before;
            match found {
                SolverAnswer::Empty => {}
                found @ SolverAnswer::Witness(_) => return found,
                unknown @ SolverAnswer::Unknown(_) => answer = unknown,
            }
        }
        answer
    }

    fn equalities(&mut self, elements: &ArrayLiterals, asked: &[Vec<Node>]) -> SolverAnswer {
        if elements.unique {
            return self.all_different(asked);
        }
        if elements.repeated {
            return self.two_equal(asked);
        }
        self.each(asked)
    }

    fn each(&mut self, asked: &[Vec<Node>]) -> SolverAnswer {
        let mut values = Vec::with_capacity(asked.len());
        for own in asked {
            match self.solve(own.iter().copied()) {
                SolverAnswer::Witness(value) => values.push(value.as_ref().clone()),
                other => return other,
            }
        }
        SolverAnswer::witness(Datum::Array(values))
    }

    fn all_different(&mut self, asked: &[Vec<Node>]) -> SolverAnswer {
        let mut choices = Vec::with_capacity(asked.len());
        for own in asked {
            match self.different(own, asked.len()) {
                Values::Found(values) => choices.push(values),
                Values::Unknown(reason) => return SolverAnswer::Unknown(reason),
            }
        }
        match match_distinct(&choices) {
            Some(values) => SolverAnswer::witness(Datum::Array(
                values.iter().map(|value| value.as_ref().clone()).collect(),
            )),
            None => SolverAnswer::Empty,
        }
    }

    fn two_equal(&mut self, asked: &[Vec<Node>]) -> SolverAnswer {
        let mut answer = SolverAnswer::Empty;
        for first in 0..asked.len() {
            for second in first + 1..asked.len() {
                let both: Vec<Node> = asked[first].iter().chain(&asked[second]).copied().collect();
                match self.solve(both.iter().copied()) {
                    SolverAnswer::Empty => continue,
                    SolverAnswer::Unknown(reason) => {
                        answer = SolverAnswer::Unknown(reason);
                        continue;
                    }
                    SolverAnswer::Witness(_) => {}
                }
                let mut merged = asked.to_vec();
                merged[first].clone_from(&both);
                merged[second] = both;
                match self.each(&merged) {
                    SolverAnswer::Empty => {}
                    found @ SolverAnswer::Witness(_) => return found,
                    unknown @ SolverAnswer::Unknown(_) => answer = unknown,
                }
            }
        }
        answer
    }
}

impl ArrayLiterals {
    /// Whether the elements have nothing to do with each other.
    fn is_plain(&self) -> bool {
        let alone = self.unique && self.least <= 1;
        self.some.is_empty() && self.counts.is_empty() && !self.repeated && (!self.unique || alone)
    }

    /// How many elements have to be looked at one by one: beyond them all are alike, unless they are compared or counted in
    /// several ways.
    // INVARIANT: what is not looked at one by one is asked the same, and is not compared or counted twice. An element that differs there
    // would be left out of the proof.
    fn searched(&self, length: u64) -> u64 {
        if self.unique || self.counts.len() > 1 {
            return length;
        }
        let start = self
            .some
            .iter()
            .map(|(index, _)| *index)
            .max()
            .unwrap_or(0)
            .max(self.prefix());
        length.min(start + self.some.len() as u64 + if self.repeated { 2 } else { 0 })
    }

    /// The first index from which on all elements are asked the same.
    fn prefix(&self) -> u64 {
        let at = self.at.iter().map(|(index, _)| index + 1).max().unwrap_or(0);
        let from = self.from.iter().map(|(index, _)| *index).max().unwrap_or(0);
        at.max(from)
    }

    /// No longer array is needed.
    // INVARIANT: the least length, the prefix, one element for each demand and each counted one, and two that are equal: every other
    // element can be left out of an instance. One less, and an array that exists would be proved not to.
    fn longest_needed(&self) -> u64 {
        // Two counts of 2^63 elements together are more than the type holds.
        let demands = self.some.len() as u64;
        let evidence = (self.counts.iter()).fold(demands, |sum, (_, least, _)| sum.saturating_add(*least));
        let start = self
            .some
            .iter()
            .map(|(index, _)| *index)
            .max()
            .unwrap_or(0)
            .max(self.prefix());
        self.least.max(
            start
                .saturating_add(evidence)
                .saturating_add(if self.repeated { 2 } else { 0 }),
        )
    }

    fn asked_at(&self, index: u64) -> Vec<Node> {
        let at = self.at.iter().filter(|(own, _)| *own == index).map(|(_, node)| *node);
        let from = self
            .from
            .iter()
            .filter(|(start, _)| *start <= index)
            .map(|(_, node)| *node);
        at.chain(from).collect()
    }
}
