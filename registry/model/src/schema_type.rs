//! The types of schema that the EventBridge Schema Registry knows. In: the name that the service gives a type. Out: the type.

use std::fmt;

/// A type of schema in the registry. The service stores the type and does not check the content against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SchemaType {
    /// JSON Schema draft-04.
    JsonSchemaDraft4,
    /// OpenAPI 3.0, with the envelope of EventBridge.
    OpenApi3,
}

impl SchemaType {
    /// Returns the type by the name that the service gives it.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::JsonSchemaDraft4, Self::OpenApi3]
            .into_iter()
            .find(|known| known.as_str() == name)
    }

    /// Returns the type that it is not.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::JsonSchemaDraft4 => Self::OpenApi3,
            Self::OpenApi3 => Self::JsonSchemaDraft4,
        }
    }

    /// Returns the name that the service gives it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::JsonSchemaDraft4 => "JSONSchemaDraft4",
            Self::OpenApi3 => "OpenApi3",
        }
    }
}

impl fmt::Display for SchemaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
