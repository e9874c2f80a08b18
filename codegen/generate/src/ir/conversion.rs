//! Conversions between versions, as data: what happens to each property on the way from a newer version to an older one. `conversion`
//! derives them from the types of both versions, `emit` spells them out in Rust and decides nothing.
//!
//! A conversion is a program. It has a routine for each pair of named types that are converted into each other, so that types which
//! contain themselves have an end; the operations of a routine are on the properties of its two types. Every property of the older
//! type has exactly one operation, and every property of the newer type is read by one or listed as dropped.

use super::{FieldId, GapId, RoutineId, Table, Type, TypeId, VariantId, VersionId};

/// A conversion of every event of one version to another version.
#[derive(Clone, Debug)]
pub(crate) struct Conversion {
    /// The version that is converted.
    pub(crate) from: VersionId,
    /// The version that comes out.
    pub(crate) to: VersionId,
    /// The routines; the first converts the root.
    pub(crate) routines: Table<RoutineId, Routine>,
    /// The values that no schema gives.
    pub(crate) gaps: Table<GapId, Gap>,
}

/// What is done with a value of one named type to make one of another.
#[derive(Clone, Debug)]
pub(crate) struct Routine {
    /// The name in Rust, unique in its conversion.
    pub(crate) name: String,
    /// The type that is converted.
    pub(crate) from: TypeId,
    /// The type that comes out.
    pub(crate) to: TypeId,
    /// What is done.
    pub(crate) steps: RoutineSteps,
    /// Whether it, or a routine that it calls, needs a value that no schema gives.
    pub(crate) needs_gaps: bool,
}

/// The steps of a routine, by the shapes of its types.
#[derive(Clone, Debug)]
pub(crate) enum RoutineSteps {
    /// Both are objects.
    Object {
        /// The operation for each property of the older type, in its order.
        fields: Vec<FieldStep>,
        /// What becomes of properties that are not named; nothing where the older type keeps none.
        others: Option<OthersStep>,
        /// The properties of the newer type that no operation reads: what the conversion loses.
        dropped: Vec<FieldId>,
    },
    /// Both are lists of texts.
    Enum {
        /// Where each value of the newer type goes.
        values: Vec<(VariantId, EnumStep)>,
        /// Whether the newer type has values that it does not list, which stay as they are.
        keeps_unknown: bool,
    },
    /// Both name a type of another shape.
    Inner(ValueStep),
    /// They have nothing in common.
    Gap(GapId),
}

/// The operation for one property of the older type.
#[derive(Clone, Debug)]
pub(crate) struct FieldStep {
    /// The property that comes out.
    pub(crate) to: FieldId,
    /// Where its value comes from.
    pub(crate) source: FieldSource,
}

/// Where the value of a property comes from.
#[derive(Clone, Debug)]
pub(crate) enum FieldSource {
    /// The property of the same name.
    Copy {
        /// The property that is read.
        from: FieldId,
        /// What is done with its value.
        value: ValueStep,
    },
    /// The property that the newer schema says was renamed from this one (`x-renamed-from`).
    Rename {
        /// The property that is read.
        from: FieldId,
        /// What is done with its value.
        value: ValueStep,
    },
    /// The property of the same name among those that the newer type keeps without naming them; absent where it is not there.
    Unnamed {
        /// What is done with its value.
        value: ValueStep,
    },
    /// The version that comes out.
    Version,
    /// Nothing: the property is optional, and the newer version has none like it.
    Absent,
    /// A value that no schema gives.
    Gap(GapId),
}

/// What becomes of properties that are not named.
#[derive(Clone, Debug)]
pub(crate) enum OthersStep {
    /// There are none: the newer type keeps none.
    Empty,
    /// They go over.
    Carry {
        /// Those that stay behind, since they are named on the other side.
        without: Vec<String>,
        /// What is done with each value.
        value: ValueStep,
    },
    /// Values that no schema gives.
    Gap(GapId),
}

