//! A schema to make a set from: a whole document and the dialect that it is read in.

use schemactl_model::{Dialect, Document, Value};

/// A schema: a whole document and its dialect.
#[derive(Clone, Copy, Debug)]
pub struct Schema<'v> {
    /// The document.
    pub root: &'v Value,
    /// Its dialect.
    pub dialect: Dialect,
}

impl<'v> Schema<'v> {
    /// Creates a schema from its document and dialect.
    pub fn new(root: &'v Value, dialect: Dialect) -> Self {
        Self { root, dialect }
    }
}

impl<'v> From<&'v Document> for Schema<'v> {
    fn from(document: &'v Document) -> Self {
        Self::new(document.root(), document.dialect())
    }
}
