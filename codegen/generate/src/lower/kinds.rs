//! Sets of JSON types, and which of them a schema allows.

use schemactl_model::{Keyword, Kind, SubschemaRef, Value};

/// A set of JSON types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

impl Kinds {
    pub(crate) const NULL: Self = Self(1);
    pub(crate) const BOOLEAN: Self = Self(2);
    pub(crate) const INTEGER: Self = Self(4);
    /// Integers are numbers.
    pub(crate) const NUMBER: Self = Self(4 | 8);
    pub(crate) const STRING: Self = Self(16);
    pub(crate) const ARRAY: Self = Self(32);
    pub(crate) const OBJECT: Self = Self(64);
    pub(crate) const ALL: Self = Self(127);
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the types one by one; integers and other numbers go together.
    pub(crate) fn each(self) -> Vec<Self> {
        let number = if self.meets(Self(8)) {
            Self::NUMBER
        } else {
            Self::INTEGER
        };
        [Self::OBJECT, Self::ARRAY, Self::STRING, number, Self::BOOLEAN]
            .into_iter()
            .filter(|kind| self.meets(*kind))
            .collect()
    }

    /// Their names in JSON Schema.
    pub(crate) fn names(self) -> Vec<String> {
        const NAMES: [(&str, u8); 7] = [
            ("null", 1),
            ("boolean", 2),
            ("integer", 4),
            ("number", 8),
            ("string", 16),
            ("array", 32),
            ("object", 64),
        ];
        let names = NAMES.iter().filter(|(_, bit)| self.0 & bit != 0);
        names.map(|(name, _)| (*name).to_owned()).collect()
    }

    /// Returns what a variant for it is called.
    pub(crate) fn variant(self) -> &'static str {
        match self {
            Self::BOOLEAN => "Bool",
            Self::INTEGER => "Integer",
            Self::NUMBER => "Number",
            Self::STRING => "Text",
            Self::ARRAY => "List",
            _ => "Object",
        }
    }

    pub(crate) fn of_value(value: &Value) -> Self {
        match &value.kind {
            Kind::Null => Self::NULL,
            Kind::Bool(_) => Self::BOOLEAN,
            Kind::Number(number) if number.is_integer() => Self::INTEGER,
            Kind::Number(_) => Self::NUMBER,
            Kind::String(_) => Self::STRING,
            Kind::Array(_) => Self::ARRAY,
            Kind::Object(_) => Self::OBJECT,
        }
    }

    fn of_name(name: &str) -> Self {
        match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            // `any` of draft-03, and mistakes.
            _ => Self::ALL,
        }
    }
}

/// Returns the types that a node allows by itself: its references and branches are not looked at.
pub(crate) fn kinds_of(node: &SubschemaRef<'_>) -> Kinds {
    let declared = match node.keyword(Keyword::Type).map(|value| &value.kind) {
        Some(Kind::String(name)) => Kinds::of_name(name),
        Some(Kind::Array(names)) if !names.is_empty() => names.iter().fold(Kinds::NONE, |kinds, name| {
            kinds.or(name.as_str().map_or(Kinds::ALL, Kinds::of_name))
        }),
        _ => Kinds::ALL,
    };
    let declared = if node.is_true(Keyword::Nullable) {
        declared.or(Kinds::NULL)
    } else {
        declared
    };
    match values_of(node) {
        Some(values) => declared.and(
            values
                .into_iter()
                .fold(Kinds::NONE, |kinds, value| kinds.or(Kinds::of_value(value))),
        ),
        None => declared,
    }
}

/// Returns the values that a node lists with `enum` or `const`.
pub(crate) fn values_of<'v>(node: &SubschemaRef<'v>) -> Option<Vec<&'v Value>> {
    match (
        node.keyword(Keyword::Const),
        node.keyword(Keyword::Enum).and_then(Value::as_array),
    ) {
        (Some(value), None) => Some(vec![value]),
        (Some(value), Some(values)) => Some(values.iter().filter(|listed| *listed == value).collect()),
        (None, Some(values)) => Some(values.iter().collect()),
        (None, None) => None,
    }
}
