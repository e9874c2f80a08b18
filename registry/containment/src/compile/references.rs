//! References: `$ref`, and the two that depend on the way that led to them. In: a reference and the resources entered so far.
//! Out: the node of what it refers to. A dynamic reference is specialised for each such way, as far as it matters to it.

use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;
use schemactl_model::{
    Dialect, Keyword, LexicalScope, Pointer, Reference, ResolveError, Resolver, SubschemaRef, Value, join_uri,
};

use super::library::LIBRARY;
use super::local::{self, Mentions};
use super::{Compiled, Compiler, Definition, UnsupportedSetError, place};
use crate::node::{Form, Node};

/// Ways to specialise a document's definitions for.
// INVARIANT: more have no set. A dynamic reference has a definition for each scope that leads to it, and recursion makes new scopes
// without end.
const MOST_SPECIALISATIONS: usize = 1000;

/// The references of a document, by the place of the schema that holds them; with those of the metaschemas, if it refers to
/// one.
pub(super) struct References<'v> {
    /// The document's own; of the library, those of every metaschema.
    documents: Vec<Resolver<'v>>,
    /// A reference, and the document that it stands in.
    by_holder: FxHashMap<(usize, Keyword), (usize, Reference)>,
    /// The URI of each resource, by the place of its root.
    resources: FxHashMap<usize, Arc<str>>,
    /// The place of each resource's root, by its URI.
    roots: FxHashMap<Arc<str>, usize>,
    /// The names of each resource's dynamic anchors.
    dynamic: FxHashMap<String, Vec<String>>,
    is_dynamic: bool,
    /// The metaschemas.
    library: Option<&'static References<'static>>,
}

/// The references of the metaschemas, found once.
static METASCHEMAS: LazyLock<References<'static>> = LazyLock::new(|| {
    let mut references = References::empty();
    for metaschema in LIBRARY.iter() {
        references.add(&metaschema.root, metaschema.dialect);
    }
    references
});

impl<'v> References<'v> {
    fn empty() -> Self {
        Self {
            documents: Vec::new(),
            by_holder: FxHashMap::default(),
            resources: FxHashMap::default(),
            roots: FxHashMap::default(),
            dynamic: FxHashMap::default(),
            is_dynamic: false,
            library: None,
        }
    }

    fn new(root: &'v Value, dialect: Dialect) -> Self {
        let mut references = Self::empty();
        references.add(root, dialect);
        let own = &references.documents[0];
        let leaves = |(_, reference): &(usize, Reference)| own.resolve(&reference.base, &reference.text).is_err();
        if references.by_holder.values().any(leaves) {
            references.is_dynamic |= METASCHEMAS.is_dynamic;
            references.library = Some(&METASCHEMAS);
        }
        references
    }

    fn add(&mut self, root: &'v Value, dialect: Dialect) {
        let resolver = Resolver::new(root, dialect);
        let document = self.documents.len();
        let mut open: Vec<Reference> = resolver.references().to_vec();
        while let Some(reference) = open.pop() {
            let Some(holder) = reference.holder.resolve(root) else {
                continue;
            };
            let key = (place(holder), reference.keyword);
            if self.by_holder.contains_key(&key) {
                continue;
            }
            // A target that is no schema position has references of its own, which nobody has listed.
            if let Ok(target) = resolver.resolve(&reference.base, &reference.text) {
                open.extend(resolver.references_below(&target));
            }
            self.by_holder.insert(key, (document, reference));
        }
        for resource in resolver.resources() {
            let uri: Arc<str> = Arc::from(resource.scope.base.as_str());
            self.roots.entry(Arc::clone(&uri)).or_insert(place(resource.value));
            self.resources.insert(place(resource.value), uri);
        }
        for (uri, name) in resolver.dynamic_anchors() {
            self.dynamic.entry(uri.to_owned()).or_default().push(name.to_owned());
        }
        self.is_dynamic |= resolver.is_dynamic();
        self.documents.push(resolver);
    }

    /// The URI of the resource whose root stands at a place.
    fn uri(&self, root: usize) -> Option<&Arc<str>> {
        let known = self.resources.get(&root);
        known.or_else(|| self.library?.resources.get(&root))
    }

    fn root_of(&self, uri: &str) -> Option<usize> {
        let known = self.roots.get(uri).copied();
        known.or_else(|| self.library?.roots.get(uri).copied())
    }

    /// The names of a resource's dynamic anchors.
    fn anchors_of(&self, root: usize) -> &[String] {
        let uri = self.uri(root).map_or("", |uri| uri.as_ref());
        let known = self.dynamic.get(uri);
        known
            .or_else(|| self.library?.dynamic.get(uri))
            .map_or(&[], Vec::as_slice)
    }

