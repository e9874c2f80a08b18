//! Under which assumptions two versions are compared. In: a policy and the name of the version field. Out: settings that every
//! comparison, explanation and replay of a pair shares.

use schemactl_model::VersionField;

use crate::policy::Policy;

/// Under which assumptions two versions are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComparisonSettings<'s> {
    /// The content-model policy.
    pub policy: Policy,
    /// The property that holds the version, if there is one. Without it the schemas are compared as they are written.
    pub version_field: Option<&'s VersionField>,
}

impl ComparisonSettings<'_> {
    /// Creates settings for schemas that have no version field.
    pub fn without_version(policy: Policy) -> Self {
        Self {
            policy,
            version_field: None,
        }
    }
}
