//! The lexical scope of a subschema (2020-12 Core, section 7.1): its base URI and its dialect. In: a subschema, and the scope around it.
//! Out: the scope inside it. This is the one place that knows embedded resources: whoever walks a schema enters each subschema by
//! [`LexicalScope::inside`] or [`Dialect::inside`], and reads its keywords in the dialect that comes back.

use crate::dialect::Dialect;
use crate::keyword::Keyword;
use crate::uri::join_uri;
use crate::value::Value;

/// What a subschema inherits from the schemas around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LexicalScope {
    /// The URI that references are relative to; empty if no identifier was given.
    pub base: String,
    /// The dialect that keywords are read in.
    pub dialect: Dialect,
    /// Whether the document is one of OpenAPI 3.0, which has keywords that no dialect of JSON Schema has, such as `nullable`.
    pub is_openapi30: bool,
}

impl LexicalScope {
    /// Creates the scope around the root of a document.
    pub fn new(dialect: Dialect) -> Self {
        Self {
            base: String::new(),
            dialect,
            is_openapi30: false,
        }
    }

    /// Returns the scope around the root of a document, which may be one of OpenAPI.
    pub fn around_document(root: &Value, dialect: Dialect) -> Self {
        Self {
            is_openapi30: is_openapi30(root),
            ..Self::new(dialect)
        }
    }

    /// Returns the scope inside the root of a document, whose dialect is known: what its `$schema` says has been looked at.
    pub fn of_document(root: &Value, dialect: Dialect) -> Self {
        Self {
            dialect,
            ..Self::around_document(root, dialect).inside(root)
        }
    }

    /// Returns the scope inside `schema`, where `self` is the scope around it.
    #[must_use]
    pub fn inside(&self, schema: &Value) -> Self {
        let location = self.dialect.identifier(schema).unwrap_or_default();
        Self {
            base: join_uri(&self.base, location),
            dialect: self.dialect.inside(schema),
            is_openapi30: self.is_openapi30,
        }
    }
}

impl Dialect {
    /// Returns the dialect of the keywords of `schema`, where `self` is the dialect around it: that of its own `$schema` if it is a
    /// resource of its own in a dialect that knows embedded resources (2020-12 Core, section 8.1.1), otherwise `self`. Entering a node
    /// twice changes nothing.
    #[must_use]
    pub fn inside(self, schema: &Value) -> Self {
        match named_dialect(schema) {
            Some(named) if self.embeds_dialects() && resource_identifier(schema, named).is_some() => named,
            _ => self,
        }
    }

    /// Returns the value of a keyword of a schema, if the keyword counts in this dialect.
    pub fn find_keyword(self, schema: &Value, keyword: Keyword) -> Option<&Value> {
        schema.keyword(keyword).filter(|_| self.has_keyword(keyword))
    }

    /// Returns the `$schema` of a subschema that is not read in the dialect it names, known or not; `self` is the dialect around it.
    pub fn ignored_dialect(self, schema: &Value) -> Option<&str> {
        let uri = schema.keyword(Keyword::Schema)?.as_str()?;
        (Self::from_uri(uri) != Ok(self.inside(schema))).then_some(uri)
    }

    /// Returns whether an embedded resource may name a dialect of its own.
    pub fn embeds_dialects(self) -> bool {
        self >= Self::Draft201909
    }

    /// Returns whether the `$ref` of a schema hides the keywords beside it.
    pub fn hides_siblings(self, schema: &Value) -> bool {
        self.ref_hides_siblings() && schema.keyword(Keyword::Ref).is_some()
    }

    /// Returns the dialect of the schemas in a document of OpenAPI: those of 3.0 are of draft-04, but for `nullable`. `None` for another document.
    pub fn of_openapi(document: &Value) -> Option<Self> {
        let text = |key| document.member(key).and_then(Value::as_str);
        text("openapi")?;
        if is_openapi30(document) {
            return Some(Self::Draft4);
        }
        let named = text("jsonSchemaDialect").and_then(|uri| Self::from_uri(uri).ok());
        Some(named.unwrap_or(Self::Draft202012))
    }

