//! Objects with named members: the macro `object!` for a struct, and what it expands to.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Error as _, SerializeMap};
use serde::{Deserializer, Serializer};

use super::from_json::{Seed, prefix_error};
use super::to_json::{JsonPart, locate_error};
use super::{FromJson, MemberMap, ToJson};
use crate::error_path::{ErrorStep, prefix_step};

/// Says how a struct is read and written: `object!(Name, NewName; id: String, count: u32, note = "Note", kind[=], version[!])`. The key is
/// the field's name unless another one is said. A field with a type is one of `NewName`, the struct that `new` takes; one without
/// may be absent, unless it is constant (`[=]`), or the version, which is always written (`[!]`). Without `NewName`, `new` takes the
/// only field with a type by itself, and `id(text)` is a text that it converts. After a second semicolon,
/// `keep field` names the map for members that the schema does not name, and `closed` refuses them.
#[doc(hidden)]
#[macro_export]
macro_rules! object {
    // What is called for each field comes first: rules are tried in order.
    (@key $field:ident) => { ::core::stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
    (@put $members:ident $self:ident $field:ident;) => { $members.put_present(::core::stringify!($field), &$self.$field) };
    (@put $members:ident $self:ident $field:ident $key:literal;) => { $members.put_present($key, &$self.$field) };
    (@put $members:ident $self:ident $field:ident; $($written:tt)+) => {
        $members.put(::core::stringify!($field), &$self.$field)
    };
    (@put $members:ident $self:ident $field:ident $key:literal; $($written:tt)+) => { $members.put($key, &$self.$field) };
    (@take $field:ident $($key:literal)?;) => { $field };
    (@take $field:ident $($key:literal)?; [!]) => { $field.unwrap_or_default() };
    (@take $field:ident; $($required:tt)+) => { $crate::__private::take_required($field, ::core::stringify!($field))? };
    (@take $field:ident $key:literal; $($required:tt)+) => { $crate::__private::take_required($field, $key)? };
    (@of $required:ident $field:ident) => { ::core::default::Default::default() };
    (@of $required:ident $field:ident $argument:ty) => { $required.$field };
    ($name:ident $(, $companion:ident)?; $($field:ident $(($text:ident))? $(: $argument:ty)? $(= $key:literal)? $([$flag:tt])?),* $(; $rule:ident $($rest:ident)?)?) => {
        #[allow(deprecated, clippy::disallowed_names)]
        impl $crate::__private::Object for $name {
            fn from_members<'de, A: $crate::serde::de::MapAccess<'de>>(
                #[allow(unused_mut)] mut members: $crate::__private::Members<'de, A>,
            ) -> ::core::result::Result<Self, A::Error> {
                $(let mut $field = None;)*
                $($(let mut $rest = ::core::default::Default::default();)?)?
                while let Some(key) = members.key()? {
                    match &*key {
                        $($crate::object!(@key $field $($key)?) =>
                            members.value(&key, &mut $field),)*
                        _ => $crate::object!(@unknown members key $($rule $($rest)?)?),
                    }?;
                }
                Ok(Self {
                    $($field: $crate::object!(@take $field $($key)?; $($text)? $($argument)? $([$flag])?),)*
                    $($($rest,)?)?
                })
            }
        }

        #[allow(deprecated)]
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                #[allow(unused_mut)]
                let mut members = $crate::__private::Writer::new(serializer);
                $($crate::object!(@put members self $field $($key)?; $($text)? $($argument)? $([$flag])?);)*
                $crate::object!(@rest members self $($($rest)?)?; $($field $($key)?),*);
                members.end()
            }
        }

        $crate::object!(@read $name);

        $crate::object!(@new $name $($companion)?; $({ $field $(($text))? $(: $argument)? })*; $($($rest)?)?);
    };
    (@new $name:ident; $({ $field:ident $(($text:ident))? $(: $argument:ty)? })*; $($rest:ident)?) => {
        #[allow(dead_code, deprecated, clippy::disallowed_names, clippy::type_complexity)]
        impl $name {
            /// With everything that the schema requires; what it makes optional is absent.
            #[must_use]
            pub fn new($($($field: $crate::object!(@into $text),)? $($field: $argument,)?)*) -> Self {
                Self {
                    $($field: $crate::object!(@init $field $($text)? $($argument)?),)*
                    $($rest: ::core::default::Default::default(),)?
                }
            }
        }
    };
    (@new $name:ident $companion:ident; $({ $field:ident $(: $argument:ty)? })*; $($rest:ident)?) => {
        #[doc = ::core::concat!("What [`", ::core::stringify!($name), "`] requires, for `new`.")]
        #[allow(dead_code, deprecated, clippy::type_complexity)]
        pub struct $companion {
            $($(
                #[doc = ::core::concat!("[`", ::core::stringify!($name), "::", ::core::stringify!($field), "`]")]
                pub $field: $argument,
            )?)*
        }

        #[allow(dead_code, deprecated)]
        impl $name {
            /// With everything that the schema requires; what it makes optional is absent.
            #[must_use]
            pub fn new(required: $companion) -> Self {
                Self {
                    $($field: $crate::object!(@of required $field $($argument)?),)*
                    $($rest: ::core::default::Default::default(),)?
                }
            }
        }

        impl ::core::convert::From<$companion> for $name {
            fn from(required: $companion) -> Self {
                Self::new(required)
            }
        }
    };
    (@rest $members:ident $self:ident; $($named:tt)*) => {};
    (@rest $members:ident $self:ident $rest:ident; $($field:ident $($key:literal)?),*) => {
        $members.rest(&$self.$rest, &[$($crate::object!(@key $field $($key)?)),*]);
    };
    (@unknown $members:ident $key:ident) => { $members.skip() };
    (@unknown $members:ident $key:ident closed) => { $members.refuse(&$key) };
    (@unknown $members:ident $key:ident keep $rest:ident) => { $members.keep(&$key, &mut $rest) };
    (@into text) => { impl ::core::convert::Into<String> };
    (@init $field:ident) => { ::core::default::Default::default() };
    (@init $field:ident $argument:ty) => { ::core::convert::Into::into($field) };
    (@read $name:ident) => {
        impl $crate::__private::FromJson for $name {
            fn from_json<'de, D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::read_object(deserializer)
            }
        }

        $crate::object!(@deserialize $name);
    };
    (@deserialize $name:ident) => {
        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                <Self as $crate::__private::FromJson>::from_json(deserializer)
            }
        }

        impl $crate::__private::ToJson for $name {
            fn to_json<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serde::Serialize::serialize(self, serializer)
            }
        }
    };
}

