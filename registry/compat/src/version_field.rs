//! The version field of an event, by name. In: the text of `version-field`. Out: a field, if the text names a property.

use schemactl_model::version_place;

/// The property of an event that holds its version: a name, a path such as `metadata.version`, or a JSON Pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionField<'s>(&'s str);

impl<'s> VersionField<'s> {
    /// Creates the field of a name. `None` if the text names no property.
    ///
    /// # Examples
    /// ```
    /// use schemactl_compat::VersionField;
    ///
    /// assert_eq!(VersionField::named("metadata.version").unwrap().as_str(), "metadata.version");
    /// assert_eq!(VersionField::named(""), None);
    /// ```
    pub fn named(text: &'s str) -> Option<Self> {
        version_place(text).map(|_| Self(text))
    }

    /// Returns the text that names it.
    pub fn as_str(self) -> &'s str {
        self.0
    }
}
