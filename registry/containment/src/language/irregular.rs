//! Whether a text matches a pattern with lookarounds or backreferences, by backtracking as ECMA 262 describes it. In: a tree and a
//! text. Out: yes or no, or nothing where that takes too long. Nothing else is known about such a pattern.

use super::code_points::word_letters;
use super::syntax::{ENDLESS, Lookaround, PatternTree, TextPosition};

/// Steps of a match: some milliseconds.
// INVARIANT: whether it matches is then not known. Backtracking is exponential, and the answer depends on the text and pattern alone.
const MOST_STEPS: u32 = 50_000;
/// Longer texts are not tried: each letter may take a frame of the stack.
// INVARIANT: not known, rather than no match: a longer text would overflow the stack.
const LONGEST_TEXT: usize = 500;

/// What each group has matched, from where to where.
type Captures = Vec<Option<(usize, usize)>>;

struct Backtracker<'t> {
    text: &'t [char],
    left: u32,
}

/// What has to match after a part.
type Continuation<'c> = &'c mut dyn FnMut(&mut Backtracker<'_>, usize, &Captures) -> Option<bool>;

/// Returns whether the text has a match of the pattern, `None` if that is not known.
pub(super) fn has_match(tree: &PatternTree, text: &str) -> Option<bool> {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() > LONGEST_TEXT {
        return None;
    }
    let groups = vec![None; count_groups(tree) as usize + 1];
    let mut backtracker = Backtracker {
        text: &letters,
        left: MOST_STEPS,
    };
    for start in 0..=letters.len() {
        let found = stacker::maybe_grow(256 << 10, 8 << 20, || {
            backtracker.match_tree(tree, start, &groups, true, &mut |_, _, _| Some(true))
        });
        if found? {
            return Some(true);
        }
    }
    Some(false)
}

fn count_groups(tree: &PatternTree) -> u32 {
    match tree {
        PatternTree::Empty | PatternTree::Class(_) | PatternTree::Assert(_) => 0,
        PatternTree::Backreference(number) => *number,
        PatternTree::Concat(parts) | PatternTree::Alternatives(parts) => {
            parts.iter().map(count_groups).max().unwrap_or(0)
        }
        PatternTree::Repeat(tree, ..) => count_groups(tree),
        PatternTree::Capture(number, tree) => (*number).max(count_groups(tree)),
        PatternTree::Lookaround(lookaround) => count_groups(&lookaround.tree),
    }
}

impl Backtracker<'_> {
    /// Whether a part matches at a place and the rest after it. `forward`: to the right, as everywhere but in lookbehinds.
    fn match_tree(
        &mut self,
        tree: &PatternTree,
        at: usize,
        captures: &Captures,
        forward: bool,
        rest: Continuation<'_>,
    ) -> Option<bool> {
        self.left = self.left.checked_sub(1)?;
        match tree {
            PatternTree::Empty => rest(self, at, captures),
            PatternTree::Class(set) => match self.letter(at, forward) {
                Some((letter, next)) if set.contains(u32::from(letter)) => rest(self, next, captures),
                _ => Some(false),
            },
            PatternTree::Assert(position) => {
                if self.is_at(*position, at) {
                    rest(self, at, captures)
                } else {
                    Some(false)
                }
            }
            PatternTree::Concat(parts) => self.match_parts(parts, at, captures, forward, rest),
            PatternTree::Alternatives(parts) => {
                for part in parts {
                    if self.match_tree(part, at, captures, forward, rest)? {
                        return Some(true);
                    }
                }
                Some(false)
            }
            PatternTree::Repeat(tree, least, most) => {
                self.match_repeat(tree, (*least, *most), at, captures, forward, rest)
            }
            PatternTree::Capture(number, tree) => {
                self.match_tree(tree, at, captures, forward, &mut |this, end, captures| {
                    let mut captures = captures.clone();
                    captures[*number as usize] = Some((at.min(end), at.max(end)));
                    rest(this, end, &captures)
                })
            }
            PatternTree::Backreference(number) => self.match_again(*number, at, captures, forward, rest),
            PatternTree::Lookaround(lookaround) => self.match_lookaround(lookaround, at, captures, rest),
        }
    }

    fn match_parts(
        &mut self,
        parts: &[PatternTree],
        at: usize,
        captures: &Captures,
        forward: bool,
        rest: Continuation<'_>,
    ) -> Option<bool> {
        let (first, others) = if forward {
            match parts.split_first() {
                Some(split) => split,
                None => return rest(self, at, captures),
            }
        } else {
            match parts.split_last() {
                Some(split) => split,
                None => return rest(self, at, captures),
            }
        };
        self.match_tree(first, at, captures, forward, &mut |this, next, captures| {
            this.match_parts(others, next, captures, forward, rest)
        })
    }

    /// `RepeatMatcher` of ECMA 262: groups inside are forgotten in each round, and a round beyond the least ones takes a letter.
    fn match_repeat(
        &mut self,
        tree: &PatternTree,
        (least, most): (u32, u32),
        at: usize,
        captures: &Captures,
        forward: bool,
        rest: Continuation<'_>,
    ) -> Option<bool> {
        if most == 0 {
            return rest(self, at, captures);
        }
        let mut inside = captures.clone();
        forget_groups(tree, &mut inside);
        let fewer = if most == ENDLESS { ENDLESS } else { most - 1 };
        let matched = self.match_tree(tree, at, &inside, forward, &mut |this, next, captures| {
            if least == 0 && next == at {
                return Some(false);
            }
            this.match_repeat(tree, (least.saturating_sub(1), fewer), next, captures, forward, rest)
        });
        if matched? {
            return Some(true);
        }
        if least == 0 {
            rest(self, at, captures)
        } else {
            Some(false)
        }
    }

    fn match_again(
        &mut self,
        number: u32,
        at: usize,
        captures: &Captures,
        forward: bool,
        rest: Continuation<'_>,
    ) -> Option<bool> {
        // A group that has not matched refers to the empty text.
        let Some((start, end)) = captures[number as usize] else {
            return rest(self, at, captures);
        };
        let length = end - start;
        let place = if forward { Some(at) } else { at.checked_sub(length) };
        let Some(place) = place.filter(|place| place + length <= self.text.len()) else {
            return Some(false);
        };
        if self.text[start..end] != self.text[place..place + length] {
            return Some(false);
        }
        rest(self, if forward { at + length } else { place }, captures)
    }

    fn match_lookaround(
        &mut self,
        lookaround: &Lookaround,
        at: usize,
        captures: &Captures,
        rest: Continuation<'_>,
    ) -> Option<bool> {
        let mut inside = None;
        let holds = self.match_tree(
            &lookaround.tree,
            at,
            captures,
            lookaround.is_ahead,
            &mut |_, _, captures| {
                inside = Some(captures.clone());
                Some(true)
            },
        )?;
        if holds != lookaround.is_positive {
            return Some(false);
        }
        // What a negative one has matched is forgotten.
        let captures = inside
            .filter(|_| lookaround.is_positive)
            .unwrap_or_else(|| captures.clone());
        rest(self, at, &captures)
    }

    fn letter(&self, at: usize, forward: bool) -> Option<(char, usize)> {
        if forward {
            self.text.get(at).map(|letter| (*letter, at + 1))
        } else {
            at.checked_sub(1).map(|before| (self.text[before], before))
        }
    }

    fn is_at(&self, position: TextPosition, at: usize) -> bool {
        let words = word_letters();
        let is_word =
            |letter: Option<(char, usize)>| letter.is_some_and(|(letter, _)| words.contains(u32::from(letter)));
        let is_boundary = is_word(self.letter(at, false)) != is_word(self.letter(at, true));
        match position {
            TextPosition::Start => at == 0,
            TextPosition::End => at == self.text.len(),
            TextPosition::WordBoundary => is_boundary,
            TextPosition::NoWordBoundary => !is_boundary,
        }
    }
}

