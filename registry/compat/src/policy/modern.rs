//! The keywords of a schema in the words of another dialect. In: the members of a schema and its dialect. Out: the same
//! assertions as the newest dialect writes them; what the schema's own dialect does not have is left out, as it asserts nothing.

use schemactl_model::{
    Dialect, JsonObject, Keyword, Kind, Member, Value, any_annotation, any_applicator, any_assertion, any_definitions,
    any_identifier,
};

/// A member of a schema in the words of the dialect that is written. `dependentRequired` and `dependentSchemas` may come with the value of
/// `dependencies`, of which each is only a part.
#[derive(Clone, Copy, Debug)]
pub(super) struct ModernMember<'v> {
    /// `None` for annotations of somebody's own.
    pub(super) keyword: Option<Keyword>,
    pub(super) name: &'v str,
    pub(super) value: &'v Value,
}

/// Returns the keywords of a schema of dialect `from` as dialect `to` writes them: the same one, or 2020-12.
pub(super) fn convert_keywords(members: &JsonObject, from: Dialect, to: Dialect) -> Vec<ModernMember<'_>> {
    let mut written = Vec::with_capacity(members.len());
    for member in members.iter() {
        match member.keyword().filter(|_| from != to) {
            None => written.push(ModernMember::unchanged(member)),
            Some(keyword) => {
                let keywords = keywords_in_newest(members, keyword, &member.value, from);
                written.extend(keywords.into_iter().flatten().map(|keyword| ModernMember {
                    keyword: Some(keyword),
                    name: keyword.name(),
                    value: &member.value,
                }));
            }
        }
    }
    written
}

impl<'v> ModernMember<'v> {
    fn unchanged(member: &'v Member) -> Self {
        Self {
            keyword: member.keyword(),
            name: &member.key,
            value: &member.value,
        }
    }
}

/// What 2020-12 calls a keyword: one name, two where it is divided, none where it asserts nothing.
fn keywords_in_newest(members: &JsonObject, keyword: Keyword, value: &Value, from: Dialect) -> [Option<Keyword>; 2] {
    let is_list = |value: &Value| value.as_array().is_some();
    let is_flagged = |flag| from == Dialect::Draft4 && is_true(members.keyword(flag));
    match keyword {
        _ if !from.has_keyword(keyword) => [None, None],
        Keyword::Items if from <= Dialect::Draft201909 && is_list(value) => {
            // 2020-12 has no empty list of schemas.
            let is_empty = value.as_array().is_some_and(<[Value]>::is_empty);
            [(!is_empty).then_some(Keyword::PrefixItems), None]
        }
        // Without a list there is nothing to be additional to.
        Keyword::AdditionalItems => {
            let is_rest = members.keyword(Keyword::Items).is_some_and(is_list);
            [is_rest.then_some(Keyword::Items), None]
        }
        Keyword::Dependencies => [Some(Keyword::DependentRequired), Some(Keyword::DependentSchemas)],
        Keyword::ExclusiveMinimum | Keyword::ExclusiveMaximum if from == Dialect::Draft4 => [None, None],
        Keyword::Minimum if is_flagged(Keyword::ExclusiveMinimum) => [Some(Keyword::ExclusiveMinimum), None],
        Keyword::Maximum if is_flagged(Keyword::ExclusiveMaximum) => [Some(Keyword::ExclusiveMaximum), None],
        any_annotation!()
        | any_applicator!()
        | any_assertion!()
        | any_definitions!()
        | any_identifier!()
        | Keyword::ContentSchema => [Some(keyword), None],
    }
}

/// Whether a flag is set.
fn is_true(flag: Option<&Value>) -> bool {
    flag.is_some_and(|flag| flag.kind == Kind::Bool(true))
}
