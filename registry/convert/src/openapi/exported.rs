//! From a draft-04 schema of whole events, as EventBridge exports and discovers them, to that of the detail. In: a schema with the
//! extensions that name source and detail-type, and a property `detail`. Out: the schema of that property, with the definitions that it
//! refers to.

use std::collections::BTreeSet;

use super::rewrite::rewrite_references;
use super::{DETAIL_TYPE, Detail, OpenApiError, SOURCE, envelope_text};
use schemactl_model::{Dialect, JsonObject, Keyword, Pointer, Value};
use schemactl_model::{Member, decode_fragment, encode_fragment};

/// Returns the detail of a schema of whole events, or `None` for a schema that is not one.
///
/// # Errors
/// Fails for a detail that refers to something else than a definition: taken out of the envelope it would mean another thing.
pub fn detail_of_export(document: &Value) -> Result<Option<Detail>, OpenApiError> {
    let Some(detail) = detail_of_events(document) else {
        return Ok(None);
    };
    let definitions = document.keyword(Keyword::Definitions).and_then(Value::as_object);
    Ok(Some(Detail {
        schema: ExportReader::new(definitions).read(detail)?,
        source: envelope_text(document, SOURCE, "source"),
        detail_type: envelope_text(document, DETAIL_TYPE, "detail-type"),
    }))
}

/// The schema of the detail, if a document describes whole events. A detail may have a property `detail` of its own: what has none of the
/// extensions describes whole events only if it has `source` too, and names one `detail-type`.
fn detail_of_events(document: &Value) -> Option<&Value> {
    let properties = document.keyword(Keyword::Properties)?;
    let is_extended = [SOURCE, DETAIL_TYPE]
        .iter()
        .any(|extension| document.member(extension).and_then(Value::as_str).is_some());
    let is_whole =
        || properties.member("source").is_some() && envelope_text(document, DETAIL_TYPE, "detail-type").is_some();
    properties.member("detail").filter(|_| is_extended || is_whole())
}

struct ExportReader<'v> {
    definitions: Option<&'v JsonObject>,
    /// The definition that is the root of the result.
    root: Option<String>,
    /// Definitions that are referred to.
    used: BTreeSet<String>,
}

impl<'v> ExportReader<'v> {
    fn new(definitions: Option<&'v JsonObject>) -> Self {
        Self {
            definitions,
            root: None,
            used: BTreeSet::new(),
        }
    }

    fn read(mut self, detail: &'v Value) -> Result<Value, OpenApiError> {
        let mut root = detail;
        let mut passed = BTreeSet::new();
        while let Some(text) = root.keyword(Keyword::Ref).and_then(Value::as_str) {
            let name = definition_name(text)?;
            if !passed.insert(name.clone()) {
                return Err(OpenApiError::Reference(text.to_owned()));
            }
            root = self.definition(&name, text)?;
            self.root = Some(name);
        }
        let schema = self.rewrite(root)?;
        let mut members = vec![Member::new(Keyword::Schema, Value::string(Dialect::Draft4.uri()))];
        let own = schema.as_object().into_iter().flat_map(JsonObject::iter);
        members.extend(own.filter(|member| member.keyword() != Some(Keyword::Schema)).cloned());
        let definitions = self.read_definitions()?;
        if !definitions.is_empty() {
            members.push(Member::new(Keyword::Definitions, Value::object(definitions)));
        }
        Ok(Value::object(members))
    }

    /// What is referred to, and what that refers to in turn.
    fn read_definitions(&mut self) -> Result<Vec<schemactl_model::Member>, OpenApiError> {
        let mut definitions: Vec<schemactl_model::Member> = Vec::new();
        loop {
            let written = |name: &&String| definitions.iter().any(|definition| definition.key == **name);
            let Some(name) = self.used.iter().find(|name| !written(name)).cloned() else {
                definitions.sort_by(|one, other| one.key.cmp(&other.key));
                return Ok(definitions);
            };
            let schema = self.definition(&name, &name)?;
            definitions.push(Member::new(&name, self.rewrite(schema)?));
        }
    }

    fn rewrite(&mut self, schema: &Value) -> Result<Value, OpenApiError> {
        rewrite_references(schema, Dialect::Draft4, &mut |text| {
            if is_detail(text) {
                return Ok("#".to_owned());
            }
            let name = definition_name(text)?;
            self.definition(&name, text)?;
            if self.root.as_ref() == Some(&name) {
                return Ok("#".to_owned());
            }
            let pointer = Pointer::root().join(Keyword::Definitions).join(name.as_str());
            self.used.insert(name);
            Ok(format!("#{}", encode_fragment(&pointer)))
        })
    }

