//! What a schema of `--schema` refers to in other files. In: the schema file. Out: the files in its folder and below it, by relative paths and by
//! the identifiers that they have. Nothing leaves the folder, and nothing is fetched. Standard input has no folder.

use std::path::{Path, PathBuf};

use schemactl_model::{Files, Include, Source};
use schemactl_workspace::{join_reference, read_identifier};

use crate::input::find_file_inside;

/// The files beside a schema file.
pub(super) struct FilesBeside {
    /// The folder that no reference leaves. `None` for standard input, and where it cannot be read.
    folder: Option<PathBuf>,
    /// What stands before a path in the folder, as people named the schema file.
    prefix: String,
}

impl FilesBeside {
    /// Creates the files beside the schema file `path`, which people know as `name`.
    pub(super) fn new(name: &str, path: &Path) -> Self {
        let parent = path.parent().filter(|_| path != Path::new("-"));
        let parent = parent.map(|parent| {
            if parent == Path::new("") {
                Path::new(".")
            } else {
                parent
            }
        });
        let separator = name.rfind(std::path::is_separator);
        Self {
            folder: parent.and_then(|parent| parent.canonicalize().ok()),
            prefix: separator.map_or("", |end| &name[..=end]).to_owned(),
        }
    }

    /// Returns a file of the folder. `None` if it is no file, or leads out of the folder by a link.
    fn find_inside(&self, folder: &Path, inside: &str) -> Result<Option<Source>, String> {
        let Some(real) = find_file_inside(folder, inside) else {
            return Ok(None);
        };
        let named = format!("{}{inside}", self.prefix);
        let bytes = std::fs::read(&real).map_err(|error| format!("cannot read {named}: {error}"))?;
        let source = Source::from_bytes(named, bytes);
        source.map(Some).map_err(|error| error.to_string())
    }

    /// Returns the file whose identifier is `uri`.
    fn find_identified(&self, folder: &Path, uri: &str) -> Result<Option<Source>, String> {
        let mut paths = Vec::new();
        list_schema_files(folder, "", &mut paths);
        paths.sort();
        // Another file that cannot be read is none of those that are referred to.
        let sources = paths.iter().filter_map(|inside| self.find_inside(folder, inside).ok()?);
        let mut found: Vec<Source> = sources
            .filter(|source| read_identifier(source).as_deref() == Some(uri))
            .collect();
        if found.len() > 1 {
            let names: Vec<_> = found.iter().map(Source::path).collect();
            return Err(format!("`{uri}` is the identifier of {}", names.join(" and ")));
        }
        Ok(found.pop())
    }
}

/// Adds the paths of the `.json` files in a folder and below it. Links to folders, which may lead in a circle, and hidden folders are not entered.
fn list_schema_files(folder: &Path, inside: &str, found: &mut Vec<String>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let (name, kind) = (entry.file_name(), entry.file_type());
        let (Some(name), Ok(kind)) = (name.to_str(), kind) else {
            continue;
        };
        let path = format!("{inside}{name}");
        if kind.is_dir() && !name.starts_with('.') {
            list_schema_files(&entry.path(), &format!("{path}/"), found);
        } else if !kind.is_dir() && name.ends_with(".json") {
            found.push(path);
        }
    }
}

impl Files for FilesBeside {
    fn find(&mut self, from: &str, location: Include<'_>) -> Result<Option<Source>, String> {
        match (&self.folder, location) {
            (Some(folder), Include::Path(text)) => {
                let from = from.strip_prefix(&self.prefix).unwrap_or(from);
                let inside = join_reference(from, text, "the folder of the schema")?;
                let named = format!("{}{inside}", self.prefix);
                let found = self.find_inside(folder, &inside)?;
                let missing = || {
                    if folder.join(&inside).exists() {
                        format!("`{text}` refers to {named}, which is no file of the folder of the schema")
                    } else {
                        format!("`{text}` refers to {named}, which does not exist")
                    }
                };
                found.map(Some).ok_or_else(missing)
            }
            (Some(folder), Include::Uri(uri)) => self.find_identified(folder, uri),
            (None, Include::Path(text)) => Err(format!("`{text}` is seen from a folder, and standard input has none")),
            (None, Include::Uri(_)) => Ok(None),
        }
    }
}
