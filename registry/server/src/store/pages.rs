//! Pages of lists. In: how many rows, and after which key. Out: the rows, and the key after which the rest begins. A page
//! begins after a key and not at a position, so rows that come and go between two pages neither hide nor repeat others.

/// The part of a list that is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Slice<K> {
    /// The key of the last row of the page before. `None` begins the list.
    pub(crate) after: Option<K>,
    /// The most rows a page has, at least 1.
    pub(crate) limit: usize,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub(crate) struct StorePage<T, K> {
    pub(crate) rows: Vec<T>,
    /// The key of the last row, if there are rows after it.
    pub(crate) last: Option<K>,
}

impl<K> Slice<K> {
    /// One row more than the page has tells whether another page follows.
    pub(super) fn fetch(&self) -> i64 {
        i64::try_from(self.limit).map_or(i64::MAX, |limit| limit.saturating_add(1))
    }

    /// Makes the page from what was fetched.
    pub(super) fn page<T>(&self, mut rows: Vec<T>, key: impl FnOnce(&T) -> K) -> StorePage<T, K> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let last = rows.last().filter(|_| more).map(key);
        StorePage { rows, last }
    }
}

impl Slice<String> {
    /// Returns the first name that the page may begin with, and the first after those that begin with `prefix`. As bounds of an index
    /// they cost the same wherever the page is in the list.
    pub(super) fn names(&self, prefix: &str) -> (String, String) {
        // The least text after another is that text and the least character.
        let next = self.after.as_ref().map(|after| format!("{after}\0"));
        let first = next.filter(|next| next.as_str() > prefix);
        // Texts are compared byte by byte, and no name has the greatest character.
        (
            first.unwrap_or_else(|| prefix.to_owned()),
            format!("{prefix}{}", char::MAX),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_last_page_has_no_successor() {
        let slice = Slice { after: None, limit: 2 };
        assert_eq!(slice.fetch(), 3);
        assert_eq!(slice.page(vec![1, 2], |row| *row).last, None);
        let page = slice.page(vec![1, 2, 3], |row| *row);
        assert_eq!((page.rows, page.last), (vec![1, 2], Some(2)));
    }

    #[test]
    fn bounds_hold_what_a_page_may_show_and_nothing_else() {
        let names = ["a", "a-", "ab", "ab.", "abc", "b"];
        for prefix in ["", "a", "ab", "b", "c", "é"] {
            for after in [None, Some("a"), Some("ab"), Some("abc"), Some("z")] {
                let slice = Slice {
                    after: after.map(str::to_owned),
                    limit: 9,
                };
                let (first, end) = slice.names(prefix);
                let bounded = names
                    .iter()
                    .filter(|name| (first.as_str()..end.as_str()).contains(*name));
                let expected = names
                    .iter()
                    .filter(|name| name.starts_with(prefix) && after.is_none_or(|after| **name > after));
                assert!(bounded.eq(expected), "{prefix:?} {after:?}");
            }
        }
    }
}
