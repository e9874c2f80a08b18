//! Draft-04 from an OpenApi3 document of the registry. In: the document. Out: the schema of the event as JSON Schema, what
//! ExportSchema gives. A schema of OpenAPI 3.0 is one of draft-04 but for `nullable` and where definitions stand.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::openapi::ENVELOPE;

/// Where OpenAPI keeps schemas, and where draft-04 does.
const COMPONENTS: &str = "#/components/schemas/";
const DEFINITIONS: &str = "#/definitions/";

/// The document holds no schemas under `components`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnOpenApi;

impl fmt::Display for NotAnOpenApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the document has no schemas under `components`")
    }
}

impl std::error::Error for NotAnOpenApi {}

/// The schema of the component `AWSEvent`, or of the one that the title names, or of the first one, with the others as its
/// definitions.
pub fn draft4_of_openapi(document: &Value) -> Result<Value, NotAnOpenApi> {
    let components = document.pointer("/components/schemas").and_then(Value::as_object);
    let components = components.ok_or(NotAnOpenApi)?;
    let title = document.pointer("/info/title").and_then(Value::as_str);
    let named = |name: &str| components.get_key_value(name);
    let root = named(ENVELOPE).or_else(|| title.and_then(named));
    let (name, root) = root.or_else(|| components.iter().next()).ok_or(NotAnOpenApi)?;
    let others = components.iter().filter(|(other, _)| *other != name);
    let mut definitions: Map<_, _> = others.map(|(name, schema)| (name.clone(), converted(schema))).collect();
    let Value::Object(mut schema) = converted(root) else {
        return Err(NotAnOpenApi);
    };
    if refers_to(document, &format!("{COMPONENTS}{name}")) {
        definitions.insert(name.clone(), Value::Object(schema.clone()));
    }
    schema.insert("$schema".to_owned(), "http://json-schema.org/draft-04/schema#".into());
    schema.insert("title".to_owned(), title.unwrap_or(name).into());
    if !definitions.is_empty() {
        schema.insert("definitions".to_owned(), Value::Object(definitions));
    }
    Ok(Value::Object(schema))
}

fn converted(schema: &Value) -> Value {
    let Value::Object(keywords) = schema else {
        return schema.clone();
    };
    let keywords = keywords.iter().filter(|(name, _)| *name != "nullable");
    let mut converted: Map<_, _> = keywords
        .map(|(name, value)| (name.clone(), keyword(name, value)))
        .collect();
    if schema["nullable"] == true {
        allow_null(&mut converted);
    }
    Value::Object(converted)
}

fn keyword(name: &str, value: &Value) -> Value {
    match (name, value) {
        ("$ref", Value::String(target)) => match target.strip_prefix(COMPONENTS) {
            Some(component) => format!("{DEFINITIONS}{component}").into(),
            None => value.clone(),
        },
        ("properties" | "patternProperties", Value::Object(members)) => {
            let members = members.iter().map(|(name, schema)| (name.clone(), converted(schema)));
            Value::Object(members.collect())
        }
        ("items" | "additionalProperties" | "not", schema) => converted(schema),
        ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => schemas.iter().map(converted).collect(),
        _ => value.clone(),
    }
}

/// `nullable` adds `null` to the type beside it, and to nothing where no type is.
fn allow_null(schema: &mut Map<String, Value>) {
    if let Some(Value::String(name)) = schema.get("type") {
        let types = json!([name, "null"]);
        schema.insert("type".to_owned(), types);
        if let Some(Value::Array(values)) = schema.get_mut("enum")
            && !values.contains(&Value::Null)
        {
            values.push(Value::Null);
        }
    }
}

fn refers_to(value: &Value, target: &str) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(key, value)| (key == "$ref" && value == target) || refers_to(value, target)),
        Value::Array(elements) => elements.iter().any(|element| refers_to(element, target)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_nulls_are_rewritten_where_schemas_stand() {
        let document = json!({
            "openapi": "3.0.0",
            "info": { "title": "OrderPlaced" },
            "components": { "schemas": {
                "AWSEvent": { "type": "object", "properties": {
                    "detail": { "$ref": "#/components/schemas/Order" },
                    "nullable": { "type": "string", "nullable": true, "enum": ["a"] },
                } },
                "Order": { "type": "array", "items": { "type": "integer", "nullable": true },
                    "example": { "$ref": "#/components/schemas/Order", "nullable": true } },
            } },
        });
        let schema = draft4_of_openapi(&document).unwrap();
        assert_eq!(schema["title"], "OrderPlaced");
        assert_eq!(schema["properties"]["detail"]["$ref"], "#/definitions/Order");
        assert_eq!(
            schema["properties"]["nullable"],
            json!({ "type": ["string", "null"], "enum": ["a", null] })
        );
        let order = &schema["definitions"]["Order"];
        assert_eq!(order["items"], json!({ "type": ["integer", "null"] }));
        assert_eq!(order["example"]["nullable"], true, "an example is data");
        assert_eq!(draft4_of_openapi(&json!({})), Err(NotAnOpenApi));
    }
}
