//! Values that no Rust type describes. In: a schema that applies to one, and why. Out: the place, as notes of a generation name it.

use std::fmt;

use schemactl_model::{Pointer, Source, Span, SubschemaRef};

/// Why a value is a `serde_json::Value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum UntypedReason {
    /// No keyword limits the value.
    Unconstrained,
    /// Every JSON type is allowed.
    EveryType,
    /// An object whose properties are not described.
    UndescribedProperties,
    /// An array whose elements are not described.
    UndescribedElements,
    /// Properties are described, but values that are no objects are valid too.
    NoObjectRequired,
    /// Another alternative of a union leaves the property open.
    OpenAlternative,
    /// The schema describes it only under a condition: `if`, `not`, `contains`, dependencies.
    Conditional,
    /// Alternatives that neither their types nor a property tell apart.
    Alternatives,
    /// The kinds of an extensible union, which no constant property tells apart.
    OpenUnion,
    /// Several schemas describe the values of an object without properties.
    CombinedMaps,
    /// `patternProperties` that may overlap.
    Patterns,
    /// `enum` or `const` lists whole objects or arrays.
    ListedWholes,
    /// Elements of a tuple whose length is not fixed.
    OpenTuple,
    /// A reference that leads out of the document, or depends on the way to it.
    UnknownReference,
    /// A schema that refers only to itself.
    Circular,
    /// No value is valid.
    Impossible,
    /// The schema is nested too deeply, or too large.
    TooLarge,
}

impl UntypedReason {
    /// Returns a name for tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unconstrained => "unconstrained",
            Self::EveryType => "every-type",
            Self::UndescribedProperties => "undescribed-properties",
            Self::UndescribedElements => "undescribed-elements",
            Self::NoObjectRequired => "no-object-required",
            Self::OpenAlternative => "open-alternative",
            Self::Conditional => "conditional",
            Self::Alternatives => "alternatives",
            Self::OpenUnion => "open-union",
            Self::CombinedMaps => "combined-maps",
            Self::Patterns => "patterns",
            Self::ListedWholes => "listed-wholes",
            Self::OpenTuple => "open-tuple",
            Self::UnknownReference => "unknown-reference",
            Self::Circular => "circular",
            Self::Impossible => "impossible",
            Self::TooLarge => "too-large",
        }
    }
}

impl fmt::Display for UntypedReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unconstrained => "no keyword limits its type; add `type`",
            Self::EveryType => "every JSON type is allowed",
            Self::UndescribedProperties => {
                "its properties are not described; add `properties` or `additionalProperties`"
            }
            Self::UndescribedElements => "its elements are not described; add `items`",
            Self::NoObjectRequired => "values that are no objects are valid too; add `\"type\": \"object\"`",
            Self::OpenAlternative => "another alternative leaves it open",
            Self::Conditional => "it is described only under a condition",
            Self::Alternatives => "neither their types nor a property tell its alternatives apart",
            Self::OpenUnion => "no constant property tells the kinds of the extensible union apart",
            Self::CombinedMaps => "several schemas describe its values",
            Self::Patterns => "its `patternProperties` may overlap",
            Self::ListedWholes => "`enum` or `const` lists whole objects or arrays",
            Self::OpenTuple => "it is a tuple whose length is not fixed",
            Self::UnknownReference => "its reference leads out of the document",
            Self::Circular => "its schema refers only to itself",
            Self::Impossible => "no value is valid",
            Self::TooLarge => "the schema is nested too deeply, or too large",
        })
    }
}

/// A place in a schema whose values are a `serde_json::Value`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UntypedPlace {
    /// `file:line:col` of the schema.
    pub place: String,
    /// The place in the document, as a JSON pointer that begins with `#`.
    pub pointer: String,
    /// The property, if it is one.
    pub property: Option<String>,
    /// Why.
    pub reason: UntypedReason,
}

impl fmt::Display for UntypedPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            place,
            pointer,
            property,
            reason,
        } = self;
        match property {
            Some(property) => write!(f, "{place}: `{property}` is untyped: {reason} ({pointer})"),
            None => write!(f, "{place}: a value is untyped: {reason} ({pointer})"),
        }
    }
}

/// Why a value has no type, and where its schema is.
#[derive(Clone)]
pub(crate) struct Untyped {
    reason: UntypedReason,
    place: Option<(Pointer, Span)>,
}

impl Untyped {
    pub(crate) const fn new(reason: UntypedReason) -> Self {
        Self { reason, place: None }
    }

    /// Remembers a schema that applies to the value.
    pub(crate) fn at(reason: UntypedReason, node: Option<&SubschemaRef<'_>>) -> Self {
        Self {
            reason,
            place: node.map(|node| (node.pointer.clone(), node.value.span)),
        }
    }

    /// Returns the place as a note names it, and where it begins in the text.
    pub(crate) fn located(&self, source: &Source, property: Option<&str>) -> (u32, UntypedPlace) {
        let (pointer, span) = self.place.clone().unwrap_or_default();
        let place = UntypedPlace {
            place: format!("{}:{}", source.path(), source.location(span.start)),
            pointer: format!("#{pointer}"),
            property: property.map(str::to_owned),
            reason: self.reason,
        };
        (span.start, place)
    }
}

/// The values are the same, whatever the reason.
impl PartialEq for Untyped {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Untyped {}
