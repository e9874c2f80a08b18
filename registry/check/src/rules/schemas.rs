//! Whether one schema is valid by itself: under its metaschema, and with a version field that names its version.

use schemactl_compat::review_document;
use schemactl_model::{
    Dialect, Document, EventName, JsonObject, Keyword, SchemaFault, Value, find_alike, foreign_keywords, keywords,
    subschemas, unknown_keywords,
};

use super::{finding_of, title};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{SchemaVersion, WorkspaceEvent};

/// Returns whether the schema can be read as a schema.
pub(super) fn check_schemas(event: &WorkspaceEvent, version: &SchemaVersion, report: &mut Report) -> bool {
    let document = &version.document;
    let review = review_document(document);
    for fault in &review.faults {
        report.findings.push(Finding {
            fix: Some(fault.fix().to_owned()),
            ..fault_found(Rule::SchemaInvalid, Severity::Error, fault, event, version)
        });
    }
    for (severity, doubts) in [(Severity::Warning, &review.warnings), (Severity::Note, &review.notes)] {
        report.findings.extend(doubts.iter().map(|doubt| Finding {
            fix: doubt.suggestion.clone(),
            ..fault_found(Rule::PatternNotPortable, severity, doubt, event, version)
        }));
    }
    report_missing_dialect(event, version, report);
    dependencies((event, version), document.dialect(), document.root(), report);
    foreign(event, version, report);
    unknown(event, version, report);
    review.faults.is_empty()
}

/// Reports the faults of a schema that belongs to no event, whether a version refers to it or not. It stands under its own name.
pub(super) fn check_shared(document: &Document, report: &mut Report) {
    let path = document.source().path();
    let stem = path.rsplit('/').next().and_then(|file| file.strip_suffix(".json"));
    let name = stem.and_then(|stem| EventName::new("_shared", stem).ok());
    let name = name.unwrap_or_else(|| EventName::new("_shared", "schema").expect("two good names"));
    for fault in review_document(document).faults {
        report.findings.push(Finding {
            message: format!("{path}: {}", fault.message),
            places: vec![fault_place(document, &fault)],
            subject: Some(fault.pointer.to_string()),
            fix: Some(fault.fix().to_owned()),
            ..Finding::new(Rule::SchemaInvalid, Severity::Error, name.clone())
        });
    }
}

fn fault_place(document: &Document, fault: &SchemaFault) -> FindingPlace {
    let label = format!("at `{}`", fault.pointer);
    if document.locate_reference(&fault.pointer).is_some() {
        return FindingPlace::at(document, &fault.pointer, &label);
    }
    FindingPlace {
        source: document.source().clone(),
        span: fault.span,
        label,
    }
}

/// A finding at the place of a fault.
fn fault_found(
    rule: Rule,
    severity: Severity,
    fault: &SchemaFault,
    event: &WorkspaceEvent,
    version: &SchemaVersion,
) -> Finding {
    Finding {
        message: format!("{}: {}", title(event, &version.version), fault.message),
        places: vec![fault_place(&version.document, fault)],
        subject: Some(fault.pointer.to_string()),
        ..finding_of(rule, severity, event, version)
    }
}

/// A schema without `$schema` is read in another dialect by the next validator.
pub(super) fn report_missing_dialect(event: &WorkspaceEvent, version: &SchemaVersion, report: &mut Report) {
    let document = &version.document;
    if document.root().as_object().is_none() || document.root().keyword(Keyword::Schema).is_some() {
        return;
    }
    let dialect = document.dialect();
    report.findings.push(Finding {
        message: format!(
            "{} has no `$schema`; it is read as {dialect}",
            title(event, &version.version)
        ),
        places: vec![FindingPlace::whole(document.source(), "`$schema` is expected here")],
        why: Some("validators choose different dialects for a schema that names none".to_owned()),
        fix: Some(format!("add `\"$schema\": \"{}\"`", dialect.uri())),
        ..finding_of(Rule::DialectMissing, Severity::Note, event, version)
    });
}

