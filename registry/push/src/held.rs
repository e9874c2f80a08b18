//! A version that a registry holds, as a plan looks at it. In: what the registry returns. Out: its number, the digest of its content without
//! the stamp, and the stamp, if schemactl wrote it.

use schemactl_check::{Stamp, identify_content};
use schemactl_model::Digest;

use crate::remote::RemoteVersion;

/// A version that the registry holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldVersion {
    /// The registry's number of it.
    pub number: String,
    /// Which version it is. `None` if schemactl did not write it.
    pub stamp: Option<Stamp>,
    /// The digest of its content without the stamp.
    pub digest: Digest,
    /// What somebody else wrote, if it was read now: the cache does not keep it.
    pub foreign: Option<Box<RemoteVersion>>,
}

impl HeldVersion {
    pub(crate) fn of(version: &RemoteVersion) -> Self {
        let (stamp, digest) = identify_content(&version.content);
        Self {
            number: version.number.clone(),
            foreign: stamp.is_none().then(|| Box::new(version.clone())),
            stamp,
            digest,
        }
    }

    /// Returns the registry's number up to which a repair said that the versions before it are replaced.
    pub(crate) fn replaces(&self) -> Option<u64> {
        let number = self.stamp.as_ref()?.replaces.as_ref()?;
        Some(rank_of_number(number))
    }

    /// Returns the version as people name it: `version 3 (1.1)`.
    pub fn title(&self) -> String {
        match &self.stamp {
            Some(stamp) => format!("version {} ({})", self.number, stamp.version),
            None => format!("version {} (not written by schemactl)", self.number),
        }
    }
}

/// A number of the service as a number.
pub(crate) fn rank_of_number(number: &str) -> u64 {
    number.parse().unwrap_or(u64::MAX)
}
