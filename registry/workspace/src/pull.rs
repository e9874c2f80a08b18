//! Bringing a registry into a workspace. In: the versions of a registry's schemas, and what the workspace has. Out: for each
//! version the files that it would be, or why it stays out. Nothing that is there is overwritten, and nothing is written here.
//!
//! What schemactl wrote goes back where its stamp says. Other schemas become events by their name `namespace@Name`, and each
//! version of theirs a major, since nobody promised that one version reads another. Of OpenAPI documents, such as those that
//! EventBridge discovers, the detail is taken.

use std::path::PathBuf;

use schemactl_model::{Digest, EventName, Source, Value, Version, detail_of, parse};

use crate::registered::{is_former_form, without_stamp};
use crate::retry::Calls;
use crate::snapshot::numbers;
use crate::{Patience, Remote, RemoteError, RemoteVersion, SchemaType, Stamp, Workspace};

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

/// A schema of the registry, understood.
struct Read {
    event: EventName,
    version: Version,
    schema: Value,
    /// Of the whole content, without its stamp.
    digest: Digest,
    source: String,
    detail_type: String,
}

/// What becomes of every version in a registry whose schema has a name that begins with `prefix`. `None` if there is no such
/// registry. `registry` stands in for the namespace of a name without one.
pub fn pull(
    workspace: &Workspace,
    registry: &str,
    prefix: &str,
    remote: &dyn Remote,
    patience: &Patience,
) -> Result<Option<Vec<Pulled>>, RemoteError> {
    let calls = Calls::new(remote, patience);
    if !calls.repeat(|| remote.registry_exists())? {
        return Ok(None);
    }
    let mut pulled = Vec::new();
    for listed in calls.all(|page| remote.schemas(page))? {
        if !listed.name.starts_with(prefix) {
            continue;
        }
        for number in numbers(&calls, &listed.name)? {
            let read = calls.repeat(|| remote.read(&listed.name, Some(&number)))?;
            pulled.extend(read.map(|version| one(workspace, registry, &listed.name, &version)));
        }
    }
    Ok(Some(pulled))
}

fn one(workspace: &Workspace, registry: &str, schema: &str, version: &RemoteVersion) -> Pulled {
    match read(workspace, registry, schema, version) {
        Ok(read) => place(workspace, &read),
        Err(reason) => Pulled::Unusable {
            schema: schema.to_owned(),
            number: version.number.clone(),
            reason,
        },
    }
}

fn read(workspace: &Workspace, registry: &str, schema: &str, version: &RemoteVersion) -> Result<Read, String> {
    let value = parse(&Source::new(schema, version.content.as_str()));
    let value = value.map_err(|errors| errors.first().map_or_else(String::new, ToString::to_string))?;
    let stamp = Stamp::read(&version.content);
    let (namespace, name) = schema.split_once('@').unwrap_or((registry, schema));
    let event = match &stamp {
        Some(stamp) => stamp.event.clone(),
        None => EventName::new(namespace, name).map_err(|error| error.to_string())?,
    };
    let ours = if let Some(stamp) = stamp {
        stamp.version
    } else {
        let major = version.number.parse();
        let major = major.map_err(|_| format!("`{}` is no number of a version", version.number))?;
        Version::new(major, 0)
    };
    let settings = workspace.events.get(&event).map(|event| &event.settings);
    let mut read = Read {
        source: settings.map_or_else(|| event.namespace().to_owned(), |settings| settings.source.clone()),
        detail_type: settings.map_or_else(|| event.name().to_owned(), |settings| settings.detail_type.clone()),
        event,
        version: ours,
        digest: Digest::of(&without_stamp(&value)),
        schema: without_stamp(&value),
    };
    if SchemaType::from_name(&version.type_name) == Some(SchemaType::OpenApi3) {
        let detail = detail_of(&value).map_err(|error| error.to_string())?;
        read.schema = detail.schema;
        read.source = detail.source.unwrap_or(read.source);
        read.detail_type = detail.detail_type.unwrap_or(read.detail_type);
    }
    Ok(read)
}

fn place(workspace: &Workspace, read: &Read) -> Pulled {
    let present = workspace.events.get(&read.event);
    let (event, version) = (read.event.clone(), read.version.clone());
    if let Some(held) = present.and_then(|present| Some((present, present.versions.get(&version)?))) {
        let contents = crate::registered_contents(held.0, held.1, &workspace.manifest.registry);
        let same = contents.iter().any(|content| {
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
