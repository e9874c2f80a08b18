//! The value of one keyword, without the schemas below it: they are walked. In: the value and its shape. Out: its faults.

use std::collections::HashSet;

use super::shape::{TYPES, is_count, is_positive};
use super::suggest::{closest_type, meant_value};
use super::{FaultKind, SchemaFault, message, uri};
use crate::dialect::Dialect;
use crate::keyword::{Keyword, KeywordShape};
use crate::pointer::Pointer;
use crate::value::{JsonObject, Kind, Value};
use crate::write::canonical_json;

/// Returns the faults of a value, each at its own place.
pub(super) fn check_value(
    keyword: Keyword,
    value: &Value,
    shape: KeywordShape,
    dialect: Dialect,
    pointer: &Pointer,
) -> Vec<SchemaFault> {
    let checked = CheckedKeyword {
        keyword,
        shape,
        dialect,
    };
    match (shape, &value.kind) {
        // A schema says itself what it is not.
        (KeywordShape::Schema | KeywordShape::SchemaOrList, Kind::Object(_) | Kind::Bool(_))
        | (KeywordShape::Schema, _) => Vec::new(),
        (KeywordShape::Types, Kind::String(name)) => checked.type_name(name, value, pointer).into_iter().collect(),
        (KeywordShape::Types, Kind::Array(elements)) => checked.types(elements, value, pointer),
        (KeywordShape::DifferentValues, Kind::Array(elements)) if !elements.is_empty() => {
            checked.repeated(elements, pointer)
        }
        (KeywordShape::Names, Kind::Array(elements)) => checked.names(elements, value, pointer),
        (KeywordShape::SchemaList | KeywordShape::SchemaOrList, Kind::Array(elements)) if !elements.is_empty() => {
            Vec::new()
        }
        (KeywordShape::NameLists, Kind::Object(members)) => checked.name_lists(members, pointer),
        (KeywordShape::Dependencies, Kind::Object(members)) => checked.dependencies(members, pointer),
        (KeywordShape::Vocabulary, Kind::Object(members)) => checked.vocabulary(members, pointer),
        (KeywordShape::Identifier | KeywordShape::Reference, Kind::String(text)) => checked.uri(text, value, pointer),
        // Draft-04 knows references as strings only: what is none refers to nothing.
        (KeywordShape::Reference, _) if dialect == Dialect::Draft4 => Vec::new(),
        _ if is_of(shape, value, dialect) => Vec::new(),
        _ => vec![checked.wrong(value, pointer)],
    }
}

/// Whether a value that has no parts of its own is of a shape.
fn is_of(shape: KeywordShape, value: &Value, dialect: Dialect) -> bool {
    match (shape, &value.kind) {
        (KeywordShape::Bool, Kind::Bool(_))
        | (KeywordShape::Text | KeywordShape::Pattern, Kind::String(_))
        | (KeywordShape::Number, Kind::Number(_))
        | (KeywordShape::List, Kind::Array(_))
        | (KeywordShape::SchemaMap | KeywordShape::PatternMap, Kind::Object(_)) => true,
        (KeywordShape::Anchor, Kind::String(name)) => is_anchor(name, dialect),
        (KeywordShape::Count, Kind::Number(number)) => is_count(number, dialect),
        (KeywordShape::Positive, Kind::Number(number)) => is_positive(number),
        _ => false,
    }
}

fn is_anchor(name: &str, dialect: Dialect) -> bool {
    let old = dialect == Dialect::Draft201909;
    let first = |letter: char| letter.is_ascii_alphabetic() || (letter == '_' && !old);
    let rest = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter) || (letter == ':' && old);
    name.starts_with(first) && name.chars().skip(1).all(rest)
}

struct CheckedKeyword {
    keyword: Keyword,
    shape: KeywordShape,
    dialect: Dialect,
}

impl CheckedKeyword {
    /// A value that is not of the shape.
    fn wrong(&self, value: &Value, pointer: &Pointer) -> SchemaFault {
        let message = format!(
            "`{}` is {}; expected {}",
            self.keyword,
            message::quote_value(value),
            self.shape.describe(self.dialect)
        );
        let meant = meant_value(value, self.shape, self.dialect);
        self.fault(value, pointer, message, meant)
    }

    fn fault(&self, value: &Value, pointer: &Pointer, message: String, meant: Option<String>) -> SchemaFault {
        SchemaFault {
            kind: match self.shape {
                KeywordShape::Identifier | KeywordShape::Reference if value.as_str().is_some() => FaultKind::Reference,
                _ => FaultKind::Value,
            },
            pointer: pointer.clone(),
            span: value.span,
            keyword: self.keyword.into(),
            message,
            suggestion: meant.map(|meant| format!("Did you mean `{meant}`?")),
        }
    }

    fn type_name(&self, name: &str, value: &Value, pointer: &Pointer) -> Option<SchemaFault> {
        if TYPES.contains(&name) {
            return None;
        }
        let message = format!(
            "`type` is `{}`; expected one of array, boolean, integer, null, number, object or string",
            message::shorten_quote(name)
        );
        let mut fault = self.fault(value, pointer, message, closest_type(name).map(str::to_owned));
        if name == "any" {
            fault.suggestion = Some("Remove `type` to accept any value.".to_owned());
        }
        Some(fault)
    }

