//! One of several types: the macro `choice!`. The schema decides which one a value is, by its JSON type or by a tag; nothing
//! is tried in turn. Where the union is open, a kind that is not listed is kept as it came. `held` holds the value meanwhile, and not serde's own
//! buffer, which does not know numbers where serde_json is built with `arbitrary_precision`.

/// Says how the variants of an enum are told apart: `choice!(Name; Variant(Type) = "string" | "integer")` by JSON type, where a variant
/// that says its type is made from it by `From`,
/// `choice!(Name by "kind"; Variant = "circle")` by the text of a member. With `; rest Variant` at the end, that variant takes
/// what is left over. `choice!(Name by json "code"; …)` gives tags as JSON, for those that are no texts, and
/// `choice!(Name has; Variant = "key"; rest Variant)` tells objects apart by the first of these members that is there.
/// `choice!(exact Name; …)` keeps every digit of the numbers inside.
/// `choice!(open Name by "kind"; …)` has a variant `Unknown` that keeps a value with another tag.
#[doc(hidden)]
#[macro_export]
macro_rules! choice {
    (@from $name:ident $variant:ident $inner:ty) => {
        impl ::core::convert::From<$inner> for $name {
            fn from(value: $inner) -> Self {
                Self::$variant(::core::convert::Into::into(value))
            }
        }
    };
    (open exact $name:ident by $($tag:tt)+) => {
        $crate::choice!(@open $name, HeldText, $($tag)+);
    };
    (open $name:ident by $($tag:tt)+) => {
        $crate::choice!(@open $name, HeldValue, $($tag)+);
    };
    (@open $name:ident, $held:ident, json $tag:literal; $($variant:ident $(($inner:ty))? = $text:literal),*) => {
        $crate::choice!(@kinds $name, $held, which_json, $tag; $($variant $(($inner))? = $text),*);
    };
    (@open $name:ident, $held:ident, $tag:literal; $($variant:ident $(($inner:ty))? = $text:literal),*) => {
        $crate::choice!(@kinds $name, $held, which_text, $tag; $($variant $(($inner))? = $text),*);
    };
    (@kinds $name:ident, $held:ident, $which:ident, $tag:literal; $($variant:ident $(($inner:ty))? = $text:literal),*) => {
        impl $crate::__private::FromJson for $name {
            fn from_json<'de, D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let held = $crate::__private::$held::of(deserializer)?;
                match held.$which($tag, &[$($text),*])?.as_str() {
                    $($text => held.read().map(Self::$variant),)*
                    _ => ::core::result::Result::Ok(Self::Unknown(held.keep())),
                }
            }
        }

        $crate::object!(@deserialize $name);
        $($($crate::choice!(@from $name $variant $inner);)?)*

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => $crate::__private::ToJson::to_json(value, serializer),)*
                    Self::Unknown(value) => $crate::serde::Serialize::serialize(value, serializer),
                }
            }
        }
    };
    (@which $held:ident [] $known:tt) => { $held.which(None) };
    (@which $held:ident [by $tag:literal] $known:tt) => { $held.which(Some($tag)) };
    (@which $held:ident [by json $tag:literal] $known:tt) => { $held.which_json($tag, &$known) };
    (@which $held:ident [has] $known:tt) => { $held.which_member(&$known) };
    (exact $name:ident $(by $tag:literal)?; $($arms:tt)*) => {
        $crate::choice!(@impls $name, HeldText, [$(by $tag)?]; $($arms)*);
    };
    (exact $name:ident by json $tag:literal; $($arms:tt)*) => {
        $crate::choice!(@impls $name, HeldText, [by json $tag]; $($arms)*);
    };
    (exact $name:ident has; $($arms:tt)*) => {
        $crate::choice!(@impls $name, HeldText, [has]; $($arms)*);
    };
    ($name:ident $(by $tag:literal)?; $($arms:tt)*) => {
        $crate::choice!(@impls $name, HeldValue, [$(by $tag)?]; $($arms)*);
    };
    ($name:ident by json $tag:literal; $($arms:tt)*) => {
        $crate::choice!(@impls $name, HeldValue, [by json $tag]; $($arms)*);
    };
    ($name:ident has; $($arms:tt)*) => {
        $crate::choice!(@impls $name, HeldValue, [has]; $($arms)*);
    };
    (@impls $name:ident, $held:ident, $how:tt; $($variant:ident $(($inner:ty))? = $($text:literal)|+),* $(; rest $rest:ident $(($other:ty))?)?) => {
        #[allow(unreachable_patterns)]
        impl $crate::__private::FromJson for $name {
            fn from_json<'de, D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let held = $crate::__private::$held::of(deserializer)?;
                let found = $crate::choice!(@which held $how [$($($text),+),*])?;
                match found.as_str() {
                    $($($text)|+ => held.read().map(Self::$variant),)*
                    $(_ => held.read().map(Self::$rest),)?
                    _ => Err($crate::serde::de::Error::unknown_variant(&found, &[$($($text),+),*])),
                }
            }
        }

        $crate::object!(@deserialize $name);
        $($($crate::choice!(@from $name $variant $inner);)?)*
        $($($crate::choice!(@from $name $rest $other);)?)?

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => $crate::__private::ToJson::to_json(value, serializer),)*
                    $(Self::$rest(value) => $crate::__private::ToJson::to_json(value, serializer),)?
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::UnknownKind;

    #[derive(Clone, Debug, PartialEq)]
    enum Payment {
        Card(serde_json::Value),
        Unknown(UnknownKind),
    }
    crate::choice!(open exact Payment by "kind"; Card = "card");

    #[derive(Clone, Debug, PartialEq)]
    enum Step {
        First(serde_json::Value),
        Unknown(UnknownKind),
    }
    crate::choice!(open exact Step by json "code"; First = "1");

    #[test]
    fn unknown_kinds_keep_every_digit() {
        let text = r#"{"kind":"wallet","amount":10.00,"large":1e400,"id":123456789012345678901}"#;
        let read: Payment = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        let Payment::Unknown(kept) = read else {
            panic!("no card")
        };
        assert!(kept.to_value().is_err(), "a double does not hold it");
        let known = serde_json::from_str(r#"{"kind":"card"}"#);
        assert!(matches!(known, Ok(Payment::Card(_))), "a known kind is read as such");
        for text in [r#"{"amount":1}"#, r#"{"kind":1}"#, "[]", "\"card\""] {
            assert!(serde_json::from_str::<Payment>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn tags_of_every_spelling_are_told_apart() {
        let is_first = |text: &str| matches!(serde_json::from_str(text), Ok(Step::First(_)));
        let is_unknown = |text: &str| matches!(serde_json::from_str(text), Ok(Step::Unknown(_)));
        assert!(is_first(r#"{"code":1}"#) && is_first(r#"{"code":1.0}"#) && is_first(r#"{"code":10e-1}"#));
        assert!(is_unknown(r#"{"code":2}"#) && is_unknown(r#"{"code":123456789012345678901234}"#));
        for text in [r#"{"code":"1"}"#, r#"{"code":1.5}"#, r#"{"code":null}"#, "{}", "1"] {
            assert!(!is_first(text) && !is_unknown(text), "{text}");
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    enum Code {
        One(serde_json::Value),
        Yes(serde_json::Value),
    }
    crate::choice!(exact Code by json "code"; One = "1" | "2", Yes = "true");

    #[test]
    fn listed_tags_may_be_numbers_and_booleans() {
        let read = |text: &str| serde_json::from_str::<Code>(text);
        for text in [r#"{"code":1}"#, r#"{"code":2.0}"#, r#"{"code":20e-1}"#] {
            assert!(matches!(read(text), Ok(Code::One(_))), "{text}");
        }
        assert!(matches!(read(r#"{"code":true}"#), Ok(Code::Yes(_))));
        for text in [r#"{"code":3}"#, r#"{"code":false}"#, r#"{"code":"1"}"#, "{}", "1"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    enum Source {
        Run(serde_json::Value),
        Job(serde_json::Value),
        Other(serde_json::Value),
    }
    crate::choice!(exact Source has; Run = "run", Job = "job"; rest Other);

    #[test]
    fn members_that_are_there_tell_objects_apart() {
        let read = |text: &str| serde_json::from_str::<Source>(text);
        for (text, expected) in [
            (r#"{"run":1}"#, "Run"),
            (r#"{"job":1,"run":null}"#, "Run"),
            (r#"{"a":"run","job":{"run":1}}"#, "Job"),
            (r#"{"ru\u006e":1}"#, "Run"),
            ("{}", "Other"),
            (r#"{"":1}"#, "Other"),
        ] {
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            for found in [read(text), serde_json::from_value(value)] {
                let found = format!("{:?}", found.unwrap());
                assert!(found.starts_with(expected), "{text}: {found}");
            }
        }
        assert!(read("[]").is_err() && read("\"run\"").is_err());
    }

    #[test]
    fn kept_values_are_equal_by_value() {
        let value = serde_json::json!({"kind": "x", "a": 1});
        let read: Payment = serde_json::from_str(&value.to_string()).unwrap();
        assert_eq!(read, Payment::Unknown(UnknownKind::from(value)));
    }
}
