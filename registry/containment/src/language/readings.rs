//! Our reading of patterns beside others: a table of everything that ECMA 262 and Rust's syntax read differently, and of what only one
//! of them knows. In: patterns and words. Out: nothing, or the pattern that is read otherwise than ECMA 262 says.

use super::split_pattern;

/// Patterns that ECMA 262 knows with the flag `u`.
const PATTERNS: &[&str] = &[
    "",
    "^$",
    "a$",
    "^a",
    "^a$",
    "a$b",
    "^^a$$",
    "a^b",
    "$^",
    "(^a|b)c",
    "a(b|$)",
    "(?:^|-)a(?:$|-)",
    "^a|b$",
    "(^a$)|b",
    "^(a$|b)",
    "(?:a|^)*b",
    "(a|$)+$",
    ".",
    "^.$",
    "^.*$",
    "^[^]*$",
    "[]",
    "^[]|a$",
    "a[]",
    "[^]",
    "\\d",
    "^\\D$",
    "\\w",
    "^\\W+$",
    "\\s",
    "^\\S+$",
    "[\\d]",
    "[^\\d]",
    "^[\\w]+$",
    "[^\\w]",
    "[\\s]",
    "^[^\\s]+$",
    "[\\D\\d]",
    "\\ba",
    "a\\b",
    "\\Ba",
    "\\b",
    "^\\B$",
    "^\\b.\\b$",
    "\\b\\w+\\b",
    "a\\b.",
    "^(?:\\b|a)+$",
    "(?:\\ba){1,2}",
    "\\bé",
    "é\\b",
    "\\cJ",
    "\\cj",
    "[\\cJ]",
    "\\0",
    "[\\0]",
    "\\t\\n\\v\\f\\r",
    "[\\b]",
    "\\x41",
    "\\u0041",
    "\\u{41}",
    "\\u{0000041}",
    "\\u{1F600}",
    "\\uD83D\\uDE00",
    "^\\uD83D\\uDE00{2}$",
    "[\\uD83D\\uDE00]",
    "[\\u{1F600}-\\u{1F602}]",
    "^.{1}$",
    "😀",
    "^😀$",
    "^[😀]$",
    "^[^a]$",
    "\\/",
    "\\.",
    "\\*",
    "\\$",
    "\\^",
    "\\(\\)\\[\\]\\{\\}\\|\\\\",
    "[\\-]",
    "[a\\]b]",
    "[[]",
    "[-a]",
    "[a-]",
    "[a-c-e]",
    "[.]",
    "[$^]",
    "[^^]",
    "[(|)]",
    "a{2}",
    "a{2,}",
    "^a{2,3}$",
    "a{0}",
    "a{0,0}b",
    "^(?:a{2}){2}$",
    "^(?:a{2,3}){2}$",
    "^(?:a?){3}$",
    "^(?:a*){2,3}$",
    "^(?:a*b*){2}$",
    "^(?:|a)+$",
    "^(?:a|){2,}$",
    "a*?",
    "a+?b",
    "a{1,2}?",
    "a??",
    "(?<n>a)",
    "(?<n_1>a)|b",
    "(a)",
    "(?:a)",
    "(|a)",
    "(a|)",
    "()",
    "(?:)",
    "(?:)*",
    "()+",
    "\\p{L}",
    "\\p{Lu}",
    "\\P{L}",
    "\\p{Letter}",
    "\\p{gc=Lu}",
    "\\p{General_Category=Lu}",
    "\\p{Script=Greek}",
    "\\p{sc=Grek}",
    "\\p{scx=Greek}",
    "\\p{Script_Extensions=Greek}",
    "\\p{ASCII}",
    "\\p{Any}",
    "\\p{Alphabetic}",
    "\\p{White_Space}",
    "\\p{Nd}",
    "\\p{Emoji}",
    "[\\p{L}\\d]",
    "[^\\p{L}]",
    "^\\p{L}{1,5}$",
    "^[\\p{L} .'-]{1,50}$",
    "\\p{Assigned}",
    "\\p{P}",
    "\\p{Sc}",
    "\\p{Uppercase}",
    "^(?=a).",
    "^(?!a).",
    "^(?=.*\\d)(?!.*1).+$",
    "^(?=a|b)",
    "^(?!a$)",
    "^(?!(?:a|b)$)",
    "(?=a)",
    "a(?!b)",
    "(?<=a)b",
    "(?<!a)b",
    "(a)\\1",
    "(?:a|(b))\\1$",
    "^(?=(a))\\1",
    "(?<=\\ba)b",
    "^(?:(?!b).)*$",
];

