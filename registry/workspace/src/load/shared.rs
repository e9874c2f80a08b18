//! What versions refer to in other files: by a relative path, or by the identifier that a schema gives itself. In: the reference. Out:
//! the file, which is never one outside `schemas/`. Folders that begin with `_` hold such files and no events.

use std::collections::BTreeMap;

use schemactl_model::{Files, Include, Source, parse};

use super::{FileKind, Loader, SCHEMAS, file_name};
use crate::error::LoadError;

impl Loader<'_> {
    /// Schemas that belong to no event: versions refer to them. They are read although nobody may: a file that cannot be read
    /// is a mistake before somebody refers to it.
    pub(super) fn shared(&mut self, folder: &str) {
        for path in self.folder(folder) {
            if self.is_unreadable_folder(&path) {
                continue;
            }
            if self.is_linked_folder(&path) {
                self.layout(
                    &path,
                    "a link to a folder is not allowed: it may form a circle".to_owned(),
                );
            } else if self.is_dir(&path) {
                self.shared(&path);
            } else if file_name(&path).ends_with(".json") {
                if let Some(source) = self.source(&path) {
                    match self.document(source) {
                        Ok(document) => self.shared.push(document),
                        Err(errors) => self.errors.extend(errors.into_iter().map(LoadError::from)),
                    }
                }
            } else if !file_name(&path).starts_with("README") {
                self.unexpected_file(&path, "unexpected file; the name of a shared schema must end in .json");
            }
        }
    }

    /// Whether a path is a link to a folder. Those that are followed to any depth may lead back to where they stand.
    fn is_linked_folder(&self, path: &str) -> bool {
        self.files.is_link(path) && self.is_dir(path)
    }

    /// Returns the files below `schemas/` whose schemas have an identifier, sorted.
    fn find_identified(&mut self, identifier: &str) -> Vec<String> {
        let known = self.files.identified(identifier);
        known.unwrap_or_else(|| self.identified().get(identifier).cloned().unwrap_or_default())
    }

    /// Every file below `schemas/` by the identifier of its schema. Files that cannot be read have none; they are reported where
    /// they are read.
    fn identified(&mut self) -> &BTreeMap<String, Vec<String>> {
        if self.identified.is_none() {
            let before = self.errors.len();
            let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
            let mut waiting = vec![SCHEMAS.to_owned()];
            while let Some(path) = waiting.pop() {
                if self.is_unreadable_folder(&path) {
                    continue;
                }
                if self.is_dir(&path) {
                    let below = self.folder(&path);
                    waiting.extend(below.into_iter().filter(|path| !self.is_linked_folder(path)));
                } else if file_name(&path).ends_with(".json")
                    && let Some(source) = self.source(&path)
                    && let Some(identifier) = read_identifier(&source)
                {
                    found.entry(identifier).or_default().push(source.path().to_owned());
                }
            }
            self.errors.truncate(before);
            for paths in found.values_mut() {
                paths.sort();
            }
            self.identified = Some(found);
        }
        self.identified.as_ref().expect("just set")
    }
}

impl Files for Loader<'_> {
    fn find(&mut self, from: &str, location: Include<'_>) -> Result<Option<Source>, String> {
        self.references.were_read = true;
        let path = match location {
            Include::Path(text) => {
                let path = beside(from, text)?;
                self.references.paths.insert(path.clone());
                // Reading what is unreadable says why.
                if !matches!(self.files.kind(&path), Some(FileKind::File | FileKind::Unreadable)) {
                    return Err(format!("`{text}` refers to {path}, which does not exist"));
                }
                path
            }
            Include::Uri(uri) => match self.find_identified(uri).as_slice() {
                [] => {
                    // The file may be one of those that are in another place.
                    self.references.are_foreign |= self.is_partial;
                    self.references.unknown_identifier = Some(uri.to_owned());
                    return Ok(None);
                }
                [path] => {
                    self.references.paths.insert(path.clone());
                    path.clone()
                }
                several => return Err(format!("`{uri}` is the identifier of {}", several.join(" and "))),
            },
        };
        let before = self.errors.len();
        let source = self.source(&path);
        // What cannot be read is told once, where it is referred to.
        match self.errors.drain(before..).next() {
            Some(error) => {
                self.references.are_foreign |= matches!(error, LoadError::Foreign { .. });
                Err(error.to_string())
            }
            None => Ok(source),
        }
    }
}

