//! What others have written, judged by what it means. In: a version of the registry without our stamp, and versions of the workspace. Out:
//! which of them it is equal to, and how it differs from one. Equal is what has the same canonical form, or is proved to be; what cannot be
//! read or decided is not equal.

use std::cell::Cell;

use schemactl_compat::{ComparisonSettings, Engine, Schema, Verdict, are_equivalent, compare, review_document};
use schemactl_convert::Detail;
use schemactl_model::{Dialect, Digest, Document, Source, parse, with_stack_for};
use schemactl_workspace::digest_value;

use super::drift::{ForeignChange, ForeignVerdict};
use crate::expected::ExpectedVersion;
use crate::foreign::{ContentAuthor, read_content, with_dialect};
use crate::held::HeldVersion;
use schemactl_check::policy_of;
use schemactl_check::registered_forms;
use schemactl_workspace::Workspace;

/// Proofs of equality that a schema of the registry may cost. One takes about a millisecond, and a schema has at most 100 versions: as many
/// as are compared if each of ours is compared with two of others.
const MOST_PROOFS: usize = 200;

/// Judges the versions of one schema of the registry.
pub(super) struct ForeignJudge<'e> {
    engine: &'e dyn Engine,
    workspace: &'e Workspace,
    proofs_left: Cell<usize>,
}

/// A version of others, read.
pub(super) struct ForeignSchema<'h> {
    held: &'h HeldVersion,
    /// What it describes, or why that is not known.
    read: Result<ReadForeign, String>,
}

struct ReadForeign {
    detail: Detail,
    digest: Digest,
    /// `None` if it is no valid schema.
    document: Option<Document>,
}

impl<'h> ForeignSchema<'h> {
    pub(super) fn read(held: &'h HeldVersion) -> Self {
        let read = match &held.foreign {
            Some(version) => read_foreign(&version.type_name, &version.content),
            None => Err("it was not read".to_owned()),
        };
        Self { held, read }
    }

    /// Returns whether it names the source and the detail-type that event.toml has.
    pub(super) fn names_event(&self, wanted: &ExpectedVersion<'_>) -> bool {
        let detail = self.read.as_ref().ok().map(|read| &read.detail);
        detail.is_some_and(|detail| {
            detail.source.is_some() && detail.detail_type.is_some() && other_envelope(detail, wanted).is_none()
        })
    }
}

fn read_foreign(type_name: &str, content: &str) -> Result<ReadForeign, String> {
    let value = parse(&Source::new("registered", content));
    let value = value.map_err(|errors| errors.first().map_or_else(String::new, ToString::to_string))?;
    with_stack_for(value.depth(), || {
        let detail = read_content(type_name, &value, ContentAuthor::Others).map_err(|error| error.to_string())?;
        Ok(ReadForeign {
            digest: digest_value(&detail.schema),
            document: document_of(detail.schema.to_json()),
            detail,
        })
    })
}

fn document_of(text: String) -> Option<Document> {
    let document = Document::parse(Source::new("registered", text), Dialect::Draft4).ok()?;
    review_document(&document).faults.is_empty().then_some(document)
}

impl<'e> ForeignJudge<'e> {
    pub(super) fn new(engine: &'e dyn Engine, workspace: &'e Workspace) -> Self {
        Self {
            engine,
            workspace,
            proofs_left: Cell::new(MOST_PROOFS),
        }
    }

