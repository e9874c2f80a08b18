//! A schema that refers to other files, as one document. In: a parsed schema, and [`Files`] that knows the others. Out: the schema
//! with a definition for every place of another file that it refers to, directly or not, and the files that were read. Only what is
//! referred to is taken over, so that a change elsewhere in a shared file changes nothing here. The spans of what was taken over are those
//! of the reference to it in the schema, and its origins say where it is written. Nothing is fetched: what [`Files`] does not have is an
//! error.

mod copy;
mod lost;
mod names;

pub use names::pick_unused_name;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use self::copy::ValueCopier;
use self::lost::LostReference;
pub(crate) use self::lost::UnresolvedReference;
use self::names::{DOCUMENT, DefinitionNames, with_identifier};
use crate::dialect::Dialect;
use crate::keyword::Keyword;
use crate::parse::parse;
use crate::pointer::Pointer;
use crate::problem::{DocumentProblem, dialect_of, name_problem};
use crate::resolve::{Reference, ResolveError, Resolver};
use crate::source::{Source, Span};
use crate::subschema::subschemas;
use crate::subschema_ref::SubschemaRef;
use crate::uri::{join_uri, percent_decode};
use crate::validity::leads_to_meta_schema;
use crate::value::{JsonObject, Kind, Member, Value};

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
    /// Where the definitions come from.
    pub(crate) origins: Vec<DefinitionOrigin>,
    /// The references that lead nowhere; they stand in `root` as they were written.
    pub(crate) unresolved: Vec<UnresolvedReference>,
}

/// A definition that stands for a place of another file.
#[derive(Clone, Debug)]
pub(crate) struct DefinitionOrigin {
    /// Its place in the document.
    pub(crate) definition: Pointer,
    /// Its file, and its place in there.
    pub(crate) source: Source,
    pub(crate) pointer: Pointer,
}

/// Takes over what `root` refers to in other files. `None` if that is nothing.
pub(crate) fn bundle_files(source: &Source, root: &Value, dialect: Dialect, files: &mut dyn Files) -> Option<Bundled> {
    let resolver = Resolver::new(root, dialect);
    let leaves = |reference: &&Reference| {
        let found = resolver.resolve(&reference.base, &reference.text);
        matches!(found, Err(ResolveError::Remote { .. })) && !leads_to_meta_schema(reference)
    };
    let remote: Vec<&Reference> = resolver.references().iter().filter(leaves).collect();
    if remote.is_empty() {
        return None;
    }
    let mut bundler = Bundler {
        dialect,
        files,
        root_path: source.path().to_owned(),
        root_base: resolver.base().to_owned(),
        loaded: BTreeMap::new(),
        taken: BTreeMap::new(),
        waiting: Vec::new(),
        lost: Vec::new(),
    };
    let links = bundler.follow_from_root(source, &remote);
    while let Some(next) = bundler.waiting.last() {
        let path = next.place.file.clone();
        bundler.take_over(&path);
    }
    let names = DefinitionNames::new(&bundler, root);
    let texts = links.into_iter();
    let rewritten = ValueCopier {
        texts: &texts
            .map(|(holder, link, prefix)| (holder, names.text(&link, &prefix)))
            .collect(),
        dropped: &BTreeSet::new(),
        span: None,
    }
    .value(root, &Pointer::root());
    let definitions = bundler.definitions(&names);
    let origins = bundler.origins(&names);
    let mut root = with_definitions(rewritten, dialect.definitions_keyword(), definitions);
    if names.own_base.as_deref() == Some(DOCUMENT) && bundler.refers_back() {
        root = with_identifier(root);
    }
    let lost = bundler.lost.iter();
    let unresolved = lost.filter_map(|lost| lost.in_document(&names, resolver.references()));
    let unresolved = unresolved.collect();
    let included = bundler.loaded.into_values().map(|file| file.source).collect();
    Some(Bundled {
        root,
        included,
        origins,
        unresolved,
    })
}

