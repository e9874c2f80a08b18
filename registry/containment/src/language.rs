//! Patterns as regular languages. In: patterns that a text must and must not match, lengths, texts that are excluded. Out: the shortest
//! such text, or the proof that there is none.
//!
//! ```text
//! text ─syntax─► tree ─┬─► parts: lookaheads and lengths apart ─► terms ─derivatives─► product ─search─► Word
//!                      └─► irregular: matches texts, no more
//! ```
//!
//! A pattern is read as ECMA 262 reads it with the flag `u` ([`syntax`]), over code points. Its states are terms that count their
//! repetitions down ([`terms`]): nothing is unrolled, and neither intersections nor complements are built ([`product`]). Leading
//! lookaheads are Boolean algebra and become patterns of their own; a pattern with any other lookaround or a backreference is no
//! language and is opaque, as is one that ECMA 262 refuses or that validators read otherwise.

mod code_points;
mod irregular;
mod long;
mod matcher;
mod product;
mod search;
mod syntax;
mod terms;

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use self::code_points::CodePointSet;
use self::matcher::TextMatcher;
pub(crate) use self::search::{MOST_STATES, StringSearchResult, TextQuestion};
use self::syntax::{ENDLESS, PatternTree, TextPosition, parse_pattern};
use self::terms::{BeyondLimits, RegexTerm, TermStore};

/// Longer patterns are opaque.
// INVARIANT: opaque, so that nothing is proved of it but that it is itself.
const LONGEST_PATTERN: usize = 20_000;
/// Patterns that a thread keeps, each with the states of its matcher: at most 60 MB.
// INVARIANT: what is kept for a pattern depends on its text alone, so that forgetting it changes the time and no answer.
const MOST_KEPT: usize = 512;
/// Counts up to this are counted in states; larger ones of a single class are lengths of the text.
const LARGEST_COUNTED: u32 = 256;

/// A pattern that is a regular language.
pub(crate) struct Language {
    text: Rc<str>,
    /// Of whole texts: it takes what is before and after a match as well.
    tree: PatternTree,
    has_word_boundary: bool,
    matcher: RefCell<Option<TextMatcher>>,
}

/// A pattern, taken apart: the text must match all of `required` and none of `forbidden`, and be as long as that.
#[derive(Clone)]
pub(crate) struct PatternParts {
    pub(crate) required: Vec<Rc<Language>>,
    pub(crate) forbidden: Vec<Rc<Language>>,
    pub(crate) least: u64,
    pub(crate) most: Option<u64>,
}

/// What is known of a pattern.
#[derive(Clone)]
enum KnownPattern {
    Regular(PatternParts),
    Irregular(Rc<PatternTree>),
    Unreadable,
}

thread_local! {
    static KNOWN: RefCell<FxHashMap<String, KnownPattern>> = RefCell::new(FxHashMap::default());
}

/// Returns the languages of an ECMA 262 pattern. `None` if it is not regular, not valid, or too large.
pub(crate) fn split_pattern(pattern: &str) -> Option<PatternParts> {
    match known_pattern(pattern) {
        KnownPattern::Regular(parts) => Some(parts),
        _ => None,
    }
}

/// Returns whether a text has a match of a pattern that is no regular language. `None`: not valid, or too long a search.
pub fn match_irregular_pattern(pattern: &str, text: &str) -> Option<bool> {
    match known_pattern(pattern) {
        KnownPattern::Irregular(tree) => irregular::has_match(&tree, text),
        _ => None,
    }
}

fn known_pattern(pattern: &str) -> KnownPattern {
    if let Some(known) = KNOWN.with(|known| known.borrow().get(pattern).cloned()) {
        return known;
    }
    let made = read_pattern(pattern);
    KNOWN.with(|known| {
        let mut known = known.borrow_mut();
        // Many schemas, few patterns: whoever brings more starts anew.
        if known.len() >= MOST_KEPT {
            known.clear();
        }
        known.insert(pattern.to_owned(), made.clone());
    });
    made
}

