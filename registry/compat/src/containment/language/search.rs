//! The shortest text that a question about languages allows: the product of the automata, breadth first, one code point a level. In:
//! a question. Out: the text, or the proof that there is none, or why it is not known.

use std::collections::VecDeque;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::{Language, State};

/// States of the product that a search may visit.
pub(super) const MOST_STATES: usize = 60_000;
/// Least lengths that are counted in the states of the product; longer texts are searched layer by layer.
const LONGEST_COUNTED: u64 = 200;

/// Every byte, the ones that read well first.
fn readable() -> impl Iterator<Item = u8> {
    let first = (b'a'..=b'z').chain(b'0'..=b'9').chain(b'A'..=b'Z').chain(*b"-_ .:/@");
    first.chain(0..=255)
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
pub(super) struct Product {
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
        if self.least > LONGEST_COUNTED {
            return self.long();
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
        let (alphabet, start) = (self.alphabet(), self.start());
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

    pub(super) fn start(&self) -> Product {
        Product {
            states: self.languages().map(|language| State::At(language.start)).collect(),
            length: 0,
            excluded: (0..).take(self.excluded.len()).collect(),
            position: 0,
        }
    }

    pub(super) fn accepts(&self, product: &Product) -> bool {
        let required = self.required.len();
        let mut languages = self.languages().zip(&product.states).enumerate();
        languages.all(|(index, (language, state))| language.accepts(*state) == (index < required))
            && !product
                .excluded
                .iter()
                .any(|index| self.excluded[*index as usize].len() == product.position)
    }

    /// The states after one code point; `None` if an automaton gives up.
    pub(super) fn successors(&self, product: &Product, alphabet: &Alphabet) -> Option<Vec<(Product, Vec<u8>)>> {
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
    pub(super) fn alphabet(&self) -> Alphabet {
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

pub(super) struct Alphabet {
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
