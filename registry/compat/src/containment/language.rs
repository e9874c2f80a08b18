//! Patterns as regular languages. In: patterns that a text must and must not match, a length, texts that are excluded. Out:
//! the shortest such text, or the proof that there is none.
//!
//! A pattern becomes a deterministic automaton of `regex-automata`, by the validator's own translation from ECMA 262, so that
//! checker and validator cannot read `\d` or `$` differently. Intersections and complements are never built: the product of
//! the automata is searched breadth first, one code point a level. Leading lookaheads are Boolean algebra and become patterns
//! of their own; a pattern with any other lookaround or a backreference is no language and is reported as opaque.

mod long;
mod search;

use std::cell::RefCell;
use std::rc::Rc;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use rustc_hash::FxHashMap;

pub(crate) use self::search::{Question, Word};

/// Bytes that one automaton may take.
const AUTOMATON_BYTES: usize = 4 << 20;
/// Bytes that building it may take.
const BUILDING_BYTES: usize = 8 << 20;
/// Longer patterns are opaque.
const LONGEST_PATTERN: usize = 20_000;
/// Automata that a thread keeps.
const MOST_KEPT: usize = 512;

/// A pattern that has an automaton.
pub(crate) struct Language {
    automaton: dense::DFA<Vec<u32>>,
    start: StateID,
}

/// A pattern, taken apart: the text must match all of `required` and none of `forbidden`.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) required: Vec<Rc<Language>>,
    pub(crate) forbidden: Vec<Rc<Language>>,
}

thread_local! {
    static OPAQUE: RefCell<FxHashMap<String, Option<fancy_regex::Regex>>> = RefCell::new(FxHashMap::default());
    static KNOWN: RefCell<FxHashMap<String, Option<Parts>>> = RefCell::new(FxHashMap::default());
}

/// The languages of an ECMA 262 pattern. `None` if it is not regular, not valid, or too large.
pub(crate) fn parts(pattern: &str) -> Option<Parts> {
    if let Some(known) = KNOWN.with(|known| known.borrow().get(pattern).cloned()) {
        return known;
    }
    let made = take_apart(pattern);
    KNOWN.with(|known| {
        let mut known = known.borrow_mut();
        // Many schemas, few patterns: whoever brings more starts anew.
        if known.len() >= MOST_KEPT {
            known.clear();
        }
        known.insert(pattern.to_owned(), made.clone());
    });
    made
}

/// Whether a text has a match of a pattern that is no regular language. `None`: not valid, or too long a search.
pub(crate) fn opaque_is_match(pattern: &str, text: &str) -> Option<bool> {
    OPAQUE.with(|known| {
        let mut known = known.borrow_mut();
        if known.len() >= MOST_KEPT {
            known.clear();
        }
        let regex = known.entry(pattern.to_owned()).or_insert_with(|| {
            let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
            fancy_regex::Regex::new(&translated).ok()
        });
        regex.as_ref()?.is_match(text).ok()
    })
}

fn take_apart(pattern: &str) -> Option<Parts> {
    if pattern.len() > LONGEST_PATTERN {
        return None;
    }
    let mut parts = Parts {
        required: Vec::new(),
        forbidden: Vec::new(),
    };
    if let Some(whole) = Language::new(pattern) {
        parts.required.push(Rc::new(whole));
        return Some(parts);
    }
    // `^(?!P)Q` is `Q` and not `^P`.
    for (assertion, holds) in lookaheads(pattern)? {
        let language = Rc::new(Language::new(&assertion)?);
        if holds {
            parts.required.push(language);
        } else {
            parts.forbidden.push(language);
        }
    }
    Some(parts)
}

/// The patterns of `^(?=A)(?!B)C`: `^(?:A)`, not `^(?:B)`, and `^C`. `None` for anything else.
fn lookaheads(pattern: &str) -> Option<Vec<(String, bool)>> {
    let mut rest = pattern.strip_prefix('^')?;
    let mut found = Vec::new();
    while let Some((holds, body)) = rest
        .strip_prefix("(?=")
        .map(|body| (true, body))
        .or_else(|| rest.strip_prefix("(?!").map(|body| (false, body)))
    {
        let end = closing(body)?;
        found.push((format!("^(?:{})", &body[..end]), holds));
        rest = &body[end + 1..];
        // A quantifier would make the assertion optional.
        if rest.starts_with(['*', '+', '?', '{']) {
            return None;
        }
    }
    if found.is_empty() || has_alternatives(rest) {
        return None;
    }
    found.push((format!("^{rest}"), true));
    Some(found)
}

/// Where the group ends that is open at the beginning.
fn closing(body: &str) -> Option<usize> {
    walk(body, |depth, byte| depth == 0 && byte == b')')
}

/// Whether there is a `|` outside of all groups: it would split the anchor from the rest.
fn has_alternatives(body: &str) -> bool {
    walk(body, |depth, byte| depth == 0 && byte == b'|').is_some()
}

