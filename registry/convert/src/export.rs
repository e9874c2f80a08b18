//! Draft-04 from an OpenApi3 document of the registry. In: the text of the document. Out: the schema of the event as JSON Schema, what
//! ExportSchema gives. A schema of OpenAPI 3.0 is one of draft-04 but for `nullable` and where definitions stand; one of 3.1 is one of
//! 2020-12, or of the dialect that the document names, and is converted as a schema that is registered.

use std::fmt;

use schemactl_model::{
    Dialect, Document, JsonObject, Keyword, Member, Source, Value, depth_of_text, parse, with_stack_for,
};

use crate::downgrade::{Downgraded, downgrade};
use crate::openapi::event_of;

/// Why a document has no draft-04 export, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportError(String);

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ExportError {}

impl ExportError {
    fn first<E: fmt::Display>(errors: &[E]) -> Self {
        Self(errors.first().map_or_else(String::new, ToString::to_string))
    }
}

/// Returns the schema of the component `AWSEvent`, or of the one that the title names, or of the first one, as draft-04, with what it refers to
/// as its definitions.
///
/// # Errors
/// Fails for a document that is no OpenAPI, and for a schema with a keyword that draft-04 cannot express: without it the export would accept
/// events that the schema rejects.
pub fn draft4_of_openapi(content: &str) -> Result<Value, ExportError> {
    with_stack_for(depth_of_text(content), || export(content))
}

fn export(content: &str) -> Result<Value, ExportError> {
    let document = parse(&Source::new("content", content)).map_err(|errors| ExportError::first(&errors))?;
    let event = event_of(&document).map_err(|error| ExportError(error.to_string()))?;
    let title = document.member("info").and_then(|info| info.member("title"));
    let event = Source::new("content", event.to_json());
    let event = Document::parse(event, Dialect::Draft4).map_err(|errors| ExportError::first(&errors))?;
    let Downgraded { schema, lost } = downgrade(&event);
    match lost.first() {
        Some(lost) => Err(ExportError(lost.to_string())),
        None => Ok(titled(schema, title)),
    }
}

