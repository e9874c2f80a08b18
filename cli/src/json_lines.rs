//! Many questions in one run. In: a file of JSON lines, one question each. Out: a line of JSON for each, in the same order. A question that cannot be
//! answered has an error in its line; the run goes on, and its exit code says that there was one.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use schemactl_model::Source;
use serde::Serialize;

use crate::args::StdinArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::input;
use crate::printable::printable_json;
use crate::problem::Problem;

/// The most bytes of a line; `args` names the same number. Two schemas of five megabytes, which is as long as a file may be, fit in.
const LONGEST_LINE: usize = 16_000_000;

/// Answers are written when they are longer than this together.
const MOST_ANSWERS: usize = 1 << 16;

/// A line that was read.
pub(crate) struct BatchLine {
    /// Counted from 1.
    pub(crate) number: usize,
    bytes: Vec<u8>,
    /// It is not longer than lines may be.
    is_whole: bool,
}

impl BatchLine {
    /// Returns the text, or why there is none.
    pub(crate) fn text(self) -> Result<String, String> {
        let number = self.number;
        if !self.is_whole {
            return Err(format!("line {number} has more than {LONGEST_LINE} bytes, the maximum"));
        }
        String::from_utf8(self.bytes).map_err(|_| format!("line {number} is not valid UTF-8"))
    }
}

/// Answers each line until the file ends. An error of `answer` is the line to print in its place.
pub(crate) fn answer_lines(
    file: &Path,
    context: &Context,
    mut answer: impl FnMut(BatchLine) -> Result<String, String>,
) -> Result<Exit, Problem> {
    let failed = |error| Problem::File {
        path: file.to_owned(),
        what: "read",
        error,
    };
    let input: Box<dyn Read> = if file == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::fs::File::open(file).map_err(failed)?)
    };
    let mut input = BufReader::new(input);
    let mut exit = Exit::Clean;
    let mut line = Vec::new();
    let mut answers = String::new();
    for number in 1_usize.. {
        line.clear();
        let is_whole = read_line(&mut input, &mut line).map_err(failed)?;
        if line.is_empty() {
            break;
        }
        if number == 1
            && [&b"\xef\xbb\xbf"[..], b"\xff\xfe", b"\xfe\xff"]
                .iter()
                .any(|mark| line.starts_with(mark))
        {
            let name = input::name_input(file, &StdinArgs::default());
            Source::from_bytes_of_any_size(name, line.clone()).map_err(|error| Problem::Json(vec![error]))?;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let line = BatchLine {
            number,
            bytes: std::mem::take(&mut line),
            is_whole,
        };
        let answered = answer(line).unwrap_or_else(|failed| {
            exit = Exit::Unreadable;
            failed
        });
        answers.extend([answered.as_str(), "\n"]);
        // Together, as long as the next line is here already; somebody may wait for an answer before the next line is sent.
        if input.buffer().is_empty() || answers.len() > MOST_ANSWERS {
            context.console.json(&std::mem::take(&mut answers));
        }
    }
    context.console.json(&answers);
    Ok(exit)
}

/// Returns an answer as a line of JSON.
pub(crate) fn write_line(answer: &impl Serialize) -> String {
    let json = serde_json::to_string(answer).expect("answers have string keys and no fallible serializers");
    printable_json(&json).into_owned()
}

/// Reads a line, its line break included, and returns whether it is not too long. Of one that is, the rest is passed over.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    let most = LONGEST_LINE as u64 + 1;
    let read = input.by_ref().take(most).read_until(b'\n', line)?;
    if read <= LONGEST_LINE || line.ends_with(b"\n") {
        return Ok(true);
    }
    loop {
        let rest = input.fill_buf()?;
        let end = rest.iter().position(|byte| *byte == b'\n');
        let passed = end.map_or(rest.len(), |end| end + 1);
        input.consume(passed);
        if end.is_some() || passed == 0 {
            return Ok(false);
        }
    }
}
