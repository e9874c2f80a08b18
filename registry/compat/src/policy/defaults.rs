//! Which defaults a reader counts on. In: the names that a schema requires. Out: those that are required although defaults are filled in.
//!
//! INVARIANT: a default is filled in only where nothing but its own property's schema can tell: a wider reader than there is would
//! prove what no reader keeps.

use schemactl_model::{JsonObject, Keyword, Kind, LexicalScope, Value};

use super::frame::{FrameId, address};
use super::mentioned::{Mentioned, constants};
use super::rewrite::{Rewriter, extract_keywords};
use crate::containment::ContainmentEngine;
use crate::edit::only_value;
use crate::engine::Engine;
use schemactl_containment::Schema;

impl<'v> Rewriter<'v> {
    /// The names that have to be there although defaults are filled in.
    pub(super) fn without_defaults(
        &self,
        holder: &'v Value,
        required: &Value,
        members: &JsonObject,
        scope: &LexicalScope,
        frame: FrameId,
    ) -> Vec<Value> {
        let names = required.as_array().unwrap_or_default();
        if self.compares_values {
            return names.to_vec();
        }
        let fills = |name: &str| {
            let schema = members
                .keyword(Keyword::Properties)
                .and_then(|properties| properties.member(name));
            let default = schema.and_then(|schema| schema.keyword(Keyword::Default));
            schema.zip(default).is_some_and(|(schema, default)| {
                self.is_described_once(holder, name, frame) && self.accepts(schema, scope, default)
            })
        };
        let left = names.iter();
        left.filter(|name| !name.as_str().is_some_and(fills)).cloned().collect()
    }

    /// Whether a schema of the document accepts a value: proved.
    fn accepts(&self, schema: &Value, scope: &LexicalScope, value: &Value) -> bool {
        let whole = Schema::new(self.resolver.root(), self.dialect);
        let Some(entries) = schema
            .as_object()
            .map(|members| members.iter().cloned().collect::<Vec<_>>())
        else {
            return schema.kind == Kind::Bool(true);
        };
        let Some((schema, dialect)) = extract_keywords(&whole, &entries, &scope.inside(schema)) else {
            return false;
        };
        let only = only_value(value);
        let [only, schema] = [&only, &schema].map(|root| Schema::new(root, dialect));
        ContainmentEngine::default().contains(&only, &schema).is_compatible()
    }

    /// Whether a property is described by one schema alone, so that its presence decides nothing else.
    fn is_described_once(&self, holder: &'v Value, name: &str, frame: FrameId) -> bool {
        let frame = self.frames.frame(frame);
        frame.applied.iter().all(|applied| {
            let mut mentioned = Mentioned::default();
            mentioned.add(applied);
            let is_holder = address(applied.schema) == address(holder);
            let asked = [
                Keyword::PropertyNames,
                Keyword::MaxProperties,
                Keyword::DependentRequired,
                Keyword::DependentSchemas,
                Keyword::Dependencies,
            ];
            let counts = [Keyword::AdditionalProperties, Keyword::UnevaluatedProperties];
            mentioned.patterns.is_empty()
                && asked.into_iter().all(|keyword| applied.keyword(keyword).is_none())
                && (is_holder || !mentioned.names.contains(name))
                && (is_holder || counts.into_iter().all(|keyword| applied.keyword(keyword).is_none()))
                && constants(applied).next().is_none()
        })
    }
}
