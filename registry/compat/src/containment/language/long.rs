//! Long texts. A state of the product is not told apart by the length of the text that led to it; instead the states that texts of
//! each length lead to are a layer, and a text is spelled backwards through the layers. In: a question with a large least
//! length. Out: the shortest text, or the proof that there is none, or why it is not known.

use rustc_hash::FxHashMap;

use super::search::{MOST_STATES, Product, Question, Word};

/// Steps along edges, over all layers.
const MOST_STEPS: u64 = 40_000_000;
/// Words of bits, over all layers.
const MOST_WORDS: u64 = 4_000_000;

/// The states that matter, and which code points lead from one to another.
struct Graph {
    /// The bytes of one code point for each pair of states.
    edges: Vec<(usize, usize, Vec<u8>)>,
    accepting: Vec<bool>,
}

impl Question<'_> {
    /// A text of at least `least` code points, for which lengths are not counted in the states.
    pub(super) fn long(&self) -> Word {
        let longest_excluded = self.excluded.iter().map(|text| text.chars().count() as u64).max();
        if longest_excluded.is_some_and(|length| length >= self.least) {
            return Word::Unknown("a pattern together with a large minLength and long excluded texts");
        }
        let without_lengths = Self {
            least: 0,
            excluded: Vec::new(),
            ..self.clone()
        };
        match without_lengths.graph() {
            Ok(graph) => graph.text(self.least, self.most),
            Err(reason) => Word::Unknown(reason),
        }
    }

    fn graph(&self) -> Result<Graph, &'static str> {
        let (alphabet, start) = (self.alphabet(), self.start());
        let mut numbers: FxHashMap<Product, usize> = [(start.clone(), 0)].into_iter().collect();
        let (mut products, mut edges) = (vec![start], Vec::new());
        let mut at = 0;
        while at < products.len() {
            let next = self.successors(&products[at], &alphabet);
            for (product, bytes) in next.ok_or("a pattern that its automaton gives up on")? {
                let number = *numbers.entry(product).or_insert_with_key(|product| {
                    products.push(product.clone());
                    products.len() - 1
                });
                edges.push((at, number, bytes));
            }
            if products.len() > MOST_STATES || edges.len() > 4 * MOST_STATES {
                return Err("patterns whose combination has too many states");
            }
            at += 1;
        }
        let accepting = products.iter().map(|product| self.accepts(product)).collect();
        Ok(Graph { edges, accepting }.without_dead_ends())
    }
}

impl Graph {
    /// Without the edges that lead to no accepting state, and without all but one of those between two states.
    fn without_dead_ends(mut self) -> Self {
        let mut alive = self.accepting.clone();
        loop {
            let mut changed = false;
            for (from, to, _) in &self.edges {
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
        let mut seen = rustc_hash::FxHashSet::default();
        self.edges.retain(|(from, to, _)| seen.insert((*from, *to)));
        self
    }

    fn text(&self, least: u64, most: Option<u64>) -> Word {
        let states = self.accepting.len() as u64;
        // From a state that is left after `least` code points, an accepting one is no further than there are states.
        let last = most.unwrap_or(u64::MAX).min(least.saturating_add(states));
        let (steps, words) = (
            last.saturating_mul(self.edges.len() as u64),
            last.saturating_mul(states.div_ceil(64)),
        );
        if steps > MOST_STEPS || words > MOST_WORDS {
            return Word::Unknown("a pattern together with a very large minLength");
        }
        let mut layers = vec![Layer::of_start(self.accepting.len())];
        for length in 0..=last {
            let layer = layers.last().expect("the first one is there");
            let accepted = (0..self.accepting.len()).find(|state| self.accepting[*state] && layer.has(*state));
            if let Some(state) = accepted.filter(|_| length >= least) {
                return Word::Shortest(self.spell(&layers, state));
            }
            let next = self.step(layer);
            if next.is_empty() {
                break;
            }
            layers.push(next);
        }
        Word::None
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
            let (from, _, bytes) = edge.expect("a state of a layer was reached from the one before it");
            letters.push(bytes.as_slice());
            state = *from;
        }
        letters.reverse();
        String::from_utf8(letters.concat()).expect("every step was a whole code point")
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
