//! What a verdict takes for granted beside its policy: how keywords are read that validators read differently, and that nobody sends what only a `not`
//! names. In: two versions, and the verdicts about them. Out: sentences for the report. No verdict rests on them.

use std::collections::BTreeSet;

use schemactl_containment::{Schema, Semantics};
use schemactl_model::{Dialect, FormatMode, Keyword, Pointer, Value, subschemas};

use crate::change::ChangeKind;
use crate::explain::changes;
use crate::policy::Policy;
use crate::verdict::Verdict;

/// Returns the assumptions about two versions that differ.
pub(crate) fn describe_readings(
    (old, new): (&Schema<'_>, &Schema<'_>),
    policy: Policy,
    semantics: Semantics,
    (backward, forward): (&Verdict, &Verdict),
) -> Vec<String> {
    let mut found = Vec::new();
    if semantics.formats == FormatMode::Annotation {
        found.extend(describe_formats(old, new));
    }
    found.extend(describe_dependencies(old, new));
    let closes_writers = !matches!(policy, Policy::OpenStrict | Policy::Closed);
    let names = [(backward, (old, new)), (forward, (new, old))].map(|(verdict, (writer, reader))| {
        let is_assumed = closes_writers && verdict.is_compatible();
        if is_assumed {
            find_unsent_names(writer, reader)
        } else {
            BTreeSet::new()
        }
    });
    found.extend(describe_unsent(&(&names[0] | &names[1])));
    found
}

/// What a verdict takes for granted where draft-04 meets a later draft: there `1.0` may be no integer (ADR 57).
pub(crate) fn describe_integers(old: &Schema<'_>, new: &Schema<'_>) -> Option<String> {
    let is_old_draft = |schema: &Schema<'_>| schema.dialect == Dialect::Draft4;
    if is_old_draft(old) == is_old_draft(new) {
        return None;
    }
    let later = if is_old_draft(old) { new.dialect } else { old.dialect };
    let has_integers = allows_integers(old.root, old.dialect) || allows_integers(new.root, new.dialect);
    has_integers.then(|| {
        format!(
            "`1.0` is an `integer` in both versions, as in {later}; draft-04 defines integers by their spelling, and some of its validators reject `1.0`"
        )
    })
}

/// Whether a part of a schema has `integer` among its types.
fn allows_integers(schema: &Value, dialect: Dialect) -> bool {
    any_subschema(schema, dialect, &|value| {
        let types = value.keyword(Keyword::Type).into_iter();
        let mut names = types.flat_map(|types| types.as_array().unwrap_or(std::slice::from_ref(types)));
        names.any(|name| name.as_str() == Some("integer"))
    })
}

/// What a verdict takes for granted where a format changed: validators are free to assert it.
fn describe_formats(old: &Schema<'_>, new: &Schema<'_>) -> Option<String> {
    let found = [old, new].map(|schema| {
        let mut found = Vec::new();
        collect_formats(schema.root, schema.dialect, &Pointer::root(), &mut found);
        found
    });
    // The same formats at the same places; comparing all of both schemas takes much longer.
    if found[0] == found[1] {
        return None;
    }
    let changes = changes(old, new);
    let changed = changes.iter().filter(|change| change.kind == ChangeKind::FormatChanged);
    let formats = changed.flat_map(|change| {
        let of = |schema: &Schema<'_>, place: &Pointer| Some(place.resolve(schema.root)?.as_str()?.to_owned());
        [of(old, &change.old), of(new, &change.new)].into_iter().flatten()
    });
    let names: BTreeSet<String> = formats.collect();
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| {
        format!(
            "`format` is an annotation: validators that assert {} may reject values of the other version",
            names.join(", ")
        )
    })
}

/// Collects the formats of a schema and of those in it, each with its place.
fn collect_formats<'v>(schema: &'v Value, dialect: Dialect, place: &Pointer, found: &mut Vec<(Pointer, &'v str)>) {
    let dialect = dialect.inside(schema);
    let own = schema.keyword(Keyword::Format).and_then(Value::as_str);
    found.extend(own.map(|format| (place.clone(), format)));
    for below in subschemas(schema, dialect) {
        collect_formats(below.value, dialect, &below.place_in(place), found);
    }
}

