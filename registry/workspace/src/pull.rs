//! Bringing a registry into a workspace. In: the versions of a registry's schemas, and what the workspace has. Out: for each
//! version the files that it would be, or why it stays out. Nothing that is there is overwritten, and nothing is written here.
//!
//! What schemactl wrote goes back where its stamp says; of several schemas under one version the registry's last one counts. Other schemas
//! become events by their name `namespace@Name`, numbered as `numbering` says. Of documents of whole events, as EventBridge discovers and
//! exports them, the detail is taken.

mod numbering;

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemactl_convert::digest_value;
use schemactl_convert::{detail_of, detail_of_export};
use schemactl_model::{
    Dialect, Digest, Document, Entry, EventName, Kind, Object, Source, Span, Value, Version, parse, with_stack_for,
};

pub use numbering::Numbering;

use crate::check::policy_of;
use crate::registered::{is_former_form, without_stamp};
use crate::retry::Calls;
use crate::snapshot::numbers;
use crate::{Patience, Remote, RemoteError, RemoteVersion, SchemaType, Stamp, Workspace};
use numbering::NumberedVersions;

/// What becomes of a version of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pulled {
    /// It is new to the workspace: these files.
    New {
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
        /// The files.
        files: Vec<NewFile>,
    },
    /// The workspace has it.
    Same {
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
    },
    /// The workspace has another schema under this version.
    Different {
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
    },
    /// It is nothing that a workspace can hold.
    Unusable {
        /// The schema of the registry.
        schema: String,
        /// The registry's number of the version.
        number: String,
        /// Why.
        reason: String,
    },
}

/// A file to write, if there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Its path in the workspace.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// A version of the registry, understood.
struct Read {
    event: EventName,
    /// `None` if nobody has numbered it.
    version: Option<Version>,
    schema: Value,
    /// Of the whole content, without its stamp.
    digest: Digest,
    source: String,
    detail_type: String,
}

/// Which versions of a registry are pulled, and as what.
#[derive(Clone, Copy)]
pub struct Pulling<'p> {
    /// The registry's name: it stands in for the namespace of a schema's name without one.
    pub registry: &'p str,
    /// Schemas whose name begins so.
    pub prefix: &'p str,
    /// How versions get numbers.
    pub numbering: Numbering<'p>,
    /// Whether only the newest version of each schema is pulled.
    pub newest_only: bool,
}

/// What becomes of every version in a registry whose schema has a name that begins with `prefix`, each a major that nobody has numbered.
/// `None` if there is no such registry. `registry` stands in for the namespace of a name without one.
pub fn pull(
    workspace: &Workspace,
    registry: &str,
    prefix: &str,
    remote: &dyn Remote,
    patience: &Patience,
) -> Result<Option<Vec<Pulled>>, RemoteError> {
    let pulling = Pulling {
        registry,
        prefix,
        numbering: Numbering::Majors,
        newest_only: false,
    };
    pull_versions(workspace, &pulling, remote, patience)
}

/// What becomes of the versions in a registry. `None` if there is no such registry.
///
/// # Errors
/// Fails if the registry cannot be read.
pub fn pull_versions(
    workspace: &Workspace,
    pulling: &Pulling<'_>,
    remote: &dyn Remote,
    patience: &Patience,
) -> Result<Option<Vec<Pulled>>, RemoteError> {
    let calls = Calls::new(remote, patience);
    if !calls.repeat(|| remote.registry_exists())? {
        return Ok(None);
    }
    let mut pulled = Vec::new();
    for listed in calls.all(|page| remote.schemas(page))? {
        if !listed.name.starts_with(pulling.prefix) {
            continue;
        }
        let mut numbers = numbers(&calls, &listed.name)?;
        if pulling.newest_only {
            numbers.drain(..numbers.len().saturating_sub(1));
        }
        let mut versions = Vec::with_capacity(numbers.len());
        for number in numbers {
            versions.extend(calls.repeat(|| remote.read(&listed.name, Some(&number)))?);
        }
        pulled.extend(pull_schema(workspace, pulling, &listed.name, &versions));
    }
    Ok(Some(pulled))
}

