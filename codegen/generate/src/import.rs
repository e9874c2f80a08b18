//! Rust first: the schema that schemars makes of a type, as the schema of a version. In: that schema, in 2020-12. Out: the text
//! of a schema file, in draft-04 where the event's other versions are that old, so that EventBridge can register it.

use schemactl_convert::downgrade;
use schemactl_model::{Dialect, Document, Source};

use crate::error::GenerateError;
use crate::review::review_document;

/// Returns the text of a schema file for the schema of a type. `dialect` is that of the event's other versions.
pub fn import_schema(source: &Source, dialect: Dialect) -> Result<String, Vec<GenerateError>> {
    let document = Document::read_with_faults(source.clone(), Dialect::Draft202012, None).map_err(|errors| {
        errors
            .into_iter()
            .map(|error| GenerateError::Load(error.into()))
            .collect::<Vec<_>>()
    })?;
    review_document(&document)?;
    if dialect > Dialect::Draft7 {
        return Ok(document.root().to_json_pretty() + "\n");
    }
    let lowered = downgrade(&document);
    if lowered.lost.is_empty() {
        return Ok(lowered.schema.to_json_pretty() + "\n");
    }
    let errors = lowered.lost.into_iter().map(|lost| GenerateError::Schema {
        file: source.clone(),
        span: lost.span,
        pointer: format!("#{}", lost.pointer),
        reason: format!("`{}` has no equivalent in draft-04", lost.keyword),
    });
    Err(errors.collect())
}