    /// Returns the versions that a foreign one is equal to: those with the same canonical form, or else those that are proved to be equal. The newest
    /// version must not name another source or detail-type; before it an event may have been published with others.
    pub(super) fn find_equal<'w>(
        &self,
        foreign: &ForeignSchema<'_>,
        all: &[&'w ExpectedVersion<'w>],
        is_head: bool,
    ) -> Vec<&'w ExpectedVersion<'w>> {
        let Ok(read) = &foreign.read else {
            return Vec::new();
        };
        let named: Vec<_> = all
            .iter()
            .copied()
            .filter(|wanted| !is_head || other_envelope(&read.detail, wanted).is_none())
            .collect();
        let same: Vec<_> = named
            .iter()
            .copied()
            .filter(|wanted| wanted.content.is(&foreign.held.digest) || has_form(wanted, &read.digest))
            .collect();
        if !same.is_empty() {
            return same;
        }
        named
            .into_iter()
            .filter(|wanted| self.is_proved_equal(wanted, read))
            .collect()
    }

    fn is_proved_equal(&self, wanted: &ExpectedVersion<'_>, read: &ReadForeign) -> bool {
        let left = self.proofs_left.get();
        let (Some(theirs), true) = (&read.document, left > 0) else {
            return false;
        };
        self.proofs_left.set(left - 1);
        // What is registered may allow more than the file does (`allow-widening`), and it is what readers of the registry find.
        let Some(ours) = registered_document(wanted) else {
            return false;
        };
        let depth = ours.root().depth().max(theirs.root().depth());
        with_stack_for(depth, || {
            are_equivalent(self.engine, &Schema::from(&ours), &Schema::from(theirs))
        })
    }

    /// Returns how a foreign version differs from a version of the workspace.
    pub(super) fn describe_change(&self, foreign: &ForeignSchema<'_>, wanted: &ExpectedVersion<'_>) -> ForeignChange {
        if let Some(stamp) = &foreign.held.stamp {
            return ForeignChange::AnotherEvent(stamp.event.clone());
        }
        let read = match &foreign.read {
            Ok(read) => read,
            Err(reason) => return ForeignChange::NotASchema(reason.clone()),
        };
        if let Some((member, found)) = other_envelope(&read.detail, wanted) {
            let name = &wanted.event.name;
            let released = self.workspace.lock.has_released_identity(name).then(|| name.clone());
            return ForeignChange::AnotherEnvelope {
                member,
                found,
                released,
            };
        }
        let Some(theirs) = &read.document else {
            return ForeignChange::NotASchema("it is not a valid JSON Schema".to_owned());
        };
        let policy = policy_of(self.workspace, Some(wanted.event));
        let field = &wanted.event.settings.version_field;
        let ours = Schema::from(&wanted.version.document);
        let settings = ComparisonSettings {
            policy,
            version_field: Some(field),
        };
        let compared = compare(self.engine, (&ours, &Schema::from(theirs)), settings);
        ForeignChange::Compared {
            version: wanted.version.version.clone(),
            reads_ours: ForeignVerdict::from(&compared.backward),
            read_by_ours: ForeignVerdict::from(&compared.forward),
        }
    }
}

/// The member of the envelope that names another event, and what it names.
fn other_envelope(detail: &Detail, wanted: &ExpectedVersion<'_>) -> Option<(&'static str, String)> {
    let settings = &wanted.event.settings;
    let members = [
        ("source", &detail.source, &settings.source),
        ("detail-type", &detail.detail_type, &settings.detail_type),
    ];
    let other = |(member, found, expected): (&'static str, &Option<String>, &String)| {
        let found = found.as_ref().filter(|found| *found != expected)?;
        Some((member, found.clone()))
    };
    members.into_iter().find_map(other)
}

/// Whether a version has a canonical form with this digest: as its file has it, or as it is registered in one of the types.
fn has_form(wanted: &ExpectedVersion<'_>, digest: &Digest) -> bool {
    let file = with_dialect(wanted.version.document.root().clone(), Dialect::Draft202012);
    let forms = registered_forms(wanted.event, wanted.version);
    [file].iter().chain(&forms).any(|form| digest_value(form) == *digest)
}

/// What is registered of a version, as a schema of the detail.
fn registered_document(wanted: &ExpectedVersion<'_>) -> Option<Document> {
    let content = wanted.content;
    let detail = read_content(&content.type_.to_string(), &content.value, ContentAuthor::Schemactl).ok()?;
    document_of(detail.schema.to_json())
}

impl From<&Verdict> for ForeignVerdict {
    fn from(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Compatible => Self::Holds,
            Verdict::Incompatible { .. } => Self::Breaks,
            Verdict::Undecided { .. } => Self::Undecided,
        }
    }
}
