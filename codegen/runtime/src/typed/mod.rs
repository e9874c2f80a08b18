//! What generated types are made of. In: the names that a schema gives to a type's fields and values. Out: how it is read
//! from JSON and written. serde's derives would do, but a schema says things that they do not: `null` is not absence, `1.0`
//! is an integer, an error names the place. They also cost a consumer's build five times as much to check.

mod choice;
mod constant;
mod decimal;
#[cfg(any(feature = "rust_decimal", feature = "bigdecimal"))]
mod decimal_types;
mod decimal_value;
mod exact;
mod foreign;
mod from_json;
mod held;
mod integer;
mod maps;
mod never;
mod object;
mod text;
mod to_json;

pub use constant::{expect_json, expect_text};
pub use decimal::{Decimal, DecimalError, DecimalText};
pub use foreign::TextOf;
pub use from_json::FromJson;
pub(crate) use held::BufferedValue;
pub use held::{HeldText, HeldValue, UnknownKind};
pub use integer::Integer;
pub use maps::{MemberMap, read_map, write_map};
pub use never::Never;
pub use object::{Members, Object, Writer, read_object, take_required};
pub use text::{UnlistedValueError, read_text};
pub use to_json::ToJson;
