//! The workspace of a commit. In: the entries of the commit below a folder. Out: a tree of files in memory, in which links lead where they lead in
//! a working tree.

use std::collections::BTreeSet;
use std::io;

use schemactl_workspace::{FileError, FileKind, FileMap, FileTree, LOCK_FILE};

use super::{Git, TreeEntry};
use crate::problem::Problem;

/// Links to links that are followed: as many as Linux follows.
const MOST_LINKS: usize = 40;

/// The files of a folder in a commit. Nothing is written: what is asked for is read.
#[derive(Default)]
pub(crate) struct CommitTree {
    /// Files by their path in the folder; of a link what it leads to.
    files: FileMap,
    /// The paths that are links.
    links: BTreeSet<String>,
    /// The paths that are submodules.
    submodules: BTreeSet<String>,
}

impl CommitTree {
    /// Reads the files of a folder. `entries` are those of the commit, `prefix` the folder, with a slash at the end.
    pub(crate) fn read(git: &Git<'_>, entries: &[TreeEntry], prefix: &str) -> Result<Self, Problem> {
        let below = entries
            .iter()
            .filter_map(|entry| Some((entry.path.strip_prefix(prefix)?, entry)));
        let mut below: Vec<(&str, &TreeEntry)> = below.collect();
        // Only a link leads to files elsewhere in the folder, and a repository may have many.
        let has_links = below.iter().any(|(_, entry)| entry.is_link());
        let submodules = below.iter().filter(|(_, entry)| entry.is_submodule());
        let mut tree = Self::default();
        for (path, _) in submodules {
            tree.add_submodule(path);
        }
        below.retain(|(_, entry)| !entry.is_submodule());
        below.retain(|(path, entry)| {
            entry.is_link()
                || is_of_workspace(path)
                || (has_links && (path.ends_with(".json") || path.ends_with(".toml")))
        });
        let objects: Vec<&str> = below.iter().map(|(_, entry)| entry.object.as_str()).collect();
        let contents = git.contents(&objects)?;
        for ((path, entry), content) in below.into_iter().zip(contents) {
            tree.add(path, content, entry.is_link());
        }
        Ok(tree)
    }

    fn add(&mut self, path: &str, content: Vec<u8>, is_link: bool) {
        if is_link {
            self.links.insert(path.to_owned());
        }
        self.files.insert(path, content);
    }

    fn add_submodule(&mut self, path: &str) {
        self.submodules.insert(path.to_owned());
        // It is listed in its folder.
        self.files.insert(path, Vec::new());
    }

    /// Returns what a link leads to.
    fn target(&self, path: &str) -> Option<String> {
        let target = self.files.get(path).filter(|_| self.links.contains(path))?;
        Some(String::from_utf8_lossy(target).into_owned())
    }

    /// The path that a path leads to, links followed.
    fn resolve(&self, path: &str) -> Result<String, FileError> {
        let mut real: Vec<String> = Vec::new();
        let mut rest: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
        let mut links = 0;
        while let Some(part) = rest.pop() {
            match part.as_str() {
                "" | "." => continue,
                ".." => {
                    real.pop().ok_or(FileError::Outside)?;
                    continue;
                }
                _ => real.push(part),
            }
            let path = real.join("/");
            if self.submodules.contains(&path) {
                return Err(FileError::Foreign(
                    "it is a git submodule, whose files are in another repository",
                ));
            }
            if let Some(target) = self.target(&path) {
                links += 1;
                if links > MOST_LINKS {
                    return Err(FileError::Io(io::Error::other("too many links")));
                }
                if target.starts_with('/') {
                    return Err(FileError::Outside);
                }
                real.pop();
                rest.extend(target.split('/').rev().map(str::to_owned));
            }
        }
        Ok(real.join("/"))
    }
}

