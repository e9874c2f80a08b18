//! The examples of an event. In: its folder. Out: the events in it, and the folders that have no schema any more: a finding, which hides no
//! other.

use std::collections::BTreeMap;

use schemactl_model::{EventName, Version, parse};

use super::{EXAMPLES, Loader, file_name};
use crate::error::LoadError;
use crate::event::{Example, SchemaVersion};

/// Files of something that is not there any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// The event.
    pub event: EventName,
    /// The version whose examples they are; nothing for the folder of an event.
    pub version: Option<Version>,
    /// The folder.
    pub path: String,
}

impl Loader<'_> {
    pub(super) fn examples(&mut self, folder: &str) -> Vec<Example> {
        if !self.exists(folder) {
            return Vec::new();
        }
        let mut examples = Vec::new();
        for path in self.folder(folder) {
            let name = file_name(&path);
            if name.ends_with(".json") {
                examples.extend(self.example(&path));
            } else if !name.starts_with("README") {
                // Somebody believes that it is checked.
                self.unexpected_file(&path, "unexpected file; the name of an example must end in .json");
            }
        }
        examples
    }

    fn example(&mut self, path: &str) -> Option<Example> {
        let file = self.source(path)?;
        match parse(&file) {
            Ok(value) => Some(Example { file, value }),
            Err(errors) => {
                self.errors.extend(errors.into_iter().map(LoadError::from));
                None
            }
        }
    }

    /// Examples of a version that does not exist would never be checked.
    pub(super) fn examples_without_version(
        &mut self,
        folder: &str,
        event: &EventName,
        known: &BTreeMap<Version, SchemaVersion>,
    ) {
        let examples = format!("{folder}/{EXAMPLES}");
        if !self.exists(&examples) {
            return;
        }
        for path in self.folder(&examples) {
            let version = file_name(&path).parse::<Version>().ok();
            let is_known = version.as_ref().is_some_and(|version| known.contains_key(version));
            // A schema that could not be read has been reported, and its examples are not the problem.
            if is_known || self.exists(&format!("{folder}/{}.json", file_name(&path))) {
                continue;
            }
            // git keeps no empty folder: here it would be found, and in CI it would not be there.
            if self.is_dir(&path) && self.folder(&path).is_empty() {
                continue;
            }
            match version {
                Some(version) => self.leftovers.push(Leftover {
                    event: event.clone(),
                    version: Some(version),
                    path,
                }),
                None => self.layout(
                    &path,
                    "examples must be in a folder with the name of their version".to_owned(),
                ),
            }
        }
    }
}
