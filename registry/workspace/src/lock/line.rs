//! The lines of `schemactl.lock` as TOML has them. In: a line of format 2. Out: what it releases, or the record that it is; or what is wrong
//! with it.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{Digest, EventName, InvalidName, InvalidVersion, Version};
use serde::Deserialize;

use super::record::{LifeRecord, LifeStep};
use super::{Identity, Released};
use crate::date::Date;

/// A line of the list `released`.
#[derive(Deserialize)]
// Messages about a wrong file call it by this name.
#[serde(rename = "Line", deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ReleasedLine {
    event: String,
    source: Option<String>,
    detail_type: Option<String>,
    version_field: Option<String>,
    versions: Option<BTreeMap<String, String>>,
    #[serde(default)]
    adopted: Vec<String>,
    retired: Option<BTreeMap<String, String>>,
    #[serde(default)]
    whole: bool,
    restored: Option<RestoredLine>,
    moved: Option<MovedLine>,
    hotfix: Option<HotfixLine>,
    date: Option<Date>,
    author: Option<String>,
    reason: Option<String>,
    seal: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RestoredLine {
    undoes: BTreeSet<String>,
    versions: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MovedLine {
    to: String,
    keep: bool,
    before: IdentityLine,
    after: IdentityLine,
    versions: BTreeMap<String, String>,
    undoes: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct IdentityLine {
    source: String,
    detail_type: String,
    version_field: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HotfixLine {
    version: String,
    before: String,
    after: String,
}

/// What a line means.
pub(super) enum LineContent {
    Release(EventName, Released),
    Record(Box<LifeRecord>),
}

impl ReleasedLine {
    /// Returns what the line means.
    ///
    /// # Errors
    /// Fails with what is wrong with it.
    pub(super) fn read(self) -> Result<LineContent, String> {
        let event: EventName = self.event.parse().map_err(|error: InvalidName| error.to_string())?;
        if self.whole && self.retired.is_none() {
            return Err("`whole` is allowed only beside `retired`".to_owned());
        }
        let step = match (self.versions, self.retired, self.restored, self.moved, self.hotfix) {
            (Some(versions), None, None, None, None) => {
                let released = Released {
                    identity: read_identity(self.source, self.detail_type, self.version_field)?,
                    versions: read_versions(versions)?,
                    adopted: self
                        .adopted
                        .iter()
                        .map(|version| read_version(version))
                        .collect::<Result<_, _>>()?,
                };
                return Ok(LineContent::Release(event, released));
            }
            (None, Some(versions), None, None, None) => LifeStep::Retired {
                versions: read_versions(versions)?,
                whole: self.whole,
            },
            (None, None, Some(restored), None, None) => LifeStep::Restored {
                undoes: restored.undoes,
                versions: read_versions(restored.versions)?,
            },
            (None, None, None, Some(moved), None) => moved.read()?,
            (None, None, None, None, Some(hotfix)) => hotfix.read()?,
            _ => {
                return Err(
                    "a line must have one of `versions`, `retired`, `restored`, `moved` and `hotfix`".to_owned(),
                );
            }
        };
        match (self.date, self.author, self.reason, self.seal) {
            (Some(date), Some(author), Some(reason), Some(seal)) => Ok(LineContent::Record(Box::new(LifeRecord {
                event,
                date,
                step,
                author,
                reason,
                seal,
            }))),
            _ => Err("a record must have `date`, `author`, `reason` and `seal`".to_owned()),
        }
    }
}

impl MovedLine {
    fn read(self) -> Result<LifeStep, String> {
        Ok(LifeStep::Moved {
            to: self.to.parse().map_err(|error: InvalidName| error.to_string())?,
            keep: self.keep,
            before: self.before.into(),
            after: self.after.into(),
            versions: read_versions(self.versions)?,
            undoes: self.undoes,
        })
    }
}

impl HotfixLine {
    fn read(self) -> Result<LifeStep, String> {
        Ok(LifeStep::Hotfix {
            version: read_version(&self.version)?,
            before: read_digest(&self.before)?,
            after: read_digest(&self.after)?,
        })
    }
}

impl From<IdentityLine> for Identity {
    fn from(line: IdentityLine) -> Self {
        Self {
            source: line.source,
            detail_type: line.detail_type,
            version_field: line.version_field,
        }
    }
}

fn read_identity(
    source: Option<String>,
    detail_type: Option<String>,
    version_field: Option<String>,
) -> Result<Option<Identity>, String> {
    match (source, detail_type, version_field) {
        (Some(source), Some(detail_type), Some(version_field)) => Ok(Some(Identity {
            source,
            detail_type,
            version_field,
        })),
        (None, None, None) => Ok(None),
        _ => Err("`source`, `detail-type` and `version-field` must be given together or not at all".to_owned()),
    }
}

fn read_versions(versions: BTreeMap<String, String>) -> Result<BTreeMap<Version, Digest>, String> {
    let versions = versions.into_iter();
    versions
        .map(|(version, digest)| Ok((read_version(&version)?, read_digest(&digest)?)))
        .collect()
}

fn read_version(text: &str) -> Result<Version, String> {
    text.parse().map_err(|error: InvalidVersion| error.to_string())
}

fn read_digest(text: &str) -> Result<Digest, String> {
    text.parse().map_err(|error: &str| error.to_owned())
}