    fn definition(&self, name: &str, text: &str) -> Result<&'v Value, OpenApiError> {
        let found = self.definitions.and_then(|definitions| definitions.value(name));
        found.ok_or_else(|| OpenApiError::Reference(text.to_owned()))
    }
}

/// The definition that a reference leads to.
fn definition_name(text: &str) -> Result<String, OpenApiError> {
    let pointer = decode_fragment(text).and_then(|text| Pointer::parse(&text));
    match pointer.as_ref().map(Pointer::tokens) {
        Some([definitions, name]) if *definitions == Keyword::Definitions && text.starts_with('#') => Ok(name.clone()),
        _ => Err(OpenApiError::Reference(text.to_owned())),
    }
}

/// A recursive detail may be referred to where it stands in the envelope.
fn is_detail(text: &str) -> bool {
    decode_fragment(text).as_deref() == Some("/properties/detail") && text.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    fn read(text: &str) -> Result<Option<Detail>, OpenApiError> {
        detail_of_export(&parse(&Source::new("export", text)).unwrap())
    }

    #[test]
    fn the_detail_of_an_export_comes_with_its_definitions() {
        let text = r##"{"$schema": "http://json-schema.org/draft-04/schema#", "title": "OrderPlaced", "type": "object",
          "x-amazon-events-source": "com.shop", "x-amazon-events-detail-type": "Order Placed",
          "properties": {"detail": {"$ref": "#/definitions/OrderPlaced"}, "id": {"type": "string"}},
          "definitions": {"OrderPlaced": {"type": "object", "properties": {"lines": {"items": {"$ref": "#/definitions/A%20line"}},
              "parent": {"$ref": "#/definitions/OrderPlaced"}, "kind": {"enum": [{"$ref": "data"}]}}},
            "A line": {"type": "string"}, "Unused": {}}}"##;
        let detail = read(text).unwrap().unwrap();
        assert_eq!(detail.source.as_deref(), Some("com.shop"));
        assert_eq!(detail.detail_type.as_deref(), Some("Order Placed"));
        let expected = r##"{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","properties":{"lines":{"items":{"$ref":"#/definitions/A%20line"}},"parent":{"$ref":"#"},"kind":{"enum":[{"$ref":"data"}]}},"definitions":{"A line":{"type":"string"}}}"##;
        assert_eq!(detail.schema.to_json(), expected);
    }

    #[test]
    fn whole_events_without_extensions_name_their_detail_type_themselves() {
        let text = |detail_type: &str, source: &str| {
            format!(r#"{{"properties": {{"detail": {{"type": "object"}}, "detail-type": {detail_type}{source}}}}}"#)
        };
        let source = r#", "source": {"enum": ["com.shop"]}"#;
        for one in [r#"{"const": "Order Placed"}"#, r#"{"enum": ["Order Placed"]}"#] {
            let detail = read(&text(one, source)).unwrap().unwrap();
            assert_eq!(detail.detail_type.as_deref(), Some("Order Placed"));
            assert_eq!(detail.source.as_deref(), Some("com.shop"));
            assert_eq!(
                read(&text(one, "")),
                Ok(None),
                "a detail with properties of these names"
            );
        }
        assert_eq!(read(&text(r#"{"enum": ["a", "b"]}"#, source)), Ok(None));
        assert_eq!(read(&text(r#"{"type": "string"}"#, source)), Ok(None));
    }

    #[test]
    fn what_is_no_export_is_none_and_what_leads_out_of_the_detail_is_an_error() {
        assert_eq!(read(r#"{"properties": {"detail": {}}}"#), Ok(None));
        assert_eq!(read(r#"{"x-amazon-events-source": "a", "properties": {}}"#), Ok(None));
        let text = |reference: &str| {
            format!(
                r#"{{"x-amazon-events-source": "a", "properties": {{"id": {{}}, "detail": {{"items": {{"$ref": "{reference}"}}}}}}}}"#
            )
        };
        for lost in [
            "#",
            "#/properties/id",
            "#/definitions/none",
            "other.json",
            "#/definitions/a/b",
        ] {
            assert_eq!(read(&text(lost)), Err(OpenApiError::Reference(lost.to_owned())));
        }
        assert!(read(&text("#/properties/detail")).unwrap().is_some());
        let circle = r##"{"x-amazon-events-source": "a", "properties": {"detail": {"$ref": "#/definitions/a"}},
            "definitions": {"a": {"$ref": "#/definitions/a"}}}"##;
        assert!(read(circle).is_err());
    }
}