fn forget_groups(tree: &PatternTree, captures: &mut Captures) {
    match tree {
        PatternTree::Empty | PatternTree::Class(_) | PatternTree::Assert(_) | PatternTree::Backreference(_) => {}
        PatternTree::Concat(parts) | PatternTree::Alternatives(parts) => {
            for part in parts {
                forget_groups(part, captures);
            }
        }
        PatternTree::Repeat(tree, ..) => forget_groups(tree, captures),
        PatternTree::Capture(number, tree) => {
            captures[*number as usize] = None;
            forget_groups(tree, captures);
        }
        PatternTree::Lookaround(lookaround) => forget_groups(&lookaround.tree, captures),
    }
}

#[cfg(test)]
mod tests {
    use super::super::syntax::parse_pattern;
    use super::*;

    fn matches(pattern: &str, text: &str) -> Option<bool> {
        has_match(&parse_pattern(pattern).unwrap(), text)
    }

    #[test]
    fn lookarounds_and_backreferences_match_as_ecma_262_says() {
        for (pattern, text, matched) in [
            ("(a)\\1", "aa", true),
            ("(a)\\1", "ab", false),
            // A group without a match is the empty text, and each round forgets its groups.
            ("^(a)?\\1b$", "b", true),
            ("^(?:(a)|b\\1){2}$", "ab", true),
            ("^(?:(a)|b\\1){2}$", "aba", false),
            ("(?<=\\d)a", "1a", true),
            ("(?<=\\d)a", "٣a", false),
            ("(?<!b|cc)a", "cca", false),
            ("(?<=(b)\\1?)a", "bba", true),
            ("a(?!b)", "ab", false),
            ("^(?=(a))\\1$", "a", true),
            ("^(?:a*)*\\b(?=$)", "aa", true),
        ] {
            assert_eq!(matches(pattern, text), Some(matched), "{pattern} on {text}");
        }
        assert_eq!(matches("^(?:(a+)+)+(?!)\\1$", &"a".repeat(60)), None);
    }
}
