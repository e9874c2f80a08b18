//! Maps of objects whose properties are not named. In: a map of the standard library, of a crate behind a feature, or of a user. Out: how its
//! members are read and written.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::BuildHasher;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserializer, Serializer};

use super::from_json::{Seed, prefix_error};
use super::to_json::{JsonPart, locate_error};
use super::{FromJson, ToJson};
use crate::error_path::ErrorStep;

/// A map from names to values.
pub trait MemberMap: Default {
    /// The type of the values.
    type Value;

    /// Sets a member.
    fn put_member(&mut self, key: String, value: Self::Value);

    /// Returns the members, in the order of the map.
    fn members(&self) -> impl Iterator<Item = (&String, &Self::Value)>;

    /// Returns the number of members.
    fn member_count(&self) -> usize;
}

/// Reads a map.
pub fn read_map<'de, M: MemberMap<Value: FromJson>, D: Deserializer<'de>>(deserializer: D) -> Result<M, D::Error> {
    deserializer.deserialize_map(MapVisitor(PhantomData))
}

struct MapVisitor<M>(PhantomData<M>);

impl<'de, M: MemberMap<Value: FromJson>> Visitor<'de> for MapVisitor<M> {
    type Value = M;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<M, A::Error> {
        let mut map = M::default();
        while let Some(key) = members.next_key::<String>()? {
            let value = members.next_value_seed(Seed::new());
            let value = value.map_err(|error| prefix_error(ErrorStep::Key(&key), &error))?;
            map.put_member(key, value);
        }
        Ok(map)
    }
}

/// Writes a map.
pub fn write_map<M: MemberMap<Value: ToJson>, S: Serializer>(map: &M, serializer: S) -> Result<S::Ok, S::Error> {
    let mut members = serializer.serialize_map(Some(map.member_count()))?;
    for (key, value) in map.members() {
        if let Err(error) = members.serialize_entry(key, &JsonPart(value)) {
            return Err(locate_error(ErrorStep::Key(key), error));
        }
    }
    members.end()
}

/// Lets a map of yours stand in generated types, for `map_type` of schemactl-generate: `json_map!(MyMap)` for a `MyMap<String, T>` that is
/// `Default` and has `insert`, `iter` and `len` as the maps of the standard library.
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
///
/// /// A map for keys in any case.
/// #[derive(Clone, Debug, PartialEq)]
/// pub struct FoldedMap<K, T>(BTreeMap<K, T>);
///
/// impl<K, T> Default for FoldedMap<K, T> {
///     fn default() -> Self {
///         Self(BTreeMap::new())
///     }
/// }
///
/// impl<T> FoldedMap<String, T> {
///     pub fn insert(&mut self, key: String, value: T) {
///         self.0.insert(key.to_lowercase(), value);
///     }
///
///     pub fn iter(&self) -> impl Iterator<Item = (&String, &T)> {
///         self.0.iter()
///     }
///
///     pub fn len(&self) -> usize {
///         self.0.len()
///     }
/// }
///
/// schemactl_runtime::json_map!(FoldedMap);
/// ```
#[macro_export]
macro_rules! json_map {
    ($name:ident $(::$more:ident)* $(, $state:ident: $bound:path)?) => {
        impl<T $(, $state: $bound + ::core::default::Default)?> $crate::__private::MemberMap
            for $name$(::$more)*<::std::string::String, T $(, $state)?>
        {
            type Value = T;

            fn put_member(&mut self, key: ::std::string::String, value: T) {
                self.insert(key, value);
            }

            fn members(&self) -> impl ::core::iter::Iterator<Item = (&::std::string::String, &T)> {
                self.iter()
            }

            fn member_count(&self) -> usize {
                self.len()
            }
        }

        impl<T: $crate::__private::FromJson $(, $state: $bound + ::core::default::Default)?> $crate::__private::FromJson
            for $name$(::$more)*<::std::string::String, T $(, $state)?>
        {
            fn from_json<'de, D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::read_map(deserializer)
            }
        }

        impl<T: $crate::__private::ToJson $(, $state: $bound + ::core::default::Default)?> $crate::__private::ToJson
            for $name$(::$more)*<::std::string::String, T $(, $state)?>
        {
            fn to_json<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::write_map(self, serializer)
            }
        }
    };
}

json_map!(BTreeMap);
json_map!(HashMap, State: BuildHasher);
#[cfg(feature = "indexmap")]
json_map!(indexmap::IndexMap, State: BuildHasher);
