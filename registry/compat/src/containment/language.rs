//! Patterns as regular languages. In: patterns that a text must and must not match, a length, texts that are excluded. Out:
//! the shortest such text, or the proof that there is none.
//!
//! A pattern becomes a deterministic automaton of `regex-automata`, by the validator's own translation from ECMA 262, so that
//! checker and validator cannot read `\d` or `$` differently. Intersections and complements are never built: the product of
//! the automata is searched breadth first, one code point a level. Leading lookaheads are Boolean algebra and become patterns
//! of their own; a pattern with any other lookaround or a backreference is no language and is reported as opaque.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use rustc_hash::{FxHashMap, FxHashSet};

/// Bytes that one automaton may take.
const AUTOMATON_BYTES: usize = 4 << 20;
/// Bytes that building it may take.
const BUILDING_BYTES: usize = 8 << 20;
/// Longer patterns are opaque.
const LONGEST_PATTERN: usize = 20_000;
/// States of the product that a search may visit.
const MOST_STATES: usize = 60_000;
/// Longer least lengths are not searched together with patterns.
const LONGEST_TEXT: u64 = 20_000;
/// Automata that a thread keeps.
const MOST_KEPT: usize = 512;

/// A pattern that has an automaton.
pub(crate) struct Language {
    automaton: dense::DFA<Vec<u32>>,
    start: StateID,
}

/// A pattern, taken apart: the text must match all of `required` and none of `forbidden`.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) required: Vec<Rc<Language>>,
    pub(crate) forbidden: Vec<Rc<Language>>,
}

thread_local! {
    static OPAQUE: RefCell<FxHashMap<String, Option<fancy_regex::Regex>>> = RefCell::new(FxHashMap::default());
    static KNOWN: RefCell<FxHashMap<String, Option<Parts>>> = RefCell::new(FxHashMap::default());
}

