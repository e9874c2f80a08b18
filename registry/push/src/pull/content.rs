//! Reading one version of a registry for a workspace. In: its content, and the name of its schema. Out: the event and version that it is, the
//! schema of the detail, and what it says of the event's `source` and `detail-type`, and where; or why it is nothing of a workspace.

use schemactl_model::{Digest, EventName, Source, Value, Version, parse, with_stack_for};
use schemactl_workspace::{digest_value, is_shared_folder};

use super::pulled::UnusableReason;
use crate::foreign::{ContentAuthor, read_content};
use crate::remote::RemoteVersion;
use schemactl_check::Stamp;
use schemactl_check::{stamped_envelope, without_stamp};

/// A version of the registry, understood.
pub(super) struct PulledContent {
    pub(super) event: EventName,
    /// The name that the schema gives the event, where another one differs from it in case alone.
    pub(super) spelling: EventName,
    /// `None` if nobody has numbered it.
    pub(super) version: Option<Version>,
    pub(super) schema: Value,
    /// The type that it is registered as.
    pub(super) type_name: String,
    /// Of the whole content, without its stamp.
    pub(super) digest: Digest,
    /// What it names, if it does.
    pub(super) source: Option<String>,
    pub(super) detail_type: Option<String>,
    /// Whether the name of the schema has the form of those that EventBridge discovers, and so says these two but for spaces and punctuation.
    pub(super) is_named_by_schema: bool,
}

impl PulledContent {
    /// Forgets what only the name of the schema says: schemactl has named the schema after the event, whatever that is published with.
    pub(super) fn forget_schema_name(&mut self) {
        self.is_named_by_schema = false;
    }
}

pub(super) fn read_version(
    registry: &str,
    (schema, registered): (&str, Option<&EventName>),
    version: &RemoteVersion,
) -> Result<PulledContent, UnusableReason> {
    let value = parse(&Source::new(schema, version.content.as_str()));
    let value = value.map_err(|errors| errors.first().map_or_else(String::new, ToString::to_string))?;
    with_stack_for(value.depth(), || {
        read_value(registry, (schema, registered), version, &value)
    })
}

fn read_value(
    registry: &str,
    (schema, registered): (&str, Option<&EventName>),
    version: &RemoteVersion,
    value: &Value,
) -> Result<PulledContent, UnusableReason> {
    let stamp = Stamp::read(&version.content);
    let (namespace, name) = schema.split_once('@').unwrap_or((registry, schema));
    let event = match (&stamp, registered) {
        (Some(stamp), _) => stamp.event.clone(),
        (None, Some(event)) => event.clone(),
        (None, None) => EventName::new(namespace, name).map_err(|error| error.to_string())?,
    };
    let author = if stamp.is_some() {
        ContentAuthor::Schemactl
    } else {
        ContentAuthor::Others
    };
    if is_shared_folder(event.namespace()) {
        return Err(format!(
            "folders of schemas/ that begin with `_` are for schemas that events share, and {event} is an event: no namespace can have that name"
        )
        .into());
    }
    let detail =
        read_content(&version.type_name, value, author).map_err(|error| UnusableReason::of_envelope(&error))?;
    let [stamped_source, stamped_type] = stamped_envelope(value);
    Ok(PulledContent {
        is_named_by_schema: stamp.is_none() && is_discovered_name(schema),
        spelling: event.clone(),
        event,
        version: stamp.map(|stamp| stamp.version),
        digest: digest_value(&without_stamp(value)),
        schema: detail.schema,
        type_name: version.type_name.clone(),
        source: detail.source.or(stamped_source),
        detail_type: detail.detail_type.or(stamped_type),
    })
}

/// Whether the name of a schema has the form that EventBridge gives to what it discovers: `source@DetailType`, the latter without spaces and
/// with each word in upper case.
fn is_discovered_name(schema: &str) -> bool {
    schema.split_once('@').is_some_and(|(source, name)| {
        let is_word = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        !source.is_empty() && is_word && name.starts_with(|first: char| first.is_ascii_uppercase())
    })
}
