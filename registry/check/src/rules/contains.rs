//! `contains` beside `unevaluatedItems` in 2019-09, which validators read in two ways. In: a version. Out: a finding for each pair.
//!
//! 2019-09 (Core, 9.3.1.4 and 9.3.1.3) does not say that `contains` evaluates the items that match it; 2020-12 does. Validators that
//! serve both often read the older dialect as the newer.

use schemactl_model::{Dialect, Keyword, Kind, Value, subschemas};

use super::shape::{Links, PlaceSchemas};
use super::{finding_of, title};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{SchemaVersion, WorkspaceEvent};

/// Checks one version.
pub(super) fn check_contains(event: &WorkspaceEvent, version: &SchemaVersion, report: &mut Report) {
    if version.document.dialect() == Dialect::Draft201909 {
        let links = Links::new(&version.document);
        visit(event, version, &links, version.document.root(), report);
    }
}

fn visit(event: &WorkspaceEvent, version: &SchemaVersion, links: &Links<'_>, schema: &Value, report: &mut Report) {
    let unevaluated = schema
        .as_object()
        .and_then(|members| members.keyword_entry(Keyword::UnevaluatedItems));
    if let Some(unevaluated) = unevaluated.filter(|entry| entry.value.kind != Kind::Bool(true)) {
        for contains in PlaceSchemas::of(links, &[schema]).contains {
            let source = version.document.source();
            let place = |span, label: &str| FindingPlace {
                source: source.clone(),
                span,
                label: label.to_owned(),
            };
            report.findings.push(Finding {
                message: format!(
                    "validators disagree on `contains` beside `unevaluatedItems` in {}",
                    title(event, &version.version)
                ),
                places: vec![
                    place(unevaluated.key_span, "applies to items that no other keyword evaluates"),
                    place(
                        contains.key_span,
                        "whether this evaluates the items that match is disputed in 2019-09",
                    ),
                ],
                why: Some(
                    "by the specification of 2019-09 items that match `contains` are still unevaluated, and \
                     `unevaluatedItems` applies to them; some validators count them as evaluated, as 2020-12 does"
                        .to_owned(),
                ),
                fix: Some(format!(
                    "set `$schema` to \"{}\", where matching items are evaluated, or describe all items with `items`",
                    Dialect::Draft202012.uri()
                )),
                ..finding_of(Rule::ContainsDisputed, Severity::Warning, event, version)
            });
        }
    }
    for below in subschemas(schema, Dialect::Draft201909) {
        visit(event, version, links, below.value, report);
    }
}
