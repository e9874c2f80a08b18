//! The middle form: events as Rust will say them, before any token is written. Names are decided, references are followed,
//! recursion is boxed. Lowering fills it from schemas; emitting only spells it out.

mod conversion;
mod limits;
mod table;

use std::collections::BTreeMap;
use std::fmt;

use schemactl_model::{EventName, Pointer, SubschemaRef, Version, VersionField};

use crate::untyped::{Untyped, UntypedReason};

pub(crate) use self::conversion::{
    ChoiceStep, ChoiceTarget, Conversion, EnumStep, FieldSource, FieldStep, Gap, GapAlternative, OthersStep, Routine,
    RoutineSteps, ValueStep,
};
pub(crate) use self::limits::{KeywordLimit, LimitedAlternative, ListedValue, ValueLimits};
pub(crate) use self::table::{FieldId, GapId, RoutineId, RowId, Table, TypeId, VariantId, VersionId};

/// Everything that is generated.
#[derive(Clone, Debug)]
pub(crate) struct Ir {
    /// The events, by module name.
    pub(crate) events: Vec<EventModule>,
    /// Types that several events have in common.
    pub(crate) shared: Table<TypeId, TypeDef>,
    /// Enums over several events.
    pub(crate) groups: Vec<QueueGroup>,
}

/// An enum over several events.
#[derive(Clone, Debug)]
pub(crate) struct QueueGroup {
    pub(crate) name: String,
    /// The references, as they are written.
    pub(crate) references: Vec<String>,
    pub(crate) members: Vec<GroupMember>,
}

/// An event of a group.
#[derive(Clone, Debug)]
pub(crate) struct GroupMember {
    pub(crate) variant: String,
    /// The position of the event.
    pub(crate) event: usize,
    /// The versions that are in the group, oldest first.
    pub(crate) versions: Vec<VersionId>,
    /// The majors of which every later minor is in it too.
    pub(crate) open_majors: Vec<u64>,
}

/// One event: a module.
#[derive(Clone, Debug)]
pub(crate) struct EventModule {
    pub(crate) name: EventName,
    /// The module, in snake_case.
    pub(crate) module: String,
    /// The module of its namespace, if events are in one each.
    pub(crate) namespace: Option<String>,
    /// The path of the module in another crate, which generates it.
    pub(crate) external: Option<String>,
    /// The name of the root types, in PascalCase.
    pub(crate) type_name: String,
    pub(crate) docs: Option<String>,
    pub(crate) source: String,
    pub(crate) detail_type: String,
    pub(crate) version_field: VersionField,
    /// Oldest first.
    pub(crate) versions: Table<VersionId, VersionTypes>,
    /// From the newest version to the newest of each older major, newest first.
    pub(crate) conversions: Vec<Conversion>,
}

/// One version of an event: a module in its event's module.
#[derive(Clone, Debug)]
pub(crate) struct VersionTypes {
    pub(crate) version: Version,
    pub(crate) module: String,
    /// The type of the detail.
    pub(crate) root: TypeId,
    pub(crate) types: Table<TypeId, TypeDef>,
    /// Whether an event of this version must name it.
    pub(crate) names_version: bool,
    /// The version as its events say it.
    pub(crate) text: String,
    /// Whether they may not say it otherwise.
    pub(crate) is_text_listed: bool,
    /// What event.toml says of its end.
    pub(crate) deprecated: Option<String>,
    /// What `validate()` checks, if it was asked for.
    pub(crate) constraints: Option<ValidationSchema>,
}

/// A schema for `validate()`.
#[derive(Clone, Debug)]
pub(crate) struct ValidationSchema {
    /// JSON, as `schemactl_runtime::Constraints` reads it.
    pub(crate) text: String,
    /// Whether it asks for a regex engine.
    pub(crate) has_patterns: bool,
    /// Whether readers accept more than who publishes may send.
    pub(crate) has_sides: bool,
}

/// A type with a name.
#[derive(Clone, Debug)]
pub(crate) struct TypeDef {
    pub(crate) name: String,
    pub(crate) docs: Option<String>,
    /// What the compiler says to who names it; may be empty.
    pub(crate) deprecated: Option<String>,
    pub(crate) shape: TypeShape,
    /// The struct of the arguments of `new`, for a struct with several: arguments are named.
    pub(crate) companion: Option<String>,
    /// Where it is defined, if not in the module of its version.
    pub(crate) home: Option<Home>,
    /// Where the schema describes it first.
    pub(crate) place: Pointer,
    /// What settings change about it.
    pub(crate) custom: TypeCustomization,
}

