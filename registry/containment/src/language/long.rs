//! Long texts. A state of the product is not told apart by the length of the text that led to it; instead the states that texts of
//! each length lead to are a layer, and a text is spelled backwards through the layers. In: a question with a large least
//! length. Out: the shortest text, or the proof that there is none; nothing where counting lengths in the states costs less.

use rustc_hash::{FxHashMap, FxHashSet};

use super::product::ProductState;
use super::search::{StringSearchResult, TextQuestion};
use super::terms::BeyondLimits;

/// States of a graph whose layers are walked. Layers of larger graphs cost more than counting does.
// INVARIANT: beyond any of these limits nothing is answered here, and the search that counts lengths in its states decides.
const MOST_GRAPH_STATES: usize = 2_000;
/// Steps along edges, over all layers: a tenth of a second.
const MOST_STEPS: u64 = 40_000_000;
/// Words of bits, over all layers: 32 MB.
const MOST_WORDS: u64 = 4_000_000;

/// The states that matter, and a letter that leads from one to another.
struct Graph {
    edges: Vec<(usize, usize, char)>,
    accepting: Vec<bool>,
}

impl TextQuestion<'_> {
    /// Returns a text of at least `least` code points, for which lengths are not counted in the states. `None` if that would
    /// not be less work.
    pub(super) fn long(&self, left: &mut usize, leaves_out: bool) -> Result<Option<StringSearchResult>, BeyondLimits> {
        let longest_excluded = self.excluded.iter().map(|text| text.chars().count() as u64).max();
        if longest_excluded.is_some_and(|length| length >= self.least) {
            return Ok(None);
        }
        let without_lengths = Self {
            least: 0,
            excluded: Vec::new(),
            ..self.clone()
        };
        match without_lengths.graph(left, leaves_out)? {
            Some(graph) => Ok(graph.text(self.least, self.most)),
            None => Ok(None),
        }
    }

    fn graph(&self, left: &mut usize, leaves_out: bool) -> Result<Option<Graph>, BeyondLimits> {
        let mut space = self.space(0, leaves_out)?;
        let mut states: Vec<ProductState> = space.start().into_iter().collect();
        let mut numbers: FxHashMap<ProductState, usize> = states.iter().map(|state| (state.clone(), 0)).collect();
        let (mut edges, mut at) = (Vec::new(), 0);
        while at < states.len() {
            let state = states[at].clone();
            for (next, letter) in space.successors(&state)? {
                let number = *numbers.entry(next).or_insert_with_key(|next| {
                    states.push(next.clone());
                    states.len() - 1
                });
                edges.push((at, number, letter));
            }
            if states.len() > MOST_GRAPH_STATES {
                return Ok(None);
            }
            at += 1;
        }
        *left = left.checked_sub(states.len()).ok_or(BeyondLimits)?;
        let accepting = states.iter().map(|state| space.accepts(state)).collect();
        Ok(Some(Graph { edges, accepting }.without_dead_ends()))
    }
}

impl Graph {
    /// Without the edges that lead to no accepting state, and without all but one of those between two states.
    fn without_dead_ends(mut self) -> Self {
        let mut alive = self.accepting.clone();
        loop {
            let mut changed = false;
            for (from, to, _) in self.edges.iter().rev() {
                if alive[*to] && !alive[*from] {
                    alive[*from] = true;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        self.edges.retain(|(_, to, _)| alive[*to]);
        let mut seen = FxHashSet::default();
        self.edges.retain(|(from, to, _)| seen.insert((*from, *to)));
        self
    }

    fn text(&self, least: u64, most: Option<u64>) -> Option<StringSearchResult> {
        let states = self.accepting.len() as u64;
        if states == 0 {
            return Some(StringSearchResult::None);
        }
        // From a state that is left after `least` code points, an accepting one is no further than there are states.
        let last = most.unwrap_or(u64::MAX).min(least.saturating_add(states));
        let (steps, words) = (
            last.saturating_mul(self.edges.len() as u64),
            last.saturating_mul(states.div_ceil(64)),
        );
        if steps > MOST_STEPS || words > MOST_WORDS {
            return None;
        }
        let mut layers = vec![Layer::of_start(self.accepting.len())];
        for length in 0..=last {
            let layer = layers.last().expect("the first one is there");
            let accepted = (0..self.accepting.len()).find(|state| self.accepting[*state] && layer.has(*state));
            if let Some(state) = accepted.filter(|_| length >= least) {
                return Some(StringSearchResult::Shortest(self.spell(&layers, state)));
            }
            let next = self.step(layer);
            if next.is_empty() {
                break;
            }
            layers.push(next);
        }
        Some(StringSearchResult::None)
    }

    fn step(&self, layer: &Layer) -> Layer {
        let mut next = Layer::empty(self.accepting.len());
        for (from, to, _) in &self.edges {
            if layer.has(*from) {
                next.add(*to);
            }
        }
        next
    }

    /// The text that leads to a state of the last layer.
    fn spell(&self, layers: &[Layer], state: usize) -> String {
        let (mut letters, mut state) = (Vec::new(), state);
        for layer in layers.iter().rev().skip(1) {
            let edge = self.edges.iter().find(|(from, to, _)| *to == state && layer.has(*from));
            let (from, _, letter) = edge.expect("a state of a layer was reached from the one before it");
            letters.push(*letter);
            state = *from;
        }
        letters.into_iter().rev().collect()
    }
}

/// The states that texts of one length lead to, as bits.
struct Layer(Vec<u64>);

impl Layer {
    fn empty(states: usize) -> Self {
        Self(vec![0; states.div_ceil(64)])
    }

    fn of_start(states: usize) -> Self {
        let mut layer = Self::empty(states);
        layer.add(0);
        layer
    }

    fn add(&mut self, state: usize) {
        self.0[state / 64] |= 1 << (state % 64);
    }

    fn has(&self, state: usize) -> bool {
        self.0[state / 64] >> (state % 64) & 1 == 1
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|bits| *bits == 0)
    }
}
