//! What a registry's content describes, whoever wrote it. In: the type of a content, and its JSON. Out: the schema of the detail with its
//! dialect, and the envelope as far as the content has one.

use schemactl_convert::{Detail, OpenApiError, detail_of, detail_of_export};
use schemactl_model::{Dialect, Keyword, Kind, Member, SchemaType, Value};

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
    let detail = detail.unwrap_or_else(|| {
        let schema = without_stamp(content);
        Detail {
            schema: match author {
                ContentAuthor::Schemactl => schema,
                ContentAuthor::Others => with_dialect(schema, Dialect::Draft4),
            },
            source: None,
            detail_type: None,
        }
    });
    Ok(match author {
        ContentAuthor::Schemactl => detail,
        ContentAuthor::Others => Detail {
            schema: without_empty_required(detail.schema),
            ..detail
        },
    })
}

/// Returns a schema of draft-04 without `"required": []`. Draft-04 wants at least one name there, other drafts do not, and tools write it all the same: it
/// requires nothing in all of them.
fn without_empty_required(schema: Value) -> Value {
    let dialect = schema.member("$schema").and_then(Value::as_str);
    let is_draft_04 = dialect.is_none_or(|uri| Dialect::from_uri(uri).is_ok_and(|dialect| dialect == Dialect::Draft4));
    if is_draft_04 && schema.to_json().contains(r#""required":[]"#) {
        drop_empty_required(&schema)
    } else {
        schema
    }
}

fn drop_empty_required(schema: &Value) -> Value {
    match &schema.kind {
        Kind::Object(members) => {
            let kept = members.iter().filter(|member| !is_empty_required(member));
            let members = kept.map(|member| Member::new(member.key.as_str(), drop_below(member)));
            Value::object(members.collect())
        }
        _ => schema.clone(),
    }
}

fn is_empty_required(member: &Member) -> bool {
    member.key == "required" && matches!(&member.value.kind, Kind::Array(names) if names.is_empty())
}

/// Returns the value of a keyword with its subschemas. What is data stays as it is.
fn drop_below(member: &Member) -> Value {
    match (member.key.as_str(), &member.value.kind) {
        ("enum" | "default" | "const" | "example" | "examples", _) => member.value.clone(),
        ("properties" | "patternProperties" | "definitions" | "dependencies", Kind::Object(named)) => {
            let named = named.iter();
            let named = named.map(|named| Member::new(named.key.as_str(), drop_empty_required(&named.value)));
            Value::object(named.collect())
        }
        (_, Kind::Array(schemas)) => Value::array(schemas.iter().map(drop_empty_required).collect()),
        _ => drop_empty_required(&member.value),
    }
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