    fn types(&self, elements: &[Value], value: &Value, pointer: &Pointer) -> Vec<SchemaFault> {
        if elements.is_empty() {
            return vec![self.wrong(value, pointer)];
        }
        let mut faults = self.repeated(elements, pointer);
        for (index, element) in elements.iter().enumerate() {
            let at = pointer.join(index.to_string());
            match element.as_str() {
                Some(name) => faults.extend(self.type_name(name, element, &at)),
                None => faults.push(self.fault(
                    element,
                    &at,
                    format!(
                        "an element of `type` is {}; expected the name of a type",
                        message::quote_value(element)
                    ),
                    (element.kind == Kind::Null).then(|| "\"null\"".to_owned()),
                )),
            }
        }
        faults
    }

    fn names(&self, elements: &[Value], value: &Value, pointer: &Pointer) -> Vec<SchemaFault> {
        if elements.is_empty() && self.dialect == Dialect::Draft4 {
            let message = format!("`{}` is an empty list; draft-04 expects one name or more", self.keyword);
            let mut fault = self.fault(value, pointer, message, None);
            fault.suggestion = Some(format!("Remove `{}`.", self.keyword));
            return vec![fault];
        }
        let mut faults = self.repeated(elements, pointer);
        for (index, element) in elements.iter().enumerate() {
            if element.as_str().is_none() {
                let message = format!(
                    "an element of `{}` is {}; expected the name of a property, a string",
                    self.keyword,
                    message::quote_value(element)
                );
                faults.push(self.fault(element, &pointer.join(index.to_string()), message, None));
            }
        }
        faults
    }

    /// Every element that is there already.
    fn repeated(&self, elements: &[Value], pointer: &Pointer) -> Vec<SchemaFault> {
        let mut seen = HashSet::new();
        let repeated = elements.iter().enumerate().filter(|(_, element)| {
            let is_new = seen.insert(canonical_json(element));
            !is_new
        });
        repeated
            .map(|(index, element)| {
                let message = format!(
                    "`{}` lists {} twice; expected it once",
                    self.keyword,
                    message::quote_value(element)
                );
                self.fault(element, &pointer.join(index.to_string()), message, None)
            })
            .collect()
    }

    fn name_lists(&self, members: &JsonObject, pointer: &Pointer) -> Vec<SchemaFault> {
        let faults = members.iter().flat_map(|member| {
            let at = pointer.join(member.key.as_str());
            match &member.value.kind {
                Kind::Array(elements) => self.names(elements, &member.value, &at),
                _ => vec![self.wrong_member(&member.value, &at, "a list of property names")],
            }
        });
        faults.collect()
    }

    /// Lists of names; what is no list is walked as a schema.
    fn dependencies(&self, members: &JsonObject, pointer: &Pointer) -> Vec<SchemaFault> {
        let lists = members
            .iter()
            .filter_map(|member| Some((member, member.value.as_array()?)));
        let faults = lists
            .flat_map(|(member, elements)| self.names(elements, &member.value, &pointer.join(member.key.as_str())));
        faults.collect()
    }

    fn vocabulary(&self, members: &JsonObject, pointer: &Pointer) -> Vec<SchemaFault> {
        let wrong = members
            .iter()
            .filter(|member| !matches!(member.value.kind, Kind::Bool(_)));
        let faults = wrong.map(|member| {
            let at = pointer.join(member.key.as_str());
            self.wrong_member(&member.value, &at, "`true` or `false`")
        });
        faults.collect()
    }

    fn wrong_member(&self, value: &Value, pointer: &Pointer, expected: &str) -> SchemaFault {
        let name = pointer.tokens().last().map_or("", String::as_str);
        let message = format!(
            "`{}` of `{}` is {}; expected {expected}",
            message::shorten_quote(name),
            self.keyword,
            message::quote_value(value)
        );
        self.fault(value, pointer, message, None)
    }

    fn uri(&self, text: &str, value: &Value, pointer: &Pointer) -> Vec<SchemaFault> {
        if let Some(rejected) = uri::find_fault(text) {
            let message = format!(
                "`{}` is `{}`, which RFC 3986 rejects: {rejected}",
                self.keyword,
                message::shorten_quote(text)
            );
            return vec![self.fault(value, pointer, message, uri::percent_encode(text))];
        }
        let fragment = text.split_once('#').map_or("", |(_, fragment)| fragment);
        if self.shape == KeywordShape::Identifier && self.dialect >= Dialect::Draft201909 && !fragment.is_empty() {
            let message = format!(
                "`{}` is `{}`; expected a URI without a fragment in {}",
                self.keyword,
                message::shorten_quote(text),
                self.dialect
            );
            let mut fault = self.fault(value, pointer, message, None);
            fault.kind = FaultKind::Value;
            fault.suggestion = Some(format!(
                "Write `\"$anchor\": \"{}\"` for the name.",
                message::shorten_quote(fragment)
            ));
            return vec![fault];
        }
        Vec::new()
    }
}
