//! Regular expressions as terms, each held once, and their derivatives. In: trees of patterns. Out: terms; after a letter, the
//! terms that the rest of the text may match; whether the empty text matches.
//!
//! A repetition is a term with its two counts, and a derivative counts them down: `a{2,50}` after an `a` is `a{1,49}`. Nothing
//! is unrolled, and two counts over the same term are compared as intervals ([`TermStore::is_within`]).
//!
//! INVARIANT: terms are numbered in the order in which a question makes them, and a store serves one question. Nothing depends
//! on what was asked before.

mod build;
mod compare;

use std::rc::Rc;

use rustc_hash::FxHashMap;

use self::build::lessen_count;
use super::code_points::CodePointSet;
use super::syntax::{ENDLESS, TextPosition};

/// A regular expression, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct RegexTerm(u32);

impl RegexTerm {
    /// Matches nothing.
    pub(super) const NEVER: Self = Self(0);
    /// Matches the empty text.
    const EMPTY: Self = Self(1);
    /// Matches every text.
    pub(super) const ANYTHING: Self = Self(3);
}

/// A set of letters, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ClassId(pub(super) u32);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum TermForm {
    Empty,
    Class(ClassId),
    Assert(TextPosition),
    /// The first is no concatenation.
    Concat(RegexTerm, RegexTerm),
    Alternatives(Rc<[RegexTerm]>),
    /// INVARIANT: of two or more required repetitions each takes a letter, since a step counts one repetition for each letter (see `repeat`).
    /// The first repetition of `(?:\b|a){2}b` may be empty before the `a`: the text `ab` would be lost, and "no text matches" a false proof.
    Repeat(RegexTerm, u32, u32),
}

/// What stands beside a place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Neighbor {
    /// The start or the end of the text.
    Edge = 0,
    Word = 1,
    Other = 2,
}

/// The places where a term matches the empty text: a bit for each pair of neighbours.
type EmptyAt = u16;
const NOWHERE: EmptyAt = 0;
const EVERYWHERE: EmptyAt = 0x1ff;

fn place(before: Neighbor, after: Neighbor) -> EmptyAt {
    1 << (before as u16 * 3 + after as u16)
}

#[derive(Clone, Copy, Debug)]
struct TermFacts {
    empty_at: EmptyAt,
    has_assertion: bool,
}

/// A pattern is beyond the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BeyondLimits;

/// The letters that lead on from a term, and to which term.
pub(super) type Steps = Rc<[(ClassId, RegexTerm)]>;

/// Terms and steps that a question may make: some 100 bytes each, so 100 MB.
// INVARIANT: a question beyond it is unknown. Terms grow with each step of a pattern, and without the limit take all memory.
const MOST_TERMS: usize = 1_000_000;
/// The terms of one question.
#[derive(Debug, Default)]
pub(super) struct TermStore {
    forms: Vec<TermForm>,
    facts: Vec<TermFacts>,
    numbers: FxHashMap<TermForm, RegexTerm>,
    classes: Vec<Rc<CodePointSet>>,
    class_numbers: FxHashMap<Rc<CodePointSet>, ClassId>,
    steps: FxHashMap<(RegexTerm, Neighbor, Neighbor), Steps>,
    /// Steps that were computed, as work is counted.
    work: usize,
}

impl TermStore {
    pub(super) fn new() -> Self {
        let mut store = Self::default();
        let never = store.class_id(Rc::new(CodePointSet::from_ranges([])));
        let every = store.class_id(Rc::new(CodePointSet::everything()));
        store.intern(TermForm::Class(never));
        store.intern(TermForm::Empty);
        let letter = store.intern(TermForm::Class(every));
        store.intern(TermForm::Repeat(letter, 0, ENDLESS));
        store
    }

    pub(super) fn class(&self, id: ClassId) -> &Rc<CodePointSet> {
        &self.classes[id.0 as usize]
    }

    pub(super) fn class_id(&mut self, set: Rc<CodePointSet>) -> ClassId {
        if let Some(known) = self.class_numbers.get(&set) {
            return *known;
        }
        let id = ClassId(number(self.classes.len()));
        self.classes.push(Rc::clone(&set));
        self.class_numbers.insert(set, id);
        id
    }

    /// Returns whether the term matches the empty text at a place.
    pub(super) fn is_empty_at(&self, term: RegexTerm, before: Neighbor, after: Neighbor) -> bool {
        self.facts(term).empty_at & place(before, after) != 0
    }

    /// Returns whether what the term matches depends on what stands before it.
    pub(super) fn has_assertion(&self, term: RegexTerm) -> bool {
        self.facts(term).has_assertion
    }

    /// How many terms and steps there are.
    fn work(&self) -> usize {
        self.work + self.forms.len()
    }

