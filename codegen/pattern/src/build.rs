//! Building patterns in Rust. In: conditions by path. Out: a [`Pattern`]. Generated builders stand on this one; see
//! [`crate::field`] for their fields. It judges nothing: [`PatternBuilder::try_build`] and [`Pattern::check`] do.

use std::collections::BTreeMap;

use crate::ast::Pattern;
use crate::error::PatternError;
use crate::matcher::Matcher;
use crate::rebuild::insert_at;

/// Collects the conditions of a pattern.
///
/// ```
/// use schemactl_pattern::{Matcher, PatternBuilder};
///
/// let pattern = PatternBuilder::new()
///     .source("com.myapp.orders")
///     .detail_type("order.placed")
///     .field(&["detail", "orderId"], Matcher::prefix("ord-"))
///     .build();
/// assert_eq!(
///     pattern.to_json(),
///     r#"{"detail":{"orderId":[{"prefix":"ord-"}]},"detail-type":["order.placed"],"source":["com.myapp.orders"]}"#
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatternBuilder {
    fields: BTreeMap<Vec<String>, Vec<Matcher>>,
    alternatives: Vec<Pattern>,
}

impl PatternBuilder {
    /// Creates a builder without conditions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a source that events may have. A second source is an alternative.
    #[must_use]
    pub fn source(self, source: impl Into<String>) -> Self {
        self.field(&["source"], Matcher::eq(source.into()))
    }

    /// Adds a detail-type that events may have. A second type is an alternative.
    #[must_use]
    pub fn detail_type(self, detail_type: impl Into<String>) -> Self {
        self.field(&["detail-type"], Matcher::eq(detail_type.into()))
    }

    /// Requires that the field at a path satisfies the matcher. A second matcher on the same path is an alternative.
    #[must_use]
    pub fn field(self, path: &[&str], matcher: Matcher) -> Self {
        self.any_of_field(path, [matcher])
    }

    /// Requires that the field at a path satisfies one of the matchers; without matchers no event does.
    #[must_use]
    pub fn any_of_field(mut self, path: &[&str], matchers: impl IntoIterator<Item = Matcher>) -> Self {
        let path: Vec<String> = path.iter().map(|&name| name.to_owned()).collect();
        let own = self.fields.entry(path).or_default();
        for matcher in matchers {
            if !own.contains(&matcher) {
                own.push(matcher);
            }
        }
        self
    }

    /// Requires that events match one of these patterns, too. EventBridge wants two or more, and no path in them that
    /// has a condition outside. Replaces what an earlier call gave.
    #[must_use]
    pub fn any_of(mut self, alternatives: impl IntoIterator<Item = Pattern>) -> Self {
        self.alternatives = alternatives.into_iter().collect();
        self
    }

    /// Returns the pattern, as it is: a builder without conditions gives the empty pattern, which EventBridge refuses.
    pub fn build(self) -> Pattern {
        let mut pattern = Pattern {
            fields: BTreeMap::new(),
            alternatives: self.alternatives,
        };
        for (path, matchers) in self.fields {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            insert_at(&mut pattern, &path, matchers);
        }
        pattern
    }

    /// Returns the pattern, if EventBridge takes it: see [`Pattern::check`].
    pub fn try_build(self) -> Result<Pattern, PatternError> {
        let pattern = self.build();
        pattern.check().map(|()| pattern)
    }
}