/// The schema with the title of the document, behind its dialect.
fn titled(schema: Value, title: Option<&Value>) -> Value {
    let Some(title) = title.filter(|title| title.as_str().is_some()) else {
        return schema;
    };
    let members = schema.as_object().into_iter().flat_map(JsonObject::iter);
    let mut members: Vec<_> = members
        .filter(|member| member.keyword() != Some(Keyword::Title))
        .cloned()
        .collect();
    members.insert(members.len().min(1), Member::new(Keyword::Title, title.clone()));
    Value::object(members)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn exported(document: &serde_json::Value) -> Result<serde_json::Value, ExportError> {
        draft4_of_openapi(&document.to_string()).map(|schema| serde_json::from_str(&schema.to_json()).unwrap())
    }

    /// A document of that version whose event has a property of that schema.
    fn with(version: &str, property: &serde_json::Value) -> serde_json::Value {
        json!({
            "openapi": version,
            "info": { "title": "OrderPlaced" },
            "components": { "schemas": {
                "AWSEvent": { "type": "object", "x-amazon-events-source": "com.shop", "properties": {
                    "detail": { "$ref": "#/components/schemas/Order" },
                } },
                "Order": { "type": "object", "properties": { "p": property } },
            } },
        })
    }

    #[test]
    fn schemas_are_read_in_the_dialect_of_the_document() {
        for (version, property, expected) in [
            (
                "3.0.3",
                json!({ "type": "string", "nullable": true }),
                json!({ "type": ["string", "null"] }),
            ),
            // OpenAPI 3.0.3: `null` is added to the type, and the list has to name it itself.
            (
                "3.0.0",
                json!({ "type": "string", "nullable": true, "enum": ["a"] }),
                json!({ "type": ["string", "null"], "enum": ["a"] }),
            ),
            (
                "3.0.0",
                json!({ "minimum": 1, "exclusiveMinimum": true }),
                json!({ "minimum": 1, "exclusiveMinimum": true }),
            ),
            // From here on the same words mean something else, or nothing.
            (
                "3.1.0",
                json!({ "type": "string", "nullable": true }),
                json!({ "type": "string", "nullable": true }),
            ),
            (
                "3.1.0",
                json!({ "type": ["string", "null"] }),
                json!({ "type": ["string", "null"] }),
            ),
            (
                "3.1.1",
                json!({ "exclusiveMinimum": 1, "exclusiveMaximum": 9.5 }),
                json!({ "allOf": [
                    { "maximum": 9.5, "exclusiveMaximum": true },
                    { "minimum": 1, "exclusiveMinimum": true },
                ] }),
            ),
            (
                "3.1.0",
                json!({ "const": { "nullable": true } }),
                json!({ "enum": [{ "nullable": true }] }),
            ),
            ("3.1.0", json!({ "examples": [1, 2] }), json!({ "examples": [1, 2] })),
            ("3.1.0", json!(true), json!({})),
            ("3.1.0", json!(false), json!({ "not": {} })),
            (
                "3.1.0",
                json!({ "prefixItems": [{ "const": 1 }], "items": false }),
                json!({ "items": [{ "enum": [1] }], "additionalItems": { "not": {} } }),
            ),
            (
                "3.2.0",
                json!({ "dependentRequired": { "a": ["b"] } }),
                json!({ "dependencies": { "a": ["b"] } }),
            ),
        ] {
            let schema = exported(&with(version, &property)).unwrap();
            let found = &schema["definitions"]["Order"]["properties"]["p"];
            assert_eq!(found, &expected, "{version} {property}");
            assert_eq!(schema["$schema"], "http://json-schema.org/draft-04/schema#");
            assert_eq!(schema["title"], "OrderPlaced");
            assert_eq!(schema["x-amazon-events-source"], "com.shop");
            assert_eq!(schema["properties"]["detail"]["$ref"], "#/definitions/Order");
        }
    }

    #[test]
    fn a_document_names_the_dialect_of_its_schemas() {
        let mut document = with("3.1.0", &json!({ "exclusiveMinimum": true, "minimum": 1, "const": 1 }));
        document["jsonSchemaDialect"] = "http://json-schema.org/draft-04/schema#".into();
        let property = &exported(&document).unwrap()["definitions"]["Order"]["properties"]["p"];
        assert_eq!(property, &json!({ "exclusiveMinimum": true, "minimum": 1, "const": 1 }));
    }

    #[test]
    fn references_are_rewritten_where_schemas_stand() {
        let property = json!({ "items": { "$ref": "#/components/schemas/Order" },
            "enum": [{ "$ref": "#/components/schemas/Order" }] });
        for version in ["3.0.0", "3.1.0"] {
            let schema = exported(&with(version, &property)).unwrap();
            let property = &schema["definitions"]["Order"]["properties"]["p"];
            assert_eq!(property["items"]["$ref"], "#/definitions/Order");
            assert_eq!(
                property["enum"][0]["$ref"], "#/components/schemas/Order",
                "data stays as it is"
            );
        }
    }

    #[test]
    fn what_cannot_be_exported_says_why() {
        let lost = with(
            "3.1.0",
            &json!({ "unevaluatedItems": false, "contains": { "const": 1 } }),
        );
        let lost = exported(&lost).unwrap_err().to_string();
        assert!(
            lost.contains("`unevaluatedItems`") && lost.contains("draft-04"),
            "{lost}"
        );
        for (document, reason) in [
            (json!({}), "no components"),
            (json!({ "components": { "schemas": {} } }), "no components"),
            (
                with("3.0.0", &json!({ "$ref": "#/components/schemas/None" })),
                "refers to no component",
            ),
        ] {
            let error = exported(&document).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
        assert!(draft4_of_openapi("{").is_err());
    }
}
