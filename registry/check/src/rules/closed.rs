//! The policy `closed` asks every object of a schema to say what its other properties are. In: an event. Out: a finding for each
//! object that does not.

use std::collections::BTreeSet;

use schemactl_model::{AppliesTo, Keyword, Kind, LexicalScope, Resolver, Value, subschemas};

use super::{finding_of, title};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{SchemaVersion, WorkspaceEvent};

pub(super) fn check_closed_objects(event: &WorkspaceEvent, report: &mut Report) {
    for version in event.versions.values() {
        let document = &version.document;
        let mut walk = ClosedWalk {
            resolver: document.resolver(),
            seen: BTreeSet::new(),
            open: Vec::new(),
        };
        walk.schema(document.root(), &LexicalScope::new(document.dialect()), false);
        for schema in walk.open {
            report.findings.push(not_closed(event, version, schema));
        }
    }
}

fn not_closed(event: &WorkspaceEvent, version: &SchemaVersion, schema: &Value) -> Finding {
    Finding {
        message: format!("{} has an object that is not closed", title(event, &version.version)),
        places: vec![FindingPlace::of_value(
            &version.document,
            schema.keyword(Keyword::Properties).unwrap_or(schema),
            "neither `additionalProperties` nor `unevaluatedProperties` is set",
        )],
        fix: Some(Rule::ObjectNotClosed.advice().to_owned()),
        ..finding_of(Rule::ObjectNotClosed, Severity::Error, event, version)
    }
}

struct ClosedWalk<'v> {
    resolver: Resolver<'v>,
    /// Schemas by their place, and whether they were closed from around.
    seen: BTreeSet<(usize, bool)>,
    open: Vec<&'v Value>,
}

impl<'v> ClosedWalk<'v> {
    /// `is_closed`: a schema around it, of the same value, says what the other properties are.
    fn schema(&mut self, schema: &'v Value, around: &LexicalScope, is_closed: bool) {
        let scope = around.inside(schema);
        let is_closed = is_closed || sets(schema, Keyword::UnevaluatedProperties);
        // INVARIANT: each schema is visited twice at most, so that recursive ones end.
        if !self.seen.insert((std::ptr::from_ref(schema) as usize, is_closed)) {
            return;
        }
        let is_listed = self.open.iter().any(|known| std::ptr::eq(*known, schema));
        if is_open(schema) && !is_closed && !is_listed {
            self.open.push(schema);
        }
        let reference = schema.keyword(Keyword::Ref).and_then(Value::as_str);
        if let Some(target) = reference.and_then(|text| self.resolver.resolve(&scope.base, text).ok()) {
            self.schema(target.value, &target.scope, is_closed);
        }
        for below in subschemas(schema, scope.dialect) {
            match below.keyword.applies_to() {
                // Definitions are visited where they are referred to; a question describes nothing.
                AppliesTo::Nothing | AppliesTo::Question => {}
                AppliesTo::Instance => self.schema(below.value, &scope, is_closed),
                AppliesTo::Properties | AppliesTo::PropertyNames | AppliesTo::Elements | AppliesTo::Content => {
                    self.schema(below.value, &scope, false);
                }
            }
        }
    }
}

/// An object with properties of its own that leaves the others open without saying so. A branch of `allOf` cannot be closed by
/// itself; `unevaluatedProperties` beside it closes the whole.
fn is_open(schema: &Value) -> bool {
    let names_properties = schema
        .keyword(Keyword::Properties)
        .and_then(Value::as_object)
        .is_some_and(|properties| !properties.is_empty());
    names_properties && !sets(schema, Keyword::AdditionalProperties)
}

/// Whether a keyword says which other properties there may be.
fn sets(schema: &Value, keyword: Keyword) -> bool {
    let value = schema.keyword(keyword);
    value.is_some_and(|value| value.kind != Kind::Bool(true))
}
