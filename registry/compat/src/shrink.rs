//! Smaller events that break the same. In: an event and a test that it passes. Out: one that passes it too, and from which
//! nothing can be left out by itself: no property, no element, no character but the first. It is 1-minimal, not the smallest.

use std::rc::Rc;

use schemactl_model::{JsonNumber, Kind, Member, Pointer, Value};

use crate::edit::{Edit, apply_edits};

/// Tries, so that a large event costs no more than a small one is worth.
// INVARIANT: every event on the way is replayed, so that stopping early leaves a larger event and never one that does not break.
const MOST_TRIES: usize = 400;
/// Values that are copied and validated in all tries together: a very large event is tried a few times only.
const MOST_VALUES: usize = 100_000;

/// Shrinks `event` as long as `breaks` holds.
pub(crate) fn shrink_event(event: Value, breaks: &dyn Fn(&Value) -> bool) -> Value {
    let most_tries = MOST_TRIES.min(MOST_VALUES / count_values(&event));
    let mut tries = 0;
    let mut smallest = event;
    loop {
        let left = most_tries - tries;
        let mut candidates = smaller(&smallest).take(left).inspect(|_| tries += 1);
        let next = candidates.find(breaks);
        drop(candidates);
        match next {
            Some(candidate) => smallest = candidate,
            None => return smallest,
        }
    }
}

/// The same event in the words of a known one: every text and number that may be the known event's becomes it, as long as
/// `breaks` holds. Nothing is added, so what was minimal stays so.
pub(crate) fn substitute_known_values(event: Value, known: &[&Value], breaks: &dyn Fn(&Value) -> bool) -> Value {
    let mut best = event;
    for known in known {
        let mut places = Vec::new();
        scalars(&best, &Pointer::root(), &mut places);
        for place in places.into_iter().take(MOST_TRIES / 4) {
            // Elements of one array are alike: the first of the known event stands for all.
            let wanted = place.resolve(known).or_else(|| first_element(&place).resolve(known));
            let Some(wanted) = wanted.filter(|wanted| is_scalar(wanted) && place.resolve(&best) != Some(wanted)) else {
                continue;
            };
            let candidate = apply_edits(&best, [&Edit::Set(place, wanted.clone())]);
            if breaks(&candidate) {
                best = candidate;
            }
        }
    }
    best
}

fn is_scalar(value: &Value) -> bool {
    !value.is_composite()
}

fn scalars(value: &Value, place: &Pointer, found: &mut Vec<Pointer>) {
    match &value.kind {
        Kind::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                scalars(element, &place.join(index.to_string()), found);
            }
        }
        Kind::Object(members) => {
            for member in members.iter() {
                scalars(&member.value, &place.join(member.key.as_str()), found);
            }
        }
        _ => found.push(place.clone()),
    }
}

pub(crate) fn first_element(place: &Pointer) -> Pointer {
    let is_index = |token: &String| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    place.tokens().iter().fold(Pointer::root(), |pointer, token| {
        pointer.join(if is_index(token) { "0" } else { token.as_str() })
    })
}

/// How many values there are in it.
pub(crate) fn count_values(value: &Value) -> usize {
    1 + match &value.kind {
        Kind::Array(elements) => elements.iter().map(count_values).sum(),
        Kind::Object(members) => members.iter().map(|member| count_values(&member.value)).sum(),
        _ => 0,
    }
}

/// The values that are one step smaller.
fn smaller(value: &Value) -> Box<dyn Iterator<Item = Value> + '_> {
    match &value.kind {
        Kind::Null | Kind::Bool(_) => Box::new(std::iter::empty()),
        Kind::Number(number) => Box::new(smaller_numbers(number).map(|number| Value::computed(Kind::Number(number)))),
        Kind::String(text) => Box::new(smaller_texts(text).map(|text| Value::computed(Kind::String(text)))),
        Kind::Array(elements) => {
            let shorter = (0..elements.len()).map(|index| {
                let mut left = elements.clone();
                left.remove(index);
                left
            });
            let simpler = (0..elements.len()).flat_map(move |index| {
                smaller(&elements[index]).map(move |element| {
                    let mut same = elements.clone();
                    same[index] = element;
                    same
                })
            });
            Box::new(shorter.chain(simpler).map(Value::array))
        }
        Kind::Object(members) => {
            let all: Rc<[Member]> = members.iter().cloned().collect();
            let without = Rc::clone(&all);
            let fewer = (0..without.len()).map(move |index| [&without[..index], &without[index + 1..]].concat());
            let simpler = members.iter().enumerate().flat_map(move |(index, member)| {
                let all = Rc::clone(&all);
                smaller(&member.value).map(move |value| {
                    let mut same = all.to_vec();
                    same[index].value = value;
                    same
                })
            });
            Box::new(fewer.chain(simpler).map(Value::object))
        }
    }
}

fn smaller_numbers(number: &JsonNumber) -> impl Iterator<Item = JsonNumber> {
    let length = number.as_str().len();
    let simple = ["0", "1"].into_iter().map(JsonNumber::from_text);
    let own = number.clone();
    simple.take_while(move |simple| *simple != own && length >= simple.as_str().len())
}

fn smaller_texts(text: &str) -> impl Iterator<Item = String> {
    let letters: Vec<char> = text.chars().collect();
    let half = letters.len() / 2;
    let cuts = [(0, 0), (0, half), (half, letters.len()), (1, letters.len())];
    let length = letters.len();
    let cuts = cuts
        .into_iter()
        .filter(move |(start, end)| *start <= *end && end - start < length);
    cuts.map(move |(start, end)| letters[start..end].iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    fn json(text: &str) -> Value {
        parse(&Source::new("test", text)).unwrap()
    }

    #[test]
    fn what_does_not_matter_goes() {
        let event = json(r#"{"a":{"b":[1,2,{"c":"long text","d":null}]},"e":17,"f":true}"#);
        let breaks = |value: &Value| value.to_json().contains("\"c\":");
        assert_eq!(shrink_event(event, &breaks), json(r#"{"a":{"b":[{"c":""}]}}"#));
    }

    #[test]
    fn a_minimal_event_takes_the_words_of_a_known_one_where_it_still_breaks() {
        let known = json(r#"{"id":"o-1","total":9.5,"items":[{"sku":"s-7","count":2}],"note":"hi"}"#);
        let minimal = json(r#"{"id":"","total":0,"items":[{"sku":""},{"sku":""}]}"#);
        let breaks = |value: &Value| value.member("total") == Some(&json("0"));
        let dressed = substitute_known_values(minimal, &[&known], &breaks);
        assert_eq!(
            dressed,
            json(r#"{"id":"o-1","total":0,"items":[{"sku":"s-7"},{"sku":"s-7"}]}"#)
        );
    }

    #[test]
    fn numbers_and_texts_become_simple() {
        let event = json(r#"[41.5,"abcdef"]"#);
        let breaks = |value: &Value| {
            value
                .as_array()
                .is_some_and(|elements| elements.len() == 2 && elements[1].as_str().is_some_and(|text| text.len() > 2))
        };
        assert_eq!(shrink_event(event, &breaks), json(r#"[0,"abc"]"#));
    }
}
