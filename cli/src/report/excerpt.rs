//! Long events, cut around the place that a finding is about. In: an event and a place in it. Out: text with what leads to the place,
//! its closest neighbours, and how many members are left out. Programs get events whole.

use schemactl_model::{Kind, Pointer, Value};

use crate::words::shorten_text;

/// Events that are no longer are shown whole: they fit into two lines of a terminal.
const LONGEST_WHOLE: usize = 160;
/// A value beside the place is shown if it is no longer; others are left out first.
const LONGEST_NEIGHBOUR: usize = 40;
/// Neighbours of the place that are shown.
const MOST_NEIGHBOURS: usize = 2;

/// Returns the sentence that shows an event, cut around a place if it is long. What is cut is no JSON that could be replayed: the sentence names the
/// command that shows all of it.
pub(crate) fn introduce_event(event: &Value, place: Option<&Pointer>, whole_by: &str) -> String {
    let whole = event.to_json();
    match place {
        Some(place) if whole.chars().count() > LONGEST_WHOLE => {
            format!(
                "this event breaks, shortened ({whole_by} shows all of it): {}",
                cut(event, place.tokens())
            )
        }
        _ => format!("this event breaks: {whole}"),
    }
}

fn cut(value: &Value, tokens: &[String]) -> String {
    let Some((first, rest)) = tokens.split_first() else {
        return shorten_text(&value.to_json(), LONGEST_WHOLE);
    };
    match &value.kind {
        Kind::Object(members) => {
            let is_short = |value: &Value| value.to_json().chars().count() <= LONGEST_NEIGHBOUR;
            let mut left = if rest.is_empty() { MOST_NEIGHBOURS } else { 1 };
            let mut shown = Vec::new();
            for member in members.iter() {
                let key = Value::string(&member.key).to_json();
                if member.key == *first {
                    shown.push(format!("{key}:{}", cut(&member.value, rest)));
                } else if left > 0 && is_short(&member.value) {
                    left -= 1;
                    shown.push(format!("{key}:{}", member.value.to_json()));
                }
            }
            let more = members.len() - shown.len();
            format!("{{{}{}}}", shown.join(","), left_out(more, shown.is_empty(), "member"))
        }
        Kind::Array(elements) => {
            let index = first.parse::<usize>().ok();
            let shown: Vec<String> = index
                .and_then(|index| elements.get(index))
                .map(|element| cut(element, rest))
                .into_iter()
                .collect();
            let more = elements.len() - shown.len();
            format!("[{}{}]", shown.join(","), left_out(more, shown.is_empty(), "element"))
        }
        _ => shorten_text(&value.to_json(), LONGEST_WHOLE),
    }
}

fn left_out(count: usize, is_first: bool, what: &str) -> String {
    let comma = if is_first { "" } else { ", " };
    match count {
        0 => String::new(),
        1 => format!("{comma}… 1 more {what}"),
        _ => format!("{comma}… {count} more {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    fn read(text: &str) -> Value {
        parse(&Source::new("test", text)).unwrap()
    }

    #[test]
    fn a_short_event_is_whole_and_a_long_one_is_cut_around_the_place() {
        let place = Pointer::parse("/items/1/unitPrice").unwrap();
        let short = read(r#"{"items":[{},{"unitPrice":"x"}]}"#);
        let shown = |event: &Value, place: Option<&Pointer>| introduce_event(event, place, "`-v`");
        assert_eq!(
            shown(&short, Some(&place)),
            format!("this event breaks: {}", short.to_json())
        );
        let long = read(&format!(
            r#"{{"orderId":"o-1","note":"{}","items":[{{"unitPrice":1}},{{"sku":"s","unitPrice":"x","a":1,"b":2}}],"z":1}}"#,
            "n".repeat(300)
        ));
        assert_eq!(shown(&long, None), format!("this event breaks: {}", long.to_json()));
        assert_eq!(
            shown(&long, Some(&place)),
            r#"this event breaks, shortened (`-v` shows all of it): {"orderId":"o-1","items":[{"sku":"s","unitPrice":"x","a":1, … 1 more member}, … 1 more element], … 2 more members}"#
        );
    }

    #[test]
    fn a_missing_property_leaves_its_neighbours() {
        let long = read(&format!(r#"{{"a":"{}","b":1}}"#, "n".repeat(300)));
        let place = Pointer::parse("/gone").unwrap();
        let shown = introduce_event(&long, Some(&place), "`-v`");
        assert!(shown.ends_with(r#": {"b":1, … 1 more member}"#), "{shown}");
    }
}
