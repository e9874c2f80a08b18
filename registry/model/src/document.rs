//! One schema file: its source, its dialect, its value. In: a [`Source`]. Out: a [`Document`], or every reason why it
//! cannot be read. Whether the schema is a good one is for the checks to say.

use crate::bundle::bundle;
use crate::validity::find_lost_reference;
use crate::{
    Dialect, Files, Kind, ParseError, ResolveError, Resolver, SchemaFault, Source, Span, Value, parse, subschemas,
};

/// A schema that was read: JSON, of a dialect we know, with every reference resolved inside it.
#[derive(Clone, Debug)]
pub struct Document {
    source: Source,
    dialect: Dialect,
    root: Value,
    included: Vec<Source>,
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

impl Document {
    /// Reads a schema that stands by itself. `default` is the dialect of a document without `$schema`.
    pub fn parse(source: Source, default: Dialect) -> Result<Self, Vec<DocumentError>> {
        Self::read(source, default, None)
    }

    /// Reads a schema that may refer to others: what it refers to becomes a definition of it.
    pub fn bundle(source: Source, default: Dialect, files: &mut dyn Files) -> Result<Self, Vec<DocumentError>> {
        Self::read(source, default, Some(files))
    }

    fn read(source: Source, default: Dialect, files: Option<&mut dyn Files>) -> Result<Self, Vec<DocumentError>> {
        let mut root =
            parse(&source).map_err(|errors| errors.into_iter().map(DocumentError::Parse).collect::<Vec<_>>())?;
        let dialect = dialect_of(&root, default).map_err(|(span, problem)| vec![failed(&source, span, problem)])?;
        let mut included = Vec::new();
        if let Some(files) = files
            && let Some(bundled) = bundle(&source, &root, dialect, files)?
        {
            (root, included) = (bundled.root, bundled.included);
        }
        let mut broken: Vec<_> = dialect_problems(&root, dialect)
            .into_iter()
            .map(|(span, problem)| failed(&source, span, problem))
            .collect();
        let resolver = Resolver::new(&root, dialect);
        let references = resolver.references().iter().filter_map(|reference| {
            let problem = match find_lost_reference(&resolver, reference) {
                Some(lost) => Problem::Lost(Box::new(lost)),
                None => Problem::Reference(resolver.resolve(&reference.base, &reference.text).err()?),
            };
            Some(failed(&source, reference.span, problem))
        });
        broken.extend(references);
        if broken.is_empty() {
            Ok(Self {
                source,
                dialect,
                root,
                included,
            })
        } else {
            Err(broken)
        }
    }

    /// The file it was read from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The other files that a part of it was taken from.
    pub fn included(&self) -> &[Source] {
        &self.included
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
pub fn dialect_problems(root: &Value, dialect: Dialect) -> Vec<(Span, Problem)> {
    let mut found = Vec::new();
    for below in subschemas(root, dialect) {
        collect_dialect_problems(below.value, dialect, &mut found);
    }
    found
}

fn collect_dialect_problems(schema: &Value, around: Dialect, found: &mut Vec<(Span, Problem)>) {
    found.extend(dialect_problem(schema, around));
    let dialect = around.inside(schema);
    for below in subschemas(schema, dialect) {
        collect_dialect_problems(below.value, dialect, found);
    }
}

/// Returns what is wrong with the `$schema` of a subschema.
pub(crate) fn dialect_problem(schema: &Value, around: Dialect) -> Option<(Span, Problem)> {
    let uri = schema.member("$schema")?;
    match (dialect_of(schema, around), around.ignored_dialect(schema)) {
        (Ok(named), Some(_)) => Some((uri.span, Problem::IgnoredDialect { named, around })),
        (Ok(_), None) => None,
        (Err(unknown), _) => Some(unknown),
    }
}

pub(crate) fn failed(source: &Source, span: Span, problem: Problem) -> DocumentError {
    DocumentError::Schema {
        source_file: source.clone(),
        span,
        problem,
    }
}

/// The dialect of a schema: that of its `$schema`, or the default. An error knows its place.
pub(crate) fn dialect_of(root: &Value, default: Dialect) -> Result<Dialect, (Span, Problem)> {
    if !matches!(root.kind, Kind::Object(_) | Kind::Bool(_)) {
        return Err((root.span, Problem::NotASchema(root.kind_name())));
    }
    let Some(uri) = root.member("$schema") else {
        return Ok(default);
    };
    let text = uri.as_str().map_or_else(|| uri.to_json(), str::to_owned);
    Dialect::from_uri(&text).map_err(|unknown| (uri.span, Problem::UnknownDialect(unknown.uri)))
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

    #[test]
    fn a_dialect_that_would_not_count_is_an_error_at_its_place() {
        let draft7 = Dialect::Draft7.uri();
        let embedded = format!(r#"{{"not": {{"$id": "urn:b", "$schema": "{draft7}"}}}}"#);
        assert!(read(&embedded).is_ok());
        let nameless = read(&embedded.replace(r#""$id": "urn:b", "#, "")).unwrap_err();
        assert!(
            nameless[0].starts_with("1.0.json:1:21: `$schema` is draft-07 in a subschema of 2020-12"),
            "{nameless:?}"
        );
        let older = format!(
            r#"{{"$schema": "{draft7}", "not": {{"$id": "urn:b", "$schema": "{}"}}}}"#,
            Dialect::Draft4.uri()
        );
        let older = read(&older).unwrap_err();
        assert!(
            older[0].contains("`$schema` is draft-04 in a subschema of draft-07"),
            "{older:?}"
        );
        let unknown = read(r#"{"not": {"$id": "urn:b", "$schema": "urn:x"}}"#).unwrap_err();
        assert_eq!(unknown, ["1.0.json:1:37: unknown dialect `urn:x`"]);
        assert!(read(r#"{"properties": {"$schema": {"enum": ["urn:x"]}}, "const": {"$schema": "urn:x"}}"#).is_ok());
    }
}
