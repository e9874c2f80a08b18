//! One write of a plan, made so that it is made once. In: an action, and what the writes before it have left. Out: what was
//! done, or why not.
//!
//! Before the write the registry is read: if it holds the version already, nothing is written; if its newest version is not
//! the one that the plan was made on, the write is refused. A write whose answer is lost is looked up by reading before it is
//! made again, under the same token. What was written is read back.

use std::collections::BTreeSet;

use schemactl_model::{EventName, Version};
use schemactl_workspace::digest_text;

use super::AppliedAction;
use super::turn::{failure_of_call, wait_for_turn};
use crate::held::{HeldVersion, rank_of_number};
use crate::plan::{Action, Content, Deletion};
use crate::remote::{NewSchema, NewVersion, RemoteError, RemoteErrorKind, Tags, WriteResult};
use crate::retry::Calls;
use crate::snapshot::list_version_numbers;
use schemactl_check::Stamp;

/// The writes of one schema, one after the other.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// The version that the last write made.
    newest: Option<HeldVersion>,
    /// The version that the first write was made on; in a new schema, the first version.
    base: Option<HeldVersion>,
    /// The registry's numbers of what is there after the writes, if nobody else deletes it.
    present: BTreeSet<String>,
}

/// A version to be written.
#[derive(Clone, Copy)]
struct Want<'a> {
    schema: &'a str,
    event: &'a EventName,
    version: &'a Version,
    content: &'a Content,
}

/// How a version is written.
enum How<'a> {
    Create {
        description: Option<&'a str>,
        tags: &'a Tags,
    },
    Add,
}

/// Which versions beside ours are a reason to stop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RivalRule {
    /// All of them: the plan was made without them.
    Any,
    /// Those under our version, with another schema: somebody has written the same plan as far as this.
    OtherSchema,
}

/// Where a version is.
enum Located {
    /// The registry holds it.
    There(HeldVersion),
    /// The registry is what the plan was made on.
    Free,
}

/// Why a write is not done.
pub(super) struct WriteError {
    pub(super) error: RemoteError,
    /// Whether the service has accepted the write, or the registry holds it.
    pub(super) is_written: bool,
}

impl WriteError {
    fn unconfirmed(error: RemoteError) -> Self {
        Self {
            error,
            is_written: true,
        }
    }
}

impl From<RemoteError> for WriteError {
    fn from(error: RemoteError) -> Self {
        Self {
            error,
            is_written: false,
        }
    }
}

impl Chain {
    /// Creates a chain of writes to a schema that had versions of these numbers when the plan was made.
    pub(super) fn new(present: Option<&Vec<String>>) -> Self {
        Self {
            present: present.into_iter().flatten().cloned().collect(),
            ..Self::default()
        }
    }

    pub(super) fn make(&mut self, calls: &Calls<'_>, action: &Action) -> Result<AppliedAction, WriteError> {
        let mut done = match action {
            Action::CreateRegistry { description, tags, .. } => {
                create_registry(calls, description.as_deref(), tags).map_err(WriteError::from)
            }
            Action::CreateSchema {
                schema,
                event,
                version,
                content,
                description,
                tags,
            } => {
                let want = Want {
                    schema,
                    event,
                    version,
                    content,
                };
                let description = description.as_deref();
                want.write(calls, &How::Create { description, tags }, None)
            }
            Action::AddVersion {
                schema,
                event,
                version,
                content,
                base,
            } => {
                let want = Want {
                    schema,
                    event,
                    version,
                    content,
                };
                self.base = self.base.take().or_else(|| base.clone());
                let base = base.as_ref().or(self.newest.as_ref());
                want.write(calls, &How::Add, base)
            }
            Action::Tag { arn, tags, .. } => {
                wait_for_turn(calls, "TagResource", arn)?;
                calls.repeat(|| calls.remote.tag(arn, tags))?;
                Ok(AppliedAction::plain())
            }
            Action::Delete(deletion) => {
                self.expect_gone(deletion);
                super::delete::delete_versions(calls, deletion).map_err(WriteError::from)
            }
        }?;
        done.action = action.clone();
        self.present.extend(done.held.iter().map(|held| held.number.clone()));
        self.base = self.base.take().or_else(|| done.held.clone());
        self.newest = done.held.clone().or(self.newest.take());
        Ok(done)
    }
}

impl Chain {
    /// Returns whether somebody has written above the last version of ours, or deleted what was there: one more look, after the last write. The
    /// numbers tell what was added and deleted; a schema that was deleted and made anew counts from 1 again, and has another version at the
    /// number that the writes were made on. What cannot be read then does not undo what was read back.
    pub(super) fn has_moved(&self, calls: &Calls<'_>, schema: &str) -> bool {
        let Some(newest) = &self.newest else { return false };
        let known = self.base.as_ref().unwrap_or(newest);
        if let Ok(read) = calls.repeat(|| calls.remote.read(schema, Some(&known.number)))
            && read.is_none_or(|read| HeldVersion::of(&read).digest != known.digest)
        {
            return true;
        }
        // Last, so that no deletion before the end of the look is missed.
        list_version_numbers(calls, schema).is_ok_and(|numbers| {
            let is_above = |number: &String| rank_of_number(number) > rank_of_number(&newest.number);
            numbers.iter().any(is_above) || !self.present.iter().all(|number| numbers.contains(number))
        })
    }

