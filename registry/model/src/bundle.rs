//! A schema that refers to other files, as one document. In: a parsed schema, and [`Files`] that knows the others. Out: the schema
//! with a definition for every place of another file that it refers to, directly or not, and the files that were read. Only what is
//! referred to is taken over, so that a change elsewhere in a shared file changes nothing here. What was taken over stands, in
//! reports, where the reference to it is written. Nothing is fetched: what [`Files`] does not have is an error.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::build::{object, string, unused};
use crate::document::{dialect_of, failed};
use crate::resolve::{fragment, join, percent_decode};
use crate::{
    Dialect, DocumentError, Entry, Kind, Object, Pointer, Problem, Reference, ResolveError, Resolver, Source, Span,
    Target, Value, parse, subschemas,
};

/// The files that a schema may refer to.
pub trait Files {
    /// The file that a reference in the file `from` leads to: `Ok(None)` if there is none.
    fn find(&mut self, from: &str, location: Include<'_>) -> Result<Option<Source>, String>;
}

/// Where a reference leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Include<'l> {
    /// A path, seen from the folder of the file that refers to it.
    Path(&'l str),
    /// The identifier of a schema.
    Uri(&'l str),
}

/// A schema with everything that it refers to.
pub(crate) struct Bundled {
    pub(crate) root: Value,
    pub(crate) included: Vec<Source>,
}

/// Takes over what `root` refers to in other files. `None` if that is nothing.
pub(crate) fn bundle(
    source: &Source,
    root: &Value,
    dialect: Dialect,
    files: &mut dyn Files,
) -> Result<Option<Bundled>, Vec<DocumentError>> {
    let resolver = Resolver::new(root, dialect);
    let leaves = |reference: &&Reference| {
        let found = resolver.resolve(&reference.base, &reference.text);
        matches!(found, Err(ResolveError::Remote { .. }))
    };
    let remote: Vec<&Reference> = resolver.references().iter().filter(leaves).collect();
    if remote.is_empty() {
        return Ok(None);
    }
    let mut bundler = Bundler {
        dialect,
        files,
        root_path: source.path().to_owned(),
        root_base: resolver.base().to_owned(),
        loaded: BTreeMap::new(),
        taken: BTreeMap::new(),
        waiting: Vec::new(),
        errors: Vec::new(),
    };
    let mut links = Vec::new();
    for reference in remote {
        if reference.base != bundler.root_base && bundler.root_base.is_empty() {
            let problem = Problem::Include(format!(
                "`{}` stands below an identifier of its own: give the whole document one too",
                reference.text
            ));
            bundler.errors.push(failed(source, reference.span, problem));
        } else if let Some(link) = bundler.follow(source, reference, reference.span) {
            let prefix = if reference.base == bundler.root_base {
                ""
            } else {
                &bundler.root_base
            };
            links.push((reference.holder.clone(), link, prefix.to_owned()));
        }
    }
    while let Some(next) = bundler.waiting.last() {
        let path = next.place.file.clone();
        bundler.take_over(&path);
    }
    if !bundler.errors.is_empty() {
        return Err(bundler.errors);
    }
    let names = Names::new(bundler.taken.keys(), root, dialect);
    let texts = links.into_iter();
    let rewritten = Rewriter {
        texts: &texts
            .map(|(holder, link, prefix)| (holder, prefix + &names.text(&link)))
            .collect(),
        dropped: &BTreeSet::new(),
        span: None,
    }
    .value(root, &Pointer::root());
    let definitions = bundler.definitions(&names);
    let included = bundler.loaded.into_values().map(|file| file.source).collect();
    let root = with_definitions(rewritten, definitions_of(dialect), definitions);
    Ok(Some(Bundled { root, included }))
}

/// The keyword that holds definitions.
fn definitions_of(dialect: Dialect) -> &'static str {
    if dialect >= Dialect::Draft201909 {
        "$defs"
    } else {
        "definitions"
    }
}

/// What the definitions are called that stand for places of files.
struct Names<'n> {
    keyword: &'static str,
    names: BTreeMap<&'n Place, String>,
}

impl<'n> Names<'n> {
    /// In the order of the files: that of the references is no part of what a schema says.
    fn new(places: impl Iterator<Item = &'n Place>, root: &Value, dialect: Dialect) -> Self {
        let keyword = definitions_of(dialect);
        let own = root.member(keyword).and_then(Value::as_object);
        let own = own.into_iter().flat_map(Object::iter);
        let mut taken: BTreeSet<String> = own.map(|entry| entry.key.clone()).collect();
        let names = places.map(|place| {
            let name = unused(&wish(place), |name| taken.contains(name));
            taken.insert(name.clone());
            (place, name)
        });
        Self {
            keyword,
            names: names.collect(),
        }
    }

