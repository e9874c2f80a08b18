//! From a workspace to source text. In: the workspace, which events of it, settings. Out: Rust, or every reason why not. No
//! file is read or written here, and the same input gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{Document, EventName, EventRef, Version};
use schemactl_workspace::{Event, LifeStep, Workspace};

use crate::constraints::constraints;
use crate::emit::emit;
use crate::ir::{self, Constant, Ir, Shape, Type, VersionTypes};
use crate::lower::{Schema, lower, no_root, root_of};
use crate::names::{module, pascal};
use crate::schema::check_document;
use crate::{GenerateError, Settings};

/// The source of the events that `references` name; of all events if there is none.
pub fn generate(
    workspace: &Workspace,
    references: &[EventRef],
    settings: &Settings,
) -> Result<String, Vec<GenerateError>> {
    let chosen = choose(workspace, references)?;
    let mut errors = Vec::new();
    let mut events: Vec<ir::Event> = Vec::new();
    for (name, versions) in &chosen {
        let event = &workspace.events[name];
        match lower_event(event, versions, settings) {
            Ok(lowered) => {
                if let Some(same) = events.iter().find(|other| other.module == lowered.module) {
                    errors.push(GenerateError::SameModule {
                        module: lowered.module.clone(),
                        first: same.name.to_string(),
                        second: name.to_string(),
                    });
                }
                events.push(lowered);
            }
            Err(found) => errors.extend(found),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let header = header(&chosen);
    let mut ir = Ir {
        events,
        shared: Vec::new(),
    };
    crate::share::share(&mut ir, settings);
    Ok(crate::print::print(&header, emit(&ir, settings)))
}

type Chosen = BTreeMap<EventName, BTreeSet<Version>>;

fn choose(workspace: &Workspace, references: &[EventRef]) -> Result<Chosen, Vec<GenerateError>> {
    let mut chosen = Chosen::new();
    let mut errors = Vec::new();
    if references.is_empty() {
        let all = workspace.events.values();
        let all = all.map(|event| (event.name.clone(), live_versions(workspace, event).cloned().collect()));
        return Ok(all
            .filter(|(_, versions): &(_, BTreeSet<_>)| !versions.is_empty())
            .collect());
    }
    for reference in references {
        match versions_of(workspace, reference) {
            Ok((event, versions)) => chosen.entry(event.name.clone()).or_default().extend(versions),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(chosen) } else { Err(errors) }
}

fn versions_of<'w>(workspace: &'w Workspace, reference: &EventRef) -> Result<(&'w Event, Vec<Version>), GenerateError> {
    let event = match workspace.events_named(reference).as_slice() {
        [] => {
            if let Some(ended) = find_end(workspace, reference, None) {
                return Err(ended);
            }
            return Err(GenerateError::NoEvent {
                reference: reference.clone(),
                events: alike(workspace, &reference.name),
            });
        }
        [event] => *event,
        several => {
            let candidates = several.iter().map(|event| event.name.to_string()).collect();
            return Err(GenerateError::Ambiguous {
                reference: reference.clone(),
                candidates,
            });
        }
    };
    let versions: Vec<_> = live_versions(workspace, event)
        .filter(|version| reference.matches(version))
        .cloned()
        .collect();
    if versions.is_empty() {
        if let Some(ended) = find_end(workspace, reference, Some(event)) {
            return Err(ended);
        }
        let versions = event.versions.keys().map(ToString::to_string).collect();
        return Err(GenerateError::NoVersion {
            reference: reference.clone(),
            versions,
        });
    }
    Ok((event, versions))
}

/// The versions that are not retired: code for the others is code for events that nobody publishes.
fn live_versions<'w>(workspace: &'w Workspace, event: &'w Event) -> impl Iterator<Item = &'w Version> {
    let versions = event.versions.keys();
    versions.filter(|version| workspace.lock.retirement(&event.name, version).is_none())
}

/// Why a reference matches nothing any more: what it named was retired, or has another name.
fn find_end(workspace: &Workspace, reference: &EventRef, event: Option<&Event>) -> Option<GenerateError> {
    let named = workspace.lock.iter().filter(|(name, version, _)| {
        event.is_none_or(|event| event.name == **name) && reference.names(name) && reference.matches(version)
    });
    // The newest version decides: an event can have moved when older majors of it were retired already.
    let ends = named.filter_map(|(name, version, _)| workspace.lock.find_end(name, version));
    let record = ends.last()?;
    let what = match &record.step {
        LifeStep::Moved { to, .. } => format!("moved to {to}"),
        LifeStep::Retired { .. } | LifeStep::Hotfix { .. } => "was retired".to_owned(),
    };
    let live = event.into_iter().flat_map(|event| live_versions(workspace, event));
    Some(GenerateError::Ended {
        reference: reference.to_string(),
        what: format!("{what} on {} by {}: {}", record.date, record.author, record.reason),
        versions: live.map(ToString::to_string).collect(),
    })
}

fn lower_event(
    event: &Event,
    versions: &BTreeSet<Version>,
    settings: &Settings,
) -> Result<ir::Event, Vec<GenerateError>> {
    let type_name = pascal(event.name.name());
    let chosen = event
        .versions
        .values()
        .filter(|version| versions.contains(&version.version));
    let (lowered, errors): (Vec<_>, Vec<_>) = chosen
        .map(|version| {
            lower_version(
                &version.document,
                &type_name,
                (&event.settings.version_field, event.settings.version_place().tokens()),
                &version.version,
                settings,
            )
            .map(|lowered| with_end(lowered, event))
        })
        .partition(Result::is_ok);
    let errors: Vec<_> = errors.into_iter().filter_map(Result::err).flatten().collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(ir::Event {
        name: event.name.clone(),
        module: module(event.name.name()),
        type_name,
        docs: event.settings.description.clone(),
        source: event.settings.source.clone(),
        detail_type: event.settings.detail_type.clone(),
        version_field: event.settings.version_field.clone(),
        version_path: event.settings.version_place().tokens().to_vec(),
        versions: lowered.into_iter().filter_map(Result::ok).collect(),
    })
}

/// A version with what event.toml says of its end.
fn with_end(mut lowered: VersionTypes, event: &Event) -> VersionTypes {
    if let Some(table) = event.deprecation(&lowered.version) {
        let note = format!("version {} is {}", lowered.version, table.to_note());
        let root = lowered.root;
        lowered.types[root].deprecated = Some(note.clone());
        lowered.deprecated = Some(note);
    }
    lowered
}

/// One version. EventBridge takes objects only.
fn lower_version(
    document: &Document,
    type_name: &str,
    (version_field, version_path): (&str, &[String]),
    version: &Version,
    settings: &Settings,
) -> Result<VersionTypes, Vec<GenerateError>> {
    check_document(document)?;
    let schema = Schema::from(document);
    let node = root_of(schema, None).ok_or_else(|| vec![no_root(schema)])?;
    let lowered = lower(schema, &node, type_name, Some(version_path), settings);
    if let Some(what) = no_object(&lowered.types[lowered.root].shape) {
        return Err(vec![GenerateError::NotAnObject {
            file: document.source().clone(),
            span: node.value.span,
            what: what.to_owned(),
        }]);
    }
    let text = lowered.version_texts.spelling(version).map_err(|other| {
        vec![GenerateError::Schema {
            file: document.source().clone(),
            span: node.value.span,
            pointer: format!("#{}", node.pointer),
            reason: format!("`{version_field}` is never \"{version}\", the version of this file, but \"{other}\""),
        }]
    })?;
    Ok(VersionTypes {
        version: version.clone(),
        module: module_of(version),
        root: lowered.root,
        names_version: names_version(&lowered.types, lowered.root, version_path),
        types: lowered.types,
        is_text_listed: lowered.version_texts.listed().is_some(),
        text,
        deprecated: None,
        constraints: settings.validate.then(|| constraints(schema, &node)),
    })
}

/// The names of the events, those first that differ least from the one that was wanted.
fn alike(workspace: &Workspace, wanted: &str) -> Vec<String> {
    let plain = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect::<String>()
    };
    let wanted = plain(wanted);
    let mut names: Vec<_> = workspace
        .events
        .values()
        .map(|event| event.name.name().to_owned())
        .collect();
    names.sort_by_key(|name| {
        let name = plain(name);
        (name != wanted, !name.contains(&wanted) && !wanted.contains(&name), name)
    });
    names
}

/// Whether every event says its version.
fn names_version(types: &[ir::TypeDef], root: usize, version_path: &[String]) -> bool {
    match &types[root].shape {
        Shape::Struct(structure) => {
            let Some((name, rest)) = version_path.split_first() else {
                return false;
            };
            let mut fields = structure.fields.iter();
            let field = fields.find(|field| field.key == *name && field.required);
            field.is_some_and(|field| match &field.value {
                _ if rest.is_empty() => true,
                Type::Named(inner) | Type::Boxed(inner) => !field.nullable && names_version(types, *inner, rest),
                _ => false,
            })
        }
        // A kind that is not known may be any object.
        Shape::Choice { tag: Some(tag), .. } if tag.is_open => false,
        Shape::Choice { variants, .. } => variants.iter().all(|variant| match &variant.value {
            Type::Named(inner) | Type::Boxed(inner) => names_version(types, *inner, version_path),
            _ => false,
        }),
        _ => false,
    }
}

/// What a root is that no object can be.
fn no_object(shape: &Shape) -> Option<&'static str> {
    let value = match shape {
        Shape::Enum { .. } | Shape::Constant(Constant::Text(_)) => return Some("a string"),
        Shape::Newtype(value) => value,
        _ => return None,
    };
    Some(match value {
        Type::String | Type::Timestamp | Type::DecimalText => "a string",
        Type::List(_) | Type::Tuple(_) => "an array",
        Type::Null => "null",
        Type::Bool => "a boolean",
        Type::Int(_) | Type::Integer | Type::F64 | Type::Decimal => "a number",
        _ => return None,
    })
}

/// `1.0` is `v1_0`; a patch that is not 0 is named.
fn module_of(version: &Version) -> String {
    let (major, minor, patch) = (version.major(), version.minor(), version.patch());
    if patch == 0 {
        format!("v{major}_{minor}")
    } else {
        format!("v{major}_{minor}_{patch}")
    }
}

/// Who wrote the file, and from what: one line a schema.
fn header(chosen: &Chosen) -> String {
    let mut lines = vec![format!(
        "// Generated by schemactl {}. Do not edit: change the schemas instead.",
        env!("CARGO_PKG_VERSION")
    )];
    for (name, versions) in chosen {
        lines.extend(versions.iter().map(|version| format!("// {name}@{version}")));
    }
    lines.join("\n")
}