impl TypeDef {
    /// Returns whether it is generated as a type of one value.
    pub(crate) fn is_constant(&self) -> bool {
        matches!(self.shape, TypeShape::Constant(_)) && self.custom.replaced.is_none()
    }
}

/// What settings change about a type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TypeCustomization {
    pub(crate) derives: Vec<AddedDerive>,
    /// Attributes, as they are written.
    pub(crate) attributes: Vec<String>,
    /// Attributes of fields and variants, by their positions.
    pub(crate) members: BTreeMap<usize, Vec<String>>,
    /// The path of the type that stands for it.
    pub(crate) replaced: Option<String>,
    /// Whether only types that are replaced refer to it.
    pub(crate) is_hidden: bool,
}

impl TypeCustomization {
    /// Returns whether nothing is changed.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A derive that settings add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AddedDerive {
    pub(crate) path: String,
    /// Whether the type was named, and not only what it is in.
    pub(crate) is_named: bool,
}

/// Where a type is defined that is used in several places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Home {
    /// The path of the module of an event in another crate.
    pub(crate) external: Option<String>,
    /// The module of an older version of the same event; none for the module that events share.
    pub(crate) version: Option<String>,
    /// The name that the type has there.
    pub(crate) name: String,
    /// The name that its companion has there.
    pub(crate) companion: Option<String>,
}

/// What a named type is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TypeShape {
    Struct(Structure),
    /// Strings from a list.
    Enum {
        variants: Table<VariantId, Variant>,
        /// Whether readers keep values that are not in the list.
        extensible: bool,
    },
    /// One value.
    Constant(Constant),
    /// One of several types.
    Choice {
        /// The member that tells them apart; without one, the JSON type does.
        tag: Option<Tag>,
        variants: Vec<Alternative>,
    },
    /// One of several objects, told apart by the first of the listed properties that is there.
    Keyed {
        variants: Vec<Alternative>,
    },
    /// A type of another shape that needs a name.
    Newtype(Type),
}

/// The member that tells alternatives apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) property: String,
    /// Whether its values are given as JSON: not all of them are texts.
    pub(crate) is_json: bool,
    /// Whether readers keep values with another tag.
    pub(crate) is_open: bool,
}

/// An object whose properties are named.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Structure {
    pub(crate) fields: Table<FieldId, Field>,
    /// What readers do with properties that are not named.
    pub(crate) others: OtherProperties,
    /// What the schema asserts of them beside their type.
    pub(crate) others_limits: ValueLimits,
    /// Whether the schema refuses other properties, whatever readers do.
    pub(crate) closed: bool,
}

/// What readers do with properties that are not named: what the schema says and what the settings want, taken together.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) enum OtherProperties {
    /// They ignore them.
    #[default]
    Ignored,
    /// They refuse them.
    Refused,
    /// They keep them, as values of the type that the schema describes.
    Described(Type),
    /// They keep them as they are: only the settings want it.
    Preserved,
}

/// A value that a schema fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Constant {
    Text(String),
    /// Anything else, as JSON.
    Json(String),
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// One of several types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alternative {
    pub(crate) name: String,
    /// The JSON types, the texts of the tag, or the property; none for what is left over.
    pub(crate) when: Vec<String>,
    pub(crate) value: Type,
}

/// A property.
#[derive(Clone, PartialEq, Eq)]
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
    /// What readers may take for it where it is absent, as JSON: `default`.
    pub(crate) default: Option<String>,
    pub(crate) value: Type,
    /// What its schemas assert beside its type.
    pub(crate) limits: ValueLimits,
    /// Where the schema describes it.
    pub(crate) places: Vec<Pointer>,
}

