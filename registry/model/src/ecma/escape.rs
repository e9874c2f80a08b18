//! Escapes outside of classes, and those of single characters, which classes have too.

use super::PatternMode;
use super::reader::{Before, PatternReader, ReadTerm, reject_pattern};

impl PatternReader<'_> {
    /// The backslash was read.
    pub(super) fn atom_escape(&mut self, start: usize) -> ReadTerm<Before> {
        if self.rust_escape(start) {
            return Ok(Before::Atom);
        }
        if self.mode == PatternMode::Legacy {
            self.note_unicode_escape(start);
        }
        let Some(letter) = self.peek().and_then(char::from_u32) else {
            return match self.bump() {
                // Half of a pair stands for itself.
                Some(_) => Ok(Before::Atom),
                None => Err(reject_pattern(start, "a `\\` escapes nothing")),
            };
        };
        match letter {
            'b' | 'B' => {
                self.bump();
                self.note_half_boundary(start);
                return Ok(Before::Assertion);
            }
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
                self.bump();
            }
            'p' | 'P' if self.mode == PatternMode::Unicode => {
                self.bump();
                self.property(start)?;
            }
            'k' if self.has_names => {
                self.bump();
                self.named_reference(start)?;
            }
            'c' if self.mode == PatternMode::Legacy => {
                let back = self.place();
                self.bump();
                if !self.eat_control_letter() {
                    // Annex B: the backslash means itself.
                    self.go_back(back);
                }
            }
            '0'..='9' => self.number(start)?,
            _ => {
                self.character_escape(start)?;
            }
        }
        Ok(Before::Atom)
    }

    fn named_reference(&mut self, start: usize) -> ReadTerm<()> {
        if !self.eat('<') {
            return Err(reject_pattern(start, "`\\k` names no group: write `\\k<name>`"));
        }
        let name = self.group_name(start)?;
        self.referred.push((name, start));
        Ok(())
    }

    /// `\1` refers to a group; without `u` it is octal where there is no such group, and a digit where it is no octal.
    fn number(&mut self, start: usize) -> ReadTerm<()> {
        if self.mode == PatternMode::Legacy {
            self.digits();
            return Ok(());
        }
        let digits = self.digits().unwrap_or_default();
        if digits.starts_with('0') {
            let message = format!("`\\{digits}` is not a character: write `\\x` and two digits");
            return if digits == "0" {
                Ok(())
            } else {
                Err(reject_pattern(start, message))
            };
        }
        let number = digits.parse().unwrap_or(usize::MAX);
        if number > self.largest_number.0 {
            self.largest_number = (number, start);
        }
        Ok(())
    }

    /// An escape that stands for one character. Its letter is next.
    pub(super) fn character_escape(&mut self, start: usize) -> ReadTerm<u32> {
        let unicode = self.mode == PatternMode::Unicode;
        let Some(unit) = self.bump() else {
            return Err(reject_pattern(start, "a `\\` escapes nothing"));
        };
        let letter = char::from_u32(unit).unwrap_or('\u{fffd}');
        match letter {
            't' => Ok(9),
            'n' => Ok(10),
            'v' => Ok(11),
            'f' => Ok(12),
            'r' => Ok(13),
            'c' if self.eat_control_letter() => Ok(1),
            'x' => match self.hex(2) {
                Some(code) => Ok(code),
                None => self.incomplete(start, "`\\x` is followed by two hexadecimal digits", unit),
            },
            'u' => match self.unicode_escape() {
                Some(code) => Ok(code),
                None => self.incomplete(start, "`\\u` is followed by four hexadecimal digits", unit),
            },
            '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/' => Ok(unit),
            // A pattern with names reads every `\\k` as a reference.
            'k' if self.has_names => Err(reject_pattern(start, "`\\k` names no group: write `\\k<name>`")),
            _ if unicode => {
                let escape = &self.pattern[start..self.offset()];
                Err(reject_pattern(start, format!("`{escape}` is not an escape")))
            }
            _ => Ok(unit),
        }
    }

    fn incomplete(&self, start: usize, message: &str, unit: u32) -> ReadTerm<u32> {
        match self.mode {
            PatternMode::Unicode => Err(reject_pattern(start, message)),
            PatternMode::Legacy => Ok(unit),
        }
    }

    /// Four digits, two of them for a pair, or with `u` any number in braces.
    fn unicode_escape(&mut self) -> Option<u32> {
        if self.mode == PatternMode::Unicode && self.eat('{') {
            return self.braced_hex();
        }
        let code = self.hex(4)?;
        let back = self.place();
        if self.mode == PatternMode::Unicode && (0xd800..0xdc00).contains(&code) && self.eat_text("\\u") {
            match self.hex(4).filter(|low| (0xdc00..0xe000).contains(low)) {
                Some(low) => return Some(0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00)),
                None => self.go_back(back),
            }
        }
        Some(code)
    }

    fn eat_control_letter(&mut self) -> bool {
        let letter = self.peek().and_then(char::from_u32);
        let is_letter = letter.is_some_and(|letter| letter.is_ascii_alphabetic());
        if is_letter {
            self.bump();
        }
        is_letter
    }

    /// Up to three octal digits, at most 377. What is no octal digit stands for itself.
    pub(super) fn octal(&mut self) -> u32 {
        let mut code = None;
        for _ in 0..3 {
            let digit = self
                .peek()
                .and_then(char::from_u32)
                .and_then(|letter| letter.to_digit(8));
            let Some(next) = digit
                .map(|digit| code.unwrap_or(0) * 8 + digit)
                .filter(|next| *next <= 0o377)
            else {
                break;
            };
            self.bump();
            code = Some(next);
        }
        code.or_else(|| self.bump()).unwrap_or(0)
    }

    /// `{L}` or `{Script=Greek}` after `\p`.
    pub(super) fn property(&mut self, start: usize) -> ReadTerm<()> {
        let rest = self.pattern[self.offset()..].strip_prefix('{');
        let property = rest
            .and_then(|rest| rest.split_once('}'))
            .map_or("", |(property, _)| property);
        let is_word = |text: &str| {
            let mut letters = text.bytes();
            !text.is_empty() && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
        };
        let end = self.offset() + property.len() + 2;
        match property.split_once('=') {
            // Which scripts there are is not looked up: a table of each edition of Unicode would be needed.
            Some((name, value)) if NAMED_PROPERTIES.contains(&name) && is_word(value) => {}
            None if LONE_PROPERTIES.split_ascii_whitespace().any(|known| known == property) => {}
            // Rust takes the name of a script alone, and every name in any case.
            None if is_word(property) => self.note_rust_only(start, end, &format!("`\\p{{Script={property}}}`")),
            _ => {
                let message = "`\\p` is followed by a property in braces, such as `\\p{L}` or `\\p{Script=Greek}`";
                return Err(reject_pattern(start, message));
            }
        }
        while self.offset() < end {
            self.bump();
        }
        Ok(())
    }
}

