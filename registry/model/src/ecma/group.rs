//! Brackets: `(…)`, `(?:…)`, look-around, names, and the flags of ES2025.

use super::PatternMode;
use super::reader::{Before, OpenGroup, PatternReader, ReadTerm, reject_pattern};

impl PatternReader<'_> {
    /// The bracket was read.
    pub(super) fn open_group(&mut self, start: usize) -> ReadTerm<()> {
        let closed = if self.eat('?') {
            match self.special_group(start)? {
                Some(closed) => closed,
                // `(?i)` and `(?P=x)` open nothing.
                None => return Ok(()),
            }
        } else {
            self.groups += 1;
            Before::Atom
        };
        self.frames.push(OpenGroup {
            closed: Some(closed),
            ..OpenGroup::default()
        });
        self.before = Before::Nothing;
        Ok(())
    }

    /// What the group is once it is closed; `None` if nothing was opened.
    fn special_group(&mut self, start: usize) -> ReadTerm<Option<Before>> {
        if self.eat(':') {
            return Ok(Some(Before::Atom));
        }
        if self.eat('=') || self.eat('!') {
            // Annex B: without `u`, a lookahead may be repeated.
            let repeatable = self.mode == PatternMode::Legacy;
            return Ok(Some(if repeatable { Before::Atom } else { Before::Assertion }));
        }
        if self.eat_text("<=") || self.eat_text("<!") {
            return Ok(Some(Before::Assertion));
        }
        if self.eat('<') {
            self.named_group(start)?;
            return Ok(Some(Before::Atom));
        }
        self.rust_group(start)
    }

    /// The name of a group, its angle bracket read. A name may be repeated in alternatives that exclude each other (ES2025): of the
    /// open groups, only the alternatives that are read count.
    pub(super) fn named_group(&mut self, start: usize) -> ReadTerm<String> {
        let name = self.group_name(start)?;
        self.groups += 1;
        if self.frames.iter().any(|frame| frame.names.contains(&name)) {
            return Err(reject_pattern(start, format!("two groups are named `{name}`")));
        }
        self.declared.insert(name.clone());
        self.frame().names.insert(name.clone());
        Ok(name)
    }

    /// A name and its closing angle bracket.
    pub(super) fn group_name(&mut self, start: usize) -> ReadTerm<String> {
        let from = self.offset();
        let mut name = String::new();
        loop {
            let at = self.offset();
            let Some(letter) = self.pattern[at..].chars().next() else {
                return Err(reject_pattern(start, "the name of a group is not closed by `>`"));
            };
            for _ in 0..self.width(letter) {
                self.bump();
            }
            match letter {
                '>' if !name.is_empty() => return Ok(name),
                '\\' if self.eat('u') => name.push(self.name_escape(at)?),
                _ if is_name(letter, name.is_empty()) => name.push(letter),
                _ => {
                    let message = format!("`{}` is not the name of a group", &self.pattern[from..self.offset()]);
                    return Err(reject_pattern(at, message));
                }
            }
        }
    }

    fn width(&self, letter: char) -> usize {
        match self.mode {
            PatternMode::Unicode => 1,
            PatternMode::Legacy => letter.len_utf16(),
        }
    }

    /// `\u0061` or `\u{61}` in a name, its `u` read.
    fn name_escape(&mut self, at: usize) -> ReadTerm<char> {
        let code = if self.eat('{') { self.braced_hex() } else { self.hex(4) };
        let letter = code.and_then(char::from_u32).filter(|letter| is_name(*letter, false));
        letter.ok_or_else(|| reject_pattern(at, "an escape in the name of a group is not a letter"))
    }

    /// Hexadecimal digits up to a closing brace, at most 10FFFF.
    pub(super) fn braced_hex(&mut self) -> Option<u32> {
        let mut code = None;
        while !self.eat('}') {
            let digit = char::from_u32(self.bump()?)?.to_digit(16)?;
            let next = code.unwrap_or(0_u32) * 16 + digit;
            code = (next <= 0x0010_ffff).then_some(next);
            code?;
        }
        code
    }

    /// The bracket was read.
    pub(super) fn close_group(&mut self, start: usize) -> ReadTerm<()> {
        let Some(closed) = self.frames.last().and_then(|frame| frame.closed) else {
            return Err(reject_pattern(start, "`)` closes no group: write `\\)`"));
        };
        if let Some(frame) = self.frames.pop() {
            let names = frame.names.into_iter().chain(frame.earlier);
            self.frame().names.extend(names);
        }
        self.before = closed;
        Ok(())
    }
}

fn is_name(letter: char, is_first: bool) -> bool {
    let begins = letter.is_alphabetic() || letter == '_' || letter == '$';
    begins || (!is_first && (letter.is_alphanumeric() || letter == '\u{200c}' || letter == '\u{200d}'))
}
