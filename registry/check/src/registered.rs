//! The contents that are registered for a schema version. In: a version of an event, and the settings of the registry. Out:
//! for each type a schema that says which of our versions it is, and with which digest: EventBridge only counts 1, 2, 3, so
//! the stamp in the document is how a snapshot is read back.

use std::collections::BTreeMap;

use schemactl_convert::{
    Downgraded, EventEnvelope, NotExpressible, detail_of, downgrade, downgrade_as_before, openapi, openapi_as_before,
};
use schemactl_model::{
    Digest, EventName, JsonObject, Keyword, Kind, Member, SchemaType, Source, Value, Version, parse,
};
use schemactl_workspace::{digest_text, digest_value};

use schemactl_workspace::{EventSettings, Layout, RegistrySettings, SchemaVersion, WorkspaceEvent};

/// The annotation that holds the stamp.
const STAMP: &str = "x-schemactl";
/// The member of the stamp that a repair writes.
const REPLACES: &str = "replaces";
/// The members of the stamp that say what the event is published with: as JSON Schema, nothing else of a content does.
const PUBLISHED_AS: [&str; 2] = ["source", "detail-type"];

/// The most characters that EventBridge takes as the content of a schema (its service model, `__stringMin1Max100000`).
pub(crate) const MAX_CHARACTERS: usize = 100_000;

/// What is registered for one version, in one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredContent {
    /// The name of the registry's schema.
    pub schema: String,
    /// The form.
    pub type_: SchemaType,
    /// The document, stamped.
    pub value: Value,
    /// The text that is sent.
    pub text: String,
    /// The digest of the document without its stamp.
    pub digest: Digest,
    /// What the form does not say.
    pub lost: Vec<NotExpressible>,
}

/// Which version a registered content is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The event.
    pub event: EventName,
    /// Our version.
    pub version: Version,
    /// The digest of the schema as it stands in the workspace.
    pub digest: Digest,
    /// The registry's number of the version that it was written in place of, by a repair.
    pub replaces: Option<String>,
}

/// The contents of every version of a workspace.
pub(crate) type Contents = BTreeMap<(EventName, Version), Vec<RegisteredContent>>;

/// Returns the contents to register for a version: one for each type of the settings, in their order.
pub fn registered_contents(
    event: &WorkspaceEvent,
    version: &SchemaVersion,
    settings: &RegistrySettings,
) -> Vec<RegisteredContent> {
    let types = registered_types(Some(&event.settings), settings).iter();
    types.map(|type_| content(event, version, settings, *type_)).collect()
}

fn content(
    event: &WorkspaceEvent,
    version: &SchemaVersion,
    settings: &RegistrySettings,
    type_: SchemaType,
) -> RegisteredContent {
    let Downgraded { schema, lost } = convert(event, version, type_, FormAge::Present);
    let value = stamped(schema, event, version);
    RegisteredContent {
        schema: schema_name((&event.name, Some(&event.settings)), &version.version, settings, type_),
        type_,
        text: fitting_text(&value),
        digest: content_digest(&value),
        value,
        lost,
    }
}

/// Which schemactl converts: this one, or those before it.
#[derive(Clone, Copy)]
enum FormAge {
    Present,
    Former,
}

fn convert(event: &WorkspaceEvent, version: &SchemaVersion, type_: SchemaType, age: FormAge) -> Downgraded {
    let number = version.version.to_string();
    let envelope = EventEnvelope {
        name: event.name.name(),
        version: &number,
        source: &event.settings.source,
        detail_type: &event.settings.detail_type,
    };
    match (type_, age) {
        (SchemaType::JsonSchemaDraft4, FormAge::Present) => downgrade(&version.document),
        (SchemaType::JsonSchemaDraft4, FormAge::Former) => downgrade_as_before(&version.document),
        (SchemaType::OpenApi3, FormAge::Present) => openapi(&version.document, &envelope),
        (SchemaType::OpenApi3, FormAge::Former) => openapi_as_before(&version.document, &envelope),
    }
}

fn stamped(schema: Value, event: &WorkspaceEvent, version: &SchemaVersion) -> Value {
    let stamp = Stamp {
        event: event.name.clone(),
        version: version.version.clone(),
        digest: version.digest.clone(),
        replaces: None,
    };
    // A boolean schema has no place for a stamp.
    let members = match schema.kind {
        Kind::Object(object) => object.iter().filter(|entry| entry.key != STAMP).cloned().collect(),
        Kind::Bool(false) => vec![Member::new(Keyword::Not, Value::accept_all())],
        _ => Vec::new(),
    };
    let stamped = members
        .into_iter()
        .chain([Member::new(STAMP, stamp.to_value(event))])
        .collect();
    Value::object(stamped)
}

/// Returns the text of a content: laid out for people if it fits, and without spaces if it does not.
fn fitting_text(value: &Value) -> String {
    let pretty = value.to_json_pretty();
    if pretty.chars().count() <= MAX_CHARACTERS {
        return pretty;
    }
    value.to_json()
}

/// Returns whether a content of the registry is the version as an earlier schemactl wrote it: it put a reference of 2019-09 and later
/// into an `allOf` of its own, also where nothing stood beside it.
pub fn is_former_form(event: &WorkspaceEvent, version: &SchemaVersion, type_: SchemaType, digest: &Digest) -> bool {
    let former = convert(event, version, type_, FormAge::Former).schema;
    content_digest(&stamped(former, event, version)) == *digest
}