    fn text(&self, link: &Link) -> String {
        match link {
            Link::Document(text) => text.clone(),
            Link::Definition(place) => {
                let pointer = Pointer::root().join(self.keyword).join(self.names[place].as_str());
                format!("#{}", fragment(&pointer))
            }
        }
    }
}

/// The definitions, beside those that the document has.
fn with_definitions(root: Value, keyword: &str, mut definitions: Vec<Entry>) -> Value {
    definitions.sort_by(|one, other| one.key.cmp(&other.key));
    let Kind::Object(members) = &root.kind else {
        return root;
    };
    let mut entries: Vec<Entry> = members.iter().cloned().collect();
    match entries.iter_mut().find(|entry| entry.key == keyword) {
        Some(own) => {
            let present = own.value.as_object().into_iter().flat_map(Object::iter).cloned();
            let all: Vec<Entry> = present.chain(definitions).collect();
            own.value.kind = Kind::Object(Object::from_entries(all));
        }
        None => entries.push(Entry {
            key: keyword.to_owned(),
            key_span: root.span,
            value: Value {
                span: root.span,
                ..object(definitions)
            },
        }),
    }
    Value {
        kind: Kind::Object(Object::from_entries(entries)),
        span: root.span,
    }
}

struct Loaded {
    source: Source,
    root: Rc<Value>,
}

/// A place of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    file: String,
    pointer: Pointer,
}

/// What a reference leads to.
enum Link {
    /// A place of the document itself.
    Document(String),
    /// A place of another file, which becomes a definition.
    Definition(Place),
}

/// A place that has not been looked at yet.
struct Wanted {
    place: Place,
    /// Where the document refers to it.
    span: Span,
}

/// A place that becomes a definition.
struct Taken {
    span: Span,
    /// What the references in it lead to, by their holders.
    links: Vec<(Pointer, Link)>,
}

struct Bundler<'f> {
    dialect: Dialect,
    files: &'f mut dyn Files,
    root_path: String,
    root_base: String,
    loaded: BTreeMap<String, Loaded>,
    taken: BTreeMap<Place, Taken>,
    waiting: Vec<Wanted>,
    errors: Vec<DocumentError>,
}

