//! The status of the last answer that a thread got. In: the answers of all calls. Out: the status that an error names. Outputs of the SDK do not have it,
//! and an answer of success that says nothing can have any.

use std::cell::Cell;

use aws_sdk_schemas::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_schemas::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_schemas::error::BoxError;

thread_local! {
    // INVARIANT: a call blocks the thread that makes it, and the thread itself drives it: what it noted last is the answer to its call. Eight readers
    // share a client, and would name the status of another one's answer.
    static LAST: Cell<u16> = const { Cell::new(0) };
}

/// Notes the status of each answer.
#[derive(Debug)]
pub(crate) struct StatusObserver;

impl Intercept for StatusObserver {
    fn name(&self) -> &'static str {
        "StatusObserver"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        LAST.set(context.response().status().as_u16());
        Ok(())
    }
}

/// Returns the status of the last answer of this thread.
pub(crate) fn last_status() -> u16 {
    LAST.get()
}