/// Returns whether a content of the registry is the version in the type that its schema is not meant for.
pub fn is_other_type(event: &WorkspaceEvent, version: &SchemaVersion, meant: SchemaType, digest: &Digest) -> bool {
    [FormAge::Present, FormAge::Former].into_iter().any(|age| {
        let schema = convert(event, version, meant.other(), age).schema;
        content_digest(&stamped(schema, event, version)) == *digest
    })
}

impl RegisteredContent {
    /// Returns whether a content of the registry, by its digest without the stamp, is this one.
    pub fn is(&self, digest: &Digest) -> bool {
        self.digest == *digest
    }

    /// Returns the content with a stamp that says which number of the registry it replaces, so that what stands there is known to be
    /// wrong, and so that it differs from what was written before.
    #[must_use]
    pub fn replacing(&self, number: &str) -> Self {
        let members = self.value.as_object().into_iter().flat_map(JsonObject::iter);
        let members = members.map(|member| match (&member.value.kind, member.key.as_str()) {
            (Kind::Object(stamp), STAMP) => {
                let replaces = Member::new(REPLACES, Value::string(number));
                let members = stamp.iter().cloned().chain([replaces]).collect();
                Member::new(STAMP, Value::object(members))
            }
            _ => member.clone(),
        });
        let value = Value::object(members.collect());
        Self {
            text: fitting_text(&value),
            value,
            ..self.clone()
        }
    }
}

/// Returns the types that an event is registered in: its own, or those of the workspace.
pub fn registered_types<'s>(event: Option<&'s EventSettings>, settings: &'s RegistrySettings) -> &'s [SchemaType] {
    let own = event.and_then(|event| event.types.as_ref());
    own.unwrap_or(&settings.types)
}

/// Returns the name of the registry's schema that holds a version of an event with its settings. When both types are registered, the second
/// of them gets a name of its own: a schema of the registry has one newest version.
pub fn schema_name(
    (event, own): (&EventName, Option<&EventSettings>),
    version: &Version,
    settings: &RegistrySettings,
    type_: SchemaType,
) -> String {
    let mut name = base_name(event, own);
    if settings.layout == Layout::Major {
        name = format!("{name}.v{}", version.major());
    }
    match (registered_types(own, settings).first(), type_) {
        (Some(first), _) if *first == type_ => name,
        (_, SchemaType::OpenApi3) => format!("{name}.openapi"),
        (_, SchemaType::JsonSchemaDraft4) => format!("{name}.jsonschema"),
    }
}

/// Returns what the schemas of an event in the registry are called, before what `layout` and `types` append.
pub fn base_name(event: &EventName, own: Option<&EventSettings>) -> String {
    let registered = own.and_then(|own| own.registered_as.clone());
    registered.unwrap_or_else(|| event.schema_name())
}

impl Stamp {
    /// Reads the stamp of a registered content. `None` if the content is not ours.
    pub fn read(content: &str) -> Option<Self> {
        Self::of(&parse(&Source::new("registered", content)).ok()?)
    }

    fn of(value: &Value) -> Option<Self> {
        let stamp = value.member(STAMP)?;
        let text = |key| stamp.member(key).and_then(Value::as_str);
        Some(Self {
            event: text("event")?.parse().ok()?,
            version: text("version")?.parse().ok()?,
            digest: text("digest")?.parse().ok()?,
            replaces: text(REPLACES).map(str::to_owned),
        })
    }

    fn to_value(&self, event: &WorkspaceEvent) -> Value {
        let [source, detail_type] = PUBLISHED_AS;
        Value::object(vec![
            Member::new("event", Value::string(&self.event.to_string())),
            Member::new("version", Value::string(&self.version.to_string())),
            Member::new("digest", Value::string(&self.digest.to_string())),
            Member::new(source, Value::string(&event.settings.source)),
            Member::new(detail_type, Value::string(&event.settings.detail_type)),
        ])
    }
}

/// Returns the `source` and the `detail-type` that the stamp of a content names. Stamps of before name neither.
pub fn stamped_envelope(content: &Value) -> [Option<String>; 2] {
    let stamp = content.member(STAMP);
    PUBLISHED_AS.map(|key| Some(stamp?.member(key)?.as_str()?.to_owned()))
}

/// Returns the schemas of the detail that a version is registered as, in each type that there is.
pub fn registered_forms(event: &WorkspaceEvent, version: &SchemaVersion) -> Vec<Value> {
    let schema = |type_| convert(event, version, type_, FormAge::Present).schema;
    let detail = detail_of(&schema(SchemaType::OpenApi3)).ok();
    let forms = [
        Some(schema(SchemaType::JsonSchemaDraft4)),
        detail.map(|detail| detail.schema),
    ];
    forms.into_iter().flatten().collect()
}

/// Returns a content without its stamp.
pub fn without_stamp(value: &Value) -> Value {
    let Some(members) = value.as_object() else {
        return value.clone();
    };
    let rest = members.iter().filter(|member| member.key != STAMP).cloned();
    Value::object(rest.collect())
}

fn content_digest(value: &Value) -> Digest {
    digest_value(&without_stamp(value))
}

/// Returns what identifies a content of the registry: its stamp, and its digest as a JSON value, whatever its layout. What is no JSON is
/// compared as the text it is.
pub fn identify_content(content: &str) -> (Option<Stamp>, Digest) {
    match parse(&Source::new("registered", content)) {
        Ok(value) => (Stamp::of(&value), content_digest(&value)),
        Err(_) => (None, digest_text(content)),
    }
}