/// What becomes of the versions of one schema, oldest first.
fn pull_schema(workspace: &Workspace, pulling: &Pulling<'_>, schema: &str, versions: &[RemoteVersion]) -> Vec<Pulled> {
    let unusable = |version: &RemoteVersion, reason: String| Pulled::Unusable {
        schema: schema.to_owned(),
        number: version.number.clone(),
        reason,
    };
    let reads: Vec<_> = versions
        .iter()
        .map(|version| read(workspace, pulling.registry, schema, version))
        .collect();
    let mut numbered: BTreeMap<EventName, NumberedVersions<'_>> = BTreeMap::new();
    let mut pulled = Vec::new();
    for (index, (version, read)) in versions.iter().zip(&reads).enumerate() {
        let read = match read {
            Ok(read) => read,
            Err(reason) => {
                pulled.push(unusable(version, reason.clone()));
                continue;
            }
        };
        let replaces = |later: &Result<Read, String>| {
            let later = later.as_ref().ok();
            later.is_some_and(|later| {
                read.version.is_some()
                    && later.event == read.event
                    && later.version == read.version
                    && later.schema != read.schema
            })
        };
        if reads[index + 1..].iter().any(replaces) {
            pulled.push(unusable(
                version,
                "another schema under the same version stands after it".to_owned(),
            ));
            continue;
        }
        let deep = read.schema.depth();
        pulled.push(with_stack_for(deep, || {
            match number(workspace, pulling, version, read, &mut numbered) {
                Ok(PulledNumber::Next(number)) => place(workspace, read, number),
                Ok(PulledNumber::Known(number)) => Pulled::Same {
                    event: read.event.clone(),
                    version: number,
                },
                Err(reason) => unusable(version, reason),
            }
        }));
    }
    pulled
}

/// The number of a version of the registry.
enum PulledNumber {
    /// It has its own.
    Next(Version),
    /// The same schema has it already.
    Known(Version),
}

/// The version that a schema of the registry is, or why it can be none.
fn number<'w>(
    workspace: &'w Workspace,
    pulling: &Pulling<'_>,
    version: &RemoteVersion,
    read: &Read,
    numbered: &mut BTreeMap<EventName, NumberedVersions<'w>>,
) -> Result<PulledNumber, String> {
    let source = Source::new(format!("version {}", version.number), read.schema.to_json());
    let document = Document::parse(source, Dialect::Draft4);
    let document = document.map_err(|errors| errors.first().map_or_else(String::new, ToString::to_string))?;
    let engine = match (&read.version, pulling.numbering) {
        (Some(known), _) => return Ok(PulledNumber::Next(known.clone())),
        (None, Numbering::Majors) => {
            let major = version.number.parse();
            let major = major.map_err(|_| format!("`{}` is no number of a version", version.number))?;
            return Ok(PulledNumber::Next(Version::new(major, 0)));
        }
        (None, Numbering::ByChange(engine)) => engine,
    };
    let known = numbered
        .entry(read.event.clone())
        .or_insert_with(|| known_versions(workspace, &read.event));
    if let Some(equal) = known.find_equal(&document) {
        return Ok(PulledNumber::Known(equal.clone()));
    }
    let next = known.next(&document, engine);
    known.add(next.clone(), document);
    Ok(PulledNumber::Next(next))
}

/// What the workspace has of an event.
fn known_versions<'w>(workspace: &'w Workspace, event: &EventName) -> NumberedVersions<'w> {
    let Some(event) = workspace.events.get(event) else {
        return NumberedVersions::new(policy_of(workspace, None), "version");
    };
    let mut known = NumberedVersions::new(policy_of(workspace, Some(event)), &event.settings.version_field);
    for version in event.versions.values() {
        known.add(version.version.clone(), version.document.clone());
    }
    known
}

fn read(workspace: &Workspace, registry: &str, schema: &str, version: &RemoteVersion) -> Result<Read, String> {
    let value = parse(&Source::new(schema, version.content.as_str()));
    let value = value.map_err(|errors| errors.first().map_or_else(String::new, ToString::to_string))?;
    let depth = value.depth();
    with_stack_for(depth, || read_value(workspace, registry, schema, version, &value))
}