/// The first byte that `found` takes, outside of classes and escapes.
fn walk(body: &str, found: impl Fn(usize, u8) -> bool) -> Option<usize> {
    let (mut depth, mut in_class, mut escaped) = (0_usize, false, false);
    for (at, byte) in body.bytes().enumerate() {
        if escaped {
            escaped = false;
            continue;
        }
        if !in_class && found(depth, byte) {
            return Some(at);
        }
        match byte {
            b'\\' => escaped = true,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'(' if !in_class => depth += 1,
            b')' if !in_class => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

impl Language {
    fn new(pattern: &str) -> Option<Self> {
        let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
        let automaton = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Unanchored)
                    .match_kind(MatchKind::All)
                    .dfa_size_limit(Some(AUTOMATON_BYTES))
                    .determinize_size_limit(Some(BUILDING_BYTES)),
            )
            .thompson(thompson::Config::new().nfa_size_limit(Some(1 << 20)))
            .build(&translated)
            .ok()?;
        let start = automaton
            .start_state(&start::Config::new().anchored(Anchored::No))
            .ok()?;
        Some(Self { automaton, start })
    }

    /// Whether a text has a match of the pattern.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        let mut state = State::At(self.start);
        for byte in text.bytes() {
            state = self.step(state, byte);
        }
        self.accepts(state)
    }

    /// The automaton says of a state that it matches one byte late, and a match once seen stays one.
    fn step(&self, state: State, byte: u8) -> State {
        let State::At(id) = state else {
            return State::Matched;
        };
        let next = self.automaton.next_state(id, byte);
        if self.automaton.is_match_state(next) {
            State::Matched
        } else {
            State::At(next)
        }
    }

    fn accepts(&self, state: State) -> bool {
        match state {
            State::Matched => true,
            State::At(id) => self.automaton.is_match_state(self.automaton.next_eoi_state(id)),
        }
    }

    fn is_dead(&self, state: State) -> bool {
        matches!(state, State::At(id) if self.automaton.is_dead_state(id))
    }

    fn quits(&self, state: State) -> bool {
        matches!(state, State::At(id) if self.automaton.is_quit_state(id))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum State {
    At(StateID),
    Matched,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(required: &[&str], forbidden: &[&str], least: u64, most: Option<u64>, excluded: &[&str]) -> Word {
        let languages = |patterns: &[&str]| -> Vec<Rc<Language>> {
            patterns
                .iter()
                .map(|pattern| Rc::new(Language::new(pattern).unwrap()))
                .collect()
        };
        let question = Question {
            required: languages(required),
            forbidden: languages(forbidden),
            least,
            most,
            excluded: excluded.to_vec(),
        };
        question.answer()
    }

    fn word(text: &str) -> Word {
        Word::Shortest(text.to_owned())
    }

    #[test]
    fn the_shortest_word_of_a_product() {
        assert_eq!(ask(&["^ord-"], &[], 0, None, &[]), word("ord-"));
        assert_eq!(ask(&["b"], &["^b$"], 0, None, &[]), word("ab"));
        assert_eq!(ask(&["^[ab]$"], &[], 0, None, &["a"]), word("b"));
        assert_eq!(ask(&["^[ab]$"], &[], 0, None, &["a", "b"]), Word::None);
        assert_eq!(ask(&["^a*$"], &[], 3, None, &[]), word("aaa"));
        assert_eq!(ask(&["^a*$"], &["aaaa"], 4, None, &[]), Word::None);
        assert_eq!(ask(&["^.{3}$"], &[], 0, Some(2), &[]), Word::None);
    }

    #[test]
    fn lengths_count_code_points_and_words_are_unicode() {
        assert_eq!(
            ask(&["^[^ -~]{2}$"], &["[\x00-\x7f]"], 0, Some(2), &[]),
            word("\u{80}\u{80}")
        );
        assert_eq!(ask(&["^\\u00e9+$"], &[], 2, Some(2), &[]), word("éé"));
    }

    #[test]
    fn a_dot_is_not_a_line_terminator_and_the_end_is_the_end() {
        assert_eq!(ask(&["\\n"], &["."], 0, None, &[]), word("\n"));
        assert_eq!(ask(&["^a$"], &[], 2, None, &[]), Word::None);
        let line_end = Language::new("^a$").unwrap();
        assert!(line_end.is_match("a") && !line_end.is_match("a\n"));
    }

    #[test]
    fn leading_lookaheads_are_algebra() {
        let found = parts("^(?!\\s*$)(?=.*[0-9]).+$").unwrap();
        assert_eq!((found.required.len(), found.forbidden.len()), (2, 1));
        let question = Question {
            required: found.required,
            forbidden: found.forbidden,
            ..Question::default()
        };
        assert_eq!(question.answer(), word("0"));
        assert!(parts("a(?=b)").is_none() && parts("(a)\\1").is_none() && parts("^(?!a)b|c").is_none());
    }

    #[test]
    fn without_patterns_only_lengths_and_exclusions_count() {
        assert_eq!(ask(&[], &[], 0, None, &[""]), word("a"));
        assert_eq!(ask(&[], &[], 0, Some(0), &[""]), Word::None);
        assert_eq!(ask(&[], &[], 2, Some(2), &["aa"]), word("bb"));
    }
}
