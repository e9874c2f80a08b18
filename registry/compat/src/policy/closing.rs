//! What a writer may send. In: a schema that describes an object, and the frame that it stands in. Out: the schema with
//! `unevaluatedProperties: false`, and with the names that it asks for declared.
//!
//! A writer sends the properties that its schema declares and those that it asks for: a name that is only required is sent,
//! although nothing describes its value. An object that declares no property is a map and stays open.
//!
//! INVARIANT: where an object has an instance, what its writer sends has one. Otherwise everything would follow from nothing,
//! and every change would be "proved". What only removes names from an instance cannot make it invalid, but for the keywords
//! in [`may_empty`]; beside those the engine is asked, and an object that closing would leave without an instance stays open.

use std::collections::BTreeSet;

use schemactl_model::{JsonObject, Keyword, Kind, LexicalScope, Member, Value};

use super::frame::{AppliedSchema, FrameId, address, is_anything, is_pure_reference};
use super::mentioned::{Mentioned, asked_names, constants};
use super::rewrite::{RewriteSide, Rewriter, Use};
use super::written::{all_of_branch, merge_branches};
use crate::containment::ContainmentEngine;
use crate::engine::Engine;
use schemactl_containment::Schema;

impl<'v> Rewriter<'v> {
    /// A schema that describes a value by itself.
    pub(super) fn whole(
        &mut self,
        schema: &'v Value,
        members: &'v JsonObject,
        scope: &LexicalScope,
        frame: FrameId,
    ) -> Value {
        let in_place = self.frames.in_place(schema, scope);
        if is_pure_reference(members, scope.dialect) || !is_closable(members, &in_place, scope) {
            return self.keywords(schema, members, scope, Use::Whole(frame));
        }
        if !self.frames.frame(frame).applied.iter().any(may_empty) {
            return self.closed(schema, members, scope, frame, &in_place);
        }
        let key = (address(schema), frame);
        if !self.closed.contains_key(&key) {
            // Inside itself it is taken to be closed.
            self.closed.insert(key, true);
            let keeps = self.keeps_instances(schema, members, scope, frame, &in_place);
            self.closed.insert(key, keeps);
        }
        if self.closed[&key] {
            self.closed(schema, members, scope, frame, &in_place)
        } else {
            self.keywords(schema, members, scope, Use::Plain)
        }
    }