/// The languages of an ECMA 262 pattern. `None` if it is not regular, not valid, or too large.
pub(crate) fn parts(pattern: &str) -> Option<Parts> {
    if let Some(known) = KNOWN.with(|known| known.borrow().get(pattern).cloned()) {
        return known;
    }
    let made = take_apart(pattern);
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

/// Whether a text has a match of a pattern that is no regular language. `None`: not valid, or too long a search.
pub(crate) fn opaque_is_match(pattern: &str, text: &str) -> Option<bool> {
    OPAQUE.with(|known| {
        let mut known = known.borrow_mut();
        if known.len() >= MOST_KEPT {
            known.clear();
        }
        let regex = known.entry(pattern.to_owned()).or_insert_with(|| {
            let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
            fancy_regex::Regex::new(&translated).ok()
        });
        regex.as_ref()?.is_match(text).ok()
    })
}

fn take_apart(pattern: &str) -> Option<Parts> {
    if pattern.len() > LONGEST_PATTERN {
        return None;
    }
    let mut parts = Parts {
        required: Vec::new(),
        forbidden: Vec::new(),
    };
    if let Some(whole) = Language::new(pattern) {
        parts.required.push(Rc::new(whole));
        return Some(parts);
    }
    // `^(?!P)Q` is `Q` and not `^P`.
    for (assertion, holds) in lookaheads(pattern)? {
        let language = Rc::new(Language::new(&assertion)?);
        if holds {
            parts.required.push(language);
        } else {
            parts.forbidden.push(language);
        }
    }
    Some(parts)
}

/// The patterns of `^(?=A)(?!B)C`: `^(?:A)`, not `^(?:B)`, and `^C`. `None` for anything else.
fn lookaheads(pattern: &str) -> Option<Vec<(String, bool)>> {
    let mut rest = pattern.strip_prefix('^')?;
    let mut found = Vec::new();
    while let Some((holds, body)) = rest
        .strip_prefix("(?=")
        .map(|body| (true, body))
        .or_else(|| rest.strip_prefix("(?!").map(|body| (false, body)))
    {
        let end = closing(body)?;
        found.push((format!("^(?:{})", &body[..end]), holds));
        rest = &body[end + 1..];
        // A quantifier would make the assertion optional.
        if rest.starts_with(['*', '+', '?', '{']) {
            return None;
        }
    }
    if found.is_empty() || has_alternatives(rest) {
        return None;
    }
    found.push((format!("^{rest}"), true));
    Some(found)
}

/// Where the group ends that is open at the beginning.
fn closing(body: &str) -> Option<usize> {
    walk(body, |depth, byte| depth == 0 && byte == b')')
}

/// Whether there is a `|` outside of all groups: it would split the anchor from the rest.
fn has_alternatives(body: &str) -> bool {
    walk(body, |depth, byte| depth == 0 && byte == b'|').is_some()
}

/// The first byte that `found` takes, outside of classes and escapes.
fn walk(body: &str, found: impl Fn(usize, u8) -> bool) -> Option<usize> {
    let (mut depth, mut in_class, mut escaped) = (0_usize, false, false);
    for (at, byte) in body.bytes().enumerate() {
        if escaped {
            escaped = false;
            continue;
        }
        if !in_class && found(depth, byte) {
            return Some(at);
        }
        match byte {
            b'\\' => escaped = true,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'(' if !in_class => depth += 1,
            b')' if !in_class => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

impl Language {
    fn new(pattern: &str) -> Option<Self> {
        let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
        let automaton = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Unanchored)
                    .match_kind(MatchKind::All)
                    .dfa_size_limit(Some(AUTOMATON_BYTES))
                    .determinize_size_limit(Some(BUILDING_BYTES)),
            )
            .thompson(thompson::Config::new().nfa_size_limit(Some(1 << 20)))
            .build(&translated)
            .ok()?;
        let start = automaton
            .start_state(&start::Config::new().anchored(Anchored::No))
            .ok()?;
        Some(Self { automaton, start })
    }

    /// Whether a text has a match of the pattern.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        let mut state = State::At(self.start);
        for byte in text.bytes() {
            state = self.step(state, byte);
        }
        self.accepts(state)
    }

    /// The automaton says of a state that it matches one byte late, and a match once seen stays one.
    fn step(&self, state: State, byte: u8) -> State {
        let State::At(id) = state else {
            return State::Matched;
        };
        let next = self.automaton.next_state(id, byte);
        if self.automaton.is_match_state(next) {
            State::Matched
        } else {
            State::At(next)
        }
    }

    fn accepts(&self, state: State) -> bool {
        match state {
            State::Matched => true,
            State::At(id) => self.automaton.is_match_state(self.automaton.next_eoi_state(id)),
        }
    }

    fn is_dead(&self, state: State) -> bool {
        matches!(state, State::At(id) if self.automaton.is_dead_state(id))
    }

    fn quits(&self, state: State) -> bool {
        matches!(state, State::At(id) if self.automaton.is_quit_state(id))
    }
}

/// Every byte, the ones that read well first.
fn readable() -> impl Iterator<Item = u8> {
    let first = (b'a'..=b'z').chain(b'0'..=b'9').chain(b'A'..=b'Z').chain(*b"-_ .:/@");
    first.chain(0..=255)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum State {
    At(StateID),
    Matched,
}

/// What a text has to be.
#[derive(Clone, Default)]
pub(crate) struct Question<'q> {
    pub(crate) required: Vec<Rc<Language>>,
    pub(crate) forbidden: Vec<Rc<Language>>,
    pub(crate) least: u64,
    pub(crate) most: Option<u64>,
    pub(crate) excluded: Vec<&'q str>,
}

/// The answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Shortest(String),
    None,
    Unknown(&'static str),
}

/// A state of the product, between two code points.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Product {
    states: Box<[State]>,
    /// Code points so far, counted up to the least length.
    length: u64,
    /// The excluded texts that the word is a prefix of so far.
    excluded: Box<[u32]>,
    /// Its bytes so far, if there is such a text.
    position: usize,
}

/// The same in the middle of a code point.
struct Partial {
    product: Product,
    /// Continuation bytes to come.
    pending: u8,
    /// Which the next one may be.
    range: (u8, u8),
    bytes: Vec<u8>,
}

/// The states found so far, each with the one before it and the code point between them.
struct Found {
    products: Vec<(Product, usize, Vec<u8>)>,
    seen: FxHashSet<Product>,
}

impl Found {
    fn spell(&self, mut at: usize) -> String {
        let mut letters = Vec::new();
        while at != 0 {
            let (_, before, bytes) = &self.products[at];
            letters.push(bytes.as_slice());
            at = *before;
        }
        letters.reverse();
        String::from_utf8(letters.concat()).expect("every step was a whole code point")
    }
}