    /// What this push deletes itself is not missing afterwards.
    fn expect_gone(&mut self, deletion: &Deletion) {
        for version in &deletion.versions {
            self.present.remove(&version.number);
            self.base.take_if(|base| base.number == version.number);
        }
    }
}

impl AppliedAction {
    /// A write of which there is nothing to say.
    pub(super) fn plain() -> Self {
        Self {
            // The chain puts the action here.
            action: Action::Tag {
                schema: String::new(),
                arn: String::new(),
                tags: Tags::new(),
            },
            held: None,
            written: None,
            already: false,
        }
    }

    pub(super) fn already() -> Self {
        Self {
            already: true,
            ..Self::plain()
        }
    }
}

/// Whether the answer leaves open if the write was made.
fn is_open(kind: RemoteErrorKind) -> bool {
    kind.is_passing() || matches!(kind, RemoteErrorKind::Conflict | RemoteErrorKind::Intercepted)
}

/// Whether the write may have been made although its answer does not say so. A conflict says that it was not: what is there is somebody else's.
fn is_answer_lost(kind: RemoteErrorKind) -> bool {
    kind != RemoteErrorKind::Conflict
}

fn create_registry(calls: &Calls<'_>, description: Option<&str>, tags: &Tags) -> Result<AppliedAction, RemoteError> {
    let mut attempts = calls.attempts();
    let mut is_lost = false;
    loop {
        if calls.repeat(|| calls.remote.registry_exists())? {
            return Ok(AppliedAction {
                already: !is_lost,
                ..AppliedAction::plain()
            });
        }
        wait_for_turn(calls, "CreateRegistry", "")?;
        match calls.remote.create_registry(description, tags) {
            Ok(()) => return Ok(AppliedAction::plain()),
            Err(error) if is_open(error.kind) => {
                is_lost |= is_answer_lost(error.kind);
                attempts.wait(error)?;
            }
            Err(error) => return Err(error),
        }
    }
}

impl How<'_> {
    fn operation(&self) -> &'static str {
        match self {
            Self::Create { .. } => "CreateSchema",
            Self::Add => "UpdateSchema",
        }
    }
}