fn read_pattern(pattern: &str) -> KnownPattern {
    match is_read_alike(pattern).then(|| parse_pattern(pattern)).flatten() {
        None => KnownPattern::Unreadable,
        Some(tree) if !tree.is_irregular() => {
            let conditions = vec![(tree, true)];
            take_apart(pattern, conditions).map_or(KnownPattern::Unreadable, KnownPattern::Regular)
        }
        Some(tree) => {
            let parts = leading_lookaheads(&tree).and_then(|conditions| take_apart(pattern, conditions));
            parts.map_or_else(|| KnownPattern::Irregular(Rc::new(tree)), KnownPattern::Regular)
        }
    }
}

/// Nothing is known of what only Rust's syntax knows or reads otherwise, and of what code points and 16-bit units tell apart where
/// ECMA 262 has no flag `u` for it.
fn is_read_alike(pattern: &str) -> bool {
    let is_beyond_units = |letter: char| letter > '\u{ffff}';
    pattern.len() <= LONGEST_PATTERN
        && schemactl_model::read_pattern(pattern).is_ok_and(|reading| {
            reading.rust_only.is_none() && (reading.rejected_by_unicode.is_none() || !pattern.contains(is_beyond_units))
        })
}

/// The conditions of `^(?=A)(?!B)C`: `^(?:A)`, not `^(?:B)`, and `^C`. `None` for anything else.
fn leading_lookaheads(tree: &PatternTree) -> Option<Vec<(PatternTree, bool)>> {
    let PatternTree::Concat(parts) = tree else {
        return None;
    };
    let (start, parts) = parts.split_first()?;
    if *start != PatternTree::Assert(TextPosition::Start) {
        return None;
    }
    let anchored = |tree: PatternTree| PatternTree::Concat(vec![start.clone(), tree]);
    let mut conditions = Vec::new();
    let mut rest = parts;
    while let Some((PatternTree::Lookaround(lookaround), others)) = rest.split_first() {
        if !lookaround.is_ahead {
            return None;
        }
        conditions.push((anchored(lookaround.tree.clone()), lookaround.is_positive));
        rest = others;
    }
    conditions.push((anchored(PatternTree::Concat(rest.to_vec())), true));
    let is_regular = conditions.iter().all(|(tree, _)| !tree.is_irregular());
    is_regular.then_some(conditions)
}

fn take_apart(pattern: &str, conditions: Vec<(PatternTree, bool)>) -> Option<PatternParts> {
    let mut parts = PatternParts {
        required: Vec::new(),
        forbidden: Vec::new(),
        least: 0,
        most: None,
    };
    for (tree, holds) in conditions {
        let tree = whole_text(&tree);
        if !holds {
            parts.forbidden.push(Rc::new(Language::new(pattern, tree)?));
            continue;
        }
        match lengths_of(&tree)? {
            Some((class, least, most)) => {
                parts.least = parts.least.max(u64::from(least));
                if most != ENDLESS {
                    parts.most = Some(parts.most.unwrap_or(u64::MAX).min(u64::from(most)));
                }
                let any = PatternTree::Repeat(Box::new(PatternTree::Class(class)), 0, ENDLESS);
                parts.required.push(Rc::new(Language::new(pattern, any)?));
            }
            None => parts.required.push(Rc::new(Language::new(pattern, tree)?)),
        }
    }
    Some(parts)
}

/// The class and the counts of `^x{a,b}$` with a large count: this is `^x*$` and two bounds of the length. The outer `None`: it is
/// beyond the limits.
fn lengths_of(tree: &PatternTree) -> Option<Option<(Rc<CodePointSet>, u32, u32)>> {
    let mut store = TermStore::new();
    let term = store.term_of(tree).ok()?;
    let is_large = |count: u32| count > LARGEST_COUNTED && count != ENDLESS;
    let counted = store.counted_class(term);
    Some(counted.filter(|(_, least, most)| is_large(*least) || is_large(*most)))
}

