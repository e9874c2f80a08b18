//! From a document to OpenAPI 3.0. OpenAPI has no `null` type, no tuples, no patterns of names and no dependencies: the first
//! and the last have equivalents, the others are lost and said to be.

use super::{COMPONENTS, DETAIL_TYPE, ENVELOPE, SOURCE};
use crate::downgrade::{Downgraded, NotExpressible, PlainReference, convert_to_draft4};
use schemactl_model::{
    Document, ENVELOPE_MEMBERS, JsonObject, Keyword, Kind, Member, OpenApiUse, Pointer, Span, Value, any_annotation,
    any_applicator, any_assertion, any_definitions, any_identifier, pick_unused_name,
};

/// How the event is published.
#[derive(Clone, Copy, Debug)]
pub struct EventEnvelope<'e> {
    /// The event's name.
    pub name: &'e str,
    /// The version of the document.
    pub version: &'e str,
    /// EventBridge's `source`.
    pub source: &'e str,
    /// EventBridge's `detail-type`.
    pub detail_type: &'e str,
}

/// Converts a document to an OpenAPI 3.0 document with the envelope of EventBridge around it.
pub fn openapi(document: &Document, envelope: &EventEnvelope<'_>) -> Downgraded {
    from_bundle(convert_to_draft4(document, PlainReference::Kept), envelope)
}

/// Converts as [`openapi`] does, with references as [`crate::downgrade_as_before`] has them.
pub fn openapi_as_before(document: &Document, envelope: &EventEnvelope<'_>) -> Downgraded {
    from_bundle(convert_to_draft4(document, PlainReference::Wrapped), envelope)
}

fn from_bundle(bundled: Downgraded, envelope: &EventEnvelope<'_>) -> Downgraded {
    let mut writer = OpenApiWriter::new(&bundled.schema, envelope.name);
    let mut components = vec![Member::new(ENVELOPE, writer.envelope(envelope))];
    let root = writer.schema(&bundled.schema, &Pointer::root());
    components.push(Member::new(&writer.root, root));
    for definition in definitions(&bundled.schema) {
        let at = Pointer::root().join(Keyword::Definitions).join(definition.key.as_str());
        let converted = writer.schema(&definition.value, &at);
        components.push(Member::new(writer.component(&definition.key), converted));
    }
    let info = vec![
        Member::new("title", Value::string(envelope.name)),
        Member::new("version", Value::string(envelope.version)),
    ];
    Downgraded {
        schema: Value::object(vec![
            Member::new("openapi", Value::string("3.0.0")),
            Member::new("info", Value::object(info)),
            Member::new("paths", Value::object(Vec::new())),
            Member::new("components", Value::object_of("schemas", Value::object(components))),
        ]),
        lost: bundled.lost.into_iter().chain(writer.lost).collect(),
    }
}

fn definitions(schema: &Value) -> impl Iterator<Item = &Member> {
    let members = schema.keyword(Keyword::Definitions).and_then(Value::as_object);
    members.into_iter().flat_map(JsonObject::iter)
}

struct OpenApiWriter {
    /// The component that is the detail.
    root: String,
    /// Definition and component.
    names: Vec<(String, String)>,
    lost: Vec<NotExpressible>,
}

impl OpenApiWriter {
    fn new(schema: &Value, name: &str) -> Self {
        let root = pick_unused_name(&component(name), |name| name == ENVELOPE);
        let mut names: Vec<(String, String)> = Vec::new();
        for definition in definitions(schema) {
            let taken =
                |name: &str| name == ENVELOPE || name == root || names.iter().any(|(_, component)| component == name);
            let free = pick_unused_name(&component(&definition.key), taken);
            names.push((definition.key.clone(), free));
        }
        Self {
            root,
            names,
            lost: Vec::new(),
        }
    }

    fn component(&self, definition: &str) -> String {
        let found = self.names.iter().find(|(name, _)| name == definition);
        found.map_or_else(|| self.root.clone(), |(_, component)| component.clone())
    }

    fn envelope(&self, envelope: &EventEnvelope<'_>) -> Value {
        let text = || Value::object_of(Keyword::Type, Value::string("string"));
        let time = Value::object(vec![
            Member::new(Keyword::Type, Value::string("string")),
            Member::new(Keyword::Format, Value::string("date-time")),
        ]);
        let resources = Value::object(vec![
            Member::new(Keyword::Type, Value::string("array")),
            Member::new(Keyword::Items, text()),
        ]);
        let properties = vec![
            Member::new(
                "detail",
                Value::object_of(Keyword::Ref, Value::string(&format!("{COMPONENTS}{}", self.root))),
            ),
            Member::new("account", text()),
            Member::new("detail-type", text()),
            Member::new("id", text()),
            Member::new("region", text()),
            Member::new("resources", resources),
            Member::new("source", text()),
            Member::new("time", time),
            Member::new("version", text()),
        ];
        let required = ENVELOPE_MEMBERS.iter().map(|name| Value::string(name)).collect();
        Value::object(vec![
            Member::new(Keyword::Type, Value::string("object")),
            Member::new(Keyword::Required, Value::array(required)),
            Member::new(DETAIL_TYPE, Value::string(envelope.detail_type)),
            Member::new(SOURCE, Value::string(envelope.source)),
            Member::new(Keyword::Properties, Value::object(properties)),
        ])
    }

