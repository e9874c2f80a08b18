//! The named types of a lowered schema. In: schemas, and the names that definitions reserve. Out: types with names of their own, with what
//! their schemas say about themselves.

use std::collections::BTreeSet;

use schemactl_model::{Keyword, Pointer, SubschemaRef, any_definitions};

use super::openapi::list_schemas;
use super::references::Follow;
use super::{Conjunction, Lowerer};
use crate::ir::{Table, TypeCustomization, TypeDef, TypeId, TypeShape};
use crate::names::{make_unique, name_companion, name_place, to_pascal};

impl<'v> Lowerer<'v> {
    /// Gives out the names that belong to somebody: the root's, and those of definitions.
    pub(super) fn reserve(&mut self, root: &SubschemaRef<'v>) {
        self.names.insert(self.root_name.clone());
        self.reserved.insert(root.pointer.clone(), self.root_name.clone());
        let document = SubschemaRef::of_document(self.schema.document, self.schema.dialect);
        let own = [Keyword::Definitions, Keyword::Defs]
            .into_iter()
            .flat_map(|keyword| document.members(keyword));
        // Those that nobody refers to yet have their names too: a reference that is added renames nothing.
        let own = own
            .map(|(_, node)| node.pointer)
            .chain(list_schemas(self.schema).into_iter().map(|node| node.pointer));
        let targets = self.targets.values().flatten().map(|target| target.pointer.clone());
        let definitions: BTreeSet<_> = own.chain(targets).collect();
        let mut found: Vec<_> = definitions
            .into_iter()
            .filter_map(|pointer| Some((definition_name(&pointer)?, pointer)))
            .collect();
        // `Address` before `address`, and both whatever their order: a new neighbour with a worse name takes none.
        found.sort_by_key(|(name, pointer)| (to_pascal(name) != *name, name.clone(), pointer.clone()));
        for (name, pointer) in found {
            if self.reserved.contains_key(&pointer) {
                continue;
            }
            let name = make_unique(to_pascal(&name), &text_of(&pointer), &mut self.names);
            self.reserved.insert(pointer, name);
        }
    }

    /// What a node is called: its own name if it is a definition, else `name`.
    pub(super) fn name_of(&self, node: &SubschemaRef<'v>, name: &str) -> String {
        match self.reserved.get(&node.pointer) {
            Some(reserved) => reserved.clone(),
            None if node.pointer.tokens().is_empty() => self.root_name.clone(),
            None => name.to_owned(),
        }
    }

    /// Adds a named type for schemas that all apply; the first of them documents it.
    pub(crate) fn define(&mut self, name: &str, all: &Conjunction<'v>, shape: TypeShape) -> TypeId {
        let place = all
            .schemas()
            .next()
            .map(|node| node.pointer.clone())
            .unwrap_or_default();
        let own = self
            .reserved
            .get(&place)
            .filter(|own| !self.types.iter().any(|other| other.name == **own));
        let name = match own.filter(|_| all.schemas().count() == 1) {
            Some(own) => own.clone(),
            None => name_place(name, &text_of(&place), &mut self.names),
        };
        self.define_as(name, all, shape)
    }

    pub(super) fn define_as(&mut self, name: String, all: &Conjunction<'v>, shape: TypeShape) -> TypeId {
        self.types.push(TypeDef {
            name,
            docs: all.schemas().find_map(|node| self.docs(node)),
            deprecated: all
                .schemas()
                .any(|node| node.is_true(Keyword::Deprecated))
                .then(String::new),
            shape,
            companion: None,
            home: None,
            place: all
                .schemas()
                .next()
                .map(|node| node.pointer.clone())
                .unwrap_or_default(),
            custom: TypeCustomization::default(),
        })
    }

    /// Returns what a node says about itself, or what it refers to does.
    pub(crate) fn docs(&self, node: &SubschemaRef<'v>) -> Option<String> {
        docs_of(node).or_else(|| match self.target(node) {
            Follow::Target(target) => docs_of(&target),
            _ => None,
        })
    }
}

/// Names the companions of the structs that have one. `names` are all names of the version: those of types are given out before.
pub(crate) fn name_companions(types: &mut Table<TypeId, TypeDef>, names: &mut BTreeSet<String>) {
    let has_companion = |definition: &TypeDef| match &definition.shape {
        TypeShape::Struct(structure) => structure.arguments(types).count() > 1,
        _ => false,
    };
    let with_companion: Vec<TypeId> = types.ids().filter(|index| has_companion(&types[*index])).collect();
    for index in with_companion {
        let definition = &mut types[index];
        definition.companion = Some(name_companion(&definition.name, names));
    }
}

fn docs_of(node: &SubschemaRef<'_>) -> Option<String> {
    let docs = node.text(Keyword::Description).or_else(|| node.text(Keyword::Title));
    docs.map(str::to_owned)
}

/// The last token of a place below `definitions`, `$defs` or `components/schemas`.
fn definition_name(pointer: &Pointer) -> Option<String> {
    match pointer.tokens() {
        [.., holder, name] if names_definitions(holder) => Some(name.clone()),
        _ => None,
    }
}

fn names_definitions(holder: &str) -> bool {
    matches!(Keyword::from_name(holder), Some(any_definitions!())) || holder == "schemas"
}

/// Returns a place as text, for names that have to be told apart.
pub(super) fn text_of(pointer: &Pointer) -> String {
    pointer.tokens().join("/")
}
