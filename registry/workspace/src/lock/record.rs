//! Records of `schemactl.lock`: steps in the life of a released event that somebody decided. In: what is retired, moved or corrected, who
//! says so, when and why. Out: a line of the file, and whether a line is as it was written.
//!
//! A record covers the digests and identities that stand in it and nothing else. Its seal is computed from the whole line: one that was
//! copied to another event, widened by hand, or given another reason, author or day is found (ADR 70, ADR 85).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::digest::digest_text;
use schemactl_model::{Digest, EventName, Version};

use super::{Identity, quoted};
use crate::date::Date;

/// A recorded step in the life of a released event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LifeRecord {
    /// The event.
    pub event: EventName,
    /// The day on which it was recorded.
    pub date: Date,
    /// What was decided.
    pub step: LifeStep,
    /// Who decided it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// Hexadecimal digits of the digest of all of it; in locks of before twelve digits of that of event and step.
    pub(super) seal: String,
}

/// What can happen to a released event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LifeStep {
    /// Versions are no longer published, and their schemas may be deleted.
    Retired {
        /// The digest of each version.
        versions: BTreeMap<Version, Digest>,
        /// Nothing of the event is published from then on.
        whole: bool,
    },
    /// Retired versions are published again, and their schemas are back as they were released.
    Restored {
        /// The seals of the records that are taken back.
        undoes: BTreeSet<String>,
        /// The digest of each version.
        versions: BTreeMap<Version, Digest>,
    },
    /// The event has another name, or is published under another identity.
    Moved {
        /// The new name; the old one where only the identity is new.
        to: EventName,
        /// Both events are published from now on: the old one stays until it is retired.
        keep: bool,
        /// The identity that it had.
        before: Identity,
        /// The identity that it has from now on.
        after: Identity,
        /// The digest of each version that moved.
        versions: BTreeMap<Version, Digest>,
        /// The seal of the move that is taken back by this one.
        undoes: Option<String>,
    },
    /// A released schema was wrong and has another content.
    Hotfix {
        /// The version.
        version: Version,
        /// The digest that was released.
        before: Digest,
        /// The digest in its place.
        after: Digest,
    },
}

/// The kinds of [`LifeStep`], as `--deny` names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LifeKind {
    /// `schemactl retire`
    Retired,
    /// `schemactl retire --undo`
    Restored,
    /// `schemactl move`
    Moved,
    /// `schemactl hotfix`
    Hotfix,
}

impl LifeStep {
    /// Returns what kind of step it is.
    pub fn kind(&self) -> LifeKind {
        match self {
            Self::Retired { .. } => LifeKind::Retired,
            Self::Restored { .. } => LifeKind::Restored,
            Self::Moved { .. } => LifeKind::Moved,
            Self::Hotfix { .. } => LifeKind::Hotfix,
        }
    }

    /// Returns whether a schema of the step has a digest.
    pub fn has_digest(&self, digest: &Digest) -> bool {
        match self {
            Self::Retired { versions, .. } | Self::Restored { versions, .. } | Self::Moved { versions, .. } => {
                versions.values().any(|known| known == digest)
            }
            Self::Hotfix { before, after, .. } => before == digest || after == digest,
        }
    }

    /// Returns the step as a member of a line: `retired = { … }`.
    fn to_toml(&self) -> String {
        match self {
            // A member that is left out where it says nothing keeps the lines, and the seals, of before.
            Self::Retired { versions, whole } => {
                let whole = if *whole { ", whole = true" } else { "" };
                format!("retired = {}{whole}", versions_table(versions))
            }
            Self::Restored { undoes, versions } => {
                let undoes: Vec<_> = undoes.iter().map(|seal| quoted(seal)).collect();
                format!(
                    "restored = {{ undoes = [{}], versions = {} }}",
                    undoes.join(", "),
                    versions_table(versions)
                )
            }
            Self::Moved {
                to,
                keep,
                before,
                after,
                versions,
                undoes,
            } => format!(
                "moved = {{ to = {}, keep = {keep}, before = {{ {} }}, after = {{ {} }}, versions = {}{} }}",
                quoted(&to.to_string()),
                before.to_toml(),
                after.to_toml(),
                versions_table(versions),
                undoes
                    .as_ref()
                    .map_or_else(String::new, |seal| format!(", undoes = {}", quoted(seal)))
            ),
            Self::Hotfix { version, before, after } => {
                format!("hotfix = {{ version = \"{version}\", before = \"{before}\", after = \"{after}\" }}")
            }
        }
    }
}

impl fmt::Display for LifeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Retired => "retired",
            Self::Restored => "restored",
            Self::Moved => "moved",
            Self::Hotfix => "hotfix",
        })
    }
}

impl LifeStep {
    /// Returns the versions that it is about, each with the digest that it has from then on.
    pub fn versions(&self) -> BTreeMap<&Version, &Digest> {
        match self {
            Self::Retired { versions, .. } | Self::Restored { versions, .. } | Self::Moved { versions, .. } => {
                versions.iter().collect()
            }
            Self::Hotfix { version, after, .. } => BTreeMap::from([(version, after)]),
        }
    }
}

