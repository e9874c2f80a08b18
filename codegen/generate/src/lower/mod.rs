//! From schemas to the middle form. In: the versions of an event. Out: their types with names. What Rust cannot say well
//! becomes `Json`, which reads and writes every value unchanged: a type is never narrower than its schema in shape.
//!
//! A schema node is lowered once for each place in the document, so a definition that is used twice is one type.

mod composed;
mod object;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{Dialect, Document, Kind, Object, Pointer, Target, Value};

use crate::GenerateError;
use crate::ir::{Shape, Type, TypeDef, VersionTypes};
use crate::names::{pascal, unique};

/// Deeper nesting is refused: lowering walks the schema recursively.
const DEEPEST: usize = 128;

/// Lowers one version of an event, except for its module's name.
pub(crate) fn lower(
    document: &Document,
    root_name: &str,
    version_field: &str,
    version: &schemactl_model::Version,
) -> Result<VersionTypes, GenerateError> {
    let mut lowerer = Lowerer::new(document, version_field);
    let root = lowerer.root(root_name)?;
    let names_version = lowerer.version_is_required(root);
    let mut types = lowerer.types;
    crate::recursion::box_cycles(&mut types);
    Ok(VersionTypes {
        version: version.clone(),
        module: module_of(version),
        root,
        types,
        names_version,
    })
}

/// `1.0` is `v1_0`; a patch that is not 0 is named.
fn module_of(version: &schemactl_model::Version) -> String {
    let (major, minor, patch) = (version.major(), version.minor(), version.patch());
    if patch == 0 {
        format!("v{major}_{minor}")
    } else {
        format!("v{major}_{minor}_{patch}")
    }
}

/// A schema node and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node<'v> {
    pub(crate) pointer: Pointer,
    pub(crate) value: &'v Value,
}

impl<'v> Node<'v> {
    fn below(&self, tokens: &[&str], value: &'v Value) -> Self {
        let pointer = tokens
            .iter()
            .fold(self.pointer.clone(), |pointer, token| pointer.join(*token));
        Self { pointer, value }
    }

    pub(crate) fn object(&self) -> Option<&'v Object> {
        self.value.as_object()
    }

    fn keyword(&self, name: &str) -> Option<&'v Value> {
        self.value.member(name)
    }

    fn child(&self, name: &str) -> Option<Self> {
        self.keyword(name).map(|value| self.below(&[name], value))
    }

    fn text(&self, name: &str) -> Option<String> {
        self.keyword(name).and_then(Value::as_str).map(str::to_owned)
    }

    fn docs(&self) -> Option<String> {
        self.text("description").or_else(|| self.text("title"))
    }

    fn is_true(&self, name: &str) -> bool {
        matches!(self.keyword(name).map(|value| &value.kind), Some(Kind::Bool(true)))
    }
}

/// A value's type, and whether it may also be `null`.
#[derive(Clone, Debug)]
pub(crate) struct Lowered {
    pub(crate) value: Type,
    pub(crate) nullable: bool,
}

impl Lowered {
    fn plain(value: Type) -> Self {
        Self { value, nullable: false }
    }

    /// The type of a place that is no property.
    fn whole(self) -> Type {
        if self.nullable {
            Type::Nullable(Box::new(self.value))
        } else {
            self.value
        }
    }
}

pub(crate) struct Lowerer<'v> {
    document: &'v Document,
    version_field: &'v str,
    targets: BTreeMap<Pointer, Target<'v>>,
    types: Vec<TypeDef>,
    /// Named types by place; `None` while a place is being lowered for the first time.
    places: BTreeMap<Pointer, Option<Lowered>>,
    /// Places that were referred to while they were being lowered.
    awaited: BTreeMap<Pointer, usize>,
    names: BTreeSet<String>,
    depth: usize,
}

impl<'v> Lowerer<'v> {
    fn new(document: &'v Document, version_field: &'v str) -> Self {
        let resolver = document.resolver();
        let targets = resolver
            .references()
            .iter()
            .filter_map(|reference| {
                let target = resolver.resolve(&reference.base, &reference.text).ok()?;
                Some((reference.holder.clone(), target))
            })
            .collect();
        Self {
            document,
            version_field,
            targets,
            types: Vec::new(),
            places: BTreeMap::new(),
            awaited: BTreeMap::new(),
            names: BTreeSet::new(),
            depth: 0,
        }
    }

    /// EventBridge takes objects only. One of which the schema names no property stays a map.
    fn root(&mut self, name: &str) -> Result<usize, GenerateError> {
        let node = Node {
            pointer: Pointer::root(),
            value: self.document.root(),
        };
        let lowered = self.shape(&node, name)?;
        let what = match lowered.value {
            Type::Named(root) if !matches!(self.types[root].shape, Shape::Enum { .. }) => return Ok(root),
            Type::Map(_) | Type::Json => return Ok(self.define(name, &node, Shape::Newtype(lowered.value))),
            Type::Named(_) | Type::String | Type::Timestamp => "a string",
            Type::List(_) => "an array",
            Type::Null => "null",
            Type::Bool => "a boolean",
            _ => "a number",
        };
        Err(GenerateError::NotAnObject {
            file: self.document.source().clone(),
            span: node.value.span,
            what: what.to_owned(),
        })
    }

    fn version_is_required(&self, root: usize) -> bool {
        let Shape::Struct(fields) = &self.types[root].shape else {
            return false;
        };
        fields
            .iter()
            .any(|field| field.key == self.version_field && field.required)
    }

