//! The versions that a schema states itself: the constants in its version field. In: a document and the name of the field. Out: the versions, those
//! that every event of it says one of, and all that are mentioned.

use std::collections::BTreeSet;

use schemactl_model::{Document, PlaceSchema, Value, Version, VersionField, schemas_at};

/// The versions that a schema states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct StatedVersions {
    /// The versions of which every event says one. Empty where the field is open or holds something else than versions.
    pub(super) fixed: BTreeSet<Version>,
    /// All versions that the field has constants of, in some branch.
    pub(super) mentioned: BTreeSet<Version>,
}

/// Returns the versions that a schema has as constants in its version field.
pub(super) fn read_stated_versions(document: &Document, version_field: &VersionField) -> StatedVersions {
    let mut fixed: Option<BTreeSet<Version>> = None;
    let mut mentioned = BTreeSet::new();
    for schema in schemas_at(document.root(), document.dialect(), version_field.place()) {
        let Some(own) = read_constants(&schema) else {
            continue;
        };
        mentioned.extend(own.iter().cloned());
        if schema.is_certain {
            // Several schemas that all hold allow what each of them does.
            fixed = Some(fixed.map_or(own.clone(), |fixed| fixed.intersection(&own).cloned().collect()));
        }
    }
    StatedVersions {
        fixed: fixed.unwrap_or_default(),
        mentioned,
    }
}

/// Returns the versions among the constants of a schema. `None` if it has no constants.
fn read_constants(schema: &PlaceSchema<'_>) -> Option<BTreeSet<Version>> {
    let constants = schema.constant().map(std::slice::from_ref).or(schema.listed())?;
    let texts = constants.iter().filter_map(Value::as_str);
    Some(texts.filter_map(|text| text.parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Dialect, Source};

    fn stated(schema: &str) -> (String, String) {
        let document = Document::parse(Source::new("a.json", schema), Dialect::Draft7).unwrap();
        let stated = read_stated_versions(&document, &VersionField::default());
        let list =
            |versions: &BTreeSet<Version>| versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        (list(&stated.fixed), list(&stated.mentioned))
    }

    #[test]
    fn constants_of_the_version_field_are_read() {
        let of = |version: &str| stated(&format!(r#"{{"properties": {{"version": {version}}}}}"#));
        let text = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(of(r#"{"const": "1.0"}"#), text("1.0", "1.0"));
        assert_eq!(
            of(r#"{"enum": ["1.10", "1.9", "2.0"]}"#),
            text("1.9 1.10 2.0", "1.9 1.10 2.0")
        );
        assert_eq!(
            of(r#"{"enum": ["1.0", "1.1"], "allOf": [{"enum": ["1.1", "1.2"]}]}"#),
            text("1.1", "1.0 1.1 1.2")
        );
        assert_eq!(of(r#"{"type": "string"}"#), text("", ""));
        assert_eq!(of(r#"{"enum": ["v1", 1, null]}"#), text("", ""));
        assert_eq!(
            stated(
                r#"{"oneOf": [{"properties": {"version": {"const": "1.0"}}}, {"properties": {"version": {"const": "2.0"}}}]}"#
            ),
            text("", "1.0 2.0")
        );
        assert_eq!(
            stated(
                r#"{"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"version": {"const": "1.0"}}}"#
            ),
            text("", ""),
            "`const` is no keyword of draft-04"
        );
    }
}
