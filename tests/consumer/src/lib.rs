//! The events of the order system, as a consumer's crate holds them.
#![deny(warnings, missing_docs)]

// region: include
include!(concat!(env!("OUT_DIR"), "/events.rs"));
// endregion: include

/// Events that the users of a crate choose by its features. One that nobody chose is not there:
///
/// ```compile_fail
/// use consumer::chosen::payment_processed;
/// ```
pub mod chosen {
    include!(concat!(env!("OUT_DIR"), "/chosen.rs"));
}

/// The events of `tests/cases/events`. A literal of version 1.0 compiles with 1.1, which has more optional fields, if it ends with `..`:
///
/// ```
/// use consumer::case_events::transfer::v1::{NewTransfer, Transfer};
///
/// # let (payer, payee) = ("Ada".to_owned(), "Grace".to_owned());
/// Transfer { ..Transfer::new(NewTransfer { payer, payee }) };
/// ```
///
/// ```compile_fail,E0063
/// use consumer::case_events::transfer::v1::Transfer;
///
/// # let (payer, payee) = ("Ada".to_owned(), "Grace".to_owned());
/// Transfer { version: Default::default(), payer, payee, amount: None };
/// ```
pub mod case_events {
    #![allow(missing_docs)]
    include!(concat!(env!("OUT_DIR"), "/converted.rs"));
}

/// Types that stand for generated ones.
pub mod own_types {
    // region: own
    use schemactl_runtime::serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// An amount in cents, which events have as a text with two decimal places.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Money(pub u64);

    impl Serialize for Money {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&format_args!("{}.{:02}", self.0 / 100, self.0 % 100))
        }
    }

    impl<'de> Deserialize<'de> for Money {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            let cents = text.replacen('.', "", 1).parse();
            cents.map(Self).map_err(schemactl_runtime::serde::de::Error::custom)
        }
    }

    schemactl_runtime::json_type!(Money);
    // endregion: own

    /// An address of any form.
    pub type Address = schemactl_runtime::serde_json::Value;
}

/// Events in modules of their namespaces, with types of this crate in them.
pub mod customized {
    #![allow(missing_docs)]
    include!(concat!(env!("OUT_DIR"), "/customized.rs"));
}

/// Texts of several formats, as types of other crates.
#[cfg(feature = "formats")]
pub mod formats {
    #![allow(missing_docs)]
    include!(concat!(env!("OUT_DIR"), "/formats.rs"));
}

/// An event that has a type in common with one of another module, as if that were another crate.
pub mod external {
    #![allow(missing_docs)]
    include!(concat!(env!("OUT_DIR"), "/external.rs"));
}

/// The events of `tests/cases/conversions`: compiling their conversions, with clippy, is a test.
pub mod conversions {
    #![allow(missing_docs)]
    include!(concat!(env!("OUT_DIR"), "/conversions.rs"));
}

/// Events with names that mean something in Rust, or to its lints: compiling them, with clippy and rustdoc, is the test.
pub mod names {
    #![allow(missing_docs)]
    include!(concat!(env!("OUT_DIR"), "/names.rs"));
}

/// The cases of `tests/cases/codegen`.
pub mod generated_cases {
    use schemactl_runtime::serde::{de::DeserializeOwned, Serialize};
    use schemactl_runtime::{serde_json, ValidationError};

    /// What a consumer makes of a JSON text, by way of a type.
    pub struct ReadCase {
        /// The text that it writes again.
        pub written: String,
        /// Whether a producer may send it.
        pub to_publish: Result<(), ValidationError>,
    }

    /// Reads and validates a JSON text as a consumer does.
    pub type RoundTrip = Box<dyn Fn(&str) -> Result<ReadCase, String>>;

    type Validate<T> = fn(&T) -> Result<(), ValidationError>;

    fn round_trip<T: DeserializeOwned + Serialize + 'static>(validate: Validate<T>, to_publish: Validate<T>) -> RoundTrip {
        Box::new(move |text| {
            let value: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
            validate(&value).map_err(|error| error.to_string())?;
            let written = serde_json::to_string(&value).map_err(|error| error.to_string())?;
            Ok(ReadCase { written, to_publish: to_publish(&value) })
        })
    }

    include!(concat!(env!("OUT_DIR"), "/cases.rs"));
}
