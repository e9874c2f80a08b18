//! The loop over a pattern: atoms, quantifiers, alternatives. Groups are a list of frames and no recursion, so that a pattern of a
//! million brackets takes no stack.

use std::collections::BTreeSet;

use super::{EcmaPatternError, PatternMode, RustOnlySyntax};

/// What stands before the place that is read; it decides whether a quantifier may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// The beginning of the pattern, of a group or of an alternative.
    Nothing,
    /// Something that matches characters.
    Atom,
    /// Something that matches no characters and cannot be repeated.
    Assertion,
    /// A quantifier.
    Quantifier,
}

/// A group that is open. Names may be repeated only in alternatives that exclude each other.
#[derive(Debug, Default)]
pub(super) struct OpenGroup {
    /// What the group is once it is closed; `None` for the pattern itself.
    pub(super) closed: Option<Before>,
    /// The names in the alternative that is read.
    pub(super) names: BTreeSet<String>,
    /// The names in the alternatives before it.
    pub(super) earlier: BTreeSet<String>,
}

/// Reads one pattern.
pub(super) struct PatternReader<'p> {
    pub(super) pattern: &'p str,
    pub(super) mode: PatternMode,
    /// Code points with `u`, 16-bit units without, each with its byte in the pattern.
    units: Vec<(u32, usize)>,
    at: usize,
    pub(super) before: Before,
    pub(super) frames: Vec<OpenGroup>,
    /// The groups that a number can refer to.
    pub(super) groups: usize,
    /// The largest number that is referred to, and where.
    pub(super) largest_number: (usize, usize),
    /// The names that are referred to, and where.
    pub(super) referred: Vec<(String, usize)>,
    pub(super) declared: BTreeSet<String>,
    /// Whether the pattern has named groups, which make `\k` a reference without `u` too.
    pub(super) has_names: bool,
    rust_only: Option<RustOnlySyntax>,
}

pub(super) type ReadTerm<T> = Result<T, EcmaPatternError>;

impl<'p> PatternReader<'p> {
    pub(super) fn new(pattern: &'p str, mode: PatternMode) -> Self {
        let mut units = Vec::with_capacity(pattern.len());
        for (offset, letter) in pattern.char_indices() {
            if mode == PatternMode::Unicode {
                units.push((u32::from(letter), offset));
            } else {
                let mut pair = [0; 2];
                let pair = letter.encode_utf16(&mut pair);
                units.extend(pair.iter().map(|unit| (u32::from(*unit), offset)));
            }
        }
        Self {
            pattern,
            mode,
            units,
            at: 0,
            before: Before::Nothing,
            frames: vec![OpenGroup::default()],
            groups: 0,
            largest_number: (0, 0),
            referred: Vec::new(),
            declared: BTreeSet::new(),
            has_names: mode == PatternMode::Unicode || names_a_group(pattern),
            rust_only: None,
        }
    }

    /// Reads the whole pattern and returns the first piece of it that is no ECMA 262.
    pub(super) fn read(mut self) -> ReadTerm<Option<RustOnlySyntax>> {
        while let Some(unit) = self.peek() {
            let start = self.offset();
            self.at += 1;
            match char::from_u32(unit).unwrap_or('\u{fffd}') {
                '|' => {
                    let frame = self.frame();
                    let names = std::mem::take(&mut frame.names);
                    frame.earlier.extend(names);
                    self.before = Before::Nothing;
                }
                '(' => self.open_group(start)?,
                ')' => self.close_group(start)?,
                '*' | '+' | '?' => self.quantifier(start)?,
                '{' => self.brace(start)?,
                ']' | '}' if self.mode == PatternMode::Unicode => {
                    let bracket = &self.pattern[start..=start];
                    return Err(reject_pattern(
                        start,
                        format!("`{bracket}` is not escaped: write `\\{bracket}`"),
                    ));
                }
                '^' | '$' => self.before = Before::Assertion,
                '\\' => self.before = self.atom_escape(start)?,
                '[' => {
                    self.class(start)?;
                    self.before = Before::Atom;
                }
                _ => self.before = Before::Atom,
            }
        }
        self.finish()
    }

    fn finish(self) -> ReadTerm<Option<RustOnlySyntax>> {
        if self.frames.len() > 1 {
            return Err(reject_pattern(self.pattern.len(), "a `(` is not closed"));
        }
        let (number, at) = self.largest_number;
        if self.mode == PatternMode::Unicode && number > self.groups {
            return Err(reject_pattern(
                at,
                format!("`\\{number}` refers to a group that does not exist"),
            ));
        }
        if let Some((name, at)) = self.referred.iter().find(|(name, _)| !self.declared.contains(name)) {
            return Err(reject_pattern(
                *at,
                format!("`\\k<{name}>` refers to a group that does not exist"),
            ));
        }
        Ok(self.rust_only)
    }

    /// A quantifier was read. A lazy one ends in `?`; one that ends in `+` is possessive, which ECMA 262 does not have.
    fn quantifier(&mut self, start: usize) -> ReadTerm<()> {
        if self.before != Before::Atom {
            let end = self.offset();
            let what = &self.pattern[start..end];
            return Err(reject_pattern(start, format!("`{what}` has nothing to repeat")));
        }
        if !self.eat('?') && self.eat('+') {
            let end = self.offset();
            self.note_rust_only(start, end, "the quantifier without its last `+`");
        }
        self.before = Before::Quantifier;
        Ok(())
    }

