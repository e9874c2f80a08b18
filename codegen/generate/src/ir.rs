//! The middle form: events as Rust will say them, before any token is written. Names are decided, references are followed,
//! recursion is boxed. Lowering fills it from schemas; emitting only spells it out.

use schemactl_model::{EventName, Version};

/// Everything that is generated.
#[derive(Clone, Debug)]
pub(crate) struct Ir {
    /// The events, by module name.
    pub(crate) events: Vec<Event>,
}

/// One event: a module.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) name: EventName,
    /// The module, in snake_case.
    pub(crate) module: String,
    /// The name of the root types, in PascalCase.
    pub(crate) type_name: String,
    pub(crate) docs: Option<String>,
    pub(crate) source: String,
    pub(crate) detail_type: String,
    pub(crate) version_field: String,
    /// Oldest first.
    pub(crate) versions: Vec<VersionTypes>,
}

/// One version of an event: a module in its event's module.
#[derive(Clone, Debug)]
pub(crate) struct VersionTypes {
    pub(crate) version: Version,
    pub(crate) module: String,
    /// The type of the detail; an index into `types`.
    pub(crate) root: usize,
    pub(crate) types: Vec<TypeDef>,
    /// Whether an event of this version must name it.
    pub(crate) names_version: bool,
}

/// A type with a name.
#[derive(Clone, Debug)]
pub(crate) struct TypeDef {
    pub(crate) name: String,
    pub(crate) docs: Option<String>,
    pub(crate) deprecated: bool,
    pub(crate) shape: Shape,
}

/// What a named type is.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Struct(Vec<Field>),
    /// Strings from a list.
    Enum {
        variants: Vec<Variant>,
        /// Whether readers keep values that are not in the list.
        extensible: bool,
    },
    /// A definition that refers to itself and is no struct.
    Newtype(Type),
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A property.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name in Rust.
    pub(crate) name: String,
    /// Its name in JSON.
    pub(crate) key: String,
    pub(crate) docs: Option<String>,
    pub(crate) deprecated: bool,
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    /// What it was called in the major before: `x-renamed-from`.
    pub(crate) renamed_from: Option<String>,
    pub(crate) value: Type,
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Bool,
    String,
    Timestamp,
    I64,
    U64,
    F64,
    /// The version field.
    Version,
    /// Anything.
    Json,
    Null,
    /// `null`, or a value.
    Nullable(Box<Type>),
    List(Box<Type>),
    Map(Box<Type>),
    /// A named type of the same version; an index into `types`.
    Named(usize),
    /// The same, boxed: the type contains itself.
    Boxed(usize),
}

impl VersionTypes {
    pub(crate) fn root(&self) -> &TypeDef {
        &self.types[self.root]
    }
}
