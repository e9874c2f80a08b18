//! Writing a value as JSON has it. In: a value, and any serde serializer. Out: the value written, or an error with the place of a float
//! that JSON has no number for: NaN and the infinities, which serde_json would write as `null`.

use serde::ser::{Error, SerializeSeq, SerializeTuple};
use serde::{Serialize, Serializer};

use super::exact::MORE_DIGITS;
use super::{Decimal, DecimalText, Integer, UnknownKind};
use crate::error_path::{ErrorStep, prefix_step, split_path};
use crate::timestamp::Timestamp;

/// The end of the error about a float.
const NOT_FINITE: &str = "is not a JSON number; expected a finite number";

/// A type that writes itself as a value of JSON. Generated types implement it through macros.
pub trait ToJson {
    /// Writes a value.
    ///
    /// # Errors
    ///
    /// If a float inside is NaN or infinite, beside the errors of the serializer.
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A value inside another one, for serializers.
pub(super) struct JsonPart<'v, T: ?Sized>(pub(super) &'v T);

impl<T: ToJson + ?Sized> Serialize for JsonPart<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.to_json(serializer)
    }
}

/// Puts a step of the path in front of an error about a value. Errors of the serializer, such as those of a file, stay as they are.
#[cold]
pub(super) fn locate_error<E: Error>(step: ErrorStep<'_>, error: E) -> E {
    let said = error.to_string();
    if split_path(&said).is_none() && !said.ends_with(NOT_FINITE) && !said.ends_with(MORE_DIGITS) {
        return error;
    }
    E::custom(prefix_step(step, &said))
}

macro_rules! as_serde {
    ($($name:ty),*) => {$(
        impl ToJson for $name {
            #[inline]
            fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }
        }
    )*};
}

as_serde!(bool, i32, i64, u32, u64, String, (), serde_json::Value);
as_serde!(Decimal, DecimalText, Integer, Timestamp, UnknownKind);

impl ToJson for f64 {
    #[inline]
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_finite() {
            return serializer.serialize_f64(*self);
        }
        Err(refuse_float(*self))
    }
}

#[cold]
fn refuse_float<E: Error>(float: f64) -> E {
    E::custom(format_args!("{float} {NOT_FINITE}"))
}

impl<T: ToJson> ToJson for Box<T> {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).to_json(serializer)
    }
}

impl<T: ToJson> ToJson for Option<T> {
    #[inline]
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => serializer.serialize_some(&JsonPart(value)),
            None => serializer.serialize_none(),
        }
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut elements = serializer.serialize_seq(Some(self.len()))?;
        for (at, element) in self.iter().enumerate() {
            if let Err(error) = elements.serialize_element(&JsonPart(element)) {
                return Err(locate_error(ErrorStep::Index(at), error));
            }
        }
        elements.end()
    }
}

macro_rules! tuple {
    ($length:literal: $($name:ident $at:tt)*) => {
        impl<$($name: ToJson),*> ToJson for ($($name,)*) {
            fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut elements = serializer.serialize_tuple($length)?;
                $(
                    let written = elements.serialize_element(&JsonPart(&self.$at));
                    written.map_err(|error| locate_error(ErrorStep::Index($at), error))?;
                )*
                elements.end()
            }
        }
    };
}

tuple!(1: A1 0);
tuple!(2: A1 0 A2 1);
tuple!(3: A1 0 A2 1 A3 2);
tuple!(4: A1 0 A2 1 A3 2 A4 3);
tuple!(5: A1 0 A2 1 A3 2 A4 3 A5 4);
tuple!(6: A1 0 A2 1 A3 2 A4 3 A5 4 A6 5);
tuple!(7: A1 0 A2 1 A3 2 A4 3 A5 4 A6 5 A7 6);
tuple!(8: A1 0 A2 1 A3 2 A4 3 A5 4 A6 5 A7 6 A8 7);
tuple!(9: A1 0 A2 1 A3 2 A4 3 A5 4 A6 5 A7 6 A8 7 A9 8);
tuple!(10: A1 0 A2 1 A3 2 A4 3 A5 4 A6 5 A7 6 A8 7 A9 8 A10 9);
tuple!(11: A1 0 A2 1 A3 2 A4 3 A5 4 A6 5 A7 6 A8 7 A9 8 A10 9 A11 10);
tuple!(12: A1 0 A2 1 A3 2 A4 3 A5 4 A6 5 A7 6 A8 7 A9 8 A10 9 A11 10 A12 11);