/// Returns the identifier that a schema gives itself, without a fragment.
pub fn read_identifier(source: &Source) -> Option<String> {
    let root = parse(source).ok()?;
    let identifier = ["$id", "id"]
        .into_iter()
        .find_map(|keyword| root.member(keyword)?.as_str())?;
    Some(identifier.split('#').next()?.to_owned())
}

/// The path, seen from the workspace, that a reference in the file `from` means.
fn beside(from: &str, text: &str) -> Result<String, String> {
    let path = join_reference(from, text, "schemas/")?;
    if path.split('/').next() != Some(SCHEMAS) {
        return Err(format!("`{text}` refers to a file outside schemas/"));
    }
    Ok(path)
}

/// Returns the path that a relative reference in the file `from` means, seen from the folder that `from` is seen from. `folder` is what
/// that folder is called in an error.
///
/// # Errors
/// Fails for a reference that is not a relative path with forward slashes, and for one that leads out of the folder.
pub fn join_reference(from: &str, text: &str, folder: &str) -> Result<String, String> {
    let refused = |why: &str| Err(format!("`{text}` {why}"));
    if text.starts_with('/') || text.contains(['\\', ':', '%', '\0']) {
        return refused("is not a relative path with forward slashes");
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Err(format!("`{text}` refers to a file outside {folder}"));
                }
            }
            name => parts.push(name),
        }
    }
    Ok(parts.join("/"))
}

/// Returns whether a folder of `schemas/` holds what several events share, and no events.
pub fn is_shared_folder(folder: &str) -> bool {
    file_name(folder).starts_with('_')
}

#[cfg(test)]
mod tests {
    use schemactl_model::Source;

    use super::super::tests::{EVENT_TOML, SETTINGS, workspace, write_folder};
    use crate::load::Workspace;