impl Bundler<'_> {
    /// What a reference in `source` leads to, which is in another file. `span` is where the document refers to it.
    fn follow(&mut self, source: &Source, reference: &Reference, span: Span) -> Option<Link> {
        match self.leads_to(source, reference, span) {
            Ok(link) => Some(link),
            Err(problem) => {
                self.errors.push(failed(source, reference.span, problem));
                None
            }
        }
    }

    fn leads_to(&mut self, source: &Source, reference: &Reference, span: Span) -> Result<Link, Problem> {
        let text = &reference.text;
        if reference.keyword != "$ref" {
            return Err(Problem::Include(format!(
                "`{}` cannot lead to another file: only `$ref` can",
                reference.keyword
            )));
        }
        let (location, rest) = text.split_once('#').unwrap_or((text, ""));
        let uri = join(&reference.base, location);
        let location = if reference.base.is_empty() && !has_scheme(location) {
            Include::Path(location)
        } else {
            Include::Uri(&uri)
        };
        let found = self.files.find(source.path(), location).map_err(Problem::Include)?;
        let remote = || Problem::Reference(ResolveError::Remote { text: text.clone() });
        let path = self.load(found.ok_or_else(remote)?)?;
        self.place(&path, rest, text, span)
    }

    /// Reads a file once. `Ok` is its path.
    fn load(&mut self, file: Source) -> Result<String, Problem> {
        let path = file.path().to_owned();
        if path == self.root_path || self.loaded.contains_key(&path) {
            return Ok(path);
        }
        let root = parse(&file).map_err(|errors| {
            let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
            Problem::Include(errors.join("; "))
        })?;
        let dialect = dialect_of(&root, self.dialect).map_err(|(_, problem)| problem)?;
        if dialect != self.dialect {
            return Err(Problem::Include(format!(
                "{path} is written in {dialect}, and what refers to it in {}",
                self.dialect
            )));
        }
        self.loaded.insert(
            path.clone(),
            Loaded {
                source: file,
                root: Rc::new(root),
            },
        );
        Ok(path)
    }

    /// A place of a file, which is noted as one to take over.
    fn place(&mut self, path: &str, rest: &str, text: &str, span: Span) -> Result<Link, Problem> {
        if path == self.root_path {
            return Ok(Link::Document(format!("#{rest}")));
        }
        let missing = || Problem::Include(format!("`{text}` points at nothing in {path}"));
        let root = &self.loaded[path].root;
        let decoded = percent_decode(rest).ok_or_else(missing)?;
        let pointer = if decoded.is_empty() || decoded.starts_with('/') {
            let place = Pointer::parse(&decoded).filter(|place| place.resolve(root).is_some());
            place.ok_or_else(missing)?
        } else {
            let resolver = Resolver::new(root, self.dialect);
            let target = resolver.resolve(resolver.base(), &format!("#{rest}"));
            target.map_err(|_| missing())?.pointer
        };
        Ok(self.want(path, pointer, span))
    }

    fn want(&mut self, path: &str, pointer: Pointer, span: Span) -> Link {
        let place = Place {
            file: path.to_owned(),
            pointer,
        };
        if !self.taken.contains_key(&place) {
            let links = Vec::new();
            self.taken.insert(place.clone(), Taken { span, links });
            self.waiting.push(Wanted {
                place: place.clone(),
                span,
            });
        }
        Link::Definition(place)
    }

    /// Follows the references of every place of a file that is waiting, and of the places of this file that these refer to.
    fn take_over(&mut self, path: &str) {
        let (source, root) = {
            let file = &self.loaded[path];
            (file.source.clone(), Rc::clone(&file.root))
        };
        let resolver = Resolver::new(&root, self.dialect);
        while let Some(wanted) = self.waiting.pop_if(|wanted| wanted.place.file == path) {
            if let Some(value) = wanted.place.pointer.resolve(&root) {
                let links = self.links_of(&source, &resolver, &wanted, value);
                self.taken.entry(wanted.place).and_modify(|taken| taken.links = links);
            }
        }
    }

    fn links_of(
        &mut self,
        source: &Source,
        resolver: &Resolver<'_>,
        wanted: &Wanted,
        value: &Value,
    ) -> Vec<(Pointer, Link)> {
        let mut links = Vec::new();
        for reference in references_in(resolver, &wanted.place.pointer, value) {
            let link = match resolver.resolve(&reference.base, &reference.text) {
                Ok(_) if reference.keyword != "$ref" => {
                    let problem = Problem::Include(format!(
                        "`{}` depends on the way that leads to it, and cannot be taken over by another file",
                        reference.keyword
                    ));
                    self.errors.push(failed(source, reference.span, problem));
                    None
                }
                Ok(target) => Some(self.want(&wanted.place.file, target.pointer, wanted.span)),
                Err(ResolveError::Remote { .. }) => self.follow(source, &reference, wanted.span),
                Err(missing) => {
                    self.errors
                        .push(failed(source, reference.span, Problem::Reference(missing)));
                    None
                }
            };
            links.extend(link.map(|link| (reference.holder.clone(), link)));
        }
        links
    }

    /// The places as definitions, with the references in them rewritten.
    fn definitions(&self, names: &Names<'_>) -> Vec<Entry> {
        let taken = self.taken.iter().filter_map(|(place, taken)| {
            let value = place.pointer.resolve(&self.loaded[&place.file].root)?;
            let texts = taken.links.iter();
            let mut dropped = BTreeSet::new();
            identifiers(value, &place.pointer, self.dialect, &mut dropped);
            // Every definition that is referred to is one of the document now.
            dropped.extend(["$schema", "$defs", "definitions"].map(|keyword| place.pointer.join(keyword)));
            let rewriter = Rewriter {
                texts: &texts.map(|(holder, link)| (holder.clone(), names.text(link))).collect(),
                dropped: &dropped,
                span: Some(taken.span),
            };
            Some(Entry {
                key: names.names[place].clone(),
                key_span: taken.span,
                value: rewriter.value(value, &place.pointer),
            })
        });
        taken.collect()
    }
}

/// The references at and below a place; where no keyword expects a schema there, it is read as one.
fn references_in(resolver: &Resolver<'_>, place: &Pointer, value: &Value) -> Vec<Reference> {
    let known = resolver.references().iter();
    let below: Vec<_> = known
        .filter(|reference| reference.holder.starts_with(place))
        .cloned()
        .collect();
    if !below.is_empty() {
        return below;
    }
    resolver.references_below(&Target {
        pointer: place.clone(),
        value,
        base: resolver.base_at(place),
        dialect: resolver.dialect_at(place),
    })
}

