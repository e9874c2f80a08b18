//! A version of an event schema: `MAJOR.MINOR`, a patch optional. A semver version underneath, so that requirements
//! (`^1`) mean what Rust developers expect.

use std::fmt;
use std::str::FromStr;

/// A schema version. `1.0` and `1.0.0` are the same version and print as `1.0`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version(semver::Version);

/// A text that is no version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a version: write MAJOR.MINOR, such as 1.0, or MAJOR.MINOR.PATCH")]
pub struct InvalidVersion {
    /// The text as written.
    pub text: String,
}

impl Version {
    /// Creates the version `major.minor`.
    pub fn new(major: u64, minor: u64) -> Self {
        Self(semver::Version::new(major, minor, 0))
    }

    /// Returns the major number.
    pub fn major(&self) -> u64 {
        self.0.major
    }

    /// Returns the minor number.
    pub fn minor(&self) -> u64 {
        self.0.minor
    }

    /// Returns the patch number, 0 if none was written.
    pub fn patch(&self) -> u64 {
        self.0.patch
    }

    /// Returns the version as the semver crate has it, for matching requirements.
    pub fn as_semver(&self) -> &semver::Version {
        &self.0
    }
}

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidVersion { text: text.to_owned() };
        let parts = text
            .split('.')
            .map(number)
            .collect::<Option<Vec<_>>>()
            .ok_or_else(invalid)?;
        match parts[..] {
            [major, minor] => Ok(Self(semver::Version::new(major, minor, 0))),
            [major, minor, patch] => Ok(Self(semver::Version::new(major, minor, patch))),
            _ => Err(invalid()),
        }
    }
}

/// Digits without a leading zero: `01` is a typing error, not version 1.
fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    plain.then(|| text.parse().ok())?
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.major, self.0.minor)?;
        if self.0.patch == 0 {
            Ok(())
        } else {
            write!(f, ".{}", self.0.patch)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_two_or_three_numbers_and_nothing_else() {
        assert_eq!("1.0".parse::<Version>().unwrap(), Version::new(1, 0));
        assert_eq!("1.0.2".parse::<Version>().unwrap().to_string(), "1.0.2");
        for wrong in [
            "",
            "1",
            "v1.0",
            "1.0.0.0",
            "01.0",
            "1.",
            "1.0-rc1",
            "+1.0",
            "99999999999999999999.0",
        ] {
            assert!(wrong.parse::<Version>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn orders_by_number_not_by_letter() {
        assert!("1.10".parse::<Version>().unwrap() > "1.9".parse::<Version>().unwrap());
    }
}
