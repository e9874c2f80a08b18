//! What the commands ask of a containment engine. They never name one: engines are exchanged, and compared, behind this.

use schemactl_containment::{Schema, Semantics, Term};
use schemactl_model::{Dialect, Value};

use crate::Verdict;

/// Decides containment.
pub trait Engine: Send + Sync {
    /// Whether every instance of `sub` is an instance of `sup`. Pure set semantics: policies are applied before.
    fn contains(&self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict;

    /// Several questions about the same schemas, so that an engine can keep what it learned.
    fn questions(&self) -> Box<dyn Questions + '_> {
        Box::new(OneByOne {
            engine: self,
            kept: Vec::new(),
        })
    }

    /// Returns what answers whether parts of documents have instances. By default nothing is known.
    fn satisfiability<'v>(&self) -> Box<dyn Satisfiability<'v> + 'v> {
        Box::new(NothingKnown)
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

    /// Keeps a schema that several questions are about.
    fn keep(&mut self, schema: &Schema<'_>) -> Kept;

    /// As [`Engine::contains`], of schemas that are kept here.
    fn between(&mut self, sub: Kept, sup: Kept) -> Verdict;

    /// As [`between`](Self::between), with another instance than those that were found already.
    fn another(&mut self, sub: Kept, sup: Kept, found: &[Value]) -> Verdict;

    /// Returns whether every instance that all of `subs` have in common is an instance of one of `sups`. Without any of `sups`:
    /// whether they have nothing in common.
    fn common(&mut self, subs: &[Kept], sups: &[Kept]) -> Verdict;

    /// Limits the steps that all further questions take together; a question beyond is undecided. An engine that counts no steps
    /// is not limited.
    fn limit(&mut self, _steps: u64) {}
}

/// A schema that is kept, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept(pub(crate) usize);

/// Decides whether parts of documents have instances; see [`Engine::satisfiability`].
pub trait Satisfiability<'v> {
    /// Opens a document: the terms that follow are about its subschemas.
    fn open_document(&mut self, schema: &Schema<'v>);

    /// Returns true if it is proved that no instance meets all terms, and false if one does or if that is not known.
    fn is_empty(&mut self, terms: &[Term<'v>]) -> bool;
}

/// For engines that compare whole documents only.
struct NothingKnown;

impl<'v> Satisfiability<'v> for NothingKnown {
    fn open_document(&mut self, _: &Schema<'v>) {}

    fn is_empty(&mut self, _: &[Term<'v>]) -> bool {
        false
    }
}

/// Each question by itself.
struct OneByOne<'e, E: ?Sized> {
    engine: &'e E,
    kept: Vec<(Value, Dialect)>,
}

impl<E: Engine + ?Sized> Questions for OneByOne<'_, E> {
    fn contains(&mut self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict {
        self.engine.contains(sub, sup)
    }

    fn keep(&mut self, schema: &Schema<'_>) -> Kept {
        self.kept.push((schema.root.clone(), schema.dialect));
        Kept(self.kept.len() - 1)
    }

    fn between(&mut self, sub: Kept, sup: Kept) -> Verdict {
        let schema = |kept: Kept| Schema::new(&self.kept[kept.0].0, self.kept[kept.0].1);
        self.engine.contains(&schema(sub), &schema(sup))
    }

    fn another(&mut self, _: Kept, _: Kept, _: &[Value]) -> Verdict {
        Verdict::Undecided {
            reason: "this engine finds one instance of each difference".to_owned(),
        }
    }

    fn common(&mut self, subs: &[Kept], sups: &[Kept]) -> Verdict {
        match (subs, sups) {
            ([sub], [sup]) => self.between(*sub, *sup),
            _ => Verdict::Undecided {
                reason: format!("the {} engine compares two schemas at a time", self.engine.name()),
            },
        }
    }
}
