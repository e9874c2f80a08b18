//! Rust first: a test that a type which was written by hand still equals the schema that is registered for it. In: the schema
//! that schemars makes of the type, and the schema's file. Out: nothing, if each allows every event of the other; else the
//! event that only one of them allows. For tests only: the engine that proves it is no part of a build script or a program.
//!
//! ```no_run
//! # mod schemars { #[macro_export] macro_rules! schema_for { ($type:ty) => { schema() } }
//! # pub use schema_for; }
//! # struct Schema; impl Schema { fn to_value(&self) -> serde_json::Value { true.into() } } fn schema() -> Schema { Schema }
//! # struct OrderPlaced;
//! #[test]
//! fn the_type_is_what_is_registered() {
//!     schemactl_conformance::assert_conforms!(OrderPlaced, "../schemas/com.myapp.orders/OrderPlaced/1.0.json");
//! }
//! ```

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

use std::path::Path;

use schemactl_compat::{
    ComparisonSettings, Policy, Schema, Validator, Verdict, compare, default_engine, review_document,
};
use schemactl_containment::from_serde_json;
use schemactl_model::{Dialect, Document, Source, Value};
use schemactl_workspace::{Workspace, find_root};

/// Why a type does not equal a schema.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConformanceError {
    /// The schema cannot be read.
    #[error("{path}: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why not.
        reason: String,
    },
    /// The registered schema allows an event that the type does not.
    #[error("{path} allows an event that the type does not: {event}\nerror of the type: {reason}")]
    TypeIsNarrower {
        /// The file.
        path: String,
        /// The event.
        event: String,
        /// What the type has against it.
        reason: String,
    },
    /// The type allows an event that the registered schema does not.
    #[error("the type allows an event that {path} does not: {event}\nerror of the schema: {reason}")]
    TypeIsWider {
        /// The file.
        path: String,
        /// The event.
        event: String,
        /// What the schema has against it.
        reason: String,
    },
    /// Neither a proof nor an event was found.
    #[error("{path}: cannot decide: {reason}")]
    Undecided {
        /// The file.
        path: String,
        /// Why not.
        reason: String,
    },
}

/// Proves that the type whose schema is `of_type` allows what the schema in the file does, and nothing else.
///
/// # Errors
///
/// The event that only one of them allows, or why there is no proof.
pub fn check_conformance(of_type: &serde_json::Value, registered: &Path) -> Result<(), ConformanceError> {
    let path = registered.display().to_string();
    let unreadable = |reason: String| ConformanceError::Unreadable {
        path: path.clone(),
        reason,
    };
    let document = read_document(registered).map_err(unreadable)?;
    compare_with_document(of_type, &document, &path)
}

/// Proves that the type whose schema is `of_type` allows what a schema does that was read already, and nothing else: one of a workspace in
/// memory, for example.
///
/// # Errors
///
/// The event that only one of them allows, or why there is no proof.
///
/// # Examples
///
/// ```
/// use schemactl_conformance::check_conformance_with_document;
/// use schemactl_model::{Dialect, Document, Source};
///
/// let source = Source::new("1.0.json", r#"{"type": "object", "required": ["id"]}"#);
/// let document = Document::parse(source, Dialect::Draft202012).map_err(|errors| errors[0].to_string())?;
/// let of_type = serde_json::json!({"type": "object", "required": ["id"]});
/// assert!(check_conformance_with_document(&of_type, &document).is_ok());
/// # Ok::<_, String>(())
/// ```
pub fn check_conformance_with_document(
    of_type: &serde_json::Value,
    registered: &Document,
) -> Result<(), ConformanceError> {
    compare_with_document(of_type, registered, registered.source().path())
}

