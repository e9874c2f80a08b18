//! A schema node and its place in the document.

use schemactl_model::{Dialect, JsonObject, Kind, Pointer, Value};

/// A schema node and its place.
#[derive(Clone, Debug)]
pub(crate) struct SchemaNode<'v> {
    pub(crate) pointer: Pointer,
    pub(crate) value: &'v Value,
    pub(crate) dialect: Dialect,
    /// It may or may not apply.
    pub(crate) is_hint: bool,
}

/// Schemas that all apply to one value, but for hints.
pub(crate) type Conjunction<'v> = Vec<SchemaNode<'v>>;

impl<'v> SchemaNode<'v> {
    pub(crate) fn new(pointer: Pointer, value: &'v Value, dialect: Dialect) -> Self {
        Self {
            pointer,
            value,
            dialect,
            is_hint: false,
        }
    }

    pub(crate) fn below(&self, tokens: &[&str], value: &'v Value) -> Self {
        let pointer = tokens
            .iter()
            .fold(self.pointer.clone(), |pointer, token| pointer.join(*token));
        Self {
            pointer,
            value,
            dialect: self.dialect.inside(value),
            is_hint: self.is_hint,
        }
    }

    pub(crate) fn object(&self) -> Option<&'v JsonObject> {
        self.value.as_object()
    }

    /// Returns the value of a keyword that the dialect has.
    pub(crate) fn keyword(&self, name: &str) -> Option<&'v Value> {
        self.value.member(name).filter(|_| self.dialect.has_keyword(name))
    }

    pub(crate) fn child(&self, name: &str) -> Option<Self> {
        self.keyword(name).map(|value| self.below(&[name], value))
    }

    /// Returns the schema of a keyword that holds one: not the lists that older dialects had there.
    pub(crate) fn subschema(&self, name: &str) -> Option<Self> {
        self.child(name).filter(Self::is_schema)
    }

    pub(crate) fn is_schema(&self) -> bool {
        schemactl_model::is_schema(self.value)
    }

    pub(crate) fn is_false(&self) -> bool {
        self.value.kind == Kind::Bool(false)
    }

    /// Returns the elements of a keyword that holds a list of schemas.
    pub(crate) fn list(&self, name: &str) -> Vec<Self> {
        let elements = self
            .keyword(name)
            .and_then(Value::as_array)
            .unwrap_or_default()
            .iter()
            .enumerate();
        elements
            .map(|(index, value)| self.below(&[name, &index.to_string()], value))
            .collect()
    }

    /// Returns the members of a keyword that holds schemas by name.
    pub(crate) fn members(&self, name: &str) -> Vec<(&'v str, Self)> {
        let Some(members) = self.keyword(name).and_then(Value::as_object) else {
            return Vec::new();
        };
        let members = members.iter();
        members
            .map(|entry| (entry.key.as_str(), self.below(&[name, &entry.key], &entry.value)))
            .collect()
    }

    /// Returns the member of a keyword that holds schemas by name.
    pub(crate) fn member(&self, name: &str, key: &str) -> Option<Self> {
        let value = self.keyword(name)?.member(key)?;
        Some(self.below(&[name, key], value))
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.keyword(name).and_then(Value::as_str).map(str::to_owned)
    }

    pub(crate) fn docs(&self) -> Option<String> {
        self.text("description").or_else(|| self.text("title"))
    }

    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.keyword(name).is_some_and(|value| value.kind == Kind::Bool(true))
    }

    /// Returns the names in `required`. In draft-03 it was a boolean, and some schemas still say it so: that is no list.
    pub(crate) fn required(&self) -> impl Iterator<Item = &'v str> + use<'v> {
        let names = self.keyword("required").and_then(Value::as_array).unwrap_or_default();
        names.iter().filter_map(Value::as_str)
    }
}

/// Keywords that say what a property needs.
pub(crate) const NEEDS: [&str; 3] = ["dependencies", "dependentRequired", "dependentSchemas"];

/// Keywords that refer to another schema.
pub(crate) const REFERENCES: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];

/// Keywords that say nothing about the value, and references, which say it elsewhere.
pub(crate) fn is_annotation(keyword: &str) -> bool {
    const ANNOTATIONS: [&str; 22] = [
        "$dynamicAnchor",
        "$recursiveAnchor",
        "$id",
        "id",
        "$schema",
        "$vocabulary",
        "$anchor",
        "$comment",
        "$defs",
        "components",
        "default",
        "definitions",
        "deprecated",
        "description",
        "discriminator",
        "example",
        "examples",
        "format",
        "readOnly",
        "self",
        "title",
        "writeOnly",
    ];
    ANNOTATIONS.contains(&keyword) || REFERENCES.contains(&keyword) || keyword.starts_with("x-")
}