/// The pattern of the whole texts that have a match of a pattern: anything before and after it, but for its anchors.
fn whole_text(tree: &PatternTree) -> PatternTree {
    match tree {
        PatternTree::Capture(_, tree) => whole_text(tree),
        PatternTree::Alternatives(trees) => PatternTree::Alternatives(trees.iter().map(whole_text).collect()),
        _ => {
            let mut parts = Vec::new();
            flatten(tree, &mut parts);
            // The anchor of several alternatives is the one of each.
            if let [
                start @ PatternTree::Assert(TextPosition::Start),
                PatternTree::Alternatives(trees),
            ] = parts.as_slice()
            {
                let anchored = |tree: &PatternTree| PatternTree::Concat(vec![start.clone(), tree.clone()]);
                return PatternTree::Alternatives(trees.iter().map(|tree| whole_text(&anchored(tree))).collect());
            }
            anchored_text(parts)
        }
    }
}

fn anchored_text(mut parts: Vec<PatternTree>) -> PatternTree {
    let anything = || {
        let letter = PatternTree::Class(Rc::new(CodePointSet::everything()));
        PatternTree::Repeat(Box::new(letter), 0, ENDLESS)
    };
    match parts.last() {
        Some(PatternTree::Assert(TextPosition::End)) => drop(parts.pop()),
        _ => parts.push(anything()),
    }
    match parts.first() {
        Some(PatternTree::Assert(TextPosition::Start)) => drop(parts.remove(0)),
        _ => parts.insert(0, anything()),
    }
    PatternTree::Concat(parts)
}

/// The parts of a concatenation, those of groups in it as well.
fn flatten(tree: &PatternTree, parts: &mut Vec<PatternTree>) {
    match tree {
        PatternTree::Empty => {}
        PatternTree::Concat(trees) => trees.iter().for_each(|tree| flatten(tree, parts)),
        PatternTree::Capture(_, tree) => flatten(tree, parts),
        _ => parts.push(tree.clone()),
    }
}

impl PatternParts {
    /// Returns whether a text has a match of the pattern, `None` if that takes too much.
    pub(crate) fn is_match(&self, text: &str) -> Option<bool> {
        let length = text.chars().count() as u64;
        if length < self.least || self.most.is_some_and(|most| length > most) {
            return Some(false);
        }
        for (languages, holds) in [(&self.required, true), (&self.forbidden, false)] {
            for language in languages {
                if language.is_match(text)? != holds {
                    return Some(false);
                }
            }
        }
        Some(true)
    }

    /// Returns whether it is no more than one pattern that the text must match.
    pub(crate) fn is_one_language(&self) -> bool {
        self.forbidden.is_empty() && self.required.len() == 1 && self.least == 0 && self.most.is_none()
    }
}

impl Language {
    /// `None` if it is beyond the limits.
    fn new(text: &str, tree: PatternTree) -> Option<Self> {
        let language = Self {
            text: text.into(),
            has_word_boundary: has_word_boundary(&tree),
            tree,
            matcher: RefCell::default(),
        };
        language.term(&mut TermStore::new()).ok()?;
        Some(language)
    }

