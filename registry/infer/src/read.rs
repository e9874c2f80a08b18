//! Events in a file. In: its text. Out: the events. A file holds one event, a list of events, or an event a line, as
//! `aws logs` and archives write them; or entries of PutEvents, as producers write them.

use schemactl_model::{Kind, Member, ParseError, Source, Value, parse};

/// The list of a request to PutEvents.
const ENTRIES: &str = "Entries";

/// The member of an entry of PutEvents that holds the detail as a text.
const DETAIL: &str = "Detail";

/// The ends of names of files that have an event per line, also if it is one or the first is broken.
const LINE_FILES: [&str; 3] = [".jsonl", ".ndjson", ".jsonlines"];

/// Returns whether a file has an event per line: the first line with something on it is JSON and not the only one, or the name says so and the
/// file is no single value over several lines. `is_one_value` is asked only where nothing else decides.
pub fn has_event_per_line(name: &str, first: &str, has_more: bool, is_one_value: impl FnOnce() -> bool) -> bool {
    let name = name.to_ascii_lowercase();
    let is_named = LINE_FILES.iter().any(|end| name.ends_with(end));
    let is_json = |text| parse(&Source::new("", text)).is_ok();
    has_more && is_json(first) || is_named && (!has_more || !is_one_value())
}

/// Returns the lines of a file that has an event per line, each at its place in the file. `None` if the file is one text.
pub fn split_event_lines(file: &Source) -> Option<impl Iterator<Item = Source> + '_> {
    let mut lines = lines(file).map(|(_, line)| line);
    let (first, has_more) = (lines.next()?, lines.next().is_some());
    let is_split = has_event_per_line(file.path(), first, has_more, || parse(file).is_ok());
    is_split.then(|| lines_of(file))
}

fn lines_of(file: &Source) -> impl Iterator<Item = Source> + '_ {
    lines(file).map(|(number, line)| Source::at_line(file.path(), line, number))
}

/// The lines with something on them, with their numbers.
fn lines(file: &Source) -> impl Iterator<Item = (usize, &str)> {
    let lines = file.text().lines().enumerate();
    let written = lines.filter(|(_, line)| !line.trim().is_empty());
    written.map(|(index, line)| (index + 1, line))
}

/// Returns the events of a file. The detail of an event is an object, so a list at the top is a list of events. An entry of PutEvents is the
/// event that EventBridge makes of it, as far as that is known: its source, detail-type and detail.
///
/// # Errors
/// Fails with every fault of the text. Faults of a file with an event a line name the line, those of the detail of an entry the entry.
pub fn read_events(source: &Source) -> Result<Vec<Value>, Vec<ParseError>> {
    let Some(lines) = split_event_lines(source) else {
        return read_text_events(source, false, 0);
    };
    let lines: Vec<_> = lines.collect();
    let mut events = Vec::new();
    let mut errors = Vec::new();
    for line in &lines {
        // A list on the only line is a list of events, as it is in any other file.
        match read_text_events(line, lines.len() > 1, events.len()) {
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
        assert!(message.starts_with("events:2:7"), "{message}");
        assert!(read("{\"a\":\n1").unwrap_err().starts_with("events:"));
    }

    fn lines_of_file(name: &str, text: &str) -> Option<Vec<usize>> {
        let file = Source::new(name, text);
        split_event_lines(&file).map(|lines| lines.map(|line| line.first_line()).collect())
    }

    #[test]
    fn a_file_has_events_in_lines_by_its_lines_or_by_its_name() {
        for (name, text, lines) in [
            ("a.json", "{\n  \"a\": 1\n}\n", None),
            ("a.json", "{}\n", None),
            ("a.json", "{}\r\n\r\n{}\r\n", Some(vec![1, 3])),
            ("a.json", "{}\n{\n", Some(vec![1, 2])),
            ("a.json", "{\n{}\n", None),
            ("a.jsonl", "{}", Some(vec![1])),
            ("a.jsonl", "\n{}", Some(vec![2])),
            ("a.JSONL", "{\n{}\n", Some(vec![1, 2])),
            ("a.ndjson", "{\n}\n", None),
            ("a.jsonl", "", None),
        ] {
            assert_eq!(lines_of_file(name, text), lines, "{name} {text:?}");
        }
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
