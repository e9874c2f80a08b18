//! Events in a file. In: its text. Out: the events. A file holds one event, a list of events, or an event a line, as
//! `aws logs` and archives write them.

use schemactl_model::{Kind, ParseError, Source, Value, parse};

/// The events of a file. The detail of an event is an object, so a list at the top is a list of events. Errors of a file with an
/// event a line name the line.
pub fn read_events(source: &Source) -> Result<Vec<Value>, Vec<ParseError>> {
    let lines: Vec<_> = lines(source).collect();
    let is_lines = lines.len() > 1 && parse(&lines[0]).is_ok();
    if !is_lines {
        return Ok(match parse(source)?.kind {
            Kind::Array(events) => events,
            kind => vec![Value::computed(kind)],
        });
    }
    let mut events = Vec::new();
    let mut errors = Vec::new();
    for line in &lines {
        match parse(line) {
            Ok(event) => events.push(event),
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() { Ok(events) } else { Err(errors) }
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
}
