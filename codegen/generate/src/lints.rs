//! What generated code will do badly, because of how a schema says it. In: schemas. Out: the places, and what to do. None of it
//! stops anybody: `schemactl check` refuses what is no schema.

use std::collections::BTreeSet;

use schemactl_model::{
    FormatMode, Keyword, Kind, SchemaFault, Span, SubschemaRef, Value, any_annotation, any_applicator, any_assertion,
    any_bound, any_definitions, any_identifier, is_schema, subschemas,
};

use crate::code::Lint;
use crate::constraints::decides_format;
use crate::lower::SourceSchema;
use crate::settings::Settings;

/// Returns the lints of a schema, in the order of its text: properties that hold money in a float, since doubles do not keep `0.10`,
/// and `10.00` becomes `10.0`; keywords that cannot be read, so that any value is taken; and what its review warned of.
pub(crate) fn find_lints(
    schema: SourceSchema<'_>,
    float_money: &[(String, Span)],
    warnings: &[SchemaFault],
    settings: &Settings,
) -> Vec<Lint> {
    let money = float_money.iter().map(|(key, span)| {
        let message = format!(
            "`{key}` holds money in a float; declare a string or minor units in the schema, or generate decimals (`--money decimal`, \
             `Money::Decimal`)"
        );
        (*span, message)
    });
    let warnings = warnings.iter().map(|warning| (warning.span, warning.to_string()));
    let formats = undecided_formats(schema, settings);
    let mut found: Vec<_> = money.chain(unreadable(schema)).chain(warnings).chain(formats).collect();
    found.sort_by_key(|(span, _)| span.start);
    found.dedup();
    let lint = |(span, message): (Span, String)| Lint {
        place: format!("{}:{}", schema.source.path(), schema.source.location(span.start)),
        message,
    };
    found.into_iter().map(lint).collect()
}

/// The asserted formats that `validate()` cannot decide, each where it stands first.
fn undecided_formats(schema: SourceSchema<'_>, settings: &Settings) -> Vec<(Span, String)> {
    if !settings.validate || settings.formats != FormatMode::Assertion {
        return Vec::new();
    }
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    let mut open = vec![SubschemaRef::of_document(schema.document, schema.dialect)];
    while let Some(node) = open.pop() {
        let format = node
            .keyword(Keyword::Format)
            .and_then(|value| Some((value.span, value.as_str()?)));
        if let Some((span, format)) = format.filter(|(_, format)| !decides_format(node.scope.dialect, format))
            && seen.insert(format)
        {
            let message = format!(
                "`{format}` is asserted, and `validate()` decides no more than the shape of its texts; validate with `schemactl validate` where that matters"
            );
            found.push((span, message));
        }
        open.extend(node.list_subschemas().into_iter().rev());
    }
    found
}

/// The keywords of a document's schemas that are not what the keyword takes.
fn unreadable(schema: SourceSchema<'_>) -> Vec<(Span, String)> {
    let (mut found, mut open) = (Vec::new(), vec![schema.document]);
    while let Some(node) = open.pop() {
        for entry in node.as_object().into_iter().flat_map(schemactl_model::JsonObject::iter) {
            if let Some(wanted) = entry.keyword().and_then(|keyword| misread(keyword, &entry.value)) {
                let message = format!("`{}` must be {wanted}; it is ignored", entry.key);
                found.push((entry.value.span, message));
            }
        }
        open.extend(subschemas(node, schema.dialect).into_iter().map(|below| below.value));
    }
    found
}

/// What a keyword is, if the value is something else.
fn misread(keyword: Keyword, value: &Value) -> Option<&'static str> {
    let is_names = |value: &Value| {
        value
            .as_array()
            .is_some_and(|names| names.iter().all(|name| name.as_str().is_some()))
    };
    let is_type = |value: &Value| {
        const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];
        value.as_str().is_some_and(|name| TYPES.contains(&name))
    };
    let (is_read, wanted) = match keyword {
        Keyword::Type => (
            is_type(value) || value.as_array().is_some_and(|types| types.iter().all(is_type)),
            "the name of a JSON type, or a list of them",
        ),
        Keyword::Properties | Keyword::PatternProperties | Keyword::DependentSchemas => {
            let members = value.as_object();
            let are_schemas = members.is_some_and(|members| members.iter().all(|member| is_schema(&member.value)));
            (are_schemas, "an object of schemas")
        }
        Keyword::Required => (is_names(value), "a list of names"),
        Keyword::AllOf | Keyword::AnyOf | Keyword::OneOf | Keyword::PrefixItems => {
            let list = value.as_array().filter(|list| !list.is_empty());
            (list.is_some_and(|list| list.iter().all(is_schema)), "a list of schemas")
        }
        Keyword::Enum => (value.as_array().is_some(), "a list of values"),
        Keyword::Not
        | Keyword::If
        | Keyword::Then
        | Keyword::Else
        | Keyword::Contains
        | Keyword::PropertyNames
        | Keyword::AdditionalProperties => (is_schema(value), "a schema"),
        Keyword::Pattern => (value.as_str().is_some(), "a regular expression"),
        // Draft-04 has booleans there.
        Keyword::ExclusiveMaximum | Keyword::ExclusiveMinimum => return None,
        Keyword::Format | Keyword::MaxContains | Keyword::MinContains => return None,
        any_bound!() => (matches!(value.kind, Kind::Number(_)), "a number"),
        any_applicator!() | any_assertion!() => return None,
        any_annotation!() | any_definitions!() | any_identifier!() | Keyword::ContentSchema => return None,
    };
    (!is_read).then_some(wanted)
}
