//! GetDiscoveredSchema as a function. In: the events and the type of schema. Out: the content. Events with EventBridge's envelope
//! become an `AWSEvent` whose detail has a schema of its own; anything else becomes one schema called `Event`.

use schemactl_model::{ENVELOPE_MEMBERS, SchemaType, Value as Event, with_stack_for};
use serde_json::{Map, Value, json};

use crate::envelope::{EnvelopedEvent, type_name};
use crate::groups::EventGroup;
use crate::json_schema::{InferredDialect, json_schema, list_types, write_keywords, write_required};
use crate::openapi::{Components, ENVELOPE, write_openapi};
use crate::shape::{ObjectShape, Shape};

/// The name of a schema of which no envelope tells the name.
const NAMELESS: &str = "Event";
/// The member of the envelope that has a schema of its own.
const DETAIL: &str = "detail";

/// Returns the schema of some events, as the registry would hold it. The same events in any order give the same schema.
pub fn infer_registered_schema(events: &[Event], content_type: SchemaType) -> Value {
    let shape = Shape::of(events);
    let envelopes: Vec<_> = events.iter().map_while(EnvelopedEvent::of).collect();
    let are_enveloped = !envelopes.is_empty() && envelopes.len() == events.len();
    let names = are_enveloped.then(|| CommonNames::of(&envelopes));
    with_stack_for(shape.depth(), || describe(&shape, names.as_ref(), content_type))
}

/// Returns the schema of the events of one kind, as [`infer_registered_schema`] does of the events themselves.
pub fn infer_group_schema(group: &EventGroup, content_type: SchemaType) -> Value {
    let names = group.kind.as_ref().map(|(source, detail_type)| CommonNames {
        source: Some(source),
        detail_type: Some(detail_type),
    });
    with_stack_for(group.shape.depth(), || {
        describe(&group.shape, names.as_ref(), content_type)
    })
}

/// Returns the OpenApi3 document of events that a bus has seen one after the other, all of this source and detail-type: what a discoverer
/// writes. `None` if the shape is not one of events with an envelope.
pub fn infer_discovered_schema(shape: &Shape, source: &str, detail_type: &str) -> Option<Value> {
    let event = shape.object.as_ref().filter(|event| event.property(DETAIL).is_some())?;
    let names = CommonNames {
        source: Some(source),
        detail_type: Some(detail_type),
    };
    Some(with_stack_for(shape.depth(), || enveloped_openapi(event, &names)))
}

/// `names` are those of events that all have an envelope.
fn describe(shape: &Shape, names: Option<&CommonNames<'_>>, content_type: SchemaType) -> Value {
    match (&shape.object, names) {
        (Some(event), Some(names)) => match content_type {
            SchemaType::JsonSchemaDraft4 => enveloped_schema(event, names),
            SchemaType::OpenApi3 => enveloped_openapi(event, names),
        },
        _ => match content_type {
            SchemaType::JsonSchemaDraft4 => json_schema(shape, InferredDialect::Draft4, Some(NAMELESS)),
            SchemaType::OpenApi3 => write_openapi(shape, NAMELESS),
        },
    }
}

/// What the events have in common by name.
struct CommonNames<'e> {
    source: Option<&'e str>,
    detail_type: Option<&'e str>,
}

impl<'e> CommonNames<'e> {
    fn of(envelopes: &[EnvelopedEvent<'e>]) -> Self {
        Self {
            source: common(envelopes.iter().map(|envelope| envelope.source)),
            detail_type: common(envelopes.iter().map(|envelope| envelope.detail_type)),
        }
    }

    fn title(&self) -> String {
        self.detail_type.map_or_else(|| NAMELESS.to_owned(), type_name)
    }

    /// The keywords by which AWS's tools find the events of a schema.
    fn annotate(&self, schema: &mut Map<String, Value>) {
        if let Some(detail_type) = self.detail_type {
            schema.insert("x-amazon-events-detail-type".to_owned(), detail_type.into());
        }
        if let Some(source) = self.source {
            schema.insert("x-amazon-events-source".to_owned(), source.into());
        }
    }
}

fn common<'t>(mut texts: impl Iterator<Item = &'t str>) -> Option<&'t str> {
    let first = texts.next()?;
    texts.all(|text| text == first).then_some(first)
}

