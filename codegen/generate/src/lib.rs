//! Rust from event schemas, in a build script or from the command line. In: a workspace of versioned JSON Schemas. Out: one
//! module an event, with the types of each version, an enum over the versions, typed event patterns, and the shim that
//! publishes a fact in several versions. The generated code links `schemactl-runtime` and nothing else.
//!
//! # A whole example
//!
//! ```toml
//! # Cargo.toml
//! [dependencies]
//! schemactl-runtime = "0.1"   # features = ["regex"] if validate() is on and a schema has patterns
//! [build-dependencies]
//! schemactl-generate = "0.1"
//! ```
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     schemactl_generate::Builder::new("../schemas")
//!         .event("OrderPlaced@^1")?
//!         .event("OrderPlaced@2.0")?
//!         .validate(true)
//!         .generate()?;
//!     Ok(())
//! }
//! ```
//!
//! ```ignore
//! // lib.rs
//! include!(concat!(env!("OUT_DIR"), "/events.rs"));
//!
//! use order_placed::{AnyOrderPlaced, v2};
//!
//! // A consumer reads whatever version comes: an envelope, or the message of SQS or SNS around it. An event of another kind is
//! // an error, as is one that is not what its version describes; one of a major that is not known here comes back as it is.
//! match AnyOrderPlaced::from_event(message)?.into_v2()? {
//!     Ok(order) => ship(order),
//!     Err(other) => match other.into_v1()? {
//!         Ok(order) => ship_in_the_old_way(order),
//!         Err(unknown) => later(unknown),
//!     },
//! }
//!
//! // A producer gives what the schema requires, by name; the version is set, the rest is absent.
//! let order = v2::OrderPlaced {
//!     channel: Some(v2::OrderPlacedChannel::App),
//!     ..v2::OrderPlaced::new(v2::NewOrderPlaced { order_id, buyer_id, total_amount, currency, items, shipping_address, placed_at })
//! };
//! order.validate()?;
//!
//! // A fact goes out in every major. What an older one says and this one does not, the producer answers; a field that was
//! // only renamed (`"x-renamed-from": "customerId"` in the newer schema) is copied.
//! let entries = order_placed::publish::entries(&order, &Gaps)?;
//! ```
//!
//! # What types are made of
//!
//! | schema | Rust |
//! |---|---|
//! | a property that is not required | `Option<T>`, absent if `None`, never `null` |
//! | with a `default` | also `T::default_x()`, if the type holds the value for certain; nothing fills it in |
//! | and may be `null` too | `Option<Option<T>>`: `Some(None)` is `null` |
//! | `enum` of strings | an enum; with `x-extensible-enum`, `Unknown(String)` keeps other values |
//! | `const`, or an `enum` of one | a type with nothing inside, which `new` sets |
//! | `integer` | `u32`, `i32`, `u64`, `i64` by its bounds; without, `Integer`, or by [`Integers::Fixed`] `i64` |
//! | `number` | `f64`; by [`Numbers::Decimal`], and for money by [`Money::Decimal`], a `Decimal` with all digits |
//! | `string` | `String`; for money with a pattern of decimals by [`Money::Decimal`] a `DecimalText` |
//! | `format: date-time` | `Timestamp`, which takes any text and keeps it; by [`Times::Text`] `String` |
//! | `anyOf`, `oneOf`, a list of types | an enum that the JSON type or a required text tells apart, or one struct |
//! | with `x-extensible` beside it, and a constant tag in each branch | an enum; `Unknown(UnknownKind)` keeps values of other kinds |
//! | `prefixItems` of fixed length | a tuple |
//! | `additionalProperties`, `patternProperties` | a map, or beside properties the field `additional` |
//! | a property with the schema `false` | `Option<Never>`, which is always absent |
//! | what Rust cannot say | `serde_json::Value`, which loses nothing |
//!
//! `if`, `not`, `contains`, lengths, bounds and patterns are asked by `validate()`, if [`Builder::validate`] wants it, and by
//! `publish::entries` then. Formats assert nothing there, whatever `check` is told of them. It asks what the schema says of those who send: readers take values outside an extensible list.
//! Kinds that an extensible union does not list pass: they are kept as they came.
//! Unknown fields are ignored; see [`UnknownFields`].
//!
//! All types are `Clone`, `Debug` and `PartialEq`, and `Eq` unless they hold an `f64` or values of unknown kinds; by
//! [`Builder::hash_and_order`] also `Hash`, `PartialOrd` and `Ord` where all their parts are. Enums of strings and constants always are; an enum is
//! `Copy` unless it keeps unknown values, and has `ALL`, `FromStr`, `AsRef<str>` and `TryFrom<&str>`, or `From<&str>` where it keeps them.
//! Unions are made by `From` of a variant's value, if no other variant has that type.
//!
//! `new` takes the fields that are required and not constant: as a struct, called `New` and the name of the type, or by itself where there is
//! only one. `..T::new(…)` at the end of a literal keeps it compiling when the next minor has one more optional property.
//!
//! # Customizing
//!
//! `[generate]` of schemactl.toml and methods of [`Builder`] change derives, attributes, names and types, by paths such as
//! `OrderPlaced/Item.unitPrice`; see the guide "Customizing generated code".
//!
//! # In the build
//!
//! [`Builder::generate`] writes `OUT_DIR/events.rs` if it changed, and tells cargo to run again when the events it generated
//! change. [`Builder::generate_to`] writes the same bytes where you keep them; `schemactl generate --check` fails in CI if they are not what
//! the schemas say. Nothing here reaches a network or writes elsewhere, and neither AWS nor an async runtime is among the
//! dependencies: a build pays for this. Errors are cargo's own, with file, line and column. Generated code is not laid out as
//! rustfmt would: its modules say so, and the file of one schema wants `#[rustfmt::skip]` on its `mod`. The feature `import`,
//! which writes the schema of a Rust type, is not for builds.

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod builder;
mod choice;
mod code;
mod code_difference;
mod constraints;
mod conversion;
mod customize;
mod emit;
mod error;
mod event;
mod fnv;
mod generate;
mod group;
#[cfg(feature = "import")]
mod import;
mod ir;
mod letters;
mod lints;
mod lower;
mod names;
mod plurals;
mod print;
mod recursion;
mod review;
mod rust_hints;
mod schema;
mod selector;
mod settings;
mod share;
mod traits;
mod unchanged;
mod untyped;
mod untyped_places;

pub use builder::{BuildError, Builder};
pub use code::{GeneratedCode, Lint};
pub use code_difference::{CodeDifference, ComparedEvent, find_code_difference};
pub use error::GenerateError;
pub use generate::{describe_conversions, generate_events};
#[cfg(feature = "import")]
pub use import::import_schema;
pub use schema::{generate_schema, generate_schema_with_files};
pub use settings::{Integers, Modules, Money, Numbers, Settings, Times, UnknownFields};
pub use untyped::{UntypedPlace, UntypedReason};
