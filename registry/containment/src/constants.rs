//! Finite sets of values: what `enum` and `const` list, held as one thing, so that a list of a hundred thousand values is one node
//! and so is everything but those values. In: values. Out: a set that knows its members by binary search and keeps the order in
//! which they were written, which is the order in which they are tried.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use rustc_hash::FxHasher;

use super::datum::Datum;
use super::value_kind::{BOOL, Mask, NULL, kind_of};

/// Different values. Equal for equal members, whatever their order.
#[derive(Debug)]
pub(crate) struct ConstantSet {
    /// As they were written, each once.
    values: Box<[Rc<Datum>]>,
    /// The positions of the values, sorted by value.
    // INVARIANT: sorted, or the binary search misses members, and an `enum` loses values.
    order: Box<[u32]>,
    kinds: Mask,
    hash: u64,
}

impl ConstantSet {
    /// Of values that are equal the first one is kept.
    pub(crate) fn new(mut values: Vec<Rc<Datum>>) -> Self {
        let mut order = sorted(&values);
        let known = order.len();
        // The sort is stable: of equal values the first one comes first.
        order.dedup_by(|later, first| values[*later as usize] == values[*first as usize]);
        if order.len() < known {
            let mut kept: Vec<u32> = order;
            kept.sort_unstable();
            values = kept.iter().map(|at| Rc::clone(&values[*at as usize])).collect();
            order = sorted(&values);
        }
        let mut hasher = FxHasher::default();
        for at in &order {
            values[*at as usize].hash(&mut hasher);
        }
        Self {
            kinds: values.iter().fold(0, |kinds, value| kinds | kind_of(value)),
            hash: hasher.finish(),
            values: values.into(),
            order: order.into(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// The values as they were written.
    pub(crate) fn values(&self) -> &[Rc<Datum>] {
        &self.values
    }

    pub(crate) fn sorted(&self) -> impl Iterator<Item = &Rc<Datum>> {
        self.order.iter().map(|at| &self.values[*at as usize])
    }

    pub(crate) fn contains(&self, value: &Datum) -> bool {
        self.kinds & kind_of(value) != 0
            && self
                .order
                .binary_search_by(|at| self.values[*at as usize].as_ref().cmp(value))
                .is_ok()
    }

    /// The types of the values.
    pub(crate) fn kinds(&self) -> Mask {
        self.kinds
    }

    /// The types of which it holds every value.
    pub(crate) fn complete_kinds(&self) -> Mask {
        let both = self.contains(&Datum::Bool(false)) && self.contains(&Datum::Bool(true));
        (self.kinds & NULL) | if both { BOOL } else { 0 }
    }
}

fn sorted(values: &[Rc<Datum>]) -> Vec<u32> {
    let count = u32::try_from(values.len()).expect("a document has fewer values than bytes");
    let mut order: Vec<u32> = (0..count).collect();
    order.sort_by(|one, other| values[*one as usize].cmp(&values[*other as usize]));
    order
}

impl PartialEq for ConstantSet {
    fn eq(&self, other: &Self) -> bool {
        let same = |(own, other): (&Rc<Datum>, &Rc<Datum>)| Rc::ptr_eq(own, other) || own == other;
        self.hash == other.hash && self.len() == other.len() && self.sorted().zip(other.sorted()).all(same)
    }
}

impl Eq for ConstantSet {}

impl Hash for ConstantSet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(texts: &[&str]) -> ConstantSet {
        ConstantSet::new(texts.iter().map(|text| Rc::new(Datum::text(text))).collect())
    }

    #[test]
    fn a_set_keeps_the_order_and_is_equal_in_any() {
        let (one, other) = (set(&["b", "a", "b", "c", "a"]), set(&["c", "b", "a"]));
        assert_eq!(one, other);
        assert_eq!(one.values()[0].as_ref(), &Datum::text("b"));
        assert_eq!(one.len(), 3);
        assert!(one.contains(&Datum::text("c")) && !one.contains(&Datum::text("d")) && !one.contains(&Datum::Null));
        assert_ne!(one, set(&["a", "b"]));
    }

    #[test]
    fn null_and_both_booleans_are_all_of_their_types() {
        let set = |values: &[Datum]| ConstantSet::new(values.iter().cloned().map(Rc::new).collect());
        assert_eq!(set(&[Datum::Null, Datum::Bool(true)]).complete_kinds(), NULL);
        assert_eq!(set(&[Datum::Bool(false), Datum::Bool(true)]).complete_kinds(), BOOL);
    }
}
