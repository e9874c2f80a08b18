//! Documents whose references need no looking up: all of them are `#` or `#/…`, and nothing in the document has an identifier or an
//! anchor of its own. Most events are such, and a reference is a walk along its pointer. In: a document. Out: which kind it is,
//! and what a reference refers to.

use schemactl_model::{
    Keyword, Kind, Pointer, Value, any_annotation, any_applicator, any_assertion, any_definitions, any_identifier,
    any_reference,
};

/// What references a document has. Data counts as schemas here: that only costs time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mentions {
    /// None.
    Nothing,
    /// Pointers from its root.
    Pointers,
    /// Others, or schemas that other schemas may call by name.
    Names,
}

impl Mentions {
    pub(super) fn of(root: &Value) -> Self {
        below(root, true)
    }

    /// The one of both that asks for more.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Names, _) | (_, Self::Names) => Self::Names,
            (Self::Pointers, _) | (_, Self::Pointers) => Self::Pointers,
            _ => Self::Nothing,
        }
    }
}

fn below(value: &Value, is_root: bool) -> Mentions {
    match &value.kind {
        Kind::Object(members) => members.iter().fold(Mentions::Nothing, |found, member| {
            let own = member.keyword().map_or(Mentions::Nothing, |keyword| {
                mentions_of(keyword, member.value.as_str(), is_root)
            });
            found.and(own).and(below(&member.value, false))
        }),
        Kind::Array(elements) => elements
            .iter()
            .fold(Mentions::Nothing, |found, element| found.and(below(element, false))),
        _ => Mentions::Nothing,
    }
}

/// What one keyword mentions.
fn mentions_of(keyword: Keyword, text: Option<&str>, is_root: bool) -> Mentions {
    match (keyword, text) {
        (Keyword::Ref, Some(text)) if is_pointer(text) => Mentions::Pointers,
        (Keyword::Ref | Keyword::DynamicRef | Keyword::Anchor | Keyword::DynamicAnchor, Some(_)) => Mentions::Names,
        (Keyword::RecursiveRef | Keyword::RecursiveAnchor, _) => Mentions::Names,
        // The root's own identifier calls nothing that is not the root.
        (Keyword::Id | Keyword::Draft4Id, Some(_)) if !is_root => Mentions::Names,
        (any_reference!() | any_identifier!(), _) => Mentions::Nothing,
        (any_annotation!() | any_applicator!() | any_assertion!() | any_definitions!() | Keyword::ContentSchema, _) => {
            Mentions::Nothing
        }
    }
}

fn is_pointer(text: &str) -> bool {
    (text == "#" || text.starts_with("#/")) && !text.contains('%')
}

/// What the `$ref` of a schema refers to.
pub(super) fn target_of_ref<'v>(root: &'v Value, holder: &Value) -> Option<&'v Value> {
    let text = holder.keyword(Keyword::Ref)?.as_str()?;
    Pointer::parse(text.strip_prefix('#')?)?.resolve(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    fn mentions(text: &str) -> Mentions {
        Mentions::of(&parse(&Source::new("test", text)).unwrap())
    }

    #[test]
    fn only_pointers_from_the_root_need_no_looking_up() {
        assert_eq!(mentions(r#"{"properties": {"$ref": {}, "id": {}}}"#), Mentions::Nothing);
        assert_eq!(
            mentions(r##"{"$id": "a", "not": {"$ref": "#/b"}}"##),
            Mentions::Pointers
        );
        for names in [
            r##"{"$ref": "#b"}"##,
            r#"{"$ref": "b#/c"}"#,
            r##"{"$ref": "#/%41"}"##,
            r##"{"$ref": "#/a", "a": {"$id": "b"}}"##,
            r##"{"$ref": "#/a", "$anchor": "b"}"##,
            r##"{"$recursiveRef": "#"}"##,
        ] {
            assert_eq!(mentions(names), Mentions::Names, "{names}");
        }
    }
}
