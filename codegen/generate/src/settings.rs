//! What a user can choose about the generated code.

use schemactl_model::FormatMode;
use schemactl_workspace::GenerateSettings;

/// How code is generated. The default reads as the compatibility check assumes: unknown fields are ignored.
///
/// # Examples
///
/// ```
/// use schemactl_generate::{Money, Settings};
///
/// let settings = Settings::default().money(Money::Decimal).validate(true);
/// assert!(settings.validate && settings.money == Money::Decimal);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// What readers do with properties that their schema does not name.
    pub unknown_fields: UnknownFields,
    /// Rust type for integers whose bounds fit no built-in type.
    pub integers: Integers,
    /// Rust type for numbers that need not be integers.
    pub numbers: Numbers,
    /// Rust type for monetary properties (named amount, price, total, …).
    pub money: Money,
    /// Rust type for strings of `format: date-time`.
    pub times: Times,
    /// Whether root types get a `validate()`. Schemas with patterns then need the feature `regex` of `schemactl-runtime`.
    pub validate: bool,
    /// Whether each event is behind a cargo feature of its own, called like its module.
    pub features: bool,
    /// Whether structs, unions and newtypes derive `Hash`, `PartialOrd` and `Ord` where all their parts have them. Enums of strings and
    /// constants always do.
    pub hash_and_order: bool,
    /// How events are in modules.
    pub modules: Modules,
    /// What is changed about types and fields, by path.
    pub(crate) table: GenerateSettings,
    /// What formats are in the workspace.
    pub(crate) formats: FormatMode,
}

impl Settings {
    /// Sets what readers do with properties that their schema does not name.
    #[must_use]
    pub fn unknown_fields(mut self, unknown_fields: UnknownFields) -> Self {
        self.unknown_fields = unknown_fields;
        self
    }

    /// Sets the Rust type for integers whose bounds fit no built-in type.
    #[must_use]
    pub fn integers(mut self, integers: Integers) -> Self {
        self.integers = integers;
        self
    }

    /// Sets the Rust type for numbers that need not be integers.
    #[must_use]
    pub fn numbers(mut self, numbers: Numbers) -> Self {
        self.numbers = numbers;
        self
    }

    /// Sets the Rust type for properties that hold money.
    #[must_use]
    pub fn money(mut self, money: Money) -> Self {
        self.money = money;
        self
    }

    /// Sets the Rust type for strings of `format: date-time`.
    #[must_use]
    pub fn times(mut self, times: Times) -> Self {
        self.times = times;
        self
    }

    /// Sets whether root types get a `validate()`.
    #[must_use]
    pub fn validate(mut self, validate: bool) -> Self {
        self.validate = validate;
        self
    }

    /// Sets whether each event is behind a cargo feature of its own.
    #[must_use]
    pub fn features(mut self, features: bool) -> Self {
        self.features = features;
        self
    }

    /// Sets whether types derive `Hash`, `PartialOrd` and `Ord` where all their parts have them.
    #[must_use]
    pub fn hash_and_order(mut self, hash_and_order: bool) -> Self {
        self.hash_and_order = hash_and_order;
        self
    }
}

/// What is changed about types and fields. A path is `event`, `event/Type` or `event/Type.field`; `*` stands for any name.
impl Settings {
    /// Adds derives, separated by commas, to the types of a path: `derive("OrderPlaced", "my_macros::Audited")`. A type derives none twice.
    #[must_use]
    pub fn derive(mut self, path: &str, derives: &str) -> Self {
        self.table.add_derive(path, derives);
        self
    }

    /// Adds attributes to the types of a path: `type_attribute("OrderPlaced/Item", "#[my_macros::audited]")`.
    #[must_use]
    pub fn type_attribute(mut self, path: &str, attributes: &str) -> Self {
        self.table.add_type_attribute(path, attributes);
        self
    }

    /// Adds attributes to the fields and variants of a path.
    #[must_use]
    pub fn field_attribute(mut self, path: &str, attributes: &str) -> Self {
        self.table.add_field_attribute(path, attributes);
        self
    }

    /// Renames an event, a type, a field or a variant: `rename("OrderPlaced/Item", "Line")`. It takes precedence over `x-rust-name`.
    #[must_use]
    pub fn rename(mut self, path: &str, name: &str) -> Self {
        self.table.rename.insert(path.to_owned(), name.to_owned());
        self
    }

    /// Uses a type of your own in place of a generated type, or for a field: `replace("OrderPlaced/Money", "::my_types::Money")`. It is
    /// `Clone`, `Debug`, `PartialEq` and one of `schemactl_runtime::json_type!`.
    #[must_use]
    pub fn replace(mut self, path: &str, rust_type: &str) -> Self {
        self.table.replace.insert(path.to_owned(), rust_type.to_owned());
        self
    }

    /// Sets the Rust type for strings of a format: `format("uuid", "::uuid::Uuid")`. `i32`, `u32`, `i64` and `u64` are for integers of a format,
    /// `format("int32", "i32")`: larger ones are refused, also if the schema allows them.
    #[must_use]
    pub fn format(mut self, format: &str, rust_type: &str) -> Self {
        self.table.format.insert(format.to_owned(), rust_type.to_owned());
        self
    }

    /// Trusts `x-rust-type` of schemas to name types of a crate, which has this version: `rust_crate("my-types", "1.2.0")`.
    #[must_use]
    pub fn rust_crate(mut self, name: &str, version: &str) -> Self {
        self.table.crates.insert(name.to_owned(), version.to_owned());
        self
    }

