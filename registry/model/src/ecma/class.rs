//! Character classes: `[…]`.

use super::PatternMode;
use super::reader::{PatternReader, ReadTerm, reject_pattern};

/// What one element of a class is.
enum ClassElement {
    /// One character, which may begin or end a range.
    Character(u32),
    /// Several, such as `\d`.
    Several,
}

impl PatternReader<'_> {
    /// The bracket was read.
    pub(super) fn class(&mut self, start: usize) -> ReadTerm<()> {
        self.eat('^');
        while !self.eat(']') {
            let at = self.offset();
            let first = self.element(start)?;
            let back = self.place();
            if !self.eat('-') || self.peek() == Some(u32::from(']')) {
                self.go_back(back);
                continue;
            }
            let last = self.element(start)?;
            let range = &self.pattern[at..self.offset()];
            match (first, last) {
                (ClassElement::Character(first), ClassElement::Character(last)) if first > last => {
                    return Err(reject_pattern(at, format!("the range `{range}` is out of order")));
                }
                (ClassElement::Character(_), ClassElement::Character(_)) => {}
                // Annex B: the hyphen means itself beside `\d`.
                _ if self.mode == PatternMode::Legacy => {}
                _ => {
                    let message = format!("`{range}` is not a range: write the hyphen as `\\-`");
                    return Err(reject_pattern(at, message));
                }
            }
        }
        Ok(())
    }

    fn element(&mut self, start: usize) -> ReadTerm<ClassElement> {
        let at = self.offset();
        self.note_posix(at);
        match self.bump() {
            None => Err(reject_pattern(start, "a `[` is not closed")),
            Some(unit) if unit == u32::from('\\') => self.class_escape(at),
            Some(unit) => Ok(ClassElement::Character(unit)),
        }
    }

    /// `[[:alpha:]]`, of which ECMA 262 makes a class of six characters and a bracket.
    fn note_posix(&mut self, at: usize) {
        let rest = &self.pattern[at..];
        let Some((name, _)) = rest.strip_prefix("[:").and_then(|rest| rest.split_once(":]")) else {
            return;
        };
        let instead = match name.trim_start_matches('^') {
            "alpha" => "`A-Za-z`",
            "digit" => "`0-9`",
            "alnum" => "`A-Za-z0-9`",
            "upper" => "`A-Z`",
            "lower" => "`a-z`",
            "space" => "`\\s`",
            "word" => "`\\w`",
            "xdigit" => "`0-9A-Fa-f`",
            "punct" => "`!-\\/:-@\\[-`{-~`",
            "ascii" | "blank" | "cntrl" | "graph" | "print" => "the range of characters that it stands for",
            _ => return,
        };
        let end = at + name.len() + 4;
        self.note_rust_only(at, end, instead);
        // What remains is read as if the class were one element of several.
        while self.offset() < end - 1 {
            self.bump();
        }
    }

    /// The backslash was read.
    fn class_escape(&mut self, start: usize) -> ReadTerm<ClassElement> {
        if self.rust_character(start) {
            return Ok(ClassElement::Several);
        }
        if self.mode == PatternMode::Legacy {
            self.note_unicode_escape(start);
        }
        let Some(letter) = self.peek().and_then(char::from_u32) else {
            return match self.bump() {
                // Half of a pair stands for itself.
                Some(unit) => Ok(ClassElement::Character(unit)),
                None => Err(reject_pattern(start, "a `\\` escapes nothing")),
            };
        };
        match letter {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
                self.bump();
                Ok(ClassElement::Several)
            }
            'b' => {
                self.bump();
                Ok(ClassElement::Character(8))
            }
            '-' => {
                self.bump();
                Ok(ClassElement::Character(u32::from('-')))
            }
            'p' | 'P' if self.mode == PatternMode::Unicode => {
                self.bump();
                self.property(start)?;
                Ok(ClassElement::Several)
            }
            'c' if self.mode == PatternMode::Legacy => Ok(self.legacy_control()),
            '0'..='9' => self.class_number(start),
            _ => self.character_escape(start).map(ClassElement::Character),
        }
    }

    /// Annex B: in a class, `\c` takes digits and `_` too, and is a backslash otherwise.
    fn legacy_control(&mut self) -> ClassElement {
        let back = self.place();
        self.bump();
        let control = self.peek().and_then(char::from_u32);
        if let Some(letter) = control.filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_') {
            self.bump();
            ClassElement::Character(u32::from(letter) % 32)
        } else {
            self.go_back(back);
            ClassElement::Character(u32::from('\\'))
        }
    }

    /// In a class a number refers to no group: it is `\0`, or octal without `u`.
    fn class_number(&mut self, start: usize) -> ReadTerm<ClassElement> {
        if self.mode == PatternMode::Legacy {
            return Ok(ClassElement::Character(self.octal()));
        }
        let digits = self.digits().unwrap_or_default();
        if digits == "0" {
            return Ok(ClassElement::Character(0));
        }
        Err(reject_pattern(start, format!("`\\{digits}` is not a character")))
    }
}
