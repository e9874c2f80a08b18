//! Whether parts of a document have an instance together. In: documents, and terms about their subschemas. Out: the proof that
//! there is none, or nothing. Nodes are kept, so that a subschema that stands in many places, or in many versions of an event, is
//! one question.

use rustc_hash::FxHashMap;
use schemactl_model::{Keyword, Value};

use crate::compile::{OpenDocument, UnsupportedSetError, compile_document};
use crate::node::Node;
use crate::schema::Schema;
use crate::session::SessionOptions;
use crate::solve::{Budget, Solver, SolverAnswer};
use crate::tables::Shared;
use crate::value_kind::OBJECT;

/// Steps of one question: a tenth of what a comparison may take. A lint asks hundreds of questions about a document, most
/// take fewer than 100 steps, and one that is not answered costs a hint.
// INVARIANT: what is not answered within them counts as not empty, so that no hint says more than was proved.
const STEPS: u64 = 20_000;

/// One condition on an instance.
#[derive(Clone, Copy, Debug)]
pub enum Term<'v> {
    /// A subschema of the document accepts it.
    Accepted(&'v Value),
    /// A subschema of the document rejects it.
    Rejected(&'v Value),
    /// It is an object with this property.
    HasProperty(&'v str),
    /// It is an object with a property whose name matches this pattern.
    HasPropertyLike(&'v str),
}

/// Questions about the subschemas of documents, over one arena.
pub struct PartSession<'v> {
    shared: Shared,
    budget: Budget,
    document: Option<(OpenDocument<'v>, schemactl_model::Dialect)>,
    /// Whether a conjunction is proved to be empty.
    // INVARIANT: by node. Nothing is forgotten from this arena, so that a number is the same set for as long as the session lasts.
    known: FxHashMap<Node, bool>,
}

impl<'v> PartSession<'v> {
    /// Creates a session without a document. The steps of its questions are its own.
    pub fn new(options: SessionOptions) -> Self {
        Self {
            shared: Shared::new(options.semantics, options.format_check),
            budget: Budget {
                steps: STEPS,
                ..options.budget()
            },
            document: None,
            known: FxHashMap::default(),
        }
    }

    /// Opens a document: the terms that follow are about its subschemas.
    pub fn open_document(&mut self, schema: &Schema<'v>) {
        self.document = Some((OpenDocument::new(*schema), schema.dialect));
    }

    /// Returns true if it is proved that no instance meets all terms, and false if one does or if that is not known.
    pub fn is_empty(&mut self, terms: &[Term<'v>]) -> bool {
        stacker::maybe_grow(256 << 10, 4 << 20, || self.prove_empty(terms))
    }

    fn prove_empty(&mut self, terms: &[Term<'v>]) -> bool {
        let nodes: Result<Vec<Node>, UnsupportedSetError> = terms.iter().map(|term| self.compile_term(term)).collect();
        let Ok(nodes) = nodes else {
            return false;
        };
        let whole = self.shared.arena.and(nodes);
        if let Some(known) = self.known.get(&whole) {
            return *known;
        }
        let answer = Solver::new(&mut self.shared, self.budget).solve([whole]);
        let empty = matches!(answer, SolverAnswer::Empty);
        self.known.insert(whole, empty);
        empty
    }

    fn compile_term(&mut self, term: &Term<'v>) -> Result<Node, UnsupportedSetError> {
        let Some((document, dialect)) = &mut self.document else {
            return Err(UnsupportedSetError("no document is open".to_owned()));
        };
        let computed = match term {
            Term::Accepted(schema) => return document.compile_part(&mut self.shared, schema),
            Term::Rejected(schema) => {
                let node = document.compile_part(&mut self.shared, schema)?;
                return Ok(self.shared.arena.not(node));
            }
            Term::HasProperty(name) => Value::object_of(Keyword::Required, Value::array(vec![Value::string(name)])),
            // A name matches if not every property with such a name is rejected.
            Term::HasPropertyLike(pattern) => {
                let never = Value::boolean(false);
                let rejects = Value::object_of(Keyword::PatternProperties, Value::object_of(pattern, never));
                Value::object_of(Keyword::Not, rejects)
            }
        };
        let holds = compile_document(&mut self.shared, &Schema::new(&computed, *dialect))?;
        let is_object = self.shared.arena.types(OBJECT);
        Ok(self.shared.arena.and([is_object, holds]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Dialect, Pointer, Source, parse};

    /// Asks about parts of a document, each by its pointer; `!` rejects it, `?` has a property, `~` has one like a pattern.
    fn is_empty(document: &str, terms: &[&str]) -> bool {
        let root = parse(&Source::new("test", document)).unwrap();
        let mut parts = PartSession::new(SessionOptions::default());
        parts.open_document(&Schema::new(&root, Dialect::Draft202012));
        let at = |pointer: &str| Pointer::parse(pointer).unwrap().resolve(&root).unwrap();
        let terms: Vec<Term<'_>> = terms
            .iter()
            .map(|term| match term.split_at_checked(1) {
                Some(("!", pointer)) => Term::Rejected(at(pointer)),
                Some(("?", name)) => Term::HasProperty(name),
                Some(("~", pattern)) => Term::HasPropertyLike(pattern),
                _ => Term::Accepted(at(term)),
            })
            .collect();
        parts.is_empty(&terms)
    }

    #[test]
    fn terms_are_met_together() {
        let document = r##"{"properties": {"a": {"minLength": 3, "maxLength": 2, "type": "string"}, "b": false},
            "additionalProperties": false, "$defs": {"c": {"$ref": "#/properties/a"}, "text": {"type": "string"}}}"##;
        assert!(!is_empty(document, &[""]));
        assert!(is_empty(document, &["/properties/a"]) && is_empty(document, &["/$defs/c"]));
        assert!(is_empty(document, &["", "?a"]) && is_empty(document, &["", "?c"]));
        assert!(!is_empty(document, &["?c"]) && !is_empty(document, &["!", "?c"]));
        assert!(is_empty(document, &["", "~^c"]) && !is_empty(document, &["~^c"]));
        assert!(is_empty(document, &["~c^"]), "no name matches");
        assert!(is_empty(document, &["/$defs/text", "?a"]), "a text has no property");
    }

    #[test]
    fn recursion_and_what_is_not_known_are_no_proofs() {
        let list = r##"{"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#"}}}"##;
        assert!(is_empty(list, &[""]), "every instance is finite");
        let open = r##"{"properties": {"next": {"$ref": "#"}}}"##;
        assert!(!is_empty(open, &["", "?next"]));
        let unknown = r##"{"pattern": "^(a|b)\\1$", "type": "string", "$defs": {"b": {"$ref": "#/$defs/c"}}}"##;
        assert!(!is_empty(unknown, &[""]) && !is_empty(unknown, &["/$defs/b"]));
    }
}