    fn term(&self, store: &mut TermStore) -> Result<RegexTerm, BeyondLimits> {
        store.term_of(&self.tree)
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn has_word_boundary(&self) -> bool {
        self.has_word_boundary
    }

    /// Returns whether a whole text is in the language, `None` if that takes too much.
    fn is_match(&self, text: &str) -> Option<bool> {
        let mut kept = self.matcher.borrow_mut();
        if let Some(mut matcher) = kept.take()
            && let Ok(matched) = matcher.is_match(text)
        {
            *kept = (!matcher.is_large()).then_some(matcher);
            return Some(matched);
        }
        // INVARIANT: whether a text is beyond the limits depends on the text alone, not on what was matched before.
        let mut store = TermStore::new();
        let term = self.term(&mut store).ok()?;
        let mut matcher = TextMatcher::new(store, term);
        let matched = matcher.is_match(text).ok();
        *kept = (!matcher.is_large()).then_some(matcher);
        matched
    }
}

fn has_word_boundary(tree: &PatternTree) -> bool {
    match tree {
        PatternTree::Assert(position) => matches!(position, TextPosition::WordBoundary | TextPosition::NoWordBoundary),
        PatternTree::Concat(parts) | PatternTree::Alternatives(parts) => parts.iter().any(has_word_boundary),
        PatternTree::Repeat(tree, ..) | PatternTree::Capture(_, tree) => has_word_boundary(tree),
        PatternTree::Empty | PatternTree::Class(_) | PatternTree::Lookaround(_) | PatternTree::Backreference(_) => {
            false
        }
    }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
#[path = "../../compat/tests/common/random.rs"]
mod random;
#[cfg(test)]
mod readings;

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(
        required: &[&str],
        forbidden: &[&str],
        least: u64,
        most: Option<u64>,
        excluded: &[&str],
    ) -> StringSearchResult {
        let languages = |patterns: &[&str]| -> Vec<Rc<Language>> {
            patterns
                .iter()
                .flat_map(|pattern| split_pattern(pattern).unwrap().required)
                .collect()
        };
        let question = TextQuestion {
            required: languages(required),
            forbidden: languages(forbidden),
            least,
            most,
            excluded: excluded.to_vec(),
        };
        question.answer(&mut MOST_STATES.clone())
    }

    fn word(text: &str) -> StringSearchResult {
        StringSearchResult::Shortest(text.to_owned())
    }

    #[test]
    fn the_shortest_word_of_a_product() {
        assert_eq!(ask(&["^ord-"], &[], 0, None, &[]), word("ord-"));
        assert_eq!(ask(&["b"], &["^b$"], 0, None, &[]), word("ab"));
        assert_eq!(ask(&["^[ab]$"], &[], 0, None, &["a"]), word("b"));
        assert_eq!(ask(&["^[ab]$"], &[], 0, None, &["a", "b"]), StringSearchResult::None);
        assert_eq!(ask(&["^a*$"], &[], 3, None, &[]), word("aaa"));
        assert_eq!(ask(&["^a*$"], &["aaaa"], 4, None, &[]), StringSearchResult::None);
        assert_eq!(ask(&["^.{3}$"], &[], 0, Some(2), &[]), StringSearchResult::None);
    }

    #[test]
    fn lengths_count_code_points_and_words_are_unicode() {
        assert_eq!(
            ask(&["^[^ -~]{2}$"], &["[\x00-\x7f]"], 0, Some(2), &[]),
            word("\u{80}\u{80}")
        );
        assert_eq!(ask(&["^\\u00e9+$"], &[], 2, Some(2), &[]), word("éé"));
    }

    #[test]
    fn a_dot_is_not_a_line_terminator_and_the_end_is_the_end() {
        assert_eq!(ask(&["\\n"], &["."], 0, None, &[]), word("\n"));
        assert_eq!(ask(&["^a$"], &[], 2, None, &[]), StringSearchResult::None);
        let line_end = split_pattern("^a$").unwrap();
        assert_eq!(
            (line_end.is_match("a"), line_end.is_match("a\n")),
            (Some(true), Some(false))
        );
    }

    #[test]
    fn leading_lookaheads_are_algebra() {
        let found = split_pattern("^(?!\\s*$)(?=.*[0-9]).+$").unwrap();
        assert_eq!((found.required.len(), found.forbidden.len()), (2, 1));
        let question = TextQuestion {
            required: found.required,
            forbidden: found.forbidden,
            ..TextQuestion::default()
        };
        assert_eq!(question.answer(&mut MOST_STATES.clone()), word("0"));
        assert!(
            split_pattern("a(?=b)").is_none()
                && split_pattern("(a)\\1").is_none()
                && split_pattern("^(?!a)b|c").is_none()
        );
    }

    #[test]
    fn without_patterns_only_lengths_and_exclusions_count() {
        assert_eq!(ask(&[], &[], 0, None, &[""]), word("a"));
        assert_eq!(ask(&[], &[], 0, Some(0), &[""]), StringSearchResult::None);
        assert_eq!(ask(&[], &[], 2, Some(2), &["aa"]), word("bb"));
    }
}
