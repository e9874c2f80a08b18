//! From OpenAPI to JSON Schema: the schema of the detail, with what it refers to as its definitions. A schema of OpenAPI 3.0 is one of
//! draft-04 but for `nullable`; one of 3.1 is a schema of 2020-12, unless the document names another dialect.

use std::collections::BTreeSet;

use super::rewrite::rewrite_references;
use super::{COMPONENTS, DETAIL_TYPE, ENVELOPE, SOURCE, envelope_text};
use schemactl_model::{
    Dialect, JsonObject, Keyword, Kind, Member, Pointer, Value, any_annotation, any_applicator, any_assertion,
    any_definitions, any_identifier,
};
use schemactl_model::{decode_fragment, encode_fragment};

/// What an OpenAPI document says of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The schema of the detail, with its dialect: draft-04, and from OpenAPI 3.1 on 2020-12.
    pub schema: Value,
    /// EventBridge's `source`, if the envelope names it.
    pub source: Option<String>,
    /// EventBridge's `detail-type`, if the envelope names it.
    pub detail_type: Option<String>,
}

/// Why an OpenAPI document has no detail.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenApiError {
    /// It has no components.
    #[error("the document has no components/schemas")]
    NoComponents,
    /// The envelope does not say what is in it.
    #[error("the component AWSEvent has no property detail")]
    NoDetail,
    /// It has no envelope, and nothing says which of its components is the detail.
    #[error("the document has no component AWSEvent, and any of {0} can be the detail")]
    Several(String),
    /// A reference that leads to none of its components.
    #[error("`{0}` refers to no component of the document")]
    Reference(String),
}

/// Returns the detail of an OpenAPI document: what `AWSEvent` says of it. Without an envelope it is the only component, the one that the
/// title names, or the only one that no other refers to.
pub fn detail_of(document: &Value) -> Result<Detail, OpenApiError> {
    let components = document
        .member("components")
        .and_then(|components| components.member("schemas"));
    let components = components
        .and_then(Value::as_object)
        .ok_or(OpenApiError::NoComponents)?;
    let envelope = components.value(ENVELOPE);
    let detail = match envelope {
        Some(envelope) => {
            let properties = envelope.keyword(Keyword::Properties);
            let detail = properties.and_then(|properties| properties.member("detail"));
            detail.ok_or(OpenApiError::NoDetail)?
        }
        None => only_component(document, components)?,
    };
    let text = |extension, member| envelope.and_then(|envelope| envelope_text(envelope, extension, member));
    Ok(Detail {
        schema: OpenApiReader::new(components, dialect_of(document)).detail(detail)?,
        source: text(SOURCE, "source"),
        detail_type: text(DETAIL_TYPE, "detail-type"),
    })
}

/// Returns the schema of the whole event of an OpenAPI document, in the dialect of the document: that of `AWSEvent`, or of the component that the
/// title names, or of the first one.
///
/// # Errors
/// Fails for a document without components, and for a reference that leads to none of them.
pub(crate) fn event_of(document: &Value) -> Result<Value, OpenApiError> {
    let components = document
        .member("components")
        .and_then(|components| components.member("schemas"));
    let components = components
        .and_then(Value::as_object)
        .ok_or(OpenApiError::NoComponents)?;
    let title = document.member("info").and_then(|info| info.member("title"));
    let titled = || title.and_then(Value::as_str).and_then(|title| components.entry(title));
    let root = components.entry(ENVELOPE).or_else(titled);
    let root = root.or_else(|| components.iter().next());
    let root = root.ok_or(OpenApiError::NoComponents)?;
    let mut reader = OpenApiReader::new(components, dialect_of(document));
    reader.root = Some(&root.key);
    reader.detail(&root.value)
}

/// The dialect of the schemas in a document. One that names no version is read as 3.0.
fn dialect_of(document: &Value) -> Dialect {
    Dialect::of_openapi(document).unwrap_or(Dialect::Draft4)
}