    /// Returns the identifier of `schema` without its fragment, where `self` is the dialect around it. `None` if the node is no
    /// resource of its own.
    pub fn identifier(self, schema: &Value) -> Option<&str> {
        match named_dialect(schema) {
            // The keywords of the dialect inside do not hide the identifier that the dialect around it sees.
            Some(named) if self.embeds_dialects() && named != self => resource_identifier(schema, named),
            _ if self.hides_siblings(schema) => None,
            _ => location(schema, self.id_keyword()),
        }
    }
}

/// Whether a document is one of OpenAPI 3.0.
fn is_openapi30(document: &Value) -> bool {
    let version = document.member("openapi").and_then(Value::as_str);
    version.is_some_and(|version| version.starts_with("3.0"))
}

fn named_dialect(schema: &Value) -> Option<Dialect> {
    Dialect::from_uri(schema.keyword(Keyword::Schema)?.as_str()?).ok()
}

/// Returns the identifier of a resource that names a dialect of its own. Draft-04 calls the keyword `id`, the dialects that embed
/// resources call it `$id`: a bundle may have either.
fn resource_identifier(schema: &Value, named: Dialect) -> Option<&str> {
    location(schema, Keyword::Id).or_else(|| location(schema, named.id_keyword()))
}

fn location(schema: &Value, keyword: Keyword) -> Option<&str> {
    let text = schema.keyword(keyword)?.as_str()?;
    let location = text.split('#').next().unwrap_or(text);
    (!location.is_empty()).then_some(location)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;
    use crate::source::Source;

    fn inside(dialect: Dialect, text: &str) -> LexicalScope {
        LexicalScope::new(dialect).inside(&parse(&Source::new("a.json", text)).unwrap())
    }

    #[test]
    fn a_resource_of_its_own_names_its_dialect() {
        let (draft4, draft7) = (Dialect::Draft4.uri(), Dialect::Draft7.uri());
        for (around, text, base, dialect) in [
            (
                Dialect::Draft202012,
                format!(r#"{{"$id": "urn:b", "$schema": "{draft7}"}}"#),
                "urn:b",
                Dialect::Draft7,
            ),
            (
                Dialect::Draft201909,
                format!(r#"{{"id": "urn:b", "$schema": "{draft4}"}}"#),
                "urn:b",
                Dialect::Draft4,
            ),
            (
                Dialect::Draft201909,
                format!(r#"{{"$id": "urn:b", "$schema": "{draft4}"}}"#),
                "urn:b",
                Dialect::Draft4,
            ),
            // The reference hides its siblings inside the resource, and does not hide the resource.
            (
                Dialect::Draft202012,
                format!(r##"{{"$id": "urn:b", "$schema": "{draft7}", "$ref": "#/a"}}"##),
                "urn:b",
                Dialect::Draft7,
            ),
            (
                Dialect::Draft202012,
                format!(r#"{{"$schema": "{draft7}"}}"#),
                "",
                Dialect::Draft202012,
            ),
            (
                Dialect::Draft202012,
                format!(r##"{{"$id": "#b", "$schema": "{draft7}"}}"##),
                "",
                Dialect::Draft202012,
            ),
            (
                Dialect::Draft7,
                format!(r#"{{"$id": "urn:b", "$schema": "{draft4}"}}"#),
                "urn:b",
                Dialect::Draft7,
            ),
            (
                Dialect::Draft7,
                r##"{"$id": "urn:b", "$ref": "#/a"}"##.to_owned(),
                "",
                Dialect::Draft7,
            ),
            (
                Dialect::Draft202012,
                r#"{"id": "urn:b"}"#.to_owned(),
                "",
                Dialect::Draft202012,
            ),
        ] {
            let base = base.to_owned();
            assert_eq!(
                inside(around, &text),
                LexicalScope {
                    base,
                    ..LexicalScope::new(dialect)
                },
                "{text} in {around}"
            );
        }
    }
}
