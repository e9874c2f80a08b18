//! Texts that hold events: a file, or each line of a file with an event per line. In: a file. Out: its texts, with their lines.

use schemactl_infer::split_event_lines;
use schemactl_model::Source;

/// A text, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct EventText {
    pub(super) source: Source,
    /// The file, as people know it.
    pub(super) file: String,
    /// The line of a file with an event per line.
    pub(super) line: Option<usize>,
    /// The members of messages around it, such as `Records[0].body`.
    pub(super) message: Option<String>,
}

impl EventText {
    /// Creates the text of a file that cannot be read.
    pub(super) fn unread(file: &str) -> Self {
        Self::new(Source::new(file, ""), file.to_owned(), None)
    }

    fn new(source: Source, file: String, line: Option<usize>) -> Self {
        Self {
            source,
            file,
            line,
            message: None,
        }
    }

    /// Returns the text of a message in it.
    pub(super) fn inside(&self, place: &str, text: &str) -> Self {
        let message = match &self.message {
            Some(around) => format!("{around}: {place}"),
            None => place.to_owned(),
        };
        let name = format!("{}: {place}", self.name());
        Self {
            source: Source::new(name, text),
            message: Some(message),
            ..self.clone()
        }
    }

    /// Returns what it is called in a result: `orders.json`, `orders.jsonl:3`, `orders.json: Records[0].body`.
    pub(super) fn name(&self) -> String {
        let line = self.line.map_or_else(String::new, |line| format!(":{line}"));
        let message = self.message.iter().map(|message| format!(": {message}"));
        format!("{}{line}{}", self.file, message.collect::<String>())
    }
}

/// Returns the texts of a file: each line if it has an event per line, or else the file itself.
pub(super) fn split_texts(file: &Source) -> Box<dyn Iterator<Item = EventText> + '_> {
    let path = file.path();
    match split_event_lines(file) {
        None => Box::new(std::iter::once(EventText::new(file.clone(), path.to_owned(), None))),
        Some(lines) => Box::new(lines.map(move |line| {
            let number = line.first_line();
            EventText::new(line, path.to_owned(), Some(number))
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(name: &str, text: &str) -> Vec<String> {
        let file = Source::new(name, text);
        split_texts(&file).map(|text| text.name()).collect()
    }

    #[test]
    fn a_text_is_a_file_or_a_line() {
        assert_eq!(lines_of("a.json", "{\n  \"a\": 1\n}\n"), ["a.json"]);
        assert_eq!(lines_of("a.json", "{}\n"), ["a.json"]);
        assert_eq!(lines_of("a.json", "{}\r\n\r\n{}\r\n"), ["a.json:1", "a.json:3"]);
        assert_eq!(lines_of("a.json", "{}\n{\n"), ["a.json:1", "a.json:2"]);
        assert_eq!(lines_of("a.jsonl", "{}"), ["a.jsonl:1"]);
        assert_eq!(lines_of("a.jsonl", "{\n{}\n"), ["a.jsonl:1", "a.jsonl:2"]);
        assert_eq!(lines_of("a.ndjson", "{\n}\n"), ["a.ndjson"]);
        assert_eq!(lines_of("a.jsonl", ""), ["a.jsonl"]);
    }
}
