//! Where references lead. In: a document. Out: for each reference the schema it means, which is no more than a look-up then.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{Keyword, LexicalScope, Pointer, Reference, Resolver, SubschemaRef};

use super::{Lowerer, SourceSchema, openapi};

/// Where a reference leads.
pub(crate) enum Follow<'v> {
    NoReference,
    Target(SubschemaRef<'v>),
    /// Out of the document: nothing is fetched, and nothing is known.
    Nowhere,
}

impl<'v> Lowerer<'v> {
    pub(crate) fn target(&self, node: &SubschemaRef<'v>) -> Follow<'v> {
        match self.targets.get(&node.pointer) {
            None => Follow::NoReference,
            Some(None) => Follow::Nowhere,
            Some(Some(target)) => Follow::Target(target.clone()),
        }
    }
}

/// Returns the target of each reference, `None` for those that lead out of the document or depend on who asks. What a reference
/// leads to is looked at too, wherever it stands: in OpenAPI documents no schema keyword does.
pub(crate) fn find_targets(schema: SourceSchema<'_>) -> BTreeMap<Pointer, Option<SubschemaRef<'_>>> {
    let resolver = Resolver::new(schema.document, schema.dialect);
    let mut targets = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut open = resolver.references().to_vec();
    for node in openapi::list_schemas(schema) {
        open.extend(resolver.references_below(&relative_to_document(&node)));
    }
    while let Some(reference) = open.pop() {
        if !seen.insert((reference.holder.clone(), Some(reference.keyword))) {
            continue;
        }
        let target = resolver.resolve(&reference.base, &reference.text).ok();
        let target = target.filter(|_| !depends_on_the_way(&resolver, &reference));
        if let Some(target) = &target
            && seen.insert((target.pointer.clone(), None))
        {
            open.extend(resolver.references_below(target));
        }
        let several = targets.contains_key(&reference.holder);
        targets.insert(reference.holder, target.filter(|target| target.is_schema() && !several));
    }
    targets
}

/// Whether what a reference means depends on the way that led to it: where several resources have its dynamic anchor.
fn depends_on_the_way(resolver: &Resolver<'_>, reference: &Reference) -> bool {
    let name = match reference.keyword {
        Keyword::DynamicRef => reference.text.split_once('#').map_or("", |(_, name)| name),
        // The name of `$recursiveAnchor` is empty.
        Keyword::RecursiveRef => "",
        _ => return false,
    };
    let anchors = resolver.dynamic_anchors();
    anchors.filter(|(_, anchor)| *anchor == name).nth(1).is_some()
}

/// A schema of an OpenAPI document, with the base of the document: no keyword leads there, so the resolver knows no resource in it.
fn relative_to_document<'v>(node: &SubschemaRef<'v>) -> SubschemaRef<'v> {
    SubschemaRef {
        scope: LexicalScope {
            base: String::new(),
            ..node.scope.clone()
        },
        ..node.clone()
    }
}
