//! The names of properties that schemas mention. In: schemas that apply to one value. Out: the names that they describe, ask for or list.

use std::collections::BTreeSet;

use schemactl_model::{JsonObject, Keyword, Kind, Value};

use super::frame::{AppliedSchema, is_anything};

/// The names that schemas mention for a value.
#[derive(Clone, Debug, Default)]
pub(super) struct Mentioned {
    pub(super) names: BTreeSet<String>,
    pub(super) patterns: BTreeSet<String>,
    /// A schema is given for all other names.
    pub(super) all: bool,
}

impl Mentioned {
    /// Adds the names that a schema describes by itself.
    pub(super) fn add_declared(&mut self, applied: &AppliedSchema<'_>) {
        let keys = |keyword| {
            let map = applied.keyword(keyword).and_then(Value::as_object);
            map.into_iter()
                .flat_map(JsonObject::iter)
                .map(|member| member.key.clone())
        };
        self.names.extend(keys(Keyword::Properties));
        self.patterns.extend(keys(Keyword::PatternProperties));
    }

    /// Adds the names that a schema describes, asks for or lists by itself.
    pub(super) fn add(&mut self, applied: &AppliedSchema<'_>) {
        self.add_declared(applied);
        self.names.extend(asked_names(applied));
        for keyword in [Keyword::AdditionalProperties, Keyword::UnevaluatedProperties] {
            let says_more = |value: &Value| value.kind != Kind::Bool(false) && !is_anything(value);
            self.all |= !applied.asks && applied.keyword(keyword).is_some_and(says_more);
        }
    }
}

/// The names that a schema asks for or lists without describing them.
pub(super) fn asked_names(applied: &AppliedSchema<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut list = |value: &Value| {
        let texts = value.as_array().unwrap_or_default().iter().filter_map(Value::as_str);
        names.extend(texts.map(str::to_owned));
    };
    applied.keyword(Keyword::Required).into_iter().for_each(&mut list);
    let named = applied.keyword(Keyword::PropertyNames);
    if let Some(values) = named.and_then(|schema| schema.keyword(Keyword::Enum)) {
        list(values);
    }
    if let Some(name) = named
        .and_then(|schema| schema.keyword(Keyword::Const))
        .and_then(Value::as_str)
    {
        names.insert(name.to_owned());
    }
    for keyword in [
        Keyword::DependentRequired,
        Keyword::Dependencies,
        Keyword::DependentSchemas,
    ] {
        let map = applied.keyword(keyword).and_then(Value::as_object);
        for member in map.into_iter().flat_map(JsonObject::iter) {
            names.insert(member.key.clone());
            let texts = member.value.as_array().unwrap_or_default().iter();
            names.extend(
                texts
                    .chain([&member.value])
                    .filter_map(Value::as_str)
                    .map(str::to_owned),
            );
        }
    }
    for value in constants(applied) {
        let members = value.as_object().into_iter().flat_map(JsonObject::iter);
        names.extend(members.map(|member| member.key.clone()));
    }
    names
}

/// The values of `const` and `enum`.
pub(super) fn constants<'v>(applied: &AppliedSchema<'v>) -> impl Iterator<Item = &'v Value> {
    let listed = applied
        .keyword(Keyword::Enum)
        .and_then(Value::as_array)
        .unwrap_or_default();
    listed.iter().chain(applied.keyword(Keyword::Const))
}
