//! A schema node and its place in the document.

use schemactl_model::{
    Dialect, JsonObject, Keyword, Kind, Member, Pointer, Value, any_annotation, any_applicator, any_assertion,
    any_definitions, any_identifier, any_reference,
};

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
    pub(crate) fn keyword(&self, keyword: Keyword) -> Option<&'v Value> {
        self.value
            .keyword(keyword)
            .filter(|_| self.dialect.has_keyword(keyword))
    }

    pub(crate) fn child(&self, keyword: Keyword) -> Option<Self> {
        self.keyword(keyword).map(|value| self.below(&[keyword.name()], value))
    }

    /// Returns the schema of a keyword that holds one: not the lists that older dialects had there.
    pub(crate) fn subschema(&self, keyword: Keyword) -> Option<Self> {
        self.child(keyword).filter(Self::is_schema)
    }

    pub(crate) fn is_schema(&self) -> bool {
        schemactl_model::is_schema(self.value)
    }

    pub(crate) fn is_false(&self) -> bool {
        self.value.kind == Kind::Bool(false)
    }

    /// Returns the elements of a keyword that holds a list of schemas.
    pub(crate) fn list(&self, keyword: Keyword) -> Vec<Self> {
        let elements = self
            .keyword(keyword)
            .and_then(Value::as_array)
            .unwrap_or_default()
            .iter()
            .enumerate();
        elements
            .map(|(index, value)| self.below(&[keyword.name(), &index.to_string()], value))
            .collect()
    }

    /// Returns the members of a keyword that holds schemas by name.
    pub(crate) fn members(&self, keyword: Keyword) -> Vec<(&'v str, Self)> {
        let Some(members) = self.keyword(keyword).and_then(Value::as_object) else {
            return Vec::new();
        };
        let members = members.iter();
        members
            .map(|entry| {
                (
                    entry.key.as_str(),
                    self.below(&[keyword.name(), &entry.key], &entry.value),
                )
            })
            .collect()
    }

    /// Returns the member of a keyword that holds schemas by name.
    pub(crate) fn member(&self, keyword: Keyword, key: &str) -> Option<Self> {
        let value = self.keyword(keyword)?.member(key)?;
        Some(self.below(&[keyword.name(), key], value))
    }

    pub(crate) fn text(&self, keyword: Keyword) -> Option<String> {
        self.keyword(keyword).and_then(Value::as_str).map(str::to_owned)
    }

    pub(crate) fn docs(&self) -> Option<String> {
        self.text(Keyword::Description).or_else(|| self.text(Keyword::Title))
    }

    pub(crate) fn is_true(&self, keyword: Keyword) -> bool {
        self.keyword(keyword)
            .is_some_and(|value| value.kind == Kind::Bool(true))
    }

    /// Returns the names in `required`. In draft-03 it was a boolean, and some schemas still say it so: that is no list.
    pub(crate) fn required(&self) -> impl Iterator<Item = &'v str> + use<'v> {
        let names = self
            .keyword(Keyword::Required)
            .and_then(Value::as_array)
            .unwrap_or_default();
        names.iter().filter_map(Value::as_str)
    }
}

/// Keywords that say what a property needs.
pub(crate) const NEEDS: [Keyword; 3] = [
    Keyword::Dependencies,
    Keyword::DependentRequired,
    Keyword::DependentSchemas,
];

/// Returns whether a member of a schema says nothing about the value, or says it elsewhere, as a reference does.
pub(crate) fn is_annotation(member: &Member) -> bool {
    match member.keyword() {
        // No generated type decodes what is in a text.
        Some(Keyword::ContentEncoding | Keyword::ContentMediaType | Keyword::ContentSchema) => false,
        Some(Keyword::ExternalDocs | Keyword::Xml) => false,
        Some(any_annotation!() | any_definitions!() | any_identifier!() | any_reference!() | Keyword::Format) => true,
        Some(any_applicator!() | any_assertion!()) => false,
        // What documents of OpenAPI, and self-describing schemas of Iglu, have beside their keywords.
        None => member.key.starts_with("x-") || ["components", "self"].contains(&member.key.as_str()),
    }
}
