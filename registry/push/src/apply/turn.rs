//! The turn of a write, and what a call that fails is called. In: the calls of a run, and the operation. Out: the write may be made, or the
//! error that names it.

use crate::remote::{RemoteError, RemoteErrorKind};
use crate::retry::Calls;

/// Waits for the turn of a write.
pub(super) fn wait_for_turn(calls: &Calls<'_>, operation: &'static str, subject: &str) -> Result<(), RemoteError> {
    if calls.write_slot() {
        return Ok(());
    }
    Err(failure_of_call(
        calls,
        RemoteErrorKind::Interrupted,
        operation,
        subject,
        "stopped before the request was sent".to_owned(),
    ))
}

pub(super) fn failure_of_call(
    calls: &Calls<'_>,
    kind: RemoteErrorKind,
    operation: &'static str,
    schema: &str,
    message: String,
) -> RemoteError {
    RemoteError {
        kind,
        operation,
        subject: format!("schema {schema}, {}", calls.remote.describe()),
        message,
        retry_after: None,
    }
}