/// The name of the place, or of the file; of a version of an event the event's.
fn wish(place: &Place) -> String {
    if let Some(last) = place.pointer.tokens().last() {
        return last.clone();
    }
    let mut parts = place.file.rsplit('/');
    let file = parts.next().unwrap_or(&place.file);
    let stem = file.strip_suffix(".json").unwrap_or(file);
    let is_version = stem.parse::<crate::Version>().is_ok();
    parts.next().filter(|_| is_version).unwrap_or(stem).to_owned()
}

fn has_scheme(location: &str) -> bool {
    location.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// The identifiers and anchors of a schema: references lead to its definitions by their places.
fn identifiers(schema: &Value, place: &Pointer, dialect: Dialect, found: &mut BTreeSet<Pointer>) {
    let anchors = ["$anchor", "$dynamicAnchor", "$recursiveAnchor"];
    for keyword in std::iter::once(dialect.id_keyword()).chain(anchors) {
        if schema.member(keyword).is_some() {
            found.insert(place.join(keyword));
        }
    }
    for sub in subschemas(schema, dialect) {
        let below = place.join(sub.keyword);
        let below = sub.member.map_or(below.clone(), |member| below.join(member));
        identifiers(sub.value, &below, dialect, found);
    }
}

/// A copy of a value, with other references.
struct Rewriter<'r> {
    /// The text of the reference at a schema node.
    texts: &'r BTreeMap<Pointer, String>,
    /// Members that are left out.
    dropped: &'r BTreeSet<Pointer>,
    /// Where everything in the copy stands.
    span: Option<Span>,
}