/// Properties that take a value (ECMA 262, table 67).
const NAMED_PROPERTIES: [&str; 6] = ["General_Category", "gc", "Script", "sc", "Script_Extensions", "scx"];

/// Properties that take none, and values of `General_Category`, which may stand alone (ECMA 262, tables 68 and 69).
const LONE_PROPERTIES: &str = "
    C Other Cc Control cntrl Cf Format Cn Unassigned Co Private_Use Cs Surrogate L Letter LC Cased_Letter Ll Lowercase_Letter
    Lm Modifier_Letter Lo Other_Letter Lt Titlecase_Letter Lu Uppercase_Letter M Mark Combining_Mark Mc Spacing_Mark
    Me Enclosing_Mark Mn Nonspacing_Mark N Number Nd Decimal_Number digit Nl Letter_Number No Other_Number P Punctuation punct
    Pc Connector_Punctuation Pd Dash_Punctuation Pe Close_Punctuation Pf Final_Punctuation Pi Initial_Punctuation
    Po Other_Punctuation Ps Open_Punctuation S Symbol Sc Currency_Symbol Sk Modifier_Symbol Sm Math_Symbol So Other_Symbol
    Z Separator Zl Line_Separator Zp Paragraph_Separator Zs Space_Separator
    ASCII ASCII_Hex_Digit AHex Alphabetic Alpha Any Assigned Bidi_Control Bidi_C Bidi_Mirrored Bidi_M Case_Ignorable CI Cased
    Changes_When_Casefolded CWCF Changes_When_Casemapped CWCM Changes_When_Lowercased CWL Changes_When_NFKC_Casefolded CWKCF
    Changes_When_Titlecased CWT Changes_When_Uppercased CWU Dash Default_Ignorable_Code_Point DI Deprecated Dep Diacritic Dia
    Emoji Emoji_Component EComp Emoji_Modifier EMod Emoji_Modifier_Base EBase Emoji_Presentation EPres Extended_Pictographic
    ExtPict Extender Ext Grapheme_Base Gr_Base Grapheme_Extend Gr_Ext Hex_Digit Hex IDS_Binary_Operator IDSB
    IDS_Trinary_Operator IDST ID_Continue IDC ID_Start IDS Ideographic Ideo Join_Control Join_C Logical_Order_Exception LOE
    Lowercase Lower Math Noncharacter_Code_Point NChar Pattern_Syntax Pat_Syn Pattern_White_Space Pat_WS Quotation_Mark QMark
    Radical Regional_Indicator RI Sentence_Terminal STerm Soft_Dotted SD Terminal_Punctuation Term Unified_Ideograph UIdeo
    Uppercase Upper Variation_Selector VS White_Space space XID_Continue XIDC XID_Start XIDS
";