#[cfg(test)]
#[allow(unreachable_pub, reason = "what the macros write is for generated modules")]
mod tests {
    use std::collections::BTreeMap;

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Reading {
        value: Option<f64>,
        either: Option<Option<f64>>,
        list: Option<Vec<f64>>,
        map: Option<BTreeMap<String, Vec<f64>>>,
        pair: Option<(String, f64)>,
        union: Option<NumberOrText>,
        named: Option<Degrees>,
        inner: Option<Box<Reading>>,
        additional: BTreeMap<String, f64>,
    }
    crate::object!(Reading; value, either, list, map, pair, union, named, inner; keep additional);

    #[derive(Clone, Debug, PartialEq)]
    enum NumberOrText {
        Number(f64),
        Text(String),
    }
    crate::choice!(NumberOrText; Number = "integer" | "number", Text = "string");

    #[derive(Clone, Debug, PartialEq)]
    struct Degrees(pub f64);
    crate::newtype!(Degrees: f64);

    /// A reading with the float in one place, and that place in errors and as a pointer.
    fn readings(float: f64) -> Vec<(Reading, &'static str, &'static str)> {
        let none = Reading::default;
        let map = BTreeMap::from([("k".to_owned(), vec![1.0, float])]);
        let inner = Reading {
            value: Some(float),
            ..none()
        };
        vec![
            (inner.clone(), "`value`", "/value"),
            (
                Reading {
                    either: Some(Some(float)),
                    ..none()
                },
                "`either`",
                "/either",
            ),
            (
                Reading {
                    list: Some(vec![1.0, 2.0, float]),
                    ..none()
                },
                "`list[2]`",
                "/list/2",
            ),
            (
                Reading {
                    map: Some(map),
                    ..none()
                },
                "`map.k[1]`",
                "/map/k/1",
            ),
            (
                Reading {
                    pair: Some(("a".to_owned(), float)),
                    ..none()
                },
                "`pair[1]`",
                "/pair/1",
            ),
            (
                Reading {
                    union: Some(NumberOrText::Number(float)),
                    ..none()
                },
                "`union`",
                "/union",
            ),
            (
                Reading {
                    named: Some(Degrees(float)),
                    ..none()
                },
                "`named`",
                "/named",
            ),
            (
                Reading {
                    inner: Some(Box::new(inner)),
                    ..none()
                },
                "`inner.value`",
                "/inner/value",
            ),
            (
                Reading {
                    additional: [("more".to_owned(), float)].into(),
                    ..none()
                },
                "`more`",
                "/more",
            ),
        ]
    }

    #[test]
    fn floats_that_json_does_not_have_are_errors_with_their_place() {
        static SCHEMA: crate::__private::Constraints = crate::__private::Constraints::new("{}");
        for (float, name) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf"), (f64::NEG_INFINITY, "-inf")] {
            for (reading, place, pointer) in readings(float) {
                let expected = format!("{place}: {name} is not a JSON number; expected a finite number");
                assert_eq!(serde_json::to_string(&reading).unwrap_err().to_string(), expected);
                assert_eq!(serde_json::to_value(&reading).unwrap_err().to_string(), expected);
                let invalid = SCHEMA.check(&reading).unwrap_err();
                let [violation] = &invalid.violations[..] else {
                    panic!("{invalid}")
                };
                assert_eq!(violation.pointer, pointer);
                assert_eq!(
                    violation.message,
                    format!("{name} is not a JSON number; expected a finite number")
                );
            }
        }
        for (reading, place, _) in readings(-0.5) {
            let text = serde_json::to_string(&reading).unwrap();
            assert_eq!(serde_json::from_str::<Reading>(&text).unwrap(), reading, "{place}");
            assert!(SCHEMA.check(&reading).is_ok(), "{place}");
        }
        let text = NumberOrText::Text("NaN".to_owned());
        assert_eq!(serde_json::to_string(&text).unwrap(), r#""NaN""#);
    }

    #[test]
    fn errors_of_a_file_stay_what_they_are() {
        struct Full;
        impl std::io::Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::StorageFull.into())
            }

            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let (reading, ..) = readings(1.0).remove(3);
        let error = serde_json::to_writer(Full, &reading).unwrap_err();
        assert_eq!(error.io_error_kind(), Some(std::io::ErrorKind::StorageFull));
    }
}