impl Rewriter<'_> {
    fn value(&self, value: &Value, place: &Pointer) -> Value {
        let kind = match &value.kind {
            Kind::Object(members) => {
                let text = self.texts.get(place);
                let entries = members.iter().filter_map(|entry| {
                    let below = place.join(entry.key.as_str());
                    if self.dropped.contains(&below) {
                        return None;
                    }
                    let value = match text {
                        Some(text) if entry.key == "$ref" => Value {
                            span: self.span.unwrap_or(entry.value.span),
                            ..string(text)
                        },
                        _ => self.value(&entry.value, &below),
                    };
                    Some(Entry {
                        key: entry.key.clone(),
                        key_span: self.span.unwrap_or(entry.key_span),
                        value,
                    })
                });
                Kind::Object(Object::from_entries(entries.collect()))
            }
            Kind::Array(elements) => {
                let elements = elements.iter().enumerate();
                Kind::Array(
                    elements
                        .map(|(index, element)| self.value(element, &place.join(index.to_string())))
                        .collect(),
                )
            }
            other => other.clone(),
        };
        Value {
            kind,
            span: self.span.unwrap_or(value.span),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;

    /// Files by path, and by their identifiers.
    struct Folder(BTreeMap<&'static str, &'static str>);

    impl Files for Folder {
        fn find(&mut self, from: &str, location: Include<'_>) -> Result<Option<Source>, String> {
            let found = match location {
                Include::Path("../secret.json") => return Err(format!("{from} leads out of here")),
                Include::Path(path) => self.0.get_key_value(path),
                Include::Uri(uri) => self.0.iter().find(|(_, text)| text.contains(&format!("\"{uri}\""))),
            };
            Ok(found.map(|(path, text)| Source::new(*path, *text)))
        }
    }

    fn read(root: &str, files: &[(&'static str, &'static str)]) -> Result<Document, String> {
        let mut folder = Folder(files.iter().copied().collect());
        Document::bundle(Source::new("root.json", root), Dialect::Draft202012, &mut folder).map_err(|errors| {
            let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
            errors.join("\n")
        })
    }

    fn bundled(root: &str, files: &[(&'static str, &'static str)]) -> String {
        read(root, files).unwrap().root().to_json()
    }

    #[test]
    fn only_what_is_referred_to_is_taken_over() {
        let shared = r##"{"$id": "http://h/shared.json", "$defs": {"a b": {"$ref": "#/$defs/c"}, "c": {"$anchor": "x",
                       "items": {"$ref": "#x"}}, "unused": {"$ref": "nowhere.json"}}}"##;
        assert_eq!(
            bundled(
                r#"{"not": {"$ref": "shared.json#/$defs/a%20b"}}"#,
                &[("shared.json", shared)]
            ),
            r##"{"not":{"$ref":"#/$defs/a%20b"},"$defs":{"a b":{"$ref":"#/$defs/c"},"c":{"items":{"$ref":"#/$defs/c"}}}}"##
        );
    }

    #[test]
    fn names_are_the_files_and_give_way() {
        let files = [
            (
                "Money/1.0.json",
                r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "string"}"#,
            ),
            ("a.json", r#"{"$ref": "b.json"}"#),
            (
                "b.json",
                r#"{"anyOf": [{"$ref": "a.json"}, {"$ref": "root.json#/$defs/a"}, {"$ref": "Money/1.0.json"}]}"#,
            ),
            ("root.json", ""),
        ];
        let root = r#"{"$defs": {"a": true}, "$ref": "a.json"}"#;
        let expected = [
            r##"{"$defs":{"a":true,"Money":{"type":"string"},"a-2":{"$ref":"#/$defs/b"},"##,
            r##""b":{"anyOf":[{"$ref":"#/$defs/a-2"},{"$ref":"#/$defs/a"},{"$ref":"#/$defs/Money"}]}},"$ref":"#/$defs/a-2"}"##,
        ];
        assert_eq!(bundled(root, &files), expected.concat());
    }

    #[test]
    fn a_relative_reference_below_an_identifier_is_an_identifier() {
        let files = [("x.json", r#"{"$id": "http://h/d/money.json", "type": "string"}"#)];
        let root = r#"{"$id": "http://h/d/root.json", "not": {"$ref": "money.json"}, "items": {"$id": "http://g/", "$ref": "http://h/d/money.json"}}"#;
        let text = bundled(root, &files);
        assert!(text.contains(r##""not":{"$ref":"#/$defs/x"}"##), "{text}");
        assert!(text.contains(r#""$ref":"http://h/d/root.json#/$defs/x""#), "{text}");
    }

    #[test]
    fn what_was_taken_over_stands_where_it_is_referred_to() {
        let document = read(
            r#"{"not": {"$ref": "a.json"}}"#,
            &[("a.json", r#"     {"minimum": 100}"#)],
        )
        .unwrap();
        let place = Pointer::parse("/$defs/a/minimum").unwrap();
        let span = place.resolve(document.root()).unwrap().span;
        assert_eq!(&document.source().text()[span.range()], "\"a.json\"");
        assert_eq!(document.included()[0].path(), "a.json");
    }

    type Case<'c> = (&'c str, &'c [(&'c str, &'c str)], &'c str);

    #[test]
    fn what_cannot_be_taken_over_says_so_with_its_place() {
        let draft7 = r#"{"$schema": "http://json-schema.org/draft-07/schema#"}"#;
        let cases: [Case<'_>; 8] = [
            (
                r#"{"$ref": "a.json"}"#,
                &[],
                "root.json:1:10: `a.json` refers to another document",
            ),
            (
                r#"{"$ref": "http://h/a"}"#,
                &[],
                "root.json:1:10: `http://h/a` refers to another document",
            ),
            (
                r#"{"$ref": "../secret.json"}"#,
                &[],
                "root.json:1:10: root.json leads out of here",
            ),
            (
                r#"{"$ref": "a.json#/x"}"#,
                &[("a.json", "{}")],
                "root.json:1:10: `a.json#/x` points at nothing in a.json",
            ),
            (
                r#"{"$ref": "a.json"}"#,
                &[("a.json", "{,}")],
                "root.json:1:10: a.json:1:2",
            ),
            (
                r#"{"$ref": "a.json"}"#,
                &[("a.json", draft7)],
                "a.json is written in draft-07",
            ),
            (
                r#"{"$ref": "a.json"}"#,
                &[("a.json", r#"{"$ref": "b.json"}"#)],
                "a.json:1:10: `b.json` refers",
            ),
            (
                r#"{"$ref": "a.json"}"#,
                &[("a.json", r##"{"$dynamicRef": "#"}"##)],
                "a.json:1:17: `$dynamicRef` depends",
            ),
        ];
        for (root, files, expected) in cases {
            let files: Vec<_> = files
                .iter()
                .map(|(path, text)| (&*path.to_string().leak(), &*text.to_string().leak()))
                .collect();
            let error = read(root, &files).unwrap_err();
            assert!(error.contains(expected), "{root}: {error}");
        }
    }
}