/// What a verdict takes for granted of `dependencies` in a dialect that replaced it.
fn describe_dependencies(old: &Schema<'_>, new: &Schema<'_>) -> Option<String> {
    let has_it = |schema: &&Schema<'_>| {
        let is_replaced = matches!(schema.dialect, Dialect::Draft201909 | Dialect::Draft202012);
        is_replaced
            && any_subschema(schema.root, schema.dialect, &|value| {
                value.keyword(Keyword::Dependencies).is_some()
            })
    };
    let schema = [new, old].into_iter().find(has_it)?;
    Some(format!(
        "`dependencies` is enforced, as up to draft-07: in {} some validators ignore it",
        schema.dialect
    ))
}

/// Whether a schema or one in it is of a kind.
fn any_subschema(schema: &Value, dialect: Dialect, is_one: &dyn Fn(&Value) -> bool) -> bool {
    let dialect = dialect.inside(schema);
    is_one(schema)
        || subschemas(schema, dialect)
            .iter()
            .any(|below| any_subschema(below.value, dialect, is_one))
}

/// Names of properties, by where a schema has them.
#[derive(Default)]
struct PropertyUses<'v> {
    /// Those that it declares or requires: writers send them.
    sent: BTreeSet<&'v str>,
    /// Those in a `not`.
    excluded: BTreeSet<&'v str>,
}

impl<'v> PropertyUses<'v> {
    fn collect(&mut self, schema: &'v Value, dialect: Dialect, is_excluded: bool) {
        let dialect = dialect.inside(schema);
        let declared = schema.keyword(Keyword::Properties).and_then(Value::as_object);
        let declared = declared
            .into_iter()
            .flat_map(|names| names.iter().map(|member| member.key.as_str()));
        let required = schema.keyword(Keyword::Required).and_then(Value::as_array);
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        let names = if is_excluded {
            &mut self.excluded
        } else {
            &mut self.sent
        };
        names.extend(declared.chain(required));
        for below in subschemas(schema, dialect) {
            self.collect(below.value, dialect, is_excluded || below.keyword == Keyword::Not);
        }
    }
}

/// The names that only a `not` of the reader has: whether events with them are accepted makes no difference, as no writer sends them.
fn find_unsent_names(writer: &Schema<'_>, reader: &Schema<'_>) -> BTreeSet<String> {
    let [of_writer, of_reader] = [writer, reader].map(|schema| {
        let mut names = PropertyUses::default();
        names.collect(schema.root, schema.dialect, false);
        names
    });
    let known = &(&of_writer.sent | &of_writer.excluded) | &of_reader.sent;
    of_reader
        .excluded
        .difference(&known)
        .map(|name| (*name).to_owned())
        .collect()
}

