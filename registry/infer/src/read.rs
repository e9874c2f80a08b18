//! Events in a file. In: its text. Out: the events. A file holds one event, a list of events, or an event a line, as
//! `aws logs` and archives write them; or entries of PutEvents, as producers write them.

use schemactl_model::{Kind, Member, ParseError, Source, Value, parse};

/// The list of a request to PutEvents.
const ENTRIES: &str = "Entries";

/// The member of an entry of PutEvents that holds the detail as a text.
const DETAIL: &str = "Detail";

/// Returns the events of a file. The detail of an event is an object, so a list at the top is a list of events. An entry of PutEvents is the
/// event that EventBridge makes of it, as far as that is known: its source, detail-type and detail.
///
/// # Errors
/// Fails with every fault of the text. Faults of a file with an event a line name the line, those of the detail of an entry the entry.
pub fn read_events(source: &Source) -> Result<Vec<Value>, Vec<ParseError>> {
    let lines: Vec<_> = lines(source).collect();
    let is_lines = lines.len() > 1 && parse(&lines[0]).is_ok();
    let texts = if is_lines { lines } else { vec![source.clone()] };
    let mut events = Vec::new();
    let mut errors = Vec::new();
    for text in &texts {
        match read_text_events(text, is_lines, events.len()) {
            Ok(read) => events.extend(read),
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() { Ok(events) } else { Err(errors) }
}

/// Returns the events of one JSON text: a file, or a line of a file with an event a line. `before` is the number of events before it.
///
/// # Errors
/// Fails with every fault of the text, as [`read_events`] does.
pub fn read_text_events(text: &Source, is_line: bool, before: usize) -> Result<Vec<Value>, Vec<ParseError>> {
    let mut events = Vec::new();
    let mut errors = Vec::new();
    for event in list_events(parse(text)?, is_line) {
        match event_of_entry(text, &event, before + events.len()) {
            Some(Ok(delivered)) => events.push(delivered),
            Some(Err(found)) => errors.extend(found),
            None => events.push(event),
        }
    }
    if errors.is_empty() { Ok(events) } else { Err(errors) }
}

/// Returns the events of one JSON text: those of a list or of a request to PutEvents, or the one that it is. In a file with an event a line a list
/// is an event.
fn list_events(value: Value, is_line: bool) -> Vec<Value> {
    if let Some(entries) = value.member(ENTRIES).and_then(Value::as_array)
        && entries.iter().all(|entry| members_of_entry(entry).is_some())
    {
        return entries.to_vec();
    }
    match value.kind {
        Kind::Array(events) if !is_line => events,
        kind => vec![Value::computed(kind)],
    }
}

/// Returns source, detail-type and the text of the detail, if a value is an entry of PutEvents: no event has these members by chance.
fn members_of_entry(value: &Value) -> Option<[&str; 3]> {
    let text = |name| value.member(name).and_then(Value::as_str);
    Some([text("Source")?, text("DetailType")?, text(DETAIL)?])
}

/// Returns the event that EventBridge makes of an entry of PutEvents. `None` if it is no entry.
fn event_of_entry(file: &Source, entry: &Value, index: usize) -> Option<Result<Value, Vec<ParseError>>> {
    let [source, detail_type, detail] = members_of_entry(entry)?;
    let detail = Source::new(format!("{}, event {}: {DETAIL}", file.path(), index + 1), detail);
    let event = parse(&detail).map(|detail| {
        Value::object(vec![
            Member::new("source", Value::string(source)),
            Member::new("detail-type", Value::string(detail_type)),
            Member::new("detail", detail),
        ])
    });
    Some(event)
}

/// The lines with something on them, each as a source of its own that tells its number.
fn lines(source: &Source) -> impl Iterator<Item = Source> {
    let lines = source.text().lines().enumerate();
    let written = lines.filter(|(_, line)| !line.trim().is_empty());
    written.map(|(index, line)| Source::new(format!("{} line {}", source.path(), index + 1), line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<usize, String> {
        let read = read_events(&Source::new("events", text));
        read.map(|events| events.len()).map_err(|errors| errors[0].to_string())
    }

    #[test]
    fn one_event_a_list_or_lines() {
        assert_eq!(read("{\n  \"a\": 1\n}"), Ok(1));
        assert_eq!(read("[\n{}, {},\n{}]"), Ok(3));
        assert_eq!(read("[]"), Ok(0));
        assert_eq!(read("{\"a\": 1}\n\n{\"a\": 2}\n"), Ok(2));
        assert!(read("").is_err());
        let message = read("{\"a\": 1}\n{\"a\": }\n").unwrap_err();
        assert!(message.starts_with("events line 2:1:7"), "{message}");
        assert!(read("{\"a\":\n1").unwrap_err().starts_with("events:"));
    }

    #[test]
    fn entries_of_put_events_are_the_events_that_they_become() {
        let entry = r#"{"Source": "a", "DetailType": "b", "Detail": "{\"n\": 1.0}", "EventBusName": "c"}"#;
        let event = r#"{"source": "a", "detail-type": "b", "detail": {"n": 1.0}}"#;
        let expected = parse(&Source::new("event", event)).unwrap();
        for text in [
            entry.to_owned(),
            format!("[{entry}]"),
            format!(r#"{{"Entries": [{entry}]}}"#),
        ] {
            let events = read_events(&Source::new("events", text)).unwrap();
            assert_eq!(events, std::slice::from_ref(&expected));
        }
        assert_eq!(read(&format!("{entry}\n{entry}\n")), Ok(2));
        let message = read(r#"{"Source": "a", "DetailType": "b", "Detail": "{"}"#).unwrap_err();
        assert!(message.starts_with("events, event 1: Detail:1:"), "{message}");
        // Something else that has such a member.
        assert_eq!(read(r#"{"Entries": [{"id": 1}, {"id": 2}]}"#), Ok(1));
        assert_eq!(read(r#"{"Source": "a", "DetailType": "b", "Detail": 1}"#), Ok(1));
    }
}
