//! Texts that match in either case, letter by letter as event-ruler does it: at each letter of the pattern stands its lower
//! or its upper case. `ß` of a pattern matches `SS` of an event, `SS` of a pattern does not match `ß`.

/// A text of a pattern, each letter in both cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Folded(Vec<Letter>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Letter {
    lower: String,
    upper: String,
}

impl Folded {
    pub(crate) fn new(text: &str) -> Self {
        let letter = |c: char| Letter {
            lower: c.to_lowercase().collect(),
            upper: c.to_uppercase().collect(),
        };
        Self(text.chars().map(letter).collect())
    }

    pub(crate) fn equals(&self, text: &str) -> bool {
        self.strip_start(text).is_some_and(str::is_empty)
    }

    pub(crate) fn starts(&self, text: &str) -> bool {
        self.strip_start(text).is_some()
    }

    pub(crate) fn ends(&self, text: &str) -> bool {
        let strip = |rest: &mut &str, letter: &Letter| {
            let left = rest
                .strip_suffix(letter.lower.as_str())
                .or_else(|| rest.strip_suffix(letter.upper.as_str()));
            left.map(|left| *rest = left).is_some()
        };
        let mut rest = text;
        self.0.iter().rev().all(|letter| strip(&mut rest, letter))
    }

    fn strip_start<'a>(&self, text: &'a str) -> Option<&'a str> {
        self.0.iter().try_fold(text, |rest, letter| {
            rest.strip_prefix(letter.lower.as_str())
                .or_else(|| rest.strip_prefix(letter.upper.as_str()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_match_in_either_case() {
        assert!(Folded::new("Eur").equals("eUR"));
        assert!(!Folded::new("Eur").equals("euro"));
        assert!(Folded::new("ÉTÉ-").starts("été-2026"));
        assert!(Folded::new(".PdF").ends("invoice.pDf"));
        assert!(!Folded::new(".pdf").ends("pdf"));
        assert!(Folded::new("").equals("") && Folded::new("").starts("x") && Folded::new("").ends("x"));
    }

    #[test]
    fn letters_fold_one_by_one() {
        assert!(Folded::new("ß").equals("SS"));
        assert!(!Folded::new("SS").equals("ß"));
        assert!(!Folded::new("Σ").equals("ς"));
        assert!(!Folded::new("I").equals("ı"));
    }
}
