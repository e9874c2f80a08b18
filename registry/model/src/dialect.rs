//! The dialects of JSON Schema we read: drafts 4, 6, 7, 2019-09 and 2020-12.

use std::fmt;

/// A dialect of JSON Schema, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// Draft 4, the only one the EventBridge Schema Registry names.
    Draft4,
    /// Draft 6.
    Draft6,
    /// Draft 7.
    Draft7,
    /// Draft 2019-09.
    Draft201909,
    /// Draft 2020-12.
    Draft202012,
}

/// A `$schema` that names no dialect we know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown dialect `{uri}`")]
pub struct UnknownDialect {
    /// The `$schema` as written.
    pub uri: String,
}

impl Dialect {
    /// Every dialect, oldest first.
    pub const ALL: [Self; 5] = [
        Self::Draft4,
        Self::Draft6,
        Self::Draft7,
        Self::Draft201909,
        Self::Draft202012,
    ];

    /// Returns the dialect of a `$schema` URI. `http` and `https`, with and without an empty fragment, are all in use.
    pub fn from_uri(uri: &str) -> Result<Self, UnknownDialect> {
        let bare = uri.trim_end_matches('#');
        let bare = bare
            .strip_prefix("https:")
            .or_else(|| bare.strip_prefix("http:"))
            .unwrap_or(bare);
        Self::ALL
            .into_iter()
            .find(|dialect| {
                dialect
                    .uri()
                    .trim_end_matches('#')
                    .split_once(':')
                    .is_some_and(|(_, rest)| rest == bare)
            })
            .ok_or_else(|| UnknownDialect { uri: uri.to_owned() })
    }

    /// Returns the `$schema` URI of the dialect, as its specification writes it.
    pub fn uri(self) -> &'static str {
        match self {
            Self::Draft4 => "http://json-schema.org/draft-04/schema#",
            Self::Draft6 => "http://json-schema.org/draft-06/schema#",
            Self::Draft7 => "http://json-schema.org/draft-07/schema#",
            Self::Draft201909 => "https://json-schema.org/draft/2019-09/schema",
            Self::Draft202012 => "https://json-schema.org/draft/2020-12/schema",
        }
    }

    /// Returns whether a `$ref` hides the keywords beside it (it does up to draft 7).
    pub fn ref_hides_siblings(self) -> bool {
        self <= Self::Draft7
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Draft4 => "draft-04",
            Self::Draft6 => "draft-06",
            Self::Draft7 => "draft-07",
            Self::Draft201909 => "2019-09",
            Self::Draft202012 => "2020-12",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_in_use_is_known() {
        for dialect in Dialect::ALL {
            assert_eq!(Dialect::from_uri(dialect.uri()), Ok(dialect));
        }
        assert_eq!(
            Dialect::from_uri("https://json-schema.org/draft-07/schema"),
            Ok(Dialect::Draft7)
        );
        assert_eq!(
            Dialect::from_uri("http://json-schema.org/draft/2020-12/schema#"),
            Ok(Dialect::Draft202012)
        );
        assert!(Dialect::from_uri("http://json-schema.org/schema#").is_err());
        assert!(Dialect::from_uri("ftp://json-schema.org/draft-07/schema#").is_err());
    }
}