fn read_value(
    workspace: &Workspace,
    registry: &str,
    schema: &str,
    version: &RemoteVersion,
    value: &Value,
) -> Result<Read, String> {
    let stamp = Stamp::read(&version.content);
    let (namespace, name) = schema.split_once('@').unwrap_or((registry, schema));
    let event = match &stamp {
        Some(stamp) => stamp.event.clone(),
        None => EventName::new(namespace, name).map_err(|error| error.to_string())?,
    };
    let settings = workspace.events.get(&event).map(|event| &event.settings);
    let mut read = Read {
        source: settings.map_or_else(|| event.namespace().to_owned(), |settings| settings.source.clone()),
        detail_type: settings.map_or_else(|| event.name().to_owned(), |settings| settings.detail_type.clone()),
        event,
        version: stamp.map(|stamp| stamp.version),
        digest: digest_value(&without_stamp(value)),
        schema: without_stamp(value),
    };
    let detail = match SchemaType::from_name(&version.type_name) {
        Some(SchemaType::OpenApi3) => Some(detail_of(value)),
        // What schemactl registers as JSON Schema is the detail, whatever properties it has.
        _ if read.version.is_some() => None,
        _ => detail_of_export(value).transpose(),
    };
    if read.version.is_none() && detail.is_none() {
        read.schema = with_dialect(&read.schema);
    }
    if let Some(detail) = detail.transpose().map_err(|error| error.to_string())? {
        read.schema = detail.schema;
        read.source = detail.source.unwrap_or(read.source);
        read.detail_type = detail.detail_type.unwrap_or(read.detail_type);
    }
    Ok(read)
}

/// The registry's type is what says that a schema without `$schema` is one of draft-04; a file has nothing else that does.
fn with_dialect(schema: &Value) -> Value {
    match schema.as_object() {
        Some(members) if members.value("$schema").is_none() => {
            let dialect = only_text("$schema", Dialect::Draft4.uri());
            let members = [dialect].into_iter().chain(members.iter().cloned());
            Value::computed(Kind::Object(Object::from_entries(members.collect())))
        }
        _ => schema.clone(),
    }
}

fn only_text(key: &str, text: &str) -> Entry {
    Entry {
        key: key.to_owned(),
        key_span: Span::default(),
        value: Value::computed(Kind::String(text.to_owned())),
    }
}

fn place(workspace: &Workspace, read: &Read, version: Version) -> Pulled {
    let present = workspace.events.get(&read.event);
    let event = read.event.clone();
    if let Some(held) = present.and_then(|present| Some((present, present.versions.get(&version)?))) {
        let contents = crate::registered_contents(held.0, held.1, &workspace.manifest.registry);
        let same = held.1.document.root() == &read.schema
            || contents.iter().any(|content| {
                is_same(content, &read.schema) || is_former_form(held.0, held.1, content.type_, &read.digest)
            });
        return if same {
            Pulled::Same { event, version }
        } else {
            Pulled::Different { event, version }
        };
    }
    let folder = PathBuf::from("schemas").join(event.namespace()).join(event.name());
    let mut files = vec![NewFile {
        path: folder.join(format!("{version}.json")),
        text: read.schema.to_json_pretty() + "\n",
    }];
    if present.is_none() {
        files.push(NewFile {
            path: folder.join("event.toml"),
            text: settings_text(&read.source, &read.detail_type),
        });
    }
    Pulled::New { event, version, files }
}

fn is_same(content: &crate::RegisteredContent, schema: &Value) -> bool {
    match content.type_ {
        SchemaType::JsonSchemaDraft4 => without_stamp(&content.value) == *schema,
        SchemaType::OpenApi3 => detail_of(&content.value).is_ok_and(|detail| detail.schema == *schema),
    }
}

fn settings_text(source: &str, detail_type: &str) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    format!("source = {}\ndetail-type = {}\n", quoted(source), quoted(detail_type))
}
