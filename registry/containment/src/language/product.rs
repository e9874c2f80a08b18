//! The product of the patterns of a question, made as far as a search walks it. In: terms that a text must match, terms that it
//! must not match, excluded texts. Out: states, the letters that lead on from one, whether a state accepts.
//!
//! A required pattern is in one of its terms: the search tries every one. A forbidden pattern is in all of its terms at once. A
//! state is dropped as soon as a required term lies within the forbidden ones: nothing that it leads to is an answer.

use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::code_points::{LetterGroup, disputed_word_letters, divide_letters, word_letters};
use super::terms::{BeyondLimits, ClassId, Neighbor, RegexTerm, Steps, TermStore};

/// A state between two letters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ProductState {
    /// One term of each required pattern.
    required: Rc<[RegexTerm]>,
    /// All terms of all forbidden patterns, in order.
    forbidden: Rc<[RegexTerm]>,
    /// What the last letter is to assertions, where there is one.
    before: Neighbor,
    /// Letters so far, counted up to the least length.
    length: u64,
    /// The node of the excluded texts that begin with the letters so far.
    excluded: Option<u32>,
}

/// Excluded texts, as a tree of letters.
#[derive(Debug, Default)]
struct ExcludedNode {
    next: BTreeMap<char, u32>,
    is_text: bool,
}

/// The groups of letters that classes tell apart, and the classes, in order.
type Division = (Rc<[ClassId]>, Rc<Vec<LetterGroup>>);

/// The product.
pub(super) struct ProductSpace {
    store: TermStore,
    start: ProductState,
    least: u64,
    excluded: Vec<ExcludedNode>,
    /// The letters that engines disagree about at `\b`, left out of the search.
    disputed: Option<ClassId>,
    word: ClassId,
    divisions: FxHashMap<Rc<[ClassId]>, Rc<Vec<LetterGroup>>>,
}

impl ProductState {
    /// Returns the state without what is forbidden.
    pub(super) fn without_forbidden(&self) -> Self {
        Self {
            forbidden: Rc::new([]),
            ..self.clone()
        }
    }
}

impl ProductSpace {
    pub(super) fn new(
        mut store: TermStore,
        required: Vec<RegexTerm>,
        forbidden: Vec<RegexTerm>,
        excluded: &[&str],
        least: u64,
    ) -> Self {
        let word = store.class_id(Rc::new(word_letters()));
        let start = ProductState {
            required: required.into(),
            forbidden: store.simplify(forbidden).into(),
            before: Neighbor::Edge,
            length: 0,
            excluded: (!excluded.is_empty()).then_some(0),
        };
        Self {
            store,
            start,
            least,
            excluded: tree_of(excluded),
            disputed: None,
            word,
            divisions: FxHashMap::default(),
        }
    }

    /// Leaves out the letters that engines disagree about, wherever they stand beside a `\b`.
    pub(super) fn leave_out_disputed(&mut self) {
        self.disputed = Some(self.store.class_id(Rc::new(disputed_word_letters())));
    }

    /// Returns the first state, unless nothing can follow from it.
    pub(super) fn start(&mut self) -> Option<ProductState> {
        let start = self.start.clone();
        let is_hopeless =
            start.required.contains(&RegexTerm::NEVER) || self.is_hopeless(&start.required, &start.forbidden);
        (!is_hopeless).then(|| ProductState {
            before: self.kind_before(&start, Neighbor::Edge),
            ..start
        })
    }

    pub(super) fn accepts(&self, state: &ProductState) -> bool {
        let ends = |term: &RegexTerm| self.store.is_empty_at(*term, state.before, Neighbor::Edge);
        let is_excluded = state.excluded.is_some_and(|node| self.excluded[node as usize].is_text);
        !is_excluded && state.required.iter().all(ends) && !state.forbidden.iter().any(ends)
    }

    /// Returns the states after one letter, the letters that read best first.
    pub(super) fn successors(&mut self, state: &ProductState) -> Result<Vec<(ProductState, char)>, BeyondLimits> {
        let has_assertion = self.has_assertion(state);
        let kinds: &[Neighbor] = if has_assertion {
            &[Neighbor::Other, Neighbor::Word]
        } else {
            &[Neighbor::Other]
        };
        let mut steps = Vec::with_capacity(kinds.len());
        for after in kinds {
            let terms = state.required.iter().chain(state.forbidden.iter());
            let of_kind: Vec<Steps> = terms
                .map(|term| self.store.steps(*term, state.before, *after))
                .collect::<Result<_, _>>()?;
            steps.push(of_kind);
        }
        let (classes, groups) = self.division(&steps, has_assertion);
        let at = |class: ClassId| classes.binary_search(&class).ok();
        let (word, disputed) = (at(self.word), self.disputed.and_then(at));
        let mut found = Vec::new();
        for group in groups.iter() {
            let is_in = |number: Option<usize>| number.is_some_and(|number| group.is_in(number));
            if has_assertion && is_in(disputed) {
                continue;
            }
            let is_word = has_assertion && is_in(word);
            let after = if is_word { Neighbor::Word } else { Neighbor::Other };
            let targets: Vec<Vec<RegexTerm>> = steps[usize::from(is_word)]
                .iter()
                .map(|steps| {
                    let right = steps.iter().filter(|(class, _)| is_in(at(*class)));
                    right.map(|(_, term)| *term).collect()
                })
                .collect();
            self.follow(state, group, after, targets, &mut found)?;
        }
        Ok(found)
    }

