//! The version field of an event: its schemas have to describe it and to allow their own version in it. In: an event. Out: a finding for each
//! schema that refuses every event published under its version, and one if no schema has the property that event.toml names.

use schemactl_model::{
    Dialect, Keyword, PlaceSchema, Pointer, Value, VersionField, find_alike, schemas_at, subschemas,
};

use super::{finding, finding_of, title, title_of};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{SchemaVersion, WorkspaceEvent};

/// The key of event.toml.
const KEY: &str = "version-field";

/// Properties below properties that a suggestion is looked for in: deeper than any envelope in use, and without end in recursive schemas.
const MOST_LEVELS: usize = 4;

pub(super) fn check_version_fields(event: &WorkspaceEvent, report: &mut Report) {
    let place = event.settings.version_field.place();
    let mut is_described = false;
    for version in event.versions.values() {
        let document = &version.document;
        let described = schemas_at(document.root(), document.dialect(), place);
        is_described |= !described.is_empty();
        for schema in described.iter().filter(|schema| schema.is_certain) {
            report.findings.extend(mismatch(event, version, schema));
        }
    }
    if !is_described && !event.versions.is_empty() {
        report.findings.extend(missing(event));
    }
}

/// A version field that is fixed to other values refuses every event published under this version.
fn mismatch(event: &WorkspaceEvent, version: &SchemaVersion, described: &PlaceSchema<'_>) -> Option<Finding> {
    let schema = described.value;
    let admits = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.parse().as_ref() == Ok(&version.version))
    };
    let types = schema
        .keyword(Keyword::Type)
        .map(|types| types.as_array().unwrap_or(std::slice::from_ref(types)));
    let is_no_text = types.is_some_and(|types| types.iter().all(|name| name.as_str() != Some("string")));
    let refused = is_no_text
        || described.constant().is_some_and(|value| !admits(value))
        || described.listed().is_some_and(|values| !values.iter().any(admits));
    refused.then(|| Finding {
        message: format!(
            "{} does not allow its own version in `{}`",
            title(event, &version.version),
            event.settings.version_field
        ),
        places: vec![FindingPlace {
            source: version.document.source().clone(),
            span: schema.span,
            label: format!("never \"{}\"", version.version),
        }],
        fix: Some(format!("write \"{}\" here, or remove the keyword", version.version)),
        ..finding_of(Rule::VersionFieldMismatch, Severity::Error, event, version)
    })
}

/// A version field that no schema has is one that no event has: every version looks alike. Where event.toml names none, there need be
/// none.
fn missing(event: &WorkspaceEvent) -> Option<Finding> {
    let file = &event.settings_file;
    let place = FindingPlace::of_setting(file, KEY, "no schema has it");
    let field = &event.settings.version_field;
    let line = file.text().get(place.span.range())?;
    // Written or not, `version` is what every event has that says nothing else.
    if field.as_str() == VersionField::DEFAULT || !line.starts_with(KEY) {
        return None;
    }
    let fix = match alike(event) {
        Some(known) => format!("did you mean `{known}`?"),
        None => "add the property to the schemas, or set `version-field` to one that they have".to_owned(),
    };
    Some(Finding {
        message: format!("no schema of {} has the version field `{field}`", title_of(event)),
        places: vec![place],
        why: Some("readers cannot distinguish the versions of an event".to_owned()),
        fix: Some(fix),
        ..finding(Rule::VersionFieldMissing, Severity::Error, event)
    })
}

/// The property of the newest schema that is most probably meant.
fn alike(event: &WorkspaceEvent) -> Option<String> {
    let field = &event.settings.version_field;
    let newest = event.newest()?;
    let mut known = Vec::new();
    let document = &newest.document;
    collect(
        document.root(),
        document.dialect(),
        &Pointer::root(),
        MOST_LEVELS,
        &mut known,
    );
    let literal = Pointer::root().join(field.as_str());
    if known.contains(&literal) {
        return Some(literal.to_string());
    }
    let last = |place: &Pointer| place.tokens().last().map(|name| name.to_lowercase());
    let by_name = known.iter().find(|place| last(place) == last(field.place()));
    let spelt = |place: &Pointer| {
        let is_plain = place.tokens().iter().all(|name| !name.contains('.'));
        if is_plain {
            place.tokens().join(".")
        } else {
            place.to_string()
        }
    };
    if let Some(place) = by_name {
        return Some(spelt(place));
    }
    let spelt: Vec<String> = known.iter().map(spelt).collect();
    find_alike(field.as_str(), spelt.iter().map(String::as_str)).map(str::to_owned)
}

/// The properties of a schema, those that are near first.
fn collect(schema: &Value, dialect: Dialect, place: &Pointer, levels: usize, known: &mut Vec<Pointer>) {
    if levels == 0 {
        return;
    }
    let dialect = dialect.inside(schema);
    for below in subschemas(schema, dialect) {
        match (below.keyword, below.member) {
            (Keyword::Properties, Some(name)) => {
                let inside = place.join(name);
                known.push(inside.clone());
                collect(below.value, dialect, &inside, levels - 1, known);
            }
            (Keyword::AllOf | Keyword::AnyOf | Keyword::OneOf, _) => {
                collect(below.value, dialect, place, levels, known);
            }
            _ => {}
        }
    }
    known.sort_by_key(|place| place.tokens().len());
}
