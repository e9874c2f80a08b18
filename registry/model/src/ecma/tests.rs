//! What is read as a pattern, what is none, and what only one grammar or one engine accepts.

use super::*;

#[test]
fn what_is_no_pattern_is_rejected_at_its_place() {
    for (pattern, offset, message) in [
        ("[z-a]", 1, "the range `z-a` is out of order"),
        ("[z-a", 1, "the range `z-a` is out of order"),
        ("[b-a]", 1, "the range `b-a` is out of order"),
        ("[a-z", 0, "a `[` is not closed"),
        ("(", 1, "a `(` is not closed"),
        ("a)", 1, "`)` closes no group: write `\\)`"),
        ("*a", 0, "`*` has nothing to repeat"),
        ("a|*", 2, "`*` has nothing to repeat"),
        ("a**", 2, "`*` has nothing to repeat"),
        ("a{2}{3}", 4, "`{3}` has nothing to repeat"),
        ("{2}", 0, "`{2}` has nothing to repeat"),
        ("^*", 1, "`*` has nothing to repeat"),
        ("a{3,2}", 1, "`{3,2}` has its numbers out of order"),
        ("(?<=a)*", 6, "`*` has nothing to repeat"),
        ("a\\", 1, "a `\\` escapes nothing"),
        ("(?<n>a)(?<n>b)", 7, "two groups are named `n`"),
        ("(?<n>a)\\k<m>", 7, "`\\k<m>` refers to a group that does not exist"),
        ("(?<1>a)", 3, "`1` is not the name of a group"),
        ("(?<n", 0, "the name of a group is not closed by `>`"),
        ("(?#a)", 0, "`(?` begins no group"),
        ("(?", 0, "`(?` begins no group"),
        ("(?i)[z-a]", 5, "the range `z-a` is out of order"),
    ] {
        let rejected = read_pattern(pattern).expect_err(pattern);
        assert_eq!(
            (rejected.offset, rejected.message.as_str()),
            (offset, message),
            "{pattern}"
        );
    }
}

#[test]
fn published_patterns_are_accepted() {
    for pattern in [
        "",
        "^[A-Z]{3}-\\d+$",
        "^\\p{L}{1,50}$",
        "\\p{Script=Greek}\\P{Lu}",
        "^(?!\\s*$)(?=.*[0-9]).+$",
        "(?<year>\\d{4})-\\k<year>",
        "(?:(?<a>x)|(?<a>y))\\k<a>",
        "[]|[^]",
        "\\u{1F600}\\ud83d\\ude00\\u00e9\\x41\\cA\\0",
        "(a)\\1",
        "a+?b*?c??d{2,}?e{2}f{2,3}",
        "[\\d\\-.]",
        "\\/\\.\\^\\$",
        "(?<=a)b(?<!c)",
        "[😀-😎]",
    ] {
        assert_eq!(read_pattern(pattern), Ok(PatternReading::default()), "{pattern}");
    }
}

#[test]
fn what_only_readers_without_the_flag_accept_says_so() {
    for pattern in [
        "a\\-b", "\\_", "[\\w-.]", "a{", "}", "]", "\\@", "(?=a)*", "\\1", "\\u12", "a{,}", "\\k", "{a}", "\\08",
    ] {
        let reading = read_pattern(pattern).expect(pattern);
        assert!(reading.rejected_by_unicode.is_some(), "{pattern}");
        assert_eq!(reading.rust_only, None, "{pattern}");
    }
}

#[test]
fn syntax_of_rust_is_named_with_what_ecma_has_for_it() {
    for (pattern, text, ecma) in [
        ("(?i)abc", "(?i)", "both cases of each letter, such as `[Aa]`"),
        ("a(?i:b)", "(?i:", "both cases of each letter, such as `[Aa]`"),
        ("(?x) a b", "(?x)", "the pattern without its white space and comments"),
        ("(?s-m).", "(?s-m)", "`[\\s\\S]` for `.`, without the flag"),
        ("(?P<x>a)(?P=x)", "(?P<x>", "`(?<x>`"),
        ("(?<x>a)(?P=x)", "(?P=x)", "`\\k<x>`"),
        ("\\Aabc", "\\A", "`^`"),
        ("abc\\z", "\\z", "`$`"),
        ("abc\\Z", "\\Z", "`$`"),
        ("a++", "++", "the quantifier without its last `+`"),
        ("a{2}+b", "{2}+", "the quantifier without its last `+`"),
        ("(?>a|b)c", "(?>", "`(?=(…))\\1`, or a plain group"),
        ("\\x{41}", "\\x{41}", "`\\u0041`"),
        ("\\x{1F600}", "\\x{1F600}", "`\\u{1F600}`"),
        ("\\U0001F600", "\\U0001F600", "`\\u{1F600}`"),
        ("\\pL+", "\\pL", "`\\p{L}`"),
        ("[\\pN_]", "\\pN", "`\\p{N}`"),
        ("\\p{Greek}", "\\p{Greek}", "`\\p{Script=Greek}`"),
        ("[[:alpha:]_]", "[:alpha:]", "`A-Za-z`"),
        ("\\b{start}a", "\\b{start}", "`\\b`"),
        ("\\<a", "\\<", "`\\b`, or `<` if the character is meant"),
        ("a{,5}", "{,5}", "`{0,5}`"),
    ] {
        let found = rust_only_syntax(pattern).unwrap_or_else(|| panic!("{pattern}"));
        assert_eq!((found.text.as_str(), found.ecma.as_str()), (text, ecma), "{pattern}");
    }
    // `\p{L}` has a meaning only with `u`, which rejects `\-`.
    assert_eq!(
        rust_only_syntax("\\-\\p{L}").map(|found| found.text),
        Some("\\p{L}".to_owned())
    );
    assert_eq!(rust_only_syntax("[z-a]"), None);
}

#[test]
fn many_brackets_are_read_without_recursion() {
    let deep = "(".repeat(100_000) + &")".repeat(100_000);
    assert!(read_pattern(&deep).is_ok());
    assert!(read_pattern(&deep[1..]).is_err());
}
