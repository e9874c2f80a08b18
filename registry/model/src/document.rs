//! One schema file: its source, its dialect, its value. In: a [`Source`]. Out: a [`Document`], or every reason why it
//! cannot be read. Whether the schema is a good one is for the checks to say.

use crate::{Dialect, Kind, ParseError, ResolveError, Resolver, Source, Span, Value, parse};

/// A schema that was read: JSON, of a dialect we know, with every reference resolved inside it.
#[derive(Clone, Debug)]
pub struct Document {
    source: Source,
    dialect: Dialect,
    root: Value,
}

/// Why a document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Not JSON, or JSON that parsers disagree on.
    #[error(transparent)]
    Parse(ParseError),
    /// JSON, but no schema.
    #[error("{}:{}: {problem}", source_file.path(), source_file.location(span.start))]
    Schema {
        /// The file.
        source_file: Source,
        /// The offending bytes.
        span: Span,
        /// What is wrong.
        problem: Problem,
    },
}

/// What can be wrong with JSON that should be a schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// `$schema` is not a string or names no dialect we know.
    #[error("unknown dialect `{0}`")]
    UnknownDialect(String),
    /// A schema is an object or a boolean.
    #[error("a schema is an object or a boolean, not {0}")]
    NotASchema(&'static str),
    /// A `$ref` that cannot be followed.
    #[error(transparent)]
    Reference(ResolveError),
}

impl Document {
    /// Reads a schema. `default` is the dialect of a document without `$schema`.
    pub fn parse(source: Source, default: Dialect) -> Result<Self, Vec<DocumentError>> {
        let root = parse(&source).map_err(|errors| errors.into_iter().map(DocumentError::Parse).collect::<Vec<_>>())?;
        let error = |span, problem| DocumentError::Schema {
            source_file: source.clone(),
            span,
            problem,
        };
        if !matches!(root.kind, Kind::Object(_) | Kind::Bool(_)) {
            return Err(vec![error(root.span, Problem::NotASchema(root.kind_name()))]);
        }
        let dialect = match root.member("$schema") {
            None => default,
            Some(uri) => {
                let text = uri.as_str().map_or_else(|| uri.to_json(), str::to_owned);
                Dialect::from_uri(&text)
                    .map_err(|unknown| vec![error(uri.span, Problem::UnknownDialect(unknown.uri))])?
            }
        };
        let resolver = Resolver::new(&root, dialect);
        let broken: Vec<_> = resolver
            .references()
            .iter()
            .filter_map(|reference| {
                let failed = resolver.resolve(&reference.base, &reference.text).err()?;
                Some(error(reference.span, Problem::Reference(failed)))
            })
            .collect();
        if broken.is_empty() {
            Ok(Self { source, dialect, root })
        } else {
            Err(broken)
        }
    }

    /// The file it was read from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The dialect it is written in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The schema.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The references of the document.
    pub fn resolver(&self) -> Resolver<'_> {
        Resolver::new(&self.root, self.dialect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Document, Vec<String>> {
        Document::parse(Source::new("1.0.json", text), Dialect::Draft202012)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_dialect_comes_from_the_document() {
        assert_eq!(read("{}").unwrap().dialect(), Dialect::Draft202012);
        let draft4 = read(r#"{"$schema": "http://json-schema.org/draft-04/schema#"}"#).unwrap();
        assert_eq!(draft4.dialect(), Dialect::Draft4);
    }

    #[test]
    fn what_is_no_schema_says_so_with_its_place() {
        assert_eq!(
            read("[]").unwrap_err(),
            ["1.0.json:1:1: a schema is an object or a boolean, not array"]
        );
        assert_eq!(
            read(r#"{"$schema": "x"}"#).unwrap_err(),
            ["1.0.json:1:13: unknown dialect `x`"]
        );
        let broken = read(r##"{"items": {"$ref": "#/a"}, "not": {"$ref": "http://h/b"}}"##).unwrap_err();
        assert_eq!(broken.len(), 2, "every broken reference is reported");
    }
}