    #[test]
    fn what_versions_refer_to_becomes_a_part_of_them() {
        let loaded = workspace(&[
            ("schemactl.toml", SETTINGS),
            (
                "schemas/_shared/money.json",
                r##"{"$defs": {"unused": {}, "amount": {"type": "string"}}, "$ref": "#/$defs/amount"}"##,
            ),
            ("schemas/_shared/deep/README.md", "text"),
            ("schemas/n/E/event.toml", EVENT_TOML),
            ("schemas/n/E/1.0.json", r#"{"$id": "http://h/e", "type": "object"}"#),
            (
                "schemas/n/E/2.0.json",
                r#"{"properties": {"a": {"$ref": "../../_shared/money.json"}, "b": {"$ref": "http://h/e"}}}"#,
            ),
        ]);
        let event = &loaded.unwrap().events[&"n/E".parse().unwrap()];
        let document = &event.newest().unwrap().document;
        assert_eq!(
            document.root().member("$defs").unwrap().to_json(),
            r##"{"E":{"type":"object"},"amount":{"type":"string"},"money":{"$ref":"#/$defs/amount"}}"##
        );
        let included: Vec<_> = document.included().iter().map(Source::path).collect();
        assert_eq!(included, ["schemas/_shared/money.json", "schemas/n/E/1.0.json"]);
    }

    /// The faults of the newest version of an event, each with its column.
    fn faults(workspace: &Workspace, event: &str) -> Vec<String> {
        let document = &workspace.events[&event.parse().unwrap()].newest().unwrap().document;
        let faults = document.review().faults.into_iter();
        faults
            .map(|fault| format!("{} {}", fault.span.start + 1, fault.message))
            .collect()
    }

    #[test]
    fn no_reference_leaves_the_schemas() {
        let hostile = [
            "../../../schemactl.toml",
            "../../../../etc/passwd",
            "/etc/passwd",
            "..\\\\..\\\\x.json",
            "C:/x.json",
            "%2e%2e/%2e%2e/x.json",
            "file:///etc/passwd",
            "//host/x.json",
            "a\\u0000.json",
            "CON",
            "http://169.254.169.254/latest/meta-data",
        ];
        for text in hostile {
            let schema = format!(r#"{{"$ref": "{text}"}}"#);
            let loaded = workspace(&[
                ("schemactl.toml", SETTINGS),
                ("schemas/n/E/event.toml", EVENT_TOML),
                ("schemas/n/E/1.0.json", &schema),
            ]);
            let faults = faults(&loaded.unwrap(), "n/E");
            assert_eq!(faults.len(), 1, "{text}: {faults:?}");
            assert!(faults[0].starts_with("10 `$ref` is `"), "{text}: {faults:?}");
        }
    }

    #[test]
    fn shared_files_are_read_whether_anybody_refers_to_them_or_not() {
        let loaded = workspace(&[
            ("schemactl.toml", SETTINGS),
            ("schemas/_shared/broken.json", "{,}"),
            ("schemas/_shared/stray.txt", ""),
            ("schemas/n/E/event.toml", EVENT_TOML),
            ("schemas/n/E/1.0.json", r#"{"$ref": "http://h/a"}"#),
            ("schemas/n/F/event.toml", EVENT_TOML),
            ("schemas/n/F/1.0.json", r#"{"$id": "http://h/a"}"#),
            ("schemas/n/F/1.1.json", r#"{"$id": "http://h/a"}"#),
        ]);
        let errors = loaded.unwrap_err().join("\n");
        for part in ["broken.json:1:2", "stray.txt"] {
            assert!(errors.contains(part), "{part} is not in\n{errors}");
        }
    }

    #[test]
    fn what_leads_nowhere_is_a_fault_where_it_is_written_and_for_those_who_refer_to_it() {
        let loaded = workspace(&[
            ("schemactl.toml", SETTINGS),
            ("schemas/_shared/a.json", r##"{"items": {"$ref": "#/$defs/none"}}"##),
            ("schemas/n/E/event.toml", EVENT_TOML),
            (
                "schemas/n/E/1.0.json",
                r#"{"$ref": "../../_shared/a.json", "not": {"type": 5}}"#,
            ),
            ("schemas/n/F/event.toml", EVENT_TOML),
            ("schemas/n/F/1.0.json", r#"{"$id": "http://h/a"}"#),
            ("schemas/n/F/1.1.json", r#"{"$id": "http://h/a"}"#),
            ("schemas/n/G/event.toml", EVENT_TOML),
            ("schemas/n/G/1.0.json", r#"{"$ref": "http://h/a"}"#),
        ]);
        let loaded = loaded.unwrap();
        let shared = loaded.shared[0].review().faults;
        assert_eq!(shared[0].pointer.to_string(), "/items/$ref");
        let of_event = faults(&loaded, "n/E");
        assert_eq!(of_event.len(), 2, "{of_event:?}");
        let place = "10 `$ref` is `../../_shared/a.json`, which refers to another document and cannot be resolved: \
                     schemas/_shared/a.json:1:20: `#/$defs/none` refers to nothing";
        assert!(of_event[0].starts_with(place), "{of_event:?}");
        assert!(of_event[1].starts_with("50 `type` is `5`"), "{of_event:?}");
        let twice = "is the identifier of schemas/n/F/1.0.json and schemas/n/F/1.1.json";
        assert!(faults(&loaded, "n/G")[0].ends_with(twice));
    }

    #[test]
    fn links_that_lead_in_circles_are_not_followed() {
        let folder = write_folder(&[
            ("schemactl.toml", SETTINGS),
            ("schemas/_shared/a.json", "{}"),
            ("schemas/n/E/event.toml", EVENT_TOML),
            ("schemas/n/E/1.0.json", r#"{"$ref": "http://h/nowhere"}"#),
        ]);
        for name in ["one", "two"] {
            std::os::unix::fs::symlink("..", folder.path().join("schemas/_shared").join(name)).unwrap();
        }
        let errors = Workspace::load(folder.path()).unwrap_err();
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert!(
            errors[0].starts_with("schemas/_shared/one: a link to a folder"),
            "{errors:?}"
        );
    }
}
