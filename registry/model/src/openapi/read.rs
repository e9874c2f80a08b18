//! From OpenAPI 3.0 to draft-04: the schema of the detail, with what it refers to as its definitions.

use std::collections::BTreeSet;

use super::{COMPONENTS, DETAIL_TYPE, ENVELOPE, SOURCE};
use crate::build::{array, entry, object, only, string};
use crate::resolve::decoded_fragment;
use crate::{Dialect, Entry, Kind, Object, Pointer, Value};

/// What an OpenAPI document says of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The draft-04 schema of the detail.
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
    /// A reference that leads to none of its components.
    #[error("`{0}` refers to no component of the document")]
    Reference(String),
}

/// The detail of an OpenAPI document: what `AWSEvent` says of it, or the first component if there is no envelope.
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
            let properties = envelope.member("properties");
            let detail = properties.and_then(|properties| properties.member("detail"));
            detail.ok_or(OpenApiError::NoDetail)?
        }
        None => &components.iter().next().ok_or(OpenApiError::NoComponents)?.value,
    };
    let text = |key| {
        envelope
            .and_then(|envelope| envelope.member(key))
            .and_then(Value::as_str)
    };
    Ok(Detail {
        schema: Reader::new(components).detail(detail)?,
        source: text(SOURCE).map(str::to_owned),
        detail_type: text(DETAIL_TYPE).map(str::to_owned),
    })
}

struct Reader<'v> {
    components: &'v Object,
    /// The component that is the root of the result.
    root: Option<&'v str>,
    /// Components that are referred to.
    used: BTreeSet<&'v str>,
}

impl<'v> Reader<'v> {
    fn new(components: &'v Object) -> Self {
        Self {
            components,
            root: None,
            used: BTreeSet::new(),
        }
    }

    fn detail(mut self, detail: &'v Value) -> Result<Value, OpenApiError> {
        let mut root = detail;
        // The detail is a component itself, as a rule; a component may be nothing but another one.
        while let Some(text) = root.member("$ref").and_then(Value::as_str) {
            let found = self.component(text)?;
            if self.root == Some(found.key.as_str()) {
                return Err(OpenApiError::Reference(text.to_owned()));
            }
            (self.root, root) = (Some(found.key.as_str()), &found.value);
            if self.used.len() > self.components.len() {
                return Err(OpenApiError::Reference(text.to_owned()));
            }
            self.used.insert(&found.key);
        }
        self.used.clear();
        let schema = self.schema(root)?;
        let mut members = vec![entry("$schema", string(Dialect::Draft4.uri()))];
        members.extend(schema.as_object().into_iter().flat_map(Object::iter).cloned());
        let definitions = self.definitions()?;
        if !definitions.is_empty() {
            members.push(entry("definitions", object(definitions)));
        }
        Ok(object(members))
    }

    /// What is referred to, and what that refers to in turn.
    fn definitions(&mut self) -> Result<Vec<Entry>, OpenApiError> {
        let mut written = BTreeSet::new();
        let mut definitions = Vec::new();
        while let Some(name) = self.used.iter().copied().find(|name| !written.contains(name)) {
            written.insert(name);
            let schema = self.components.value(name).expect("a component that was found");
            definitions.push(entry(name, self.schema(schema)?));
        }
        definitions.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(definitions)
    }

    fn component(&self, text: &str) -> Result<&'v Entry, OpenApiError> {
        let missing = || OpenApiError::Reference(text.to_owned());
        let pointer = decoded_fragment(text).and_then(|text| Pointer::parse(&text));
        let pointer = pointer.filter(|_| text.starts_with('#')).ok_or_else(missing)?;
        let [components, schemas, name] = pointer.tokens() else {
            return Err(missing());
        };
        let known = format!("#/{components}/{schemas}/") == COMPONENTS;
        self.components.entry(name).filter(|_| known).ok_or_else(missing)
    }

    fn schema(&mut self, schema: &'v Value) -> Result<Value, OpenApiError> {
        let Some(members) = schema.as_object() else {
            return Ok(schema.clone());
        };
        if let Some(text) = members.value("$ref").and_then(Value::as_str) {
            return self.reference(text);
        }
        let mut out = Vec::new();
        for member in members.iter() {
            out.extend(self.member(member, members)?);
        }
        Ok(object(out))
    }

    fn reference(&mut self, text: &str) -> Result<Value, OpenApiError> {
        let name = self.component(text)?.key.as_str();
        if self.root == Some(name) {
            return Ok(only("$ref", string("#")));
        }
        self.used.insert(name);
        let escaped = name.replace('~', "~0").replace('/', "~1");
        Ok(only("$ref", string(&format!("#/definitions/{escaped}"))))
    }

    fn member(&mut self, member: &'v Entry, beside: &Object) -> Result<Option<Entry>, OpenApiError> {
        let value = &member.value;
        let converted = match member.key.as_str() {
            keyword if OWN.contains(&keyword) => return Ok(None),
            "type"
                if beside
                    .value("nullable")
                    .is_some_and(|flag| flag.kind == Kind::Bool(true)) =>
            {
                array(vec![value.clone(), string("null")])
            }
            "properties" => {
                let members = value.as_object().into_iter().flat_map(Object::iter);
                let converted: Result<Vec<_>, _> = members
                    .map(|member| Ok(entry(&member.key, self.schema(&member.value)?)))
                    .collect();
                object(converted?)
            }
            "allOf" | "anyOf" | "oneOf" => {
                let branches = value.as_array().unwrap_or_default().iter();
                let converted: Result<Vec<_>, _> = branches.map(|branch| self.schema(branch)).collect();
                array(converted?)
            }
            "items" | "not" | "additionalProperties" => self.schema(value)?,
            _ => value.clone(),
        };
        Ok(Some(entry(&member.key, converted)))
    }
}

/// What only OpenAPI knows. None of it says which values are valid, but for `nullable`, which `type` takes in.
const OWN: [&str; 5] = ["nullable", "discriminator", "xml", "externalDocs", "example"];
