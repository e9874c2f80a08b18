//! The content that is registered for a schema version. In: a version of an event. Out: a draft-04 schema that says which of
//! our versions it is, and with which digest: EventBridge only counts 1, 2, 3, so the stamp in the document is how a
//! snapshot is read back.

use schemactl_model::{
    Digest, Entry, EventName, Kind, NotExpressible, Object, Source, Span, Value, Version, downgrade, parse,
};

use crate::SchemaVersion;

/// The annotation that holds the stamp.
const STAMP: &str = "x-schemactl";

/// What is registered for one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredContent {
    /// The draft-04 schema, stamped.
    pub value: Value,
    /// The text that is sent.
    pub text: String,
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
}

/// The content to register for a version, or the keywords that cannot be registered.
pub fn registered_content(
    event: &EventName,
    version: &SchemaVersion,
) -> Result<RegisteredContent, Vec<NotExpressible>> {
    let schema = downgrade(&version.document)?;
    let stamp = Stamp {
        event: event.clone(),
        version: version.version.clone(),
        digest: version.digest.clone(),
    };
    // A boolean schema has no place for a stamp.
    let members = match schema.kind {
        Kind::Object(object) => object.iter().filter(|entry| entry.key != STAMP).cloned().collect(),
        Kind::Bool(false) => vec![entry("not", Kind::Object(Object::default()))],
        _ => Vec::new(),
    };
    let stamped = members.into_iter().chain([entry(STAMP, stamp.to_kind())]).collect();
    let value = Value::computed(Kind::Object(Object::from_entries(stamped)));
    Ok(RegisteredContent {
        text: value.to_json_pretty(),
        value,
    })
}

impl Stamp {
    /// Reads the stamp of a registered content. `None` if the content is not ours.
    pub fn read(content: &str) -> Option<Self> {
        let value = parse(&Source::new("registered", content)).ok()?;
        let stamp = value.member(STAMP)?;
        let text = |key| stamp.member(key).and_then(Value::as_str);
        Some(Self {
            event: text("event")?.parse().ok()?,
            version: text("version")?.parse().ok()?,
            digest: text("digest")?.parse().ok()?,
        })
    }

    fn to_kind(&self) -> Kind {
        let text = |text: String| Kind::String(text);
        Kind::Object(Object::from_entries(vec![
            entry("event", text(self.event.to_string())),
            entry("version", text(self.version.to_string())),
            entry("digest", text(self.digest.to_string())),
        ]))
    }
}

fn entry(key: &str, kind: Kind) -> Entry {
    Entry {
        key: key.to_owned(),
        key_span: Span::default(),
        value: Value::computed(kind),
    }
}

/// Whether two registered contents are the same JSON value, whatever their layout.
pub(crate) fn same_content(one: &str, other: &str) -> bool {
    let read = |text: &str| parse(&Source::new("registered", text)).ok();
    one == other || matches!((read(one), read(other)), (Some(one), Some(other)) if one == other)
}
