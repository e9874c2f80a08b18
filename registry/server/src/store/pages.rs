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
pub(crate) struct Page<T, K> {
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
    pub(super) fn page<T>(&self, mut rows: Vec<T>, key: impl FnOnce(&T) -> K) -> Page<T, K> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let last = rows.last().filter(|_| more).map(key);
        Page { rows, last }
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
}