/// The definitions, beside those that the document has.
fn with_definitions(root: Value, keyword: Keyword, mut definitions: Vec<Member>) -> Value {
    definitions.sort_by(|one, other| one.key.cmp(&other.key));
    let Kind::Object(members) = &root.kind else {
        return root;
    };
    let mut entries: Vec<Member> = members.iter().cloned().collect();
    match entries.iter_mut().find(|entry| entry.keyword() == Some(keyword)) {
        Some(own) => {
            let present = own.value.as_object().into_iter().flat_map(JsonObject::iter).cloned();
            let all: Vec<Member> = present.chain(definitions).collect();
            own.value.kind = Kind::Object(JsonObject::from_entries(all));
        }
        None => entries.push(Member::spanned(
            keyword.into(),
            root.span,
            Value {
                span: root.span,
                ..Value::object(definitions)
            },
        )),
    }
    Value {
        kind: Kind::Object(JsonObject::from_entries(entries)),
        span: root.span,
    }
}

struct Loaded {
    source: Source,
    root: Rc<Value>,
    dialect: Dialect,
}

/// A place of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct FilePlace {
    file: String,
    pointer: Pointer,
}

/// What a reference leads to.
enum Link {
    /// A place of the document itself.
    Document(String),
    /// A place of another file, which becomes a definition.
    Definition(FilePlace),
}

/// A place that has not been looked at yet.
struct WantedPlace {
    place: FilePlace,
    /// Where the document refers to it.
    span: Span,
}

/// A place that becomes a definition.
struct Taken {
    span: Span,
    /// What the references in it lead to, by their holders.
    links: Vec<(Pointer, Link)>,
}

/// Who refers: the place that is taken over and has the reference, if it is not the document, and where the document refers to it.
type Referrer<'p> = (Option<&'p FilePlace>, Span);

struct Bundler<'f> {
    dialect: Dialect,
    files: &'f mut dyn Files,
    root_path: String,
    root_base: String,
    loaded: BTreeMap<String, Loaded>,
    taken: BTreeMap<FilePlace, Taken>,
    waiting: Vec<WantedPlace>,
    lost: Vec<LostReference>,
}

