//! Every reason why a reader refuses a writer's events, not only the first. In: a writer and a reader. Out: a list of breaks, each
//! with an event of its own that was replayed.
//!
//! After a break was found, the keyword that refuses its event is taken out of a copy of the reader, and the question is asked
//! again. What the copy refuses the reader refuses too, so every event breaks the schemas as they are written.

use schemactl_model::{Dialect, Entry, Kind, Object, Pointer, Value, with_stack_for};

use crate::compare::{Question, Side};
use crate::{Engine, Policy, Schema, Validator, Verdict, Violation};

/// One reason, with the event that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// An event of the writer that the reader refuses.
    pub witness: Value,
    /// What refuses it. `None` if only the policy's view of the reader does.
    pub violation: Option<Violation>,
}

/// The breaks of a reader, up to `most`. Empty if none was found.
pub fn breaks(
    engine: &dyn Engine,
    writer: &Schema<'_>,
    reader: &Schema<'_>,
    policy: Policy,
    version_field: Option<&str>,
    most: usize,
) -> Vec<Break> {
    with_stack_for(writer.root.depth().max(reader.root.depth()), || {
        let mut question = Question {
            engine,
            questions: engine.questions(),
            policy,
            version_field,
        };
        let writer = Side::new(writer, version_field);
        let mut relaxed = reader.root.clone();
        let mut found = Vec::new();
        while found.len() < most {
            let schema = Schema::new(&relaxed, reader.dialect);
            let Verdict::Incompatible { witness } = question.takes(&writer, &Side::new(&schema, version_field)) else {
                break;
            };
            let violation = first_violation(&relaxed, reader.dialect, &witness);
            let next = violation
                .as_ref()
                .and_then(|violation| relax(&relaxed, violation, &witness));
            found.push(Break { witness, violation });
            match next {
                Some(next) => relaxed = next,
                None => break,
            }
        }
        found
    })
}

fn first_violation(schema: &Value, dialect: Dialect, event: &Value) -> Option<Violation> {
    let validator = Validator::new(schema, dialect).ok()?;
    validator.errors(event).ok()?.into_iter().next()
}

/// The schema without the keyword that was violated; of `required` only the names that are missing go. `None` if the keyword is
/// not in the document, as when a policy put it there.
fn relax(root: &Value, violation: &Violation, event: &Value) -> Option<Value> {
    let tokens = violation.keyword.tokens();
    let (name, holder) = tokens.split_last()?;
    let keyword = violation.keyword.resolve(root)?;
    let replacement = match (name.as_str(), keyword.as_array()) {
        ("required", Some(names)) => {
            let instance = violation.instance.resolve(event)?;
            let there = names
                .iter()
                .filter(|name| name.as_str().is_some_and(|name| instance.member(name).is_some()));
            Some(Value::computed(Kind::Array(there.cloned().collect())))
        }
        _ => None,
    };
    edit(root, holder, name, replacement.as_ref())
}

/// A copy with one member replaced or left out.
fn edit(value: &Value, holder: &[String], name: &str, replacement: Option<&Value>) -> Option<Value> {
    let kind = match (&value.kind, holder.split_first()) {
        (Kind::Object(members), None) => {
            let kept = members.iter().filter_map(|member| match replacement {
                Some(new) if member.key == name => Some(Entry {
                    value: new.clone(),
                    ..member.clone()
                }),
                None if member.key == name => None,
                _ => Some(member.clone()),
            });
            Kind::Object(Object::from_entries(kept.collect()))
        }
        (Kind::Object(members), Some((first, rest))) => {
            members.value(first)?;
            let edited = members.iter().map(|member| {
                let value = if member.key == *first {
                    edit(&member.value, rest, name, replacement)?
                } else {
                    member.value.clone()
                };
                Some(Entry {
                    value,
                    ..member.clone()
                })
            });
            Kind::Object(Object::from_entries(edited.collect::<Option<_>>()?))
        }
        (Kind::Array(elements), Some((first, rest))) => {
            let index: usize = first.parse().ok()?;
            let mut edited = elements.clone();
            edited[index] = edit(elements.get(index)?, rest, name, replacement)?;
            Kind::Array(edited)
        }
        _ => return None,
    };
    Some(Value { kind, span: value.span })
}

/// The keyword of a break as a place in the reader's document; its root if there is none.
impl Break {
    /// Where the reader refuses the event.
    pub fn keyword(&self) -> Pointer {
        self.violation
            .as_ref()
            .map_or_else(Pointer::root, |violation| violation.keyword.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ContainmentEngine;
    use schemactl_model::{Source, parse};

    #[test]
    fn each_reason_has_an_event_of_its_own() {
        let read = |text: &str| parse(&Source::new("test", text)).unwrap();
        let writer = read(
            r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"},"c":{"enum":["x","y"]}}}"#,
        );
        let reader = read(
            r#"{"type":"object","properties":{"a":{"type":"string","maxLength":3},"b":{"type":"string"},"c":{"enum":["x"]}},
                "required":["a","d"]}"#,
        );
        let schema = |root| Schema::new(root, Dialect::Draft202012);
        let engine = ContainmentEngine::default();
        let found = breaks(
            &engine,
            &schema(&writer),
            &schema(&reader),
            Policy::TolerantReader,
            None,
            20,
        );
        let mut places: Vec<_> = found.iter().map(|one| one.keyword().to_string()).collect();
        places.sort();
        places.dedup();
        assert_eq!(
            places,
            [
                "/properties/a/maxLength",
                "/properties/b/type",
                "/properties/c/enum",
                "/required"
            ]
        );
        for one in &found {
            let valid = |root| {
                Validator::new(root, Dialect::Draft202012)
                    .unwrap()
                    .is_valid(&one.witness)
                    .unwrap()
            };
            assert!(valid(&writer) && !valid(&reader), "{}", one.witness.to_json());
        }
    }
}
