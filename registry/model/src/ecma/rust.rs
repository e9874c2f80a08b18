//! Syntax that Rust knows (its crates `regex` and `fancy-regex`; mostly Python and PCRE too) and ECMA 262 does not. It is passed
//! over as if it were allowed, and noted.

use super::reader::{Before, PatternReader, ReadTerm, reject_pattern};

/// Escapes that Rust reads as more than their letter, and what ECMA 262 has in their place. ECMA 262 reads the letter, or rejects the
/// escape with `u`.
const ESCAPES: &[(&str, &str)] = &[
    ("\\A", "`^`"),
    ("\\z", "`$`"),
    ("\\Z", "`$`"),
    ("\\a", "`\\x07`"),
    ("\\e", "`\\x1b`"),
    (
        "\\h",
        "`[0-9A-Fa-f]`, which it is in Rust, or `[ \\t]`, which it is in PCRE",
    ),
    (
        "\\H",
        "`[^0-9A-Fa-f]`, which it is in Rust, or `[^ \\t]`, which it is in PCRE",
    ),
    ("\\R", "`(?:\\r\\n|[\\n\\v\\f\\r\\u0085\\u2028\\u2029])`"),
    ("\\O", "`[\\s\\S]`"),
    ("\\N", "`[^\\n]`"),
    ("\\G", "the pattern without it"),
    ("\\K", "a lookbehind, `(?<=…)`"),
    ("\\Q", "the characters with a `\\` before each that is special"),
    ("\\E", "the pattern without it"),
    ("\\<", "`\\b`, or `<` if the character is meant"),
    ("\\>", "`\\b`, or `>` if the character is meant"),
];

/// The general categories of Unicode that have a letter of their own, for which Rust needs no braces.
const CATEGORIES: [&str; 7] = ["C", "L", "M", "N", "P", "S", "Z"];