impl Want<'_> {
    fn write(&self, calls: &Calls<'_>, how: &How<'_>, base: Option<&HeldVersion>) -> Result<AppliedAction, WriteError> {
        let mut attempts = calls.attempts();
        let mut is_lost = false;
        loop {
            if let Located::There(held) = self.locate(calls, base)? {
                self.refuse_rivals(calls, base, &held, RivalRule::OtherSchema)
                    .map_err(WriteError::unconfirmed)?;
                let found = AppliedAction {
                    held: Some(held),
                    already: !is_lost,
                    ..AppliedAction::plain()
                };
                return Ok(found);
            }
            wait_for_turn(calls, how.operation(), self.schema)?;
            match self.send(calls, how, base) {
                Ok(written) => return self.read_back(calls, base, written).map_err(WriteError::unconfirmed),
                Err(error) if is_open(error.kind) => {
                    is_lost |= is_answer_lost(error.kind);
                    attempts.wait(error)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn send(&self, calls: &Calls<'_>, how: &How<'_>, base: Option<&HeldVersion>) -> Result<WriteResult, RemoteError> {
        match how {
            How::Create { description, tags } => calls.remote.create_schema(&NewSchema {
                name: self.schema,
                type_: self.content.type_,
                content: &self.content.text,
                description: *description,
                tags,
            }),
            How::Add => calls.remote.add_version(&NewVersion {
                schema: self.schema,
                type_: self.content.type_,
                content: &self.content.text,
                token: &self.token(base),
            }),
        }
    }

    /// The same for everybody who writes this content on top of that version, in the form of a UUID.
    fn token(&self, base: Option<&HeldVersion>) -> String {
        let number = base.map_or("", |base| base.number.as_str());
        let text = format!("{}\n{number}\n{}", self.schema, self.content.text);
        let digest = digest_text(&text).to_string();
        let hex = &digest["sha256:".len()..];
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..32]
        )
    }

    fn is(&self, held: &HeldVersion) -> bool {
        held.digest == self.content.digest && self.is_named(held)
    }

    /// Whether the registry's version has our name and number, whatever its schema. A repair is no copy of what it replaces.
    fn is_named(&self, held: &HeldVersion) -> bool {
        let replaces = |stamp: &Stamp| self.content.replaces.is_none() || stamp.replaces == self.content.replaces;
        let ours = |stamp: &Stamp| stamp.event == *self.event && stamp.version == *self.version && replaces(stamp);
        held.stamp.as_ref().is_some_and(ours)
    }

    /// The service takes a write on top of whatever is there. A version between the one that was planned on and ours says that somebody
    /// else wrote at the same time: what it is decides whether this push may call itself done.
    fn refuse_rivals(
        &self,
        calls: &Calls<'_>,
        base: Option<&HeldVersion>,
        ours: &HeldVersion,
        rule: RivalRule,
    ) -> Result<(), RemoteError> {
        let after = base.map_or(0, |base| rank_of_number(&base.number));
        // Numbers count up by one: nothing can stand between neighbours, and nothing is asked.
        if rank_of_number(&ours.number) <= after + 1 {
            return Ok(());
        }
        for number in list_version_numbers(calls, self.schema)? {
            if rank_of_number(&number) <= after || rank_of_number(&number) >= rank_of_number(&ours.number) {
                continue;
            }
            let read = calls.repeat(|| calls.remote.read(self.schema, Some(&number)))?;
            let rival = read
                .map(|version| HeldVersion::of(&version))
                .filter(|held| !self.is(held));
            if let Some(rival) = rival.filter(|rival| rule == RivalRule::Any || self.is_named(rival)) {
                return Err(self.contested(calls, ours, &rival));
            }
        }
        Ok(())
    }

    fn contested(&self, calls: &Calls<'_>, ours: &HeldVersion, rival: &HeldVersion) -> RemoteError {
        let what = if self.is_named(rival) {
            format!("another schema as {}", self.version)
        } else {
            rival.title()
        };
        let message = format!(
            "{} is there as version {}, and version {} before it was written at the same time: {what}",
            self.version, ours.number, rival.number
        );
        failure_of_call(calls, RemoteErrorKind::Contested, "UpdateSchema", self.schema, message)
    }

    /// Whether the version is there, or may be written on top of `base`. What is older than `base` is a stale answer, and
    /// asked for again.
    fn locate(&self, calls: &Calls<'_>, base: Option<&HeldVersion>) -> Result<Located, RemoteError> {
        let mut attempts = calls.attempts();
        loop {
            let head = calls.repeat(|| calls.remote.read(self.schema, None))?;
            let head = head.map(|head| HeldVersion::of(&head));
            match (&head, base) {
                (None, None) => return Ok(Located::Free),
                (Some(head), Some(base)) if head.number == base.number && head.digest == base.digest => {
                    return Ok(Located::Free);
                }
                (Some(head), _) if self.is(head) => return Ok(Located::There(head.clone())),
                (Some(head), _)
                    if base.is_none_or(|base| rank_of_number(&base.number) <= rank_of_number(&head.number)) =>
                {
                    let found = self.above(calls, base)?;
                    return found
                        .map(Located::There)
                        .ok_or_else(|| self.moved(calls, base, Some(head)));
                }
                _ => attempts.wait(self.moved(calls, base, head.as_ref()))?,
            }
        }
    }

    /// The version among those that are newer than `base`: somebody has written it, and more.
    fn above(&self, calls: &Calls<'_>, base: Option<&HeldVersion>) -> Result<Option<HeldVersion>, RemoteError> {
        let above = base.map_or(0, |base| rank_of_number(&base.number));
        for number in list_version_numbers(calls, self.schema)? {
            if rank_of_number(&number) <= above {
                continue;
            }
            let read = calls.repeat(|| calls.remote.read(self.schema, Some(&number)))?;
            if let Some(held) = read
                .map(|version| HeldVersion::of(&version))
                .filter(|held| self.is(held))
            {
                return Ok(Some(held));
            }
        }
        Ok(None)
    }

    fn moved(&self, calls: &Calls<'_>, base: Option<&HeldVersion>, head: Option<&HeldVersion>) -> RemoteError {
        let planned = base.map_or("no schema".to_owned(), HeldVersion::title);
        let found = head.map_or("no schema".to_owned(), HeldVersion::title);
        let message = format!(
            "{} was planned on top of {planned}, and the registry has {found}",
            self.version
        );
        failure_of_call(calls, RemoteErrorKind::Moved, "DescribeSchema", self.schema, message)
    }

    /// What the remote holds after a write is what was written, or the write has failed. A reader may be behind the writer
    /// for a moment.
    fn read_back(
        &self,
        calls: &Calls<'_>,
        base: Option<&HeldVersion>,
        written: WriteResult,
    ) -> Result<AppliedAction, RemoteError> {
        let mut attempts = calls.attempts();
        loop {
            let read = calls.repeat(|| calls.remote.read(self.schema, Some(&written.number)))?;
            let held = read.map(|version| HeldVersion::of(&version));
            let state = match held {
                Some(held) if self.is(&held) => {
                    self.refuse_rivals(calls, base, &held, RivalRule::Any)?;
                    return Ok(AppliedAction {
                        held: Some(held),
                        written: Some(written),
                        ..AppliedAction::plain()
                    });
                }
                Some(_) => "reads back with a different content than was written",
                None => "cannot be read back",
            };
            let message = format!("version {} {state}", written.number);
            attempts.wait(failure_of_call(
                calls,
                RemoteErrorKind::Other,
                "DescribeSchema",
                self.schema,
                message,
            ))?;
        }
    }
}