impl Question<'_> {
    /// The shortest text in code points that fulfils all of it.
    pub(crate) fn answer(&self) -> Word {
        if self.most.is_some_and(|most| most < self.least) {
            return Word::None;
        }
        if self.required.is_empty() && self.forbidden.is_empty() {
            return self.without_patterns();
        }
        if self.least > LONGEST_TEXT {
            return Word::Unknown("a pattern together with a very large minLength");
        }
        self.search()
    }

    /// Texts without a pattern: as long as asked, and other than the excluded ones. Only the empty text is alone in its
    /// length; of every other there are more than a schema can list.
    fn without_patterns(&self) -> Word {
        if self.least > 1_000_000 {
            return Word::Unknown("a very large minLength");
        }
        if self.least == 0 && !self.excluded.contains(&"") {
            return Word::Shortest(String::new());
        }
        if self.most == Some(0) {
            return Word::None;
        }
        let length = usize::try_from(self.least.max(1)).expect("at most a million");
        let mut words =
            (char::from(b'a')..=char::MAX).map(|letter| std::iter::repeat_n(letter, length).collect::<String>());
        let word = words.find(|word| !self.excluded.contains(&word.as_str()));
        word.map_or(Word::Unknown("too many excluded texts"), Word::Shortest)
    }

    fn languages(&self) -> impl Iterator<Item = &Language> {
        self.required.iter().chain(&self.forbidden).map(Rc::as_ref)
    }

    /// Breadth first, a code point a level: a state is first met on a shortest way to it.
    fn search(&self) -> Word {
        let alphabet = self.alphabet();
        let start = Product {
            states: self.languages().map(|language| State::At(language.start)).collect(),
            length: 0,
            excluded: (0..).take(self.excluded.len()).collect(),
            position: 0,
        };
        let mut found = Found {
            products: vec![(start.clone(), 0, Vec::new())],
            seen: [start].into_iter().collect(),
        };
        let mut open = VecDeque::from([(0, 0)]);
        while let Some((at, points)) = open.pop_front() {
            if points >= self.least && self.accepts(&found.products[at].0) {
                return Word::Shortest(found.spell(at));
            }
            if self.most.is_some_and(|most| points >= most) {
                continue;
            }
            match self.successors(&found.products[at].0, &alphabet) {
                None => return Word::Unknown("a pattern that its automaton gives up on"),
                Some(successors) => {
                    for (product, bytes) in successors {
                        if found.seen.insert(product.clone()) {
                            found.products.push((product, at, bytes));
                            open.push_back((found.products.len() - 1, points + 1));
                        }
                    }
                }
            }
            if found.products.len() > MOST_STATES {
                return Word::Unknown("patterns whose combination has too many states");
            }
        }
        Word::None
    }

    fn accepts(&self, product: &Product) -> bool {
        let required = self.required.len();
        let mut languages = self.languages().zip(&product.states).enumerate();
        languages.all(|(index, (language, state))| language.accepts(*state) == (index < required))
            && !product
                .excluded
                .iter()
                .any(|index| self.excluded[*index as usize].len() == product.position)
    }

    /// The states after one code point; `None` if an automaton gives up.
    fn successors(&self, product: &Product, alphabet: &Alphabet) -> Option<Vec<(Product, Vec<u8>)>> {
        let mut done = Vec::new();
        let whole = Partial {
            product: product.clone(),
            pending: 0,
            range: (0, 0),
            bytes: Vec::new(),
        };
        // First in, first out: letters of one byte, which read best, come first.
        let mut open = VecDeque::from([whole]);
        while let Some(partial) = open.pop_front() {
            let bytes = if partial.bytes.is_empty() {
                &alphabet.leading
            } else {
                &alphabet.continuing
            };
            for byte in bytes {
                match self.step(&partial, *byte)? {
                    Some(next) if next.pending == 0 => done.push((next.product, next.bytes)),
                    Some(next) => open.push_back(next),
                    None => {}
                }
            }
        }
        Some(done)
    }

    /// The state after a byte, if a fulfilling text can begin that way. The outer `None`: an automaton gives up.
    fn step(&self, partial: &Partial, byte: u8) -> Option<Option<Partial>> {
        let Some((pending, range)) = utf8_step(partial, byte) else {
            return Some(None);
        };
        let mut states = Vec::with_capacity(partial.product.states.len());
        for (index, (language, state)) in self.languages().zip(&partial.product.states).enumerate() {
            let next = language.step(*state, byte);
            if language.quits(next) {
                return None;
            }
            let required = index < self.required.len();
            if (required && language.is_dead(next)) || (!required && next == State::Matched) {
                return Some(None);
            }
            states.push(next);
        }
        let before = &partial.product;
        let continues = |index: &u32| self.excluded[*index as usize].as_bytes().get(before.position) == Some(&byte);
        let excluded: Box<[u32]> = before.excluded.iter().copied().filter(continues).collect();
        let position = if excluded.is_empty() { 0 } else { before.position + 1 };
        let counts = u64::from(partial.bytes.is_empty());
        let length = (before.length + counts).min(self.least);
        let mut bytes = partial.bytes.clone();
        bytes.push(byte);
        Some(Some(Partial {
            product: Product {
                states: states.into(),
                length,
                excluded,
                position,
            },
            pending,
            range,
            bytes,
        }))
    }

    /// One byte of each class that the automata and the excluded texts tell apart.
    fn alphabet(&self) -> Alphabet {
        let mut seen = FxHashSet::default();
        let mut alphabet = Alphabet {
            leading: Vec::new(),
            continuing: Vec::new(),
        };
        let excluded: FxHashSet<u8> = self.excluded.iter().flat_map(|text| text.bytes()).collect();
        for byte in readable() {
            let classes: Vec<u8> = self
                .languages()
                .map(|language| language.automaton.byte_classes().get(byte))
                .collect();
            let own = excluded.contains(&byte).then_some(byte);
            if seen.insert((classes, own, utf8_class(byte))) {
                if is_continuation(byte) {
                    alphabet.continuing.push(byte);
                } else {
                    alphabet.leading.push(byte);
                }
            }
        }
        alphabet
    }
}