/// A struct that is read from the members of an object.
pub trait Object: Sized {
    /// Reads the members until there are no more.
    fn from_members<'de, A: MapAccess<'de>>(members: Members<'de, A>) -> Result<Self, A::Error>;
}

/// Reads an object.
pub fn read_object<'de, D: Deserializer<'de>, T: Object>(deserializer: D) -> Result<T, D::Error> {
    struct ObjectVisitor<T>(PhantomData<T>);
    impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::from_members(Members {
                map,
                lifetime: PhantomData,
            })
        }
    }
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

/// The members of an object that is being read.
#[derive(Debug)]
pub struct Members<'de, A> {
    map: A,
    lifetime: PhantomData<&'de ()>,
}

impl<'de, A: MapAccess<'de>> Members<'de, A> {
    /// Returns the next key.
    #[inline]
    pub fn key(&mut self) -> Result<Option<Cow<'de, str>>, A::Error> {
        self.map.next_key_seed(MemberKey)
    }

    /// Returns the value of a known key, which an object has once.
    #[inline]
    pub fn value<T: FromJson>(&mut self, key: &str, slot: &mut Option<T>) -> Result<(), A::Error> {
        if slot.is_some() {
            return Err(A::Error::custom(format_args!("duplicate field `{key}`")));
        }
        match self.map.next_value_seed(Seed::new()) {
            Ok(value) => *slot = Some(value),
            Err(error) => return Err(prefix_error(ErrorStep::Key(key), &error)),
        }
        Ok(())
    }

    /// Returns a value that nobody asked for.
    pub fn skip(&mut self) -> Result<(), A::Error> {
        self.map.next_value::<IgnoredAny>().map(|IgnoredAny| ())
    }

    /// Returns a value that the schema refuses.
    pub fn refuse(&mut self, key: &str) -> Result<(), A::Error> {
        Err(A::Error::custom(prefix_step(
            ErrorStep::Key(key),
            "the schema has no such property",
        )))
    }

    /// Returns a value that the schema does not name.
    pub fn keep<M: MemberMap<Value: FromJson>>(&mut self, key: &str, rest: &mut M) -> Result<(), A::Error> {
        let value = self.map.next_value_seed(Seed::new());
        let value = value.map_err(|error| prefix_error(ErrorStep::Key(key), &error))?;
        rest.put_member(key.to_owned(), value);
        Ok(())
    }
}

