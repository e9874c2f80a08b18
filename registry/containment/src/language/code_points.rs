//! Sets of code points. In: ranges and the names of ECMA 262's classes and Unicode properties. Out: sorted ranges over the
//! Unicode scalar values, which are what JSON texts are made of here: a lone surrogate is in no set.

use std::rc::Rc;

/// The scalar values on both sides of the surrogates.
const SCALARS: [(u32, u32); 2] = [(0, 0xd7ff), (0xe000, 0x10_ffff)];

/// A set of Unicode scalar values: sorted ranges, with a gap between any two.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct CodePointSet {
    ranges: Box<[(u32, u32)]>,
}

impl CodePointSet {
    /// Returns the set of the scalar values in the ranges, which may overlap and come in any order.
    pub(super) fn from_ranges(ranges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut sorted: Vec<(u32, u32)> = ranges.into_iter().flat_map(without_surrogates).collect();
        sorted.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(sorted.len());
        for (first, last) in sorted {
            match merged.last_mut() {
                Some(before) if first <= before.1 + 1 => before.1 = before.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        Self { ranges: merged.into() }
    }

    /// Returns the set of one letter.
    pub(super) fn single(letter: char) -> Self {
        Self::from_ranges([(u32::from(letter), u32::from(letter))])
    }

    /// Returns the set of every scalar value.
    pub(super) fn everything() -> Self {
        Self::from_ranges(SCALARS)
    }

    /// Returns every scalar value that is not in it.
    pub(super) fn complement(&self) -> Self {
        let mut gaps = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = 0;
        for (first, last) in &self.ranges {
            if *first > next {
                gaps.push((next, first - 1));
            }
            next = last + 1;
        }
        if next <= SCALARS[1].1 {
            gaps.push((next, SCALARS[1].1));
        }
        Self::from_ranges(gaps)
    }

    /// Returns what is in any of the sets.
    pub(super) fn union<'s>(sets: impl IntoIterator<Item = &'s Self>) -> Self {
        Self::from_ranges(sets.into_iter().flat_map(|set| set.ranges.iter().copied()))
    }

    pub(super) fn contains(&self, point: u32) -> bool {
        let after = self.ranges.partition_point(|(first, _)| *first <= point);
        after > 0 && point <= self.ranges[after - 1].1
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Returns whether everything in it is in the other set.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.ranges.iter().all(|(first, last)| {
            let after = other.ranges.partition_point(|(start, _)| start <= first);
            after > 0 && *last <= other.ranges[after - 1].1
        })
    }
}

fn without_surrogates((first, last): (u32, u32)) -> impl Iterator<Item = (u32, u32)> {
    SCALARS
        .into_iter()
        .map(move |(low, high)| (first.max(low), last.min(high)))
        .filter(|(low, high)| low <= high)
}

/// Returns `\d` of ECMA 262.
pub(super) fn digits() -> CodePointSet {
    CodePointSet::from_ranges([(0x30, 0x39)])
}

/// Returns `\w` of ECMA 262, which `\b` is about as well.
pub(super) fn word_letters() -> CodePointSet {
    CodePointSet::from_ranges([(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)])
}

/// Returns `\s` of ECMA 262: `WhiteSpace` and `LineTerminator`.
pub(super) fn white_space() -> CodePointSet {
    CodePointSet::from_ranges([
        (0x09, 0x0d),
        (0x20, 0x20),
        (0xa0, 0xa0),
        (0x1680, 0x1680),
        (0x2000, 0x200a),
        (0x2028, 0x2029),
        (0x202f, 0x202f),
        (0x205f, 0x205f),
        (0x3000, 0x3000),
        (0xfeff, 0xfeff),
    ])
}

/// Returns what `.` of ECMA 262 takes without the flag `s`: everything but `LineTerminator`.
pub(super) fn dot() -> CodePointSet {
    CodePointSet::from_ranges([(0x0a, 0x0a), (0x0d, 0x0d), (0x2028, 0x2029)]).complement()
}

/// Returns the letters outside ASCII that engines with a Unicode `\b` take for letters of words, and ECMA 262 does not.
pub(super) fn disputed_word_letters() -> CodePointSet {
    let ascii = CodePointSet::from_ranges([(0, 0x7f)]);
    let unicode = class_of(r"\w").unwrap_or_else(CodePointSet::everything);
    CodePointSet::union([&unicode.complement(), &ascii]).complement()
}

/// Returns the set of `\p{…}`, `None` if ECMA 262 has no such property or its letters are not known here. Names are compared
/// exactly, as ECMA 262 asks.
pub(super) fn property(expression: &str) -> Option<CodePointSet> {
    let known = match expression.split_once('=') {
        None => GENERAL_CATEGORIES.contains(&expression) || BINARY_PROPERTIES.contains(&expression),
        Some(("gc" | "General_Category", value)) => GENERAL_CATEGORIES.contains(&value),
        Some(("sc" | "Script" | "scx" | "Script_Extensions", value)) => is_written_as_script(value),
        Some(_) => false,
    };
    if !known {
        return None;
    }
    class_of(&format!(r"\p{{{expression}}}"))
}

/// Scripts are words that begin with capitals, joined by `_`.
fn is_written_as_script(name: &str) -> bool {
    name.split('_').all(|word| {
        word.starts_with(|first: char| first.is_ascii_uppercase())
            && word.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

/// The letters of a class, by the tables of `regex-syntax`.
fn class_of(class: &str) -> Option<CodePointSet> {
    let hir = regex_syntax::parse(class).ok()?;
    match hir.kind() {
        regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(letters)) => {
            let ranges = letters.ranges().iter();
            Some(CodePointSet::from_ranges(
                ranges.map(|range| (u32::from(range.start()), u32::from(range.end()))),
            ))
        }
        _ => None,
    }
}

/// `General_Category` values and their aliases, from table 69 of ECMA 262.
const GENERAL_CATEGORIES: &[&str] = &[
    "C",
    "Other",
    "Cc",
    "Control",
    "cntrl",
    "Cf",
    "Format",
    "Cn",
    "Unassigned",
    "Co",
    "Private_Use",
    "Cs",
    "Surrogate",
    "L",
    "Letter",
    "LC",
    "Cased_Letter",
    "Ll",
    "Lowercase_Letter",
    "Lm",
    "Modifier_Letter",
    "Lo",
    "Other_Letter",
    "Lt",
    "Titlecase_Letter",
    "Lu",
    "Uppercase_Letter",
    "M",
    "Mark",
    "Combining_Mark",
    "Mc",
    "Spacing_Mark",
    "Me",
    "Enclosing_Mark",
    "Mn",
    "Nonspacing_Mark",
    "N",
    "Number",
    "Nd",
    "Decimal_Number",
    "digit",
    "Nl",
    "Letter_Number",
    "No",
    "Other_Number",
    "P",
    "Punctuation",
    "punct",
    "Pc",
    "Connector_Punctuation",
    "Pd",
    "Dash_Punctuation",
    "Pe",
    "Close_Punctuation",
    "Pf",
    "Final_Punctuation",
    "Pi",
    "Initial_Punctuation",
    "Po",
    "Other_Punctuation",
    "Ps",
    "Open_Punctuation",
    "S",
    "Symbol",
    "Sc",
    "Currency_Symbol",
    "Sk",
    "Modifier_Symbol",
    "Sm",
    "Math_Symbol",
    "So",
    "Other_Symbol",
    "Z",
    "Separator",
    "Zl",
    "Line_Separator",
    "Zp",
    "Paragraph_Separator",
    "Zs",
    "Space_Separator",
];

/// Binary properties and their aliases, from table 70 of ECMA 262.
const BINARY_PROPERTIES: &[&str] = &[
    "ASCII",
    "ASCII_Hex_Digit",
    "AHex",
    "Alphabetic",
    "Alpha",
    "Any",
    "Assigned",
    "Bidi_Control",
    "Bidi_C",
    "Bidi_Mirrored",
    "Bidi_M",
    "Case_Ignorable",
    "CI",
    "Cased",
    "Changes_When_Casefolded",
    "CWCF",
    "Changes_When_Casemapped",
    "CWCM",
    "Changes_When_Lowercased",
    "CWL",
    "Changes_When_NFKC_Casefolded",
    "CWKCF",
    "Changes_When_Titlecased",
    "CWT",
    "Changes_When_Uppercased",
    "CWU",
    "Dash",
    "Default_Ignorable_Code_Point",
    "DI",
    "Deprecated",
    "Dep",
    "Diacritic",
    "Dia",
    "Emoji",
    "Emoji_Component",
    "EComp",
    "Emoji_Modifier",
    "EMod",
    "Emoji_Modifier_Base",
    "EBase",
    "Emoji_Presentation",
    "EPres",
    "Extended_Pictographic",
    "ExtPict",
    "Extender",
    "Ext",
    "Grapheme_Base",
    "Gr_Base",
    "Grapheme_Extend",
    "Gr_Ext",
    "Hex_Digit",
    "Hex",
    "IDS_Binary_Operator",
    "IDSB",
    "IDS_Trinary_Operator",
    "IDST",
    "ID_Continue",
    "IDC",
    "ID_Start",
    "IDS",
    "Ideographic",
    "Ideo",
    "Join_Control",
    "Join_C",
    "Logical_Order_Exception",
    "LOE",
    "Lowercase",
    "Lower",
    "Math",
    "Noncharacter_Code_Point",
    "NChar",
    "Pattern_Syntax",
    "Pat_Syn",
    "Pattern_White_Space",
    "Pat_WS",
    "Quotation_Mark",
    "QMark",
    "Radical",
    "Regional_Indicator",
    "RI",
    "Sentence_Terminal",
    "STerm",
    "Soft_Dotted",
    "SD",
    "Terminal_Punctuation",
    "Term",
    "Unified_Ideograph",
    "UIdeo",
    "Uppercase",
    "Upper",
    "Variation_Selector",
    "VS",
    "White_Space",
    "space",
    "XID_Continue",
    "XIDC",
    "XID_Start",
    "XIDS",
];

/// The letters that a set and others tell apart.
#[derive(Debug)]
pub(super) struct LetterGroup {
    /// Which of the sets they are in.
    members: Box<[bool]>,
    ranges: Vec<(u32, u32)>,
    /// The one that reads best.
    pub(super) letter: char,
}

impl LetterGroup {
    /// Returns whether the letters are in the set of that number.
    pub(super) fn is_in(&self, set: usize) -> bool {
        self.members[set]
    }

    pub(super) fn has(&self, letter: char) -> bool {
        let after = self.ranges.partition_point(|(first, _)| *first <= u32::from(letter));
        after > 0 && u32::from(letter) <= self.ranges[after - 1].1
    }

    /// Returns the best letter that is not among the ones that are taken.
    pub(super) fn letter_besides(&self, is_taken: impl Fn(char) -> bool) -> Option<char> {
        if !is_taken(self.letter) {
            return Some(self.letter);
        }
        let points = self.ranges.iter().flat_map(|(first, last)| *first..=*last);
        readable_letters()
            .filter(|letter| self.has(*letter))
            .chain(points.filter_map(char::from_u32))
            .find(|letter| !is_taken(*letter))
    }
}

/// Letters that read well, best first.
fn readable_letters() -> impl Iterator<Item = char> {
    ('a'..='z').chain('0'..='9').chain('A'..='Z').chain("-_ .:/@".chars())
}

/// Divides the scalar values into those that the sets tell apart, the groups with readable letters first.
pub(super) fn divide_letters(sets: &[Rc<CodePointSet>]) -> Vec<LetterGroup> {
    let mut cuts: Vec<u32> = sets
        .iter()
        .flat_map(|set| set.ranges.iter().flat_map(|(first, last)| [*first, last + 1]))
        .chain(SCALARS.iter().map(|(first, _)| *first))
        .filter(|cut| *cut <= SCALARS[1].1)
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut groups: Vec<LetterGroup> = Vec::new();
    let mut numbers: rustc_hash::FxHashMap<Box<[bool]>, usize> = rustc_hash::FxHashMap::default();
    for (at, first) in cuts.iter().enumerate() {
        let last = cuts.get(at + 1).map_or(SCALARS[1].1, |next| next - 1);
        for range in without_surrogates((*first, last)) {
            let members: Box<[bool]> = sets.iter().map(|set| set.contains(range.0)).collect();
            let number = *numbers.entry(members).or_insert_with_key(|members| {
                groups.push(LetterGroup {
                    members: members.clone(),
                    ranges: Vec::new(),
                    letter: char::from_u32(range.0).unwrap_or_default(),
                });
                groups.len() - 1
            });
            groups[number].ranges.push(range);
        }
    }
    let mut ordered = Vec::with_capacity(groups.len());
    for letter in readable_letters() {
        if let Some(at) = groups.iter().position(|group| group.has(letter)) {
            let mut group = groups.remove(at);
            group.letter = letter;
            ordered.push(group);
        }
    }
    ordered.extend(groups);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_boolean_algebra_over_scalar_values() {
        let letters = CodePointSet::from_ranges([(0x61, 0x7a), (0x70, 0x80), (0xd000, 0xe001)]);
        assert_eq!(*letters.ranges, [(0x61, 0x80), (0xd000, 0xd7ff), (0xe000, 0xe001)]);
        assert_eq!(letters.complement().complement(), letters);
        assert_eq!(
            CodePointSet::union([&letters, &letters.complement()]),
            CodePointSet::everything()
        );
        assert!(letters.is_within(&CodePointSet::everything()) && !letters.is_within(&letters.complement()));
        assert!(letters.contains(0x7a) && !letters.contains(0x60) && !letters.contains(0xd800));
    }

    #[test]
    fn properties_are_named_as_ecma_262_names_them() {
        for known in [
            "L",
            "Letter",
            "gc=Lu",
            "Script=Greek",
            "scx=Grek",
            "ASCII",
            "White_Space",
            "Script=Old_Italic",
        ] {
            assert!(property(known).is_some(), "{known}");
        }
        for unknown in [
            "l",
            "letter",
            "Greek",
            "gc=greek",
            "script=Greek",
            "^L",
            "L1",
            "Block=Basic_Latin",
            "Script=greek",
        ] {
            assert!(property(unknown).is_none(), "{unknown}");
        }
        assert_eq!(property("L"), property("Letter"));
    }

    #[test]
    fn groups_are_what_the_sets_tell_apart_and_read_well() {
        let sets = [digits(), word_letters(), property("L").unwrap()].map(Rc::new);
        let groups = divide_letters(&sets);
        let letters: String = groups.iter().map(|group| group.letter).collect();
        assert_eq!(letters, "a0-_ª");
        for group in &groups {
            for (first, last) in &group.ranges {
                for (number, set) in sets.iter().enumerate() {
                    assert_eq!(set.contains(*first), group.is_in(number));
                    assert_eq!(set.contains(*last), group.is_in(number));
                }
            }
        }
        assert_eq!(groups[0].letter_besides(|letter| letter < 'c'), Some('c'));
        assert_eq!(groups[3].letter_besides(|letter| letter == '_'), None);
    }
}