impl Bundler<'_> {
    /// Returns where the references of the whole document lead that leave its file: the holder of each, and what stands before a place in
    /// the document itself.
    fn follow_from_root(&mut self, source: &Source, remote: &[&Reference]) -> Vec<(Pointer, Link, String)> {
        let mut links = Vec::new();
        for reference in remote {
            if reference.base != self.root_base && self.root_base.is_empty() {
                let problem = DocumentProblem::Include(format!(
                    "`{}` is below an identifier of its own: give the whole document an identifier, too",
                    reference.text
                ));
                self.lose(source, reference, (None, reference.span), problem);
            } else if let Some(link) = self.follow(source, reference, (None, reference.span)) {
                let is_own_base = reference.base == self.root_base;
                let prefix = if is_own_base {
                    String::new()
                } else {
                    self.root_base.clone()
                };
                links.push((reference.holder.clone(), link, prefix));
            }
        }
        links
    }

    /// What a reference in `source` leads to, which is in another file.
    fn follow(&mut self, source: &Source, reference: &Reference, referrer: Referrer<'_>) -> Option<Link> {
        match self.leads_to(source, reference, referrer.1) {
            Ok(link) => Some(link),
            Err(problem) => {
                self.lose(source, reference, referrer, problem);
                None
            }
        }
    }

    fn lose(&mut self, source: &Source, reference: &Reference, (place, span): Referrer<'_>, problem: DocumentProblem) {
        self.lost.push(LostReference {
            error: name_problem(source, reference.span, problem),
            place: place.cloned(),
            holder: reference.holder.clone(),
            keyword: reference.keyword,
            span,
        });
    }

    fn leads_to(&mut self, source: &Source, reference: &Reference, span: Span) -> Result<Link, DocumentProblem> {
        let text = &reference.text;
        if reference.keyword != Keyword::Ref {
            return Err(DocumentProblem::Include(format!(
                "`{}` cannot lead to another file: only `$ref` can",
                reference.keyword
            )));
        }
        let (location, rest) = text.split_once('#').unwrap_or((text, ""));
        let uri = join_uri(&reference.base, location);
        let location = if reference.base.is_empty() && !has_scheme(location) {
            Include::Path(location)
        } else {
            Include::Uri(&uri)
        };
        let found = self
            .files
            .find(source.path(), location)
            .map_err(DocumentProblem::Include)?;
        let remote = || DocumentProblem::Reference(ResolveError::Remote { text: text.clone() });
        let path = self.load(found.ok_or_else(remote)?)?;
        self.place(&path, rest, text, span)
    }

    /// Reads a file once. `Ok` is its path.
    fn load(&mut self, file: Source) -> Result<String, DocumentProblem> {
        let path = file.path().to_owned();
        if path == self.root_path || self.loaded.contains_key(&path) {
            return Ok(path);
        }
        let root = parse(&file).map_err(|errors| {
            let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
            DocumentProblem::Include(errors.join("; "))
        })?;
        let dialect = dialect_of(&root, self.dialect).map_err(|(_, problem)| problem)?;
        if dialect != self.dialect && !self.dialect.embeds_dialects() {
            let own = self.dialect;
            return Err(DocumentProblem::Include(format!(
                "{path} is written in {dialect}, and {}, which refers to it, in {own}: only a schema of 2019-09 or later can refer to \
                 another dialect; write `\"$schema\": \"{}\"` in it, or write {path} in {own}",
                self.root_path,
                Dialect::Draft202012.uri()
            )));
        }
        self.loaded.insert(
            path.clone(),
            Loaded {
                source: file,
                root: Rc::new(root),
                dialect,
            },
        );
        Ok(path)
    }

    /// A place of a file, which is noted as one to take over.
    fn place(&mut self, path: &str, rest: &str, text: &str, span: Span) -> Result<Link, DocumentProblem> {
        if path == self.root_path {
            return Ok(Link::Document(format!("#{rest}")));
        }
        let missing = || DocumentProblem::Include(format!("`{text}` refers to nothing in {path}"));
        let root = &self.loaded[path].root;
        let decoded = percent_decode(rest).ok_or_else(missing)?;
        let pointer = if decoded.is_empty() || decoded.starts_with('/') {
            let place = Pointer::parse(&decoded).filter(|place| place.resolve(root).is_some());
            place.ok_or_else(missing)?
        } else {
            let resolver = Resolver::new(root, self.loaded[path].dialect);
            let target = resolver.resolve(resolver.base(), &format!("#{rest}"));
            target.map_err(|_| missing())?.pointer
        };
        Ok(self.want(path, pointer, span))
    }

    fn want(&mut self, path: &str, pointer: Pointer, span: Span) -> Link {
        let place = FilePlace {
            file: path.to_owned(),
            pointer,
        };
        if !self.taken.contains_key(&place) {
            let links = Vec::new();
            self.taken.insert(place.clone(), Taken { span, links });
            self.waiting.push(WantedPlace {
                place: place.clone(),
                span,
            });
        }
        Link::Definition(place)
    }

    /// Follows the references of every place of a file that is waiting, and of the places of this file that these refer to.
    fn take_over(&mut self, path: &str) {
        let (source, root, dialect) = {
            let file = &self.loaded[path];
            (file.source.clone(), Rc::clone(&file.root), file.dialect)
        };
        let resolver = Resolver::new(&root, dialect);
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
        wanted: &WantedPlace,
        value: &Value,
    ) -> Vec<(Pointer, Link)> {
        let mut links = Vec::new();
        let referrer = (Some(&wanted.place), wanted.span);
        for reference in references_in(resolver, &wanted.place.pointer, value) {
            let link = match resolver.resolve(&reference.base, &reference.text) {
                Ok(_) if reference.keyword != Keyword::Ref => {
                    let problem = DocumentProblem::Include(format!(
                        "`{}` depends on the path of references to it, and cannot be used from another file",
                        reference.keyword
                    ));
                    self.lose(source, &reference, referrer, problem);
                    None
                }
                Ok(target) => Some(self.want(&wanted.place.file, target.pointer, wanted.span)),
                Err(ResolveError::Remote { .. }) if leads_to_meta_schema(&reference) => None,
                Err(ResolveError::Remote { .. }) => self.follow(source, &reference, referrer),
                Err(missing) => {
                    self.lose(source, &reference, referrer, DocumentProblem::Reference(missing));
                    None
                }
            };
            links.extend(link.map(|link| (reference.holder.clone(), link)));
        }
        links
    }

    /// The places as definitions, with the references in them rewritten.
    fn definitions(&self, names: &DefinitionNames<'_>) -> Vec<Member> {
        let taken = self.taken.iter().filter_map(|(place, taken)| {
            let value = place.pointer.resolve(&self.loaded[&place.file].root)?;
            let dialect = self.dialect_of(place);
            let texts = taken.links.iter();
            let document = names.own_base.as_deref().unwrap_or_default();
            let mut dropped = BTreeSet::new();
            identifiers(value, &place.pointer, dialect, &mut dropped);
            // Every definition that is referred to is one of the document now.
            dropped.extend(OWN.map(|keyword| place.pointer.join(keyword)));
            let rewriter = ValueCopier {
                texts: &texts
                    .map(|(holder, link)| (holder.clone(), names.text(link, document)))
                    .collect(),
                dropped: &dropped,
                span: Some(taken.span),
            };
            Some(Member::spanned(
                names.names[place].clone(),
                taken.span,
                names.as_resource(place, dialect, rewriter.value(value, &place.pointer)),
            ))
        });
        taken.collect()
    }

    /// Where the definitions come from.
    fn origins(&self, names: &DefinitionNames<'_>) -> Vec<DefinitionOrigin> {
        let origin = |place: &FilePlace| DefinitionOrigin {
            definition: Pointer::root().join(names.keyword).join(names.names[place].as_str()),
            source: self.loaded[&place.file].source.clone(),
            pointer: place.pointer.clone(),
        };
        self.taken.keys().map(origin).collect()
    }

    /// Whether a definition refers to the document.
    fn refers_back(&self) -> bool {
        let mut links = self.taken.values().flat_map(|taken| &taken.links);
        links.any(|(_, link)| matches!(link, Link::Document(_)))
    }

    /// The dialect of a place that was taken over.
    fn dialect_of(&self, place: &FilePlace) -> Dialect {
        let file = &self.loaded[&place.file];
        Resolver::new(&file.root, file.dialect).dialect_at(&place.pointer)
    }

    /// The dialects of everything that was taken over.
    fn dialects(&self) -> impl Iterator<Item = Dialect> {
        self.taken.keys().flat_map(|place| {
            let file = &self.loaded[&place.file];
            let resolver = Resolver::new(&file.root, file.dialect);
            let below = resolver
                .resources()
                .filter(|resource| resource.pointer.starts_with(&place.pointer));
            let below: Vec<Dialect> = below.map(|resource| resource.scope.dialect).collect();
            std::iter::once(self.dialect_of(place)).chain(below)
        })
    }
}