/// The component that is the detail of a document without an envelope.
fn only_component<'v>(document: &Value, components: &'v JsonObject) -> Result<&'v Value, OpenApiError> {
    let title = document.member("info").and_then(|info| info.member("title"));
    let titled = title.and_then(Value::as_str).and_then(|title| components.value(title));
    let referred: Vec<String> = components
        .iter()
        .flat_map(|component| references(&component.value))
        .collect();
    let is_free = |component: &&Member| {
        let own = format!("{COMPONENTS}{}", component.key);
        !referred.contains(&own)
    };
    let all: Vec<&Member> = components.iter().collect();
    let free: Vec<&Member> = components.iter().filter(is_free).collect();
    match (&all[..], titled, &free[..]) {
        ([], ..) => Err(OpenApiError::NoComponents),
        ([only], ..) => Ok(&only.value),
        (_, Some(titled), _) => Ok(titled),
        (_, None, [only]) => Ok(&only.value),
        _ => {
            let names: Vec<_> = components.iter().map(|component| component.key.as_str()).collect();
            Err(OpenApiError::Several(names.join(", ")))
        }
    }
}

/// The texts of all references below a component, whatever they stand in.
fn references(value: &Value) -> Vec<String> {
    match &value.kind {
        Kind::Object(members) => members
            .iter()
            .flat_map(|member| match (&member.value.kind, member.keyword()) {
                (Kind::String(text), Some(Keyword::Ref)) => vec![text.clone()],
                _ => references(&member.value),
            })
            .collect(),
        Kind::Array(elements) => elements.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

struct OpenApiReader<'v> {
    components: &'v JsonObject,
    dialect: Dialect,
    /// The component that is the root of the result.
    root: Option<&'v str>,
    /// Components that are referred to.
    used: BTreeSet<&'v str>,
}

impl<'v> OpenApiReader<'v> {
    fn new(components: &'v JsonObject, dialect: Dialect) -> Self {
        Self {
            components,
            dialect,
            root: None,
            used: BTreeSet::new(),
        }
    }

    fn detail(mut self, detail: &'v Value) -> Result<Value, OpenApiError> {
        let mut root = detail;
        // The detail is a component itself, as a rule; a component may be nothing but another one.
        self.used.extend(self.root);
        while let Some(text) = self.followed(root) {
            let found = self.component(text)?;
            // INVARIANT: a component is followed once, so that components that are nothing but each other end here.
            if !self.used.insert(&found.key) {
                return Err(OpenApiError::Reference(text.to_owned()));
            }
            (self.root, root) = (Some(found.key.as_str()), &found.value);
        }
        self.used.clear();
        let schema = self.schema(root)?;
        let mut members = vec![Member::new(Keyword::Schema, Value::string(self.dialect.uri()))];
        if schema.kind == Kind::Bool(false) {
            // Nothing can stand beside `false`, and the dialect has to.
            members.push(Member::new(Keyword::Not, Value::accept_all()));
        }
        let own = schema.as_object().into_iter().flat_map(JsonObject::iter);
        members.extend(own.filter(|member| member.keyword() != Some(Keyword::Schema)).cloned());
        let definitions = self.definitions()?;
        if !definitions.is_empty() {
            members.push(Member::new(
                self.dialect.definitions_keyword(),
                Value::object(definitions),
            ));
        }
        Ok(Value::object(members))
    }

    /// The reference that a root is nothing else than.
    fn followed(&self, root: &'v Value) -> Option<&'v str> {
        let alone = self.dialect.ref_hides_siblings() || root.as_object().is_some_and(|members| members.len() == 1);
        root.keyword(Keyword::Ref).and_then(Value::as_str).filter(|_| alone)
    }

    /// What is referred to, and what that refers to in turn.
    fn definitions(&mut self) -> Result<Vec<Member>, OpenApiError> {
        let mut written = BTreeSet::new();
        let mut definitions = Vec::new();
        while let Some(name) = self.used.iter().copied().find(|name| !written.contains(name)) {
            written.insert(name);
            let schema = self.components.value(name).expect("a component that was found");
            definitions.push(Member::new(name, self.schema(schema)?));
        }
        definitions.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(definitions)
    }

    fn component(&self, text: &str) -> Result<&'v Member, OpenApiError> {
        let missing = || OpenApiError::Reference(text.to_owned());
        let pointer = decode_fragment(text).and_then(|text| Pointer::parse(&text));
        let pointer = pointer.filter(|_| text.starts_with('#')).ok_or_else(missing)?;
        let [components, schemas, name] = pointer.tokens() else {
            return Err(missing());
        };
        let known = format!("#/{components}/{schemas}/") == COMPONENTS;
        self.components.entry(name).filter(|_| known).ok_or_else(missing)
    }

    fn schema(&mut self, schema: &'v Value) -> Result<Value, OpenApiError> {
        if self.dialect != Dialect::Draft4 {
            let dialect = self.dialect;
            return rewrite_references(schema, dialect, &mut |text| self.place(text));
        }
        let Some(members) = schema.as_object() else {
            return Ok(schema.clone());
        };
        if let Some(text) = members.keyword(Keyword::Ref).and_then(Value::as_str) {
            return self.reference(text);
        }
        let mut out = Vec::new();
        for member in members.iter() {
            out.extend(self.member(member, members)?);
        }
        Ok(Value::object(out))
    }

    fn reference(&mut self, text: &str) -> Result<Value, OpenApiError> {
        Ok(Value::object_of(Keyword::Ref, Value::string(&self.place(text)?)))
    }

    /// Where the component of a reference stands in the result.
    fn place(&mut self, text: &str) -> Result<String, OpenApiError> {
        let name = self.component(text)?.key.as_str();
        if self.root == Some(name) {
            return Ok("#".to_owned());
        }
        self.used.insert(name);
        let pointer = Pointer::root().join(self.dialect.definitions_keyword()).join(name);
        Ok(format!("#{}", encode_fragment(&pointer)))
    }

    fn member(&mut self, member: &'v Member, beside: &JsonObject) -> Result<Option<Member>, OpenApiError> {
        let value = &member.value;
        let Some(keyword) = member.keyword() else {
            return Ok(Some(Member::new(&member.key, value.clone())));
        };
        let converted = match keyword {
            // What only OpenAPI knows. None of it says which values are valid, but for `nullable`, which `type` takes in.
            Keyword::Discriminator | Keyword::Example | Keyword::ExternalDocs | Keyword::Nullable | Keyword::Xml => {
                return Ok(None);
            }
            Keyword::Type
                if beside
                    .keyword(Keyword::Nullable)
                    .is_some_and(|flag| flag.kind == Kind::Bool(true)) =>
            {
                Value::array(vec![value.clone(), Value::string("null")])
            }
            Keyword::Properties => {
                let members = value.as_object().into_iter().flat_map(JsonObject::iter);
                let converted: Result<Vec<_>, _> = members
                    .map(|member| Ok(Member::new(&member.key, self.schema(&member.value)?)))
                    .collect();
                Value::object(converted?)
            }
            Keyword::AllOf | Keyword::AnyOf | Keyword::OneOf => {
                let branches = value.as_array().unwrap_or_default().iter();
                let converted: Result<Vec<_>, _> = branches.map(|branch| self.schema(branch)).collect();
                Value::array(converted?)
            }
            Keyword::Items | Keyword::Not | Keyword::AdditionalProperties => self.schema(value)?,
            // OpenAPI 3.0 has no other keyword with schemas in it.
            any_annotation!() | any_applicator!() | any_assertion!() | any_definitions!() | any_identifier!() => {
                value.clone()
            }
            Keyword::ContentSchema => value.clone(),
        };
        Ok(Some(Member::new(&member.key, converted)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    fn schema(text: &str) -> Result<String, String> {
        let document = parse(&Source::new("registry", text)).unwrap();
        detail_of(&document)
            .map(|detail| detail.schema.to_json())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn references_stay_encoded() {
        let text = r##"{"openapi": "3.0.0", "components": {"schemas": {
            "AWSEvent": {"properties": {"detail": {"$ref": "#/components/schemas/A"}}},
            "A": {"items": {"$ref": "#/components/schemas/e%20f"}}, "e f": {"items": {"$ref": "#/components/schemas/a~1b%25"}}, "a/b%": {}}}}"##;
        let expected = r##"{"$schema":"http://json-schema.org/draft-04/schema#","items":{"$ref":"#/definitions/e%20f"},"definitions":{"a/b%":{},"e f":{"items":{"$ref":"#/definitions/a~1b%25"}}}}"##;
        assert_eq!(schema(text).unwrap(), expected);
    }

    #[test]
    fn later_versions_are_read_in_their_own_dialect() {
        let text = r##"{"openapi": "3.1.0", "components": {"schemas": {
            "AWSEvent": {"properties": {"detail": {"$ref": "#/components/schemas/A"}}},
            "A": {"type": ["object", "null"], "nullable": true, "properties": {"b": {"$ref": "#/components/schemas/B", "description": "b"}},
              "if": {"$ref": "#/components/schemas/B"}, "prefixItems": [{"$ref": "#/components/schemas/A"}],
              "const": {"$ref": "#/components/schemas/A"}}, "B": {"exclusiveMinimum": 1}}}}"##;
        let expected = r##"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":["object","null"],"nullable":true,"properties":{"b":{"$ref":"#/$defs/B","description":"b"}},"if":{"$ref":"#/$defs/B"},"prefixItems":[{"$ref":"#"}],"const":{"$ref":"#/components/schemas/A"},"$defs":{"B":{"exclusiveMinimum":1}}}"##;
        assert_eq!(schema(text).unwrap(), expected);
        let named = text.replace(
            "\"3.1.0\"",
            "\"3.1.0\", \"jsonSchemaDialect\": \"http://json-schema.org/draft-07/schema#\"",
        );
        assert!(schema(&named).unwrap().contains("#/definitions/B"));
    }

    #[test]
    fn without_an_envelope_one_component_has_to_be_meant() {
        let components = |title: &str, schemas: &str| {
            schema(&format!(
                r#"{{"openapi": "3.0.0", "info": {{"title": "{title}"}}, "components": {{"schemas": {{{schemas}}}}}}}"#
            ))
        };
        let two = r##""B": {"type": "string"}, "A": {"items": {"$ref": "#/components/schemas/B"}}"##;
        assert!(
            components("x", two).unwrap().contains(r##""$ref":"#/definitions/B""##),
            "A is referred to by nobody"
        );
        assert!(
            components("B", two).unwrap().contains(r#""type":"string""#),
            "the title says so"
        );
        let error = components("x", r#""A": {}, "B": {}"#).unwrap_err();
        assert!(error.contains("any of A, B"), "{error}");
        assert!(components("x", "").is_err());
    }

    #[test]
    fn components_that_are_nothing_but_each_other_are_no_detail() {
        for length in 1..5 {
            let component = |index: usize| {
                let next = (index + 1) % length;
                format!(r##""C{index}": {{"$ref": "#/components/schemas/C{next}"}}"##)
            };
            let components: Vec<_> = (0..length).map(component).collect();
            let text = format!(
                r##"{{"openapi": "3.0.0", "info": {{"title": "C0"}}, "components": {{"schemas": {{
                "AWSEvent": {{"properties": {{"detail": {{"$ref": "#/components/schemas/C0"}}}}}}, {}}}}}}}"##,
                components.join(", ")
            );
            assert!(schema(&text).unwrap_err().contains("refers to no component"), "{text}");
            let bare = text.replace("AWSEvent", "C");
            assert!(schema(&bare).is_err(), "{bare}");
            assert!(event_of(&parse(&Source::new("registry", bare)).unwrap()).is_err());
        }
    }

    #[test]
    fn a_detail_that_nothing_satisfies_stays_one() {
        let text =
            r#"{"openapi": "3.1.0", "components": {"schemas": {"AWSEvent": {"properties": {"detail": false}}}}}"#;
        assert!(schema(text).unwrap().ends_with(r#","not":{}}"#));
    }

    #[test]
    fn an_event_comes_with_the_components_that_it_refers_to() {
        let event = |text: &str| event_of(&parse(&Source::new("registry", text)).unwrap()).map(|event| event.to_json());
        let document = |components: &str| {
            format!(
                r#"{{"openapi": "3.0.1", "info": {{"title": "B"}}, "components": {{"schemas": {{{components}}}}}}}"#
            )
        };
        let both = document(
            r##""A": {"type": "string"}, "B": {"items": {"$ref": "#/components/schemas/A"}, "not": {"$ref": "#/components/schemas/B"}}"##,
        );
        let expected = r##"{"$schema":"http://json-schema.org/draft-04/schema#","items":{"$ref":"#/definitions/A"},"not":{"$ref":"#"},"definitions":{"A":{"type":"string"}}}"##;
        assert_eq!(event(&both).unwrap(), expected);
        let enveloped = both
            .replace("\"A\"", "\"AWSEvent\"")
            .replace("schemas/A", "schemas/AWSEvent");
        assert!(event(&enveloped).unwrap().ends_with(r#""type":"string"}"#));
        assert!(
            event(&document(r#""C": {"type": "null"}, "D": {}"#))
                .unwrap()
                .contains("null")
        );
        let circle = document(r##""B": {"$ref": "#/components/schemas/C"}, "C": {"$ref": "#/components/schemas/B"}"##);
        for wrong in [document(""), "{}".to_owned(), circle] {
            assert!(event(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_detail_may_be_a_text() {
        let text = r#"{"openapi": "3.0.0", "components": {"schemas": {
            "AWSEvent": {"properties": {"detail": {"type": "string", "nullable": true}}}}}}"#;
        assert!(schema(text).unwrap().ends_with(r#""type":["string","null"]}"#));
    }
}
