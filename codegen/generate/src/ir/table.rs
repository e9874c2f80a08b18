//! Numbered rows. In: rows, in their order. Out: a table that is indexed by a number of its own kind, so that a number of one table
//! does not compile as one of another.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// The number of a row.
pub(crate) trait RowId: Copy {
    /// Creates the number of the row at a position.
    fn from_position(position: usize) -> Self;

    /// Returns the position of the row.
    fn position(self) -> usize;
}

macro_rules! row_ids {
    ($($(#[$docs:meta])* $name:ident)*) => {$(
        $(#[$docs])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) struct $name(usize);

        impl RowId for $name {
            fn from_position(position: usize) -> Self {
                Self(position)
            }

            fn position(self) -> usize {
                self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

row_ids! {
    /// A version among those of its event.
    VersionId
    /// A named type among those of its version, or among those that events share.
    TypeId
    /// A property among those of its object.
    FieldId
    /// A value among those of its enum.
    VariantId
    /// A routine among those of its conversion.
    RoutineId
    /// A gap among those of its conversion.
    GapId
}

/// Rows in their order.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Table<I, T> {
    rows: Vec<T>,
    id: PhantomData<I>,
}

impl<I: RowId, T> Table<I, T> {
    /// Adds a row, and returns its number.
    pub(crate) fn push(&mut self, row: T) -> I {
        self.rows.push(row);
        I::from_position(self.rows.len() - 1)
    }

    /// Returns the number of rows.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the rows.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    /// Returns the rows, to be changed.
    pub(crate) fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.rows.iter_mut()
    }

    /// Returns the numbers of all rows.
    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.rows.len()).map(I::from_position)
    }

    /// Returns the rows with their numbers.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (I, &T)> {
        self.ids().zip(&self.rows)
    }
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            id: PhantomData,
        }
    }
}

/// As a list, in which numbers are positions.
impl<I, T: fmt::Debug> fmt::Debug for Table<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows.fmt(f)
    }
}

impl<I, T> FromIterator<T> for Table<I, T> {
    fn from_iter<R: IntoIterator<Item = T>>(rows: R) -> Self {
        Self {
            rows: rows.into_iter().collect(),
            id: PhantomData,
        }
    }
}

impl<'t, I, T> IntoIterator for &'t Table<I, T> {
    type Item = &'t T;
    type IntoIter = std::slice::Iter<'t, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}

impl<I: RowId, T> Index<I> for Table<I, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        &self.rows[id.position()]
    }
}

impl<I: RowId, T> IndexMut<I> for Table<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.rows[id.position()]
    }
}
