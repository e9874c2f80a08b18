//! Why JSON is no document: no schema, or a dialect that is not known or would not count. In: a parsed schema. Out: its dialect, or the problem
//! at its place.

use crate::dialect::{Dialect, UnknownDialect};
use crate::fault::SchemaFault;
use crate::keyword::Keyword;
use crate::parse::ParseError;
use crate::resolve::ResolveError;
use crate::source::{Source, Span};
use crate::subschema::subschemas;
use crate::value::{Kind, Value};

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
        problem: DocumentProblem,
    },
}

/// What can be wrong with JSON that should be a schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentProblem {
    /// `$schema` is not a string or names no dialect we know.
    #[error("unknown dialect `{0}`")]
    UnknownDialect(String),
    /// A schema is an object or a boolean.
    #[error("a schema is an object or a boolean, not {0}")]
    NotASchema(&'static str),
    /// A `$ref` that cannot be followed.
    #[error(transparent)]
    Reference(ResolveError),
    /// A subschema that names another dialect than it would be read in.
    #[error("{}", ignored_dialect(*.named, *.around))]
    IgnoredDialect {
        /// What its `$schema` names.
        named: Dialect,
        /// The dialect around it.
        around: Dialect,
    },
    /// A `$ref` that points at nothing.
    #[error("{}", .0.message)]
    Lost(Box<SchemaFault>),
    /// Another file that cannot be made a part of the document.
    #[error("{0}")]
    Include(String),
}

fn ignored_dialect(named: Dialect, around: Dialect) -> String {
    if around.embeds_dialects() {
        return format!(
            "`$schema` is {named} in a subschema of {around} without an identifier; only a schema with its own `$id` can have another \
             dialect: add `$id`, or remove `$schema`"
        );
    }
    format!(
        "`$schema` is {named} in a subschema of {around}, which has one dialect for the whole document; remove it and write the \
         subschema in {around}, or write `\"$schema\": \"{}\"` at the root",
        Dialect::Draft202012.uri()
    )
}

/// Returns every `$schema` below the root that names a dialect in which its subschema is not read, or a dialect that is not known.
pub fn dialect_problems(root: &Value, dialect: Dialect) -> Vec<(Span, DocumentProblem)> {
    let mut found = Vec::new();
    for below in subschemas(root, dialect) {
        collect_dialect_problems(below.value, dialect, &mut found);
    }
    found
}

fn collect_dialect_problems(schema: &Value, around: Dialect, found: &mut Vec<(Span, DocumentProblem)>) {
    found.extend(dialect_problem(schema, around));
    let dialect = around.inside(schema);
    for below in subschemas(schema, dialect) {
        collect_dialect_problems(below.value, dialect, found);
    }
}

/// Returns what is wrong with the `$schema` of a subschema.
pub(crate) fn dialect_problem(schema: &Value, around: Dialect) -> Option<(Span, DocumentProblem)> {
    let uri = schema.keyword(Keyword::Schema)?;
    match (dialect_of(schema, around), around.ignored_dialect(schema)) {
        (Ok(named), Some(_)) => Some((uri.span, DocumentProblem::IgnoredDialect { named, around })),
        (Ok(_), None) => None,
        (Err(unknown), _) => Some(unknown),
    }
}

pub(crate) fn name_problem(source: &Source, span: Span, problem: DocumentProblem) -> DocumentError {
    DocumentError::Schema {
        source_file: source.clone(),
        span,
        problem,
    }
}

/// The dialect of a schema: that of its `$schema`, or the default. An error knows its place.
pub(crate) fn dialect_of(root: &Value, default: Dialect) -> Result<Dialect, (Span, DocumentProblem)> {
    if !matches!(root.kind, Kind::Object(_) | Kind::Bool(_)) {
        return Err((root.span, DocumentProblem::NotASchema(root.kind_name())));
    }
    let span = root.keyword(Keyword::Schema).map_or(root.span, |uri| uri.span);
    read_dialect(root, default).map_err(|unknown| (span, DocumentProblem::UnknownDialect(unknown.uri)))
}

/// Returns the dialect that the `$schema` of a document names; the default if it has none.
///
/// # Errors
///
/// `$schema` is no text, or names no dialect that we know.
///
/// # Examples
///
/// ```
/// use schemactl_model::{Dialect, Source, parse, read_dialect};
///
/// let read = |text: &str| read_dialect(&parse(&Source::new("a.json", text)).unwrap(), Dialect::Draft202012);
/// assert_eq!(read(r#"{"$schema": "http://json-schema.org/draft-07/schema#"}"#), Ok(Dialect::Draft7));
/// assert_eq!(read("{}"), Ok(Dialect::Draft202012));
/// assert_eq!(read(r#"{"$schema": 5}"#).unwrap_err().to_string(), "unknown dialect `5`");
/// ```
pub fn read_dialect(root: &Value, default: Dialect) -> Result<Dialect, UnknownDialect> {
    let Some(uri) = root.keyword(Keyword::Schema) else {
        return Ok(default);
    };
    let text = uri.as_str().map_or_else(|| uri.to_json(), str::to_owned);
    Dialect::from_uri(&text)
}
