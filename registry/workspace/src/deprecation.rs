//! `[[deprecated]]` of event.toml: what is on its way out, since when, until when, and what takes its place. The words are those of RFC 9745
//! (deprecation) and RFC 8594 (sunset).

use schemactl_model::Version;
use serde::Deserialize;

use crate::date::Date;

/// An event, or one major of it, that is on its way out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Deprecation {
    /// The major; without one every version of the event.
    pub major: Option<u64>,
    /// The day from which on nobody should begin to use it.
    pub since: Option<Date>,
    /// The last day on which it is published.
    pub sunset: Option<Date>,
    /// What takes its place, such as `OrderPlaced@2`.
    pub successor: Option<String>,
}

impl Deprecation {
    /// Returns whether a version is meant.
    pub fn covers(&self, version: &Version) -> bool {
        self.major.is_none_or(|major| version.major() == major)
    }

    /// Returns what takes its place in words: `` use `OrderPlaced@2` in its place ``.
    pub fn say_successor(&self) -> Option<String> {
        let successor = self.successor.as_ref()?;
        Some(format!("use `{successor}` in its place"))
    }

    /// Returns what a user of a version has to know, in one line.
    pub fn to_note(&self) -> String {
        let since = self.since.map_or_else(String::new, |day| format!(" since {day}"));
        let sunset = self.sunset.map_or_else(String::new, |day| format!(", sunset on {day}"));
        let successor = self
            .say_successor()
            .map_or_else(String::new, |text| format!("; {text}"));
        format!("deprecated{since}{sunset}{successor}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_a_note() {
        let read = |text: &str| toml::from_str::<Deprecation>(text);
        let table = read("major = 1\nsince = 2026-12-01\nsunset = \"2027-03-31\"\nsuccessor = \"Thing@2\"").unwrap();
        assert_eq!(
            table.to_note(),
            "deprecated since 2026-12-01, sunset on 2027-03-31; use `Thing@2` in its place"
        );
        assert!(table.covers(&Version::new(1, 3)) && !table.covers(&Version::new(2, 0)));
        assert_eq!(read("").unwrap().to_note(), "deprecated");
        assert!(read("until = 2027-03-31").is_err());
    }
}