/// The type of a value.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Type {
    Bool,
    String,
    Timestamp,
    /// An integer whose bounds fit a type of Rust.
    Int(Int),
    /// An integer of any size.
    Integer,
    F64,
    /// A number with all its digits.
    Decimal,
    /// A text of which the schema says that it is a decimal.
    DecimalText,
    /// The version field. The schema may allow `null` and the like there, too.
    Version {
        is_text: bool,
    },
    /// Anything, and why nothing more is known.
    Json(Untyped),
    Null,
    /// Nothing: no value is valid.
    Never,
    /// A type that is not generated, by its path.
    Foreign(String),
    /// `null`, or a value.
    Nullable(Box<Type>),
    List(Box<Type>),
    Map(Box<Type>),
    Tuple(Vec<Type>),
    /// A named type of the same version.
    Named(TypeId),
    /// The same, boxed: the type contains itself.
    Boxed(TypeId),
}

/// The integer types of Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Int {
    U32,
    I32,
    U64,
    I64,
}

impl Int {
    /// Returns the type of that name in Rust.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "u32" => Some(Self::U32),
            "i32" => Some(Self::I32),
            "u64" => Some(Self::U64),
            "i64" => Some(Self::I64),
            _ => None,
        }
    }
}

impl EventModule {
    /// Returns the newest version of each major, oldest major first.
    pub(crate) fn newest_of_majors(&self) -> Vec<VersionId> {
        let major = |version: VersionId| self.versions[version].version.major();
        let mut newest: Vec<VersionId> = Vec::new();
        for version in self.versions.ids() {
            match newest.last_mut() {
                Some(last) if major(*last) == major(version) => *last = version,
                _ => newest.push(version),
            }
        }
        newest
    }
}

/// Any JSON: what the settings alone keep.
static ANYTHING: Type = Type::Json(Untyped::new(UntypedReason::Unconstrained));

impl OtherProperties {
    /// Returns the field that keeps them, and the type of their values.
    pub(crate) fn kept(&self) -> Option<(&'static str, &Type)> {
        match self {
            Self::Ignored | Self::Refused => None,
            Self::Described(value) => Some(("additional", value)),
            Self::Preserved => Some(("unknown_fields", &ANYTHING)),
        }
    }

    /// Returns the type that the schema describes.
    pub(crate) fn described(&self) -> Option<&Type> {
        match self {
            Self::Described(value) => Some(value),
            Self::Ignored | Self::Refused | Self::Preserved => None,
        }
    }

    fn described_mut(&mut self) -> Option<&mut Type> {
        match self {
            Self::Described(value) => Some(value),
            Self::Ignored | Self::Refused | Self::Preserved => None,
        }
    }
}

/// INVARIANT: marks in the names of types that events share are hashes of this text (see `share`), so it stays as it is when the form of this
/// struct changes. Another text renames shared types: code of consumers that names them no longer compiles after an update of schemactl. What
/// the settings decide is the same for all types, and is left out.
#[allow(clippy::missing_fields_in_debug, reason = "limits change nothing about a type")]
impl fmt::Debug for Structure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Structure")
            .field("fields", &self.fields)
            .field("rest", &self.others.described())
            .field("closed", &self.closed)
            .finish()
    }
}

/// INVARIANT: as for [`Structure`].
#[allow(
    clippy::missing_fields_in_debug,
    reason = "a default and a place change nothing about a type"
)]
impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field")
            .field("name", &self.name)
            .field("key", &self.key)
            .field("docs", &self.docs)
            .field("deprecated", &self.deprecated)
            .field("required", &self.required)
            .field("nullable", &self.nullable)
            .field("renamed_from", &self.renamed_from)
            .field("value", &self.value)
            .finish()
    }
}

/// INVARIANT: as for [`Structure`]: why a value has no type is no part of it.
impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let holder =
            |f: &mut fmt::Formatter<'_>, name: &str, inner: &dyn fmt::Debug| f.debug_tuple(name).field(inner).finish();
        let name = match self {
            Self::Int(int) => return holder(f, "Int", int),
            Self::Version { is_text } => return f.debug_struct("Version").field("is_text", is_text).finish(),
            Self::Nullable(inner) => return holder(f, "Nullable", inner),
            Self::List(inner) => return holder(f, "List", inner),
            Self::Map(inner) => return holder(f, "Map", inner),
            Self::Tuple(elements) => return holder(f, "Tuple", elements),
            Self::Named(index) => return holder(f, "Named", index),
            Self::Boxed(index) => return holder(f, "Boxed", index),
            Self::Bool => "Bool",
            Self::String => "String",
            Self::Timestamp => "Timestamp",
            Self::Integer => "Integer",
            Self::F64 => "F64",
            Self::Decimal => "Decimal",
            Self::DecimalText => "DecimalText",
            Self::Foreign(path) => return holder(f, "Foreign", path),
            Self::Json(_) => "Json",
            Self::Null => "Null",
            Self::Never => "Never",
        };
        f.write_str(name)
    }
}

