//! Completion of what is being typed: events, versions, environments, rules and policies, beside commands, options and paths. In: the words of a
//! command line, as the scripts of `schemactl completions` hand them over. Out: what the last word can become. Only names of folders and files
//! are read, and nothing is ever printed but candidates: what cannot be read has none.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use clap::Command;
use clap_complete::CompletionCandidate;
use clap_complete::engine::{PathCompleter, ValueCompleter};
use clap_complete::env::Shells;
use schemactl_check::Rule;
use schemactl_compat::Policy;
use schemactl_model::{EventName, EventRef, Version};
use schemactl_workspace::find_root;
use toml_edit::DocumentMut;

/// The variable by which a script asks for candidates. Its value is the name of the shell.
pub(crate) const VARIABLE: &str = "SCHEMACTL_COMPLETE";

/// The folder in which the search for the workspace begins.
static START: OnceLock<PathBuf> = OnceLock::new();

/// Prints the candidates for the last of some words, if a script asks for them. Returns whether one does.
pub(crate) fn complete_words(arguments: &[OsString], command: impl FnOnce() -> Command) -> bool {
    let Some(shell) = std::env::var_os(VARIABLE) else {
        return false;
    };
    let words: Vec<OsString> = match arguments.iter().position(|argument| argument == "--") {
        Some(at) => arguments[at + 1..].to_vec(),
        None => Vec::new(),
    };
    let shells = Shells::builtins();
    let Some(shell) = shell
        .to_str()
        .and_then(|name| shells.completer(name))
        .filter(|_| !words.is_empty())
    else {
        return true;
    };
    let _ = START.set(find_start(&words));
    let mut candidates = Vec::new();
    let folder = std::env::current_dir().ok();
    // A terminal that waits for candidates is no place for errors.
    if shell
        .write_complete(&mut command(), words, folder.as_deref(), &mut candidates)
        .is_ok()
    {
        let _ = std::io::stdout().write_all(&candidates);
    }
    true
}

/// The folder that words name with --workspace, or the variable, or the current one.
fn find_start(words: &[OsString]) -> PathBuf {
    let texts: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
    let named = texts.iter().enumerate().find_map(|(at, word)| match *word {
        "--workspace" => texts.get(at + 1).copied(),
        other => other.strip_prefix("--workspace="),
    });
    let named = named.map(PathBuf::from);
    let named = named.or_else(|| std::env::var_os("SCHEMACTL_WORKSPACE").map(PathBuf::from));
    named.unwrap_or_else(|| PathBuf::from("."))
}

fn root() -> Option<PathBuf> {
    find_root(START.get()?).ok()
}

/// The names of the folders or files in a folder, sorted; hidden ones are left out.
fn list(folder: &Path, is_dir: bool) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let entries = entries.filter(|entry| {
        // A link is followed only where the folder does not say what stands there: a workspace has thousands of entries.
        entry.file_type().is_ok_and(|kind| {
            if kind.is_symlink() {
                entry.path().is_dir() == is_dir
            } else {
                kind.is_dir() == is_dir
            }
        })
    });
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.retain(|name| !name.starts_with(['.', '_']));
    names.sort();
    names
}

/// The events of the workspace, by the names of their folders.
fn list_events(root: &Path) -> Vec<EventName> {
    let schemas = root.join("schemas");
    let namespaces = list(&schemas, true).into_iter();
    let events = namespaces.flat_map(|namespace| {
        let names = list(&schemas.join(&namespace), true).into_iter();
        names.filter_map(move |name| EventName::new(&namespace, &name).ok())
    });
    events.collect()
}

fn candidates(current: &OsStr, names: impl IntoIterator<Item = String>) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    let fitting = names.into_iter().filter(|name| name.starts_with(&*current));
    fitting.map(CompletionCandidate::new).collect()
}

/// Returns the events whose name begins like a word; after `@`, the versions of the event before it.
pub(crate) fn complete_events(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(root) = root() else { return Vec::new() };
    let events = list_events(&root);
    let text = current.to_string_lossy();
    if let Some((event, _)) = text.split_once('@') {
        return candidates(current, list_versions(&root, &events, event));
    }
    let mut names: Vec<&str> = events.iter().map(EventName::name).collect();
    names.sort_unstable();
    let is_unique = |name: &str| {
        let first = names.partition_point(|other| *other < name);
        names.get(first + 1).is_none_or(|next| *next != name)
    };
    let spelt = events.iter().map(|event| {
        let begins_with_name = event.name().starts_with(&*text);
        if begins_with_name && is_unique(event.name()) {
            event.name().to_owned()
        } else {
            event.to_string()
        }
    });
    // A name that several namespaces have is written whole: what was typed of it is replaced.
    let fitting = events.iter().zip(spelt);
    let fitting = fitting.filter(|(event, spelt)| spelt.starts_with(&*text) || event.name().starts_with(&*text));
    fitting.map(|(_, spelt)| CompletionCandidate::new(spelt)).collect()
}

/// The versions of an event, each with its name as it was typed.
fn list_versions(root: &Path, events: &[EventName], typed: &str) -> Vec<String> {
    let Ok(reference) = typed.parse::<EventRef>() else {
        return Vec::new();
    };
    let mut named = events.iter().filter(|event| reference.names(event));
    let (Some(event), None) = (named.next(), named.next()) else {
        return Vec::new();
    };
    let files = list(&root.join("schemas").join(event.namespace()).join(event.name()), false);
    let versions = files
        .iter()
        .filter_map(|file| file.strip_suffix(".json")?.parse::<Version>().ok());
    let mut versions: Vec<Version> = versions.collect();
    versions.sort();
    versions.iter().map(|version| format!("{typed}@{version}")).collect()
}

/// Returns events, as above, and schema files.
pub(crate) fn complete_schemas(current: &OsStr) -> Vec<CompletionCandidate> {
    let is_schema = |path: &Path| path.extension().is_some_and(|extension| extension == "json");
    let files = PathCompleter::any().filter(is_schema).complete(current);
    complete_events(current).into_iter().chain(files).collect()
}

/// Returns the environments of schemactl.toml.
pub(crate) fn complete_environments(current: &OsStr) -> Vec<CompletionCandidate> {
    let settings = root().and_then(|root| fs::read_to_string(root.join("schemactl.toml")).ok());
    let settings = settings.and_then(|text| text.parse::<DocumentMut>().ok());
    let environments = settings
        .as_ref()
        .and_then(|settings| settings.get("env")?.as_table_like());
    let names = environments.into_iter().flat_map(|table| table.iter());
    candidates(current, names.map(|(name, _)| name.to_owned()))
}

/// Returns the rules, each with its summary.
pub(crate) fn complete_rules(current: &OsStr) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    let rules = Rule::all().filter(|rule| rule.id().starts_with(&*current));
    let described = rules.map(|rule| CompletionCandidate::new(rule.id()).help(Some(rule.summary().into())));
    described.collect()
}

/// Returns the content-model policies.
pub(crate) fn complete_policies(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, Policy::ALL.map(|policy| policy.to_string()))
}
