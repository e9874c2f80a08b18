//! Schemas that a conversion writes often, and the counts that it reads. In: nothing, or a keyword's value. Out: a schema that stands
//! nowhere in a source.

use schemactl_model::{Keyword, Kind, Value};

/// Returns the schema that takes everything.
pub(crate) fn accept_all() -> Value {
    Value::object(Vec::new())
}

/// Returns the schema that takes nothing, as every dialect writes it.
pub(crate) fn accept_none() -> Value {
    Value::object_of(Keyword::Not, accept_all())
}

/// Returns the count that a keyword such as `minItems` has. `None` for what is no count, or is too large to count to.
pub(crate) fn read_count(value: Option<&Value>) -> Option<usize> {
    match &value?.kind {
        Kind::Number(number) => number.canonical().parse().ok(),
        _ => None,
    }
}
