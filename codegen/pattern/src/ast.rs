//! An event pattern as a value: what it is made of. How one is read, written and matched is said where it is done: in `parse`, `emit`
//! and `match_`.

use std::collections::BTreeMap;

use crate::matcher::Matcher;

/// An event pattern. An event matches if each field has a value that one of the field's matchers takes, and one of the
/// alternatives matches too, if there are any.
///
/// ```
/// use schemactl_pattern::Pattern;
///
/// let pattern: Pattern = r#"{"source": ["com.myapp.orders"], "detail": {"totalAmount": [{"numeric": [">", 100]}]}}"#.parse()?;
/// let event = serde_json::json!({"source": "com.myapp.orders", "detail": {"totalAmount": 250}});
/// assert!(pattern.matches(&event));
/// # Ok::<(), schemactl_pattern::PatternError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    pub(crate) fields: BTreeMap<String, FieldPattern>,
    pub(crate) alternatives: Vec<Pattern>,
}

/// What a pattern says of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldPattern {
    /// Conditions on the fields inside.
    Fields(Pattern),
    /// Conditions on the value, one of which must hold.
    Leaf(Vec<Matcher>),
}

impl Pattern {
    /// Returns the conditions by field name.
    pub fn fields(&self) -> &BTreeMap<String, FieldPattern> {
        &self.fields
    }

    /// Returns the patterns of `$or`, one of which must match besides the fields. Empty if there is no `$or`.
    pub fn alternatives(&self) -> &[Pattern] {
        &self.alternatives
    }

    /// Returns whether the pattern has no condition. EventBridge refuses it.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.alternatives.is_empty()
    }
}
