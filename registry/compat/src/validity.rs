//! Whether a document is a schema at all: the question before every other one. In: a document and its dialect. Out: each fault, once,
//! in our own words; a schema that has one gets no verdict. `model` finds the faults, and the meta-schemas are asked as well: what they
//! reject and `model` does not know is a fault all the same (ADR 51).

use std::sync::LazyLock;

use schemactl_containment::to_serde_json;
use schemactl_model::{
    Dialect, Document, FaultKind, SchemaFault, SchemaReview, Value, review_schema as review, split_by_dialect,
    with_stack_for,
};

use crate::replay::{ReplayViolation, describe_violation, validator_draft};

/// Returns the faults of a schema, in the order of the source. Commands give no verdict about a schema that has one.
pub fn find_schema_faults(root: &Value, dialect: Dialect) -> Vec<SchemaFault> {
    review_schema(root, dialect).faults
}

/// Returns the faults of a schema, and the patterns that validators disagree on.
pub fn review_schema(root: &Value, dialect: Dialect) -> SchemaReview {
    ask_meta_schemas(review(root, dialect), root, dialect)
}

/// Returns what [`review_schema`] does about a document, its references into other files included.
pub fn review_document(document: &Document) -> SchemaReview {
    ask_meta_schemas(document.review(), document.root(), document.dialect())
}

/// Adds what only the meta-schemas know.
fn ask_meta_schemas(mut found: SchemaReview, root: &Value, dialect: Dialect) -> SchemaReview {
    if found.faults.is_empty() {
        // The deepest place says most; there is one finding, whatever the meta-schema counts.
        let violations = metaschema_errors(root, dialect);
        let deepest = violations
            .iter()
            .max_by_key(|violation| violation.instance.tokens().len());
        found
            .faults
            .extend(deepest.map(|violation| unknown_fault(root, dialect, violation)));
    }
    found
}

/// A fault that only the meta-schema knows.
fn unknown_fault(root: &Value, dialect: Dialect, violation: &ReplayViolation) -> SchemaFault {
    let keyword = violation.instance.tokens().last().cloned().unwrap_or_default();
    SchemaFault {
        kind: FaultKind::Value,
        pointer: violation.instance.clone(),
        span: violation.instance.closest(root).span,
        message: format!("`{keyword}` has a value that the meta-schema of {dialect} rejects"),
        keyword,
        suggestion: None,
    }
}

/// Returns what the meta-schemas of its dialects say against a schema; formats are annotations there. A meta-schema judges one dialect:
/// resources in another one are judged by theirs (2020-12 Core, section 9.3.3). A part with a number beyond a double is passed over.
pub fn metaschema_errors(schema: &Value, dialect: Dialect) -> Vec<ReplayViolation> {
    with_stack_for(schema.depth(), || {
        let parts = split_by_dialect(schema, dialect).into_iter();
        parts
            .flat_map(|part| {
                let errors = errors_of_part(&part.schema, part.dialect).into_iter();
                errors.map(move |error| ReplayViolation {
                    instance: part.pointer.join_all(&error.instance),
                    ..error
                })
            })
            .collect()
    })
}

fn errors_of_part(schema: &Value, dialect: Dialect) -> Vec<ReplayViolation> {
    let Some(json) = to_serde_json(schema) else {
        return Vec::new();
    };
    let errors = METASCHEMAS[dialect as usize].iter_errors(&json);
    let mut found: Vec<ReplayViolation> = errors.map(|error| describe_violation(&error)).collect();
    // The validator goes through members as `serde_json` keeps them, which another crate of a build may decide.
    found.sort_by(|one, other| (&one.instance, &one.keyword).cmp(&(&other.instance, &other.keyword)));
    found
}

/// The meta-schemas by their dialects. `pattern` and `$ref` are judged by `model`, in every dialect alike, and not by `format`.
static METASCHEMAS: LazyLock<[jsonschema::Validator; 5]> = LazyLock::new(|| {
    Dialect::ALL.map(|dialect| {
        let base = referencing::uri::from_str("urn:schemactl").expect("a URI");
        let resolver = referencing::SPECIFICATIONS.resolver(base);
        let metaschema = resolver
            .lookup(dialect.uri())
            .expect("every dialect has its meta-schema");
        jsonschema::options()
            .with_draft(validator_draft(dialect))
            .should_validate_formats(false)
            .offline()
            .build(metaschema.contents())
            .expect("meta-schemas are schemas")
    })
});

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    fn read(text: &str) -> Value {
        parse(&Source::new("a.json", text)).unwrap()
    }

    #[test]
    fn the_meta_schema_speaks_with_places() {
        let schema = read(r#"{"properties": {"a": {"type": "objekt"}}}"#);
        for dialect in Dialect::ALL {
            let found = metaschema_errors(&schema, dialect);
            assert_eq!(found[0].instance.to_string(), "/properties/a/type");
        }
    }

    #[test]
    fn what_only_the_meta_schema_knows_is_one_fault() {
        let schema = read(r#"{"properties": {"a": {"type": "objekt", "minLength": "1"}}}"#);
        let violation = &metaschema_errors(&schema, Dialect::Draft7)[0];
        let fault = unknown_fault(&schema, Dialect::Draft7, violation);
        assert_eq!(
            fault.message,
            "`minLength` has a value that the meta-schema of draft-07 rejects"
        );
        assert_eq!(
            fault.span,
            schema
                .member("properties")
                .unwrap()
                .member("a")
                .unwrap()
                .member("minLength")
                .unwrap()
                .span
        );
    }

    #[test]
    fn embedded_resources_are_judged_by_their_own_meta_schema() {
        let draft7 = r#"{"$id": "urn:a", "$schema": "http://json-schema.org/draft-07/schema#", "items": [ITEM]}"#;
        let document = |item: &str| read(&format!(r#"{{"$defs": {{"a": {}}}}}"#, draft7.replace("ITEM", item)));
        assert!(metaschema_errors(&document("{}"), Dialect::Draft202012).is_empty());
        let found = metaschema_errors(&document("5"), Dialect::Draft202012);
        assert!(found[0].instance.to_string().starts_with("/$defs/a/items"), "{found:?}");
    }
}
