//! References inside one document. In: a parsed schema. Out: every `$ref` with its place, and what it points at. Only the
//! document itself is looked at: a reference that leaves it is an error here, and nothing is ever fetched.

use std::collections::BTreeMap;

use crate::dialect::Dialect;
use crate::keyword::Keyword;
use crate::lexical_scope::LexicalScope;
use crate::pointer::Pointer;
use crate::source::Span;
use crate::subschema::subschemas;
use crate::subschema_ref::SubschemaRef;
use crate::uri::{join_uri, normalize_uri, percent_decode};
use crate::value::{Kind, Value};

/// One reference in a schema position: `$ref`, `$dynamicRef` or `$recursiveRef`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The keyword.
    pub keyword: Keyword,
    /// The text of the reference.
    pub text: String,
    /// The schema node that holds it.
    pub holder: Pointer,
    /// Where the text stands in the source.
    pub span: Span,
    /// The base URI at the holder; empty if no identifier was given.
    pub base: String,
}

/// Why a reference cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// The reference leaves the document.
    #[error("`{text}` refers to another document, and references are never fetched")]
    Remote {
        /// The reference as written.
        text: String,
    },
    /// The document has no such place.
    #[error("`{text}` refers to nothing in this document")]
    Missing {
        /// The reference as written.
        text: String,
    },
    /// Different schemas of the document have the identifier: validators choose one or the other.
    #[error("`{text}` is ambiguous: {}", Self::join_places(.places))]
    Ambiguous {
        /// The reference as written.
        text: String,
        /// The first two schemas that have it.
        places: [Pointer; 2],
    },
}

impl ResolveError {
    /// Returns two places that have one identifier, in words.
    pub(crate) fn join_places(places: &[Pointer; 2]) -> String {
        let [first, second] = places.each_ref().map(|place| match place.tokens() {
            [] => "the whole schema".to_owned(),
            _ => format!("`#{place}`"),
        });
        format!("{first} and {second} have the same identifier and differ")
    }
}

/// The identifiers and references of one document.
#[derive(Debug)]
pub struct Resolver<'v> {
    root: &'v Value,
    dialect: Dialect,
    resources: BTreeMap<String, SubschemaRef<'v>>,
    anchors: BTreeMap<(String, String), SubschemaRef<'v>>,
    dynamic: BTreeMap<(String, String), SubschemaRef<'v>>,
    /// Identifiers that different schemas have: the URI of a resource, and a name in it, which is empty for the resource itself. URIs are normalized:
    /// validators do not agree on which of their spellings are one.
    repeated: BTreeMap<(String, String), [Pointer; 2]>,
    /// The schemas that have an identifier, by the same, while the document is walked.
    identified: BTreeMap<(String, String), (&'v Value, Pointer)>,
    references: Vec<Reference>,
}

impl<'v> Resolver<'v> {
    /// Walks the schema positions of a document once.
    pub fn new(root: &'v Value, dialect: Dialect) -> Self {
        let mut resolver = Self {
            root,
            dialect,
            resources: BTreeMap::new(),
            anchors: BTreeMap::new(),
            dynamic: BTreeMap::new(),
            repeated: BTreeMap::new(),
            identified: BTreeMap::new(),
            references: Vec::new(),
        };
        resolver.resources.insert(
            String::new(),
            SubschemaRef {
                value: root,
                pointer: Pointer::root(),
                scope: LexicalScope::around_document(root, dialect),
            },
        );
        resolver.walk(root, &Pointer::root(), &LexicalScope::new(dialect));
        resolver.identified.clear();
        resolver
    }

    /// Returns the identifier of the document; empty if it has none.
    pub fn base(&self) -> &str {
        let named = self
            .resources
            .iter()
            .find(|(uri, resource)| !uri.is_empty() && resource.pointer.tokens().is_empty());
        named.map_or("", |(uri, _)| uri)
    }

    /// Returns every reference of the document, in the order of the source.
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// Returns the references at and below a target that stands where no keyword expects a schema, such as below a keyword of
    /// somebody's own.
    pub fn references_below(&self, target: &SubschemaRef<'v>) -> Vec<Reference> {
        let mut found = Vec::new();
        collect(target.value, &target.pointer, &target.scope, &mut found);
        found
    }

