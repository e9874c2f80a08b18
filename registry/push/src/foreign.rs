//! What a registry's content describes, whoever wrote it. In: the type of a content, and its JSON. Out: the schema of the detail with its
//! dialect, and the envelope as far as the content has one.

use schemactl_convert::{Detail, OpenApiError, detail_of, detail_of_export};
use schemactl_model::{Dialect, Keyword, Member, SchemaType, Value};

use schemactl_check::without_stamp;

/// Who wrote a content: what schemactl registers as JSON Schema is the detail, whatever properties it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentAuthor {
    Schemactl,
    Others,
}

/// Returns what a content describes: the schema of the detail without a stamp, and the `source` and `detail-type` that an envelope names.
///
/// # Errors
/// Fails for a document of whole events whose detail cannot be taken out.
pub(crate) fn read_content(type_name: &str, content: &Value, author: ContentAuthor) -> Result<Detail, OpenApiError> {
    let detail = match SchemaType::from_name(type_name) {
        Some(SchemaType::OpenApi3) => Some(detail_of(content)?),
        _ if author == ContentAuthor::Schemactl => None,
        _ => detail_of_export(content)?,
    };
    Ok(detail.unwrap_or_else(|| {
        let schema = without_stamp(content);
        Detail {
            schema: match author {
                ContentAuthor::Schemactl => schema,
                ContentAuthor::Others => with_dialect(schema, Dialect::Draft4),
            },
            source: None,
            detail_type: None,
        }
    }))
}

/// Returns a schema that names its dialect. The type of a registry's schema says that one without `$schema` is of draft-04, and a workspace
/// that it is of 2020-12; a file has nothing else that does.
pub(crate) fn with_dialect(schema: Value, dialect: Dialect) -> Value {
    match schema.as_object() {
        Some(members) if members.keyword(Keyword::Schema).is_none() => {
            let named = Member::new(Keyword::Schema, Value::string(dialect.uri()));
            let members = [named].into_iter().chain(members.iter().cloned());
            Value::object(members.collect())
        }
        _ => schema,
    }
}
