//! A cause of an error is in its text or in `source()`: reports that print the chain of causes have each of them, once.
#![allow(clippy::unwrap_used)]

use std::error::Error;
use std::fmt;

use schemactl_runtime::{DecodeError, EntryError, Envelope, PublishError};

/// What the AWS SDK makes of a call that failed: its own text names no cause.
#[derive(Debug)]
struct CallError(std::io::Error);

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("service error")
    }
}

impl Error for CallError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

/// The texts of an error and of its causes.
fn chain(error: &dyn Error) -> Vec<String> {
    let mut texts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        texts.push(error.to_string());
        cause = error.source();
    }
    texts
}

#[test]
fn the_cause_of_a_failed_call_is_told() {
    let error = PublishError::Call(CallError(std::io::Error::other("the token has expired")));
    assert_eq!(chain(&error), ["service error", "the token has expired"]);
}

#[test]
fn a_cause_that_is_in_the_text_is_told_once() {
    let json = || serde_json::from_str::<u8>("x").unwrap_err();
    let envelope = || Envelope::parse("[]").unwrap_err();
    let errors: [Box<dyn Error>; 6] = [
        Box::new(EntryError::from(json())),
        Box::new(envelope()),
        Box::new(DecodeError::from(envelope())),
        Box::new(DecodeError::Version {
            field: "version",
            error: json(),
        }),
        Box::new(DecodeError::Detail {
            event: "com.myapp.orders@OrderPlaced",
            version: "1.0",
            error: json(),
        }),
        Box::new(DecodeError::Encoding(
            String::from_utf8(vec![0xff]).unwrap_err().utf8_error(),
        )),
    ];
    for error in errors {
        assert_eq!(chain(&*error).len(), 1, "{error}");
    }
}
