//! Terms from their parts, in a normal form. In: trees of patterns, or terms. Out: a term; equal languages often are equal terms.

use std::rc::Rc;

use super::{BeyondLimits, EVERYWHERE, MOST_TERMS, NOWHERE, RegexTerm, TermForm, TermStore};
use crate::language::code_points::CodePointSet;
use crate::language::syntax::{ENDLESS, PatternTree};

impl TermStore {
    /// Returns the term of a tree without lookarounds and backreferences.
    pub(in crate::language) fn term_of(&mut self, tree: &PatternTree) -> Result<RegexTerm, BeyondLimits> {
        if self.forms.len() > MOST_TERMS {
            return Err(BeyondLimits);
        }
        Ok(match tree {
            PatternTree::Empty => RegexTerm::EMPTY,
            PatternTree::Class(set) => {
                let class = self.class_id(Rc::clone(set));
                self.intern(TermForm::Class(class))
            }
            PatternTree::Assert(position) => self.intern(TermForm::Assert(*position)),
            PatternTree::Capture(_, tree) => self.term_of(tree)?,
            PatternTree::Concat(trees) => {
                let mut term = RegexTerm::EMPTY;
                for tree in trees.iter().rev() {
                    let head = self.term_of(tree)?;
                    term = self.concat(head, term);
                }
                term
            }
            PatternTree::Alternatives(trees) => {
                let terms: Vec<RegexTerm> = trees.iter().map(|tree| self.term_of(tree)).collect::<Result<_, _>>()?;
                self.alternatives(terms)
            }
            PatternTree::Repeat(tree, least, most) => {
                let term = self.term_of(tree)?;
                self.repeat(term, *least, *most)?
            }
            PatternTree::Lookaround(_) | PatternTree::Backreference(_) => return Err(BeyondLimits),
        })
    }

    /// Returns one term after the other.
    pub(in crate::language) fn concat(&mut self, head: RegexTerm, tail: RegexTerm) -> RegexTerm {
        let (mut heads, mut last) = (Vec::new(), head);
        while let TermForm::Concat(first, rest) = *self.form(last) {
            heads.push(first);
            last = rest;
        }
        let mut term = self.concat_one(last, tail);
        for head in heads.into_iter().rev() {
            term = self.concat_one(head, term);
        }
        term
    }

    /// As `concat`, where the first is no concatenation.
    fn concat_one(&mut self, head: RegexTerm, tail: RegexTerm) -> RegexTerm {
        if head == RegexTerm::NEVER || tail == RegexTerm::NEVER {
            return RegexTerm::NEVER;
        }
        if head == RegexTerm::EMPTY || tail == RegexTerm::EMPTY {
            return if head == RegexTerm::EMPTY { tail } else { head };
        }
        let (next, after) = self.split(tail);
        // `x{a,b}x{c,d}` is `x{a+c,b+d}`: every count in between can be divided.
        let ((body, least, most), (other, more_least, more_most)) = (self.counted(head), self.counted(next));
        if body == other
            && self.facts(body).empty_at == NOWHERE
            && let (Some(least), Some(most)) = (add_counts(least, more_least), add_counts(most, more_most))
        {
            let merged = self.intern_repeat(body, least, most);
            return self.concat(merged, after);
        }
        // What may be missing, or longer than it has to be, says nothing beside `[^]*`.
        if next == RegexTerm::ANYTHING {
            let shortest = self.shortest(head);
            if shortest != head {
                return self.concat(shortest, tail);
            }
        }
        if head == RegexTerm::ANYTHING {
            let shortest = self.shortest(next);
            if shortest != next {
                let rest = self.concat(shortest, after);
                return self.concat(head, rest);
            }
        }
        self.intern(TermForm::Concat(head, tail))
    }

    /// The first term of a concatenation, and the rest.
    pub(super) fn split(&self, term: RegexTerm) -> (RegexTerm, RegexTerm) {
        match *self.form(term) {
            TermForm::Concat(head, tail) => (head, tail),
            _ => (term, RegexTerm::EMPTY),
        }
    }

    /// A term as a repetition.
    pub(super) fn counted(&self, term: RegexTerm) -> (RegexTerm, u32, u32) {
        match self.form(term) {
            TermForm::Repeat(body, least, most) => (*body, *least, *most),
            _ => (term, 1, 1),
        }
    }

    /// The term beside a `[^]*`, which takes what is longer.
    fn shortest(&mut self, term: RegexTerm) -> RegexTerm {
        match *self.form(term) {
            _ if self.facts(term).empty_at == EVERYWHERE => RegexTerm::EMPTY,
            TermForm::Repeat(body, least, most) if least < most => self.intern_repeat(body, least, least),
            _ => term,
        }
    }

