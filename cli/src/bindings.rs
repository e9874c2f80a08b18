//! Code bindings of the local registry in Rust. In: the content of a schema version. Out: a crate with the generated types. The
//! server does not know how to generate; it is handed this function.

use schemactl_convert::{detail_of, draft4_of_openapi};
use schemactl_generate::{Settings, generate_events};
use schemactl_infer::type_name;
use schemactl_model::{EventName, Source, Version, parse};
use schemactl_server::{Binding, GeneratedFiles, SourceFile};
use schemactl_workspace::{FileMap, Workspace};
use serde_json::{Map, Value};

/// The language, as the API spells languages.
pub(crate) const LANGUAGE: &str = "Rust1";

/// A crate for one schema version: `Cargo.toml` and `src/lib.rs`.
pub(crate) fn generate_rust_crate(binding: &Binding<'_>) -> GeneratedFiles {
    let content: Value = serde_json::from_str(binding.content).map_err(|error| error.to_string())?;
    let schema = match binding.content_type {
        "OpenApi3" if is_modern(&content) => modern_detail(binding.content)?,
        "OpenApi3" => detail(&draft4(binding.content)?),
        _ => detail(&content),
    };
    let (event, version) = identity(binding.schema, &schema)?;
    let envelope = content.pointer("/components/schemas/AWSEvent").unwrap_or(&content);
    let published = |keyword: &str, otherwise: &str| {
        let text = envelope[keyword].as_str().unwrap_or(otherwise);
        toml_edit::Value::from(text).to_string()
    };
    let files = FileMap::from_iter([
        (
            "schemactl.toml".to_owned(),
            format!("version = 1\n[registry]\nname = \"{}\"\n", binding.registry),
        ),
        (
            format!("schemas/{event}/event.toml"),
            format!(
                "source = {}\ndetail-type = {}\n",
                published("x-amazon-events-source", event.namespace()),
                published("x-amazon-events-detail-type", event.name())
            ),
        ),
        (format!("schemas/{event}/{version}.json"), schema.to_string()),
    ]);
    let workspace = Workspace::from_files(&files).map_err(|errors| reasons(&errors))?;
    let code = generate_events(&workspace, &[], &Settings::default()).map_err(|errors| reasons(&errors))?;
    Ok(vec![
        SourceFile {
            path: "Cargo.toml".to_owned(),
            text: manifest(&event, &version),
        },
        SourceFile {
            path: "src/lib.rs".to_owned(),
            text: code.source,
        },
    ])
}

/// The schema of the whole event.
fn draft4(content: &str) -> Result<Value, String> {
    let schema = draft4_of_openapi(content).map_err(|error| error.to_string())?;
    serde_json::from_str(&schema.to_json()).map_err(|error| error.to_string())
}

/// Whether the schemas of an OpenAPI document are JSON Schemas: since 3.1.
fn is_modern(content: &Value) -> bool {
    content["openapi"]
        .as_str()
        .is_some_and(|version| !version.starts_with("3.0"))
}

/// The schema of the detail in its own dialect.
fn modern_detail(content: &str) -> Result<Value, String> {
    let document = parse(&Source::new("content", content));
    let document = document.map_err(|errors| errors.first().map_or_else(String::new, ToString::to_string))?;
    let detail = detail_of(&document).map_err(|error| error.to_string())?;
    serde_json::from_str(&detail.schema.to_json()).map_err(|error| error.to_string())
}

/// The schema of the detail, where a schema describes the whole event and says by reference what its detail is.
fn detail(schema: &Value) -> Value {
    let name = schema["properties"]["detail"]["$ref"]
        .as_str()
        .and_then(|target| target.strip_prefix("#/definitions/"));
    let detail = name.and_then(|name| schema["definitions"][name].as_object());
    let Some(detail) = detail else { return schema.clone() };
    let mut whole: Map<_, _> = detail.clone();
    for kept in ["$schema", "definitions", "title"] {
        if let Some(value) = schema.get(kept) {
            whole.insert(kept.to_owned(), value.clone());
        }
    }
    Value::Object(whole)
}

/// The event and version that `schemactl push` stamped the schema with; otherwise what its name says, at 1.0.
fn identity(schema_name: &str, schema: &Value) -> Result<(EventName, Version), String> {
    let stamp = &schema["x-schemactl"];
    let version = stamp["version"].as_str().unwrap_or("1.0");
    let version: Version = version.parse().map_err(|_| format!("`{version}` is not a version"))?;
    let (namespace, name) = schema_name.split_once('@').unwrap_or(("registry", schema_name));
    let event = EventName::new(namespace, name).or_else(|_| EventName::new("registry", &type_name(schema_name)));
    Ok((event.map_err(|error| error.to_string())?, version))
}