fn detail(event: &ObjectShape) -> &Shape {
    let detail = event.property(DETAIL);
    detail.expect("an envelope has a detail, or it would be none")
}

fn enveloped_schema(event: &ObjectShape, names: &CommonNames<'_>) -> Value {
    let title = names.title();
    let mut definitions = Map::new();
    definitions.insert(
        title.clone(),
        Value::Object(write_keywords(detail(event), InferredDialect::Draft4)),
    );
    let reference = json!({ "$ref": format!("#/definitions/{title}") });
    let mut schema = envelope(event, reference, |shape, _| {
        Value::Object(write_keywords(shape, InferredDialect::Draft4))
    });
    names.annotate(&mut schema);
    schema.insert("$schema".to_owned(), "http://json-schema.org/draft-04/schema#".into());
    schema.insert("title".to_owned(), title.into());
    schema.insert("definitions".to_owned(), Value::Object(definitions));
    Value::Object(schema)
}

fn enveloped_openapi(event: &ObjectShape, names: &CommonNames<'_>) -> Value {
    let mut components = Components::default();
    let root = components.reserve(ENVELOPE);
    let title = names.title();
    let reference = match &detail(event).object {
        Some(detail) => components.reference(detail, false, &title),
        None => components.schema(detail(event), &title),
    };
    let mut schema = envelope(event, reference, |shape, name| components.schema(shape, name));
    names.annotate(&mut schema);
    components.schemas.insert(root, Value::Object(schema));
    components.document(&title)
}

/// The envelope, with what was seen of it.
fn envelope(
    event: &ObjectShape,
    detail: Value,
    mut schema_of: impl FnMut(&Shape, &str) -> Value,
) -> Map<String, Value> {
    let mut properties: Map<_, _> = event
        .properties()
        .filter(|(name, _)| *name != DETAIL)
        .map(|(name, shape)| (name.to_owned(), schema_of(shape, name)))
        .collect();
    properties.insert(DETAIL.to_owned(), detail);
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    write_required(event, &mut schema);
    if is_delivered(event) {
        for (name, known) in delivered_members() {
            if event.property(name).is_some_and(is_only_text) {
                properties.insert(name.to_owned(), known);
            }
        }
        if let Some(resources) = event.property(RESOURCES).and_then(list_of_resources) {
            properties.insert(RESOURCES.to_owned(), resources);
        }
        schema.insert("required".to_owned(), json!(ENVELOPE_MEMBERS));
    }
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema
}

const RESOURCES: &str = "resources";

/// Whether the events are those that EventBridge delivers, whose envelope is always the same, whatever was seen of it.
fn is_delivered(event: &ObjectShape) -> bool {
    let required: Vec<_> = event.required().collect();
    ENVELOPE_MEMBERS.iter().all(|name| required.contains(name))
}

/// What discovery on AWS says of texts in the envelope, whatever they look like. Of the time the format is seen.
fn delivered_members() -> [(&'static str, Value); 6] {
    ["account", "detail-type", "id", "region", "source", "version"].map(|name| (name, json!({ "type": "string" })))
}

/// A list of texts, or of objects where the list was always empty: that is what AWS writes then. `None` if something else was seen.
fn list_of_resources(shape: &Shape) -> Option<Value> {
    let items = shape.array.as_ref().filter(|_| list_types(shape) == ["array"])?;
    let kind = match list_types(items)[..] {
        [] => "object",
        ["string"] => "string",
        _ => return None,
    };
    Some(json!({ "type": "array", "items": { "type": kind } }))
}

fn is_only_text(shape: &Shape) -> bool {
    list_types(shape) == ["string"]
}
