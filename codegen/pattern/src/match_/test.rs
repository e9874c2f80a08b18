//! One condition on one value, prepared for many values. In: a [`Matcher`]. Out: a yes or no for each leaf of an event.

use std::net::IpAddr;

use crate::fold::Folded;
use crate::glob::Glob;
use crate::matcher::{AnythingBut, Matcher, NumericRange};
use crate::network::{Network, read_address};
use crate::scalar::{Comparable, Scalar};

/// A condition on a leaf.
#[derive(Clone, Debug)]
pub(super) enum Test {
    Text(String),
    /// A text that is an IP address matches the address however it is written.
    Address(IpAddr),
    Number(Comparable),
    Bool(bool),
    Null,
    Prefix(String),
    Suffix(String),
    FoldedPrefix(Folded),
    FoldedSuffix(Folded),
    Folded(Folded),
    Glob(Glob),
    Not(Vec<Test>),
    Range {
        lower: Option<Limit>,
        upper: Option<Limit>,
    },
    Network(Network),
    Anything,
    /// No value: the matcher is one that EventBridge refuses, or is about a value that is absent.
    Nothing,
}

/// A value of an event that is no array and no object.
#[derive(Clone, Copy, Debug)]
pub(super) enum Leaf<'a> {
    Null,
    Bool(bool),
    Number(Comparable),
    Text(&'a str),
}

/// An end of a range.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    value: Comparable,
    inclusive: bool,
}

impl Test {
    pub(super) fn new(matcher: &Matcher) -> Self {
        match matcher {
            Matcher::Equals(Scalar::String(text)) => {
                read_address(text).map_or_else(|| Self::Text(text.clone()), Self::Address)
            }
            Matcher::Equals(scalar) => Self::value(scalar),
            Matcher::Null => Self::Null,
            Matcher::Prefix {
                text,
                ignore_case: false,
            } => Self::Prefix(text.clone()),
            Matcher::Prefix {
                text,
                ignore_case: true,
            } => Self::FoldedPrefix(Folded::new(text)),
            Matcher::Suffix {
                text,
                ignore_case: false,
            } => Self::Suffix(text.clone()),
            Matcher::Suffix {
                text,
                ignore_case: true,
            } => Self::FoldedSuffix(Folded::new(text)),
            Matcher::EqualsIgnoreCase(text) => Self::Folded(Folded::new(text)),
            Matcher::Wildcard(text) => Self::glob(text),
            Matcher::AnythingBut(excluded) => Self::anything_but(excluded),
            Matcher::Numeric(range) => Self::range(range),
            Matcher::Cidr(network) => Network::read(network).map_or(Self::Nothing, Self::Network),
            Matcher::Exists(true) => Self::Anything,
            Matcher::Exists(false) => Self::Nothing,
        }
    }

    fn value(scalar: &Scalar) -> Self {
        match scalar {
            Scalar::String(text) => Self::Text(text.clone()),
            Scalar::Number(number) => number.comparable().map_or(Self::Nothing, Self::Number),
            Scalar::Bool(flag) => Self::Bool(*flag),
        }
    }

    fn glob(text: &str) -> Self {
        Glob::read(text).map_or(Self::Nothing, Self::Glob)
    }

    fn anything_but(excluded: &AnythingBut) -> Self {
        let texts = |list: &[String], test: fn(&str) -> Self| list.iter().map(|text| test(text)).collect();
        Self::Not(match excluded {
            AnythingBut::Values(values) => values.iter().map(Self::value).collect(),
            AnythingBut::Prefix(list) => texts(list, |text| Self::Prefix(text.to_owned())),
            AnythingBut::Suffix(list) => texts(list, |text| Self::Suffix(text.to_owned())),
            AnythingBut::EqualsIgnoreCase(list) => texts(list, |text| Self::Folded(Folded::new(text))),
            AnythingBut::Wildcard(list) => texts(list, Self::glob),
        })
    }

    fn range(range: &NumericRange) -> Self {
        if let Some(number) = range.as_equal() {
            return number.comparable().map_or(Self::Nothing, Self::Number);
        }
        let limit = |bound: &Option<crate::matcher::Bound>| {
            let bound = bound.as_ref()?;
            Some(Limit {
                value: bound.value.comparable()?,
                inclusive: bound.inclusive,
            })
        };
        Self::Range {
            lower: limit(&range.lower),
            upper: limit(&range.upper),
        }
    }

    /// Returns whether a leaf satisfies the condition.
    pub(super) fn holds(&self, leaf: Leaf<'_>) -> bool {
        match (self, leaf) {
            (Self::Not(tests), _) => !tests.iter().any(|test| test.holds(leaf)),
            (Self::Anything, _) | (Self::Null, Leaf::Null) => true,
            (Self::Bool(flag), Leaf::Bool(other)) => *flag == other,
            (_, Leaf::Text(text)) => self.holds_for_text(text),
            (_, Leaf::Number(number)) => self.holds_for_number(number),
            _ => false,
        }
    }

    fn holds_for_text(&self, text: &str) -> bool {
        match self {
            Self::Text(wanted) => wanted == text,
            Self::Address(wanted) => read_address(text).as_ref() == Some(wanted),
            Self::Prefix(start) => text.starts_with(start.as_str()),
            Self::Suffix(end) => text.ends_with(end.as_str()),
            Self::FoldedPrefix(start) => start.starts(text),
            Self::FoldedSuffix(end) => end.ends(text),
            Self::Folded(wanted) => wanted.equals(text),
            Self::Glob(glob) => glob.matches(text),
            Self::Network(network) => network.contains(text),
            _ => false,
        }
    }

    fn holds_for_number(&self, number: Comparable) -> bool {
        match self {
            Self::Number(wanted) => *wanted == number,
            Self::Range { lower, upper } => {
                number.order(number).is_some()
                    && lower.is_none_or(|limit| limit.allows(limit.value, number))
                    && upper.is_none_or(|limit| limit.allows(number, limit.value))
            }
            _ => false,
        }
    }
}

impl Limit {
    /// Whether `left` is below `right`, one of which is the limit.
    fn allows(self, left: Comparable, right: Comparable) -> bool {
        left.order(right)
            .is_some_and(|order| if self.inclusive { order.is_le() } else { order.is_lt() })
    }
}
