//! Marks that let readers accept values they do not know, where they mean nothing. In: one schema. Out: an error for each mark that is
//! neither beside a list of values nor beside a union whose branches a constant tells apart (ADR 56).

use schemactl_model::{
    EXTENSIBLE_MARKS, JsonObject, Keyword, Kind, LexicalScope, Member, Resolver, Value, subschemas, union_tag,
};

use super::{finding_of, title};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{SchemaVersion, WorkspaceEvent};

/// Checks the marks of a version.
pub(super) fn check_extensible_enums(event: &WorkspaceEvent, version: &SchemaVersion, report: &mut Report) {
    let document = &version.document;
    let resolver = document.resolver();
    let scope = LexicalScope::of_document(document.root(), document.dialect());
    walk((event, version), (&resolver, &scope), document.root(), report);
}

fn walk(
    about: (&WorkspaceEvent, &SchemaVersion),
    (resolver, scope): (&Resolver<'_>, &LexicalScope),
    schema: &Value,
    report: &mut Report,
) {
    let members = schema.as_object().into_iter().flat_map(JsonObject::iter);
    for mark in members.filter(|member| member.keyword().is_some_and(|known| EXTENSIBLE_MARKS.contains(&known))) {
        if let Some((label, fix)) = fault(resolver, scope, schema, mark) {
            report.findings.push(finding(about, mark, label, fix));
        }
    }
    for below in subschemas(schema, scope.dialect) {
        walk(about, (resolver, &scope.inside(below.value)), below.value, report);
    }
}

/// What is wrong with a mark, and what to write instead.
fn fault(
    resolver: &Resolver<'_>,
    scope: &LexicalScope,
    schema: &Value,
    mark: &Member,
) -> Option<(String, &'static str)> {
    const TAG: &str = "in each branch, require one property and give it a `const` of its own";
    match &mark.value.kind {
        Kind::Bool(false) => return None,
        Kind::Bool(true) => {}
        other => {
            let found = Value::computed(other.clone()).to_json();
            return Some((
                format!("{found}; expected true or false"),
                "write true, or remove the mark",
            ));
        }
    }
    let has = |keyword| schema.keyword(keyword).is_some_and(|value| value.as_array().is_some());
    if scope.dialect.hides_siblings(schema) {
        let label = format!("keywords beside `$ref` have no effect in {}", scope.dialect);
        return Some((label, "move the mark to the schema that `$ref` refers to"));
    }
    match (has(Keyword::Enum), has(Keyword::OneOf), has(Keyword::AnyOf)) {
        (true, ..) => None,
        (_, true, true) => Some((
            "beside `oneOf` and `anyOf`: it could mean either".to_owned(),
            "move one of them into a branch of `allOf`",
        )),
        (_, false, false) if schema.keyword(Keyword::Const).is_some() => Some((
            "beside `const`, which allows one value".to_owned(),
            "write an `enum` of one value instead of `const`",
        )),
        (_, false, false) => Some((
            "beside neither `enum` nor `oneOf` or `anyOf`".to_owned(),
            "put the mark beside the list of values, or remove it",
        )),
        (_, one_of, _) if union_tag(resolver, schema, scope).is_none() => {
            let keyword = if one_of { Keyword::OneOf } else { Keyword::AnyOf };
            Some((format!("no constant distinguishes the branches of `{keyword}`"), TAG))
        }
        _ => None,
    }
}

fn finding(
    (event, version): (&WorkspaceEvent, &SchemaVersion),
    mark: &Member,
    label: String,
    fix: &'static str,
) -> Finding {
    Finding {
        message: format!(
            "`{}` has no meaning here in {}",
            mark.key,
            title(event, &version.version)
        ),
        places: vec![FindingPlace::of_key(&version.document, mark, label)],
        why: Some("the mark has no effect: readers would still reject values that they do not know".to_owned()),
        fix: Some(fix.to_owned()),
        ..finding_of(Rule::ExtensibleMisplaced, Severity::Error, event, version)
    }
}