/// What ECMA 262 refuses with the flag `u`, and what Rust's syntax or engines of other languages read in their own way.
const REFUSED: &[&str] = &[
    "(?i)a",
    "(?i:a)",
    "(?s).",
    "(?s:.)",
    "(?m)^a$",
    "(?x) a b",
    "(?U)a+",
    "(?P<n>a)",
    "(?P=n)",
    "\\A",
    "\\z",
    "\\Z",
    "\\G",
    "\\a",
    "\\e",
    "\\h",
    "\\H",
    "\\R",
    "\\X",
    "\\K",
    "\\Q.\\E",
    "a++",
    "a*+",
    "a?+",
    "a{2}+",
    "(?>a)",
    "a**",
    "a{2}{3}",
    "[[:alpha:]]",
    "[a&&b]",
    "[a--b]",
    "[a~~b]",
    "[a-z&&[^b]]",
    "\\<a",
    "a\\>",
    "\\b{start}a",
    "\\b{2}",
    "\\pL",
    "\\PL",
    "\\p{^L}",
    "\\p{Greek}",
    "\\p{greek}",
    "\\p{l}",
    "\\p{letter}",
    "\\p{IsL}",
    "\\p{Block=Arrows}",
    "\\x{41}",
    "\\x4",
    "\\u41",
    "\\U00000041",
    "\\u{}",
    "\\u{110000}",
    "a{,3}",
    "a{3,2}",
    "{",
    "a{",
    "a{1",
    "{1}",
    "*a",
    "+",
    "?",
    "^*",
    "$+",
    "(?=a)*",
    "(?!a)?",
    "(?<=a)+",
    "(a",
    "a)",
    "[a",
    "]",
    "[z-a]",
    "[\\w-z]",
    "[a-\\d]",
    "\\1",
    "(a)\\2",
    "\\01",
    "\\00",
    "\\c",
    "\\c1",
    "\\k<n>",
    "(?<n>a)\\k<m>",
    "(?<1>a)",
    "(?#a)",
    "(?|a)",
    "(?",
    "\\",
    "\\8",
    "\\_a\\y",
    "\\uD83D",
    "\\uDE00",
    "[\\uD800-\\uDBFF]",
    "[]a]",
    "[^]a]",
];

const WORDS: &[&str] = &[
    "",
    "a",
    "b",
    "c",
    "ab",
    "ba",
    "aa",
    "aaa",
    "aaaa",
    "aaaaaa",
    "abab",
    "bc",
    "ac",
    "-a-",
    "a-",
    "A",
    "Ab1_",
    "1",
    "12",
    "٣",
    "_",
    " ",
    "\n",
    "\r",
    "\u{2028}",
    "\u{2029}",
    "\u{85}",
    "\u{a0}",
    "\u{feff}",
    "\u{b}",
    "\u{c}",
    "\t",
    "\t\n\u{b}\u{c}\r",
    "a\n",
    "\na",
    "a\nb",
    "a\rb",
    "é",
    "éa",
    "aé",
    "ñandú",
    "ß",
    "Ä",
    "α",
    "Ω",
    "日本",
    "😀",
    "😀😀",
    "😁",
    "🇩🇪",
    "\0",
    "\u{8}",
    "\u{7f}",
    "^",
    "$",
    "$^",
    "(|)",
    "()[]{}|\\",
    ".",
    "*",
    "/",
    "-",
    "]",
    "[",
    "a]b",
    "d",
    "e",
    "D'Arcy",
    "O. K.",
    "€",
    "1a",
    "a1",
    "a b",
    "ǅ",
    "ʰ",
    "\u{301}",
    "e\u{301}",
    "Ⅷ",
    "²",
];

/// What an engine of ECMA 262 says.
fn ecma(pattern: &str) -> Option<regress::Regex> {
    regress::Regex::with_flags(pattern, "u").ok()
}

fn our_match(pattern: &str, word: &str) -> Option<bool> {
    match split_pattern(pattern) {
        Some(parts) => parts.is_match(word),
        None => super::match_irregular_pattern(pattern, word),
    }
}

#[test]
fn every_pattern_is_read_as_an_engine_of_ecma_262_reads_it() {
    for pattern in PATTERNS {
        let regex = ecma(pattern).unwrap_or_else(|| panic!("{pattern} is none of ECMA 262"));
        for word in WORDS {
            let expected = regex.find(word).is_some();
            assert_eq!(our_match(pattern, word), Some(expected), "{pattern} on {word:?}");
        }
    }
}

#[test]
fn nothing_is_known_about_what_ecma_262_does_not_know() {
    for pattern in REFUSED {
        assert!(split_pattern(pattern).is_none(), "{pattern}");
        for word in WORDS {
            assert_eq!(
                super::match_irregular_pattern(pattern, word),
                None,
                "{pattern} on {word:?}"
            );
        }
    }
}

/// `patterns.jsonl` holds what V8 accepts, with the flag `u` and without it.
#[test]
fn what_v8_refuses_is_refused() {
    let cases = include_str!("../../../model/tests/patterns.jsonl");
    let mut read = 0;
    for line in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let pattern = case["pattern"].as_str().unwrap();
        if split_pattern(pattern).is_some() {
            let accepted = [&case["unicode"], &case["legacy"]]
                .into_iter()
                .any(|accepted| *accepted == true);
            assert!(accepted, "{pattern}");
            read += 1;
        }
    }
    assert!(read > 100, "{read} are too few to show anything");
}

/// Where the validator reads a regular pattern otherwise, its answer and ours would contradict each other: the pattern has to be one
/// of which that is known (`\b` beside letters outside ASCII), or one that the validator refuses.
#[test]
fn the_validator_reads_regular_patterns_as_we_do() {
    for pattern in PATTERNS {
        let Some(parts) = split_pattern(pattern) else {
            continue;
        };
        let schema = serde_json::json!({"pattern": pattern});
        let options = jsonschema::options().with_pattern_options(jsonschema::PatternOptions::regex());
        let Ok(validator) = options.build(&schema) else {
            continue;
        };
        let is_disputed = parts.required.iter().any(|language| language.has_word_boundary());
        for word in WORDS {
            let theirs = validator.is_valid(&serde_json::json!(word));
            if !is_disputed || word.is_ascii() {
                assert_eq!(parts.is_match(word), Some(theirs), "{pattern} on {word:?}");
            }
        }
    }
}
