//! Patterns as ECMA 262 reads them, by the translation that the validator behind `schemactl check` uses, so that both agree.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use fancy_regex::Regex;
use regex_automata::Input;
use regex_automata::dfa::{Automaton, dense};

use super::compiled::PatternTest;

/// Compiled patterns. A program has as many as its schemas.
static COMPILED: Mutex<BTreeMap<String, Option<Arc<Regex>>>> = Mutex::new(BTreeMap::new());

/// Returns whether the pattern is found in the text. Nobody can tell of a pattern that is none, or that takes too long.
pub(super) fn matches_pattern(pattern: &str, text: &str) -> Option<bool> {
    compile(pattern)?.is_match(text).ok()
}

/// Compiles a pattern once for many texts.
pub(super) fn compile_pattern(pattern: &str) -> Option<PatternTest> {
    if let Some(table) = build_table(pattern) {
        return Some(Box::new(move |text| {
            let input = Input::new(text).earliest(true);
            table.try_search_fwd(&input).ok().map(|end| end.is_some())
        }));
    }
    let regex = compile(pattern)?;
    Some(Box::new(move |text| regex.is_match(text).ok()))
}

/// Tables of more bytes are not built: they would take longer to build than they save.
const LARGEST_TABLE: usize = 1 << 16;

/// Builds the table of a simple pattern; `None` if it is not one.
fn build_table(pattern: &str) -> Option<dense::DFA<Vec<u32>>> {
    is_simple(pattern.as_bytes()).filter(|simple| *simple)?;
    let config = dense::Config::new()
        .dfa_size_limit(Some(LARGEST_TABLE))
        .determinize_size_limit(Some(4 * LARGEST_TABLE));
    dense::Builder::new().configure(config).build(pattern).ok()
}

/// What stands before a character of a pattern.
#[derive(Clone, Copy, PartialEq)]
enum RepeatableBefore {
    /// Nothing that could be repeated.
    Nothing,
    Atom,
    Repetition,
}

/// Whether all engines read a pattern alike, so that no translation is needed: ASCII letters, digits and signs, classes of them, groups,
/// alternatives and repetitions, `^`, `$` and an escaped dot. `None` if it ends too early.
fn is_simple(mut rest: &[u8]) -> Option<bool> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b",:;_-/#@%=<>~!'\" ".contains(&byte);
    let mut before = RepeatableBefore::Nothing;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        before = match *first {
            byte if is_plain(byte) => RepeatableBefore::Atom,
            b')' => RepeatableBefore::Atom,
            b'^' | b'$' | b'|' => RepeatableBefore::Nothing,
            b'(' if rest.first() != Some(&b'?') => RepeatableBefore::Nothing,
            b'*' | b'+' | b'?' if before == RepeatableBefore::Atom => RepeatableBefore::Repetition,
            // As few as possible.
            b'?' if before == RepeatableBefore::Repetition => RepeatableBefore::Nothing,
            b'\\' if rest.first() == Some(&b'.') => {
                rest = &rest[1..];
                RepeatableBefore::Atom
            }
            b'[' => {
                let end = rest.iter().position(|byte| *byte == b']')?;
                let class = &rest[..end];
                let has_sets = class.windows(2).any(|pair| matches!(pair, b"--" | b"~~"));
                if class.is_empty() || has_sets || !class.iter().all(|byte| is_plain(*byte)) {
                    return Some(false);
                }
                rest = &rest[end + 1..];
                RepeatableBefore::Atom
            }
            b'{' if before == RepeatableBefore::Atom => {
                let end = rest.iter().position(|byte| *byte == b'}')?;
                let starts_with_digit = rest[0].is_ascii_digit();
                if !starts_with_digit || !rest[..end].iter().all(|byte| byte.is_ascii_digit() || *byte == b',') {
                    return Some(false);
                }
                rest = &rest[end + 1..];
                RepeatableBefore::Repetition
            }
            _ => return Some(false),
        };
    }
    Some(true)
}

fn compile(pattern: &str) -> Option<Arc<Regex>> {
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let regex = compiled.entry(pattern.to_owned()).or_insert_with(|| {
        let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
        Regex::new(&translated).ok().map(Arc::new)
    });
    regex.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::Choices;

    const PIECES: [&str; 24] = [
        "a",
        "b",
        "A",
        "0",
        "-",
        "_",
        "^",
        "$",
        "(a|b)",
        "(",
        ")",
        "|",
        "[a-z]",
        "[A-Z0-9_-]",
        "[+-]",
        "*",
        "+",
        "?",
        "{2}",
        "{1,2}",
        "{0,}",
        "\\.",
        "{",
        " ",
    ];

    #[test]
    fn tables_answer_what_the_engine_answers() {
        let (mut choices, mut tables, mut found) = (Choices(0x7ab1e), 0, 0);
        for _ in 0..3_000 {
            let pattern: String = (0..=choices.below(6)).map(|_| choices.pick(&PIECES)).collect();
            let Some(table) = build_table(&pattern) else { continue };
            let regex = compile(&pattern).unwrap_or_else(|| panic!("{pattern:?} is a pattern for one engine only"));
            tables += 1;
            for _ in 0..10 {
                let pieces = ["a", "b", "A", "z", "0", "-", "_", ".", "(", "\n", "é", " ", "{"];
                let text: String = (0..choices.below(5)).map(|_| choices.pick(&pieces)).collect();
                let expected = regex.is_match(&text).unwrap();
                let answer = table.try_search_fwd(&Input::new(&text).earliest(true)).unwrap();
                assert_eq!(answer.is_some(), expected, "{pattern:?} {text:?}");
                found += usize::from(expected);
            }
        }
        assert!(tables > 500 && found > 1_000, "{tables} {found}");
    }

    #[test]
    fn what_engines_read_in_different_ways_has_no_table() {
        for pattern in [
            "a.c", "\\d", "[^a]", "a(?=b)", "(?i)a", "a{,2}", "[[a]]", "é", "^*", "[a-c&&b]",
        ] {
            assert!(build_table(pattern).is_none(), "{pattern}");
        }
        assert!(build_table("^[A-Z]{3}$").is_some());
        // Its table would be larger than any text is long.
        assert!(build_table("(a|b)*a(a|b){20}").is_none());
    }
}