    /// `{n}`, `{n,}`, `{n,m}`; or, without `u`, a brace that means itself.
    fn brace(&mut self, start: usize) -> ReadTerm<()> {
        let back = self.at;
        let least = self.digits();
        let comma = self.eat(',');
        let most = if comma { self.digits() } else { None };
        let closed = self.eat('}');
        if let (None, true, Some(most), true) = (&least, comma, &most, closed)
            && self.before == Before::Atom
        {
            // Rust and Python read `{,5}` as `{0,5}`; ECMA 262 reads the characters, or rejects them with `u`.
            let (instead, end) = (format!("`{{0,{most}}}`"), self.offset());
            self.note_rust_only(start, end, &instead);
            self.eat('?');
            self.before = Before::Quantifier;
            return Ok(());
        }
        let (Some(least), true) = (least, closed) else {
            if self.mode == PatternMode::Unicode {
                return Err(reject_pattern(
                    start,
                    "`{` is not escaped, and begins no quantifier: write `\\{`",
                ));
            }
            self.at = back;
            self.before = Before::Atom;
            return Ok(());
        };
        if most.is_some_and(|most| is_less(&most, &least)) {
            let quantifier = &self.pattern[start..self.offset()];
            return Err(reject_pattern(
                start,
                format!("`{quantifier}` has its numbers out of order"),
            ));
        }
        self.quantifier(start)
    }

    /// Notes syntax that is no ECMA 262; only the first piece is reported.
    pub(super) fn note_rust_only(&mut self, start: usize, end: usize, ecma: &str) {
        if self.rust_only.is_none() {
            self.rust_only = Some(RustOnlySyntax {
                text: self.pattern[start..end].to_owned(),
                ecma: ecma.to_owned(),
            });
        }
    }

    pub(super) fn frame(&mut self) -> &mut OpenGroup {
        self.frames.last_mut().expect("the pattern itself is never closed")
    }

    /// The next unit.
    pub(super) fn peek(&self) -> Option<u32> {
        self.units.get(self.at).map(|(unit, _)| *unit)
    }

    /// The next unit, which is passed over.
    pub(super) fn bump(&mut self) -> Option<u32> {
        let unit = self.peek()?;
        self.at += 1;
        Some(unit)
    }

    /// Passes over a character, if it is the next one.
    pub(super) fn eat(&mut self, letter: char) -> bool {
        let is_next = self.peek() == Some(u32::from(letter));
        self.at += usize::from(is_next);
        is_next
    }

    /// Passes over a text of ASCII, if it is the next one.
    pub(super) fn eat_text(&mut self, text: &str) -> bool {
        let rest = self.pattern.get(self.offset()..).unwrap_or_default();
        let is_next = rest.starts_with(text);
        // ASCII: a byte is a unit, with `u` and without.
        self.at += if is_next { text.len() } else { 0 };
        is_next
    }

    /// The byte of the next unit.
    pub(super) fn offset(&self) -> usize {
        self.units
            .get(self.at)
            .map_or(self.pattern.len(), |(_, offset)| *offset)
    }

    /// The place that [`Self::go_back`] returns to.
    pub(super) fn place(&self) -> usize {
        self.at
    }

    pub(super) fn go_back(&mut self, place: usize) {
        self.at = place;
    }

    /// Decimal digits, as they are written.
    pub(super) fn digits(&mut self) -> Option<String> {
        let start = self.offset();
        while self.peek().is_some_and(|unit| (0x30..=0x39).contains(&unit)) {
            self.at += 1;
        }
        let digits = &self.pattern[start..self.offset()];
        (!digits.is_empty()).then(|| digits.to_owned())
    }

    /// Exactly so many hexadecimal digits; nothing is passed over if there are fewer.
    pub(super) fn hex(&mut self, count: usize) -> Option<u32> {
        let digits = self.units.get(self.at..self.at + count)?;
        let digit = |unit: u32| char::from_u32(unit)?.to_digit(16);
        let value = digits
            .iter()
            .try_fold(0, |value, (unit, _)| Some(value * 16 + digit(*unit)?))?;
        self.at += count;
        Some(value)
    }
}

pub(super) fn reject_pattern(offset: usize, message: impl Into<String>) -> EcmaPatternError {
    EcmaPatternError {
        offset,
        message: message.into(),
    }
}

/// Compares numbers by their digits: they may be longer than any integer.
fn is_less(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim_start_matches('0'), other.trim_start_matches('0'));
    (one.len(), one) < (other.len(), other)
}

/// Returns whether a pattern has a named group. ECMA 262 reads a pattern again with names if it has one, and Annex B reads it
/// without them otherwise.
fn names_a_group(pattern: &str) -> bool {
    let (mut escaped, mut in_class) = (false, false);
    for (at, byte) in pattern.bytes().enumerate() {
        if escaped {
            escaped = false;
            continue;
        }
        match byte {
            b'\\' => escaped = true,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'(' if !in_class => {
                let rest = &pattern[at + 1..];
                let name = rest.strip_prefix("?<").or_else(|| rest.strip_prefix("?P<"));
                if name.is_some_and(|name| !name.starts_with(['=', '!'])) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}