    /// Returns the scope inside the schema at a place.
    pub fn scope_at(&self, pointer: &Pointer) -> LexicalScope {
        LexicalScope {
            base: self.base_at(pointer),
            dialect: self.dialect_at(pointer),
            ..LexicalScope::around_document(self.root, self.dialect)
        }
    }

    /// Returns the dialect inside the schema at a place.
    pub fn dialect_at(&self, pointer: &Pointer) -> Dialect {
        let (mut value, mut dialect) = (self.root, self.dialect);
        for token in pointer.tokens() {
            let Some(below) = Pointer::root().join(token.as_str()).resolve(value) else {
                break;
            };
            (value, dialect) = (below, dialect.inside(below));
        }
        dialect
    }

    /// Returns the target that `$dynamicAnchor` calls `name` in the resource of that URI; the empty name is `$recursiveAnchor`.
    pub fn dynamic_anchor(&self, base: &str, name: &str) -> Option<&SubschemaRef<'v>> {
        self.dynamic.get(&(base.to_owned(), name.to_owned()))
    }

    /// Returns the dynamic anchors of the document, each as the URI of its resource and its name.
    pub fn dynamic_anchors(&self) -> impl Iterator<Item = (&str, &str)> {
        self.dynamic.keys().map(|(base, name)| (base.as_str(), name.as_str()))
    }

    /// Returns that an anchor is ambiguous, if different schemas of one resource have it; the empty name is that of resources themselves.
    pub fn find_repeated(&self, anchor: &str) -> Option<ResolveError> {
        let mut repeated = self.repeated.iter();
        let ((uri, _), places) = repeated.find(|((_, name), _)| name == anchor)?;
        Some(ResolveError::Ambiguous {
            text: if anchor.is_empty() {
                uri.clone()
            } else {
                format!("#{anchor}")
            },
            places: places.clone(),
        })
    }

    /// Returns the anchors of the resource of that URI.
    pub fn anchors_of(&self, base: &str) -> impl Iterator<Item = &str> {
        let own = self.anchors.keys().filter(move |(uri, _)| uri == base);
        own.map(|(_, name)| name.as_str())
    }

    /// Returns whether a reference can depend on the way that led to it.
    pub fn is_dynamic(&self) -> bool {
        !self.dynamic.is_empty()
    }

    /// Returns the resources of the document: its root, and every schema with an identifier of its own.
    pub fn resources(&self) -> impl Iterator<Item = &SubschemaRef<'v>> {
        self.resources.values()
    }

    /// Follows a reference written at a node whose base URI is `base`.
    pub fn resolve(&self, base: &str, text: &str) -> Result<SubschemaRef<'v>, ResolveError> {
        let missing = || ResolveError::Missing { text: text.to_owned() };
        let (location, fragment) = text.split_once('#').unwrap_or((text, ""));
        let uri = join_uri(base, location);
        let resource = self
            .resources
            .get(&uri)
            .ok_or_else(|| ResolveError::Remote { text: text.to_owned() })?;
        self.require_one(&uri, "", text)?;
        let fragment = percent_decode(fragment).ok_or_else(missing)?;
        if fragment.is_empty() {
            return Ok(resource.clone());
        }
        if !fragment.starts_with('/') {
            self.require_one(&uri, &fragment, text)?;
            return self.anchors.get(&(uri, fragment)).cloned().ok_or_else(missing);
        }
        let below = Pointer::parse(&fragment).ok_or_else(missing)?;
        let value = below.resolve(resource.value).ok_or_else(missing)?;
        let pointer = below
            .tokens()
            .iter()
            .fold(resource.pointer.clone(), |pointer, token| pointer.join(token));
        Ok(SubschemaRef {
            value,
            scope: self.scope_at(&pointer),
            pointer,
        })
    }

    /// Fails if different schemas have an identifier.
    fn require_one(&self, uri: &str, name: &str, text: &str) -> Result<(), ResolveError> {
        if self.repeated.is_empty() {
            return Ok(());
        }
        match self.repeated.get(&(normalize_uri(uri), name.to_owned())) {
            Some(places) => Err(ResolveError::Ambiguous {
                text: text.to_owned(),
                places: places.clone(),
            }),
            None => Ok(()),
        }
    }

    /// Notes that a schema has an identifier, and that it is not the only one if another schema has it too. The empty name is the resource's own.
    fn note_identifier(&mut self, uri: &str, name: &str, target: &SubschemaRef<'v>) {
        if name.is_empty() {
            self.resources.insert(uri.to_owned(), target.clone());
        } else {
            self.anchors.insert((uri.to_owned(), name.to_owned()), target.clone());
        }
        let key = (normalize_uri(uri), name.to_owned());
        let before = self
            .identified
            .insert(key.clone(), (target.value, target.pointer.clone()));
        let other = before.filter(|(value, pointer)| *pointer != target.pointer && *value != target.value);
        if let Some((_, pointer)) = other {
            self.repeated
                .entry(key)
                .or_insert_with(|| [pointer, target.pointer.clone()]);
        }
    }

    fn walk(&mut self, schema: &'v Value, pointer: &Pointer, around: &LexicalScope) {
        let scope = self.enter(schema, pointer, around);
        references_at(schema, pointer, &scope, &mut self.references);
        for sub in subschemas(schema, scope.dialect) {
            self.walk(sub.value, &sub.place_in(pointer), &scope);
        }
    }

    /// Notes the identifier and the anchors of a schema node and returns the scope inside it.
    fn enter(&mut self, schema: &'v Value, pointer: &Pointer, around: &LexicalScope) -> LexicalScope {
        let scope = if pointer.tokens().is_empty() {
            LexicalScope::of_document(schema, self.dialect)
        } else {
            around.inside(schema)
        };
        let target = SubschemaRef {
            value: schema,
            pointer: pointer.clone(),
            scope: scope.clone(),
        };
        let has_identifier = around.dialect.identifier(schema).is_some();
        if has_identifier {
            self.note_identifier(&scope.base, "", &target);
        }
        for name in anchors_of(schema, scope.dialect) {
            self.note_identifier(&scope.base, name, &target);
        }
        let is_resource = has_identifier || pointer.tokens().is_empty();
        let dynamic = match scope.dialect {
            Dialect::Draft202012 => schema.keyword(Keyword::DynamicAnchor).and_then(Value::as_str),
            // Anywhere else it has no effect.
            Dialect::Draft201909 if is_resource => schema
                .keyword(Keyword::RecursiveAnchor)
                .and_then(|flag| (flag.kind == Kind::Bool(true)).then_some("")),
            _ => None,
        };
        if let Some(name) = dynamic {
            self.dynamic.insert((scope.base.clone(), name.to_owned()), target);
        }
        scope
    }

    /// The base URI of the closest resource around a place.
    pub(crate) fn base_at(&self, pointer: &Pointer) -> String {
        let around = self
            .resources
            .values()
            .filter(|resource| pointer.starts_with(&resource.pointer));
        around
            .max_by_key(|resource| resource.pointer.tokens().len())
            .map_or_else(String::new, |found| found.scope.base.clone())
    }

    /// Returns the whole document.
    pub fn root(&self) -> &'v Value {
        self.root
    }
}

