//! How people point at an event and its versions on a command line: `OrderPlaced`, `OrderPlaced@1.0`, `OrderPlaced@^1`,
//! `com.myapp.orders/OrderPlaced@2.0`, and AWS's `com.myapp.orders@OrderPlaced`.

use std::fmt;
use std::str::FromStr;

use crate::name::{EventName, check_part};
use crate::version::Version;

/// A reference to the versions of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRef {
    /// The namespace, if one was written.
    pub namespace: Option<String>,
    /// The name in the namespace.
    pub name: String,
    /// Which versions are meant; all of them if nothing was written.
    pub versions: Versions,
}

/// The versions a reference means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Versions {
    /// Every version.
    All,
    /// One version: `@1.0`.
    One(Version),
    /// Every version that a semver requirement matches: `@^1`, `@2`, `@>=1.1, <3`.
    Matching(semver::VersionReq),
}

/// A text that refers to no event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a reference to an event: write OrderPlaced, OrderPlaced@1.0, OrderPlaced@^1 or com.myapp.orders/OrderPlaced@2.0"
)]
pub struct InvalidReference {
    /// The text as written.
    pub text: String,
}

impl EventRef {
    /// Returns whether the reference can mean this event.
    pub fn names(&self, event: &EventName) -> bool {
        self.name == event.name()
            && self
                .namespace
                .as_deref()
                .is_none_or(|namespace| namespace == event.namespace())
    }

    /// Returns whether the reference means this version of its event.
    pub fn matches(&self, version: &Version) -> bool {
        match &self.versions {
            Versions::All => true,
            Versions::One(one) => one == version,
            Versions::Matching(requirement) => requirement.matches(version.as_semver()),
        }
    }
}

impl FromStr for EventRef {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidReference { text: text.to_owned() };
        let (namespace, rest) = match text.split_once('/') {
            Some((namespace, rest)) => (Some(namespace), rest),
            None => (None, text),
        };
        let (name, after) = match rest.split_once('@') {
            Some((name, after)) => (name, Some(after)),
            None => (rest, None),
        };
        let parts = match (namespace, after.map(versions)) {
            (namespace, None) => (namespace, name, Versions::All),
            (namespace, Some(Some(versions))) => (namespace, name, versions),
            // What follows the @ is no version: AWS's order, namespace@name.
            (None, Some(None)) => (Some(name), after.ok_or_else(invalid)?, Versions::All),
            (Some(_), Some(None)) => return Err(invalid()),
        };
        let (namespace, name, versions) = parts;
        namespace
            .map_or(Ok(()), check_part)
            .and_then(|()| check_part(name))
            .map_err(|_| invalid())?;
        Ok(Self {
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
            versions,
        })
    }
}

fn versions(text: &str) -> Option<Versions> {
    text.parse()
        .map(Versions::One)
        .or_else(|_| text.parse().map(Versions::Matching))
        .ok()
}

impl fmt::Display for EventRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}/")?;
        }
        f.write_str(&self.name)?;
        match &self.versions {
            Versions::All => Ok(()),
            Versions::One(version) => write!(f, "@{version}"),
            Versions::Matching(requirement) => write!(f, "@{requirement}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> EventRef {
        text.parse().unwrap()
    }

    #[test]
    fn every_spelling_of_the_product_page() {
        let event: EventName = "com.myapp.orders/OrderPlaced".parse().unwrap();
        for (text, in_1_0, in_1_1, in_2_0) in [
            ("OrderPlaced", true, true, true),
            ("OrderPlaced@1.0", true, false, false),
            ("OrderPlaced@^1", true, true, false),
            ("com.myapp.orders/OrderPlaced@2.0", false, false, true),
            ("com.myapp.orders@OrderPlaced", true, true, true),
            ("OrderPlaced@2", false, false, true),
        ] {
            let reference = read(text);
            assert!(reference.names(&event), "{text}");
            let matched = [(1, 0), (1, 1), (2, 0)].map(|(major, minor)| reference.matches(&Version::new(major, minor)));
            assert_eq!(matched, [in_1_0, in_1_1, in_2_0], "{text}");
            assert_eq!(read(&reference.to_string()), reference);
        }
    }

    #[test]
    fn what_names_no_event_is_refused() {
        for wrong in ["", "@1.0", "a/b@c@d", "a b", "../x", "x/y@z"] {
            assert!(wrong.parse::<EventRef>().is_err(), "{wrong}");
        }
    }
}
