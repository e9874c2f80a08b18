//! Which versions of a registry are which of a workspace, by the order of both. In: for each version of one schema, oldest first, the versions that it
//! can be. Out: the version that it is, if any. A schema can come back in a history, and a registry need not hold each version; what stands in the order
//! of the workspace counts first, so that nothing is taken for new that was adopted before.

use schemactl_model::Version;

/// What is known of a version of the registry before the order is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PlaceInHistory {
    /// It says itself which version it is.
    Pinned(Version),
    /// The versions with its schema, lowest first.
    Equal(Vec<Version>),
}

/// How good an order is: the versions that it finds, and the places that have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct OrderScore {
    versions: usize,
    places: usize,
}

/// Returns the version that each place holds: those that rise with the places, as many different ones as possible, and of those as many places. Of equal
/// orders the lowest versions are chosen. A pinned place keeps its version, and those after it go on from there.
pub(super) fn align_versions(places: &[PlaceInHistory]) -> Vec<Option<Version>> {
    let mut versions: Vec<&Version> = places.iter().flat_map(PlaceInHistory::versions).collect();
    versions.sort();
    versions.dedup();
    let rank = |version: &Version| versions.binary_search(&version).map_or(0, |at| at + 1);
    // Rank 0 stands for none: before the first version that was found.
    let mut best = vec![vec![OrderScore::default(); versions.len() + 1]; places.len() + 1];
    for (at, place) in places.iter().enumerate().rev() {
        for last in 0..=versions.len() {
            best[at][last] = match place {
                PlaceInHistory::Pinned(version) => best[at + 1][rank(version)],
                PlaceInHistory::Equal(equal) => {
                    let placed = equal
                        .iter()
                        .filter_map(|version| step(last, rank(version), &best[at + 1]));
                    placed.chain([best[at + 1][last]]).max().unwrap_or_default()
                }
            };
        }
    }
    let mut last = 0;
    let mut aligned = Vec::with_capacity(places.len());
    for (at, place) in places.iter().enumerate() {
        let chosen = match place {
            PlaceInHistory::Pinned(version) => Some(version),
            PlaceInHistory::Equal(equal) => equal
                .iter()
                .find(|version| step(last, rank(version), &best[at + 1]) == Some(best[at][last])),
        };
        last = chosen.map_or(last, rank);
        aligned.push(chosen.cloned());
    }
    aligned
}

/// The score of a place that holds the version of a rank, after one of rank `last`. `None` if that would be out of order.
fn step(last: usize, rank: usize, rest: &[OrderScore]) -> Option<OrderScore> {
    (rank >= last).then(|| OrderScore {
        versions: rest[rank].versions + usize::from(rank > last),
        places: rest[rank].places + 1,
    })
}

impl PlaceInHistory {
    fn versions(&self) -> &[Version] {
        match self {
            Self::Pinned(version) => std::slice::from_ref(version),
            Self::Equal(versions) => versions,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places as text: `=1.0` says its version, `1.0|1.2` can be these, `-` can be none.
    fn align(places: &str) -> String {
        let read = |text: &str| text.parse::<Version>().unwrap();
        let places = places.split(' ').map(|place| match place.strip_prefix('=') {
            Some(version) => PlaceInHistory::Pinned(read(version)),
            None => PlaceInHistory::Equal(place.split('|').filter(|part| *part != "-").map(read).collect()),
        });
        let aligned = align_versions(&places.collect::<Vec<_>>()).into_iter();
        let aligned = aligned.map(|version| version.map_or("-".to_owned(), |version| version.to_string()));
        aligned.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn versions_rise_with_the_places() {
        assert_eq!(align("1.0 1.1 2.0"), "1.0 1.1 2.0");
        assert_eq!(align("1.0 - 2.0"), "1.0 - 2.0");
        assert_eq!(align("- -"), "- -");
        assert_eq!(align("1.1 1.0"), "1.1 -", "the first of two orders that are as good");
        assert_eq!(align("2.0 1.0 1.1"), "- 1.0 1.1");
    }

    /// A went to B and back: what the workspace has of it says which A is which.
    #[test]
    fn a_schema_that_came_back_is_found_by_its_neighbours() {
        assert_eq!(align("1.0 1.1 1.0"), "1.0 1.1 -", "the return is new");
        assert_eq!(align("1.0|1.2 1.1 1.0|1.2"), "1.0 1.1 1.2");
        assert_eq!(align("1.0 - 1.0"), "1.0 - 1.0", "only the last one was pulled");
        assert_eq!(align("1.0|1.2"), "1.0");
        assert_eq!(align("1.1 1.0|1.2"), "1.1 1.2");
    }

    #[test]
    fn what_says_its_version_is_that_version_in_any_order() {
        assert_eq!(align("=1.0 =2.0 =1.1 =2.0"), "1.0 2.0 1.1 2.0");
        assert_eq!(align("=2.0 1.0"), "2.0 -");
        assert_eq!(align("=2.0 =1.0 1.1"), "2.0 1.0 1.1");
        assert_eq!(align("1.0 =1.0 1.1"), "1.0 1.0 1.1");
    }

    /// Every order of a history of up to four places: no other rising choice finds more.
    #[test]
    fn no_other_order_finds_more() {
        let sets = ["-", "1.0", "1.1", "1.0|1.1", "1.0|1.2", "1.2"];
        for at in 0..sets.len().pow(4) {
            let powers = [1, 3, 9, 27];
            let places: Vec<&str> = (0..4)
                .map(|place| sets[at / sets.len().pow(place) % sets.len()])
                .collect();
            let choices: Vec<Vec<Option<&str>>> = places
                .iter()
                .map(|place| {
                    place
                        .split('|')
                        .map(|part| (part != "-").then_some(part))
                        .chain([None])
                        .collect()
                })
                .collect();
            let mut most = OrderScore::default();
            for pick in 0..81 {
                let picked: Option<Vec<_>> = (0..4)
                    .map(|place| choices[place].get(pick / powers[place] % 3))
                    .collect();
                let Some(picked) = picked else { continue };
                let found: Vec<&str> = picked.into_iter().filter_map(|version| *version).collect();
                if found.is_sorted() {
                    most = most.max(score(&found));
                }
            }
            let text = align(&places.join(" "));
            let found: Vec<&str> = text.split(' ').filter(|version| *version != "-").collect();
            assert!(
                found.is_sorted() && score(&found) == most,
                "{places:?}: {text}, where {most:?} are possible"
            );
        }
    }

    fn score(found: &[&str]) -> OrderScore {
        let mut different = found.to_vec();
        different.dedup();
        OrderScore {
            versions: different.len(),
            places: found.len(),
        }
    }
}