    fn closed(
        &mut self,
        schema: &'v Value,
        members: &'v JsonObject,
        scope: &LexicalScope,
        frame: FrameId,
        in_place: &[AppliedSchema<'v>],
    ) -> Value {
        let described_elsewhere = self.described_elsewhere(frame, in_place);
        let rewritten = self.keywords(schema, members, scope, Use::Whole(frame));
        if described_elsewhere.all {
            return rewritten;
        }
        self.changed = true;
        let Kind::Object(members) = rewritten.kind else {
            return rewritten;
        };
        let mut entries: Vec<_> = members.iter().cloned().collect();
        if !described_elsewhere.names.is_empty() || !described_elsewhere.patterns.is_empty() {
            entries.push(all_of_branch(declaring(
                described_elsewhere.names,
                described_elsewhere.patterns,
            )));
        }
        entries.push(Member::new(Keyword::UnevaluatedProperties, Value::boolean(false)));
        merge_branches(entries)
    }

    /// The names that other schemas mention for the same value.
    fn described_elsewhere(&self, frame: FrameId, in_place: &[AppliedSchema<'v>]) -> Mentioned {
        let own: BTreeSet<usize> = in_place.iter().map(|applied| address(applied.schema)).collect();
        let mut elsewhere = Mentioned::default();
        for applied in &self.frames.frame(frame).applied {
            if !own.contains(&address(applied.schema)) {
                elsewhere.add(applied);
            }
        }
        elsewhere
    }

    /// How the keywords of a schema are rewritten: where `unevaluatedProperties` looks at the names that they evaluate, those stay,
    /// and where whole values are listed, everything does.
    pub(super) fn use_of_keywords(
        &self,
        schema: &'v Value,
        members: &JsonObject,
        scope: &LexicalScope,
        usage: Use,
    ) -> Use {
        let own = AppliedSchema::new(schema, scope, false);
        match usage {
            Use::Whole(frame) | Use::Part(frame)
                if self.side == RewriteSide::Writer && counts_names(members, scope) =>
            {
                Use::Counted(frame)
            }
            _ if self.side == RewriteSide::Writer && has_whole_values(&own) => Use::Plain,
            other => other,
        }
    }

    /// What declares the names that a schema asks for, and those that it asks about.
    pub(super) fn names_to_send(&mut self, schema: &'v Value, scope: &LexicalScope, frame: FrameId) -> Vec<Member> {
        let own = AppliedSchema::new(schema, scope, false);
        let mut mentioned = Mentioned {
            names: asked_names(&own),
            ..Mentioned::default()
        };
        for keyword in [Keyword::If, Keyword::Not] {
            if let Some(question) = own.keyword(keyword) {
                for applied in self.frames.in_place(question, scope) {
                    mentioned.add(&applied);
                }
            }
        }
        if let Some(declared) = own.keyword(Keyword::Properties).and_then(Value::as_object) {
            let declared: BTreeSet<&str> = declared.iter().map(|member| member.key.as_str()).collect();
            mentioned.names.retain(|name| !declared.contains(&**name));
        }
        let mut entries = Vec::new();
        if !mentioned.names.is_empty() || !mentioned.patterns.is_empty() {
            entries.push(all_of_branch(declaring(mentioned.names, mentioned.patterns)));
        }
        entries.extend(self.further_names(&own, frame));
        entries
    }

    /// As many further names as `minProperties` asks for, where the known ones are too few.
    fn further_names(&self, own: &AppliedSchema<'v>, frame: FrameId) -> Option<Member> {
        let least = own.keyword(Keyword::MinProperties)?;
        let Kind::Number(count) = &least.kind else { return None };
        let count: f64 = count.as_str().parse().ok()?;
        let mut known = Mentioned::default();
        for applied in &self.frames.frame(frame).applied {
            known.add(applied);
        }
        #[allow(clippy::cast_precision_loss, reason = "a schema has fewer names than 2^53")]
        let suffices = known.all || !known.patterns.is_empty() || known.names.len() as f64 >= count;
        let no_more = Value::object(vec![
            Member::new(Keyword::MaxProperties, least.clone()),
            Member::new(Keyword::AdditionalProperties, Value::accept_all()),
        ]);
        (!suffices).then(|| {
            all_of_branch(Value::object_of(
                Keyword::AnyOf,
                Value::array(vec![Value::accept_all(), no_more]),
            ))
        })
    }

    /// Whether what a writer sends still has an instance once an object is closed, or the object has none either way.
    fn keeps_instances(
        &mut self,
        schema: &'v Value,
        members: &'v JsonObject,
        scope: &LexicalScope,
        frame: FrameId,
        in_place: &[AppliedSchema<'v>],
    ) -> bool {
        let changed = self.changed;
        let closed = self.apart(|pass| pass.closed(schema, members, scope, frame, in_place));
        if self.impossible.is_some() {
            return true;
        }
        let engine = ContainmentEngine::default();
        let no_object = Value::object_of(Keyword::Not, Value::object_of(Keyword::Type, Value::string("object")));
        let holds_no_object = |root: &Value, target| {
            let [root, no_object] = [root, &no_object].map(|root| Schema::new(root, target));
            engine.contains(&root, &no_object)
        };
        let keeps = holds_no_object(&closed, self.target).witness().is_some() || {
            let plain = self.apart(|pass| pass.keywords(schema, members, scope, Use::Plain));
            holds_no_object(&plain, self.target).is_compatible()
        };
        self.changed = changed;
        keeps
    }
}

/// Whether closing an object says something: it declares properties, and does not say yet which others there may be.
fn is_closable(members: &JsonObject, in_place: &[AppliedSchema<'_>], scope: &LexicalScope) -> bool {
    let says_which = members
        .keyword(Keyword::AdditionalProperties)
        .is_some_and(|value| !is_anything(value));
    let declares = in_place.iter().filter(|applied| !applied.asks).any(|applied| {
        let mut mentioned = Mentioned::default();
        mentioned.add_declared(applied);
        !mentioned.names.is_empty() || !mentioned.patterns.is_empty()
    });
    declares && !says_which && !counts_names(members, scope) && !in_place.first().is_some_and(has_whole_values)
}

/// Whether `unevaluatedProperties` is set.
fn counts_names(members: &JsonObject, scope: &LexicalScope) -> bool {
    let keyword = members.keyword(Keyword::UnevaluatedProperties);
    scope.dialect.has_keyword(Keyword::UnevaluatedProperties) && keyword.is_some_and(|value| !is_anything(value))
}

/// Whether `const` or `enum` list objects, or lists that may hold some. They say all that a writer sends.
fn has_whole_values(applied: &AppliedSchema<'_>) -> bool {
    constants(applied).any(Value::is_composite)
}

/// Whether an instance can become invalid when it loses a property, or when objects inside it do.
fn may_empty(applied: &AppliedSchema<'_>) -> bool {
    const KEYWORDS: [Keyword; 5] = [
        Keyword::OneOf,
        Keyword::Not,
        Keyword::If,
        Keyword::MinProperties,
        Keyword::UnevaluatedProperties,
    ];
    KEYWORDS.into_iter().any(|keyword| applied.keyword(keyword).is_some()) || has_whole_values(applied)
}

/// A schema that accepts everything, and declares names.
fn declaring(names: BTreeSet<String>, patterns: BTreeSet<String>) -> Value {
    let each = |names: BTreeSet<String>| {
        let members = names.into_iter().map(|name| Member::new(&name, Value::accept_all()));
        Value::object(members.collect())
    };
    let mut entries = Vec::new();
    if !names.is_empty() {
        entries.push(Member::new(Keyword::Properties, each(names)));
    }
    if !patterns.is_empty() {
        entries.push(Member::new(Keyword::PatternProperties, each(patterns)));
    }
    Value::object(entries)
}
