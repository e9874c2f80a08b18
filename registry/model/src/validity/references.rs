//! Where a reference leads. In: the resolver of a document and one of its references. Out: the schema it leads to, or the fault that it
//! leads nowhere, or to a document that is not here: who reads other files takes over what they hold before asking.

use super::{FaultKind, SchemaFault, message, uri};
use crate::alike::find_alike;
use crate::dialect::Dialect;
use crate::keyword::{AppliesTo, Keyword};
use crate::pointer::Pointer;
use crate::resolve::{Reference, ResolveError, Resolver};
use crate::subschema::subschemas;
use crate::subschema_ref::SubschemaRef;
use crate::uri::{encode_fragment, join_uri, percent_decode};
use crate::value::{Kind, Value};

/// What a reference leads to.
pub(super) enum Followed<'v> {
    Schema(SubschemaRef<'v>),
    /// Another document, or what is reported elsewhere.
    Elsewhere,
    Fault(SchemaFault),
}

/// Follows a reference inside its document.
pub(super) fn follow_reference<'v>(resolver: &Resolver<'v>, reference: &Reference) -> Followed<'v> {
    let text = &reference.text;
    if uri::find_fault(text).is_some() {
        return Followed::Elsewhere;
    }
    match resolver.resolve(&reference.base, text) {
        Ok(target) if matches!(target.value.kind, Kind::Object(_) | Kind::Bool(_)) => Followed::Schema(target),
        Ok(target) => {
            let message = format!(
                "`{}` is `{}`, which leads to {}; expected a schema there: an object or a boolean",
                reference.keyword,
                message::shorten_quote(text),
                message::quote_value(target.value)
            );
            Followed::Fault(fault(reference, message, None))
        }
        Err(ResolveError::Remote { .. }) if is_meta_schema(&join_uri(&reference.base, text)) => Followed::Elsewhere,
        Err(ResolveError::Remote { .. }) => Followed::Fault(leads_elsewhere(reference, None)),
        // 2019-09 gives no meaning to any other value than `#`, and validators take it for that.
        Err(ResolveError::Missing { .. }) if reference.keyword == Keyword::RecursiveRef => Followed::Elsewhere,
        Err(ResolveError::Missing { .. }) => Followed::Fault(lost(resolver, reference)),
        Err(ResolveError::Ambiguous { places, .. }) => Followed::Fault(ambiguous(reference, &places)),
    }
}

/// Returns the fault of a reference that points at nothing.
pub(super) fn find_lost(resolver: &Resolver<'_>, reference: &Reference) -> Option<SchemaFault> {
    let resolved = resolver.resolve(&reference.base, &reference.text);
    matches!(resolved, Err(ResolveError::Missing { .. })).then(|| lost(resolver, reference))
}

/// Returns the fault of a reference into a document that is not here, with what is known of it.
pub(super) fn leads_elsewhere(reference: &Reference, detail: Option<&str>) -> SchemaFault {
    let message = message::leads_elsewhere(reference.keyword, &reference.text);
    let message = detail.map_or_else(|| message.clone(), |detail| format!("{message}: {detail}"));
    SchemaFault {
        kind: FaultKind::Elsewhere,
        ..fault(reference, message, None)
    }
}

/// Returns whether a URI is that of a meta-schema.
pub(super) fn is_meta_schema(uri: &str) -> bool {
    let rest = uri.strip_prefix("http://").or_else(|| uri.strip_prefix("https://"));
    rest.is_some_and(|rest| rest.starts_with("json-schema.org/draft"))
}

fn ambiguous(reference: &Reference, places: &[Pointer; 2]) -> SchemaFault {
    let message = format!(
        "`{}` is `{}`, which is ambiguous: {}",
        reference.keyword,
        message::shorten_quote(&reference.text),
        ResolveError::join_places(places)
    );
    SchemaFault {
        suggestion: Some("Give one of the two another identifier: validators choose one or the other.".to_owned()),
        ..fault(reference, message, None)
    }
}

fn lost(resolver: &Resolver<'_>, reference: &Reference) -> SchemaFault {
    let message = format!(
        "`{}` is `{}`, which refers to nothing in this document",
        reference.keyword,
        message::shorten_quote(&reference.text)
    );
    fault(reference, message, meant(resolver, reference))
}

fn fault(reference: &Reference, message: String, meant: Option<String>) -> SchemaFault {
    SchemaFault {
        kind: FaultKind::Reference,
        pointer: reference.holder.join(reference.keyword),
        span: reference.span,
        keyword: reference.keyword.into(),
        message,
        suggestion: meant.map(|meant| format!("Did you mean `{meant}`?")),
    }
}

/// Names that are compared with one that leads nowhere: a document of ten thousand definitions may have as many broken references.
const MOST_CANDIDATES: usize = 2_000;

/// The definition or anchor that a reference probably means.
fn meant(resolver: &Resolver<'_>, reference: &Reference) -> Option<String> {
    let (location, rest) = reference.text.split_once('#')?;
    let wanted = percent_decode(rest)?;
    if !wanted.starts_with('/') {
        let base = join_uri(&reference.base, location);
        let anchors = resolver.anchors_of(&base).take(MOST_CANDIDATES);
        return find_alike(&wanted, anchors).map(|anchor| format!("{location}#{anchor}"));
    }
    // A path is looked for in the document itself: a resource inside it is rarely referred to by a path that is wrong.
    if !location.is_empty() {
        return None;
    }
    let wanted = Pointer::parse(&wanted)?;
    let (last, around) = wanted.tokens().split_last()?;
    let root = resolver.root();
    let around: Pointer = around
        .iter()
        .fold(Pointer::root(), |place, token| place.join(token.as_str()));
    let places = std::iter::once(around)
        .chain([Keyword::Defs, Keyword::Definitions].map(|keyword| Pointer::root().join(keyword)));
    let candidates = places.filter_map(|place| {
        let members = place.resolve(root).and_then(Value::as_object)?;
        let names = members.iter().map(|member| member.key.as_str());
        let name = find_alike(last, names.take(MOST_CANDIDATES))?;
        Some(format!("#{}", encode_fragment(&place.join(name))))
    });
    candidates.into_iter().next()
}

/// Returns the subschemas that judge the same value as the schema that holds them.
pub(super) fn subschemas_in_place(schema: &Value, dialect: Dialect) -> Vec<(Pointer, &Value)> {
    let mut found = Vec::new();
    for below in subschemas(schema, dialect) {
        if matches!(below.keyword.applies_to(), AppliesTo::Instance | AppliesTo::Question) {
            found.push((below.place_in(&Pointer::root()), below.value));
        }
    }
    found
}