/// The names that a schema node gives itself: anchors, and fragments of identifiers.
fn anchors_of(schema: &Value, dialect: Dialect) -> Vec<&str> {
    let text = |keyword| schema.keyword(keyword).and_then(Value::as_str);
    let mut found = Vec::new();
    if !dialect.hides_siblings(schema) {
        let fragment = text(dialect.id_keyword())
            .and_then(|id| id.split_once('#'))
            .map(|(_, name)| name);
        found.extend(fragment.filter(|name| !name.is_empty()));
    }
    let anchors = [Keyword::Anchor, Keyword::DynamicAnchor].into_iter();
    found.extend(anchors.filter(|keyword| dialect.has_keyword(*keyword)).filter_map(text));
    found
}

/// The references of one schema node.
fn references_at(schema: &Value, pointer: &Pointer, scope: &LexicalScope, found: &mut Vec<Reference>) {
    for (keyword, known) in [
        (Keyword::Ref, true),
        (Keyword::DynamicRef, scope.dialect == Dialect::Draft202012),
        (Keyword::RecursiveRef, scope.dialect == Dialect::Draft201909),
    ] {
        let entry = schema
            .as_object()
            .and_then(|object| object.keyword_entry(keyword))
            .filter(|_| known);
        if let Some((text, span)) = entry.and_then(|entry| Some((entry.value.as_str()?, entry.value.span))) {
            found.push(Reference {
                keyword,
                text: text.to_owned(),
                holder: pointer.clone(),
                span,
                base: scope.base.clone(),
            });
        }
    }
}

