//! What to do about a change that breaks. In: the change, the two schemas. Out: advice that holds for them. Most of it holds wherever a
//! rule fires and stands on the rule's page; what depends on the schemas is decided here.

use schemactl_compat::{Change, ChangeKind, EventStep};
use schemactl_model::{Keyword, Pointer, Value, Version, VersionField, is_extensible, union_tag};

use crate::pair::ComparedSchema;
use crate::report::Direction;
use crate::rule::Rule;

/// Returns what to do about a change that breaks in a direction. `field` is the version field of the event, if it has one.
pub(crate) fn advise_on(
    change: &Change,
    direction: Direction,
    (old, new): (ComparedSchema<'_>, ComparedSchema<'_>),
    field: Option<&VersionField>,
) -> String {
    let specific = match (change.kind, direction) {
        (ChangeKind::EnumValueAdded | ChangeKind::UnionBranchAdded, Direction::Forward) => {
            Some(for_new_values(change, old, new))
        }
        (ChangeKind::ConstChanged, _) => for_constants(change, (old, new), field),
        (ChangeKind::TypeWidened, Direction::Forward) => for_null(change, old, new),
        // The readers are the new ones. What they ignore does not help: it is what writers could send under that name.
        (ChangeKind::PropertyAdded, Direction::Backward) => Some(format!(
            "Accept it if no event of {} has the property with another value.",
            old.name()
        )),
        _ => None,
    };
    specific.unwrap_or_else(|| Rule::Change(change.kind).advice().to_owned())
}

/// A list or a union that grows. What its readers were generated from is released: no mark of today reaches them.
fn for_new_values(change: &Change, old: ComparedSchema<'_>, new: ComparedSchema<'_>) -> String {
    let is_union = change.kind == ChangeKind::UnionBranchAdded;
    let keywords: &[Keyword] = if is_union {
        &[Keyword::OneOf, Keyword::AnyOf]
    } else {
        &[Keyword::Enum]
    };
    let holder = holder_of(new, &change.new, keywords);
    let accept = format!("Accept it when nobody reads {} any more", old.name());
    let (mark, what) = if is_union {
        (Keyword::Extensible, "union")
    } else {
        (Keyword::ExtensibleEnum, "list")
    };
    let Some(holder) = holder else {
        return format!("{accept}.");
    };
    if is_extensible(holder) {
        return format!("{accept}: its readers were generated before the {what} was marked `{mark}`.");
    }
    if is_union && !has_tag(new, holder) {
        return format!("{accept}, or publish the new branch as an event of its own.");
    }
    let readers = new.name();
    format!(
        "{accept}. Mark the {what} `{mark}: true` for future values: readers of {readers} then accept values that they do not know."
    )
}

fn has_tag(side: ComparedSchema<'_>, holder: &Value) -> bool {
    let scope = schemactl_model::LexicalScope::of_document(side.document.root(), side.document.dialect());
    union_tag(&side.document.resolver(), holder, &scope).is_some()
}

/// The closest schema around a place that has one of the keywords.
fn holder_of<'d>(side: ComparedSchema<'d>, place: &Pointer, keywords: &[Keyword]) -> Option<&'d Value> {
    let mut tokens = place.tokens();
    loop {
        let around = tokens
            .iter()
            .fold(Pointer::root(), |place, token| place.join(token.as_str()));
        let found = around.resolve(side.document.root());
        if let Some(schema) = found.filter(|schema| keywords.iter().any(|keyword| schema.keyword(*keyword).is_some())) {
            return Some(schema);
        }
        (_, tokens) = tokens.split_last()?;
    }
}

/// A constant that names a version is no content if it stands in the version field.
fn for_constants(
    change: &Change,
    (old, new): (ComparedSchema<'_>, ComparedSchema<'_>),
    field: Option<&VersionField>,
) -> Option<String> {
    let names_version = |side: ComparedSchema<'_>, place: &Pointer| {
        let value = place.resolve(side.document.root());
        let value = value.and_then(|value| value.keyword(Keyword::Const).or(Some(value)));
        value
            .and_then(Value::as_str)
            .is_some_and(|text| text.parse::<Version>().is_ok())
    };
    if !names_version(old, &change.old) || !names_version(new, &change.new) {
        return None;
    }
    let is_property = |step: &EventStep| matches!(step, EventStep::Property(name) if !name.contains('.'));
    let path = change.path.to_string();
    // An event that names its version field has its version there.
    let may_be_the_field = field.is_some_and(|field| field.as_str() == VersionField::DEFAULT)
        && path != "version"
        && change.path.steps().iter().all(is_property);
    may_be_the_field.then(|| {
        format!("If `{path}` names the version of the event, write `version-field = \"{path}\"` into event.toml: it is then left out of comparisons.")
    })
}

/// A type that takes `null` beside what it took.
fn for_null(change: &Change, old: ComparedSchema<'_>, new: ComparedSchema<'_>) -> Option<String> {
    let takes_null = |side: ComparedSchema<'_>, place: &Pointer| {
        let found = holder_of(side, place, &[Keyword::Type]).and_then(|schema| schema.keyword(Keyword::Type));
        let types = found.map(|types| types.as_array().unwrap_or(std::slice::from_ref(types)));
        types.is_some_and(|types| types.iter().any(|name| name.as_str() == Some("null")))
    };
    (takes_null(new, &change.new) && !takes_null(old, &change.old))
        .then(|| "Make the property optional and leave it out instead of sending `null`.".to_owned())
}