/// Compares both sets; `path` is what the schema is called in errors.
fn compare_with_document(of_type: &serde_json::Value, document: &Document, path: &str) -> Result<(), ConformanceError> {
    require_schema(document).map_err(|reason| ConformanceError::Unreadable {
        path: path.to_owned(),
        reason,
    })?;
    let of_type = from_serde_json(of_type);
    let schema = Schema::new(&of_type, Dialect::Draft202012);
    // Sets as they are written: a policy would forgive a field that only one of them has.
    let compared = compare(
        &default_engine(schemactl_compat::Semantics::default()),
        (&Schema::from(document), &schema),
        ComparisonSettings::without_version(Policy::OpenStrict),
    );
    let narrower = |event, reason| ConformanceError::TypeIsNarrower {
        path: path.to_owned(),
        event,
        reason,
    };
    decide(compared.backward, path, &schema, narrower)?;
    let wider = |event, reason| ConformanceError::TypeIsWider {
        path: path.to_owned(),
        event,
        reason,
    };
    decide(compared.forward, path, &Schema::from(document), wider)
}

/// The schema in a file. In a workspace, with what it refers to in other files.
fn read_document(path: &Path) -> Result<Document, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let source = Source::from_bytes(path.display().to_string(), bytes).map_err(|error| error.to_string())?;
    match of_workspace(path)? {
        Some(document) => Ok(document),
        None => Document::read_with_faults(source, Dialect::Draft202012, None).map_err(|errors| all(&errors)),
    }
}

/// Fails for a document that is no schema of an event, or one with faults.
fn require_schema(document: &Document) -> Result<(), String> {
    if document.root().member("openapi").is_some() {
        return Err("an OpenAPI document is not the schema of an event; import it, and name the schema".to_owned());
    }
    let faults = review_document(document).faults.into_iter();
    let placed = faults.map(|fault| format!("{}: {fault}", document.source().location(fault.span.start)));
    let placed: Vec<_> = placed.collect();
    if placed.is_empty() { Ok(()) } else { Err(all(&placed)) }
}

fn of_workspace(path: &Path) -> Result<Option<Document>, String> {
    let Ok(path) = path.canonicalize() else {
        return Ok(None);
    };
    let Some(root) = path.parent().and_then(|folder| find_root(folder).ok()) else {
        return Ok(None);
    };
    let workspace = Workspace::load(&root).map_err(|errors| all(&errors))?;
    let versions = workspace.events.values().flat_map(|event| event.versions.values());
    let mut documents = versions.map(|version| &version.document);
    let is_it = |document: &&Document| {
        root.join(document.source().path())
            .canonicalize()
            .is_ok_and(|file| file == path)
    };
    Ok(documents.find(is_it).cloned())
}

fn all<E: ToString>(errors: &[E]) -> String {
    errors.iter().map(E::to_string).collect::<Vec<_>>().join("; ")
}

fn decide(
    verdict: Verdict,
    path: &str,
    refusing: &Schema<'_>,
    different: impl Fn(String, String) -> ConformanceError,
) -> Result<(), ConformanceError> {
    match verdict {
        Verdict::Compatible => Ok(()),
        Verdict::Incompatible { witness } => Err(different(witness.to_json(), reason(refusing, &witness))),
        Verdict::Undecided { reason } => Err(ConformanceError::Undecided {
            path: path.to_owned(),
            reason,
        }),
    }
}

/// What a schema has against an event.
fn reason(schema: &Schema<'_>, event: &Value) -> String {
    let errors = Validator::new(schema.root, schema.dialect).and_then(|validator| validator.errors(event));
    let said = errors
        .unwrap_or_default()
        .into_iter()
        .map(|violation| match violation.instance.tokens() {
            [] => violation.message,
            _ => format!("{}: {}", violation.instance, violation.message),
        });
    said.collect::<Vec<_>>().join("; ")
}

/// Fails the test unless the type, which derives `schemars::JsonSchema`, equals the schema in the file.
#[macro_export]
macro_rules! assert_conforms {
    ($type:ty, $path:expr) => {{
        let schema = schemars::schema_for!($type);
        if let Err(difference) = $crate::check_conformance(&schema.to_value(), ::std::path::Path::new($path)) {
            panic!(
                "{} and the schema registered for it: {difference}\nchange the type back, or register it as a new version: `schemactl import --from-json`",
                stringify!($type)
            );
        }
    }};
}