fn describe_unsent(names: &BTreeSet<String>) -> Option<String> {
    /// Names that a sentence has room for.
    const MOST: usize = 5;
    let quoted: Vec<_> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > MOST { ", …" } else { "" };
    (!quoted.is_empty()).then(|| {
        format!(
            "no event has {}{more}: only `not` names it, and neither version declares it in `properties`",
            quoted.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Comparison, ComparisonSettings, compare, default_engine};
    use schemactl_model::{Source, parse};

    #[test]
    fn integers_are_an_assumption_where_draft_04_meets_a_later_draft() {
        let said = |old: (&str, Dialect), new: (&str, Dialect)| {
            let read = |text: &str| parse(&Source::new("test", text)).unwrap();
            let (before, after) = (read(old.0), read(new.0));
            let pair = (&Schema::new(&before, old.1), &Schema::new(&after, new.1));
            let settings = ComparisonSettings::without_version(Policy::OpenStrict);
            let compared = compare(&default_engine(Semantics::default()), pair, settings);
            assert!(compared.backward.is_compatible() && compared.forward.is_compatible());
            compared
                .assumptions
                .iter()
                .any(|one| one.contains("draft-04 defines integers"))
        };
        let count = r##"{"definitions": {"n": {"type": ["null", "integer"]}}, "properties": {"n": {"$ref": "#/definitions/n"}}}"##;
        let text = r#"{"properties": {"integer": {"type": "string"}}}"#;
        for later in [
            Dialect::Draft6,
            Dialect::Draft7,
            Dialect::Draft201909,
            Dialect::Draft202012,
        ] {
            assert!(said((count, Dialect::Draft4), (count, later)), "{later}");
            assert!(said((count, later), (count, Dialect::Draft4)), "{later}");
            assert!(!said((text, Dialect::Draft4), (text, later)), "{later}");
            assert!(!said((count, Dialect::Draft7), (count, later)), "{later}");
        }
        assert!(!said((count, Dialect::Draft4), (count, Dialect::Draft4)));
    }

    #[test]
    fn a_format_that_changed_is_an_assumption_unless_formats_are_asserted() {
        let said = |old: &str, new: &str, formats: FormatMode| {
            let read = |text: &str| parse(&Source::new("test", text)).unwrap();
            let (before, after) = (read(old), read(new));
            let newest = Dialect::Draft202012;
            let pair = (&Schema::new(&before, newest), &Schema::new(&after, newest));
            let settings = ComparisonSettings::without_version(Policy::OpenStrict);
            let compared = compare(&default_engine(Semantics { formats }), pair, settings);
            let mut said = compared.assumptions.into_iter();
            said.find(|one| one.contains("`format` is an annotation"))
        };
        let schema =
            |format: &str| format!(r#"{{"properties": {{"at": {{"type": "string"{format}}}}}, "required": []}}"#);
        let [plain, date, time] = ["", r#", "format": "date""#, r#", "format": "date-time""#].map(schema);
        let moved =
            r##"{"$defs": {"d": {"format": "date"}}, "properties": {"at": {"type": "string", "$ref": "#/$defs/d"}}}"##;
        for (old, new, names) in [
            (&plain, &date, "`date`"),
            (&date, &plain, "`date`"),
            (&date, &time, "`date`, `date-time`"),
        ] {
            let found = said(old, new, FormatMode::Annotation);
            assert!(
                found
                    .as_ref()
                    .is_some_and(|found| found.contains(&format!("assert {names} may"))),
                "{found:?}"
            );
            assert_eq!(said(old, new, FormatMode::Assertion), None);
        }
        for (old, new) in [(date.as_str(), date.as_str()), (&date, moved), (&plain, &plain)] {
            assert_eq!(said(old, new, FormatMode::Annotation), None);
        }
    }

    fn compared(policy: Policy, old: &str, new: &str) -> Comparison {
        let [old, new] = [old, new].map(|text| parse(&Source::new("test", text)).unwrap());
        let [old, new] = [&old, &new].map(|root| Schema::new(root, Dialect::Draft202012));
        let settings = ComparisonSettings::without_version(policy);
        compare(&default_engine(Semantics::default()), (&old, &new), settings)
    }

    #[test]
    fn names_that_only_a_not_has_are_an_assumption_where_writers_are_closed() {
        let schema = |more: &str| format!(r#"{{"type": "object", "properties": {{"a": {{}}}}{more}}}"#);
        let (plain, not) = (schema(""), schema(r#", "not": {"required": ["legacy"]}"#));
        let declared = r#"{"type": "object", "properties": {"a": {}, "legacy": {}}}"#;
        let says = |policy, old: &str, new: &str| {
            let compared = compared(policy, old, new);
            compared
                .assumptions
                .iter()
                .any(|one| one.starts_with("no event has `legacy`: only `not` names it"))
        };
        assert!(says(Policy::TolerantReader, &plain, &not) && says(Policy::ProducerDeclared, &not, &plain));
        assert!(
            !says(Policy::OpenStrict, &plain, &not),
            "there the verdict is another one"
        );
        assert!(!says(Policy::TolerantReader, declared, &not), "a version declares it");
        assert!(!says(Policy::TolerantReader, &plain, declared));
        assert!(
            compared(Policy::TolerantReader, declared, &not)
                .backward
                .witness()
                .is_some()
        );
    }

    #[test]
    fn dependencies_are_an_assumption_where_the_dialect_replaced_them() {
        let says = |old: &str, new: &str| {
            let compared = compared(Policy::TolerantReader, old, new);
            compared
                .assumptions
                .iter()
                .any(|one| one.starts_with("`dependencies` is enforced"))
        };
        let list = r#"{"type": "object", "properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}}"#;
        let former = list.replace("dependentRequired", "dependencies");
        assert!(says(list, &former) && says(&former, list));
        assert!(!says(&former, &former), "nothing changed");
        assert!(
            !says(list, r#"{"type": "object", "properties": {"dependencies": {}}}"#),
            "a property"
        );
    }
}