    /// One schema node of a bundled draft-04 document.
    fn schema(&mut self, schema: &Value, pointer: &Pointer) -> Value {
        let Some(source) = schema.as_object() else {
            // Where draft-04 allows a boolean, OpenAPI does too.
            return schema.clone();
        };
        if let Some(text) = source.keyword(Keyword::Ref).and_then(Value::as_str) {
            return Value::object_of(Keyword::Ref, Value::string(&self.reference(text)));
        }
        let mut out = OpenApiNode::default();
        for member in source.iter() {
            self.member(member, source, pointer, &mut out);
        }
        out.into_schema(source)
    }

    fn reference(&self, text: &str) -> String {
        // The name is looked up as it is written in the reference, where a fragment escapes it.
        let name = self.names.iter().find(|(definition, _)| {
            let pointer = Pointer::root().join(Keyword::Definitions).join(definition.as_str());
            schemactl_model::decode_fragment(text).as_deref() == Some(pointer.to_string().as_str())
        });
        let component = name.map_or(&self.root, |(_, component)| component);
        format!("{COMPONENTS}{component}")
    }

    fn member(&mut self, member: &Member, source: &JsonObject, pointer: &Pointer, out: &mut OpenApiNode) {
        let value = &member.value;
        let at = pointer.join(member.key.as_str());
        let Some(keyword) = member.keyword() else {
            // Annotations of somebody's own are extensions, if OpenAPI takes them for such.
            if member.key.starts_with("x-") {
                out.push(&member.key, value.clone());
            }
            return;
        };
        match keyword {
            Keyword::Type => out.types(value),
            Keyword::Properties => out.push(keyword, self.map(value, &at)),
            Keyword::AllOf => out.all_of.extend(self.list(value, &at)),
            Keyword::AnyOf | Keyword::OneOf => out.push(keyword, Value::array(self.list(value, &at))),
            Keyword::Not => out.push(keyword, self.schema(value, &at)),
            Keyword::AdditionalProperties if source.keyword(Keyword::PatternProperties).is_none() => {
                out.push(keyword, self.schema(value, &at));
            }
            Keyword::PatternProperties => self.patterns(member, source, pointer, out),
            Keyword::Items if value.as_array().is_some() => self.tuple(member, source, pointer, out),
            Keyword::Items => out.push(keyword, self.schema(value, &at)),
            Keyword::Dependencies => {
                for dependency in value.as_object().into_iter().flat_map(JsonObject::iter) {
                    let depends = self.dependency(dependency, &at);
                    out.all_of.push(depends);
                }
            }
            // Here they are nobody's, and there they would say something.
            Keyword::Discriminator | Keyword::Example | Keyword::ExternalDocs | Keyword::Xml => {}
            any_annotation!() | any_assertion!() if keyword.openapi() == OpenApiUse::Both => {
                out.push(keyword, value.clone());
            }
            // What OpenAPI does not know, identifiers, and definitions, which are components now.
            any_annotation!() | any_applicator!() | any_assertion!() | any_definitions!() | any_identifier!() => {}
            Keyword::ContentSchema => {}
        }
    }

    fn map(&mut self, schemas: &Value, pointer: &Pointer) -> Value {
        let members = schemas.as_object().into_iter().flat_map(JsonObject::iter);
        let converted = members.map(|member| {
            let below = self.schema(&member.value, &pointer.join(member.key.as_str()));
            Member::new(&member.key, below)
        });
        Value::object(converted.collect())
    }

    fn list(&mut self, schemas: &Value, pointer: &Pointer) -> Vec<Value> {
        let elements = schemas.as_array().unwrap_or_default().iter().enumerate();
        elements
            .map(|(index, schema)| self.schema(schema, &pointer.join(index.to_string())))
            .collect()
    }

    /// Names by pattern become additional ones: each value has to be in one of the schemas.
    fn patterns(&mut self, member: &Member, source: &JsonObject, pointer: &Pointer, out: &mut OpenApiNode) {
        self.lose(member, pointer);
        let Some(rest) = source.keyword(Keyword::AdditionalProperties) else {
            return;
        };
        let rest = match rest.kind {
            Kind::Bool(true) => return,
            Kind::Bool(false) => None,
            _ => Some(self.schema(rest, &pointer.join(Keyword::AdditionalProperties))),
        };
        let patterns = self.map(&member.value, &pointer.join(Keyword::PatternProperties));
        let patterns = patterns.as_object().into_iter().flat_map(JsonObject::iter);
        let any: Vec<_> = patterns.map(|member| member.value.clone()).chain(rest).collect();
        out.push(
            Keyword::AdditionalProperties,
            Value::object_of(Keyword::AnyOf, Value::array(any)),
        );
    }

