//! What is wrong with a schema as a schema. In: a document and its dialect. Out: one [`SchemaFault`] for each fault, at the value that
//! is wrong: a value that its keyword cannot have, a pattern that ECMA 262 rejects, a reference that RFC 3986 rejects or that leads
//! nowhere. What only some readers reject are warnings. Whether the schema is a good one is for others to say.
//!
//! Only places of schemas are walked: `enum`, `const`, `default` and `examples` are data, and unknown keywords are annotations unless
//! a reference leads into them. That `$ref` hides its siblings up to draft-07 is nothing that a meta-schema knows: they are walked.
//! No validator is used here, so that build scripts can ask; `compat` asks the meta-schemas too (ADR 51).

mod cycle;
mod message;
mod references;
mod shape;
mod suggest;
mod uri;
mod values;

use std::collections::BTreeSet;

use crate::deep::with_stack_for;
use crate::dialect::Dialect;
use crate::ecma::read_pattern;
use crate::fault::{FaultKind, SchemaFault};
use crate::keyword::{Keyword, KeywordShape};
use crate::pointer::Pointer;
use crate::problem::dialect_problem;
use crate::resolve::{Reference, Resolver};
use crate::source::Span;
use crate::subschema::is_schema;
use crate::uri::join_uri;
use crate::value::{JsonObject, Kind, Member, Value};

/// What is wrong with a schema, and what is doubtful: each in the order of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaReview {
    /// No verdict may be given about a schema that has one.
    pub faults: Vec<SchemaFault>,
    /// Patterns with syntax that only some engines know: nothing is proved about them.
    pub warnings: Vec<SchemaFault>,
    /// Patterns that ECMA 262 rejects with the flag `u` and accepts without it.
    pub notes: Vec<SchemaFault>,
}

/// Returns what is wrong with a schema in the dialect of its document.
pub fn review_schema(root: &Value, dialect: Dialect) -> SchemaReview {
    with_stack_for(root.depth(), || Reviewer::review(root, dialect))
}

/// Returns the faults of a schema: those for which no verdict may be given.
pub fn schema_faults(root: &Value, dialect: Dialect) -> Vec<SchemaFault> {
    review_schema(root, dialect).faults
}

/// Returns the faults of a document whose keywords are not those of a dialect, such as one of OpenAPI: only that it is a schema, and that
/// its references lead somewhere.
pub fn reference_faults(root: &Value, dialect: Dialect) -> Vec<SchemaFault> {
    if !is_schema(root) {
        return vec![message::not_a_schema(
            root,
            Dialect::Draft202012,
            &Pointer::root(),
            None,
        )];
    }
    let resolver = Resolver::new(root, dialect);
    let references = resolver.references().iter();
    references
        .filter_map(|reference| find_lost_reference(&resolver, reference))
        .collect()
}

/// Returns the fault of a reference that points at nothing; `None` if it leads somewhere, or out of the document.
pub(crate) fn find_lost_reference(resolver: &Resolver<'_>, reference: &Reference) -> Option<SchemaFault> {
    references::find_lost(resolver, reference)
}

/// Returns whether a reference leads to a meta-schema, which every validator holds: nothing has to be fetched.
pub(crate) fn leads_to_meta_schema(reference: &Reference) -> bool {
    references::is_meta_schema(&join_uri(&reference.base, &reference.text))
}

/// Returns the fault of a reference into a document that is not here, or that has a fault itself: `detail` says which.
pub(crate) fn find_unfollowed(reference: &Reference, detail: Option<&str>) -> SchemaFault {
    references::leads_elsewhere(reference, detail)
}

struct Reviewer {
    found: SchemaReview,
    /// The places that were walked as schemas.
    walked: BTreeSet<Pointer>,
}

impl Reviewer {
    fn review(root: &Value, dialect: Dialect) -> SchemaReview {
        let mut reviewer = Self {
            found: SchemaReview::default(),
            walked: BTreeSet::new(),
        };
        reviewer.schema(root, dialect, &Pointer::root(), None);
        let resolver = Resolver::new(root, dialect);
        reviewer.references(&resolver);
        let mut found = reviewer.found;
        if found.faults.is_empty() {
            found.faults = cycle::find_cycles(&resolver);
        }
        for list in [&mut found.faults, &mut found.warnings, &mut found.notes] {
            list.sort_by_key(|fault| fault.span);
        }
        found
    }