fn collect(schema: &Value, pointer: &Pointer, scope: &LexicalScope, found: &mut Vec<Reference>) {
    references_at(schema, pointer, scope, found);
    for sub in subschemas(schema, scope.dialect) {
        collect(sub.value, &sub.place_in(pointer), &scope.inside(sub.value), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;
    use crate::source::Source;

    fn resolved(text: &str, reference: &str) -> Result<String, ResolveError> {
        let value = parse(&Source::new("a.json", text)).unwrap();
        Resolver::new(&value, Dialect::Draft202012)
            .resolve("", reference)
            .map(|target| target.pointer.to_string())
    }

    #[test]
    fn pointers_anchors_and_identifiers_inside_the_document() {
        let text = r#"{"$defs": {"a b": {"$anchor": "x"}, "c": {"$id": "http://h/d/c.json", "$defs": {"e": {}}}}}"#;
        assert_eq!(resolved(text, "#").unwrap(), "");
        assert_eq!(resolved(text, "#/$defs/a%20b").unwrap(), "/$defs/a b");
        assert_eq!(resolved(text, "#x").unwrap(), "/$defs/a b");
        assert_eq!(
            resolved(text, "http://h/d/c.json#/$defs/e").unwrap(),
            "/$defs/c/$defs/e"
        );
    }

    #[test]
    fn a_schema_is_called_by_the_anchors_of_its_dialect_alone() {
        for keyword in [Keyword::Anchor, Keyword::DynamicAnchor] {
            let text = format!(r#"{{"definitions": {{"a": {{"{keyword}": "x"}}}}}}"#);
            let value = parse(&Source::new("a.json", text)).unwrap();
            for dialect in Dialect::ALL {
                let found = Resolver::new(&value, dialect).resolve("", "#x");
                assert_eq!(found.is_ok(), dialect.has_keyword(keyword), "{keyword} in {dialect}");
            }
        }
    }

    #[test]
    fn what_leaves_the_document_or_points_at_nothing_is_an_error() {
        assert!(matches!(
            resolved("{}", "http://example.com/x"),
            Err(ResolveError::Remote { .. })
        ));
        assert!(matches!(
            resolved("{}", "../../etc/passwd"),
            Err(ResolveError::Remote { .. })
        ));
        assert!(matches!(resolved("{}", "#/$defs/x"), Err(ResolveError::Missing { .. })));
        assert!(matches!(resolved("{}", "#/%zz"), Err(ResolveError::Missing { .. })));
    }

    #[test]
    fn a_reference_in_data_is_data() {
        let text = r##"{"enum": [{"$ref": "#/x"}], "properties": {"$ref": {"$ref": "#"}}}"##;
        let value = parse(&Source::new("a.json", text)).unwrap();
        let resolver = Resolver::new(&value, Dialect::Draft7);
        assert_eq!(
            resolver
                .references()
                .iter()
                .map(|found| found.text.as_str())
                .collect::<Vec<_>>(),
            ["#"]
        );
    }

    #[test]
    fn relative_identifiers_are_joined() {
        assert_eq!(join_uri("http://h/a/b.json", "c.json"), "http://h/a/c.json");
        assert_eq!(join_uri("http://h", "c.json"), "http://h/c.json");
        assert_eq!(join_uri("http://h/a/b", "/c"), "http://h/c");
        assert_eq!(join_uri("a.json", "b.json"), "b.json");
        assert_eq!(join_uri("http://h/a", "urn:x:y"), "urn:x:y");
    }
}
