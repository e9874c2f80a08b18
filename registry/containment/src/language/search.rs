//! The shortest text that a question about patterns allows: the product, breadth first, one letter a level. In: a question. Out: the
//! text, or the proof that there is none, or why it is not known.

use std::collections::VecDeque;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Language;
use super::product::{ProductSpace, ProductState};
use super::terms::{BeyondLimits, TermStore};

/// States that the searches for one text may visit: 60 to 200 bytes each, with their terms less than 100 MB.
// INVARIANT: a search that is cut off is `Unknown`: a state that was not visited may accept. All searches of one text share the count.
pub(crate) const MOST_STATES: usize = 200_000;
/// Least lengths that are always counted in the states of the product; longer texts are searched layer by layer if that is less.
const LONGEST_COUNTED: u64 = 200;
/// States that one and the same choice of required terms is compared with.
// INVARIANT: a shortcut. A state that is not compared is visited; only one whose every text another state has is left out.
const MOST_COMPARED_STATES: usize = 32;

/// What a text has to be.
#[derive(Clone, Default)]
pub(crate) struct TextQuestion<'q> {
    pub(crate) required: Vec<Rc<Language>>,
    pub(crate) forbidden: Vec<Rc<Language>>,
    pub(crate) least: u64,
    pub(crate) most: Option<u64>,
    pub(crate) excluded: Vec<&'q str>,
}

/// The answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum StringSearchResult {
    Shortest(String),
    None,
    Unknown(String),
}

/// The states found so far, each with the one before it and the letter between them.
#[derive(Default)]
struct FoundStates {
    states: Vec<(ProductState, u32, char)>,
    seen: FxHashSet<ProductState>,
    /// States that differ in what is forbidden, by all the rest.
    alike: FxHashMap<ProductState, Vec<u32>>,
}

impl FoundStates {
    /// Adds a state, unless it is here, or a state from which every answer of it is reached as soon.
    fn add(&mut self, space: &ProductSpace, state: ProductState, before: usize, letter: char) -> bool {
        if self.seen.contains(&state) {
            return false;
        }
        let alike = self.alike.entry(state.without_forbidden()).or_default();
        // INVARIANT: the search goes level by level, so a state that was met before is no further from the start.
        let mut met = alike.iter().map(|at| &self.states[*at as usize].0);
        if met.any(|met| space.includes(met, &state)) {
            return false;
        }
        let number = |count: usize| u32::try_from(count).expect("limited to less");
        if alike.len() < MOST_COMPARED_STATES {
            alike.push(number(self.states.len()));
        }
        self.seen.insert(state.clone());
        self.states.push((state, number(before), letter));
        true
    }

    fn spell(&self, mut at: usize) -> String {
        let mut letters = Vec::new();
        while at != 0 {
            let (_, before, letter) = &self.states[at];
            letters.push(*letter);
            at = *before as usize;
        }
        letters.into_iter().rev().collect()
    }
}