    fn form(&self, term: RegexTerm) -> &TermForm {
        &self.forms[term.0 as usize]
    }

    fn facts(&self, term: RegexTerm) -> TermFacts {
        self.facts[term.0 as usize]
    }

    fn intern(&mut self, form: TermForm) -> RegexTerm {
        if let Some(known) = self.numbers.get(&form) {
            return *known;
        }
        let facts = self.facts_of(&form);
        let term = RegexTerm(number(self.forms.len()));
        self.forms.push(form.clone());
        self.facts.push(facts);
        self.numbers.insert(form, term);
        term
    }

    fn facts_of(&self, form: &TermForm) -> TermFacts {
        let (empty_at, has_assertion) = match form {
            TermForm::Empty => (EVERYWHERE, false),
            TermForm::Class(_) => (NOWHERE, false),
            TermForm::Assert(position) => (places_of(*position), true),
            TermForm::Concat(head, tail) => {
                let (head, tail) = (self.facts(*head), self.facts(*tail));
                (head.empty_at & tail.empty_at, head.has_assertion || tail.has_assertion)
            }
            TermForm::Alternatives(terms) => terms.iter().fold((NOWHERE, false), |(empty_at, asserts), term| {
                let facts = self.facts(*term);
                (empty_at | facts.empty_at, asserts || facts.has_assertion)
            }),
            TermForm::Repeat(term, least, _) => {
                let facts = self.facts(*term);
                let empty_at = if *least == 0 { EVERYWHERE } else { facts.empty_at };
                (empty_at, facts.has_assertion)
            }
        };
        TermFacts {
            empty_at,
            has_assertion,
        }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("limited to less")
}

fn places_of(position: TextPosition) -> EmptyAt {
    let neighbors = [Neighbor::Edge, Neighbor::Word, Neighbor::Other];
    let mut places = NOWHERE;
    for before in neighbors {
        for after in neighbors {
            let holds = match position {
                TextPosition::Start => before == Neighbor::Edge,
                TextPosition::End => after == Neighbor::Edge,
                TextPosition::WordBoundary => (before == Neighbor::Word) != (after == Neighbor::Word),
                TextPosition::NoWordBoundary => (before == Neighbor::Word) == (after == Neighbor::Word),
            };
            if holds {
                places |= place(before, after);
            }
        }
    }
    places
}

/// Derivatives.
impl TermStore {
    /// Returns the letters that lead on from a term between two neighbours, and to which terms. The letter is the second
    /// neighbour: only those of its kind are right.
    pub(super) fn steps(&mut self, term: RegexTerm, before: Neighbor, after: Neighbor) -> Result<Steps, BeyondLimits> {
        let key = if self.has_assertion(term) {
            (term, before, after)
        } else {
            (term, Neighbor::Other, Neighbor::Other)
        };
        if let Some(known) = self.steps.get(&key) {
            return Ok(Rc::clone(known));
        }
        let mut found = Vec::new();
        let mut rest = term;
        // A head that may be empty here lets the letter be one of the rest.
        loop {
            let (head, tail) = self.split(rest);
            self.steps_of_head(head, tail, before, after, &mut found)?;
            if tail == RegexTerm::EMPTY || !self.is_empty_at(head, before, after) {
                break;
            }
            rest = tail;
        }
        let mut seen = rustc_hash::FxHashSet::default();
        found.retain(|(class, term)| *term != RegexTerm::NEVER && seen.insert((*class, *term)));
        self.work += found.len() + 1;
        if self.work() > MOST_TERMS {
            return Err(BeyondLimits);
        }
        let steps: Steps = found.into();
        self.steps.insert(key, Rc::clone(&steps));
        Ok(steps)
    }

    fn steps_of_head(
        &mut self,
        head: RegexTerm,
        tail: RegexTerm,
        before: Neighbor,
        after: Neighbor,
        found: &mut Vec<(ClassId, RegexTerm)>,
    ) -> Result<(), BeyondLimits> {
        match self.form(head).clone() {
            // A concatenation is split before it comes here.
            TermForm::Empty | TermForm::Assert(_) | TermForm::Concat(..) => {}
            TermForm::Class(class) => {
                if head != RegexTerm::NEVER {
                    found.push((class, tail));
                }
            }
            TermForm::Alternatives(terms) => {
                for term in terms.iter() {
                    for (class, next) in self.steps(*term, before, after)?.iter() {
                        found.push((*class, self.concat(*next, tail)));
                    }
                }
            }
            TermForm::Repeat(body, least, most) => {
                let again = self.intern_repeat(body, least.saturating_sub(1), lessen_count(most));
                let rest = self.concat(again, tail);
                for (class, next) in self.steps(body, before, after)?.iter() {
                    found.push((*class, self.concat(*next, rest)));
                }
            }
        }
        Ok(())
    }
}
