//! The types of JSON values as bits, so that a set of types is a number. In: a value. Out: the bit of its type.

use crate::datum::Datum;

/// Types as a set of bits.
pub(crate) type Mask = u8;
pub(crate) const NULL: Mask = 1;
pub(crate) const BOOL: Mask = 2;
pub(crate) const NUMBER: Mask = 4;
pub(crate) const STRING: Mask = 8;
pub(crate) const ARRAY: Mask = 16;
pub(crate) const OBJECT: Mask = 32;
pub(crate) const ANY: Mask = 63;

/// Returns the type of a value.
pub(crate) fn kind_of(value: &Datum) -> Mask {
    match value {
        Datum::Null => NULL,
        Datum::Bool(_) => BOOL,
        Datum::Number(_) => NUMBER,
        Datum::String(_) => STRING,
        Datum::Array(_) => ARRAY,
        Datum::Object(_) => OBJECT,
    }
}