/// Returns where a folder of a commit is, links followed: a base may have moved it, and left a link. Both have a slash at the end, or are empty.
pub(crate) fn follow_folder(git: &Git<'_>, entries: &[TreeEntry], folder: &str) -> Result<String, Problem> {
    let is_on_the_way = |entry: &&TreeEntry| {
        folder
            .strip_prefix(&*entry.path)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    if !entries.iter().any(|entry| entry.is_link() && is_on_the_way(&entry)) {
        return Ok(folder.to_owned());
    }
    // A link may lead to another one, wherever it is.
    let links: Vec<&TreeEntry> = entries.iter().filter(|entry| entry.is_link()).collect();
    let objects: Vec<&str> = links.iter().map(|entry| entry.object.as_str()).collect();
    let mut tree = CommitTree::default();
    for (entry, target) in links.iter().zip(git.contents(&objects)?) {
        tree.add(&entry.path, target, true);
    }
    // A link out of the repository leads to no workspace of it: there is none in the folder itself.
    let real = tree
        .resolve(folder)
        .unwrap_or_else(|_| folder.trim_end_matches('/').to_owned());
    Ok(if real.is_empty() { real } else { format!("{real}/") })
}

/// Whether a workspace reads a file where it stands.
fn is_of_workspace(path: &str) -> bool {
    matches!(path, "schemactl.toml" | LOCK_FILE) || path.starts_with("schemas/")
}

impl FileTree for CommitTree {
    fn kind(&self, path: &str) -> Option<FileKind> {
        match self.resolve(path) {
            Ok(real) => {
                let unreadable = self.is_link(path).then_some(FileKind::Unreadable);
                self.files.kind(&real).or(unreadable)
            }
            Err(_) => Some(FileKind::Unreadable),
        }
    }

    fn is_link(&self, path: &str) -> bool {
        self.links.contains(path)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        self.files.list(&self.resolve(path)?)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        self.files.read(&self.resolve(path)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> CommitTree {
        let mut tree = CommitTree::default();
        for (path, content) in files {
            let target = content.strip_prefix("-> ");
            tree.add(path, target.unwrap_or(content).into(), target.is_some());
        }
        tree
    }

    #[test]
    fn a_submodule_is_there_and_cannot_be_read() {
        let mut tree = tree(&[("schemas/n/F/1.0.json", "{}"), ("schemas/n/G", "-> E/below")]);
        tree.add_submodule("schemas/n/E");
        for path in ["schemas/n/E", "schemas/n/E/event.toml", "schemas/n/G/1.0.json"] {
            assert_eq!(tree.kind(path), Some(FileKind::Unreadable), "{path}");
            assert!(matches!(tree.read(path), Err(FileError::Foreign(_))), "{path}");
            assert!(matches!(tree.list(path), Err(FileError::Foreign(_))), "{path}");
        }
        assert_eq!(tree.list("schemas/n").unwrap(), ["E", "F", "G"]);
    }

    #[test]
    fn links_are_followed_as_on_disk() {
        let tree = tree(&[
            ("schemas", "-> contracts/v1"),
            ("contracts/v1/n/E/1.0.json", "{}"),
            ("contracts/v1/n/E/1.1.json", "-> 1.0.json"),
            ("contracts/v1/n/E/1.2.json", "-> ../../../../../outside.json"),
            ("contracts/v1/n/E/1.3.json", "-> 1.3.json"),
            ("contracts/v1/n/E/1.4.json", "-> nowhere.json"),
        ]);
        assert_eq!(tree.kind("schemas/n"), Some(FileKind::Folder));
        assert_eq!(tree.read("schemas/n/E/1.1.json").unwrap(), b"{}");
        assert!(matches!(tree.read("schemas/n/E/1.2.json"), Err(FileError::Outside)));
        assert!(matches!(tree.read("schemas/n/E/1.3.json"), Err(FileError::Io(_))));
        assert_eq!(tree.kind("schemas/m"), None);
        for unreadable in ["1.2.json", "1.3.json", "1.4.json"] {
            let path = format!("contracts/v1/n/E/{unreadable}");
            assert_eq!(tree.kind(&path), Some(FileKind::Unreadable), "{path}");
        }
        assert_eq!(tree.list("").unwrap(), ["contracts", "schemas"]);
    }
}
