//! One schema file: its source, its dialect, its value. In: a [`Source`]. Out: a [`Document`], or every reason why it
//! cannot be read. Whether the schema is a good one is for the checks to say.

use crate::bundle::{DefinitionOrigin, Files, UnresolvedReference, bundle_files};
use crate::dialect::Dialect;
use crate::fault::{FaultKind, SchemaFault};
use crate::parse::parse;
use crate::pointer::Pointer;
use crate::problem::{DocumentError, DocumentProblem, dialect_of, dialect_problems, name_problem};
use crate::resolve::Resolver;
use crate::source::{Source, Span};
use crate::validity::{SchemaReview, find_lost_reference, review_schema};
use crate::value::{Kind, Member, Value};
use crate::word::find_word_span;

/// A schema that was read: JSON, of a dialect we know. Every reference is resolved inside it, unless it was read with faults.
#[derive(Clone, Debug)]
pub struct Document {
    source: Source,
    dialect: Dialect,
    root: Value,
    included: Vec<Source>,
    /// Where the definitions come from that were taken from other files.
    origins: Vec<DefinitionOrigin>,
    /// References that no other file answers: their places, and the faults that they are.
    unresolved: Vec<(Pointer, SchemaFault)>,
}

impl Document {
    /// Reads a schema that stands by itself. `default` is the dialect of a document without `$schema`.
    ///
    /// # Examples
    ///
    /// ```
    /// use schemactl_model::{Dialect, Document, Source};
    ///
    /// let source = Source::new("1.0.json", r#"{"type": "object"}"#);
    /// let document = Document::parse(source, Dialect::Draft202012).map_err(|errors| errors[0].to_string())?;
    /// assert_eq!(document.dialect(), Dialect::Draft202012);
    /// # Ok::<(), String>(())
    /// ```
    pub fn parse(source: Source, default: Dialect) -> Result<Self, Vec<DocumentError>> {
        let (document, _) = Self::read(source, default, None)?;
        document.require_resolved(&[])
    }

    /// Reads a schema that may refer to others: what it refers to becomes a definition of it.
    pub fn bundle(source: Source, default: Dialect, files: &mut dyn Files) -> Result<Self, Vec<DocumentError>> {
        let (document, unresolved) = Self::read(source, default, Some(files))?;
        document.require_resolved(&unresolved)
    }

    /// Reads a schema as [`Document::bundle`] does, also one with references that lead nowhere: they are faults, which
    /// [`Document::review`] returns with all others, and no verdict may be given about it. Without files it stands by itself.
    ///
    /// # Errors
    ///
    /// It is not JSON, no schema, or of a dialect that is not known.
    pub fn read_with_faults(
        source: Source,
        default: Dialect,
        files: Option<&mut dyn Files>,
    ) -> Result<Self, Vec<DocumentError>> {
        Ok(Self::read(source, default, files)?.0)
    }

    fn read(
        source: Source,
        default: Dialect,
        files: Option<&mut dyn Files>,
    ) -> Result<(Self, Vec<UnresolvedReference>), Vec<DocumentError>> {
        let root = parse(&source).map_err(|errors| errors.into_iter().map(DocumentError::Parse).collect::<Vec<_>>())?;
        let dialect =
            dialect_of(&root, default).map_err(|(span, problem)| vec![name_problem(&source, span, problem)])?;
        let bundled = files.and_then(|files| bundle_files(&source, &root, dialect, files));
        let (root, included, origins, unresolved) = match bundled {
            Some(bundled) => (bundled.root, bundled.included, bundled.origins, bundled.unresolved),
            None => (root, Vec::new(), Vec::new(), Vec::new()),
        };
        let document = Self {
            unresolved: unresolved
                .iter()
                .map(|reference| (reference.pointer.clone(), reference.fault.clone()))
                .collect(),
            source,
            dialect,
            root,
            included,
            origins,
        };
        Ok((document, unresolved))
    }

    /// The document, if each of its references leads somewhere and each `$schema` counts.
    fn require_resolved(self, unresolved: &[UnresolvedReference]) -> Result<Self, Vec<DocumentError>> {
        let source = &self.source;
        let mut broken: Vec<_> = unresolved.iter().map(|reference| reference.error.clone()).collect();
        if broken.is_empty() {
            let ignored = dialect_problems(&self.root, self.dialect).into_iter();
            broken.extend(ignored.map(|(span, problem)| name_problem(source, span, problem)));
            let resolver = self.resolver();
            broken.extend(resolver.references().iter().filter_map(|reference| {
                let problem = match find_lost_reference(&resolver, reference) {
                    Some(lost) => DocumentProblem::Lost(Box::new(lost)),
                    None => DocumentProblem::Reference(resolver.resolve(&reference.base, &reference.text).err()?),
                };
                Some(name_problem(source, reference.span, problem))
            }));
        }
        if broken.is_empty() { Ok(self) } else { Err(broken) }
    }

