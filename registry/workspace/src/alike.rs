//! Names that are meant by misspelt ones. In: a name, and those that there are. Out: the one that is meant, if one is close.

/// Returns the known name that is closest to another one, if it is a slip away: two letters, or a third of a short name.
pub fn find_alike<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let most = 2.min(name.chars().count().max(3) / 3);
    let lower = name.to_lowercase();
    let distances = known
        .into_iter()
        .map(|known| (distance(&lower, &known.to_lowercase()), known));
    let close = distances.filter(|(distance, _)| *distance <= most);
    close.min().map(|(_, known)| known)
}

/// The letters that have to be changed, added, removed, or swapped with their neighbours.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (at, letter) in one.iter().enumerate() {
        let mut row = vec![at + 1];
        for (column, against) in other.iter().enumerate() {
            let above = &rows[at];
            let mut best = (above[column] + usize::from(letter != against))
                .min(above[column + 1] + 1)
                .min(row[column] + 1);
            let is_swap = at > 0 && column > 0 && one[at - 1] == *against && other[column - 1] == *letter;
            if is_swap {
                best = best.min(rows[at - 1][column - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_found_and_another_word_is_not() {
        let known = ["staging", "prod", "production"];
        for (name, meant) in [
            ("prd", Some("prod")),
            ("Prod", Some("prod")),
            ("prodution", Some("production")),
            ("stagign", Some("staging")),
            ("dev", None),
            ("", None),
        ] {
            assert_eq!(find_alike(name, known), meant, "{name}");
        }
        assert_eq!(find_alike("x", []), None);
    }
}