    /// Returns any of the terms.
    pub(in crate::language) fn alternatives(&mut self, terms: Vec<RegexTerm>) -> RegexTerm {
        let mut flat = Vec::with_capacity(terms.len());
        let mut sets: Vec<Rc<CodePointSet>> = Vec::new();
        let mut class_at = None;
        let mut is_optional = false;
        for term in terms {
            match self.form(term) {
                TermForm::Alternatives(inner) => flat.extend_from_slice(inner),
                _ => flat.push(term),
            }
        }
        let mut kept: Vec<RegexTerm> = Vec::with_capacity(flat.len());
        let mut seen = rustc_hash::FxHashSet::default();
        for term in flat {
            match self.form(term) {
                TermForm::Empty => is_optional = true,
                TermForm::Class(class) => {
                    sets.push(Rc::clone(self.class(*class)));
                    class_at.get_or_insert(kept.len());
                }
                _ if term == RegexTerm::ANYTHING => return RegexTerm::ANYTHING,
                _ if seen.insert(term) => kept.push(term),
                _ => {}
            }
        }
        if let Some(at) = class_at {
            let union = CodePointSet::union(sets.iter().map(Rc::as_ref));
            if !union.is_empty() {
                let class = self.class_id(Rc::new(union));
                let class = self.intern(TermForm::Class(class));
                kept.insert(at, class);
            }
        }
        let any = match kept.as_slice() {
            [] => {
                return if is_optional {
                    RegexTerm::EMPTY
                } else {
                    RegexTerm::NEVER
                };
            }
            [one] => *one,
            _ => self.intern(TermForm::Alternatives(kept.into())),
        };
        let adds_empty = is_optional && self.facts(any).empty_at != EVERYWHERE;
        // A repetition of at most one has no limit to exceed.
        if adds_empty {
            self.repeat(any, 0, 1).unwrap_or(any)
        } else {
            any
        }
    }

    /// Returns the term from so many to so many times.
    fn repeat(&mut self, term: RegexTerm, least: u32, most: u32) -> Result<RegexTerm, BeyondLimits> {
        if most == 0 || term == RegexTerm::EMPTY {
            return Ok(RegexTerm::EMPTY);
        }
        if term == RegexTerm::NEVER {
            return Ok(if least == 0 { RegexTerm::EMPTY } else { RegexTerm::NEVER });
        }
        let empty_at = self.facts(term).empty_at;
        if empty_at == EVERYWHERE {
            let taking = self.without_empty(term)?;
            return Ok(self.repeat_flat(taking, 0, most));
        }
        // Where it matches nothing in some places only, those that do cannot be told from those that do not.
        if empty_at != NOWHERE && least > 1 {
            return Err(BeyondLimits);
        }
        Ok(self.repeat_flat(term, least, most))
    }

    /// `(x{a,b}){c,d}` is `x{ac,bd}` if there are no gaps between the counts.
    fn repeat_flat(&mut self, term: RegexTerm, least: u32, most: u32) -> RegexTerm {
        let TermForm::Repeat(body, inner_least, inner_most) = *self.form(term) else {
            return self.intern_repeat(term, least, most);
        };
        // The widest gap is the first one: `least` times at most, one time more at least.
        let first_end = multiply_counts(inner_most, least);
        let next_start = u64::from(inner_least) * (u64::from(least) + 1);
        let has_gap = least < most && first_end.is_none_or(|end| end != ENDLESS && next_start > u64::from(end) + 1);
        match (multiply_counts(inner_least, least), multiply_counts(inner_most, most)) {
            (Some(least), Some(most)) if !has_gap => self.intern_repeat(body, least, most),
            _ => self.intern_repeat(term, least, most),
        }
    }

    pub(super) fn intern_repeat(&mut self, term: RegexTerm, least: u32, most: u32) -> RegexTerm {
        match (least, most) {
            (_, 0) => RegexTerm::EMPTY,
            (1, 1) => term,
            _ => self.intern(TermForm::Repeat(term, least, most)),
        }
    }

    /// What a term matches but for the empty text.
    fn without_empty(&mut self, term: RegexTerm) -> Result<RegexTerm, BeyondLimits> {
        if self.facts(term).empty_at == NOWHERE {
            return Ok(term);
        }
        self.work += 1;
        if self.forms.len() + self.work > MOST_TERMS {
            return Err(BeyondLimits);
        }
        Ok(match self.form(term).clone() {
            TermForm::Empty | TermForm::Assert(_) => RegexTerm::NEVER,
            TermForm::Class(_) => term,
            // One of the two takes a letter.
            TermForm::Concat(head, tail) => {
                let (some_head, some_tail) = (self.without_empty(head)?, self.without_empty(tail)?);
                let (first, second) = (self.concat(some_head, tail), self.concat(head, some_tail));
                self.alternatives(vec![first, second])
            }
            TermForm::Alternatives(terms) => {
                let terms: Vec<RegexTerm> = terms
                    .iter()
                    .map(|term| self.without_empty(*term))
                    .collect::<Result<_, _>>()?;
                self.alternatives(terms)
            }
            // Which repetition takes the letter would have to be told.
            TermForm::Repeat(body, ..) if self.facts(body).empty_at != NOWHERE => return Err(BeyondLimits),
            TermForm::Repeat(body, least, most) => self.intern_repeat(body, least.max(1), most),
        })
    }
}

fn add_counts(one: u32, other: u32) -> Option<u32> {
    if one == ENDLESS || other == ENDLESS {
        return Some(ENDLESS);
    }
    one.checked_add(other).filter(|sum| *sum != ENDLESS)
}

fn multiply_counts(one: u32, other: u32) -> Option<u32> {
    match (one, other) {
        (0, _) | (_, 0) => Some(0),
        (ENDLESS, _) | (_, ENDLESS) => Some(ENDLESS),
        _ => one.checked_mul(other).filter(|product| *product != ENDLESS),
    }
}

pub(super) fn lessen_count(count: u32) -> u32 {
    if count == ENDLESS {
        ENDLESS
    } else {
        count.saturating_sub(1)
    }
}
