//! What the commands ask of a containment engine. They never name one: engines are exchanged, and compared, behind this.

use std::marker::PhantomData;

use schemactl_containment::{Schema, Semantics, Term};
use schemactl_model::Value;

use crate::verdict::Verdict;

/// Decides containment.
// No method has a default: an engine that cannot answer something says so itself.
pub trait Engine: Send + Sync {
    /// Returns whether every instance of `sub` is an instance of `sup`. Pure set semantics: policies are applied before.
    fn contains(&self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict;

    /// Opens a session for several questions about the same schemas, and hands it to `work` once. [`ask_questions`] is for callers.
    fn open_session(&self, work: &mut dyn for<'s> FnMut(&mut dyn Questions<'s>));

    /// Returns what answers whether parts of documents have instances.
    fn satisfiability<'v>(&self) -> Box<dyn Satisfiability<'v> + 'v>;

    /// Returns how it reads schemas. Its instances are replayed in the same way.
    fn semantics(&self) -> Semantics;

    /// Returns the engine's name, for reports that compare engines.
    fn name(&self) -> &'static str;
}

/// Returns what `work` makes of a session of its own.
///
/// # Examples
/// ```
/// use schemactl_compat::{Schema, Semantics, ask_questions, default_engine};
/// use schemactl_model::{Dialect, Source, parse};
///
/// let [small, large] = [r#"{"type": "integer"}"#, r#"{"type": "number"}"#]
///     .map(|text| parse(&Source::new("example", text)).unwrap());
/// let [small, large] = [&small, &large].map(|root| Schema::new(root, Dialect::Draft202012));
/// let both = ask_questions(&default_engine(Semantics::default()), |questions| {
///     let [small, large] = [questions.keep(&small), questions.keep(&large)];
///     [questions.between(small, large), questions.between(large, small)]
/// });
/// assert!(both[0].is_compatible() && !both[1].is_compatible());
/// ```
pub fn ask_questions<R>(engine: &dyn Engine, work: impl for<'s> FnOnce(&mut dyn Questions<'s>) -> R) -> R {
    let (mut work, mut result) = (Some(work), None);
    engine.open_session(&mut |questions| {
        if let Some(work) = work.take() {
            result = Some(work(questions));
        }
    });
    result.expect("an engine hands each session to its work")
}

/// Decides containment again and again; see [`ask_questions`].
pub trait Questions<'s> {
    /// Returns the same as [`Engine::contains`].
    fn contains(&mut self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict;

    /// Keeps a schema that several questions are about.
    fn keep(&mut self, schema: &Schema<'_>) -> KeptSchema<'s>;

    /// Returns the same as [`Engine::contains`], of schemas that are kept here.
    fn between(&mut self, sub: KeptSchema<'s>, sup: KeptSchema<'s>) -> Verdict;

    /// Returns the same as [`between`](Self::between), with another instance than those that were found already.
    fn another(&mut self, sub: KeptSchema<'s>, sup: KeptSchema<'s>, found: &[Value]) -> Verdict;

    /// Returns whether every instance that all of `subs` have in common is an instance of one of `sups`. Without any of `sups`:
    /// whether they have nothing in common.
    fn common(&mut self, subs: &[KeptSchema<'s>], sups: &[KeptSchema<'s>]) -> Verdict;

    /// Limits the steps that all further questions take together; a question beyond is undecided. An engine that counts no steps
    /// is not limited.
    fn limit(&mut self, steps: u64);
}

/// A schema that a session keeps. It belongs to that session: another one does not accept it, and it does not outlive its own.
///
/// ```compile_fail,E0521
/// # use schemactl_compat::{Engine, Schema, ask_questions};
/// fn mix(engine: &dyn Engine, old: &Schema<'_>, new: &Schema<'_>) {
///     ask_questions(engine, |one| {
///         let old = one.keep(old);
///         ask_questions(engine, |other| {
///             let new = other.keep(new);
///             other.between(old, new) // `old` is kept by `one`
///         })
///     });
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeptSchema<'s> {
    index: usize,
    // INVARIANT: the lifetime neither shrinks nor grows. A number of one session names another schema in every other one, and what
    // is proved of it would be nonsense.
    session: PhantomData<fn(&'s ()) -> &'s ()>,
}

/// What an engine holds of the schemas that one of its sessions keeps.
#[derive(Debug)]
pub struct SchemaStore<'s, T> {
    kept: Vec<T>,
    session: PhantomData<fn(&'s ()) -> &'s ()>,
}

impl<T> Default for SchemaStore<'_, T> {
    fn default() -> Self {
        Self {
            kept: Vec::new(),
            session: PhantomData,
        }
    }
}

impl<'s, T> SchemaStore<'s, T> {
    /// Keeps something under a number of its own.
    pub fn keep(&mut self, schema: T) -> KeptSchema<'s> {
        self.kept.push(schema);
        KeptSchema {
            index: self.kept.len() - 1,
            session: PhantomData,
        }
    }

    /// Returns what is kept under a number.
    pub fn find(&self, kept: KeptSchema<'s>) -> &T {
        &self.kept[kept.index]
    }
}

/// Decides whether parts of documents have instances; see [`Engine::satisfiability`].
pub trait Satisfiability<'v> {
    /// Opens a document: the terms that follow are about its subschemas.
    fn open_document(&mut self, schema: &Schema<'v>);

    /// Returns true if it is proved that no instance meets all terms, and false if one does or if that is not known.
    fn is_empty(&mut self, terms: &[Term<'v>]) -> bool;
}
