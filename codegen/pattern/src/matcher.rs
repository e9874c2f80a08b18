//! The conditions on one field: what may stand in a pattern's lists. Constructors take what they are given; whether
//! EventBridge takes it too is found out by [`crate::Pattern::check`].

use crate::glob::Glob;
use crate::scalar::{Number, Scalar};

/// One condition. A field's list of them is satisfied if one of them is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Matcher {
    /// The value itself.
    Equals(Scalar),
    /// `null`, which is not the same as an absent field.
    Null,
    /// A string that starts with a text.
    Prefix {
        /// The text.
        text: String,
        /// Whether letters match in either case.
        ignore_case: bool,
    },
    /// A string that ends with a text.
    Suffix {
        /// The text.
        text: String,
        /// Whether letters match in either case.
        ignore_case: bool,
    },
    /// A string, letters in either case.
    EqualsIgnoreCase(String),
    /// A string with `*` for any characters, `\*` for an asterisk and `\\` for a backslash.
    Wildcard(String),
    /// A present value of any type that none of the excluded forms fits.
    AnythingBut(AnythingBut),
    /// A number in a range.
    Numeric(NumericRange),
    /// A string that is an IP address of a network, such as `10.0.0.0/24`.
    Cidr(String),
    /// A leaf that is there, or a leaf that is not.
    Exists(bool),
}

/// What [`Matcher::AnythingBut`] excludes. Each is a list, one entry in it written without the list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnythingBut {
    /// These values: all strings or all numbers.
    Values(Vec<Scalar>),
    /// Strings that start with one of these.
    Prefix(Vec<String>),
    /// Strings that end with one of these.
    Suffix(Vec<String>),
    /// These strings in any case.
    EqualsIgnoreCase(Vec<String>),
    /// Strings that one of these wildcards fits.
    Wildcard(Vec<String>),
}

/// A range of numbers, open where it has no bound. Two equal inclusive bounds are written `=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumericRange {
    /// The lower bound.
    pub lower: Option<Bound>,
    /// The upper bound.
    pub upper: Option<Bound>,
}

/// An end of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The number.
    pub value: Number,
    /// Whether the number itself is in the range.
    pub inclusive: bool,
}

impl Bound {
    /// Creates a bound that is in the range.
    pub fn inclusive(value: impl Into<Number>) -> Self {
        Self {
            value: value.into(),
            inclusive: true,
        }
    }

    /// Creates a bound that is not in the range.
    pub fn exclusive(value: impl Into<Number>) -> Self {
        Self {
            value: value.into(),
            inclusive: false,
        }
    }
}

impl NumericRange {
    /// Creates the range of one number.
    pub fn equal(value: impl Into<Number>) -> Self {
        let bound = Bound::inclusive(value);
        Self {
            lower: Some(bound.clone()),
            upper: Some(bound),
        }
    }

    /// Returns the number, if the range is that of one number.
    pub fn as_equal(&self) -> Option<&Number> {
        let lower = self.lower.as_ref().filter(|bound| bound.inclusive)?;
        (self.upper.as_ref() == Some(lower)).then_some(&lower.value)
    }
}

impl Matcher {
    /// Matches exactly this value.
    pub fn eq(value: impl Into<Scalar>) -> Self {
        Self::Equals(value.into())
    }

    /// Matches `null`.
    pub fn null() -> Self {
        Self::Null
    }

    /// Matches a string that starts with `text`.
    pub fn prefix(text: impl Into<String>) -> Self {
        Self::Prefix {
            text: text.into(),
            ignore_case: false,
        }
    }

    /// Matches a string that starts with `text` in any case.
    pub fn prefix_ignore_case(text: impl Into<String>) -> Self {
        Self::Prefix {
            text: text.into(),
            ignore_case: true,
        }
    }

    /// Matches a string that ends with `text`.
    pub fn suffix(text: impl Into<String>) -> Self {
        Self::Suffix {
            text: text.into(),
            ignore_case: false,
        }
    }

    /// Matches a string that ends with `text` in any case.
    pub fn suffix_ignore_case(text: impl Into<String>) -> Self {
        Self::Suffix {
            text: text.into(),
            ignore_case: true,
        }
    }

    /// Matches the string `text` in any case.
    pub fn equals_ignore_case(text: impl Into<String>) -> Self {
        Self::EqualsIgnoreCase(text.into())
    }

    /// Matches a string that `text` fits, `*` standing for any characters.
    pub fn wildcard(text: impl Into<String>) -> Self {
        Self::Wildcard(text.into())
    }

    /// Returns the texts around the asterisks of a wildcard, without its escapes. `None` if EventBridge refuses it.
    ///
    /// # Examples
    ///
    /// ```
    /// use schemactl_pattern::Matcher;
    ///
    /// assert_eq!(Matcher::split_wildcard(r"ord-*-5\*").unwrap(), ["ord-", "-5*"]);
    /// assert_eq!(Matcher::split_wildcard("a**"), None);
    /// ```
    pub fn split_wildcard(text: &str) -> Option<Vec<String>> {
        Glob::read(text).ok().map(Glob::into_parts)
    }

    /// Matches any value but these: all strings or all numbers.
    pub fn anything_but<S: Into<Scalar>>(values: impl IntoIterator<Item = S>) -> Self {
        Self::AnythingBut(AnythingBut::Values(values.into_iter().map(Into::into).collect()))
    }

    /// Matches a number above `value`.
    pub fn greater_than(value: impl Into<Number>) -> Self {
        Self::Numeric(NumericRange {
            lower: Some(Bound::exclusive(value)),
            upper: None,
        })
    }

    /// Matches `value` or a number above it.
    pub fn at_least(value: impl Into<Number>) -> Self {
        Self::Numeric(NumericRange {
            lower: Some(Bound::inclusive(value)),
            upper: None,
        })
    }

    /// Matches a number below `value`.
    pub fn less_than(value: impl Into<Number>) -> Self {
        Self::Numeric(NumericRange {
            lower: None,
            upper: Some(Bound::exclusive(value)),
        })
    }

    /// Matches `value` or a number below it.
    pub fn at_most(value: impl Into<Number>) -> Self {
        Self::Numeric(NumericRange {
            lower: None,
            upper: Some(Bound::inclusive(value)),
        })
    }

    /// Matches a number from `lower` to `upper`, both included.
    pub fn between(lower: impl Into<Number>, upper: impl Into<Number>) -> Self {
        Self::Numeric(NumericRange {
            lower: Some(Bound::inclusive(lower)),
            upper: Some(Bound::inclusive(upper)),
        })
    }

    /// Matches a string that is an address of the network, such as `10.0.0.0/24` or `2001:db8::/32`.
    pub fn cidr(network: impl Into<String>) -> Self {
        Self::Cidr(network.into())
    }

    /// Matches a leaf that is there, `null` included.
    pub fn exists() -> Self {
        Self::Exists(true)
    }

    /// Matches a leaf that is not there.
    pub fn absent() -> Self {
        Self::Exists(false)
    }
}
