//! What two builds are compared on. In: a folder. Out: its workspaces, each as a whole; and outside of workspaces its files of cases
//! (`*.jsonl`), its schemas, and the pairs of schemas that are consecutive versions by their file names.

use std::fs;
use std::path::{Path, PathBuf};

/// One thing that commands run on.
#[derive(Debug)]
pub(crate) enum ComparedInput {
    /// A folder with schemactl.toml, and the folders and files of it that are copied.
    Workspace { root: PathBuf, parts: Vec<PathBuf> },
    /// A file of JSON lines for `diff --batch`.
    Batch(PathBuf),
    /// A schema file for `generate --schema`.
    Schema(PathBuf),
    /// Two versions for `diff`.
    Pair(PathBuf, PathBuf),
}

impl ComparedInput {
    /// Returns what a difference is listed under.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Workspace { root: path, .. } | Self::Batch(path) | Self::Schema(path) | Self::Pair(_, path) => {
                path.display().to_string()
            }
        }
    }
}

/// Returns everything in a folder that commands can run on, in the order of its paths.
pub(crate) fn find_inputs(folder: &Path) -> Result<Vec<ComparedInput>, String> {
    let folder = fs::canonicalize(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut found = Vec::new();
    match folder.parent() {
        // The folder of schemas of a workspace, without what else stands beside it.
        Some(parent) if !is_workspace(&folder) && is_workspace(parent) => found.push(ComparedInput::Workspace {
            root: parent.to_owned(),
            parts: vec![
                folder.clone(),
                parent.join("schemactl.toml"),
                parent.join("schemactl.lock"),
            ],
        }),
        _ => collect_inputs(&folder, &mut found)?,
    }
    Ok(found)
}

fn is_workspace(folder: &Path) -> bool {
    folder.join("schemactl.toml").is_file()
}

fn collect_inputs(folder: &Path, found: &mut Vec<ComparedInput>) -> Result<(), String> {
    let entries = list_folder(folder)?;
    if is_workspace(folder) {
        found.push(ComparedInput::Workspace {
            root: folder.to_owned(),
            parts: entries,
        });
        return Ok(());
    }
    let mut versions = Vec::new();
    for path in entries {
        let extension = path
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or_default();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            collect_inputs(&path, found)?;
        } else if extension == "jsonl" {
            found.push(ComparedInput::Batch(path));
        } else if extension == "json" {
            if let Some(numbers) = read_version(&path) {
                versions.push((numbers, path.clone()));
            }
            found.push(ComparedInput::Schema(path));
        }
    }
    versions.sort();
    let pairs = versions
        .windows(2)
        .map(|pair| ComparedInput::Pair(pair[0].1.clone(), pair[1].1.clone()));
    found.extend(pairs);
    Ok(())
}

/// The numbers of a file that is called after a version, such as `1.0.json` or `1-0-0.json`.
fn read_version(path: &Path) -> Option<Vec<u32>> {
    let stem = path.file_stem()?.to_str()?;
    stem.split(['.', '-']).map(|part| part.parse().ok()).collect()
}

/// Returns the paths in a folder, sorted.
pub(crate) fn list_folder(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(failed)?;
    let mut paths = entries
        .map(|entry| Ok(entry.map_err(failed)?.path()))
        .collect::<Result<Vec<_>, String>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root;

    #[test]
    fn versions_are_read_from_file_names() {
        assert_eq!(read_version(Path::new("a/1.10.json")), Some(vec![1, 10]));
        assert_eq!(read_version(Path::new("a/1-0-2.json")), Some(vec![1, 0, 2]));
        assert_eq!(read_version(Path::new("a/index.json")), None);
    }

    #[test]
    fn our_own_schemas_and_cases_are_found() {
        let schemas = find_inputs(&root().join("schemas")).unwrap();
        assert!(
            matches!(&schemas[..], [ComparedInput::Workspace { parts, .. }] if parts.len() == 3),
            "{schemas:?}"
        );
        let cases = find_inputs(&root().join("tests/cases")).unwrap();
        let is_batch = |input: &&ComparedInput| matches!(input, ComparedInput::Batch(_));
        let is_workspace = |input: &&ComparedInput| matches!(input, ComparedInput::Workspace { .. });
        assert!(cases.iter().filter(is_batch).count() >= 10);
        assert!(cases.iter().filter(is_workspace).count() >= 100);
        assert!(cases.iter().any(|input| matches!(input, ComparedInput::Schema(_))));
    }
}