    fn has_assertion(&self, state: &ProductState) -> bool {
        let mut terms = state.required.iter().chain(state.forbidden.iter());
        terms.any(|term| self.store.has_assertion(*term))
    }

    fn kind_before(&self, state: &ProductState, kind: Neighbor) -> Neighbor {
        if self.has_assertion(state) {
            kind
        } else {
            Neighbor::Other
        }
    }

    /// The groups of letters that lead to different states.
    fn division(&mut self, steps: &[Vec<Steps>], has_assertion: bool) -> Division {
        let of_steps = steps
            .iter()
            .flatten()
            .flat_map(|steps| steps.iter().map(|(class, _)| *class));
        let mut classes: Vec<ClassId> = of_steps.collect();
        if has_assertion {
            classes.push(self.word);
            classes.extend(self.disputed);
        }
        classes.sort_unstable();
        classes.dedup();
        let classes: Rc<[ClassId]> = classes.into();
        if let Some(known) = self.divisions.get(&classes) {
            return (classes, Rc::clone(known));
        }
        let sets: Vec<_> = classes
            .iter()
            .map(|class| Rc::clone(self.store.class(*class)))
            .collect();
        let groups = Rc::new(divide_letters(&sets));
        self.divisions.insert(Rc::clone(&classes), Rc::clone(&groups));
        (classes, groups)
    }

    /// The states that a group of letters leads to: one for each choice of the required terms.
    fn follow(
        &mut self,
        state: &ProductState,
        group: &LetterGroup,
        after: Neighbor,
        mut targets: Vec<Vec<RegexTerm>>,
        found: &mut Vec<(ProductState, char)>,
    ) -> Result<(), BeyondLimits> {
        let forbidden = targets.split_off(state.required.len()).concat();
        if targets.iter().any(Vec::is_empty) {
            return Ok(());
        }
        let forbidden: Rc<[RegexTerm]> = self.store.simplify(forbidden).into();
        let letters = self.letters(state, group);
        let mut choice = vec![0; targets.len()];
        loop {
            let required: Rc<[RegexTerm]> = targets.iter().zip(&choice).map(|(terms, at)| terms[*at]).collect();
            if !self.is_hopeless(&required, &forbidden) {
                let next = ProductState {
                    required,
                    forbidden: Rc::clone(&forbidden),
                    before: after,
                    length: (state.length + 1).min(self.least),
                    excluded: None,
                };
                let before = self.kind_before(&next, after);
                for (letter, excluded) in &letters {
                    let next = ProductState {
                        before,
                        excluded: *excluded,
                        ..next.clone()
                    };
                    found.push((next, *letter));
                }
            }
            if found.len() > MOST_SUCCESSORS {
                return Err(BeyondLimits);
            }
            let Some(digit) = (0..choice.len()).find(|digit| choice[*digit] + 1 < targets[*digit].len()) else {
                return Ok(());
            };
            choice[digit] += 1;
            choice[..digit].fill(0);
        }
    }

    /// The letters of a group that the excluded texts tell apart, each with its node.
    fn letters(&self, state: &ProductState, group: &LetterGroup) -> Vec<(char, Option<u32>)> {
        let Some(node) = state.excluded else {
            return vec![(group.letter, None)];
        };
        let next = &self.excluded[node as usize].next;
        let other = group.letter_besides(|letter| next.contains_key(&letter));
        let here = next.iter().filter(|(letter, _)| group.has(**letter));
        let mut letters: Vec<_> = other.into_iter().map(|letter| (letter, None)).collect();
        letters.extend(here.map(|(letter, node)| (*letter, Some(*node))));
        letters
    }

    fn is_hopeless(&self, required: &[RegexTerm], forbidden: &[RegexTerm]) -> bool {
        let is_within = |forbidden: &RegexTerm| {
            let mut required = required.iter();
            *forbidden == RegexTerm::ANYTHING || required.any(|required| self.store.is_within(*required, *forbidden))
        };
        forbidden.iter().any(is_within)
    }

    /// Returns whether every text that leads on from the second state to an answer does so from the first.
    pub(super) fn includes(&self, first: &ProductState, second: &ProductState) -> bool {
        let covers = |term: &RegexTerm| {
            second.forbidden.binary_search(term).is_ok()
                || second.forbidden.len() <= MOST_COVERING
                    && second.forbidden.iter().any(|other| self.store.is_within(*term, *other))
        };
        first.forbidden.iter().all(covers)
    }
}

/// States after one state; more are beyond every limit of a search.
// INVARIANT: beyond the limits, never the first so many: those that are left out may lead to the only text.
const MOST_SUCCESSORS: usize = 200_000;
/// Terms that each term of another state is compared with.
const MOST_COVERING: usize = 4;

fn tree_of(texts: &[&str]) -> Vec<ExcludedNode> {
    let mut nodes = vec![ExcludedNode::default()];
    for text in texts {
        let mut at = 0_usize;
        for letter in text.chars() {
            let fresh = u32::try_from(nodes.len()).expect("a document has fewer letters");
            let next = *nodes[at].next.entry(letter).or_insert(fresh);
            if next == fresh {
                nodes.push(ExcludedNode::default());
            }
            at = next as usize;
        }
        nodes[at].is_text = true;
    }
    nodes
}
