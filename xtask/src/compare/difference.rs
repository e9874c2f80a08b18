//! One difference between what two builds answered: its kind, its place, and both texts.

/// What kind of thing differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DifferenceKind {
    /// A sentence for people, or standard error.
    Wording,
    /// A comment in generated code.
    Comment,
    /// A time that was measured.
    Time,
    /// The same JSON in another layout, order of members or spelling of numbers.
    Layout,
    /// Anything else.
    Fact,
}

/// One difference.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) kind: DifferenceKind,
    pub(crate) place: String,
    pub(crate) old: String,
    pub(crate) new: String,
}

impl Difference {
    /// Creates a difference at a place.
    pub(crate) fn new(kind: DifferenceKind, place: &str, old: &str, new: &str) -> Self {
        let [place, old, new] = [place, old, new].map(str::to_owned);
        Self { kind, place, old, new }
    }
}