    /// The type of a schema; `name` is what it is called if it needs a name.
    pub(crate) fn shape(&mut self, node: &Node<'v>, name: &str) -> Result<Lowered, GenerateError> {
        match self.places.get(&node.pointer) {
            Some(Some(lowered)) => return Ok(lowered.clone()),
            Some(None) => return Ok(Lowered::plain(Type::Named(self.await_type(node, name)))),
            None => {}
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(GenerateError::TooDeep {
                file: self.document.source().clone(),
                limit: DEEPEST,
            });
        }
        self.places.insert(node.pointer.clone(), None);
        let lowered = self.fresh(node, name)?;
        let lowered = self.fulfil(&node.pointer, lowered);
        self.places.insert(node.pointer.clone(), Some(lowered.clone()));
        self.depth -= 1;
        Ok(lowered)
    }

    /// The type of a place that is being lowered: its index is given out before its shape is known.
    fn await_type(&mut self, node: &Node<'v>, name: &str) -> usize {
        if let Some(index) = self.awaited.get(&node.pointer) {
            return *index;
        }
        let index = self.define(name, node, Shape::Newtype(Type::Json));
        self.awaited.insert(node.pointer.clone(), index);
        index
    }

    /// Gives an awaited type its shape, now that it is known. A struct was given its index by `structure`.
    fn fulfil(&mut self, pointer: &Pointer, lowered: Lowered) -> Lowered {
        let Some(index) = self.awaited.remove(pointer) else {
            return lowered;
        };
        if lowered.value != Type::Named(index) {
            self.types[index].shape = Shape::Newtype(lowered.value);
        }
        Lowered {
            value: Type::Named(index),
            nullable: lowered.nullable,
        }
    }

    fn fresh(&mut self, node: &Node<'v>, name: &str) -> Result<Lowered, GenerateError> {
        let Some(schema) = node.object() else {
            return Ok(Lowered::plain(Type::Json));
        };
        if let Some(target) = self.targets.get(&node.pointer).cloned() {
            return self.reference(node, schema, target, name);
        }
        if schema.entry("const").is_some() || schema.entry("enum").is_some() {
            return self.enumeration(node, name);
        }
        if ["allOf", "anyOf", "oneOf"]
            .iter()
            .any(|keyword| schema.entry(keyword).is_some())
        {
            return self.composed(node, name);
        }
        self.by_type(node, name)
    }

    fn reference(
        &mut self,
        node: &Node<'v>,
        schema: &Object,
        target: Target<'v>,
        name: &str,
    ) -> Result<Lowered, GenerateError> {
        let asserts = schema.iter().any(|entry| !is_annotation(&entry.key));
        if asserts && !self.document.dialect().ref_hides_siblings() {
            return self.composed(node, name);
        }
        self.follow(target, name)
    }

    /// A definition is named after its own key, wherever it is used.
    pub(crate) fn follow(&mut self, target: Target<'v>, name: &str) -> Result<Lowered, GenerateError> {
        let own = definition_name(&target.pointer);
        let node = Node {
            pointer: target.pointer,
            value: target.value,
        };
        self.shape(&node, own.as_deref().unwrap_or(name))
    }

    fn by_type(&mut self, node: &Node<'v>, name: &str) -> Result<Lowered, GenerateError> {
        let mut types = type_names(node);
        let nullable = node.is_true("nullable") || types.len() > 1 && types.contains(&"null");
        types.retain(|kind| !(nullable && *kind == "null"));
        if types.len() > 1 && types.iter().all(|kind| matches!(*kind, "integer" | "number")) {
            types = vec!["number"];
        }
        let value = match types.as_slice() {
            ["object"] => self.object(node, name)?,
            [] if node.keyword("properties").is_some() => self.object(node, name)?,
            ["array"] => self.array(node, name)?,
            ["string"] => text::string(node),
            ["integer"] => text::integer(node),
            ["number"] => Type::F64,
            ["boolean"] => Type::Bool,
            ["null"] => Type::Null,
            _ => Type::Json,
        };
        let nullable = nullable && value != Type::Json;
        Ok(Lowered { value, nullable })
    }

    fn array(&mut self, node: &Node<'v>, name: &str) -> Result<Type, GenerateError> {
        let tuple = node.keyword("prefixItems").is_some();
        let Some(items) = node
            .child("items")
            .filter(|items| !tuple && items.value.as_array().is_none())
        else {
            return Ok(Type::List(Box::new(Type::Json)));
        };
        let element = self.shape(&items, &crate::names::element(name))?;
        Ok(Type::List(Box::new(element.whole())))
    }

    /// Adds a named type.
    pub(crate) fn define(&mut self, name: &str, node: &Node<'_>, shape: Shape) -> usize {
        let name = unique(pascal(name), &mut self.names);
        let docs = node.docs();
        self.types.push(TypeDef {
            name,
            docs,
            deprecated: node.is_true("deprecated"),
            shape,
        });
        self.types.len() - 1
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.document.dialect()
    }
}

/// The last token of a place below `definitions` or `$defs`.
fn definition_name(pointer: &Pointer) -> Option<String> {
    match pointer.tokens() {
        [.., holder, name] if matches!(holder.as_str(), "definitions" | "$defs" | "schemas") => Some(name.clone()),
        _ => None,
    }
}

fn type_names<'v>(node: &Node<'v>) -> Vec<&'v str> {
    match node.keyword("type").map(|value| &value.kind) {
        Some(Kind::String(name)) => vec![name],
        Some(Kind::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Keywords beside a `$ref` that say nothing about the value.
pub(crate) fn is_annotation(keyword: &str) -> bool {
    const ANNOTATIONS: [&str; 16] = [
        "$ref",
        "$id",
        "id",
        "$schema",
        "$anchor",
        "$comment",
        "$defs",
        "definitions",
        "title",
        "description",
        "default",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "format",
    ];
    ANNOTATIONS.contains(&keyword) || keyword.starts_with("x-")
}
