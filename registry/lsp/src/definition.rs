//! Where something stands that a text refers to: the target of a `$ref`, a version, an event. In: the text under the cursor. Out: a file and a place in it.

use std::path::Path;

use schemactl_model::{
    EventRef, JsonObject, Keyword, Pointer, Source, Span, Value, Version, any_reference, parse, percent_decode,
};
use schemactl_workspace::{Workspace, join_reference};

use crate::files::WorkspaceFiles;
use crate::place::{DocumentStep, JsonPlace, PlaceRole, find_place, unescape_string};
use crate::settings_place::find_settings_string;

/// What gives a schema an identifier, whatever its dialect.
const IDENTIFIERS: [Keyword; 2] = [Keyword::Id, Keyword::Draft4Id];

/// A place in a file of the workspace.
#[derive(Debug)]
pub(crate) struct FoundPlace {
    /// The file, with its path seen from the workspace.
    pub(crate) file: Source,
    pub(crate) span: Span,
}

/// Returns what the text at a byte of a file refers to.
pub(crate) fn find_definition(files: &WorkspaceFiles<'_>, path: &str, text: &str, offset: usize) -> Option<FoundPlace> {
    match Path::new(path).extension()?.to_str()? {
        "json" => {
            let reference = reference_at(text, &find_place(text, offset))?;
            find_target(files, path, text, &reference)
        }
        "toml" => find_named(files, path, &find_settings_string(text, offset)?),
        _ => None,
    }
}

/// The reference under the cursor.
fn reference_at(text: &str, place: &JsonPlace) -> Option<String> {
    let Some(DocumentStep::Key(key)) = place.path.last() else {
        return None;
    };
    let refers = matches!(Keyword::from_name(key), Some(any_reference!()));
    let token = place
        .token
        .as_ref()
        .filter(|_| refers && place.role == PlaceRole::Value)?;
    Some(unescape_string(&text[token.content.clone()]))
}

fn find_target(files: &WorkspaceFiles<'_>, path: &str, text: &str, reference: &str) -> Option<FoundPlace> {
    let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    let source = if file.is_empty() {
        Source::new(path, text)
    } else {
        find_file(files, path, file)?
    };
    let start = Span::new(0, 0);
    // Where the target is being typed, too, its file is better than nothing.
    let Ok(root) = parse(&source) else {
        return Some(FoundPlace {
            file: source,
            span: start,
        });
    };
    let span = find_fragment(&root, fragment)?;
    Some(FoundPlace { file: source, span })
}

/// Returns the file that a reference means: one beside it, or the one whose schema has the identifier.
pub(crate) fn find_file(files: &WorkspaceFiles<'_>, from: &str, reference: &str) -> Option<Source> {
    let beside = join_reference(from, reference, "schemas/").ok();
    let beside = beside.filter(|path| path.starts_with("schemas/"));
    beside
        .and_then(|path| files.read(&path))
        .or_else(|| find_identified(files.workspace, reference))
}

fn find_identified(workspace: &Workspace, identifier: &str) -> Option<Source> {
    let of_events = workspace.events.values().flat_map(|event| event.versions.values());
    let mut documents = of_events.map(|version| &version.document).chain(&workspace.shared);
    let document = documents.find(|document| {
        let own = IDENTIFIERS
            .iter()
            .find_map(|keyword| document.root().keyword(*keyword)?.as_str());
        own.and_then(|own| own.split('#').next()) == Some(identifier)
    });
    document.map(|document| document.source().clone())
}

/// The place of a pointer or an anchor; an empty one is the root.
fn find_fragment(root: &Value, fragment: &str) -> Option<Span> {
    let fragment = percent_decode(fragment)?;
    if fragment.is_empty() || fragment.starts_with('/') {
        return Some(Pointer::parse(&fragment)?.resolve(root)?.span);
    }
    let mut waiting = vec![root];
    while let Some(value) = waiting.pop() {
        let names = [Keyword::Anchor, Keyword::DynamicAnchor].into_iter();
        let mut names = names.filter_map(|keyword| value.keyword(keyword)?.as_str());
        let identifiers = IDENTIFIERS
            .iter()
            .filter_map(|keyword| value.keyword(*keyword)?.as_str());
        let mut identifiers = identifiers.filter_map(|identifier| identifier.strip_prefix('#'));
        if names.any(|name| name == fragment) || identifiers.any(|name| name == fragment) {
            return Some(value.span);
        }
        let members = value.as_object().into_iter().flat_map(JsonObject::iter);
        waiting.extend(members.map(|member| &member.value));
        waiting.extend(value.as_array().unwrap_or_default());
    }
    None
}

/// The version or the event that a text in settings names: `1.0`, `OrderPlaced`, `OrderPlaced@2`.
fn find_named(files: &WorkspaceFiles<'_>, path: &str, named: &str) -> Option<FoundPlace> {
    let workspace = files.workspace;
    let start = |source: &Source| FoundPlace {
        file: source.clone(),
        span: Span::new(0, 0),
    };
    let own = workspace
        .events
        .values()
        .find(|event| event.settings_file.path() == path);
    let version = named.parse::<Version>().ok();
    if let Some(schema) = version.and_then(|version| own?.versions.get(&version)) {
        return Some(start(schema.document.source()));
    }
    let reference: EventRef = named.parse().ok()?;
    let [event] = workspace.events_named(&reference)[..] else {
        return None;
    };
    let mut versions = event.versions.values().rev();
    let version = versions.find(|version| reference.matches(&version.version));
    Some(start(
        version.map_or(&event.settings_file, |version| version.document.source()),
    ))
}