    /// A tuple becomes a list: each element has to be in one of the schemas.
    fn tuple(&mut self, member: &Member, source: &JsonObject, pointer: &Pointer, out: &mut OpenApiNode) {
        self.lose(member, pointer);
        let mut any = self.list(&member.value, &pointer.join(Keyword::Items));
        match source.keyword(Keyword::AdditionalItems).map(|rest| &rest.kind) {
            Some(Kind::Bool(false)) => {
                if source.keyword(Keyword::MaxItems).is_none() {
                    out.push(Keyword::MaxItems, Value::from_count(any.len()));
                }
            }
            Some(Kind::Object(_)) => {
                let rest = source
                    .keyword(Keyword::AdditionalItems)
                    .expect("it was there a moment ago");
                any.push(self.schema(rest, &pointer.join(Keyword::AdditionalItems)));
            }
            _ => return,
        }
        out.push(Keyword::Items, Value::object_of(Keyword::AnyOf, Value::array(any)));
    }

    /// Without the name nothing is asked. Only an object has names.
    fn dependency(&mut self, dependency: &Member, pointer: &Pointer) -> Value {
        let there = Value::object(vec![
            Member::new(Keyword::Type, Value::string("object")),
            Member::new(Keyword::Required, Value::array(vec![Value::string(&dependency.key)])),
        ]);
        let then = match &dependency.value.kind {
            Kind::Array(_) => Value::object_of(Keyword::Required, dependency.value.clone()),
            _ => self.schema(&dependency.value, &pointer.join(dependency.key.as_str())),
        };
        Value::object_of(
            Keyword::AnyOf,
            Value::array(vec![Value::object_of(Keyword::Not, there), then]),
        )
    }

    fn lose(&mut self, member: &Member, pointer: &Pointer) {
        self.lost.push(NotExpressible {
            keyword: member.key.clone(),
            pointer: pointer.clone(),
            span: if member.key_span == Span::default() {
                member.value.span
            } else {
                member.key_span
            },
        });
    }
}

/// A schema node in the making.
#[derive(Default)]
struct OpenApiNode {
    members: Vec<Member>,
    all_of: Vec<Value>,
}

impl OpenApiNode {
    fn push(&mut self, key: impl AsRef<str>, value: Value) {
        if self.members.iter().any(|member| member.key == key.as_ref()) {
            self.all_of.push(Value::object_of(key, value));
        } else {
            self.members.push(Member::new(key, value));
        }
    }

    /// `null` is no type but a property of one.
    fn types(&mut self, types: &Value) {
        let listed = std::slice::from_ref(types);
        let names: Vec<&str> = types
            .as_array()
            .unwrap_or(listed)
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let others: Vec<&str> = names.iter().copied().filter(|name| *name != "null").collect();
        let null = others.len() < names.len();
        match others[..] {
            [] => {
                self.push(Keyword::Enum, Value::array(vec![Value::null()]));
                self.push(Keyword::Nullable, Value::boolean(true));
            }
            [name] => {
                self.push(Keyword::Type, Value::string(name));
                if null {
                    self.push(Keyword::Nullable, Value::boolean(true));
                }
            }
            _ => {
                let single = |name: &&str| {
                    let mut one = Self::default();
                    one.types(&Value::string(name));
                    one.into_schema(&JsonObject::default())
                };
                let any = names.iter().map(single).collect();
                self.all_of.push(Value::object_of(Keyword::AnyOf, Value::array(any)));
            }
        }
    }

    fn into_schema(mut self, source: &JsonObject) -> Value {
        let is_array = self
            .members
            .iter()
            .any(|member| member.value.as_str() == Some("array") && member.keyword() == Some(Keyword::Type));
        if is_array
            && !self
                .members
                .iter()
                .any(|member| member.keyword() == Some(Keyword::Items))
        {
            // OpenAPI wants to know what is in an array.
            self.members.push(Member::new(Keyword::Items, Value::accept_all()));
        }
        debug_assert!(source.keyword(Keyword::Ref).is_none(), "a reference has no siblings");
        if !self.all_of.is_empty() {
            self.members
                .push(Member::new(Keyword::AllOf, Value::array(self.all_of)));
        }
        Value::object(self.members)
    }
}

/// A name as components may have: letters, digits, `.`, `-` and `_`.
fn component(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let name: String = name
        .chars()
        .map(|letter| if plain(letter) { letter } else { '_' })
        .collect();
    if name.is_empty() { "schema".to_owned() } else { name }
}
