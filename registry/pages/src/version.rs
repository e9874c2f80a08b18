//! How a version is called. In: the number that the registry gave, and our version where a stamp says it. Out: the label that people
//! know their events by.

/// A version of a schema, by its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionLabel {
    /// The number that the registry gave it.
    pub number: i64,
    /// Our version in the stamp of the content, such as `1.10`. `None` for a content that schemactl did not register.
    pub ours: Option<String>,
}

impl VersionLabel {
    /// Returns our version, or else the number of the registry.
    pub(crate) fn name(&self) -> String {
        self.ours.clone().unwrap_or_else(|| self.number.to_string())
    }
}
