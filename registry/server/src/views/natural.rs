//! The order of people: `v2` before `v10`. In: names. Out: names in that order, a page at a time.

use std::cmp::Ordering;

/// Compares texts with runs of digits as numbers. Texts that are equal so are compared by their characters.
pub(super) fn compare_naturally(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one, other);
    while !left.is_empty() && !right.is_empty() {
        let ((left_run, left_rest), (right_run, right_rest)) = (split_run(left), split_run(right));
        let both_numbers = is_number(left_run) && is_number(right_run);
        let order = if both_numbers {
            let (left, right) = (left_run.trim_start_matches('0'), right_run.trim_start_matches('0'));
            left.len().cmp(&right.len()).then_with(|| left.cmp(right))
        } else {
            left_run.cmp(right_run)
        };
        if order.is_ne() {
            return order;
        }
        (left, right) = (left_rest, right_rest);
    }
    left.len().cmp(&right.len()).then_with(|| one.cmp(other))
}

/// The names of a page in order, after the name `after`, and the last of them if more follow.
pub(super) fn page_of(mut names: Vec<String>, after: Option<&str>, most: usize) -> (Vec<String>, Option<String>) {
    names.retain(|name| after.is_none_or(|after| compare_naturally(name, after).is_gt()));
    names.sort_by(|one, other| compare_naturally(one, other));
    let more = names.len() > most;
    names.truncate(most);
    let last = names.last().filter(|_| more).cloned();
    (names, last)
}

/// A run of digits, or one of anything else, and the rest.
fn split_run(text: &str) -> (&str, &str) {
    let number = text.starts_with(|first: char| first.is_ascii_digit());
    let end = text.find(|character: char| character.is_ascii_digit() != number);
    text.split_at(end.unwrap_or(text.len()))
}

fn is_number(run: &str) -> bool {
    run.starts_with(|first: char| first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_numbers() {
        let order = [
            "", "1.2", "1.10", "a", "a1", "a01", "a2", "a10", "a10b", "a10b2", "b", "é",
        ];
        for (index, one) in order.iter().enumerate() {
            for (other_index, other) in order.iter().enumerate() {
                // `a1` and `a01` are the same number, and differ all the same.
                let expected = match (*one, *other) {
                    ("a1", "a01") => Ordering::Greater,
                    ("a01", "a1") => Ordering::Less,
                    _ => index.cmp(&other_index),
                };
                assert_eq!(compare_naturally(one, other), expected, "{one} {other}");
            }
        }
    }

    #[test]
    fn pages_follow_each_other() {
        let names: Vec<_> = (1..=25).rev().map(|number| format!("v{number}")).collect();
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let (page, last) = page_of(names.clone(), after.as_deref(), 10);
            seen.extend(page);
            after = last;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, (1..=25).map(|number| format!("v{number}")).collect::<Vec<_>>());
    }
}