    /// The reference that a schema holds, and what it refers to.
    fn target(&self, holder: &Value, keyword: Keyword) -> Result<(&str, SubschemaRef<'v>), UnsupportedSetError> {
        let key = (place(holder), keyword);
        let own = self.by_holder.get(&key).map(|(document, reference)| {
            let resolved = self.documents[*document].resolve(&reference.base, &reference.text);
            (reference, resolved)
        });
        let of_library = || {
            let library = self.library?;
            let (document, reference) = library.by_holder.get(&key)?;
            let resolver = &library.documents[*document];
            let resolved: Result<SubschemaRef<'v>, _> = resolver.resolve(&reference.base, &reference.text);
            Some((reference, resolved))
        };
        let (reference, resolved) = own
            .or_else(of_library)
            .ok_or_else(|| UnsupportedSetError(format!("a {keyword} that no keyword leads to")))?;
        let found = match resolved {
            Ok(target) => target,
            Err(error @ ResolveError::Ambiguous { .. }) => return Err(UnsupportedSetError(error.to_string())),
            Err(error) => self
                .elsewhere(reference)
                .ok_or_else(|| UnsupportedSetError(error.to_string()))?,
        };
        self.require_own_identifier(&found)?;
        Ok((&reference.text, found))
    }

    /// Fails for a schema in a resource that calls itself a metaschema and is another one: validators may look for that one.
    fn require_own_identifier(&self, found: &SubschemaRef<'v>) -> Result<(), UnsupportedSetError> {
        let uri = found.scope.base.as_str();
        if !uri.contains("//json-schema.org/") {
            return Ok(());
        }
        let find = |resolver: &Resolver<'v>| resolver.resolve("", uri).ok();
        // A reference into a metaschema itself leads out of the document.
        let Some(own) = self.documents.iter().find_map(find) else {
            return Ok(());
        };
        match METASCHEMAS.first(&|resolver| resolver.resolve("", uri).ok()) {
            Some(metaschema) if own.value != metaschema.value => Err(UnsupportedSetError(format!(
                "a resource that has the identifier of a metaschema, `{uri}`, and is another schema"
            ))),
            _ => Ok(()),
        }
    }

    /// In another document than the one that the reference stands in.
    fn elsewhere(&self, reference: &Reference) -> Option<SubschemaRef<'v>> {
        let (location, fragment) = reference.text.split_once('#').unwrap_or((&reference.text, ""));
        let absolute = format!("{}#{fragment}", join_uri(&reference.base, location));
        self.first(&|resolver| resolver.resolve("", &absolute).ok())
    }

    fn dynamic_anchor(&self, base: &str, name: &str) -> Option<SubschemaRef<'v>> {
        self.first(&|resolver| resolver.dynamic_anchor(base, name).cloned())
    }

    /// Fails if a resource has an anchor twice: which one is meant depends on the validator.
    fn require_one_anchor(&self, name: &str) -> Result<(), UnsupportedSetError> {
        let ambiguous = self.documents.iter().find_map(|resolver| resolver.find_repeated(name));
        ambiguous.map_or(Ok(()), |error| Err(UnsupportedSetError(error.to_string())))
    }

    /// The first document that has it, the own one before the metaschemas.
    fn first(&self, has: &dyn Fn(&Resolver<'v>) -> Option<SubschemaRef<'v>>) -> Option<SubschemaRef<'v>> {
        let library: &[Resolver<'v>] = self.library.map_or(&[], |library| &library.documents);
        self.documents.iter().chain(library).find_map(has)
    }
}

impl std::fmt::Debug for References<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "References({})", self.by_holder.len())
    }
}

