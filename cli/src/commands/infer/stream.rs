//! The events of a file, one after the other. In: a file or standard input. Out: each event, which is not kept: a file with one event per line may
//! have any size. A list of events, and an event over several lines, is one JSON text, which is read as a whole.

use std::io::{BufRead, Cursor, Read as _};
use std::path::Path;

use schemactl_infer::{has_event_per_line, read_text_events};
use schemactl_model::{ParseError, Source, Value, parse};

use crate::args::StdinArgs;
use crate::input::{name_input, open_input};
use crate::problem::Problem;

/// Bytes of one JSON text. As values it takes about ten times as much memory.
const LARGEST_TEXT: u64 = 200_000_000;

/// Faults after which a file is left: about a screen.
const MOST_FAULTS: usize = 20;

/// Calls `see` with each event.
pub(super) fn stream_events(path: &Path, stdin: &StdinArgs, see: &mut impl FnMut(&Value)) -> Result<(), Problem> {
    let mut lines = EventLines {
        name: name_input(path, stdin),
        path,
        reader: open_input(path)?,
        number: 0,
    };
    let Some(first) = lines.next_line()? else {
        let empty = Source::new(&*lines.name, "");
        return Err(Problem::Json(parse(&empty).err().unwrap_or_default()));
    };
    let number = lines.number;
    let second = lines.next_line()?;
    let after = lines.number;
    let (text, has_more) = (String::from_utf8_lossy(&first), second.is_some());
    let start = || [&*first, second.as_deref().unwrap_or_default()].concat();
    let mut rest = None;
    let name = lines.name.clone();
    let is_split = has_event_per_line(&name, &text, has_more, || {
        let whole = rest.insert(lines.read_rest(start()));
        whole.as_ref().is_ok_and(|bytes| is_one_text(&name, bytes))
    });
    match (is_split, rest) {
        (true, None) => {
            let first = [(number, first)].into_iter();
            let second = second.map(|second| (after, second));
            lines.read_each(first.chain(second).collect(), see)
        }
        (true, Some(rest)) => {
            lines.reader = Box::new(Cursor::new(rest?));
            lines.number = 0;
            lines.read_each(Vec::new(), see)
        }
        (false, rest) => {
            let bytes = rest.unwrap_or_else(|| lines.read_rest(start()))?;
            let text = Source::from_bytes_of_any_size(lines.name, bytes).map_err(|error| Problem::Json(vec![error]))?;
            let events = read_text_events(&text, false, 0).map_err(Problem::Json)?;
            events.iter().for_each(see);
            Ok(())
        }
    }
}

/// Whether a file is one JSON value, or no text at all, as UTF-16 is none: that has no lines.
fn is_one_text(name: &str, bytes: &[u8]) -> bool {
    Source::from_bytes_of_any_size(name, bytes.to_vec()).map_or(true, |text| parse(&text).is_ok())
}

/// Returns a line of a file at its place, without the blank lines before it.
fn place_line(name: &str, number: usize, line: &[u8]) -> Result<Source, ParseError> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let start = line.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    match Source::from_bytes_of_any_size(name, line[start..].to_vec()) {
        Ok(text) => Ok(Source::at_line(name, text.text(), number)),
        Err(error) => Err(ParseError {
            source_file: Source::at_line(name, error.source_file.text(), number),
            ..error
        }),
    }
}

/// The lines of a file that are not read yet.
struct EventLines<'p> {
    name: String,
    path: &'p Path,
    reader: Box<dyn BufRead>,
    /// The number of the last line that was read.
    number: usize,
}

impl EventLines<'_> {
    /// Returns the next line that is not blank. Blank lines before the first one are in it, so that places in a whole text are right.
    fn next_line(&mut self) -> Result<Option<Vec<u8>>, Problem> {
        let mut line = Vec::new();
        loop {
            let start = line.len();
            let mut reader = (&mut self.reader).take(LARGEST_TEXT + 1);
            let read = reader
                .read_until(b'\n', &mut line)
                .map_err(|error| failed(self.path, error))?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            if line.len() as u64 > LARGEST_TEXT {
                return Err(too_large(&self.name));
            }
            if !line[start..].trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
    }

    /// Returns a text that began with a line.
    fn read_rest(&mut self, mut bytes: Vec<u8>) -> Result<Vec<u8>, Problem> {
        let mut reader = (&mut self.reader).take(LARGEST_TEXT + 1);
        reader
            .read_to_end(&mut bytes)
            .map_err(|error| failed(self.path, error))?;
        if bytes.len() as u64 > LARGEST_TEXT {
            return Err(too_large(&self.name));
        }
        Ok(bytes)
    }

    /// Calls `see` with the events of these numbered lines, and of all that follow.
    fn read_each(mut self, first: Vec<(usize, Vec<u8>)>, see: &mut impl FnMut(&Value)) -> Result<(), Problem> {
        let mut errors: Vec<ParseError> = Vec::new();
        let mut count = 0;
        // A list on the only line is a list of events, as it is in any other file.
        let is_only = first.len() == 1;
        let mut read = |name: &str, number: usize, line: &[u8]| {
            let text = place_line(name, number, line).map_err(|error| vec![error]);
            match text.and_then(|text| read_text_events(&text, !is_only, count)) {
                Ok(events) => {
                    count += events.len();
                    events.iter().for_each(&mut *see);
                }
                Err(found) => errors.extend(found),
            }
            errors.len() < MOST_FAULTS
        };
        let mut goes_on = true;
        for (number, line) in first {
            goes_on &= read(&self.name, number, &line);
        }
        while goes_on && let Some(line) = self.next_line()? {
            goes_on = read(&self.name, self.number, &line);
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Problem::Json(errors))
        }
    }
}

fn failed(path: &Path, error: std::io::Error) -> Problem {
    Problem::File {
        path: path.to_owned(),
        what: "read",
        error,
    }
}

fn too_large(name: &str) -> Problem {
    Problem::usage(
        format!("{name} has one JSON text of more than {} MB", LARGEST_TEXT / 1_000_000),
        "write one event per line, such as with `jq -c '.[]'`: lines are read one after the other, and their number is not limited",
    )
}
