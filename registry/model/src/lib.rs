//! A JSON Schema and its history as data: source text with positions, JSON values with spans and exact numbers, names,
//! versions, references, documents.
//!
//! In: bytes and strings. Out: values, or errors that know their place in the source. This crate does no I/O, prints
//! nothing, and knows nothing of compatibility, of the file layout of a workspace, or of AWS.

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod alike;
mod bundle;
mod controls;
mod deep;
mod dialect;
mod digest;
mod document;
mod ecma;
mod envelope;
mod fault;
mod format_mode;
mod format_shape;
mod keyword;
mod keyword_use;
mod lexical_scope;
mod name;
mod number;
mod parse;
mod parts;
mod pointer;
mod problem;
mod reference;
mod resolve;
mod schema_type;
mod source;
mod subschema;
mod subschema_ref;
mod union;
mod uri;
mod validity;
mod value;
mod version;
mod version_field;
mod word;
mod write;

pub use alike::{find_alike, find_alike_event};
pub use bundle::{Files, Include, pick_unused_name};
pub use controls::{spell_out_controls, spell_out_line, steers_within_text};
pub use deep::{depth_of_text, with_stack_for};
pub use dialect::{Dialect, UnknownDialect};
pub use digest::Digest;
pub use document::Document;
pub use ecma::{EcmaPatternError, PatternReading, RustOnlySyntax, read_pattern, rust_only_syntax};
pub use envelope::ENVELOPE_MEMBERS;
pub use fault::{FaultKind, SchemaFault};
pub use format_mode::{FormatMode, UnknownFormatMode};
pub use format_shape::{FormatShape, find_format_shape};
pub use keyword::{AppliesTo, Keyword, KeywordKind, KeywordShape, OpenApiUse};
pub use keyword_use::{ForeignKeyword, foreign_keywords, keywords, unknown_keywords};
pub use lexical_scope::LexicalScope;
pub use name::{EventName, InvalidName};
pub use number::JsonNumber;
pub use parse::{ParseError, parse};
pub use parts::{DialectPart, split_by_dialect};
pub use pointer::Pointer;
pub use problem::{DocumentError, DocumentProblem, dialect_problems, read_dialect};
pub use reference::{EventRef, InvalidReference, Versions};
pub use resolve::{Reference, ResolveError, Resolver};
pub use schema_type::SchemaType;
pub use source::{Location, Source, Span};
pub use subschema::{Subschema, is_schema, subschemas};
pub use subschema_ref::SubschemaRef;
pub use union::{EXTENSIBLE_MARKS, UnionTag, is_extensible, union_tag, unlisted_values};
pub use uri::{decode_fragment, encode_fragment, join_uri, percent_decode};
pub use validity::{SchemaReview, reference_faults, review_schema, schema_faults};
pub use value::{JsonObject, Kind, Member, Value};
pub use version::{InvalidVersion, Version};
pub use version_field::{PlaceSchema, VersionField, schemas_at};
pub use word::find_word_span;
pub use write::canonical_json;