/// `dependencies` was replaced by two keywords in 2019-09 (Validation, appendix A of 2019-09; the meta-schemas still describe it).
/// Validators disagree on whether it still counts.
fn dependencies(
    (event, version): (&WorkspaceEvent, &SchemaVersion),
    dialect: Dialect,
    schema: &Value,
    report: &mut Report,
) {
    let document = &version.document;
    let members = schema.as_object().filter(|_| dialect >= Dialect::Draft201909);
    let entry = members.and_then(|members| members.keyword_entry(Keyword::Dependencies));
    if let Some(entry) = entry.filter(|entry| entry.value.as_object().is_some()) {
        let held: Vec<_> = entry.value.as_object().into_iter().flat_map(JsonObject::iter).collect();
        let lists = held.iter().any(|dependency| dependency.value.as_array().is_some());
        let schemas = held.iter().any(|dependency| dependency.value.as_array().is_none());
        let successors = match (lists, schemas) {
            (true, false) => "`dependentRequired`",
            (false, true) => "`dependentSchemas`",
            _ => "`dependentRequired` for lists of names and `dependentSchemas` for schemas",
        };
        report.findings.push(Finding {
            message: format!(
                "`dependencies` in {} is not a keyword of {dialect}",
                title(event, &version.version)
            ),
            places: vec![FindingPlace::of_key(
                document,
                entry,
                format!("a keyword up to draft-07; this is {dialect}"),
            )],
            why: Some(
                "some validators enforce it for compatibility and others ignore it; schemactl enforces it".to_owned(),
            ),
            fix: Some(format!("write {successors}")),
            ..finding_of(Rule::DependenciesReplaced, Severity::Warning, event, version)
        });
    }
    for below in subschemas(schema, dialect) {
        dependencies((event, version), dialect.inside(below.value), below.value, report);
    }
}

/// A keyword of another dialect looks like a rule and is none.
fn foreign(event: &WorkspaceEvent, version: &SchemaVersion, report: &mut Report) {
    let document = &version.document;
    for keyword in foreign_keywords(document.root(), document.dialect()) {
        let dialect = keyword.dialect;
        let (known, way) = if dialect < keyword.first {
            (format!("from {} on", keyword.first), "set a newer dialect in `$schema`")
        } else {
            (format!("up to {}", keyword.last), "use its successor in this dialect")
        };
        report.findings.push(Finding {
            message: format!(
                "`{}` has no effect in {}",
                keyword.entry.key,
                title(event, &version.version)
            ),
            places: vec![FindingPlace::of_key(
                document,
                keyword.entry,
                format!("a keyword {known}; this is {dialect}"),
            )],
            fix: Some(format!("{way}, or remove the keyword")),
            ..finding_of(Rule::KeywordNotInDialect, Severity::Warning, event, version)
        });
    }
}

/// A keyword that nobody knows is an annotation of somebody's, or one that is misspelt and asks for nothing.
fn unknown(event: &WorkspaceEvent, version: &SchemaVersion, report: &mut Report) {
    let document = &version.document;
    for entry in unknown_keywords(document.root(), document.dialect()) {
        let meant = find_alike(&entry.key, keywords());
        let (severity, fix) = match meant {
            Some(meant) => (Severity::Warning, format!("did you mean `{meant}`?")),
            None => (
                Severity::Note,
                format!("if it is an annotation of your own, rename it to `x-{}`", entry.key),
            ),
        };
        report.findings.push(Finding {
            message: format!("`{}` has no effect in {}", entry.key, title(event, &version.version)),
            places: vec![FindingPlace::of_key(document, entry, "no dialect has this keyword")],
            fix: Some(fix),
            ..finding_of(Rule::UnknownKeyword, severity, event, version)
        });
    }
}