impl LifeRecord {
    /// Returns the name under which it lets its event go on in the place of its own.
    pub fn new_name(&self) -> Option<&EventName> {
        match &self.step {
            LifeStep::Moved { to, keep: false, .. } if *to != self.event => Some(to),
            _ => None,
        }
    }

    /// Creates a record with its seal.
    pub fn new(event: EventName, step: LifeStep, date: Date, author: String, reason: String) -> Self {
        let record = Self {
            event,
            date,
            step,
            author,
            reason,
            seal: String::new(),
        };
        record.into_sealed()
    }

    /// Returns whether the record is as its command wrote it.
    pub fn is_sealed(&self) -> bool {
        self.seal == self.compute_seal(self.has_old_seal())
    }

    /// Returns whether its seal is one of before, which covers neither reason nor author nor day.
    pub(super) fn has_old_seal(&self) -> bool {
        self.seal.len() == OLD_SEAL_DIGITS
    }

    /// Returns the record with a seal that covers all of it.
    pub(super) fn into_sealed(self) -> Self {
        let seal = self.compute_seal(false);
        Self { seal, ..self }
    }

    fn compute_seal(&self, is_old: bool) -> String {
        let (text, digits) = if is_old {
            (format!("{}\n{}", self.event, self.step.to_toml()), OLD_SEAL_DIGITS)
        } else {
            (self.members(), SEAL_DIGITS)
        };
        let digest = digest_text(&text).to_string();
        digest.trim_start_matches("sha256:")[..digits].to_owned()
    }

    /// Returns the seal as the file has it.
    pub fn seal(&self) -> &str {
        &self.seal
    }

    /// Returns whether two records say the same, whichever seals they have.
    pub(super) fn equals_ignoring_seal(&self, other: &Self) -> bool {
        (&self.event, &self.date, &self.step, &self.author, &self.reason)
            == (&other.event, &other.date, &other.step, &other.author, &other.reason)
    }

    /// Returns the line of the file, without the comma.
    pub(super) fn to_line(&self) -> String {
        format!("{{ {}, seal = {} }}", self.members(), quoted(&self.seal))
    }

    /// What the seal is about: each value is quoted, so that none can pass for another.
    fn members(&self) -> String {
        format!(
            "event = {}, {}, date = \"{}\", author = {}, reason = {}",
            quoted(&self.event.to_string()),
            self.step.to_toml(),
            self.date,
            quoted(&self.author),
            quoted(&self.reason)
        )
    }
}

/// Digits of a seal. It finds mistakes and protects from nobody: who writes the lock can compute it, and a review reads the reason.
const SEAL_DIGITS: usize = 16;

/// Digits of the seals that were written before: the number tells the two kinds apart.
const OLD_SEAL_DIGITS: usize = 12;

/// `{ "1.0" = "sha256:…", "1.1" = "sha256:…" }`
pub(super) fn versions_table(versions: &BTreeMap<Version, Digest>) -> String {
    let versions = versions.iter();
    let versions: Vec<_> = versions
        .map(|(version, digest)| format!("\"{version}\" = \"{digest}\""))
        .collect();
    format!("{{ {} }}", versions.join(", "))
}

/// Returns whether hotfixes lead from one digest of a version to another.
pub fn leads_to<'r>(
    records: impl Iterator<Item = &'r LifeRecord>,
    event: &EventName,
    version: &Version,
    from: &Digest,
    to: &Digest,
) -> bool {
    let steps = records.filter_map(|record| match &record.step {
        LifeStep::Hotfix {
            version: corrected,
            before,
            after,
        } if record.event == *event && corrected == version => Some((before, after)),
        _ => None,
    });
    is_reachable(&steps.collect::<Vec<_>>(), from, to)
}

/// Returns whether moves in place lead from one identity of an event to another.
pub fn identity_leads_to<'r>(
    records: impl Iterator<Item = &'r LifeRecord>,
    event: &EventName,
    from: &Identity,
    to: &Identity,
) -> bool {
    let steps = records.filter_map(|record| match &record.step {
        LifeStep::Moved { to, before, after, .. } if record.event == *event && to == event => Some((before, after)),
        _ => None,
    });
    is_reachable(&steps.collect::<Vec<_>>(), from, to)
}

/// Returns whether steps lead from one value to another. A step can be taken back, so that steps can go in circles.
fn is_reachable<T: PartialEq>(steps: &[(&T, &T)], from: &T, to: &T) -> bool {
    let mut reached = vec![from];
    let mut next = 0;
    while let Some(at) = reached.get(next).copied() {
        if at == to {
            return true;
        }
        for (before, after) in steps {
            if *before == at && !reached.contains(after) {
                reached.push(after);
            }
        }
        next += 1;
    }
    false
}
