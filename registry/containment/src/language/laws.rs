//! Laws over generated patterns. In: pairs of patterns with small counts, bounds of length and excluded texts. Out: nothing, or the
//! pair that breaks a law. The verdict of every pair is the one of deterministic automata that `regex-automata` builds, in which
//! counts are unrolled; every word that is found is held against an engine of ECMA 262 and against the validator.
//!
//! `SCHEMACTL_PATTERN_PAIRS` sets how many pairs are tried.

use std::collections::VecDeque;
use std::fmt::Write;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use rustc_hash::FxHashSet;

use super::random::Random;
use super::{MOST_STATES, StringSearchResult, TextQuestion, split_pattern};

/// Pairs without `SCHEMACTL_PATTERN_PAIRS`: some seconds in a debug build, in which the automata take longest.
const PAIRS: usize = 150;
/// A letter of each kind that the generated patterns tell apart.
const LETTERS: &str = "abc12_- \nzé";

fn pairs() -> usize {
    let asked = std::env::var("SCHEMACTL_PATTERN_PAIRS").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(PAIRS)
}

/// A pattern with counts of at most five.
fn pattern(random: &mut Random) -> String {
    let mut text = String::new();
    let is_anchored = random.percent(70);
    if is_anchored {
        text.push('^');
    }
    let grouped = random.percent(20);
    text.push_str(if grouped { "(?:" } else { "" });
    alternatives(random, 2, &mut text);
    text.push_str(if grouped { ")" } else { "" });
    if random.percent(if is_anchored { 80 } else { 20 }) {
        text.push('$');
    }
    text
}

fn alternatives(random: &mut Random, depth: usize, text: &mut String) {
    let count = if random.percent(75) { 1 } else { 2 + random.below(2) };
    for index in 0..count {
        text.push_str(if index > 0 { "|" } else { "" });
        for _ in 0..=random.below(3) {
            atom(random, depth, text);
            quantifier(random, text);
        }
    }
}

fn atom(random: &mut Random, depth: usize, text: &mut String) {
    const ATOMS: &[&str] = &[
        "a", "b", "c", "1", "-", "[ab]", "[bc]", "[^a]", ".", "\\d", "\\w", "\\s", "[a-z]",
    ];
    if depth > 0 && random.percent(25) {
        text.push('(');
        alternatives(random, depth - 1, text);
        text.push(')');
    } else {
        let atom: &str = random.pick::<&str>(ATOMS);
        text.push_str(atom);
    }
}

fn quantifier(random: &mut Random, text: &mut String) {
    let (least, more) = (random.below(4), random.below(3));
    match random.below(10) {
        0 => text.push('*'),
        1 => text.push('+'),
        2 => text.push('?'),
        3 => write!(text, "{{{least},}}").unwrap(),
        4..=6 => write!(text, "{{{least},{}}}", least + more).unwrap(),
        _ => {}
    }
}

/// A pattern that is like another: a count or a class of it is changed.
fn relative(random: &mut Random, of: &str) -> String {
    let edits = [
        ("{1,", "{0,"),
        ("{0,", "{1,"),
        (",3}", ",4}"),
        (",2}", ",3}"),
        ("a", "[ab]"),
        ("\\d", "\\w"),
        ("[bc]", "b"),
        ("*", "{0,3}"),
        ("+", "*"),
        ("$", ""),
        ("^", ""),
    ];
    let (from, to) = random.pick(&edits);
    of.replacen(from, to, 1)
}

/// The pattern as `regex-automata` has it: counts are unrolled, and nothing is shared with our terms.
struct Oracle {
    automaton: dense::DFA<Vec<u32>>,
    start: StateID,
}

impl Oracle {
    fn new(pattern: &str) -> Option<Self> {
        let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
        let config = dense::Config::new()
            .start_kind(StartKind::Unanchored)
            .match_kind(MatchKind::All)
            .dfa_size_limit(Some(1 << 17))
            .determinize_size_limit(Some(1 << 18));
        let automaton = dense::Builder::new().configure(config).build(&translated).ok()?;
        let start = automaton
            .start_state(&start::Config::new().anchored(Anchored::No))
            .ok()?;
        Some(Self { automaton, start })
    }

