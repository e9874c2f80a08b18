//! Deleting. In: what is to go, as it was when the plan was made. Out: it is gone, or it was another one and is still there.

use super::AppliedAction;
use super::turn::{failure_of_call, wait_for_turn};
use crate::held::HeldVersion;
use crate::plan::Deletion;
use crate::remote::{RemoteError, RemoteErrorKind};
use crate::retry::Calls;
use crate::snapshot::read_held_versions;

pub(super) fn delete_versions(calls: &Calls<'_>, deletion: &Deletion) -> Result<AppliedAction, RemoteError> {
    let operation = if deletion.whole {
        "DeleteSchema"
    } else {
        "DeleteSchemaVersion"
    };
    let mut attempts = calls.attempts();
    let (mut tried, mut deleted) = (false, false);
    loop {
        let present = present(calls, deletion)?;
        if present.is_empty() {
            return Ok(if tried {
                AppliedAction::plain()
            } else {
                AppliedAction::already()
            });
        }
        // What is to be deleted twice has been deleted in part: only whole schemas have several versions.
        if present.iter().any(|version| !deletion.versions.contains(version)) {
            return Err(moved(calls, deletion, &present));
        }
        // An answer of 2xx has no body that tells who gave it: what is still there was not deleted, or the read is behind.
        if deleted {
            attempts.wait(still_there(calls, operation, deletion))?;
        }
        wait_for_turn(calls, operation, &deletion.schema)?;
        tried = true;
        deleted = match send(calls, deletion) {
            Ok(()) => true,
            Err(error) if error.kind == RemoteErrorKind::NotFound => true,
            Err(error) if error.kind.is_passing() => {
                attempts.wait(error)?;
                false
            }
            Err(error) => return Err(error),
        };
    }
}

fn still_there(calls: &Calls<'_>, operation: &'static str, deletion: &Deletion) -> RemoteError {
    let message = "the registry reported the deletion, and the version can still be read".to_owned();
    failure_of_call(calls, RemoteErrorKind::Other, operation, &deletion.schema, message)
}

fn send(calls: &Calls<'_>, deletion: &Deletion) -> Result<(), RemoteError> {
    match &deletion.versions[..] {
        [version] if !deletion.whole => calls.remote.delete_version(&deletion.schema, &version.number),
        _ => calls.remote.delete_schema(&deletion.schema),
    }
}

/// What is there of what is to be deleted.
fn present(calls: &Calls<'_>, deletion: &Deletion) -> Result<Vec<HeldVersion>, RemoteError> {
    if deletion.whole {
        return read_held_versions(calls, &deletion.schema);
    }
    let mut found = Vec::new();
    for version in &deletion.versions {
        let read = calls.repeat(|| calls.remote.read(&deletion.schema, Some(&version.number)))?;
        found.extend(read.map(|version| HeldVersion::of(&version)));
    }
    Ok(found)
}

fn moved(calls: &Calls<'_>, deletion: &Deletion, present: &[HeldVersion]) -> RemoteError {
    let titles = |versions: &[HeldVersion]| versions.iter().map(HeldVersion::title).collect::<Vec<_>>().join(", ");
    let message = format!(
        "the version to delete is {}, and the registry has {}",
        titles(&deletion.versions),
        titles(present)
    );
    failure_of_call(
        calls,
        RemoteErrorKind::Moved,
        "DescribeSchema",
        &deletion.schema,
        message,
    )
}
