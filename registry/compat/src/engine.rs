//! What the commands ask of a containment engine. They never name one: engines are exchanged, and compared, behind this.

use schemactl_model::{Dialect, Document, Value};

use crate::{Semantics, Verdict};

/// A schema to compare: a whole document and its dialect.
#[derive(Clone, Copy, Debug)]
pub struct Schema<'v> {
    /// The document.
    pub root: &'v Value,
    /// Its dialect.
    pub dialect: Dialect,
}

impl<'v> Schema<'v> {
    /// A schema from its document and dialect.
    pub fn new(root: &'v Value, dialect: Dialect) -> Self {
        Self { root, dialect }
    }
}

impl<'v> From<&'v Document> for Schema<'v> {
    fn from(document: &'v Document) -> Self {
        Self::new(document.root(), document.dialect())
    }
}

/// Decides containment.
pub trait Engine: Send + Sync {
    /// Whether every instance of `sub` is an instance of `sup`. Pure set semantics: policies are applied before.
    fn contains(&self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict;

    /// Several questions about the same schemas, so that an engine can keep what it learned.
    fn questions(&self) -> Box<dyn Questions + '_> {
        Box::new(OneByOne(self))
    }

    /// How it reads schemas. Its instances are replayed in the same way.
    fn semantics(&self) -> Semantics {
        Semantics::default()
    }

    /// The engine's name, for reports that compare engines.
    fn name(&self) -> &'static str;
}

/// Decides containment again and again; see [`Engine::questions`].
pub trait Questions {
    /// As [`Engine::contains`].
    fn contains(&mut self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict;
}

/// Each question by itself.
struct OneByOne<'e, E: ?Sized>(&'e E);

impl<E: Engine + ?Sized> Questions for OneByOne<'_, E> {
    fn contains(&mut self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict {
        self.0.contains(sub, sup)
    }
}