    /// The state after a letter; a match once seen stays one.
    fn step(&self, state: Option<StateID>, letter: char) -> Option<StateID> {
        let mut at = state?;
        for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
            at = self.automaton.next_state(at, byte);
            if self.automaton.is_match_state(at) {
                return None;
            }
        }
        Some(at)
    }

    fn accepts(&self, state: Option<StateID>) -> bool {
        state.is_none_or(|at| self.automaton.is_match_state(self.automaton.next_eoi_state(at)))
    }
}

/// The length of the shortest text that is in the first and not in the second, `None` if there is none.
fn shortest(first: &Oracle, second: &Oracle, least: usize, most: usize, excluded: &[String]) -> Option<usize> {
    let start = (Some(first.start), Some(second.start), Some(String::new()), 0);
    let mut seen: FxHashSet<_> = [start.clone()].into_iter().collect();
    let mut open = VecDeque::from([(start, 0)]);
    while let Some(((one, other, prefix, counted), length)) = open.pop_front() {
        let is_excluded = prefix.as_ref().is_some_and(|prefix| excluded.contains(prefix));
        if length >= least && first.accepts(one) && !second.accepts(other) && !is_excluded {
            return Some(length);
        }
        if length >= most {
            continue;
        }
        for letter in LETTERS.chars() {
            // What is the beginning of no excluded text is not told apart.
            let longer = prefix.as_ref().map(|prefix| format!("{prefix}{letter}"));
            let prefix = longer.filter(|longer| excluded.iter().any(|text| text.starts_with(longer)));
            let next = (
                first.step(one, letter),
                second.step(other, letter),
                prefix,
                (counted + 1).min(least),
            );
            if seen.insert(next.clone()) {
                open.push_back((next, length + 1));
            }
        }
    }
    None
}

fn ask(
    required: &[&str],
    forbidden: &[&str],
    least: u64,
    most: Option<u64>,
    excluded: &[String],
) -> StringSearchResult {
    let languages = |patterns: &[&str]| {
        patterns
            .iter()
            .flat_map(|pattern| split_pattern(pattern).unwrap().required)
            .collect()
    };
    let question = TextQuestion {
        required: languages(required),
        forbidden: languages(forbidden),
        least,
        most,
        excluded: excluded.iter().map(String::as_str).collect(),
    };
    question.answer(&mut MOST_STATES.clone())
}

/// What an engine of ECMA 262 says. `regress` takes all memory for repetitions of groups that may be empty (`(a?){2,}`): patterns
/// with repeated groups are matched by our own backtracking, which shares the syntax with the terms, and nothing else; where that
/// takes too many steps, by the validator.
fn ecma_matches(pattern: &str, text: &str) -> bool {
    let repeats_groups = [")*", ")+", ")?", "){"]
        .iter()
        .any(|repetition| pattern.contains(repetition));
    if repeats_groups {
        let tree = super::parse_pattern(pattern).unwrap();
        return super::irregular::has_match(&tree, text).unwrap_or_else(|| validator_matches(pattern, text));
    }
    regress::Regex::with_flags(pattern, "u").unwrap().find(text).is_some()
}

fn validator_matches(pattern: &str, text: &str) -> bool {
    let schema = serde_json::json!({"pattern": pattern});
    jsonschema::validator_for(&schema)
        .unwrap()
        .is_valid(&serde_json::json!(text))
}

fn matches(pattern: &str, text: &str) -> bool {
    split_pattern(pattern).unwrap().is_match(text).unwrap()
}

