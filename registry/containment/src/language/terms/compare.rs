//! Comparisons of terms that need no search, and sets of terms made smaller by them. In: terms. Out: whether one is known to lie within
//! another; fewer terms that match the same.

use std::rc::Rc;

use super::{EVERYWHERE, RegexTerm, TermForm, TermStore};
use crate::language::code_points::CodePointSet;
use crate::language::syntax::ENDLESS;

/// Sets of more terms are not compared pair by pair.
const MOST_PAIRED: usize = 12;
/// Comparisons of two terms that are not finished after so many parts fail: it is a shortcut.
// INVARIANT: giving up says "not within". Terms that are held to be within others are left out of sets, and one too many would take its
// texts out of the pattern.
const MOST_COMPARED: u32 = 200;

impl TermStore {
    /// Returns whether the first is known to be within the second, whatever stands beside them: a shortcut, `false` says nothing.
    pub(in crate::language) fn is_within(&self, small: RegexTerm, big: RegexTerm) -> bool {
        self.compare(small, big, &mut MOST_COMPARED.clone())
    }

    fn compare(&self, small: RegexTerm, big: RegexTerm, left: &mut u32) -> bool {
        if small == big || small == RegexTerm::NEVER || big == RegexTerm::ANYTHING {
            return true;
        }
        if *left == 0 || big == RegexTerm::EMPTY {
            return false;
        }
        *left -= 1;
        if small == RegexTerm::EMPTY {
            return self.facts(big).empty_at == EVERYWHERE;
        }
        match (self.form(small), self.form(big)) {
            (TermForm::Class(small), TermForm::Class(big)) => return self.class(*small).is_within(self.class(*big)),
            (TermForm::Alternatives(terms), _) => return terms.iter().all(|term| self.compare(*term, big, left)),
            (_, TermForm::Alternatives(terms)) => return terms.iter().any(|term| self.compare(small, *term, left)),
            _ => {}
        }
        let ((head, tail), (big_head, big_tail)) = (self.split(small), self.split(big));
        let ((body, least, most), (big_body, big_least, big_most)) = (self.counted(head), self.counted(big_head));
        let is_smaller = (body, big_body) != (small, big) && self.compare(body, big_body, left);
        let fits = is_smaller && big_least <= least && most <= big_most;
        if fits && self.compare(tail, big_tail, left) {
            return true;
        }
        // `y*` takes any number of what is in `y`, and may take nothing.
        if is_smaller && big_least == 0 && big_most == ENDLESS && self.compare(tail, big, left) {
            return true;
        }
        self.facts(big_head).empty_at == EVERYWHERE && self.compare(small, big_tail, left)
    }

    /// Returns terms that together match the same, fewer if possible, in the order of their numbers.
    pub(in crate::language) fn simplify(&mut self, mut terms: Vec<RegexTerm>) -> Vec<RegexTerm> {
        terms.sort_unstable();
        terms.dedup();
        if terms.len() < 2 {
            return terms;
        }
        if terms.contains(&RegexTerm::ANYTHING) {
            return vec![RegexTerm::ANYTHING];
        }
        self.join_counts(&mut terms);
        if terms.len() <= MOST_PAIRED {
            for at in (0..terms.len()).rev() {
                let is_needless = |store: &Self| {
                    let mut others = terms.iter().enumerate().filter(|(other, _)| *other != at);
                    others.any(|(_, other)| store.is_within(terms[at], *other))
                };
                if is_needless(self) {
                    terms.remove(at);
                }
            }
        }
        terms
    }

    /// `x{1,3}y` and `x{3,5}y` together are `x{1,5}y`.
    fn join_counts(&mut self, terms: &mut Vec<RegexTerm>) {
        let mut counted: Vec<(RegexTerm, RegexTerm, u32, u32)> = terms
            .iter()
            .map(|term| {
                let (head, tail) = self.split(*term);
                let (body, least, most) = self.counted(head);
                (body, tail, least, most)
            })
            .collect();
        counted.sort_unstable();
        let before = counted.len();
        counted.dedup_by(|next, kept| {
            let joins = (next.0, next.1) == (kept.0, kept.1) && next.2 <= kept.3.saturating_add(1);
            if joins {
                kept.3 = kept.3.max(next.3);
            }
            joins
        });
        if counted.len() == before {
            return;
        }
        terms.clear();
        for (body, tail, least, most) in counted {
            let head = self.intern_repeat(body, least, most);
            terms.push(self.concat(head, tail));
        }
        terms.sort_unstable();
        terms.dedup();
    }

    /// Returns the class and the counts of a term that repeats letters of one class.
    pub(in crate::language) fn counted_class(&self, term: RegexTerm) -> Option<(Rc<CodePointSet>, u32, u32)> {
        let (body, least, most) = self.counted(term);
        match self.form(body) {
            TermForm::Class(class) => Some((Rc::clone(self.class(*class)), least, most)),
            _ => None,
        }
    }
}