impl PatternReader<'_> {
    /// An escape of Rust's outside of classes, its backslash read. Returns whether it was one.
    pub(super) fn rust_escape(&mut self, start: usize) -> bool {
        let rest = &self.pattern[start..];
        if let Some((escape, ecma)) = ESCAPES.iter().find(|(escape, _)| rest.starts_with(escape)) {
            self.eat_text(&escape[1..]);
            self.note_rust_only(start, start + escape.len(), ecma);
            return true;
        }
        self.rust_character(start)
    }

    /// An escape of Rust's that classes have too: a code point or a category of Unicode, its backslash read.
    pub(super) fn rust_character(&mut self, start: usize) -> bool {
        let rest = &self.pattern[start..];
        if let Some(digits) = braced(rest, "\\x{").or_else(|| braced(rest, "\\U{")) {
            let (end, ecma) = (start + digits.len() + 4, code_point(digits));
            self.eat_text(&self.pattern[start + 1..end]);
            self.note_rust_only(start, end, &ecma);
            return true;
        }
        let long = rest.strip_prefix("\\U").and_then(|rest| rest.get(..8));
        if let Some(digits) = long.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit())) {
            let ecma = code_point(digits);
            self.eat_text(&self.pattern[start + 1..start + 10]);
            self.note_rust_only(start, start + 10, &ecma);
            return true;
        }
        let property = rest.strip_prefix("\\p").or_else(|| rest.strip_prefix("\\P"));
        let letter = property.and_then(|rest| rest.get(..1));
        if let Some(letter) = letter.filter(|letter| CATEGORIES.contains(letter)) {
            let ecma = format!("`{}{{{letter}}}`", &rest[..2]);
            self.eat_text(&self.pattern[start + 1..start + 3]);
            self.note_rust_only(start, start + 3, &ecma);
            return true;
        }
        false
    }

    /// An escape that has a meaning of its own only with `u`, in a pattern that `u` rejects: Rust's meaning is none of ECMA 262's.
    pub(super) fn note_unicode_escape(&mut self, start: usize) {
        let rest = &self.pattern[start..];
        if ["\\p{", "\\P{", "\\u{"].iter().any(|escape| rest.starts_with(escape)) {
            let end = start + rest.find('}').map_or(3, |brace| brace + 1);
            let ecma =
                "the rest of the pattern so that the flag `u` accepts it, which alone gives this escape a meaning";
            self.note_rust_only(start, end, ecma);
        }
    }

    /// `\b{start}`, `\b` read.
    pub(super) fn note_half_boundary(&mut self, start: usize) {
        for half in ["{start}", "{end}", "{start-half}", "{end-half}"] {
            if self.eat_text(half) {
                self.note_rust_only(start, start + 2 + half.len(), "`\\b`");
            }
        }
    }

    /// `(?i)`, `(?i:…)`, `(?P<x>…)`, `(?P=x)`, `(?>…)`, up to the question mark read. `None` if nothing was opened.
    pub(super) fn rust_group(&mut self, start: usize) -> ReadTerm<Option<Before>> {
        if self.eat_text("P<") {
            let name = self.named_group(start)?;
            let end = self.offset();
            self.note_rust_only(start, end, &format!("`(?<{name}>`"));
            return Ok(Some(Before::Atom));
        }
        if self.eat_text("P=") {
            return self.rust_reference(start);
        }
        if self.eat('>') {
            self.note_rust_only(start, start + 3, "`(?=(…))\\1`, or a plain group");
            return Ok(Some(Before::Atom));
        }
        let flags = self.flags();
        let is_group = self.eat(':');
        if flags.is_empty() || (!is_group && !self.eat(')')) {
            return Err(reject_pattern(start, "`(?` begins no group"));
        }
        let end = self.offset();
        self.note_rust_only(start, end, instead_of_flags(&flags));
        if !is_group {
            self.before = Before::Nothing;
        }
        Ok(is_group.then_some(Before::Atom))
    }

    fn rust_reference(&mut self, start: usize) -> ReadTerm<Option<Before>> {
        let rest = &self.pattern[self.offset()..];
        let Some((name, _)) = rest.split_once(')') else {
            return Err(reject_pattern(start, "a `(` is not closed"));
        };
        let name = name.to_owned();
        let end = self.offset() + name.len() + 1;
        while self.offset() < end {
            self.bump();
        }
        self.note_rust_only(start, end, &format!("`\\k<{name}>`"));
        self.referred.push((name, start));
        self.before = Before::Atom;
        Ok(None)
    }

    /// The flags that Rust has, those that are switched off included.
    fn flags(&mut self) -> String {
        let mut flags = String::new();
        while let Some(flag) = self.peek().and_then(char::from_u32) {
            if !"imsxuUR-".contains(flag) {
                break;
            }
            flags.push(flag);
            self.bump();
        }
        // `(?-)` and `(?i--s)` are no flags anywhere.
        let dashes = flags.matches('-').count();
        if dashes > 1 || flags.ends_with('-') {
            return String::new();
        }
        flags
    }
}

/// What ECMA 262 has in place of flags. `(?i:…)`, `(?m:…)` and `(?s:…)` are a part of it since 2025, which few validators know.
fn instead_of_flags(flags: &str) -> &'static str {
    match flags.chars().next() {
        Some('i') => "both cases of each letter, such as `[Aa]`",
        Some('s') => "`[\\s\\S]` for `.`, without the flag",
        Some('m') => "`(?:^|\\n)` for `^` and `(?=\\n|$)` for `$`, without the flag",
        Some('x') => "the pattern without its white space and comments",
        _ => "the pattern without flags",
    }
}

fn braced<'p>(rest: &'p str, opening: &str) -> Option<&'p str> {
    let (digits, _) = rest.strip_prefix(opening)?.split_once('}')?;
    let is_code = (1..=8).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_code.then_some(digits)
}

/// A code point as ECMA 262 writes it, with `u` where there is no other way.
fn code_point(digits: &str) -> String {
    match u32::from_str_radix(digits, 16) {
        Ok(code) if code <= 0xffff => format!("`\\u{code:04x}`"),
        _ => format!("`\\u{{{}}}`", digits.trim_start_matches('0')),
    }
}