/// Returns a member that has to be there.
#[inline]
pub fn take_required<T, E: Error>(slot: Option<T>, key: &'static str) -> Result<T, E> {
    slot.ok_or_else(|| E::missing_field(key))
}

struct MemberKey;

impl<'de> DeserializeSeed<'de> for MemberKey {
    type Value = Cow<'de, str>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for MemberKey {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    #[inline]
    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }

    fn visit_string<E>(self, key: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key))
    }
}

/// The members of an object that is being written. The first error is kept until the end.
#[derive(Debug)]
pub struct Writer<S: Serializer>(Result<S::SerializeMap, S::Error>);

impl<S: Serializer> Writer<S> {
    /// Begins an object.
    pub fn new(serializer: S) -> Self {
        Self(serializer.serialize_map(None))
    }

    /// Writes a member.
    #[inline]
    pub fn put<T: ToJson>(&mut self, key: &str, value: &T) {
        if let Ok(map) = &mut self.0
            && let Err(error) = map.serialize_entry(key, &JsonPart(value))
        {
            self.fail(key, error);
        }
    }

    #[cold]
    fn fail(&mut self, key: &str, error: S::Error) {
        self.0 = Err(locate_error(ErrorStep::Key(key), error));
    }

    /// Writes a member, if it is there.
    #[inline]
    pub fn put_present<T: ToJson>(&mut self, key: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    /// Writes members that the schema does not name. One that has the key of a field would be the second of that name in the object, and
    /// readers disagree on which of both counts.
    pub fn rest<M: MemberMap<Value: ToJson>>(&mut self, rest: &M, named: &[&str]) {
        for (key, value) in rest.members() {
            if self.0.is_ok() && named.contains(&key.as_str()) {
                let said = "there is a field of its own: set it, and remove the key from the additional properties";
                self.0 = Err(S::Error::custom(prefix_step(ErrorStep::Key(key), said)));
            }
            self.put(key, value);
        }
    }

    /// Ends the object.
    pub fn end(self) -> Result<S::Ok, S::Error> {
        self.0.and_then(SerializeMap::end)
    }
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "what the macro writes is for generated modules")]
mod tests {
    use std::collections::BTreeMap;

    #[derive(Clone, Debug, PartialEq)]
    struct Order {
        id: String,
        note: Option<bool>,
        additional: BTreeMap<String, u32>,
    }
    crate::object!(Order; id(text), note = "Note"; keep additional);

    #[test]
    fn an_additional_property_cannot_have_the_key_of_a_field() {
        let mut order = Order::new("1");
        order.additional.insert("more".to_owned(), 2);
        assert_eq!(serde_json::to_string(&order).unwrap(), r#"{"id":"1","more":2}"#);
        // The field is absent, and its key is taken all the same: who reads it reads the field.
        for key in ["id", "Note"] {
            let mut order = order.clone();
            order.additional.insert(key.to_owned(), 3);
            let error = serde_json::to_string(&order).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("`{key}`: there is a field of its own")),
                "{error}"
            );
        }
        order.additional.insert("note".to_owned(), 4);
        assert!(serde_json::to_string(&order).is_ok(), "the name in Rust is no key");
    }
}