#[test]
fn every_pair_is_decided_as_unrolled_automata_decide_it() {
    let mut random = Random::new(13);
    let (mut decided, mut empty) = (0, 0);
    for number in 0..pairs() {
        let one = pattern(&mut random);
        let other = if random.percent(50) {
            relative(&mut random, &one)
        } else {
            pattern(&mut random)
        };
        let (least, most) = if random.percent(30) {
            (random.below(6), 4 + random.below(8))
        } else {
            (0, usize::MAX)
        };
        let excluded: Vec<String> = if random.percent(20) {
            ["", "a", "ab", "b1", "aa"]
                .into_iter()
                .filter(|_| random.percent(50))
                .map(str::to_owned)
                .collect()
        } else {
            Vec::new()
        };
        if split_pattern(&other).is_none() {
            // The edit was none.
            assert!(regress::Regex::with_flags(&other, "u").is_err(), "{other}");
            continue;
        }
        let (Some(first), Some(second)) = (Oracle::new(&one), Oracle::new(&other)) else {
            continue;
        };
        let expected = shortest(&first, &second, least, most, &excluded);
        let most = (most < usize::MAX).then_some(most as u64);
        let found = ask(&[&one], &[&other], least as u64, most, &excluded);
        let context = format!("pair {number}: {one} without {other}, {least} to {most:?}, not {excluded:?}");
        match &found {
            StringSearchResult::None => assert_eq!(expected, None, "{context}"),
            StringSearchResult::Shortest(word) => {
                assert_eq!(Some(word.chars().count()), expected, "{context}: {word:?}");
                assert!(!excluded.contains(word), "{context}: {word:?}");
                for is_match in [ecma_matches, validator_matches, matches] {
                    assert!(is_match(&one, word) && !is_match(&other, word), "{context}: {word:?}");
                }
            }
            StringSearchResult::Unknown(reason) => panic!("{context}: {reason}"),
        }
        decided += 1;
        empty += usize::from(found == StringSearchResult::None);
    }
    assert!(
        decided * 4 > pairs() * 3,
        "only {decided} of {} pairs were decided",
        pairs()
    );
    assert!(empty * 20 > decided, "only {empty} of {decided} pairs are inclusions");
}

#[test]
fn a_pattern_is_in_itself_and_apart_from_its_complement() {
    let mut random = Random::new(14);
    for _ in 0..pairs() {
        let (one, other) = (pattern(&mut random), pattern(&mut random));
        assert_eq!(ask(&[&one], &[&one], 0, None, &[]), StringSearchResult::None, "{one}");
        assert_eq!(
            ask(&[&one, &other], &[&one], 0, None, &[]),
            StringSearchResult::None,
            "{one} and {other}"
        );
        let bare = format!("(?:{one})");
        assert_eq!(ask(&[&bare], &[&one], 0, None, &[]), StringSearchResult::None, "{bare}");
        assert_eq!(ask(&[&one], &[&bare], 0, None, &[]), StringSearchResult::None, "{bare}");
        let either = format!("{one}|{other}");
        assert_eq!(
            ask(&[&one], &[&either], 0, None, &[]),
            StringSearchResult::None,
            "{one} in {either}"
        );
        assert_eq!(
            ask(&[&either], &[&one, &other], 0, None, &[]),
            StringSearchResult::None,
            "{either}"
        );
        if let StringSearchResult::Shortest(word) = ask(&[&one, &other], &[], 0, None, &[]) {
            assert!(
                ecma_matches(&one, &word) && ecma_matches(&other, &word),
                "{one} and {other}: {word:?}"
            );
        }
    }
}

#[test]
fn membership_is_the_one_of_an_engine_of_ecma_262() {
    let mut random = Random::new(15);
    let letters: Vec<char> = LETTERS.chars().collect();
    for _ in 0..4 * pairs() {
        let mut pattern = pattern(&mut random);
        if random.percent(30) {
            // Assertions wherever a letter may stand.
            let assertion = random.pick(&["\\b", "\\B", "$", "(?:^|a)"]);
            pattern = pattern
                .replacen('b', assertion, 1)
                .replace(&format!("[{assertion}c]"), "c");
            // In a class they are none.
            if pattern.contains(&format!("[a{assertion}]")) {
                continue;
            }
        }
        let Some(parts) = split_pattern(&pattern) else {
            continue;
        };
        for _ in 0..10 {
            let length = random.below(8);
            let text: String = (0..length).map(|_| *random.pick(&letters)).collect();
            let expected = ecma_matches(&pattern, &text);
            assert_eq!(parts.is_match(&text), Some(expected), "{pattern} on {text:?}");
        }
    }
}
