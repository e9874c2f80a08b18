//! Names that are meant by misspelt ones. In: a name, and those that there are. Out: the one that is meant, if one is close.

use schemactl_model::edit_distance;

/// Returns the known name that is closest to another one, if it is a slip away: two letters, or a third of a short name.
pub fn find_alike<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let most = 2.min(name.chars().count().max(3) / 3);
    let lower = name.to_lowercase();
    let distances = known
        .into_iter()
        .map(|known| (edit_distance(&lower, &known.to_lowercase()), known));
    let close = distances.filter(|(distance, _)| *distance <= most);
    close.min().map(|(_, known)| known)
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
