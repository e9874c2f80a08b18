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
    /// Whether there may be no value for an alternative that the older union has not: it is that of an optional property.
    pub(crate) can_be_absent: bool,
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
    /// Both are one of several types.
    Choice {
        /// Where each alternative of the newer type goes.
        variants: Vec<ChoiceStep>,
        /// Whether the newer type keeps alternatives that it does not list, which stay as they are.
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
    /// The one value that the older schema allows.
    Constant,
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
    /// An integer with bounds is one of wider bounds, or of any size.
    WidenInteger,
    /// A date-time or a decimal is its text.
    WriteText,
    /// A value of an enum is its text.
    WriteVariant,
    /// A value that the schemas fix is the same on both sides.
    Constant,
    /// A value that the newer schema fixes is its text.
    Text(String),
    /// A value that the newer schema fixes is one of an enum.
    Variant {
        /// The enum.
        of: TypeId,
        /// The value.
        variant: VariantId,
    },
    /// It is an alternative of a union.
    Wrap {
        /// The union.
        union: TypeId,
        /// The position of the alternative.
        at: usize,
        /// What is done with the value.
        value: Box<ValueStep>,
    },
    /// It is JSON: the older schema describes no type.
    WriteJson {
        /// Whether Rust copies values of the type; otherwise they are cloned.
        is_copy: bool,
    },
    /// It is JSON, `null` where it is not there.
    WriteNullable(Box<ValueStep>),
    /// What may be absent or `null` stays so.
    EachOptional(Box<ValueStep>),
    /// Each element of a list.
    EachElement(Box<ValueStep>),
    /// The value of each member of a map.
    EachMember(Box<ValueStep>),
    /// Each element of a tuple, by its own step.
    EachPosition(Vec<ValueStep>),
    /// It is there, where the other type may be absent or `null`.
    Present(Box<ValueStep>),
    /// It goes through the routine of its type.
    Call {
        /// The routine.
        routine: RoutineId,
        /// Whether the type that comes out contains itself here, and is boxed.
        is_boxed: bool,
    },
    /// It goes through the routine of its union, which may leave it absent.
    CallOptional {
        /// The routine.
        routine: RoutineId,
        /// Whether the union that comes out contains itself here, and is boxed.
        is_boxed: bool,
        /// Whether it may be absent before, too.
        is_optional: bool,
    },
}

/// Where an alternative of a union goes.
#[derive(Clone, Debug)]
pub(crate) struct ChoiceStep {
    /// The position of the alternative among those of the newer type.
    pub(crate) from: usize,
    /// Where it goes.
    pub(crate) target: ChoiceTarget,
}

/// What an alternative of a union becomes.
#[derive(Clone, Debug)]
pub(crate) enum ChoiceTarget {
    /// An alternative of the older union.
    Alternative {
        /// The position among those of the older type.
        to: usize,
        /// What is done with its value.
        value: ValueStep,
    },
    /// A value of the older union that no schema gives: it has no such alternative.
    Gap(GapId),
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
    /// Where it is in an event of the older version, such as `items[].unitPrice`; a type in several places has the first.
    pub(crate) path: String,
    /// Whether it may be absent, and is unless the producer says otherwise.
    pub(crate) is_optional: bool,
    /// What readers may take for it where it is absent, as JSON.
    pub(crate) default: Option<String>,
    /// The property of the newer version that could have been it, but for its values.
    pub(crate) unproved: Option<String>,
    /// The alternative of the newer version's union that the older one has not, if the gap is that of one.
    pub(crate) alternative: Option<GapAlternative>,
    /// The type whose value is at hand.
    pub(crate) from: TypeId,
    /// The type of the value, presence included.
    pub(crate) value: Type,
}

/// An alternative that only the newer version has.
#[derive(Clone, Debug)]
pub(crate) struct GapAlternative {
    /// Its name in Rust.
    pub(crate) name: String,
    /// What tells it: `kind is voucher`, `its type is boolean`, `it has company`.
    pub(crate) told_by: String,
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
                    FieldSource::Version | FieldSource::Constant | FieldSource::Gap(_) => None,
                });
                let others = others.iter().filter_map(|step| match step {
                    OthersStep::Carry { value, .. } => Some(value),
                    OthersStep::Empty | OthersStep::Gap(_) => None,
                });
                fields.chain(others).collect()
            }
            Self::Choice { variants, .. } => {
                let values = variants.iter().filter_map(|step| match &step.target {
                    ChoiceTarget::Alternative { value, .. } => Some(value),
                    ChoiceTarget::Gap(_) => None,
                });
                values.collect()
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
            Self::Choice { variants, .. } => {
                let mut targets = variants.iter().map(|step| &step.target);
                targets.any(|target| matches!(target, ChoiceTarget::Gap(_)))
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
            Self::Unnamed { .. } | Self::Version | Self::Constant | Self::Gap(_) => None,
        }
    }
}

impl ValueStep {
    /// Returns the routines that are called for the value, or for what is inside it.
    pub(crate) fn routines(&self) -> Vec<RoutineId> {
        match self {
            Self::Call { routine, .. } | Self::CallOptional { routine, .. } => vec![*routine],
            Self::EachOptional(inner)
            | Self::EachElement(inner)
            | Self::EachMember(inner)
            | Self::Present(inner)
            | Self::Wrap { value: inner, .. }
            | Self::WriteNullable(inner) => inner.routines(),
            Self::EachPosition(elements) => elements.iter().flat_map(Self::routines).collect(),
            Self::Keep { .. }
            | Self::WidenInteger
            | Self::WriteText
            | Self::WriteVariant
            | Self::Constant
            | Self::Text(_)
            | Self::Variant { .. }
            | Self::WriteJson { .. } => Vec::new(),
        }
    }
}
