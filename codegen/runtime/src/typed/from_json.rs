//! Reading a value as a schema describes it. In: any serde deserializer. Out: a value, or an error that says what was
//! expected and found, with the place below the value.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::error_path::{ErrorStep, prefix_step};
use crate::timestamp::Timestamp;

/// A type that reads itself from JSON by the rules of JSON Schema. Generated types implement it through macros.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in a generated type",
    note = "for a type of yours, add `schemactl_runtime::json_type!({Self});`; for one of another crate, enable the feature of \
            schemactl-runtime that is called like the crate, or use `schemactl_runtime::TextOf<{Self}>`"
)]
pub trait FromJson: Sized {
    /// Reads a value.
    fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Reads a value inside another one.
pub(super) struct Seed<T>(PhantomData<T>);

impl<T> Seed<T> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: FromJson> DeserializeSeed<'de> for Seed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::from_json(deserializer)
    }
}

/// Puts a step of the path in front of what an error says: `` `items[2].quantity`: … ``.
#[cold]
pub(super) fn prefix_error<E: Error>(step: ErrorStep<'_>, error: &E) -> E {
    E::custom(prefix_step(step, &error.to_string()))
}

macro_rules! as_serde {
    ($($name:ty),*) => {$(
        impl FromJson for $name {
            fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize(deserializer)
            }
        }
    )*};
}

as_serde!(bool, String, f64, (), serde_json::Value, Timestamp);

impl<T: FromJson> FromJson for Box<T> {
    fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::from_json(deserializer).map(Self::new)
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(Nullable(PhantomData))
    }
}

struct Nullable<T>(PhantomData<T>);

impl<'de, T: FromJson> Visitor<'de> for Nullable<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::from_json(deserializer).map(Some)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(List(PhantomData))
    }
}

struct List<T>(PhantomData<T>);

impl<'de, T: FromJson> Visitor<'de> for List<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::with_capacity(elements.size_hint().unwrap_or(0).min(1024));
        loop {
            match elements.next_element_seed(Seed::new()) {
                Ok(Some(element)) => list.push(element),
                Ok(None) => return Ok(list),
                Err(error) => return Err(prefix_error(ErrorStep::Index(list.len()), &error)),
            }
        }
    }
}

macro_rules! tuple {
    ($length:literal: $($name:ident)*) => {
        impl<$($name: FromJson),*> FromJson for ($($name,)*) {
            fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Tuple<$($name),*>(PhantomData<($($name,)*)>);
                impl<'de, $($name: FromJson),*> Visitor<'de> for Tuple<$($name),*> {
                    type Value = ($($name,)*);

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!("an array of ", $length))
                    }

                    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
                        let mut at = 0_usize;
                        let tuple = ($(element::<$name, A>(&mut elements, &mut at, $length)?,)*);
                        match elements.next_element::<serde::de::IgnoredAny>()? {
                            None => Ok(tuple),
                            Some(_) => Err(A::Error::custom(concat!("expected ", $length, " elements, found more"))),
                        }
                    }
                }
                deserializer.deserialize_seq(Tuple(PhantomData))
            }
        }
    };
}

fn element<'de, T: FromJson, A: SeqAccess<'de>>(
    elements: &mut A,
    index: &mut usize,
    length: usize,
) -> Result<T, A::Error> {
    let element = elements
        .next_element_seed(Seed::new())
        .map_err(|error| prefix_error(ErrorStep::Index(*index), &error))?;
    *index += 1;
    element.ok_or_else(|| A::Error::custom(format_args!("expected {length} elements, found {}", *index - 1)))
}

tuple!(1: A1);
tuple!(2: A1 A2);
tuple!(3: A1 A2 A3);
tuple!(4: A1 A2 A3 A4);
tuple!(5: A1 A2 A3 A4 A5);
tuple!(6: A1 A2 A3 A4 A5 A6);
tuple!(7: A1 A2 A3 A4 A5 A6 A7);
tuple!(8: A1 A2 A3 A4 A5 A6 A7 A8);
tuple!(9: A1 A2 A3 A4 A5 A6 A7 A8 A9);
tuple!(10: A1 A2 A3 A4 A5 A6 A7 A8 A9 A10);
tuple!(11: A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11);
tuple!(12: A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12);
