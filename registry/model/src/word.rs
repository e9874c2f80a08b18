//! The word of a document that says what stands at a place. In: a document, a place. Out: the bytes of a scalar, or of a key. A bracket
//! says nothing, so a report never points at one, but in a document that is nothing else.

use crate::pointer::Pointer;
use crate::source::Span;
use crate::value::{Kind, Value};

/// Returns the bytes that say what stands at a place, or at the closest place around it: a scalar, the key of an object or array, the
/// first word of those inside, or the last key on the way.
///
/// # Examples
///
/// ```
/// use schemactl_model::{Pointer, Source, find_word_span, parse};
///
/// let source = Source::new("a.json", r#"{"required": ["id"]}"#);
/// let place = Pointer::parse("/required/0").unwrap();
/// let span = find_word_span(&parse(&source).unwrap(), &place);
/// assert_eq!(&source.text()[span.range()], "\"id\"");
/// ```
pub fn find_word_span(root: &Value, pointer: &Pointer) -> Span {
    let (mut value, mut key, mut last_key) = (root, None, None);
    for token in pointer.tokens() {
        let below = match &value.kind {
            Kind::Object(members) => members.entry(token).map(|entry| (&entry.value, Some(entry.key_span))),
            Kind::Array(elements) => {
                let index = token.parse::<usize>().ok();
                index
                    .and_then(|index| elements.get(index))
                    .map(|element| (element, None))
            }
            _ => None,
        };
        // What was taken over from another file stands where it is referred to, and has no keys here.
        match below {
            Some((below, own)) if below.span != Span::default() || own.is_some_and(|own| own != Span::default()) => {
                (value, key) = (below, own);
                last_key = own.or(last_key);
            }
            _ => break,
        }
    }
    let word = if value.is_composite() {
        key.or_else(|| first_word(value)).or(last_key)
    } else {
        None
    };
    word.filter(|span| *span != Span::default()).unwrap_or(value.span)
}

/// The value if it is a scalar; else its first key, or the first word of its first element.
fn first_word(value: &Value) -> Option<Span> {
    match &value.kind {
        Kind::Object(members) => members.iter().next().map(|entry| entry.key_span),
        Kind::Array(elements) => elements.iter().find_map(first_word),
        _ => Some(value.span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;
    use crate::source::Source;

    #[test]
    fn a_place_is_a_word_and_never_a_bracket() {
        let source = Source::new("a", r#"{"allOf": [{}, {"type": "string"}], "enum": [[], [1]], "n": 5}"#);
        let root = parse(&source).unwrap();
        for (place, word) in [
            ("", "\"allOf\""),
            ("/n", "5"),
            ("/allOf", "\"allOf\""),
            ("/allOf/0", "\"allOf\""),
            ("/allOf/1", "\"type\""),
            ("/allOf/1/type", "\"string\""),
            ("/allOf/1/minLength", "\"type\""),
            ("/enum/0", "\"enum\""),
            ("/enum/1", "1"),
        ] {
            let span = find_word_span(&root, &Pointer::parse(place).unwrap());
            assert_eq!(&source.text()[span.range()], word, "{place}");
        }
    }
}
