//! The syntax of ECMA 262 patterns, as JSON Schema has them: with the flag `u`, and with the escaped punctuation and the lone `}` that
//! patterns without it may have, where both read the same. In: the text of a pattern. Out: its tree. `None` for what
//! ECMA 262 refuses, for what engines are known to read otherwise, and for flags: about such a pattern nothing is known.

use std::rc::Rc;

use super::code_points::{CodePointSet, digits, dot, property, white_space, word_letters};

/// Groups within groups; deeper patterns are refused, because trees are walked by recursion.
// INVARIANT: deeper patterns are opaque. Reading and simplifying them takes a frame of the stack for each group.
const DEEPEST_GROUP: u32 = 100;
/// A repetition without an end. Larger counts are refused.
pub(super) const ENDLESS: u32 = u32::MAX;

/// A pattern, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PatternTree {
    /// The empty text.
    Empty,
    Class(Rc<CodePointSet>),
    Concat(Vec<PatternTree>),
    Alternatives(Vec<PatternTree>),
    /// From so many to so many times.
    Repeat(Box<PatternTree>, u32, u32),
    Assert(TextPosition),
    Lookaround(Box<Lookaround>),
    /// A group and its number, counted from one.
    Capture(u32, Box<PatternTree>),
    Backreference(u32),
}

/// What an assertion without a width is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum TextPosition {
    Start,
    End,
    WordBoundary,
    NoWordBoundary,
}

/// A lookahead or lookbehind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lookaround {
    pub(super) is_ahead: bool,
    /// `(?=` in place of `(?!`.
    pub(super) is_positive: bool,
    pub(super) tree: PatternTree,
}

/// Returns the tree of a pattern.
pub(super) fn parse_pattern(pattern: &str) -> Option<PatternTree> {
    let mut parser = SyntaxParser {
        rest: pattern,
        groups: 0,
        largest_reference: 0,
        depth: 0,
        has_empty_class: false,
    };
    let tree = parser.alternatives()?;
    let is_whole = parser.rest.is_empty() && parser.largest_reference <= parser.groups;
    // Rust reads `[]a]` as a class of two letters, ECMA 262 `[]` as the empty class. Where Rust can read it, validators differ.
    if parser.has_empty_class && jsonschema_regex::to_rust_regex(pattern).is_ok() {
        return None;
    }
    is_whole.then_some(tree)
}

struct SyntaxParser<'p> {
    rest: &'p str,
    groups: u32,
    largest_reference: u32,
    depth: u32,
    has_empty_class: bool,
}

