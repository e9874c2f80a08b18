//! Smaller events that break the same. In: an event and a test that it passes. Out: one that passes it too, and from which
//! nothing can be left out by itself: no property, no element, no character but the first. It is 1-minimal, not the smallest.

use schemactl_model::{Entry, Kind, Number, Object, Value};

/// Tries, so that a large event costs no more than a small one is worth.
const MOST_TRIES: usize = 400;
/// Values that are copied and validated in all tries together: a very large event is tried a few times only.
const MOST_VALUES: usize = 100_000;

/// Shrinks `event` as long as `breaks` holds.
pub(crate) fn shrink(event: Value, breaks: &dyn Fn(&Value) -> bool) -> Value {
    let most_tries = MOST_TRIES.min(MOST_VALUES / size(&event));
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

/// How many values there are in it.
fn size(value: &Value) -> usize {
    1 + match &value.kind {
        Kind::Array(elements) => elements.iter().map(size).sum(),
        Kind::Object(members) => members.iter().map(|member| size(&member.value)).sum(),
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
            Box::new(
                shorter
                    .chain(simpler)
                    .map(|elements| Value::computed(Kind::Array(elements))),
            )
        }
        Kind::Object(members) => {
            let all: Vec<Entry> = members.iter().cloned().collect();
            let (without, simpler) = (all.clone(), all);
            let fewer = (0..without.len()).map(move |index| {
                let mut left = without.clone();
                left.remove(index);
                left
            });
            let simpler = members.iter().enumerate().flat_map(move |(index, member)| {
                let all = simpler.clone();
                smaller(&member.value).map(move |value| {
                    let mut same = all.clone();
                    same[index].value = value;
                    same
                })
            });
            Box::new(
                fewer
                    .chain(simpler)
                    .map(|entries| Value::computed(Kind::Object(Object::from_entries(entries)))),
            )
        }
    }
}

fn smaller_numbers(number: &Number) -> impl Iterator<Item = Number> {
    let length = number.as_str().len();
    let simple = ["0", "1"].into_iter().map(Number::from_text);
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
        assert_eq!(shrink(event, &breaks), json(r#"{"a":{"b":[{"c":""}]}}"#));
    }

    #[test]
    fn numbers_and_texts_become_simple() {
        let event = json(r#"[41.5,"abcdef"]"#);
        let breaks = |value: &Value| {
            value
                .as_array()
                .is_some_and(|elements| elements.len() == 2 && elements[1].as_str().is_some_and(|text| text.len() > 2))
        };
        assert_eq!(shrink(event, &breaks), json(r#"[0,"abc"]"#));
    }
}