impl<'v> Compiler<'v, '_> {
    fn references(&mut self) -> Rc<References<'v>> {
        let (root, dialect) = (self.root, self.dialect);
        Rc::clone(
            self.references
                .get_or_insert_with(|| Rc::new(References::new(root, dialect))),
        )
    }

    /// The whole document, as a definition that may refer to itself.
    pub(super) fn resource(&mut self, root: &'v Value) -> Compiled {
        match Mentions::of(root) {
            Mentions::Nothing => return self.schema(root),
            Mentions::Pointers => {
                self.local = true;
                return self.follow_key(&(place(root), Vec::new()), root);
            }
            Mentions::Names => {}
        }
        let references = self.references();
        let base = references
            .uri(place(root))
            .map_or_else(String::new, ToString::to_string);
        let target = SubschemaRef {
            value: root,
            pointer: Pointer::root(),
            scope: LexicalScope {
                base,
                ..LexicalScope::new(self.dialect)
            },
        };
        self.follow(&references, &target)
    }

    /// Notes that a resource is entered. It matters only if it has a dynamic anchor that no resource around it has: the outermost
    /// wins, and definitions are specialised for nothing else.
    pub(super) fn enter(&mut self, value: &'v Value) -> bool {
        let Some(references) = self.references.clone() else {
            return false;
        };
        match references.uri(place(value)) {
            Some(base) if references.is_dynamic => self.enter_resource(&references, base),
            _ => false,
        }
    }

    fn enter_resource(&mut self, references: &References<'v>, base: &str) -> bool {
        let Some(root) = references.root_of(base) else {
            return false;
        };
        let around = |name: &String| {
            self.scope
                .iter()
                .any(|outer| references.anchors_of(*outer).contains(name))
        };
        if references.anchors_of(root).iter().all(around) {
            return false;
        }
        self.scope.push(root);
        true
    }

    pub(super) fn reference(&mut self, holder: &'v Value) -> Compiled {
        if let Some(target) = self.local_target(holder) {
            return self.follow_key(&(place(target), Vec::new()), target);
        }
        let references = self.references();
        let target = references.target(holder, Keyword::Ref)?.1;
        self.follow(&references, &target)
    }

    /// Where that needs no looking up. What points at nothing is left to those who say so.
    fn local_target(&self, holder: &Value) -> Option<&'v Value> {
        self.local.then(|| local::target_of_ref(self.root, holder)).flatten()
    }

    pub(super) fn dynamic_reference(&mut self, holder: &'v Value, keyword: Keyword) -> Compiled {
        let references = self.references();
        let target = self.dynamic_target(&references, holder, keyword)?;
        self.follow(&references, &target)
    }

    /// Looks at the keywords of what a reference refers to.
    pub(super) fn at_target<T>(
        &mut self,
        holder: &'v Value,
        keyword: Keyword,
        look: impl FnOnce(&mut Self, &'v Value) -> Result<T, UnsupportedSetError>,
    ) -> Result<T, UnsupportedSetError> {
        if let Some(target) = self.local_target(holder).filter(|_| keyword == Keyword::Ref) {
            return look(self, target);
        }
        let references = self.references();
        let found = match keyword {
            Keyword::Ref => references.target(holder, keyword)?.1,
            _ => self.dynamic_target(&references, holder, keyword)?,
        };
        self.inside(&references, &found, look)
    }

    /// Does something in the resource and the dialect of a target.
    fn inside<T>(
        &mut self,
        references: &References<'v>,
        found: &SubschemaRef<'v>,
        work: impl FnOnce(&mut Self, &'v Value) -> T,
    ) -> T {
        let entered = references.is_dynamic && self.enter_resource(references, &found.scope.base);
        let dialect = std::mem::replace(&mut self.dialect, found.scope.dialect);
        let done = work(self, found.value);
        self.dialect = dialect;
        if entered {
            self.scope.pop();
        }
        done
    }

    /// The statically found target, unless it is a dynamic anchor and an outer resource has one of the same name.
    fn dynamic_target(
        &self,
        references: &References<'v>,
        holder: &Value,
        keyword: Keyword,
    ) -> Result<SubschemaRef<'v>, UnsupportedSetError> {
        let (text, found) = references.target(holder, keyword)?;
        let name = text.split_once('#').map_or("", |(_, fragment)| fragment);
        let is_anchor = !name.starts_with('/') && (keyword == Keyword::RecursiveRef || !name.is_empty());
        if is_anchor {
            references.require_one_anchor(name)?;
        }
        let anchor = references.dynamic_anchor(&found.scope.base, name);
        let starts = anchor.is_some_and(|anchor| place(anchor.value) == place(found.value));
        if !is_anchor || !starts {
            return Ok(found);
        }
        let outermost = self
            .scope
            .iter()
            .find_map(|root| references.dynamic_anchor(references.uri(*root)?, name));
        Ok(outermost.unwrap_or(found))
    }

    /// The node of a definition. One that is met inside itself is a node by name; every other is its content.
    fn follow(&mut self, references: &References<'v>, found: &SubschemaRef<'v>) -> Compiled {
        self.inside(references, found, |compiler, value| {
            let key = (place(value), compiler.scope.clone());
            compiler.follow_key(&key, value)
        })
    }

    fn follow_key(&mut self, key: &(usize, Vec<usize>), value: &'v Value) -> Compiled {
        // INVARIANT: opaque, and not the definition itself. A set that needs itself for the same value is not determined, and the solver,
        // which takes the least one, would prove it empty.
        if self.applied.contains(key) {
            // The schema asks whether it holds in order to say whether it holds.
            return Ok(self
                .shared
                .opaque("a reference that leads back to itself", crate::value_kind::ANY));
        }
        match self.known.get(key).copied() {
            Some(Definition::Done(node)) => return Ok(node),
            Some(Definition::Open(id)) => {
                let id = id.unwrap_or_else(|| self.arena().reserve());
                self.known.insert(key.clone(), Definition::Open(Some(id)));
                return Ok(self.arena().literal(Form::Definition(id)));
            }
            None if self.known.len() >= MOST_SPECIALISATIONS => {
                return Err(UnsupportedSetError(
                    "more definitions than the prover specialises".to_owned(),
                ));
            }
            None => {}
        }
        self.known.insert(key.clone(), Definition::Open(None));
        self.applied.push(key.clone());
        let body = self.schema(value);
        self.applied.pop();
        let body = body?;
        let node: Node = match self.known.get(key) {
            Some(Definition::Open(Some(id))) => {
                let id = *id;
                self.arena().define(id, body);
                self.arena().literal(Form::Definition(id))
            }
            _ => body,
        };
        self.known.insert(key.clone(), Definition::Done(node));
        Ok(node)
    }
}
