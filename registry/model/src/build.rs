//! JSON values made by a conversion: they stand nowhere in a source. Some are made for a registry only.

use crate::{Entry, Kind, Object, Span, Value};

pub(crate) fn entry(key: &str, value: Value) -> Entry {
    Entry {
        key: key.to_owned(),
        key_span: Span::default(),
        value,
    }
}

pub(crate) fn object(entries: Vec<Entry>) -> Value {
    Value::computed(Kind::Object(Object::from_entries(entries)))
}

/// An object of one member.
pub(crate) fn only(key: &str, value: Value) -> Value {
    object(vec![entry(key, value)])
}

/// The schema that takes everything.
#[cfg(feature = "registry")]
pub(crate) fn anything() -> Value {
    object(Vec::new())
}

/// The schema that takes nothing, in every dialect.
#[cfg(feature = "registry")]
pub(crate) fn nothing() -> Value {
    only("not", anything())
}

pub(crate) fn array(elements: Vec<Value>) -> Value {
    Value::computed(Kind::Array(elements))
}

pub(crate) fn string(text: &str) -> Value {
    Value::computed(Kind::String(text.to_owned()))
}

#[cfg(feature = "registry")]
pub(crate) fn boolean(value: bool) -> Value {
    Value::computed(Kind::Bool(value))
}

#[cfg(feature = "registry")]
pub(crate) fn number(value: usize) -> Value {
    Value::computed(Kind::Number(crate::Number::from_text(&value.to_string())))
}

/// A count in a schema, such as that of `minItems`. `None` for what is none, or too large to count to.
#[cfg(feature = "registry")]
pub(crate) fn count(value: Option<&Value>) -> Option<usize> {
    match &value?.kind {
        Kind::Number(number) => number.canonical().parse().ok(),
        _ => None,
    }
}

/// A text that no other one in `taken` is, as close to `wish` as possible.
pub(crate) fn unused(wish: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(wish) {
        return wish.to_owned();
    }
    let mut numbers = 2..;
    loop {
        let name = format!("{wish}-{}", numbers.next().expect("the range has no end"));
        if !taken(&name) {
            return name;
        }
    }
}
