//! Unions that are marked as open: readers keep values of kinds that the schema does not list. In: a document and a node. Out: the property
//! that tells the kinds apart, as the policies find it too.

use std::cell::OnceCell;

use schemactl_model::{Resolver, SubschemaRef, UnionTag, is_extensible, union_tag};

use super::SourceSchema;

/// The open unions of a document.
pub(crate) struct OpenUnions<'v> {
    schema: SourceSchema<'v>,
    /// Most documents have no open union, and need none.
    resolver: OnceCell<Resolver<'v>>,
}

impl<'v> OpenUnions<'v> {
    pub(crate) fn new(schema: SourceSchema<'v>) -> Self {
        Self {
            schema,
            resolver: OnceCell::new(),
        }
    }

    /// Returns the tag of the union of a node, if the union is open.
    pub(crate) fn tag_of(&self, node: &SubschemaRef<'v>) -> Option<UnionTag> {
        if !is_extensible(node.value) {
            return None;
        }
        self.find_tag(node)
    }

    /// Returns the tag of the union of a node, open or not.
    pub(crate) fn find_tag(&self, node: &SubschemaRef<'v>) -> Option<UnionTag> {
        let resolver = self
            .resolver
            .get_or_init(|| Resolver::new(self.schema.document, self.schema.dialect));
        union_tag(resolver, node.value, &resolver.scope_at(&node.pointer))
    }
}
