//! Messages of JSON-RPC as they stand in a stream. In: bytes of an editor. Out: messages, or what is wrong with one, so that the next one can be
//! read all the same.

use std::io::{self, BufRead, Read, Write};

use lsp_server::{ErrorCode, Message};
use serde_json::{Value, json};

/// Bytes of a message at most. A schema has at most 16,000,000, and each of them may be six in JSON; whoever announces more would have us
/// reserve memory that the machine does not have.
const LONGEST_MESSAGE: usize = 128 * 1024 * 1024;
/// Bytes of a header line at most: the two headers that there are need fewer than a hundred.
const LONGEST_HEADER: u64 = 4096;

/// A message that has the length it announces and cannot be understood.
#[derive(Debug)]
pub(crate) struct MalformedMessage {
    /// The request that it may have been; `null` where none can be told.
    id: Value,
    code: ErrorCode,
    reason: String,
}

/// Reads the next message. Returns `None` at the end of the stream.
///
/// # Errors
/// Fails where nobody can tell where the next message begins.
pub(crate) fn read_message(input: &mut impl BufRead) -> io::Result<Option<Result<Message, MalformedMessage>>> {
    let Some(length) = read_headers(input)? else {
        return Ok(None);
    };
    let mut content = vec![0; length];
    input.read_exact(&mut content)?;
    Ok(Some(parse_message(&content)))
}

/// Returns the length that the headers announce; `None` where there is nothing any more.
fn read_headers(input: &mut impl BufRead) -> io::Result<Option<usize>> {
    let mut length = None;
    let mut is_first = true;
    loop {
        let mut line = Vec::new();
        input.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut line)?;
        if line.is_empty() && is_first {
            return Ok(None);
        }
        is_first = false;
        if line.pop() != Some(b'\n') {
            return Err(invalid("a header of a message has no end"));
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches('\r');
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or_default();
        if name.eq_ignore_ascii_case("Content-Length") {
            length = value.trim().parse::<usize>().ok();
        }
    }
    match length {
        Some(length) if length <= LONGEST_MESSAGE => Ok(Some(length)),
        Some(length) => Err(invalid(&format!(
            "`Content-Length` is {length}; expected at most {LONGEST_MESSAGE}"
        ))),
        None => Err(invalid("a message has no `Content-Length`")),
    }
}

fn invalid(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

fn parse_message(content: &[u8]) -> Result<Message, MalformedMessage> {
    let value: Value = serde_json::from_slice(content).map_err(|error| MalformedMessage {
        id: Value::Null,
        code: ErrorCode::ParseError,
        reason: format!("the message is not JSON: {error}"),
    })?;
    let id = value.get("id").cloned();
    let is_call = value.get("method").is_some();
    let malformed = |reason: String| MalformedMessage {
        id: id.clone().filter(|_| is_call).unwrap_or_default(),
        code: ErrorCode::InvalidRequest,
        reason,
    };
    match serde_json::from_value(value) {
        // A request whose id is of no type that there is reads like a notification: whoever sent it would wait for ever.
        Ok(Message::Notification(call)) if id.is_some() => Err(malformed(format!(
            "the `id` of `{}` must be a string or an integer of 32 bits",
            call.method
        ))),
        Ok(message) => Ok(message),
        Err(_) => Err(malformed(
            "the message is neither a request, nor a notification, nor a response".to_owned(),
        )),
    }
}

/// Writes the answer to a message that cannot be understood.
pub(crate) fn write_malformed(output: &mut impl Write, message: &MalformedMessage) -> io::Result<()> {
    let error = json!({"code": message.code as i32, "message": message.reason});
    let answer = json!({"jsonrpc": "2.0", "id": message.id, "error": error}).to_string();
    write!(output, "Content-Length: {}\r\n\r\n{answer}", answer.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(stream: &str) -> Vec<String> {
        let mut input = stream.as_bytes();
        let mut found = Vec::new();
        loop {
            match read_message(&mut input) {
                Ok(None) => return found,
                Ok(Some(Ok(Message::Request(request)))) => found.push(format!("request {}", request.method)),
                Ok(Some(Ok(Message::Notification(call)))) => found.push(format!("notification {}", call.method)),
                Ok(Some(Ok(Message::Response(_)))) => found.push("response".to_owned()),
                Ok(Some(Err(malformed))) => found.push(format!("{} {}", malformed.code as i32, malformed.id)),
                Err(error) => {
                    found.push(error.to_string());
                    return found;
                }
            }
        }
    }

    fn framed(contents: &[&str]) -> String {
        let frames = contents
            .iter()
            .map(|content| format!("Content-Length: {}\r\n\r\n{content}", content.len()));
        frames.collect()
    }

    #[test]
    fn what_cannot_be_understood_hides_no_other_message() {
        let stream = framed(&[
            "{",
            r#"{"id": 1, "method": "a"}"#,
            "[]",
            r#"{"id": 5000000000, "method": "b"}"#,
            r#"{"id": null, "method": "b"}"#,
            r#"{"method": "c"}"#,
            r#"{"id": 2, "result": null}"#,
            r#"{"id": 3}"#,
            "\u{e9}",
        ]);
        let expected = [
            "-32700 null",
            "request a",
            "-32600 null",
            "-32600 5000000000",
            "-32600 null",
            "notification c",
            "response",
            "-32600 null",
            "-32700 null",
        ];
        assert_eq!(read(&stream), expected);
    }

    #[test]
    fn a_stream_without_lengths_ends() {
        assert_eq!(read(""), [""; 0]);
        for (stream, error) in [
            ("Content-Type: x\r\n\r\n{}", "a message has no `Content-Length`"),
            ("Content-Length: x\r\n\r\n{}", "a message has no `Content-Length`"),
            ("Content-Length: 7", "a header of a message has no end"),
            ("Content-Length: 7\r\n\r\n{}", "failed to fill whole buffer"),
            (
                "Content-Length: 999999999999\r\n\r\n",
                "`Content-Length` is 999999999999; expected at most 134217728",
            ),
        ] {
            assert_eq!(read(stream), [error], "{stream}");
        }
        assert_eq!(read(&"x".repeat(10_000)), ["a header of a message has no end"]);
    }
}