impl TextQuestion<'_> {
    /// Adds bounds of the length to those that it has.
    pub(crate) fn require_length(&mut self, least: u64, most: Option<u64>) {
        self.least = self.least.max(least);
        self.most = [self.most, most].into_iter().flatten().min();
    }

    /// Returns the shortest text in code points that fulfils all of it. `states` is what is left of the states that may be
    /// visited.
    pub(crate) fn answer(&self, states: &mut usize) -> StringSearchResult {
        if self.most.is_some_and(|most| most < self.least) {
            return StringSearchResult::None;
        }
        if self.required.is_empty() && self.forbidden.is_empty() {
            return self.without_patterns();
        }
        let found = match self.searched(states, true) {
            Ok(StringSearchResult::None) if self.is_disputed() => match self.searched(states, false) {
                Ok(StringSearchResult::Shortest(_)) => return StringSearchResult::Unknown(self.disputed_pattern()),
                other => other,
            },
            other => other,
        };
        found.unwrap_or_else(|BeyondLimits| StringSearchResult::Unknown(self.beyond_limits()))
    }

    /// Whether a pattern has a `\b`, which validators with a Unicode `\b` read otherwise than ECMA 262.
    fn is_disputed(&self) -> bool {
        self.languages().any(Language::has_word_boundary)
    }

    fn disputed_pattern(&self) -> String {
        let disputed = self.languages().find(|language| language.has_word_boundary());
        format!(
            "the pattern `{}` has a `\\b` beside letters outside ASCII, which validators read differently; write the letters as a class",
            disputed.map_or("", Language::text)
        )
    }

    fn beyond_limits(&self) -> String {
        let mut texts: Vec<&str> = self.languages().map(Language::text).collect();
        texts.sort_unstable();
        texts.dedup();
        let (word, need) = match texts.len() {
            1 => ("pattern", "needs"),
            _ => ("patterns", "together need"),
        };
        format!(
            "the {word} `{}` {need} more than {MOST_STATES} automaton states; bound repetitions, or use `maxLength`",
            texts.join("` and `")
        )
    }

    /// Texts without a pattern: as long as asked, and other than the excluded ones. Only the empty text is alone in its
    /// length; of every other there are more than a schema can list.
    fn without_patterns(&self) -> StringSearchResult {
        if self.least > LONGEST_TEXT {
            return StringSearchResult::Unknown(format!(
                "`minLength` is {}, and texts of more than {LONGEST_TEXT} characters are not tried",
                self.least
            ));
        }
        if self.least == 0 && !self.excluded.contains(&"") {
            return StringSearchResult::Shortest(String::new());
        }
        if self.most == Some(0) {
            return StringSearchResult::None;
        }
        let length = usize::try_from(self.least.max(1)).expect("at most a million");
        let mut words =
            (char::from(b'a')..=char::MAX).map(|letter| std::iter::repeat_n(letter, length).collect::<String>());
        let word = words.find(|word| !self.excluded.contains(&word.as_str()));
        word.map_or_else(
            || StringSearchResult::Unknown("too many excluded texts".to_owned()),
            StringSearchResult::Shortest,
        )
    }

    fn languages(&self) -> impl Iterator<Item = &Language> {
        self.required.iter().chain(&self.forbidden).map(Rc::as_ref)
    }

    /// The product, in which lengths are counted up to `least`.
    pub(super) fn space(&self, least: u64, leaves_out: bool) -> Result<ProductSpace, BeyondLimits> {
        let mut store = TermStore::new();
        let mut terms =
            |languages: &[Rc<Language>]| languages.iter().map(|language| language.term(&mut store)).collect();
        let required: Result<Vec<_>, _> = terms(&self.required);
        let forbidden: Result<Vec<_>, _> = terms(&self.forbidden);
        let mut space = ProductSpace::new(store, required?, forbidden?, &self.excluded, least);
        if leaves_out && self.is_disputed() {
            space.leave_out_disputed();
        }
        Ok(space)
    }

    fn searched(&self, states: &mut usize, leaves_out: bool) -> Result<StringSearchResult, BeyondLimits> {
        if self.least > LONGEST_COUNTED
            && let Some(word) = self.long(states, leaves_out)?
        {
            return Ok(word);
        }
        self.search(states, leaves_out)
    }

    /// Breadth first, a letter a level: a state is first met on a shortest way to it.
    fn search(&self, left: &mut usize, leaves_out: bool) -> Result<StringSearchResult, BeyondLimits> {
        let mut space = self.space(self.least, leaves_out)?;
        let mut found = FoundStates::default();
        let Some(start) = space.start() else {
            return Ok(StringSearchResult::None);
        };
        found.add(&space, start, 0, '\0');
        let mut open = VecDeque::from([(0, 0)]);
        while let Some((at, length)) = open.pop_front() {
            let state = found.states[at].0.clone();
            if length >= self.least && space.accepts(&state) {
                return Ok(StringSearchResult::Shortest(found.spell(at)));
            }
            if self.most.is_some_and(|most| length >= most) {
                continue;
            }
            for (next, letter) in space.successors(&state)? {
                if found.add(&space, next, at, letter) {
                    *left = left.checked_sub(1).ok_or(BeyondLimits)?;
                    open.push_back((found.states.len() - 1, length + 1));
                }
            }
        }
        Ok(StringSearchResult::None)
    }
}

/// Texts without a pattern that are longer are not built: a witness is read by people, and held in memory.
const LONGEST_TEXT: u64 = 1_000_000;