impl Structure {
    /// Returns the fields whose values `new` takes as arguments.
    pub(crate) fn arguments<'s>(&'s self, types: &'s Table<TypeId, TypeDef>) -> impl Iterator<Item = &'s Field> {
        self.fields.iter().filter(|field| !field.is_defaulted(types))
    }
}

impl Field {
    /// Returns whether a new value has this field without being given one.
    pub(crate) fn is_defaulted(&self, types: &Table<TypeId, TypeDef>) -> bool {
        let is_constant = || matches!(self.value, Type::Named(index) if types[index].is_constant());
        self.value.is_version() || !self.required || (!self.nullable && is_constant())
    }
}

impl VersionTypes {
    pub(crate) fn root(&self) -> &TypeDef {
        &self.types[self.root]
    }
}

impl Type {
    /// Returns the type of a value that has no other one. `node` is a schema that applies to it.
    pub(crate) fn untyped(reason: UntypedReason, node: Option<&SubschemaRef<'_>>) -> Self {
        Self::Json(Untyped::at(reason, node))
    }

    /// Returns the named type that it is, absent, `null` and boxes aside.
    pub(crate) fn find_name(&self) -> Option<TypeId> {
        match self {
            Self::Nullable(inner) => inner.find_name(),
            Self::Named(index) | Self::Boxed(index) => Some(*index),
            _ => None,
        }
    }

    /// Returns whether it is anything.
    pub(crate) fn is_json(&self) -> bool {
        matches!(self, Self::Json(_))
    }

    pub(crate) fn is_version(&self) -> bool {
        matches!(self, Self::Version { .. })
    }

    /// Returns whether it is another type, or holds it.
    pub(crate) fn mentions(&self, other: &Self) -> bool {
        match self {
            Self::Nullable(inner) | Self::List(inner) | Self::Map(inner) => inner.mentions(other),
            Self::Tuple(elements) => elements.iter().any(|element| element.mentions(other)),
            _ => self == other,
        }
    }

    /// Calls `visit` with every named type inside.
    pub(crate) fn named(&self, visit: &mut impl FnMut(TypeId)) {
        match self {
            Self::Named(index) | Self::Boxed(index) => visit(*index),
            Self::Nullable(inner) | Self::List(inner) | Self::Map(inner) => inner.named(visit),
            Self::Tuple(elements) => elements.iter().for_each(|element| element.named(visit)),
            _ => {}
        }
    }
}

impl TypeShape {
    /// Returns the types directly inside.
    pub(crate) fn types(&self) -> Vec<&Type> {
        match self {
            Self::Struct(structure) => {
                let fields = structure.fields.iter().map(|field| &field.value);
                fields.chain(structure.others.described()).collect()
            }
            Self::Choice { variants, .. } | Self::Keyed { variants } => {
                variants.iter().map(|variant| &variant.value).collect()
            }
            Self::Newtype(inner) => vec![inner],
            Self::Enum { .. } | Self::Constant(_) => Vec::new(),
        }
    }

    /// Returns the floats among the JSON types that a choice tells apart.
    pub(crate) fn numbers_mut(&mut self) -> Vec<&mut Type> {
        let variants = match self {
            Self::Choice { tag: None, variants } => variants.as_mut_slice(),
            _ => &mut [],
        };
        let values = variants.iter_mut().map(|variant| &mut variant.value);
        values.filter(|value| **value == Type::F64).collect()
    }

    /// Returns the same, to be changed.
    pub(crate) fn types_mut(&mut self) -> Vec<&mut Type> {
        match self {
            Self::Struct(structure) => {
                let fields = structure.fields.iter_mut().map(|field| &mut field.value);
                fields.chain(structure.others.described_mut()).collect()
            }
            Self::Choice { variants, .. } | Self::Keyed { variants } => {
                variants.iter_mut().map(|variant| &mut variant.value).collect()
            }
            Self::Newtype(inner) => vec![inner],
            Self::Enum { .. } | Self::Constant(_) => Vec::new(),
        }
    }
}