fn manifest(event: &EventName, version: &Version) -> String {
    let package = event.schema_name().to_lowercase();
    let package: String = package
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let digits = version.to_string();
    let patch = if digits.matches('.').count() == 1 { ".0" } else { "" };
    format!(
        "[package]\nname = \"{package}\"\nversion = \"{digits}{patch}\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\nschemactl-runtime = \"{}\"\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// The reasons without their places: those are in files that nobody has seen.
fn reasons<E: ToString>(errors: &[E]) -> String {
    let reasons = errors.iter().map(|error| {
        let text = error.to_string();
        let unplaced = text.strip_prefix("schemas/").and_then(|placed| placed.split_once(": "));
        unplaced.map_or(text.clone(), |(_, reason)| reason.to_owned())
    });
    reasons.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generated(schema: &str, content_type: &str, content: &str) -> GeneratedFiles {
        generate_rust_crate(&Binding {
            registry: "orders",
            schema,
            content_type,
            content,
        })
    }

    #[test]
    fn openapi_of_a_later_version_is_read_in_its_dialect() {
        let content = r##"{"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "components": {"schemas": {
            "AWSEvent": {"x-amazon-events-source": "shop", "properties": {"detail": {"$ref": "#/components/schemas/A"}}},
            "A": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "exclusiveMinimum": 0}}}}}}"##;
        let files = generated("shop@A", "OpenApi3", content).unwrap();
        assert!(files[1].text.contains("pub struct A"), "{}", files[1].text);
    }

    #[test]
    fn a_stamped_schema_keeps_its_version() {
        let content = r#"{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","required":["id"],
            "properties":{"id":{"type":"string"}},"x-schemactl":{"event":"com.shop/OrderPlaced","version":"1.2"}}"#;
        let files = generated("com.shop@OrderPlaced", "JSONSchemaDraft4", content).unwrap();
        assert_eq!(files[0].path, "Cargo.toml");
        assert!(
            files[0]
                .text
                .contains("name = \"com-shop-orderplaced\"\nversion = \"1.2.0\""),
            "{}",
            files[0].text
        );
        assert!(
            files[1].text.contains("pub struct OrderPlaced") && files[1].text.contains("V1_2"),
            "{}",
            files[1].text
        );
        assert_eq!(
            generated("com.shop@OrderPlaced", "JSONSchemaDraft4", content).unwrap(),
            files
        );
    }

    #[test]
    fn an_openapi_document_is_generated_by_its_detail() {
        let content = r##"{"openapi":"3.0.0","info":{"title":"OrderPlaced"},"components":{"schemas":{
            "AWSEvent":{"type":"object","properties":{"detail":{"$ref":"#/components/schemas/OrderPlaced"}}},
            "OrderPlaced":{"type":"object","properties":{"customer":{"$ref":"#/components/schemas/Customer"}}},
            "Customer":{"type":"object","properties":{"vat":{"type":"string","nullable":true}}}}}}"##;
        let files = generated("com.shop@OrderPlaced", "OpenApi3", content).unwrap();
        for part in ["pub struct OrderPlaced", "pub struct Customer"] {
            assert!(files[1].text.contains(part), "{part} is not in {}", files[1].text);
        }
    }

    /// Detail-types have spaces where names of types have none; a pattern has to say what is published.
    #[test]
    fn events_are_those_that_the_envelope_names() {
        let openapi = r##"{"openapi":"3.0.0","info":{"title":"OrderPlaced"},"components":{"schemas":{
            "AWSEvent":{"type":"object","x-amazon-events-source":"shop \"eu\"","x-amazon-events-detail-type":"Order Placed",
                "properties":{"detail":{"$ref":"#/components/schemas/OrderPlaced"}}},
            "OrderPlaced":{"type":"object","properties":{"id":{"type":"string"}}}}}}"##;
        let draft4 = r##"{"type":"object","x-amazon-events-source":"shop \"eu\"","x-amazon-events-detail-type":"Order Placed",
            "properties":{"detail":{"$ref":"#/definitions/OrderPlaced"}},
            "definitions":{"OrderPlaced":{"type":"object","properties":{"id":{"type":"string"}}}}}"##;
        for (content_type, content) in [("OpenApi3", openapi), ("JSONSchemaDraft4", draft4)] {
            let files = generated("shop-eu@OrderPlaced", content_type, content).unwrap();
            for part in [
                r#"SOURCE: &'static str = "shop \"eu\"""#,
                r#"DETAIL_TYPE: &'static str = "Order Placed""#,
            ] {
                assert!(files[1].text.contains(part), "{part} is not in {}", files[1].text);
            }
        }
    }

    #[test]
    fn what_cannot_be_generated_says_why() {
        for (content_type, content) in [
            ("JSONSchemaDraft4", r#"{"type":"string"}"#),
            ("JSONSchemaDraft4", "[]"),
            ("JSONSchemaDraft4", r##"{"$ref":"#/definitions/missing"}"##),
            ("OpenApi3", "{}"),
        ] {
            let reason = generated("orders", content_type, content).unwrap_err();
            assert!(
                !reason.is_empty() && !reason.contains("schemas/registry/"),
                "{content}: {reason}"
            );
        }
    }
}