    /// A place where a schema is expected. `keyword` is the one that holds it.
    fn schema(&mut self, value: &Value, around: Dialect, pointer: &Pointer, keyword: Option<Keyword>) {
        if !self.walked.insert(pointer.clone()) {
            return;
        }
        let dialect = around.inside(value);
        let is_schema = match value.kind {
            Kind::Object(_) => true,
            // Draft-04 has booleans beside lists and objects only.
            Kind::Bool(_) => dialect > Dialect::Draft4 || keyword.is_some_and(Keyword::takes_boolean_in_draft4),
            _ => false,
        };
        if !is_schema {
            self.fault(message::not_a_schema(value, dialect, pointer, keyword));
        }
        if !pointer.tokens().is_empty()
            && let Some((span, problem)) = dialect_problem(value, around)
            && value.keyword(Keyword::Schema).is_some_and(|uri| uri.as_str().is_some())
        {
            self.fault(SchemaFault {
                kind: FaultKind::Dialect,
                pointer: pointer.join(Keyword::Schema),
                span,
                keyword: Keyword::Schema.into(),
                message: problem.to_string(),
                suggestion: None,
            });
        }
        for entry in value.as_object().into_iter().flat_map(JsonObject::iter) {
            if let Some((keyword, shape)) = entry.keyword().and_then(|known| Some((known, known.shape(dialect)?))) {
                self.keyword(value, (entry, keyword), shape, dialect, pointer);
            }
        }
    }

    fn keyword(
        &mut self,
        schema: &Value,
        (entry, keyword): (&Member, Keyword),
        shape: KeywordShape,
        dialect: Dialect,
        holder: &Pointer,
    ) {
        let (pointer, value) = (holder.join(keyword), &entry.value);
        if let Some(fault) = message::known_mistake(schema, (keyword, value), dialect, holder) {
            self.fault(fault);
            return;
        }
        let inside = values::check_value(keyword, value, shape, dialect, &pointer);
        self.found.faults.extend(inside);
        match (shape, &value.kind) {
            (KeywordShape::Pattern, Kind::String(pattern)) => {
                self.pattern(pattern, keyword, value.span, pointer.clone());
            }
            (KeywordShape::PatternMap, Kind::Object(members)) => {
                for member in members.iter() {
                    self.pattern(&member.key, keyword, member.key_span, pointer.join(member.key.as_str()));
                }
            }
            _ => {}
        }
        self.below(keyword, value, shape, dialect, &pointer);
    }

    /// The schemas below a keyword.
    fn below(&mut self, keyword: Keyword, value: &Value, shape: KeywordShape, dialect: Dialect, pointer: &Pointer) {
        match (shape, &value.kind) {
            (KeywordShape::Schema, _) => self.schema(value, dialect, pointer, Some(keyword)),
            (KeywordShape::SchemaOrList, Kind::Object(_) | Kind::Bool(_)) => {
                self.schema(value, dialect, pointer, Some(keyword));
            }
            (KeywordShape::SchemaList | KeywordShape::SchemaOrList, Kind::Array(elements)) => {
                for (index, element) in elements.iter().enumerate() {
                    self.schema(element, dialect, &pointer.join(index.to_string()), Some(keyword));
                }
            }
            (KeywordShape::SchemaMap | KeywordShape::PatternMap, Kind::Object(members)) => {
                for member in members.iter() {
                    self.schema(
                        &member.value,
                        dialect,
                        &pointer.join(member.key.as_str()),
                        Some(keyword),
                    );
                }
            }
            (KeywordShape::Dependencies, Kind::Object(members)) => {
                for member in members.iter().filter(|member| member.value.as_array().is_none()) {
                    self.schema(
                        &member.value,
                        dialect,
                        &pointer.join(member.key.as_str()),
                        Some(keyword),
                    );
                }
            }
            _ => {}
        }
    }

    fn pattern(&mut self, pattern: &str, keyword: Keyword, span: Span, pointer: Pointer) {
        let (list, message, suggestion) = match read_pattern(pattern) {
            Err(rejected) => {
                let message = message::pattern_rejected(keyword, pattern, &rejected);
                (&mut self.found.faults, message, None)
            }
            Ok(reading) => match (reading.rust_only, reading.rejected_by_unicode) {
                (Some(rust_only), _) => {
                    let (message, instead) = message::pattern_of_rust(keyword, pattern, &rust_only);
                    (&mut self.found.warnings, message, Some(instead))
                }
                (None, Some(rejected)) => {
                    let message = message::pattern_without_unicode(keyword, pattern, &rejected);
                    (&mut self.found.notes, message, None)
                }
                (None, None) => return,
            },
        };
        list.push(SchemaFault {
            kind: FaultKind::Pattern,
            pointer,
            span,
            keyword: keyword.into(),
            message,
            suggestion,
        });
    }

    /// Where references lead; what they lead to is a schema, also where no keyword expects one.
    fn references(&mut self, resolver: &Resolver<'_>) {
        let mut open = resolver.references().to_vec();
        let mut followed = BTreeSet::new();
        while let Some(reference) = open.pop() {
            if !followed.insert((reference.holder.clone(), reference.keyword)) {
                continue;
            }
            match references::follow_reference(resolver, &reference) {
                references::Followed::Fault(fault) => self.fault(fault),
                references::Followed::Elsewhere => {}
                references::Followed::Schema(target) => {
                    if !self.walked.contains(&target.pointer) {
                        open.extend(resolver.references_below(&target));
                        self.schema(
                            target.value,
                            target.scope.dialect,
                            &target.pointer,
                            Some(reference.keyword),
                        );
                    }
                }
            }
        }
    }

    fn fault(&mut self, fault: SchemaFault) {
        self.found.faults.push(fault);
    }
}

#[cfg(test)]
mod tests;