struct Alphabet {
    leading: Vec<u8>,
    continuing: Vec<u8>,
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

/// Bytes that UTF-8 tells apart (Unicode 3.9, table 3-7).
fn utf8_class(byte: u8) -> u8 {
    match byte {
        0..=0x7f => 0,
        0x80..=0x8f => 1,
        0x90..=0x9f => 2,
        0xa0..=0xbf => 3,
        0xc2..=0xdf => 4,
        0xe0 => 5,
        0xe1..=0xec | 0xee | 0xef => 6,
        0xed => 7,
        0xf0 => 8,
        0xf1..=0xf3 => 9,
        0xf4 => 10,
        _ => 11,
    }
}

/// Continuation bytes to come after a byte, and the range of the next one. `None` if the byte is not UTF-8 here.
fn utf8_step(partial: &Partial, byte: u8) -> Option<(u8, (u8, u8))> {
    const ANY: (u8, u8) = (0x80, 0xbf);
    if partial.pending > 0 {
        let fits = (partial.range.0..=partial.range.1).contains(&byte);
        return fits.then_some((partial.pending - 1, ANY));
    }
    match utf8_class(byte) {
        0 => Some((0, ANY)),
        4 => Some((1, ANY)),
        5 => Some((2, (0xa0, 0xbf))),
        6 => Some((2, ANY)),
        7 => Some((2, (0x80, 0x9f))),
        8 => Some((3, (0x90, 0xbf))),
        9 => Some((3, ANY)),
        10 => Some((3, (0x80, 0x8f))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(required: &[&str], forbidden: &[&str], least: u64, most: Option<u64>, excluded: &[&str]) -> Word {
        let languages = |patterns: &[&str]| -> Vec<Rc<Language>> {
            patterns
                .iter()
                .map(|pattern| Rc::new(Language::new(pattern).unwrap()))
                .collect()
        };
        let question = Question {
            required: languages(required),
            forbidden: languages(forbidden),
            least,
            most,
            excluded: excluded.to_vec(),
        };
        question.answer()
    }

    fn word(text: &str) -> Word {
        Word::Shortest(text.to_owned())
    }

    #[test]
    fn the_shortest_word_of_a_product() {
        assert_eq!(ask(&["^ord-"], &[], 0, None, &[]), word("ord-"));
        assert_eq!(ask(&["b"], &["^b$"], 0, None, &[]), word("ab"));
        assert_eq!(ask(&["^[ab]$"], &[], 0, None, &["a"]), word("b"));
        assert_eq!(ask(&["^[ab]$"], &[], 0, None, &["a", "b"]), Word::None);
        assert_eq!(ask(&["^a*$"], &[], 3, None, &[]), word("aaa"));
        assert_eq!(ask(&["^a*$"], &["aaaa"], 4, None, &[]), Word::None);
        assert_eq!(ask(&["^.{3}$"], &[], 0, Some(2), &[]), Word::None);
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
        assert_eq!(ask(&["^a$"], &[], 2, None, &[]), Word::None);
        let line_end = Language::new("^a$").unwrap();
        assert!(line_end.is_match("a") && !line_end.is_match("a\n"));
    }

    #[test]
    fn leading_lookaheads_are_algebra() {
        let found = parts("^(?!\\s*$)(?=.*[0-9]).+$").unwrap();
        assert_eq!((found.required.len(), found.forbidden.len()), (2, 1));
        let question = Question {
            required: found.required,
            forbidden: found.forbidden,
            ..Question::default()
        };
        assert_eq!(question.answer(), word("0"));
        assert!(parts("a(?=b)").is_none() && parts("(a)\\1").is_none() && parts("^(?!a)b|c").is_none());
    }

    #[test]
    fn without_patterns_only_lengths_and_exclusions_count() {
        assert_eq!(ask(&[], &[], 0, None, &[""]), word("a"));
        assert_eq!(ask(&[], &[], 0, Some(0), &[""]), Word::None);
        assert_eq!(ask(&[], &[], 2, Some(2), &["aa"]), word("bb"));
    }
}
