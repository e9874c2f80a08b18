//! The OpenApi3 document of a shape. In: a shape and its name. Out: a document of OpenAPI 3.0 with a component for every object,
//! as EventBridge's discovery writes it. OpenAPI 3.0 has neither lists of types nor `null`: a mixture is an `anyOf`, and `null` is
//! the keyword `nullable` beside the type.

use std::collections::BTreeMap;

use schemactl_model::with_stack_for;
use serde_json::{Map, Value, json};

use crate::envelope::type_name;
use crate::json_schema::{openapi_format, write_required};
use crate::shape::{NumberShape, ObjectShape, Shape};

/// The component that describes the whole event where there is an envelope.
pub(crate) const ENVELOPE: &str = "AWSEvent";

/// Returns a document with the component `name` for the shape, and one for each object in it.
pub fn write_openapi(shape: &Shape, name: &str) -> Value {
    with_stack_for(shape.depth(), || document(shape, name))
}

fn document(shape: &Shape, name: &str) -> Value {
    let mut components = Components::default();
    // Only an envelope is called that: readers take the component of that name for the whole event.
    let envelope = components.reserve(ENVELOPE);
    let name = components.reserve(name);
    let schema = match &shape.object {
        // The root is the component itself; a reference to it would be a component of nothing else.
        Some(object) if is_only_object(shape) => components.object(object, shape.null),
        _ => components.schema(shape, &name),
    };
    components.schemas.insert(name.clone(), schema);
    components.schemas.remove(&envelope);
    components.document(&name)
}

/// The components of a document in the making.
#[derive(Debug, Default)]
pub(crate) struct Components {
    /// By name; `null` while a schema is being made.
    pub(crate) schemas: BTreeMap<String, Value>,
}

impl Components {
    pub(crate) fn document(self, title: &str) -> Value {
        json!({
            "openapi": "3.0.0",
            "info": { "version": "1.0.0", "title": title },
            "paths": {},
            "components": { "schemas": self.schemas },
        })
    }

    /// A name that no other component has.
    pub(crate) fn reserve(&mut self, name: &str) -> String {
        let numbered = (1..).map(|number| match number {
            1 => name.to_owned(),
            _ => format!("{name}_{number}"),
        });
        let mut free = numbered.filter(|name| !self.schemas.contains_key(name));
        let name = free.next().expect("there are more numbers than components");
        self.schemas.insert(name.clone(), Value::Null);
        name
    }

    /// A schema for a place called `name`.
    pub(crate) fn schema(&mut self, shape: &Shape, name: &str) -> Value {
        let mut several = self.alternatives(shape, name);
        match several.len() {
            0 if shape.null => json!({ "nullable": true }),
            0 => json!({}),
            1 => several.remove(0),
            _ => json!({ "anyOf": several }),
        }
    }

    /// A schema for each type that was seen, each of which takes `null` too where that was seen.
    fn alternatives(&mut self, shape: &Shape, name: &str) -> Vec<Value> {
        let mut several = Vec::new();
        if let Some(object) = &shape.object {
            several.push(self.reference(object, shape.null, name));
        }
        if let Some(items) = &shape.array {
            let items = self.schema(items, name);
            several.push(typed("array", shape.null, [("items", items)]));
        }
        if let Some(text) = &shape.text {
            let format = openapi_format(text).map(|format| ("format", format.into()));
            several.push(typed("string", shape.null, format));
        }
        if let Some(numbers) = shape.number {
            let name = match numbers {
                NumberShape::Integers => "integer",
                NumberShape::Any => "number",
            };
            several.push(typed(name, shape.null, []));
        }
        if shape.boolean {
            several.push(typed("boolean", shape.null, []));
        }
        several
    }

    /// A component for objects, and a reference to it.
    pub(crate) fn reference(&mut self, object: &ObjectShape, nullable: bool, name: &str) -> Value {
        let name = self.reserve(&type_name(name));
        let schema = self.object(object, nullable);
        let reference = format!("#/components/schemas/{name}");
        self.schemas.insert(name, schema);
        json!({ "$ref": reference })
    }

    fn object(&mut self, object: &ObjectShape, nullable: bool) -> Value {
        let properties = object.properties();
        let properties: Map<_, _> = properties
            .map(|(name, shape)| (name.to_owned(), self.schema(shape, name)))
            .collect();
        let mut schema = Map::new();
        write_required(object, &mut schema);
        schema.insert("properties".to_owned(), Value::Object(properties));
        typed(
            "object",
            nullable,
            schema.iter().map(|(key, value)| (key.as_str(), value.clone())),
        )
    }
}

fn is_only_object(shape: &Shape) -> bool {
    let scalar = shape.boolean || shape.number.is_some() || shape.text.is_some();
    shape.object.is_some() && shape.array.is_none() && !scalar
}

fn typed<'k>(name: &str, nullable: bool, keywords: impl IntoIterator<Item = (&'k str, Value)>) -> Value {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), name.into());
    if nullable {
        schema.insert("nullable".to_owned(), true.into());
    }
    let keywords = keywords.into_iter();
    schema.extend(keywords.map(|(key, value)| (key.to_owned(), value)));
    Value::Object(schema)
}