    /// Returns what is wrong with the schema, its references into other files included.
    pub fn review(&self) -> SchemaReview {
        let mut review = review_schema(&self.root, self.dialect);
        if !self.unresolved.is_empty() {
            // Who read the files knows more about a reference than that it leads out of the document, or that nothing is there once a
            // part of a file was taken over; of one that is no reference there is no more to know.
            let is_known = |fault: &SchemaFault| self.unresolved.iter().any(|(known, _)| *known == fault.pointer);
            let is_own = |(known, fault): &&(Pointer, SchemaFault)| *known == fault.pointer;
            let (replaced, mut kept): (Vec<_>, Vec<_>) = review.faults.into_iter().partition(is_known);
            let wrong = |fault: &SchemaFault| fault.kind != FaultKind::Elsewhere;
            for one in &self.unresolved {
                let other = replaced.iter().find(|fault| is_own(&one) && fault.pointer == one.0);
                kept.push(other.filter(|fault| wrong(fault)).unwrap_or(&one.1).clone());
            }
            review.faults = kept;
            review.faults.sort_by_key(|fault| fault.span);
        }
        review
    }

    /// Returns the file it was read from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Returns the other files that a part of it was taken from.
    pub fn included(&self) -> &[Source] {
        &self.included
    }

    /// Returns the file in which a place is written, and the word there that says what stands at it: see [`find_word_span`].
    pub fn locate_word(&self, pointer: &Pointer) -> (Source, Span) {
        match self.find_origin(pointer) {
            Some((source, root, place)) => (source, find_word_span(&root, &place)),
            None => (self.source.clone(), find_word_span(&self.root, pointer)),
        }
    }

    /// Returns the file in which a value is written, and where it stands there. `None` if there is no such value.
    pub fn locate_value(&self, pointer: &Pointer) -> Option<(Source, Span)> {
        let value = pointer.resolve(&self.root)?;
        let written = self.find_origin(pointer);
        let written = written.and_then(|(source, root, place)| Some((source, place.resolve(&root)?.span)));
        Some(written.unwrap_or_else(|| (self.source.clone(), value.span)))
    }

    /// Returns the reference in the document's own file that leads to a place that is written in another one; `None` for all other places.
    pub fn locate_reference(&self, pointer: &Pointer) -> Option<Span> {
        let origin = self.origin_of(pointer)?;
        Some(origin.definition.resolve(&self.root)?.span)
    }

    /// Returns the file in which a value of the document is written, and where it stands there.
    pub fn locate_own(&self, value: &Value) -> (Source, Span) {
        let pointer = self.find_taken_over(value);
        let written = pointer.and_then(|pointer| self.locate_value(&pointer));
        written.unwrap_or_else(|| (self.source.clone(), value.span))
    }

    /// Returns the file in which a member of the document is written, and where its key stands there.
    pub fn locate_key(&self, member: &Member) -> (Source, Span) {
        let written = self.find_taken_over(&member.value).and_then(|pointer| {
            let (source, root, place) = self.find_origin(&pointer)?;
            let (key, around) = place.tokens().split_last()?;
            let around = around
                .iter()
                .fold(Pointer::root(), |place, token| place.join(token.as_str()));
            let span = around.resolve(&root)?.as_object()?.entry(key)?.key_span;
            Some((source, span))
        });
        written.unwrap_or_else(|| (self.source.clone(), member.key_span))
    }

    /// The place of a value of the document in what was taken over from other files, if it is there.
    fn find_taken_over(&self, value: &Value) -> Option<Pointer> {
        let mut origins = self.origins.iter();
        origins.find_map(|origin| find_identical(origin.definition.resolve(&self.root)?, value, &origin.definition))
    }

    /// The other file in which a place is written: its text, its value and the place in it. The file is parsed again: this is asked for only when
    /// something is reported.
    fn find_origin(&self, pointer: &Pointer) -> Option<(Source, Value, Pointer)> {
        let origin = self.origin_of(pointer)?;
        let below = &pointer.tokens()[origin.definition.tokens().len()..];
        let place = below
            .iter()
            .fold(origin.pointer.clone(), |place, token| place.join(token.as_str()));
        let root = parse(&origin.source).ok()?;
        Some((origin.source.clone(), root, place))
    }

    fn origin_of(&self, pointer: &Pointer) -> Option<&DefinitionOrigin> {
        let mut origins = self.origins.iter();
        origins.find(|origin| pointer.starts_with(&origin.definition))
    }

    /// Returns the faults of references that no other file answers. Unlike all else in a document they depend on files that are not in
    /// [`Document::included`]: those that are missing, or cannot be read.
    pub fn unresolved_references(&self) -> impl Iterator<Item = &SchemaFault> {
        self.unresolved.iter().map(|(_, fault)| fault)
    }

    /// Returns the dialect it is written in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Returns the schema.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// Returns the references of the document.
    pub fn resolver(&self) -> Resolver<'_> {
        Resolver::new(&self.root, self.dialect)
    }
}

/// The place of a value in another one, by its identity: equal values stand at many places.
fn find_identical(root: &Value, value: &Value, place: &Pointer) -> Option<Pointer> {
    if std::ptr::eq(root, value) {
        return Some(place.clone());
    }
    match &root.kind {
        Kind::Object(members) => {
            let mut members = members.iter();
            members.find_map(|member| find_identical(&member.value, value, &place.join(member.key.as_str())))
        }
        Kind::Array(elements) => {
            let mut elements = elements.iter().enumerate();
            elements.find_map(|(index, element)| find_identical(element, value, &place.join(index.to_string())))
        }
        _ => None,
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
