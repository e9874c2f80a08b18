//! A copy of a value, with other references. In: a value and its place. Out: the copy.

use std::collections::{BTreeMap, BTreeSet};

use crate::keyword::Keyword;
use crate::pointer::Pointer;
use crate::source::Span;
use crate::value::{JsonObject, Kind, Member, Value};

/// A copy of a value, with other references.
pub(super) struct ValueCopier<'r> {
    /// The text of the reference at a schema node.
    pub(super) texts: &'r BTreeMap<Pointer, String>,
    /// Members that are left out.
    pub(super) dropped: &'r BTreeSet<Pointer>,
    /// Where everything in the copy stands.
    pub(super) span: Option<Span>,
}

impl ValueCopier<'_> {
    pub(super) fn value(&self, value: &Value, place: &Pointer) -> Value {
        let kind = match &value.kind {
            Kind::Object(members) => {
                let text = self.texts.get(place);
                let entries = members.iter().filter_map(|entry| {
                    let below = place.join(entry.key.as_str());
                    if self.dropped.contains(&below) {
                        return None;
                    }
                    let value = match text {
                        Some(text) if entry.keyword() == Some(Keyword::Ref) => Value {
                            span: self.span.unwrap_or(entry.value.span),
                            ..Value::string(text)
                        },
                        _ => self.value(&entry.value, &below),
                    };
                    let key_span = self.span.unwrap_or(entry.key_span);
                    Some(Member::spanned(entry.key.clone(), key_span, value))
                });
                Kind::Object(JsonObject::from_entries(entries.collect()))
            }
            Kind::Array(elements) => {
                let elements = elements.iter().enumerate();
                Kind::Array(
                    elements
                        .map(|(index, element)| self.value(element, &place.join(index.to_string())))
                        .collect(),
                )
            }
            other => other.clone(),
        };
        Value {
            kind,
            span: self.span.unwrap_or(value.span),
        }
    }
}