impl SyntaxParser<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next_letter(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.rest = &self.rest[letter.len_utf8()..];
        Some(letter)
    }

    fn skip_text(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn alternatives(&mut self) -> Option<PatternTree> {
        self.depth += 1;
        if self.depth > DEEPEST_GROUP {
            return None;
        }
        let mut found = vec![self.terms()?];
        while self.skip_text("|") {
            found.push(self.terms()?);
        }
        self.depth -= 1;
        Some(if found.len() == 1 {
            found.pop()?
        } else {
            PatternTree::Alternatives(found)
        })
    }

    fn terms(&mut self) -> Option<PatternTree> {
        let mut found = Vec::new();
        while let Some(letter) = self.peek() {
            if matches!(letter, '|' | ')') {
                break;
            }
            found.push(self.term()?);
        }
        Some(match found.len() {
            0 => PatternTree::Empty,
            1 => found.pop()?,
            _ => PatternTree::Concat(found),
        })
    }

    fn term(&mut self) -> Option<PatternTree> {
        let atom = self.atom()?;
        // With the flag `u` an assertion has no quantifier.
        let has_quantifier = !matches!(atom, PatternTree::Assert(_) | PatternTree::Lookaround(_));
        let Some((least, most)) = self.quantifier()? else {
            return Some(atom);
        };
        (has_quantifier && least <= most).then(|| PatternTree::Repeat(Box::new(atom), least, most))
    }

    /// The counts of a quantifier, if there is one. The outer `None`: not one of ECMA 262.
    fn quantifier(&mut self) -> Option<Option<(u32, u32)>> {
        let counts = match self.peek() {
            Some('*') => (0, ENDLESS),
            Some('+') => (1, ENDLESS),
            Some('?') => (0, 1),
            Some('{') => {
                self.next_letter();
                let counts = self.counts()?;
                // Greedy or not is no matter of what matches. A second quantifier is none of ECMA 262.
                self.skip_text("?");
                return Some(Some(counts));
            }
            _ => return Some(None),
        };
        self.next_letter();
        self.skip_text("?");
        Some(Some(counts))
    }

    fn counts(&mut self) -> Option<(u32, u32)> {
        let least = self.count()?;
        let most = if !self.skip_text(",") {
            least
        } else if self.rest.starts_with('}') {
            ENDLESS
        } else {
            self.count()?
        };
        self.skip_text("}").then_some((least, most))
    }

    fn count(&mut self) -> Option<u32> {
        let end = self.rest.find(|letter: char| !letter.is_ascii_digit())?;
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits.parse().ok().filter(|count| *count != ENDLESS)
    }

    fn atom(&mut self) -> Option<PatternTree> {
        let class = |set: CodePointSet| Some(PatternTree::Class(Rc::new(set)));
        match self.next_letter()? {
            '^' => Some(PatternTree::Assert(TextPosition::Start)),
            '$' => Some(PatternTree::Assert(TextPosition::End)),
            '.' => class(dot()),
            '(' => self.group(),
            '[' => self.class(),
            '\\' => self.atom_escape(),
            '*' | '+' | '?' | '{' | ']' => None,
            letter => class(CodePointSet::single(letter)),
        }
    }

    fn group(&mut self) -> Option<PatternTree> {
        let is_named = self.rest.starts_with("?<") && !self.rest.starts_with("?<=") && !self.rest.starts_with("?<!");
        if is_named {
            let (name, rest) = self.rest[2..].split_once('>')?;
            self.rest = rest;
            if !is_group_name(name) {
                return None;
            }
        }
        if is_named || !self.rest.starts_with('?') {
            self.groups += 1;
            let number = self.groups;
            let tree = self.alternatives()?;
            return self
                .skip_text(")")
                .then(|| PatternTree::Capture(number, Box::new(tree)));
        }
        if self.skip_text("?:") {
            let tree = self.alternatives()?;
            return self.skip_text(")").then_some(tree);
        }
        let kinds = [
            ("?=", true, true),
            ("?!", true, false),
            ("?<=", false, true),
            ("?<!", false, false),
        ];
        let (_, is_ahead, is_positive) = kinds.into_iter().find(|(start, ..)| self.skip_text(start))?;
        let tree = self.alternatives()?;
        let lookaround = Lookaround {
            is_ahead,
            is_positive,
            tree,
        };
        self.skip_text(")")
            .then(|| PatternTree::Lookaround(Box::new(lookaround)))
    }

    fn atom_escape(&mut self) -> Option<PatternTree> {
        match self.peek()? {
            'b' => {
                self.next_letter();
                Some(PatternTree::Assert(TextPosition::WordBoundary))
            }
            'B' => {
                self.next_letter();
                Some(PatternTree::Assert(TextPosition::NoWordBoundary))
            }
            '1'..='9' => {
                let end = self.rest.find(|letter: char| !letter.is_ascii_digit());
                let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
                self.rest = rest;
                let number = digits.parse().ok()?;
                self.largest_reference = self.largest_reference.max(number);
                Some(PatternTree::Backreference(number))
            }
            _ => Some(PatternTree::Class(Rc::new(self.escape()?.into_set()))),
        }
    }

    /// The escapes that classes have as well.
    fn escape(&mut self) -> Option<ClassMember> {
        let letter = self.next_letter()?;
        Some(match letter {
            'd' => ClassMember::Set(digits()),
            'D' => ClassMember::Set(digits().complement()),
            'w' => ClassMember::Set(word_letters()),
            'W' => ClassMember::Set(word_letters().complement()),
            's' => ClassMember::Set(white_space()),
            'S' => ClassMember::Set(white_space().complement()),
            'p' | 'P' => {
                let (expression, rest) = self.rest.strip_prefix('{')?.split_once('}')?;
                self.rest = rest;
                let set = property(expression)?;
                ClassMember::Set(if letter == 'p' { set } else { set.complement() })
            }
            _ => ClassMember::Letter(self.character_escape(letter)?),
        })
    }

    fn character_escape(&mut self, letter: char) -> Option<char> {
        match letter {
            't' => Some('\t'),
            'n' => Some('\n'),
            'v' => Some('\u{b}'),
            'f' => Some('\u{c}'),
            'r' => Some('\r'),
            '0' => (!self.peek().is_some_and(|next| next.is_ascii_digit())).then_some('\0'),
            'c' => {
                let control = self.next_letter().filter(char::is_ascii_alphabetic)?;
                char::from_u32(u32::from(control) % 32)
            }
            'x' => char::from_u32(self.hexadecimal(2)?),
            'u' if self.skip_text("{") => {
                let (digits, rest) = self.rest.split_once('}')?;
                self.rest = rest;
                let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                char::from_u32(is_number.then(|| u32::from_str_radix(digits, 16).ok())??)
            }
            'u' => self.unicode_escape(),
            // A word boundary in Rust's syntax.
            '<' | '>' => None,
            other => other
                .is_ascii_punctuation()
                .then_some(other)
                .or_else(|| (other == ' ').then_some(' ')),
        }
    }

    /// `\u` and four digits, or two of them that are the surrogates of one code point. A surrogate alone is `None`: with the flag
    /// `u` it matches nothing here, without it one half of a letter.
    fn unicode_escape(&mut self) -> Option<char> {
        let unit = self.hexadecimal(4)?;
        if !(0xd800..0xdc00).contains(&unit) {
            return char::from_u32(unit);
        }
        let low = self.skip_text("\\u").then(|| self.hexadecimal(4))??;
        let is_low = (0xdc00..0xe000).contains(&low);
        is_low.then(|| char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00)))?
    }

    fn hexadecimal(&mut self, digits: usize) -> Option<u32> {
        let text = self
            .rest
            .get(..digits)
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        self.rest = &self.rest[digits..];
        u32::from_str_radix(text, 16).ok()
    }

    /// A class; its `[` is read.
    fn class(&mut self) -> Option<PatternTree> {
        let is_negated = self.skip_text("^");
        self.has_empty_class |= self.rest.starts_with(']');
        let mut sets = Vec::new();
        while !self.skip_text("]") {
            // Operators of sets elsewhere: nobody writes them for the two letters that ECMA 262 reads.
            if self.rest.starts_with("&&") || self.rest.starts_with("~~") {
                return None;
            }
            let first = self.class_member()?;
            let is_range = self.rest.starts_with('-') && !self.rest.starts_with("-]");
            if !is_range {
                sets.push(first.into_set());
                continue;
            }
            self.next_letter();
            let (ClassMember::Letter(first), ClassMember::Letter(last)) = (first, self.class_member()?) else {
                return None;
            };
            if first > last {
                return None;
            }
            sets.push(CodePointSet::from_ranges([(u32::from(first), u32::from(last))]));
        }
        let set = CodePointSet::union(&sets);
        Some(PatternTree::Class(Rc::new(if is_negated {
            set.complement()
        } else {
            set
        })))
    }

    fn class_member(&mut self) -> Option<ClassMember> {
        match self.next_letter()? {
            '\\' if self.skip_text("b") => Some(ClassMember::Letter('\u{8}')),
            '\\' => self.escape(),
            letter => Some(ClassMember::Letter(letter)),
        }
    }
}