/// What a definition leaves in its file: what it refers to is a definition of the document, and the document says the dialect.
const OWN: [Keyword; 5] = [
    Keyword::Id,
    Keyword::Draft4Id,
    Keyword::Schema,
    Keyword::Defs,
    Keyword::Definitions,
];

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
    resolver.references_below(&SubschemaRef {
        value,
        pointer: place.clone(),
        scope: resolver.scope_at(place),
    })
}

fn has_scheme(location: &str) -> bool {
    location.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// The identifiers and anchors of a schema: references lead to its definitions by their places. A resource of another dialect than
/// what is around it keeps its identifier, without which it would have no dialect of its own.
fn identifiers(schema: &Value, place: &Pointer, dialect: Dialect, found: &mut BTreeSet<Pointer>) {
    let anchors = [Keyword::Anchor, Keyword::DynamicAnchor, Keyword::RecursiveAnchor];
    for keyword in std::iter::once(dialect.id_keyword()).chain(anchors) {
        if schema.keyword(keyword).is_some() {
            found.insert(place.join(keyword));
        }
    }
    for sub in subschemas(schema, dialect) {
        let below = sub.place_in(place);
        let inside = dialect.inside(sub.value);
        let mut own = BTreeSet::new();
        identifiers(sub.value, &below, inside, &mut own);
        if inside != dialect {
            own.retain(|kept| {
                ![Keyword::Id, Keyword::Draft4Id]
                    .iter()
                    .any(|keyword| *kept == below.join(*keyword))
            });
        }
        found.extend(own);
    }
}

#[cfg(test)]
mod tests;
