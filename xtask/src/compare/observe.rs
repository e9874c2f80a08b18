//! Runs the commands that two builds are compared by. In: a binary and a input. Out: for each command its exit code and what it printed, and
//! the files that stand there afterwards. Every input is copied to the same path first, so that paths in the output are equal.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use super::inputs::{ComparedInput, list_folder};
use crate::target;

/// The day of every run: waivers expire, and reports must not depend on when they are compared.
const DAY: &str = "2026-11-29";

/// What one build answered to an input.
#[derive(Debug, Default)]
pub(crate) struct Observation {
    /// The commands, each with its name and arguments.
    pub(crate) commands: Vec<(String, Output)>,
    /// All files in the copy afterwards, by path.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

/// A local registry that nothing is pushed to, so that every plan is one for an empty registry.
pub(crate) struct EmptyRegistry {
    server: Child,
    settings: Vec<(String, String)>,
}

impl EmptyRegistry {
    /// Starts `serve` and reads the variables that it tells a shell to set.
    pub(crate) fn start(binary: &Path) -> Result<Self, String> {
        let data = target().join("compare/registry");
        remove_folder(&data)?;
        let mut server = clean_command(binary)
            .args(["serve", "--data"])
            .arg(&data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", binary.display()))?;
        let printed = BufReader::new(server.stdout.take().ok_or("serve has no standard output")?);
        let mut settings = Vec::new();
        for line in printed.lines() {
            let line = line.map_err(|error| format!("serve: {error}"))?;
            let words = line.strip_prefix("export ").unwrap_or_default().split(' ');
            settings.extend(words.filter_map(|word| {
                let (name, value) = word.split_once('=')?;
                Some((name.to_owned(), value.to_owned()))
            }));
            if settings.iter().any(|(name, _)| name == "AWS_SECRET_ACCESS_KEY") {
                return Ok(Self { server, settings });
            }
        }
        Err("serve ended before it printed its settings".to_owned())
    }
}

impl Drop for EmptyRegistry {
    fn drop(&mut self) {
        // It ends with us; if it has ended already there is nothing to end.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Runs commands in a folder of its own.
pub(crate) struct Observer<'r> {
    folder: PathBuf,
    registry: &'r EmptyRegistry,
}

impl<'r> Observer<'r> {
    /// Creates an observer that works below the target folder.
    pub(crate) fn new(registry: &'r EmptyRegistry) -> Result<Self, String> {
        let folder = target().join("compare/copy");
        remove_folder(&folder)?;
        Ok(Self { folder, registry })
    }

    /// Copies a input, runs its commands with a build, and returns what came out.
    pub(crate) fn observe(&self, binary: &Path, input: &ComparedInput) -> Result<Observation, String> {
        remove_folder(&self.folder)?;
        fs::create_dir_all(&self.folder).map_err(|error| format!("{}: {error}", self.folder.display()))?;
        let mut found = Observation::default();
        for arguments in self.prepare(input)? {
            let mut command = clean_command(binary);
            command.current_dir(&self.folder).args(&arguments);
            command.envs(self.registry.settings.iter().map(|(name, value)| (name, value)));
            let output = command
                .output()
                .map_err(|error| format!("{}: {error}", binary.display()))?;
            found.commands.push((arguments.join(" "), output));
        }
        read_files(&self.folder, &self.folder, &mut found.files)?;
        Ok(found)
    }

    /// Copies a input and returns the commands for it.
    fn prepare(&self, input: &ComparedInput) -> Result<Vec<Vec<String>>, String> {
        let to_arguments = |line: &str| line.split(' ').map(str::to_owned).collect();
        let lines: &[&str] = match input {
            ComparedInput::Workspace { parts, .. } => {
                for part in parts.iter().filter(|part| part.exists()) {
                    copy_path(part, &self.folder)?;
                }
                let mut commands: Vec<Vec<String>> = WORKSPACE_COMMANDS.into_iter().map(to_arguments).collect();
                for (event, old, new) in find_versions(&self.folder)? {
                    let ends = [old, new].map(|version| format!("{event}@{version}"));
                    commands.push([&to_arguments("diff --format json")[..], &ends].concat());
                }
                return Ok(commands);
            }
            ComparedInput::Batch(file) => {
                self.copy_file(file, "cases.jsonl")?;
                &["diff --batch cases.jsonl"]
            }
            ComparedInput::Schema(file) => {
                self.copy_file(file, "thing.json")?;
                &[
                    "generate --schema thing.json --output thing.rs",
                    "generate --schema thing.json --validate --output checked.rs",
                ]
            }
            ComparedInput::Pair(old, new) => {
                self.copy_file(old, "old.json")?;
                self.copy_file(new, "new.json")?;
                &["diff --format json old.json new.json"]
            }
        };
        Ok(lines.iter().copied().map(to_arguments).collect())
    }

    fn copy_file(&self, file: &Path, name: &str) -> Result<(), String> {
        let copied = fs::copy(file, self.folder.join(name));
        copied.map(drop).map_err(|error| format!("{}: {error}", file.display()))
    }
}

/// What runs in a workspace, beside `diff` of consecutive versions.
const WORKSPACE_COMMANDS: [&str; 3] = [
    "check --format json",
    "plan --format json",
    "generate --output events.rs",
];

/// A command with nothing of the environment of whoever compares: no colors, no cache of proofs, no profile of AWS.
fn clean_command(binary: &Path) -> Command {
    let mut command = Command::new(binary);
    let path = std::env::var_os("PATH").unwrap_or_default();
    command
        .env_clear()
        .env("PATH", path)
        .env("HOME", target().join("compare"))
        .env("NO_COLOR", "1")
        .env("CI", "true")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("SCHEMACTL_TODAY", DAY);
    command
}

/// Returns the consecutive versions of each event folder, as `namespace/Name` and two version numbers.
fn find_versions(workspace: &Path) -> Result<Vec<(String, String, String)>, String> {
    let mut found = Vec::new();
    let mut waiting = vec![workspace.to_owned()];
    while let Some(folder) = waiting.pop() {
        let mut versions = Vec::new();
        for path in list_folder(&folder)? {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let numbers: Option<Vec<u32>> = stem.split('.').map(|part| part.parse().ok()).collect();
            if path.is_dir() && !path.is_symlink() {
                waiting.push(path);
            } else if let (Some(numbers), Some("json")) = (numbers, path.extension().and_then(|end| end.to_str())) {
                versions.push((numbers, stem));
            }
        }
        versions.sort();
        let names: Vec<_> = folder.iter().rev().take(2).map(|name| name.to_string_lossy()).collect();
        if let ([name, namespace], true) = (&names[..], folder.join("event.toml").is_file()) {
            let pairs = versions.windows(2);
            found.extend(pairs.map(|pair| (format!("{namespace}/{name}"), pair[0].1.clone(), pair[1].1.clone())));
        }
    }
    found.sort();
    Ok(found)
}

fn remove_folder(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    Ok(())
}

/// Copies a file, or a folder with everything in it, into a folder. Links are left out.
fn copy_path(from: &Path, into: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", from.display());
    let to = into.join(from.file_name().unwrap_or_default());
    if from.is_symlink() {
        return Ok(());
    }
    if !from.is_dir() {
        return fs::copy(from, &to).map(drop).map_err(failed);
    }
    fs::create_dir_all(&to).map_err(failed)?;
    list_folder(from)?.iter().try_for_each(|entry| copy_path(entry, &to))
}

fn read_files(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    for path in list_folder(folder)? {
        if path.is_dir() {
            read_files(root, &path, files)?;
        } else {
            let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            files.insert(name, bytes);
        }
    }
    Ok(())
}