enum ClassMember {
    Letter(char),
    Set(CodePointSet),
}

impl ClassMember {
    fn into_set(self) -> CodePointSet {
        match self {
            Self::Letter(letter) => CodePointSet::single(letter),
            Self::Set(set) => set,
        }
    }
}

/// The names of ECMA 262 that Rust has as well.
fn is_group_name(name: &str) -> bool {
    let starts = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
    name.starts_with(starts) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl PatternTree {
    /// Returns whether there is a lookaround or a backreference in it, with which it is no regular language.
    pub(super) fn is_irregular(&self) -> bool {
        match self {
            Self::Empty | Self::Class(_) | Self::Assert(_) => false,
            Self::Lookaround(_) | Self::Backreference(_) => true,
            Self::Concat(parts) | Self::Alternatives(parts) => parts.iter().any(Self::is_irregular),
            Self::Repeat(tree, ..) | Self::Capture(_, tree) => tree.is_irregular(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(pattern: &str) -> CodePointSet {
        match parse_pattern(pattern) {
            Some(PatternTree::Class(set)) => set.as_ref().clone(),
            other => panic!("{pattern}: {other:?}"),
        }
    }

    #[test]
    fn letters_are_read_as_ecma_262_reads_them() {
        for (pattern, letter) in [
            ("\\cJ", '\n'),
            ("\\0", '\0'),
            ("\\u{1F600}", '😀'),
            ("\\uD83D\\uDE00", '😀'),
            ("[\\b]", '\u{8}'),
            ("[[]", '['),
            ("\\x41", 'A'),
            ("\\-", '-'),
            ("}", '}'),
        ] {
            assert_eq!(set(pattern), CodePointSet::single(letter), "{pattern}");
        }
        assert_eq!(set("[^]"), CodePointSet::everything());
        assert!(set("[]").is_empty());
        assert_eq!(
            set("[\\uD83D\\uDE00-\\uD83D\\uDE02]"),
            CodePointSet::from_ranges([(0x1f600, 0x1f602)])
        );
    }

    #[test]
    fn what_only_rust_reads_or_reads_otherwise_is_refused() {
        for pattern in [
            "(?i)a",
            "(?i:a)",
            "(?P<x>a)",
            "\\A",
            "a\\z",
            "a++",
            "a{2}{3}",
            "(?x)a b",
            "(?s).",
            "[[:alpha:]]",
            "[a&&b]",
            "[a~~b]",
            "\\<a",
            "a{,3}",
            "a{2,1}",
            "{",
            "a{",
            "(?=a)*",
            "^*",
            "\\b+",
            "\\pL",
            "\\p{Greek}",
            "\\p{l}",
            "\\x{41}",
            "\\uD83D",
            "\\uDE00",
            "[\\uD800-\\uDFFF]",
            "[\\w-a]",
            "[z-a]",
            "\\1",
            "(a)\\2",
            "\\a",
            "\\_x\\e",
            "\\01",
            "\\c1",
            "a)",
            "(a",
            "[a",
            "\\",
            "(?<1>a)",
            "a{99999999999}",
            "[]a]",
            "[^]a]",
            "\\U0001F600",
            "\\é",
        ] {
            assert_eq!(parse_pattern(pattern), None, "{pattern}");
        }
        let deep = format!("{}a{}", "(".repeat(1000), ")".repeat(1000));
        assert_eq!(parse_pattern(&deep), None);
    }
}