    /// Sets how events are in modules.
    #[must_use]
    pub fn modules(mut self, modules: Modules) -> Self {
        self.modules = modules;
        self
    }

    /// Uses the module that another crate generates for an event, and its types wherever other events have the same:
    /// `extern_module("OrderPlaced", "::shared_events::order_placed")`.
    #[must_use]
    pub fn extern_module(mut self, event: &str, path: &str) -> Self {
        self.table.extern_module.insert(event.to_owned(), path.to_owned());
        self
    }

    /// Adds an enum over several events: `group("Billing", ["OrderPlaced@^1", "PaymentDeclined"])`.
    #[must_use]
    pub fn group<'e>(mut self, name: &str, events: impl IntoIterator<Item = &'e str>) -> Self {
        let events = events.into_iter().map(str::to_owned).collect();
        self.table.group.insert(name.to_owned(), events);
        self
    }

    /// Sets the Rust type for objects whose properties are not named: `map_type("::std::collections::HashMap")`. It has the types of keys and
    /// values as parameters.
    #[must_use]
    pub fn map_type(mut self, path: &str) -> Self {
        self.table.map_type = Some(path.to_owned());
        self
    }
}

/// The settings of a table, such as `[generate]` of schemactl.toml. A word that is not known is the default.
///
/// # Examples
///
/// ```
/// use schemactl_generate::{Money, Settings};
/// use schemactl_workspace::GenerateSettings;
///
/// let mut table = GenerateSettings::default();
/// table.money = Some("decimal".to_owned());
/// assert_eq!(Settings::from(&table).money, Money::Decimal);
/// ```
impl From<&GenerateSettings> for Settings {
    fn from(table: &GenerateSettings) -> Self {
        let GenerateSettings {
            unknown_fields,
            integers,
            numbers,
            money,
            times,
            validate,
            features,
            hash_and_order,
            modules,
            ..
        } = table;
        Self {
            unknown_fields: find_word(unknown_fields.as_ref(), UnknownFields::WORDS),
            integers: find_word(integers.as_ref(), Integers::WORDS),
            numbers: find_word(numbers.as_ref(), Numbers::WORDS),
            money: find_word(money.as_ref(), Money::WORDS),
            times: find_word(times.as_ref(), Times::WORDS),
            modules: find_word(modules.as_ref(), Modules::WORDS),
            validate: validate.unwrap_or_default(),
            features: features.unwrap_or_default(),
            hash_and_order: hash_and_order.unwrap_or_default(),
            table: table.clone(),
            formats: FormatMode::default(),
        }
    }
}

fn find_word<T: Copy + Default>(word: Option<&String>, words: &[(T, &str)]) -> T {
    let found = word.and_then(|word| words.iter().find(|(_, known)| known == word));
    found.map_or_else(T::default, |(value, _)| *value)
}

/// Defines the words of settings in schemactl.toml and on the command line.
macro_rules! setting_words {
    ($($name:ident: $($value:ident = $word:literal),*;)*) => {$(
        impl $name {
            const WORDS: &'static [(Self, &'static str)] = &[$((Self::$value, $word)),*];

            /// Returns the word for it in schemactl.toml.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)*
                }
            }
        }
    )*};
}

setting_words! {
    UnknownFields: Ignore = "ignore", Preserve = "preserve", Refuse = "refuse";
    Integers: Any = "any", Fixed = "fixed";
    Numbers: Float = "float", Decimal = "decimal";
    Money: Float = "float", Decimal = "decimal";
    Times: Timestamp = "timestamp", Text = "text";
    Modules: Event = "event", Namespace = "namespace";
}

/// How events are in modules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Modules {
    /// A module for each event.
    #[default]
    Event,
    /// A module for each namespace, with those of its events: `com_myapp_orders::order_placed`. Two namespaces may have an event of one name.
    Namespace,
}

/// What readers do with properties that their schema does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownFields {
    /// They ignore them, as the policy `tolerant-reader` assumes.
    #[default]
    Ignore,
    /// They keep them, and write them again.
    Preserve,
    /// They refuse them where the schema does, as the policy `producer-declared` assumes, and ignore them elsewhere. Under
    /// `tolerant-reader` a producer may add fields at any time, so this breaks such readers.
    Refuse,
}

/// Rust type for integers whose bounds fit no built-in type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Integers {
    /// `schemactl_runtime::Integer`: every integer that the schema allows can be read.
    #[default]
    Any,
    /// `i64`, or `u64` where the schema allows no negative ones. Larger integers are refused.
    Fixed,
}

/// Rust type for numbers that need not be integers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Numbers {
    /// `f64`. A number is read as the closest double: of more than 15 digits the last ones may change, and one beyond the largest double
    /// is refused.
    #[default]
    Float,
    /// `schemactl_runtime::Decimal`: every number that the schema allows can be read, and is written with the digits that it had.
    Decimal,
}

/// Rust type for monetary properties (named amount, price, total, …).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Money {
    /// `f64` where the schema says a number, as every other number; `String` where it says a string.
    #[default]
    Float,
    /// `schemactl_runtime::Decimal`, the digits as they were sent; where the schema says a string with a pattern of decimals,
    /// `schemactl_runtime::DecimalText`.
    Decimal,
}

/// Rust type for strings of `format: date-time`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Times {
    /// `schemactl_runtime::Timestamp`: the text, with the instant it means.
    #[default]
    Timestamp,
    /// `String`.
    Text,
}
