//! Strings, integers and enumerations.

use std::collections::BTreeSet;

use schemactl_model::{Kind, Value};

use super::{Lowered, Lowerer, Node};
use crate::GenerateError;
use crate::ir::{Shape, Type, Variant};
use crate::names::{pascal, unique};

pub(super) fn string(node: &Node<'_>) -> Type {
    match node.text("format").as_deref() {
        Some("date-time") => Type::Timestamp,
        _ => Type::String,
    }
}

/// `i64`, as EventBridge reads integers, unless the schema says that they go beyond.
pub(super) fn integer(node: &Node<'_>) -> Type {
    let beyond = match node.keyword("maximum").map(|value| &value.kind) {
        Some(Kind::Number(maximum)) => {
            maximum.is_integer()
                && maximum
                    .as_str()
                    .parse::<u64>()
                    .is_ok_and(|maximum| i64::try_from(maximum).is_err())
        }
        _ => false,
    };
    if beyond { Type::U64 } else { Type::I64 }
}

impl<'v> Lowerer<'v> {
    /// `enum` and `const`: an enum where all values are strings, else the type they have in common.
    pub(super) fn enumeration(&mut self, node: &Node<'v>, name: &str) -> Result<Lowered, GenerateError> {
        let single = node
            .keyword("const")
            .filter(|_| self.dialect() != schemactl_model::Dialect::Draft4);
        let values: Vec<&Value> = match (single, node.keyword("enum").and_then(Value::as_array)) {
            (Some(value), _) => vec![value],
            (None, Some(values)) => values.iter().collect(),
            (None, None) => return self.by_type(node, name),
        };
        let nullable = values.len() > 1 && values.iter().any(|value| matches!(value.kind, Kind::Null));
        let values: Vec<_> = values
            .into_iter()
            .filter(|value| !(nullable && matches!(value.kind, Kind::Null)))
            .collect();
        let texts: Option<Vec<&str>> = values.iter().map(|value| value.as_str()).collect();
        let value = match texts {
            Some(texts) if !texts.is_empty() => {
                let extensible = node.is_true("x-extensible-enum");
                let shape = Shape::Enum {
                    variants: variants(&texts, extensible),
                    extensible,
                };
                Type::Named(self.define(name, node, shape))
            }
            _ => common(&values),
        };
        let nullable = nullable && value != Type::Json;
        Ok(Lowered { value, nullable })
    }
}

fn variants(values: &[&str], extensible: bool) -> Vec<Variant> {
    let mut names = BTreeSet::new();
    if extensible {
        names.insert("Unknown".to_owned());
    }
    let mut seen = BTreeSet::new();
    values
        .iter()
        .filter(|value| seen.insert(**value))
        .map(|value| Variant {
            name: unique(pascal(value), &mut names),
            value: (*value).to_owned(),
        })
        .collect()
}

fn common(values: &[&Value]) -> Type {
    let all = |test: fn(&Kind) -> bool| !values.is_empty() && values.iter().all(|value| test(&value.kind));
    if all(|kind| matches!(kind, Kind::Bool(_))) {
        Type::Bool
    } else if all(
        |kind| matches!(kind, Kind::Number(number) if number.is_integer() && number.as_str().parse::<i64>().is_ok()),
    ) {
        Type::I64
    } else if all(|kind| matches!(kind, Kind::Number(_))) {
        Type::F64
    } else {
        Type::Json
    }
}