/// What is done with one value.
#[derive(Clone, Debug)]
pub(crate) enum ValueStep {
    /// Nothing: it is of the same type.
    Keep {
        /// Whether Rust copies values of the type; otherwise they are cloned.
        is_copy: bool,
    },
    /// An integer with bounds is one of any size.
    WidenInteger,
    /// A date-time or a decimal is its text.
    WriteText,
    /// A value of an enum is its text.
    WriteVariant,
    /// What may be absent or `null` stays so.
    EachOptional(Box<ValueStep>),
    /// Each element of a list.
    EachElement(Box<ValueStep>),
    /// The value of each member of a map.
    EachMember(Box<ValueStep>),
    /// It is there, where the other type may be absent or `null`.
    Present(Box<ValueStep>),
    /// It goes through the routine of its type.
    Call {
        /// The routine.
        routine: RoutineId,
        /// Whether the type that comes out contains itself here, and is boxed.
        is_boxed: bool,
    },
}

/// Where a value of an enum goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EnumStep {
    /// To the same value.
    Value(VariantId),
    /// To the values that the older type does not list, with its text.
    Unknown,
}

/// A value that no schema gives: who publishes the event says it.
#[derive(Clone, Debug)]
pub(crate) struct Gap {
    /// The method that gives it, unique in its conversion.
    pub(crate) method: String,
    /// What it is called in JSON.
    pub(crate) key: String,
    /// The type whose value is at hand.
    pub(crate) from: TypeId,
    /// The type that the value is a part of.
    pub(crate) to: TypeId,
    /// The type of the value, presence included.
    pub(crate) value: Type,
}

impl Conversion {
    /// Returns the routine of the root.
    pub(crate) fn root(&self) -> &Routine {
        let first = self.routines.ids().next();
        &self.routines[first.expect("the routine of the root is made first")]
    }
}

impl RoutineSteps {
    /// Returns the operations on values.
    pub(crate) fn values(&self) -> Vec<&ValueStep> {
        match self {
            Self::Object { fields, others, .. } => {
                let fields = fields.iter().filter_map(|step| match &step.source {
                    FieldSource::Copy { value, .. }
                    | FieldSource::Rename { value, .. }
                    | FieldSource::Unnamed { value } => Some(value),
                    FieldSource::Version | FieldSource::Absent | FieldSource::Gap(_) => None,
                });
                let others = others.iter().filter_map(|step| match step {
                    OthersStep::Carry { value, .. } => Some(value),
                    OthersStep::Empty | OthersStep::Gap(_) => None,
                });
                fields.chain(others).collect()
            }
            Self::Inner(value) => vec![value],
            Self::Enum { .. } | Self::Gap(_) => Vec::new(),
        }
    }

    /// Returns whether a step of its own needs a value that no schema gives.
    pub(crate) fn has_gap(&self) -> bool {
        match self {
            Self::Object { fields, others, .. } => {
                let mut fields = fields.iter();
                fields.any(|step| matches!(step.source, FieldSource::Gap(_)))
                    || matches!(others, Some(OthersStep::Gap(_)))
            }
            Self::Gap(_) => true,
            Self::Enum { .. } | Self::Inner(_) => false,
        }
    }
}

impl FieldSource {
    /// Returns the property of the newer type that is read.
    pub(crate) fn field(&self) -> Option<FieldId> {
        match self {
            Self::Copy { from, .. } | Self::Rename { from, .. } => Some(*from),
            Self::Unnamed { .. } | Self::Version | Self::Absent | Self::Gap(_) => None,
        }
    }
}

impl ValueStep {
    /// Returns the routine that is called for the value, or for what is inside it.
    pub(crate) fn routine(&self) -> Option<RoutineId> {
        match self {
            Self::Call { routine, .. } => Some(*routine),
            Self::EachOptional(inner) | Self::EachElement(inner) | Self::EachMember(inner) | Self::Present(inner) => {
                inner.routine()
            }
            Self::Keep { .. } | Self::WidenInteger | Self::WriteText | Self::WriteVariant => None,
        }
    }
}
