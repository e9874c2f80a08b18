//! Whether a text matches a pattern. In: a term and a text. Out: yes or no. The terms that a text leads to are a state, made when it
//! is first met; a pattern that has met many forgets them.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::code_points::word_letters;
use super::terms::{BeyondLimits, Neighbor, RegexTerm, TermStore};

/// States that are kept, some 600 bytes each.
const MOST_KEPT_STATES: usize = 200;
/// No state is known yet.
const UNKNOWN: u32 = u32::MAX;

/// Matches texts against one pattern.
pub(super) struct TextMatcher {
    store: TermStore,
    states: Vec<MatcherState>,
    numbers: FxHashMap<(Rc<[RegexTerm]>, Neighbor), u32>,
}

struct MatcherState {
    terms: Rc<[RegexTerm]>,
    before: Neighbor,
    /// The state after each letter of ASCII.
    ascii: [u32; 128],
}

impl TextMatcher {
    pub(super) fn new(store: TermStore, term: RegexTerm) -> Self {
        let mut matcher = Self {
            store,
            states: Vec::new(),
            numbers: FxHashMap::default(),
        };
        matcher.number([term].into(), Neighbor::Edge);
        matcher
    }

    fn number(&mut self, terms: Rc<[RegexTerm]>, before: Neighbor) -> u32 {
        let fresh = u32::try_from(self.states.len()).unwrap_or(UNKNOWN);
        let number = *self.numbers.entry((Rc::clone(&terms), before)).or_insert(fresh);
        if number == fresh {
            self.states.push(MatcherState {
                terms,
                before,
                ascii: [UNKNOWN; 128],
            });
        }
        number
    }

    /// Returns whether a text matches.
    pub(super) fn is_match(&mut self, text: &str) -> Result<bool, BeyondLimits> {
        let mut at = 0_u32;
        for letter in text.chars() {
            at = self.step(at, letter)?;
            match *self.states[at as usize].terms {
                [] => return Ok(false),
                [RegexTerm::ANYTHING] => return Ok(true),
                _ => {}
            }
        }
        let state = &self.states[at as usize];
        let mut terms = state.terms.iter();
        Ok(terms.any(|term| self.store.is_empty_at(*term, state.before, Neighbor::Edge)))
    }

    fn step(&mut self, at: u32, letter: char) -> Result<u32, BeyondLimits> {
        let state = &self.states[at as usize];
        let in_ascii = usize::try_from(u32::from(letter)).ok().filter(|letter| *letter < 128);
        if let Some(known) = in_ascii
            .map(|letter| state.ascii[letter])
            .filter(|known| *known != UNKNOWN)
        {
            return Ok(known);
        }
        let (terms, before) = (Rc::clone(&state.terms), state.before);
        let is_word = word_letters().contains(u32::from(letter));
        let after = if is_word { Neighbor::Word } else { Neighbor::Other };
        let mut next = Vec::new();
        for term in terms.iter() {
            let steps = self.store.steps(*term, before, after)?;
            let right = steps
                .iter()
                .filter(|(class, _)| self.store.class(*class).contains(u32::from(letter)));
            next.extend(right.map(|(_, term)| *term));
        }
        let next = self.store.simplify(next);
        let has_assertion = next.iter().any(|term| self.store.has_assertion(*term));
        let number = self.number(next.into(), if has_assertion { after } else { Neighbor::Other });
        if let Some(letter) = in_ascii {
            self.states[at as usize].ascii[letter] = number;
        }
        Ok(number)
    }

    /// Returns whether it has become too large to be kept.
    pub(super) fn is_large(&self) -> bool {
        self.states.len() > MOST_KEPT_STATES
    }
}
