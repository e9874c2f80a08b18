//! Counts that conversions read. In: the value of a keyword such as `minItems`. Out: the count.

use schemactl_model::{Kind, Value};

/// Returns the count that a keyword such as `minItems` has. `None` for what is no count, or is too large to count to.
pub(crate) fn read_count(value: Option<&Value>) -> Option<usize> {
    match &value?.kind {
        Kind::Number(number) => number.canonical().parse().ok(),
        _ => None,
    }
}
