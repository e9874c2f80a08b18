//! What a check has told of the life of released events. In: what it printed. Out: which absences and changes that accounts for: a change that
//! nobody was told of is none of them.

use std::collections::{BTreeMap, BTreeSet};

/// The records that checks have shown as accepted.
#[derive(Clone, Debug, Default)]
pub struct ToldRecords {
    retired: BTreeSet<(String, String)>,
    corrected: BTreeSet<(String, String)>,
    moved: BTreeMap<String, String>,
}

impl ToldRecords {
    /// Adds what a report says. Names are those in the namespace: `Placed` of `shop/Placed`.
    pub fn read(&mut self, report: &str) {
        for line in report.lines() {
            let Some((rule, rest)) = line
                .strip_prefix("accepted[")
                .and_then(|line| line.split_once("]: shop/"))
            else {
                continue;
            };
            match rule {
                "event-retired" => {
                    let (event, rest) = rest.split_once(": ").expect("an event and its versions");
                    let versions = rest.split(" retired").next().unwrap_or_default();
                    let versions = versions.split([' ', ',']).filter(|word| word.contains('.'));
                    self.retired
                        .extend(versions.map(|version| (event.to_owned(), version.to_owned())));
                }
                "event-restored" => {
                    let (event, rest) = rest.split_once(": ").expect("an event and its versions");
                    let versions = rest.split(" published again").next().unwrap_or_default();
                    for version in versions.split([' ', ',']).filter(|word| word.contains('.')) {
                        self.retired.remove(&(event.to_owned(), version.to_owned()));
                    }
                }
                "schema-hotfixed" => {
                    let (what, _) = rest.split_once(' ').expect("a version and what became of it");
                    let (event, version) = what.split_once('@').expect("an event and its version");
                    self.corrected.insert((event.to_owned(), version.to_owned()));
                }
                "event-moved" if rest.contains(" moved back to shop/") => {
                    let (event, rest) = rest.split_once(" moved back to shop/").expect("both names");
                    let to = rest.split(':').next().unwrap_or_default();
                    self.moved.remove(to);
                    self.moved.insert(event.to_owned(), to.to_owned());
                }
                "event-moved" => {
                    let (event, rest) = rest.split_once(" moved to shop/").expect("both names");
                    let to = rest.split(':').next().unwrap_or_default();
                    self.moved.insert(event.to_owned(), to.to_owned());
                }
                other => panic!("{other} tells of no record: {line}"),
            }
        }
    }

    /// Returns whether a version may be gone: it is retired, or `is_there` under a later name. `is_there` is also told whether the version was
    /// corrected under that name or under one that it had before.
    pub fn explains_absence(
        &self,
        version: &(String, String),
        mut is_there: impl FnMut(&(String, String), bool) -> bool,
    ) -> bool {
        let mut version = version.clone();
        let mut corrected = false;
        // A name can come back, so that names can go in a circle.
        for _ in 0..=self.moved.len() {
            corrected |= self.is_corrected(&version);
            if self.retired.contains(&version) || is_there(&version, corrected) {
                return true;
            }
            let Some(name) = self.moved.get(&version.0) else {
                return false;
            };
            version.0.clone_from(name);
        }
        false
    }

    /// Returns whether a check has told of the retirement of a version that was not taken back.
    pub fn is_retired(&self, version: &(String, String)) -> bool {
        self.retired.contains(version)
    }

    /// Returns the names of events that a lock has records of one kind of, such as `retired`.
    pub fn names_with(lock: &str, kind: &str) -> Vec<String> {
        let records = lock.lines().filter(|line| line.contains(&format!(" {kind} = ")));
        records
            .filter_map(|line| Some(line.split('"').nth(1)?.trim_start_matches("shop/").to_owned()))
            .collect()
    }

    /// Returns the text of a lock whose first retirement was copied to another event, as somebody would who wants to be rid of it.
    pub fn copy_retirement(lock: &str, event: &str) -> String {
        let record = lock.lines().find(|line| line.contains("retired ="));
        let name = record.and_then(|record| record.split('"').nth(1));
        let (Some(record), Some(name)) = (record, name) else {
            return lock.to_owned();
        };
        let copy = record.replace(&format!("\"{name}\""), &format!("\"shop/{event}\""));
        lock.replace(record, &format!("{record}\n{copy}"))
    }

    /// Returns whether the version may be another schema, until that is known: a later change has to be told again.
    pub fn is_corrected(&self, version: &(String, String)) -> bool {
        self.corrected.contains(version)
    }

    /// Forgets corrections: what they made of a version is what is released from now on.
    pub fn forget_corrections(&mut self) {
        self.corrected.clear();
    }
}
