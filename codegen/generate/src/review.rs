//! Whether code can be generated from a schema. In: a document. Out: what is doubtful about it, or the faults, each as the reason why
//! no code is generated.

use schemactl_model::{
    Dialect, Document, FaultKind, Keyword, SchemaFault, SchemaReview, Source, Value, reference_faults, review_schema,
};

use crate::error::GenerateError;
use crate::lower::SourceSchema;

/// Returns the dialect of a document. One that is not known is read as the newest: that says least about a value.
pub(crate) fn find_dialect(document: &Value) -> Dialect {
    match document.keyword(Keyword::Schema).and_then(Value::as_str) {
        Some(uri) if uri.contains("draft-03") || uri.contains("iglucentral") => Dialect::Draft4,
        Some(uri) => Dialect::from_uri(uri).unwrap_or(Dialect::Draft202012),
        None => Dialect::of_openapi(document).unwrap_or(Dialect::Draft202012),
    }
}

/// Reviews a schema that stands by itself: what it refers to elsewhere can be any value. Returns the warnings.
pub(crate) fn review_alone(schema: SourceSchema<'_>) -> Result<Vec<SchemaFault>, Vec<GenerateError>> {
    let SchemaReview {
        mut faults, warnings, ..
    } = review_schema(schema.document, schema.dialect);
    if !has_known_keywords(schema.document) {
        faults = reference_faults(schema.document, schema.dialect);
    }
    let is_here = |fault: &SchemaFault| fault.kind != FaultKind::Elsewhere;
    require_none(schema.source, faults.into_iter().filter(is_here))?;
    Ok(warnings)
}

/// Reviews a document that was read with the files that it refers to. Returns the warnings.
pub(crate) fn review_document(document: &Document) -> Result<Vec<SchemaFault>, Vec<GenerateError>> {
    if !has_known_keywords(document.root()) {
        return review_alone(SourceSchema::from(document));
    }
    let SchemaReview { faults, warnings, .. } = document.review();
    require_none(document.source(), faults.into_iter())?;
    Ok(warnings)
}

/// Returns whether the keywords of a document are those of a dialect: those of OpenAPI and of dialects that nobody knows are their own.
pub(crate) fn has_known_keywords(document: &Value) -> bool {
    let schema = document.keyword(Keyword::Schema).and_then(Value::as_str);
    document.member("openapi").is_none() && schema.is_none_or(|uri| Dialect::from_uri(uri).is_ok())
}

fn require_none(source: &Source, faults: impl Iterator<Item = SchemaFault>) -> Result<(), Vec<GenerateError>> {
    let errors: Vec<_> = faults
        // What goes in a circle constrains nothing that Rust can say: the types are those of the rest.
        .filter(|fault| fault.kind != FaultKind::Circle)
        .map(|fault| {
            let (file, span) = (source.clone(), fault.span);
            let (pointer, reason) = (format!("#{}", fault.pointer), fault.to_string());
            if fault.kind == FaultKind::Elsewhere {
                GenerateError::Elsewhere {
                    file,
                    span,
                    pointer,
                    reason,
                }
            } else {
                GenerateError::Schema {
                    file,
                    span,
                    pointer,
                    reason,
                }
            }
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}
