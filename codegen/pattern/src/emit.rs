//! A pattern's JSON. In: the AST. Out: a [`Value`] with its keys in alphabetical order, whatever order serde_json's maps
//! have in the program that links this crate.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::ast::{FieldPattern, Pattern};
use crate::matcher::{AnythingBut, Matcher, NumericRange};

impl Pattern {
    /// Returns the pattern as JSON.
    pub fn to_value(&self) -> Value {
        pattern(self)
    }

    /// Returns the pattern as compact JSON, keys in alphabetical order.
    pub fn to_json(&self) -> String {
        self.to_value().to_string()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

fn pattern(pattern: &Pattern) -> Value {
    let mut fields: BTreeMap<String, Value> = pattern
        .fields
        .iter()
        .map(|(name, inner)| (name.clone(), node(inner)))
        .collect();
    if !pattern.alternatives.is_empty() {
        let alternatives = pattern.alternatives.iter().map(self::pattern).collect();
        fields.insert("$or".to_owned(), Value::Array(alternatives));
    }
    Value::Object(fields.into_iter().collect::<Map<_, _>>())
}

fn node(node: &FieldPattern) -> Value {
    match node {
        FieldPattern::Fields(inner) => pattern(inner),
        FieldPattern::Leaf(matchers) => Value::Array(matchers.iter().map(matcher).collect()),
    }
}

fn matcher(matcher: &Matcher) -> Value {
    match matcher {
        Matcher::Equals(scalar) => scalar.into(),
        Matcher::Null => Value::Null,
        Matcher::Prefix {
            text,
            ignore_case: false,
        } => json!({"prefix": text}),
        Matcher::Prefix {
            text,
            ignore_case: true,
        } => json!({"prefix": {"equals-ignore-case": text}}),
        Matcher::Suffix {
            text,
            ignore_case: false,
        } => json!({"suffix": text}),
        Matcher::Suffix {
            text,
            ignore_case: true,
        } => json!({"suffix": {"equals-ignore-case": text}}),
        Matcher::EqualsIgnoreCase(text) => json!({"equals-ignore-case": text}),
        Matcher::Wildcard(text) => json!({"wildcard": text}),
        Matcher::AnythingBut(excluded) => json!({"anything-but": anything_but(excluded)}),
        Matcher::Numeric(range) => json!({"numeric": numeric(range)}),
        Matcher::Cidr(network) => json!({"cidr": network}),
        Matcher::Exists(there) => json!({"exists": there}),
    }
}

fn anything_but(excluded: &AnythingBut) -> Value {
    let texts = |list: &[String]| one_or_list(list.iter().map(|text| text.as_str().into()).collect());
    match excluded {
        AnythingBut::Values(values) => one_or_list(values.iter().map(Value::from).collect()),
        AnythingBut::Prefix(list) => json!({"prefix": texts(list)}),
        AnythingBut::Suffix(list) => json!({"suffix": texts(list)}),
        AnythingBut::EqualsIgnoreCase(list) => json!({"equals-ignore-case": texts(list)}),
        AnythingBut::Wildcard(list) => json!({"wildcard": texts(list)}),
    }
}

fn one_or_list(mut values: Vec<Value>) -> Value {
    match values.len() {
        1 => values.remove(0),
        _ => Value::Array(values),
    }
}

fn numeric(range: &NumericRange) -> Value {
    if let Some(number) = range.as_equal() {
        return json!(["=", Value::from(number)]);
    }
    let mut terms: Vec<Value> = Vec::new();
    for (bound, open, closed) in [(&range.lower, ">", ">="), (&range.upper, "<", "<=")] {
        if let Some(bound) = bound {
            terms.push(if bound.inclusive { closed } else { open }.into());
            terms.push((&bound.value).into());
        }
    }
    Value::Array(terms)
}
