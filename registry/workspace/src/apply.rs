//! Carrying out a plan. In: a [`Plan`] and a [`Remote`]. Out: an [`Outcome`] that says exactly which writes were made and
//! which were not. The first failure stops it: later versions of a schema must not overtake earlier ones. A push that
//! stopped is continued by planning again.

use crate::registered::same_content;
use crate::{Action, Plan, Remote, RemoteError, RemoteErrorKind, RemoteVersion};

/// What became of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The writes that were made, with the number the remote gave the version.
    pub done: Vec<(Action, Option<String>)>,
    /// The write that failed, and why.
    pub failed: Option<(Action, RemoteError)>,
    /// The writes that were not tried after the failure.
    pub not_tried: Vec<Action>,
}

/// Somebody who watches a plan being carried out.
pub trait Progress {
    /// A write begins: its index from 0, the number of writes, the write.
    fn started(&mut self, index: usize, total: usize, action: &Action);
    /// The write was made.
    fn finished(&mut self, index: usize, total: usize, action: &Action);
    /// Whether to stop before the next write, as after Ctrl-C.
    fn interrupted(&self) -> bool {
        false
    }
}

/// Nobody watches.
impl Progress for () {
    fn started(&mut self, _: usize, _: usize, _: &Action) {}
    fn finished(&mut self, _: usize, _: usize, _: &Action) {}
}

/// Carries out a plan, write by write, reading back each version after it was written.
pub fn apply(plan: &Plan, remote: &dyn Remote, progress: &mut dyn Progress) -> Outcome {
    let mut outcome = Outcome::default();
    let total = plan.actions.len();
    for (index, action) in plan.actions.iter().enumerate() {
        if outcome.failed.is_some() || progress.interrupted() {
            outcome.not_tried.push(action.clone());
            continue;
        }
        progress.started(index, total, action);
        match write(action, remote) {
            Ok(number) => {
                progress.finished(index, total, action);
                outcome.done.push((action.clone(), number));
            }
            Err(error) => outcome.failed = Some((action.clone(), error)),
        }
    }
    outcome
}

fn write(action: &Action, remote: &dyn Remote) -> Result<Option<String>, RemoteError> {
    match action {
        Action::CreateRegistry { description, .. } => {
            remote.create_registry(description.as_deref())?;
            Ok(None)
        }
        Action::CreateSchema {
            event,
            content,
            description,
            ..
        } => {
            let name = event.schema_name();
            let written = remote.create_schema(&name, content, description.as_deref())?;
            read_back(remote, &name, &written, content)
        }
        Action::AddVersion { event, content, .. } => {
            let name = event.schema_name();
            let written = remote.update_schema(&name, content)?;
            read_back(remote, &name, &written, content)
        }
    }
}

/// What the remote holds after a write is what was written, or the write has failed.
fn read_back(
    remote: &dyn Remote,
    name: &str,
    written: &RemoteVersion,
    content: &str,
) -> Result<Option<String>, RemoteError> {
    let held = remote.read(name, &written.number)?;
    if same_content(&held, content) {
        return Ok(Some(written.number.clone()));
    }
    Err(RemoteError {
        kind: RemoteErrorKind::Other,
        operation: "DescribeSchema",
        subject: name.to_owned(),
        message: format!(
            "version {} reads back with another content than was written",
            written.number
        ),
    })
}
