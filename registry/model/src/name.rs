//! The name of an event: a namespace and a name, `com.myapp.orders/OrderPlaced`.

use std::fmt;
use std::str::FromStr;

/// The name of an event in a workspace. Both parts are safe as folder names and as parts of an EventBridge schema name:
/// they hold only ASCII letters, digits, `.`, `_` and `-`, and do not start or end with a dot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventName {
    namespace: String,
    name: String,
}

/// A text that names no event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an event name: {reason}")]
pub struct InvalidName {
    /// The text as written.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// EventBridge allows 385 characters for `namespace@name`; each part stays well below on its own.
const MAX_PART: usize = 190;

impl EventName {
    /// Creates a name from its two parts.
    pub fn new(namespace: &str, name: &str) -> Result<Self, InvalidName> {
        check_part(namespace)?;
        check_part(name)?;
        Ok(Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        })
    }

    /// Returns the namespace, such as `com.myapp.orders`.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Returns the name in the namespace, such as `OrderPlaced`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the name of its schema in the EventBridge Schema Registry: `com.myapp.orders@OrderPlaced`.
    pub fn schema_name(&self) -> String {
        format!("{}@{}", self.namespace, self.name)
    }
}

/// Whether a text can be the namespace or the name of an event.
pub(crate) fn check_part(text: &str) -> Result<(), InvalidName> {
    let invalid = |reason| {
        Err(InvalidName {
            text: text.to_owned(),
            reason,
        })
    };
    if text.is_empty() {
        return invalid("it is empty");
    }
    if text.len() > MAX_PART {
        return invalid("it is longer than 190 characters");
    }
    if text.starts_with('.') || text.ends_with('.') {
        return invalid("it starts or ends with a dot");
    }
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    {
        return invalid(
            "only letters, digits, `.`, `_` and `-` are allowed, and letters are A to Z, as in the registry",
        );
    }
    Ok(())
}

impl FromStr for EventName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (namespace, name) = text.split_once(['/', '@']).ok_or_else(|| InvalidName {
            text: text.to_owned(),
            reason: "write NAMESPACE/NAME, such as com.myapp.orders/OrderPlaced",
        })?;
        Self::new(namespace, name)
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_name_the_same_event() {
        let name: EventName = "com.myapp.orders/OrderPlaced".parse().unwrap();
        assert_eq!(name, "com.myapp.orders@OrderPlaced".parse().unwrap());
        assert_eq!(name.schema_name(), "com.myapp.orders@OrderPlaced");
    }

    #[test]
    fn names_that_could_leave_the_folder_are_refused() {
        for hostile in [
            "../etc/passwd",
            "a/..",
            "a/.",
            "a/b/c",
            "a/",
            "/b",
            "a/b\0",
            "a/b c",
            "C:/b",
            "a/é",
        ] {
            assert!(hostile.parse::<EventName>().is_err(), "{hostile:?}");
        }
    }
}
