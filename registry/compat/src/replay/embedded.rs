//! Embedded resources of other dialects, as the validator knows them. It reads a resource in the dialect of its own `$schema`, but finds
//! it by the identifier of that dialect alone (not by `$id` in draft-04, and by none beside a `$ref` up to draft-07), and lets keywords
//! that the dialect does not have count as having evaluated. In: a document. Out: the same document, with each such resource under an
//! identifier that the validator finds, and without the keywords that say nothing in it.

use std::collections::HashMap;

use schemactl_model::{Dialect, JsonObject, Keyword, Kind, LexicalScope, Member, Value, any_definitions, subschemas};

/// The schemas that are read in another dialect than the document, by their places: the dialect around each, and its own.
type Embedded = HashMap<usize, (Dialect, Dialect)>;

/// Returns the document for the validator. `None` if it can stay as it is.
pub(super) fn identify_embedded(schema: &Value, dialect: Dialect) -> Option<Value> {
    let mut embedded = Embedded::new();
    if dialect.embeds_dialects() {
        collect_embedded(schema, dialect, dialect, &mut embedded);
    }
    (!embedded.is_empty()).then(|| identified(schema, &embedded))
}

fn collect_embedded(schema: &Value, dialect: Dialect, document: Dialect, embedded: &mut Embedded) {
    for sub in subschemas(schema, dialect) {
        let inside = dialect.inside(sub.value);
        if inside != document || inside != dialect {
            embedded.insert(place(sub.value), (dialect, inside));
        }
        collect_embedded(sub.value, inside, document, embedded);
    }
}

fn place(value: &Value) -> usize {
    std::ptr::from_ref(value) as usize
}

fn identified(value: &Value, embedded: &Embedded) -> Value {
    let kind = match &value.kind {
        Kind::Object(members) => {
            let members = members.iter();
            let members = members.map(|member| member.with_value(identified(&member.value, embedded)));
            let members: Vec<Member> = members.collect();
            Kind::Object(JsonObject::from_entries(match embedded.get(&place(value)) {
                Some((around, dialect)) if around != dialect => as_resource(members, value, (*around, *dialect)),
                Some((_, dialect)) => known_keywords(members, *dialect),
                None => members,
            }))
        }
        Kind::Array(elements) => Kind::Array(elements.iter().map(|element| identified(element, embedded)).collect()),
        other => other.clone(),
    };
    Value { kind, span: value.span }
}

/// The members of a resource, under the keyword that its own dialect has for identifiers.
fn as_resource(members: Vec<Member>, schema: &Value, (around, dialect): (Dialect, Dialect)) -> Vec<Member> {
    let base = LexicalScope::new(around).inside(schema).base;
    let is_hidden = dialect.hides_siblings(schema);
    let mut own = vec![Member::new(dialect.id_keyword(), Value::string(&base))];
    let mut hidden = Vec::new();
    for member in known_keywords(members, dialect) {
        match member.keyword() {
            Some(Keyword::Id | Keyword::Draft4Id) => {}
            Some(any_definitions!() | Keyword::Schema) => own.push(member),
            Some(Keyword::Ref) if is_hidden => hidden.push(member),
            _ if is_hidden => {}
            _ => own.push(member),
        }
    }
    if !hidden.is_empty() {
        let alone = Value::object(hidden);
        own.push(Member::new(Keyword::AllOf, Value::array(vec![alone])));
    }
    own
}

fn known_keywords(mut members: Vec<Member>, dialect: Dialect) -> Vec<Member> {
    members.retain(|member| member.keyword().is_none_or(|keyword| dialect.has_keyword(keyword)));
    members
}
