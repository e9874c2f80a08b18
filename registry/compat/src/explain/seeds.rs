//! Events that are known of a version, for witnesses that look like them. In: two versions, with the events of their folders. Out: the
//! events of the first one; if it has none, those that its schema lists in `examples`; if that is none either, those of the other
//! version under the number of the first, and what its schema gives as examples of properties.
//!
//! None of them is believed: every event that is made from them is replayed, so that one that is not valid costs time only.

use std::collections::HashSet;

use schemactl_model::{
    Keyword, LexicalScope, Member, Resolver, Value, Version, VersionField, schemas_at, subschemas, with_stack_for,
};

use crate::edit::with_value_at;
use schemactl_containment::Schema;

/// Properties below properties that an event is put together for: deeper than any envelope in use, and without end in recursive schemas.
const MOST_LEVELS: usize = 8;
/// Schemas that are looked at for such an event: more than the largest published events have, and a bound for recursive ones.
const MOST_SCHEMAS: usize = 2000;

/// A version of an event with the events that are known of it.
#[derive(Clone, Copy, Debug)]
pub struct ExampleSource<'v> {
    /// Its schema.
    pub schema: Schema<'v>,
    /// Its number. `None` for a schema outside of a workspace: the constant of its version field stands for the number.
    pub version: Option<&'v Version>,
    /// The details of the events in its folder of examples.
    pub examples: &'v [Value],
}

/// Returns events to make witnesses of a version from. Where several give a value for one place, the last one decides.
///
/// # Examples
/// ```
/// use schemactl_compat::{ExampleSource, Schema, collect_example_events};
/// use schemactl_model::{Dialect, Source, VersionField, parse};
///
/// let read = |text: &str| parse(&Source::new("example", text)).unwrap();
/// let root = read(r#"{"properties": {"status": {"examples": ["paid"]}}}"#);
/// let schema = Schema::new(&root, Dialect::Draft202012);
/// let old = [read(r#"{"version": "1.0", "id": "o-1"}"#)];
/// let old = ExampleSource { schema, version: None, examples: &old };
/// let new = ExampleSource { version: Some(&"1.1".parse().unwrap()), examples: &[], ..old };
/// let events = collect_example_events(&new, &old, &VersionField::default());
/// assert_eq!(events, [read(r#"{"version": "1.1", "id": "o-1"}"#), read(r#"{"status": "paid", "version": "1.1"}"#)]);
/// ```
pub fn collect_example_events(
    version: &ExampleSource<'_>,
    other: &ExampleSource<'_>,
    field: &VersionField,
) -> Vec<Value> {
    let own = version.whole_events();
    if !own.is_empty() {
        return own.to_vec();
    }
    let place = field.place();
    let number = version.number_at(field);
    let renumbered = |event: &Value| match &number {
        Some(number) if place.resolve(event).is_some() => with_value_at(event, place, number.clone()),
        _ => Some(event.clone()),
    };
    let others = other.whole_events().iter().filter_map(renumbered);
    let partial = version.partial_event().map(|event| match &number {
        Some(number) => with_value_at(&event, place, number.clone()).unwrap_or(event),
        None => event,
    });
    // INVARIANT: the version's own values come last, because the last one decides.
    others.chain(partial).collect()
}

impl<'v> ExampleSource<'v> {
    /// The events of its folder, or else those that its schema lists.
    fn whole_events(&self) -> &'v [Value] {
        if self.examples.is_empty() {
            listed_examples(self.schema.root)
        } else {
            self.examples
        }
    }

    /// An event of the examples that its schema gives of properties, as far as it gives any. It need not be valid.
    fn partial_event(&self) -> Option<Value> {
        let Schema { root, dialect } = self.schema;
        with_stack_for(root.depth(), || {
            let mut sketch = EventSketch {
                resolver: Resolver::new(root, dialect),
                schemas: 0,
            };
            sketch.value(root, &LexicalScope::of_document(root, dialect), MOST_LEVELS)
        })
    }

    /// What its events have as their version.
    fn number_at(&self, field: &VersionField) -> Option<Value> {
        let described = schemas_at(self.schema.root, self.schema.dialect, field.place());
        let constant = described.iter().find_map(|schema| schema.constant().cloned());
        constant.or_else(|| self.version.map(|version| Value::string(&version.to_string())))
    }
}

/// The values of `examples`, which draft-04 does not know and its users write all the same.
fn listed_examples(schema: &Value) -> &[Value] {
    let listed = schema.keyword(Keyword::Examples).and_then(Value::as_array);
    listed.unwrap_or_default()
}

struct EventSketch<'v> {
    resolver: Resolver<'v>,
    /// Schemas that were looked at.
    schemas: usize,
}

impl EventSketch<'_> {
    fn value(&mut self, schema: &Value, around: &LexicalScope, levels: usize) -> Option<Value> {
        // INVARIANT: a reference costs a level and a schema too, so that recursive schemas end.
        let levels = levels.checked_sub(1)?;
        self.schemas += 1;
        if self.schemas > MOST_SCHEMAS {
            return None;
        }
        if let Some(example) = listed_examples(schema).first() {
            return Some(example.clone());
        }
        let scope = around.inside(schema);
        let reference = schema.keyword(Keyword::Ref).and_then(Value::as_str);
        let target = reference.and_then(|text| self.resolver.resolve(&scope.base, text).ok());
        if let Some(value) = target.and_then(|target| self.value(target.value, &target.scope, levels)) {
            return Some(value);
        }
        let mut members: Vec<Member> = Vec::new();
        for below in subschemas(schema, scope.dialect) {
            match (below.keyword, &below.member) {
                (Keyword::Properties, Some(name)) => {
                    let value = self.value(below.value, &scope, levels);
                    members.extend(value.map(|value| Member::new(name, value)));
                }
                (Keyword::Items, None) => {
                    if let Some(element) = self.value(below.value, &scope, levels) {
                        return Some(Value::array(vec![element]));
                    }
                }
                (Keyword::AllOf, _) => {
                    let part = self.value(below.value, &scope, levels);
                    let part = part.as_ref().and_then(Value::as_object);
                    members.extend(part.into_iter().flat_map(|part| part.iter().cloned()));
                }
                _ => {}
            }
        }
        let mut names = HashSet::new();
        members.retain(|member| names.insert(member.key.clone()));
        (!members.is_empty()).then(|| Value::object(members))
    }
}
